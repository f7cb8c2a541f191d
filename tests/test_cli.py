"""The command as a user runs it: what it prints where, and its exit codes."""

from __future__ import annotations

import json
import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import schemas
from curation.scaffold import write

CURATE = [sys.executable, "-c", "from curation.start import main; main()"]


def curate(*arguments, cwd=None, **more):
    run = subprocess.run(
        [*CURATE, *map(str, arguments)],
        capture_output=True, text=True, cwd=cwd, check=False, encoding="utf-8", **more,
    )  # fmt: skip
    assert "Traceback" not in run.stderr
    return run


@pytest.fixture(scope="module")
def task(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cli") / "Task"
    write(folder, schemas.families()["image/classification"])
    return folder


def test_a_clean_task_exits_with_0_and_says_what_was_checked(task):
    run = curate("validate", task)

    assert run.returncode == 0
    assert run.stderr == ""
    assert run.stdout.splitlines()[-2].startswith("1 task, 2 samples, 2 media files (")
    assert run.stdout.splitlines()[-1] == "PASSED: 1 warning."


def test_warnings_fail_where_that_is_asked(task):
    assert curate("validate", task, "--fail-on", "warning").returncode == 1


def test_the_package_can_be_run_as_a_module(task):
    run = subprocess.run(
        [sys.executable, "-m", "curation", "validate", str(task), "-q", "--no-cache"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (run.returncode, run.stdout) == (0, "PASSED: 1 warning.\n")


def test_quiet_prints_the_verdict_alone(task):
    assert curate("validate", task, "-q").stdout == "PASSED: 1 warning.\n"


def test_select_and_ignore_take_beginnings_of_codes(task):
    assert (
        curate("validate", task, "-q", "--ignore", "STR,LIC").stdout
        == "PASSED: nothing found.\n"
    )
    assert (
        curate("validate", task, "-q", "--select", "STR016").stdout
        == "PASSED: 1 warning.\n"
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["validate", "nothing-here"], "nothing-here does not exist"),
        (["validate", ".", "--select", "NOPE"], "no rule has the code 'NOPE'"),
        (["validate", ".", "--config", "none.toml"], "none.toml"),
        (["validat", "."], "Did you mean 'validate'?"),
        (["validate"], "Missing argument 'PATHS...'"),
        (["validate", "", "."], "a path is empty"),
        (["validate", "x" * 300], "File name too long"),
        (["validate", ".", "--output", "none/report"], "there is no folder none"),
        (["rules", "XYZ"], "no rule has the code 'XYZ'"),
        (["init", "new", "--family", "detektion"], "there is no family 'detektion'"),
        (["init", "new", "--family", "classification"], "is a family of several modalities"),
        (["init", "new", "--modality", "image"], "--family is missing; it can be one of"),
        (["init", "new", "--modality", "smell", "--family", "qa"], "--modality smell: expected image"),
        (["schema", "image/nothing"], "there is no family 'image/nothing'"),
    ],
)  # fmt: skip
def test_a_mistake_gets_one_clear_message_and_exit_code_2(arguments, said, tmp_path):
    run = curate(*arguments, cwd=tmp_path)

    assert run.returncode == 2
    assert said in run.stderr
    assert run.stdout == ""
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="a folder in use stays there")
def test_a_folder_that_was_deleted_is_no_place_to_run_in(task, tmp_path):
    (tmp_path / "curate.toml").touch()
    configured = ["--config", str(tmp_path / "curate.toml")]
    line = shlex.join([*CURATE, "validate", str(task), *configured])
    script = f"mkdir here && cd here && rmdir ../here && {line}"
    run = subprocess.run(
        ["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=False
    )

    said = run.stderr.splitlines()[-1]
    assert (run.returncode, said) == (
        2,
        "Error: the folder that this runs in was deleted",
    )


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["Task"], "may not be entered: "), (["/elsewhere"], "/elsewhere: Permission denied")],
)  # fmt: skip
def test_a_folder_that_may_not_be_entered_is_named(
    tmp_path, monkeypatch, arguments, said
):
    import click

    from curation.commands.validate import command

    def forbidden(path, **more):
        if str(path) in {"/elsewhere", f"{tmp_path}/."}:
            raise PermissionError(13, "Permission denied", str(path))
        return true(path, **more)

    true = os.stat
    monkeypatch.chdir(tmp_path if arguments == ["Task"] else "/")
    monkeypatch.setattr(os, "stat", forbidden)

    with pytest.raises(click.UsageError, match=said):
        command.main(arguments, standalone_mode=False)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("min_sample = 3", "unknown key 'min_sample'; did you mean 'min_samples'?"),
        ("[limits]\npixel = 3", "limits: unknown key 'pixel'; did you mean 'pixels'?"),
        ("ignore = ['IMG999']", "no rule has the code 'IMG999'"),
        ("[severities]\nIMG001 = 'fatal'", "severities.IMG001: 'fatal' is not one of"),
        ("min_samples = ", "curate.toml: "),
    ],
)
def test_a_faulty_configuration_is_named(task, tmp_path, text, said):
    (tmp_path / "curate.toml").write_text(text)

    run = curate("validate", task, cwd=tmp_path)

    assert (run.returncode, said in run.stderr) == (2, True), run.stderr


