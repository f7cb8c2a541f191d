"""What a check will need is begun as soon as the command is known."""

from __future__ import annotations

import pytest

from curation import ahead


@pytest.fixture
def begun(monkeypatch):
    found = []
    monkeypatch.setattr(ahead, "warm", found.append)
    return found


def test_the_endings_below_the_paths_say_which_decoders_are_begun(tmp_path, begun):
    (tmp_path / "deep").mkdir()
    for name in ("annotation.json", "a.JPG", "deep/b.flac"):
        (tmp_path / name).touch()
    ahead.foresee(["validate", "--no-cache", str(tmp_path)])
    assert begun == [{"image", "audio"}]


def test_for_an_annotation_file_its_folder_is_looked_at(tmp_path, begun):
    (tmp_path / "a.mp4").touch()
    ahead.foresee(["validate", str(tmp_path / "annotation.json")])
    assert begun == [{"video"}]


def test_nothing_is_begun_for_words_alone(tmp_path, begun):
    (tmp_path / "annotation.json").touch()
    ahead.foresee(["validate", str(tmp_path)])
    assert begun == []


def test_nothing_is_begun_for_a_command_that_decodes_nothing(tmp_path, begun):
    (tmp_path / "a.jpg").touch()
    ahead.foresee(["split", str(tmp_path)])
    assert begun == []


def test_for_a_review_of_words_alone_the_probes_are_begun(tmp_path, monkeypatch):
    found = []
    monkeypatch.setattr(ahead, "warm", lambda *told: found.append(told))
    (tmp_path / "annotation.json").touch()
    ahead.foresee(["review", str(tmp_path)])
    assert found == [((), "curation.review.probes")]


def test_nothing_is_begun_where_folders_lie_too_deep(begun, monkeypatch):
    def walk(_):
        raise RecursionError

    monkeypatch.setattr("os.walk", walk)
    ahead.foresee(["validate", "somewhere"])
    assert begun == []


def test_what_stands_against_beginning_is_left_to_the_command(tmp_path, monkeypatch):
    def refused(_):
        raise OSError("Resource temporarily unavailable")

    monkeypatch.setattr(ahead, "warm", refused)
    (tmp_path / "a.jpg").touch()
    ahead.foresee(["validate", str(tmp_path)])
