"""Every layout of the benchmark is found, and nothing else is taken for a task."""

from __future__ import annotations

import json
import os
import tarfile
import zipfile
from pathlib import Path

import pytest

from curation.read import Folder, Unusable, opened
from curation.settings import Limits

ANNOTATION = json.dumps({"task": "x", "data": []})


def tree(root, *files):
    for name in files:
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(ANNOTATION if name.endswith(".json") else "x")
    return root


def found(*paths, cwd=None):
    if cwd:
        os.chdir(cwd)
    with opened([Path(p) for p in paths], Limits()) as things:
        return [
            (t.shown, t.annotations, t.modality, t.paradigm)
            if isinstance(t, Folder)
            else (t.shown, t.kind)
            for t in things
        ]


@pytest.mark.parametrize(
    ("file", "read"),
    [
        ("T/annotation.json", "annotation.json"),
        ("T/json/annotation.json", "json/annotation.json"),
        ("T/json/annotation_v2.json", "json/annotation_v2.json"),
        ("T/t.json", "t.json"),
        ("BirdDetection/bird_detection.json", "bird_detection.json"),
        ("T/anything.json", "anything.json"),
    ],
)
def test_an_annotation_is_found_wherever_it_is_kept(tmp_path, monkeypatch, file, read):
    monkeypatch.chdir(tree(tmp_path, file, "T/images/a.png"))
    task = file.partition("/")[0]

    assert found(task) == [(task, (read,), None, None)]


@pytest.mark.parametrize(
    ("place", "modality", "paradigm"),
    [
        ("Image/comprehension", "image", "comprehension"),
        ("image/generation", "image", "generation"),
        ("3D/comprehension", "mesh", "comprehension"),
        ("3d/generation/group", "mesh", "generation"),
        ("NLP", "text", None),
        ("nlp", "text", None),
        ("Audio/Comprehension", "audio", "comprehension"),
    ],
)
def test_modality_and_paradigm_follow_from_the_folders(
    tmp_path, monkeypatch, place, modality, paradigm
):
    monkeypatch.chdir(tree(tmp_path, f"tree/{place}/T/annotation.json"))

    assert found("tree") == [
        (f"tree/{place}/T", ("annotation.json",), modality, paradigm)
    ]


def test_a_folder_that_merely_lies_below_a_folder_named_video_is_no_video_task(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tree(tmp_path, "video/projects/T/annotation.json"))

    assert found("video/projects/T") == [
        ("video/projects/T", ("annotation.json",), None, None)
    ]


def test_predictions_and_schemas_are_no_annotations(tmp_path, monkeypatch):
    monkeypatch.chdir(
        tree(
            tmp_path,
            "T/annotation.json",
            "T/prediction.json",
            "T/annotation.schema.json",
            "T/review.json",
        )
    )

    assert found("T") == [("T", ("annotation.json",), None, None)]


def test_a_second_annotation_is_listed_behind_the_first(tmp_path, monkeypatch):
    monkeypatch.chdir(
        tree(
            tmp_path,
            "T/annotation_old.json",
            "T/annotation.json",
            "T/json/annotation.json",
        )
    )

    assert found("T") == [
        (
            "T",
            ("annotation.json", "json/annotation.json", "annotation_old.json"),
            None,
            None,
        )
    ]


def test_a_task_place_without_annotation_is_a_task_all_the_same(tmp_path, monkeypatch):
    monkeypatch.chdir(tree(tmp_path, "tree/Image/comprehension/T/images/a.png"))

    assert found("tree") == [
        ("tree/Image/comprehension/T", (), "image", "comprehension")
    ]


def test_a_folder_without_any_task_says_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tree(tmp_path, "x/readme.txt"))

    assert found("x") == [("x", "no-task")]


def test_a_single_annotation_file_is_read_with_the_folder_it_lies_in(
    tmp_path, monkeypatch
):
    monkeypatch.chdir(tree(tmp_path, "Image/comprehension/T/json/annotation.json"))

    assert found("Image/comprehension/T/json/annotation.json") == [
        ("Image/comprehension/T", ("json/annotation.json",), "image", "comprehension")
    ]


def test_the_same_task_asked_for_twice_is_read_once(tmp_path, monkeypatch):
    monkeypatch.chdir(tree(tmp_path, "T/annotation.json"))

    assert len(found("T", "T/annotation.json", str(tmp_path / "T"))) == 1


def packed(root, name, *members):
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    if name.endswith(".zip"):
        with zipfile.ZipFile(file, "w") as archive:
            for member in members:
                archive.writestr(member, ANNOTATION)
    else:
        import io

        with tarfile.open(file, "w:gz" if name.endswith("gz") else "w") as archive:
            for member in members:
                info = tarfile.TarInfo(member)
                info.size = len(ANNOTATION)
                archive.addfile(info, io.BytesIO(ANNOTATION.encode()))
    return file