def test_a_configuration_is_found_above_and_obeyed(task, tmp_path):
    (tmp_path / "curate.toml").write_text("min_samples = 2\nignore = ['LIC']")
    (tmp_path / "below").mkdir()

    assert (
        curate("validate", task, "-q", cwd=tmp_path / "below").stdout
        == "PASSED: nothing found.\n"
    )


@pytest.mark.slow
@pytest.mark.parametrize(
    "form", ["text", "json", "sarif", "junit", "github", "markdown"]
)
def test_each_format_can_be_written_to_a_file(task, tmp_path, form):
    run = curate("validate", task, "--format", form, "--output", tmp_path / "report")

    assert (run.returncode, run.stdout) == (0, "")
    assert (tmp_path / "report").read_text().count("STR016") >= 1
    assert [p.name for p in tmp_path.iterdir()] == ["report"]


def test_a_link_stays_and_a_pipe_is_written_to_and_neither_is_replaced(task, tmp_path):
    (tmp_path / "link").symlink_to("report")
    curate("validate", task, "-q", "--output", tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "report").read_text() == "PASSED: 1 warning.\n"

    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        curate("validate", task, "-q", "--output", pipe)
        assert os.read(reader, 100) == b"PASSED: 1 warning.\n"
    finally:
        os.close(reader)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link", "pipe", "report"]


def test_an_output_without_a_name_is_a_mistake(task):
    assert curate("validate", task, "--output", "").returncode == 2


@pytest.mark.skipif(
    not os.path.exists("/dev/full"), reason="only Linux has such a file"
)
def test_a_full_disk_behind_stdout_is_said_in_a_line(task):
    line = " ".join([shlex.quote(x) for x in [*CURATE, "validate", str(task)]])
    for end, code in (("> /dev/full", 2), (">&-", 0), ("> /dev/full 2>&1", 2)):
        run = subprocess.run(
            ["sh", "-c", f"{line} {end}"], capture_output=True, text=True, check=False
        )
        assert (run.returncode, "Traceback" in run.stderr) == (code, False)


@pytest.mark.skipif(
    not os.path.exists("/dev/full"), reason="only Linux has such a file"
)
@pytest.mark.parametrize(
    ("words", "end", "said"),
    [
        ("families", "> /dev/full", "Error: No space left on device\n"),
        ("validate nothing", "2> /dev/full", ""),
        ("families", "> /dev/full 2> /dev/full", ""),
    ],
)
def test_a_full_disk_is_not_taken_for_a_fault_of_the_tool(words, end, said):
    line = f"{shlex.join(CURATE)} {words} {end}"
    run = subprocess.run(
        ["sh", "-c", line], capture_output=True, text=True, check=False
    )

    assert (run.returncode, run.stderr) == (2, said)


def test_a_python_that_leaves_out_docstrings_is_refused(task):
    run = curate("validate", task, env={**os.environ, "PYTHONOPTIMIZE": "2"})

    assert run.returncode == 2
    assert "python -OO (PYTHONOPTIMIZE=2) leaves out" in run.stderr


