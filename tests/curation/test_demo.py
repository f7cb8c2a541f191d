"""The demonstration: the clean tasks are clean, the broken ones broken where they say."""

from __future__ import annotations

import json
import os
import shlex
from collections import Counter
from hashlib import sha256
from pathlib import Path

import pytest

from curation import demo
from curation.cli import main
from curation.configuration import load
from curation.demo import twin
from curation.demo.faults import EXCEPTIONS, FAULTS, HOSTILE
from curation.demo.faults.fault import CannotPlant
from curation.validation import validate
from validators import BY_CODE, CODES

pytestmark = pytest.mark.slow

TASKS = [
    "3d/comprehension/Chair-Part-Segmentation",
    "3d/generation/Text-to-Table-Mesh-Generation",
    "Audio/comprehension/Triad-Recognition",
    "Audio/generation/Mains-Hum-Removal",
    "Image/comprehension/Car-Park-Vehicle-Detection",
    "Image/generation/Landscape-Image-Inpainting",
    "NLP/Timetable-Question-Answering",
    "Video/comprehension/Marble-Tracking",
    "Video/generation/Landscape-Video-Super-Resolution",
]


@pytest.fixture(scope="module")
def clean(tmp_path_factory):
    """Write the clean demonstration once, for all tests that only read it."""
    root = tmp_path_factory.mktemp("demonstration") / "demo"
    demo.write(root)
    return root


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Write the demonstration with its twin once, for all tests that only read them."""
    root = tmp_path_factory.mktemp("demonstrations")
    demo.write(root / "demo", root / "demo-broken")
    return root / "demo", root / "demo-broken"


@pytest.fixture(scope="module")
def planted(both):
    return json.loads((both[1] / "faults.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def report(both):
    return checked(both[1])


def checked(root):
    return validate([root], load(root / "curate.toml", CODES))


def curate(*arguments):
    with pytest.raises(SystemExit) as stop:
        main([str(a) for a in arguments])
    return stop.value.code


def files(root):
    return [path for path in sorted(root.rglob("*")) if path.is_file()]


def test_each_rule_has_a_planted_fault_or_a_reason_why_not():
    without = set(CODES) - {fault.code for fault in FAULTS} - set(EXCEPTIONS)

    assert not without, (
        f"no fault is planted for {sorted(without)}: add one to curation/demo/faults"
    )


def test_no_fault_is_planted_for_a_rule_that_is_gone():
    assert {f.code for f in (*FAULTS, *HOSTILE)} | set(EXCEPTIONS) <= set(CODES)


def test_each_rule_is_broken_once():
    counts = Counter(fault.code for fault in FAULTS)

    assert [code for code, number in counts.items() if number > 1] == []
    assert not set(counts) & set(EXCEPTIONS)


def test_the_faults_stand_in_the_order_of_the_catalogue():
    codes = [fault.code for fault in FAULTS]

    assert codes == sorted(codes, key=CODES.index)


def test_each_modality_and_paradigm_has_a_task(clean):
    found = [
        f.parent.relative_to(clean).as_posix() for f in clean.rglob("annotation.json")
    ]

    assert sorted(found) == TASKS


def test_the_clean_tasks_are_clean(clean):
    report = checked(clean)

    assert [str(f) for f in report.findings] == []
    assert report.failures == ()
    assert {(t.path.rpartition("/demo/")[2], t.samples) for t in report.tasks} == {
        (task, 12) for task in TASKS
    }


def test_without_the_configuration_only_the_few_samples_are_told(clean):
    assert {f.rule.code for f in validate([clean]).findings} == {"STR016"}


@pytest.mark.slow
def test_a_demonstration_is_small(both):
    for root in both:
        assert sum(f.stat().st_size for f in files(root)) < 10_000_000


def test_the_same_demonstration_is_made_each_time(clean, tmp_path):
    def digests(root):
        return {
            f.relative_to(root): sha256(f.read_bytes()).hexdigest() for f in files(root)
        }

    demo.write(tmp_path / "demo")

    assert digests(tmp_path / "demo") == digests(clean)


@pytest.mark.slow
def test_each_fault_is_found_where_it_was_planted_and_little_else(
    both, planted, report
):
    """In each task: the fault at its place, and the codes that cannot but follow."""
    found = {}
    for one in report.findings:
        task = Path(one.task).relative_to(both[1]).as_posix()
        found.setdefault(task, []).append(one)
    for entry in planted:
        if entry["impossible"]:
            continue
        seen = found.pop(entry["task"], [])
        place = (entry["code"], entry["at"])
        besides = Counter(f.rule.code for f in seen) - Counter([entry["code"]])

        assert place in {(f.rule.code, str(f.where)) for f in seen}, entry["task"]
        assert besides == Counter(entry["besides"]), [entry["task"], *map(str, seen)]

    assert found == {}


@pytest.mark.slow
def test_the_broken_twin_breaks_every_rule(planted, report):
    impossible = {e["code"] for e in planted if e["impossible"]}

    assert {f.rule.code for f in report.findings} >= set(CODES) - set(
        EXCEPTIONS
    ) - impossible


@pytest.mark.slow
def test_no_rule_of_ours_fails_over_the_broken_twin(report):
    assert report.failures == ()
    assert report.complete


@pytest.mark.slow
def test_the_page_names_each_fault(both, planted):
    page = (both[1] / "FAULTS.md").read_text("utf-8")

    for entry in planted:
        assert f"{entry['code']} | {entry['slug']} |" in page
        assert entry["what"] in page
    for code in EXCEPTIONS:
        assert f"- {code} {BY_CODE[code].slug}: " in page


@pytest.mark.slow
def test_the_page_holds_nothing_that_a_terminal_obeys(both):
    page = (both[1] / "FAULTS.md").read_text("utf-8")

    assert all(line.isprintable() for line in page.splitlines())


def test_what_cannot_be_planted_here_is_left_out_and_said(tmp_path, monkeypatch):
    (pipe,) = (f for f in FAULTS if f.code == "MED011")
    monkeypatch.delattr(os, "mkfifo", raising=False)
    monkeypatch.setattr(twin, "FAULTS", (pipe,))
    monkeypatch.setattr(twin, "HOSTILE", ())
    (one,) = twin.write(tmp_path)

    assert one.impossible == "this system has no named pipes"
    assert not (tmp_path / one.folder).exists()
    assert (
        "- MED011 not-a-regular-file: a named pipe lies in the place of a picture:"
        " this system has no named pipes."
        in (tmp_path / "FAULTS.md").read_text("utf-8")
    )


def test_a_name_that_windows_forbids_is_not_planted_there(tmp_path, monkeypatch):
    (colon,) = (f for f in FAULTS if f.code == "STR025")
    monkeypatch.setattr("curation.demo.faults.structure.os.name", "nt")

    with pytest.raises(CannotPlant, match="cannot exist on Windows"):
        colon.plant(tmp_path)


def test_the_command_says_what_to_run_next(tmp_path, capsys):
    assert curate("demo", tmp_path / "my demo") == 0

    said = capsys.readouterr().out
    (command,) = (line for line in said.splitlines() if "curate validate" in line)
    assert said.startswith(f"{tmp_path}/my demo: 9 clean tasks with 108 samples.\n")
    assert shlex.split(command) == [
        "curate",
        "validate",
        f"{tmp_path}/my demo",
        "--config",
        f"{tmp_path}/my demo/curate.toml",
    ]
    assert curate(*shlex.split(command)[1:], "--fail-on", "warning", "--quiet") == 0


def test_a_folder_that_holds_something_is_refused(tmp_path, capsys):
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "mine.txt").touch()

    assert curate("demo", tmp_path / "demo") == 2
    assert f"{tmp_path}/demo exists and is not empty" in capsys.readouterr().err
    assert [f.name for f in files(tmp_path)] == ["mine.txt"]


def test_a_twin_that_is_there_already_is_refused_before_anything_is_written(tmp_path):
    (tmp_path / "demo-broken").mkdir()
    (tmp_path / "demo-broken" / "mine.txt").touch()

    assert curate("demo", tmp_path / "demo", "--broken") == 2
    assert not (tmp_path / "demo").exists()


def test_an_empty_folder_is_filled(tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")

    assert curate("demo", ".") == 0
    assert sorted(p.name for p in Path.cwd().iterdir()) == [
        "3d", "Audio", "Image", "NLP", "Video", "curate.toml",
    ]  # fmt: skip


def test_what_cannot_be_finished_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(_):
        raise OSError("no space left")

    monkeypatch.setattr(twin, "write", full)

    assert curate("demo", tmp_path / "demo", "--broken") == 2
    assert list(tmp_path.iterdir()) == []


def test_a_move_that_fails_takes_the_first_one_back(tmp_path, monkeypatch):
    monkeypatch.setattr(demo, "_clean", lambda root: (root / "a").touch())
    monkeypatch.setattr(twin, "write", lambda root: root.rmdir() or ())

    assert curate("demo", tmp_path / "demo", "--broken") == 2
    assert list(tmp_path.iterdir()) == []
