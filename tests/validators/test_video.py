"""Rules on films and folders of frames, from facts made by hand."""

from dataclasses import replace

import pytest

from curation.model import Where
from tests.galleries import found, gallery
from validators.video import RULES, Frames, Video

FILM = Video(
    where=Where("a.mp4"),
    kind="video",
    size=1000,
    sha256="0",
    format="mp4",
    width=640,
    height=360,
    frames=100,
    announced_frames=100,
    fps=25.0,
    seconds=4.0,
    codec="h264",
)
FOLDER = Frames(
    where=Where("frames/v1"),
    folder="frames/v1",
    names=("0001.png", "0002.png", "0003.png"),
    sizes=((64, 48),) * 3,
)


def said(**changes):
    return found(RULES, replace(FILM, **changes))


def told(*names, **changes):
    """Ask about a folder with frames of these numbers."""
    changes.setdefault("sizes", ())
    return found(RULES, replace(FOLDER, names=names, **changes))


def test_nothing_is_said_of_a_plain_film():
    assert said() == []


def test_a_film_without_frames_is_named_once():
    assert said(frames=0) == ["a.mp4: VID001 0 frames could be decoded"]


def test_fewer_frames_than_announced_are_counted():
    assert said(frames=60) == ["a.mp4: VID002 60 of 100 frames could be decoded"]


@pytest.mark.parametrize(
    ("frames", "announced"), [(98, 100), (980, 1000), (100, 90), (100, None), (8, 10)]
)
def test_a_few_frames_may_be_missing(frames, announced):
    assert said(frames=frames, announced_frames=announced) == []


@pytest.mark.parametrize(("frames", "announced"), [(97, 100), (979, 1000), (7, 10)])
def test_more_than_a_few_may_not(frames, announced):
    assert said(frames=frames, announced_frames=announced) == [
        f"a.mp4: VID002 {frames} of {announced:,} frames could be decoded"
    ]


def test_damaged_frames_are_counted():
    assert said(corrupt_frames=7) == ["a.mp4: VID003 7 of 100 frames are damaged"]


def test_a_black_film_is_not_called_frozen_too():
    assert said(black=1.0, frozen=True) == ["a.mp4: VID004 all 100 frames are black"]


def test_a_film_may_begin_in_the_dark():
    assert said(black=0.99) == []


def test_a_frozen_film_is_named():
    assert said(frozen=True) == ["a.mp4: VID005 all 100 frames are alike"]


def test_a_film_of_one_frame_cannot_freeze():
    assert said(frozen=True, frames=1, announced_frames=1) == []


def test_a_place_is_named_but_not_told():
    assert said(located=True) == ["a.mp4: VID007 a tag holds coordinates or a place"]


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("artist", "VID008"),
        ("com.apple.quicktime.model", "VID008"),
        ("title", "VID009"),
        ("description", "VID009"),
    ],
)
def test_a_tag_is_shown(tag, code):
    assert said(metadata=((tag, "Ann"),)) == [f"a.mp4: {code} {tag} is 'Ann'"]


def task(*facts):
    return gallery("video/generic", [], facts)


def other(path, width=640, height=360, **changes):
    return replace(FILM, where=Where(path), width=width, height=height, **changes)


def test_films_of_one_size_are_not_mixed():
    assert found(RULES, task(FILM, other("b.mp4"))) == []


def test_mixed_sizes_are_counted():
    assert found(RULES, task(FILM, other("b.mp4", 320, 240), other("c.mp4"))) == [
        "annotation.json: VID006 inputs: 2 of 640x360, 1 of 320x240; b.mp4 has 320x240"
    ]


def test_references_may_be_larger_than_inputs():
    assert found(RULES, task(FILM, other("b.mp4", 1280, 720, reference=True))) == []


def test_many_sizes_are_cut_short():
    many = task(*(other(f"{n}.mp4", 100 + n) for n in range(6)))

    assert found(RULES, many) == [
        (
            "annotation.json: VID006 inputs: 1 of 100x360, 1 of 101x360, 1 of 102x360, "
            "1 of 103x360 and 2 other sizes; 1.mp4 has 101x360"
        )
    ]


def test_nothing_is_said_of_a_plain_folder():
    assert found(RULES, FOLDER) == []


def test_an_empty_folder_is_named():
    assert told() == ["frames/v1: VID010 0 pictures in the folder"]


def test_a_folder_without_pictures_shows_what_is_there():
    assert told(others=("a.txt", "b.txt")) == [
        "frames/v1: VID010 0 pictures in the folder; a.txt is none"
    ]


def test_a_missing_frame_is_named():
    assert told("0001.png", "0002.png", "0004.png", "0005.png") == [
        "frames/v1: VID011 0003 missing between 0001 and 0005"
    ]


def test_many_gaps_are_cut_short():
    names = [f"{n:03}.jpg" for n in range(100) if n not in {7, 8, 9, 30, 50, 60, 70}]

    assert told(*names) == [
        "frames/v1: VID011 007-009, 030, 050, 060 and 1 more missing between 000 and 099"
    ]


def test_frames_of_two_sizes_are_named():
    sizes = ((64, 48), (64, 48), (32, 24))

    assert told("1.png", "2.png", "3.png", sizes=sizes) == [
        "frames/v1: VID012 2 of 64x48, 1 of 32x24; 3.png has 32x24"
    ]


def test_sizes_alone_name_no_frame_where_one_could_not_be_decoded():
    assert told("1.png", "2.png", "3.png", sizes=((64, 48), (32, 24))) == [
        "frames/v1: VID012 1 of 64x48, 1 of 32x24"
    ]