@pytest.mark.parametrize("name", ["T.zip", "T.tar", "T.tar.gz"])
def test_an_archive_of_a_task_is_read_like_its_folder(tmp_path, monkeypatch, name):
    packed(tmp_path, name, "annotation.json")
    monkeypatch.chdir(tmp_path)

    assert found(name) == [(name, ("annotation.json",), None, None)]


def test_an_archive_of_a_tree_is_read_like_the_tree(tmp_path, monkeypatch):
    packed(
        tmp_path,
        "all.zip",
        "Image/comprehension/A/annotation.json",
        "NLP/B/annotation.json",
    )
    monkeypatch.chdir(tmp_path)

    assert found("all.zip") == [
        (
            "all.zip/Image/comprehension/A",
            ("annotation.json",),
            "image",
            "comprehension",
        ),
        ("all.zip/NLP/B", ("annotation.json",), "text", None),
    ]


def test_archives_inside_a_tree_are_tasks_of_that_tree(tmp_path, monkeypatch):
    packed(tmp_path, "tree/video/comprehension/AnimalVOS.zip", "annotation.json")
    packed(
        tmp_path, "tree/3D/generation/image_2_3d_mesh/open.tar.gz", "annotation.json"
    )
    monkeypatch.chdir(tmp_path)

    assert found("tree") == [
        (
            "tree/3D/generation/image_2_3d_mesh/open.tar.gz",
            ("annotation.json",),
            "mesh",
            "generation",
        ),
        (
            "tree/video/comprehension/AnimalVOS.zip",
            ("annotation.json",),
            "video",
            "comprehension",
        ),
    ]


def test_a_hostile_archive_in_a_tree_does_not_stop_the_others(tmp_path, monkeypatch):
    packed(tmp_path, "tree/video/comprehension/Evil.zip", "../annotation.json")
    tree(tmp_path, "tree/video/comprehension/Good/annotation.json")
    monkeypatch.chdir(tmp_path)

    assert found("tree") == [
        ("tree/video/comprehension/Evil.zip", "refused"),
        (
            "tree/video/comprehension/Good",
            ("annotation.json",),
            "video",
            "comprehension",
        ),
    ]


def test_what_was_unpacked_is_gone_afterwards(tmp_path):
    file = packed(tmp_path, "T.zip", "annotation.json")

    with opened([file], Limits()) as (folder,):
        root = folder.root
        assert (root / "annotation.json").is_file()

    assert not root.exists()


def test_links_are_listed_and_never_followed(tmp_path):
    secret = tree(tmp_path, "secret/annotation.json")
    task = tree(tmp_path / "T", "annotation.json")
    (task / "images").symlink_to(secret / "secret")

    with opened([task], Limits()) as (folder,):
        assert [(e.path, e.kind) for e in folder.entries] == [
            ("annotation.json", "file"),
            ("images", "link"),
        ]


def test_a_fifo_is_listed_as_one(tmp_path):
    os.mkfifo(tree(tmp_path, "annotation.json") / "a.png")

    with opened([tmp_path], Limits()) as (folder,):
        assert [(e.path, e.kind) for e in folder.entries] == [
            ("a.png", "fifo"),
            ("annotation.json", "file"),
        ]


def test_a_path_that_does_not_exist_is_said_to(tmp_path):
    with opened([tmp_path / "nothing"], Limits()) as (thing,):
        assert isinstance(thing, Unusable)
        assert thing.detail == "does not exist"


def test_a_folder_that_must_not_be_read_is_told_of_and_does_not_stop_the_others(
    tmp_path, monkeypatch
):
    tree(tmp_path, "nlp/A/annotation.json", "nlp/B/annotation.json")
    (tmp_path / "nlp" / "A" / "json").mkdir()
    real = os.scandir

    def guarded(path):
        if str(path).endswith(("/B", "/json")):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", guarded)
    shown = str(tmp_path)

    assert [t[:2] for t in found(tmp_path)] == [
        (f"{shown}/nlp/A", ("annotation.json",)),
        (f"{shown}/nlp/B", "denied"),
    ]


@pytest.mark.parametrize("asked", ["nlp/B", "nlp/B/annotation.json"])
def test_a_task_folder_that_may_be_listed_but_not_entered_is_denied(
    tmp_path, monkeypatch, asked
):
    tree(tmp_path, "nlp/B/annotation.json", "nlp/B/a.png")
    real = os.access

    def guarded(path, mode, **more):
        return Path(path).name != "B" and real(path, mode, **more)

    monkeypatch.setattr(os, "access", guarded)

    assert found(tmp_path / asked) == [((tmp_path / "nlp/B").as_posix(), "denied")]