def test_a_reader_that_leaves_does_not_change_the_exit_code(task):
    reader, writer = os.pipe()
    os.close(reader)
    run = subprocess.run(
        [*CURATE, "validate", str(task), "--fail-on", "warning"],
        stdout=writer, stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    os.close(writer)
    assert (run.returncode, run.stderr) == (1, b"")


def test_json_fits_its_schema(task):
    report = json.loads(curate("validate", task, "--format", "json").stdout)

    schemas.exact_validator("report.json").validate(report)
    assert (report["verdict"], report["counts"]["samples"]) == ("passed", 2)


def test_a_second_run_tells_the_same_from_memory(task):
    assert curate("validate", task).stdout == curate("validate", task).stdout


def test_what_has_changed_is_read_again(task, tmp_path):
    import shutil

    folder = shutil.copytree(task, tmp_path / "Task")
    assert curate("validate", folder).returncode == 0
    picture = folder / "images/0001.png"
    facts = picture.stat()
    picture.write_bytes(b"\0" * facts.st_size)
    os.utime(picture, ns=(facts.st_atime_ns, facts.st_mtime_ns))

    assert curate("validate", folder).returncode == 1


def test_a_broken_cache_is_no_obstacle(task):
    from curation import cache

    curate("validate", task)
    (cache.folder() / cache.FILE).write_bytes(b"this is no database" * 100)

    assert curate("validate", task, "-q").stdout == "PASSED: 1 warning.\n"


def test_the_cache_can_be_emptied(task):
    from curation import cache

    curate("validate", task)
    assert (cache.folder() / cache.FILE).exists()
    run = curate("cache", "clear")

    assert run.returncode == 0
    assert not list(cache.folder().glob("facts*"))


@pytest.mark.parametrize("verb", ["show", "clear"])
def test_a_cache_that_may_not_be_touched_is_named(verb, monkeypatch):
    import click

    from curation import cache
    from curation.commands.cache import command

    def forbidden():
        raise PermissionError(13, "Permission denied", "there/facts.sqlite")

    monkeypatch.setattr(cache, "files", forbidden)

    with pytest.raises(
        click.UsageError, match=r"^there/facts\.sqlite: Permission denied$"
    ):
        command.main([verb], standalone_mode=False)


def test_colour_only_where_it_is_wanted(task):
    assert "\x1b[" not in curate("validate", task).stdout
    assert "\x1b[" in curate("validate", task, "--color", "always").stdout


def test_every_command_is_in_the_help_and_in_the_readme():
    from curation.cli import COMMANDS

    told = curate("--help").stdout
    readme = (Path(__file__).parent.parent / "README.md").read_text("utf-8")

    assert [name for name in COMMANDS if f"  {name} " not in told] == []
    assert [name for name in COMMANDS if f"curate {name}" not in readme] == []


@pytest.mark.parametrize("name", ["init", "demo", "validate", "rules", "families", "schema", "doctor", "cache", "level", "board"])  # fmt: skip
def test_every_command_has_help(name):
    run = curate(name, "--help")

    assert run.returncode == 0
    assert run.stdout.startswith(f"Usage: curate {name} ")


def test_doctor_names_a_package_that_takes_the_place_of_ours(tmp_path):
    (tmp_path / "validators").mkdir()
    (tmp_path / "validators" / "__init__.py").touch()
    path = os.pathsep.join([str(tmp_path), str(Path(schemas.__file__).parent.parent)])
    run = curate("doctor", cwd=tmp_path, env={**os.environ, "PYTHONPATH": path})

    assert run.returncode == 1
    assert f"shadowed by {tmp_path / 'validators' / '__init__.py'}" in run.stdout


def test_doctor_finds_the_installation_well():
    run = curate("doctor")

    assert run.stdout.splitlines()[-1] == "All is well."
    assert run.returncode == 0


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="signals differ there")
def test_an_interruption_leaves_a_report_and_no_worker(tmp_path):
    from PIL import Image

    folder = tmp_path / "Task"
    (folder / "images").mkdir(parents=True)
    Image.new("L", (9000, 9000)).save(folder / "images/0.png")
    slow = (folder / "images/0.png").read_bytes()
    samples = []
    for i in range(40):
        (folder / f"images/{i}.png").write_bytes(slow)
        samples.append({"id": f"s{i}", "input": {"image_file": f"images/{i}.png"}})
    document = {"task": "T", "family": "image/vqa", "data": samples}
    (folder / "annotation.json").write_text(json.dumps(document))
    process = subprocess.Popen(
        [*CURATE, "validate", str(folder), "--no-cache", "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    # The command, what keeps its resources, what it forks from, and two workers.
    while len(_alive(process.pid)) < 5:
        time.sleep(0.05)
    time.sleep(2)
    os.killpg(process.pid, signal.SIGINT)
    out, error = process.communicate(timeout=30)

    assert (process.returncode, error) == (130, "")
    assert "interrupted" in out
    assert "SCH001" in out
    time.sleep(1)
    assert _alive(process.pid) == []


@pytest.mark.skipif(sys.platform == "win32", reason="signals differ there")
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_what_ends_a_job_leaves_nothing_unpacked_behind(tmp_path, name):
    code = f"""
import os, signal
from curation import validation
def ended(paths, *_, **__):
    from curation.read import opened
    from curation.settings import Limits
    with opened(paths, Limits()):
        assert os.listdir({str(tmp_path)!r}) != []
        os.kill(os.getpid(), signal.{name})
validation.validate = ended
from curation.start import main
main()
"""
    run = subprocess.run(
        [sys.executable, "-c", code, "validate", ".", "--no-cache"],
        capture_output=True, text=True, check=False, cwd=Path(__file__).parent,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip

    assert (run.returncode, run.stderr.strip()) == (130, "interrupted")
    assert list(tmp_path.iterdir()) == []


def _alive(group):
    """List the processes of a group that have not ended."""
    told = subprocess.run(
        ["ps", "-eo", "pgid=,stat=,args="], capture_output=True, text=True, check=True
    )
    rows = (line.split(None, 2) for line in told.stdout.splitlines())
    return [
        row[2] for row in rows if row[0] == str(group) and not row[1].startswith("Z")
    ]


@pytest.mark.parametrize("module", ["curation.told", "curation.ahead", "curation.cli"])
@pytest.mark.parametrize("wrapped", [False, True], ids=["itself", "in a class body"])
def test_ctrl_c_is_met_while_the_command_loads(task, module, wrapped):
    code = f"""
import sys
class Finder:
    def find_spec(self, name, *_):
        if name == {module!r}:
            try:
                raise KeyboardInterrupt
            except KeyboardInterrupt as error:
                if {wrapped}:  # as Python 3.11 does it
                    raise RuntimeError("Error calling __set_name__") from error
                raise
sys.meta_path.insert(0, Finder())
from curation.start import main
main()
"""
    run = subprocess.run(
        [sys.executable, "-c", code, "validate", str(task), "--no-cache"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert (run.returncode, run.stderr, run.stdout) == (130, "interrupted\n", "")
