"""A run that is known is told again at once, and never when something has changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import schemas
from curation import cache, told
from curation.looked import Looked
from curation.scaffold import write

CURATE = [sys.executable, "-c", "from curation.start import main; main()"]


def curate(*arguments, cwd=None, **changed):
    return subprocess.run(
        [*CURATE, *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=cwd,
        env={**os.environ, **changed},
    )  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made") / "Task"
    write(folder, schemas.families()["text/translation"])
    return folder


@pytest.fixture
def task(made, tmp_path):
    return shutil.copytree(made, tmp_path / "Task")


def kept():
    return [*(cache.folder() / told.FOLDER).glob("*")]


def marked():
    """Mark what is kept, so that it shows where it is told."""
    for file in kept():
        file.write_text(file.read_text("utf-8") + "told\n", "utf-8")


def is_told(*arguments, **where):
    return curate("validate", *arguments, **where).stdout.endswith("told\n")


def test_the_same_words_are_told_with_the_same_exit_code(task):
    document = task / "annotation.json"
    document.write_text(document.read_text("utf-8").replace('"id"', '"no"'), "utf-8")
    first = curate("validate", task)
    marked()

    second = curate("validate", task)

    assert (first.returncode, second.returncode) == (1, 1)
    assert second.stdout == first.stdout + "told\n"


def test_other_words_another_place_and_another_look_are_not_told(task, tmp_path):
    curate("validate", "Task", cwd=tmp_path)
    (tmp_path / "other").mkdir()
    shutil.copytree(task, tmp_path / "other/Task")
    marked()

    assert is_told("Task", cwd=tmp_path)
    assert not is_told("Task", "--verbose", cwd=tmp_path)
    assert not is_told("Task", cwd=tmp_path / "other")
    assert not is_told("Task", cwd=tmp_path, NO_COLOR="1")


@pytest.mark.parametrize(
    "change",
    [
        lambda task: (task / "stray.txt").write_text("new"),
        lambda task: (task / "README.md").unlink(),
        lambda task: (task / "annotation.json").touch(),
        lambda task: (task.parent / "curate.toml").write_text("min_samples = 2"),
    ],
    ids=["a new file", "a file less", "a file touched", "a configuration above"],
)
def test_what_has_changed_is_not_told(task, change):
    curate("validate", "Task", cwd=task.parent)
    marked()
    assert is_told("Task", cwd=task.parent)
    change(task)

    assert not is_told("Task", cwd=task.parent)


def test_a_configuration_that_is_named_is_looked_at(task, tmp_path):
    config = tmp_path / "my.toml"
    config.write_text("min_samples = 2")
    curate("validate", task, "--config", config)
    marked()
    assert is_told(task, "--config", config)
    config.write_text("min_samples = 3")

    assert not is_told(task, "--config", config)


def test_nothing_is_kept_without_the_cache_or_for_a_file_or_of_a_mistake(task):
    curate("validate", task, "--no-cache")
    curate("validate", task, "--output", task.parent / "report")
    curate("validate", task.parent / "absent")
    curate("rules")

    assert kept() == []


def test_what_changed_while_it_was_read_is_not_kept(task):
    looked = Looked([str(task)])
    (task / "new.txt").write_text("")

    told.keep("name", looked, 0, "text")

    assert told.again("name") is None


@pytest.mark.parametrize("text", ["", "a\r\nb\rc\n\n", "\udc80 ü \N{SNOWMAN}"])
def test_a_text_comes_back_as_it_was(task, text):
    told.keep("name", Looked([str(task)]), 1, text)

    assert told.again("name") == (1, text)


def test_the_oldest_go_when_there_are_many(task, monkeypatch):
    monkeypatch.setattr(told, "AT_MOST", 4)
    for number in range(5):
        told.keep(f"name{number}", Looked([str(task)]), 0, "text")
        os.utime(cache.folder() / told.FOLDER / f"name{number}", (number, number))

    assert sorted(file.name for file in kept()) == ["name2", "name3", "name4"]


@pytest.mark.parametrize(
    "broken", [b"", b"1", b"x 1 y\n", b"\xff" * 99, b"0 99999 y\n"]
)
def test_what_cannot_be_read_is_not_told(task, broken):
    told.keep("name", Looked([str(task)]), 0, "text")
    (file,) = kept()
    file.write_bytes(broken)

    assert told.again("name") is None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has such a file")
def test_a_known_run_says_too_that_it_cannot_be_printed(task):
    curate("validate", task)
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            [*CURATE, "validate", str(task)],
            stdout=full, stderr=subprocess.PIPE, text=True, check=False,
        )  # fmt: skip

    assert run.returncode == 2
    assert "the report cannot be printed: No space left on device" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_known_run_imports_nothing_that_is_heavy(task):
    code = (
        "import sys, curation.start\n"
        "try: curation.start.main()\n"
        "finally: print([m for m in ('click', 'typing', 'pathlib') if m in sys.modules])"
    )
    command = [sys.executable, "-c", code, "validate", str(task)]
    runs = [
        subprocess.run(command, capture_output=True, text=True, check=False).stdout
        for _ in "12"
    ]

    assert [run.splitlines()[-1] for run in runs] == [
        "['click', 'typing', 'pathlib']",
        "[]",
    ]
