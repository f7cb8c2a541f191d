"""Folders come back from a release, whole or in scopes, and nowhere else."""

from __future__ import annotations

import json
import os
from errno import ENOSPC

import click
import pytest
import releases

from curation import exporting, parquet, restore, scopes
from curation.cli import main
from curation.columns_of import Column, Layout
from curation.commands import restore as restore_command
from curation.ledger import Side
from curation.parquet import Sheet
from curation.shapes import Kind, Shape


@pytest.fixture
def out(tmp_path):
    root, file = releases.bench(tmp_path)
    releases.texts(root, count=12, skill="Adding up")
    releases.texts(root, "NLP/More", count=4)
    releases.place(
        root, side=lambda task, name, number: Side.OPEN if number % 2 else Side.CLOSE
    )
    return releases.release(root, file, tmp_path / "out")


def test_open_folders_have_references_and_close_ones_have_none(out, tmp_path):
    for tree, wanted in (
        ("open", {"id", "input", "output"}),
        ("close", {"id", "input"}),
    ):
        done = restore.restore(restore.tree_of(out, tree), tmp_path / tree)
        there = json.loads((done[1].folder / "annotation.json").read_text())
        assert [one.samples for one in done] == [2, 6]
        assert there["set_type"] == f"{tree}set"
        assert {key for one in there["data"] for key in one} == wanted


def test_a_tree_alone_is_restored_as_well(out, tmp_path):
    assert (
        restore.restore(
            restore.tree_of(out / "open", "open"), tmp_path / "x", ["text.More"]
        )[0].samples
        == 2
    )


def test_a_folder_that_is_no_release_is_refused(tmp_path):
    with pytest.raises(restore.Unrestored, match="no tree 'open' in it"):
        restore.tree_of(tmp_path, "open")


@pytest.mark.parametrize(
    "name",
    [
        "../../evil.png",
        "/tmp/evil.png",
        "a/../../evil.png",
        "..\\evil.png",
        "nul\0.png",
    ],
)
def test_a_release_of_foreign_origin_cannot_write_elsewhere(tmp_path, name):
    form = Layout((Column("image", ("image",), Shape(Kind.MEDIA, media="image")),))
    sheet = Sheet(form, {"tree": "open"})
    tree = tmp_path / "tree"
    parquet.write(
        tree / "data/t", "open", sheet, [{"image": {"bytes": b"x", "path": name}}]
    )
    (tree / "tasks").mkdir()
    told = {
        "id": "t",
        "samples": 1,
        "folder": "t",
        "annotation": "annotation.json",
        "envelope": {},
    }
    (tree / "tasks/t.json").write_text(json.dumps(told))

    with pytest.raises(restore.Unrestored, match="leads out of"):
        restore.restore(tree, tmp_path / "x")


def test_scopes_part_tasks_into_boards():
    tasks = [
        {"id": "image.comprehension.A", "envelope": {"skill": "Img VQA"}},
        {"id": "image.generation.B", "envelope": {}},
        {"id": "text.C", "envelope": {"skill": "Math Ability"}},
    ]
    told = {
        scope: {b.name: b.tasks for b in scopes.boards(scope, tasks)}
        for scope in scopes.SCOPES
    }

    assert told == {
        "A": {"S-A": ("image.comprehension.A", "image.generation.B", "text.C")},
        "B": {
            "S-B-image": ("image.comprehension.A", "image.generation.B"),
            "S-B-nlp": ("text.C",),
        },
        "C": {
            "S-C-image-comprehension": ("image.comprehension.A",),
            "S-C-image-generation": ("image.generation.B",),
        },
        "D": {
            "S-D-image-comprehension-Img-VQA": ("image.comprehension.A",),
            "S-D-image-generation-other": ("image.generation.B",),
            "S-D-nlp-Math-Ability": ("text.C",),
        },
        "quick": {
            "S-A-Quick": ("image.comprehension.A", "image.generation.B", "text.C")
        },
    }


def test_the_quick_set_has_few_samples_of_each_task(out, tmp_path):
    found = exporting.export(out / "close", "quick", 3)
    board, done = next(iter(exporting.folders(found, tmp_path / "q")))

    assert board == "S-A-Quick"
    assert [one.samples for one in done] == [2, 3]
    assert {len(ids) for ids in found.told()["samples"].values()} == {2, 3}


def test_a_disk_that_is_full_while_folders_are_written_is_told(
    out, tmp_path, monkeypatch
):
    def full(*_):
        raise OSError(ENOSPC, os.strerror(ENOSPC))

    monkeypatch.setattr(restore, "put", full)

    with pytest.raises(click.UsageError, match=r"^No space left on device$"):
        restore_command.command.main(
            [str(out), str(tmp_path / "back")], standalone_mode=False
        )


@pytest.mark.parametrize("tasks", [(), ("--task", "text.More")])
def test_a_tree_that_has_changed_since_the_release_is_not_restored(
    out, tmp_path, capsys, tasks
):
    (file,) = (out / "open" / "data" / "text.More").glob("*.parquet")
    raw = bytearray(file.read_bytes())
    raw[len(raw) // 2] ^= 1
    file.write_bytes(raw)

    with pytest.raises(SystemExit) as stop:
        main(["restore", str(out), str(tmp_path / "back"), *tasks])

    assert stop.value.code == 2
    assert f"{file} has changed since the release" in capsys.readouterr().err
    assert not (tmp_path / "back").exists()
