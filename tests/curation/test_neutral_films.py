"""Films lose what only tells of them, and not one bit of a frame or a sample."""

from __future__ import annotations

import struct

import films
import pytest

from curation.neutral import Uncleaned, cleaned

DYE = "DYE4711SECRET"
TAGS = {
    "title": DYE,
    "comment": DYE,
    "artist": DYE,
    "creation_time": "2020-01-01T00:00:00",
}


def clean(raw, name="x"):
    assert DYE.encode() in raw
    found = cleaned(raw, name)
    assert DYE.encode() not in found
    assert films.seen(found) == films.seen(raw)
    assert films.heard(found) == films.heard(raw)
    assert cleaned(found, name) == found
    return found


@pytest.mark.parametrize(
    "options", [{}, {"movflags": "faststart"}, {"movflags": "frag_keyframe+empty_moov"}]
)
@pytest.mark.parametrize("form", ["mp4", "mov"])
def test_an_mp4_keeps_its_frames_and_samples(form, options):
    clean(films.film(form, sound="aac", options=options, **TAGS))


def test_an_mp4_tells_no_date_and_no_encoder():
    found = clean(films.film("mp4", **TAGS))

    assert found[found.index(b"mvhd") + 8 : found.index(b"mvhd") + 16] == bytes(8)
    assert b"Lavf" not in found


def test_an_mp4_is_turned_as_it_was():
    raw = films.film("mp4", **TAGS)
    matrix = struct.pack(">9i", 0, 1 << 16, 0, -1 << 16, 0, 0, 48 << 16, 0, 1 << 30)
    place = raw.index(b"tkhd") + 4 + 40
    turned = raw[:place] + matrix + raw[place + 36 :]

    assert films.seen(clean(turned))[0][2] != 0


def test_a_mov_loses_its_track_of_time_codes():
    raw = films.film("mov", stream_tags={"timecode": "01:02:03:04"}, **TAGS)

    assert b"tmcd" in raw
    assert b"tmcd" not in clean(raw).replace(b"tref", b"")[-400:]


@pytest.mark.parametrize(
    ("form", "codec", "sound"),
    [("matroska", "mpeg4", "pcm_s16le"), ("webm", "libvpx", None)],
)
def test_a_matroska_keeps_its_frames_and_samples(form, codec, sound):
    found = clean(films.film(form, codec, sound, stream_tags={"title": DYE}, **TAGS))

    assert b"Lavf" not in found


@pytest.mark.parametrize("sound", [None, "pcm_s16le"])
def test_an_avi_keeps_its_frames_and_samples(sound):
    clean(films.film("avi", sound=sound, stream_tags={"title": DYE}, **TAGS))


@pytest.mark.parametrize("form", ["mp4", "matroska", "avi"])
def test_half_a_film_is_refused_or_cleaned_but_never_crashes(form):
    raw = films.film(form)
    for size in range(13, len(raw), max(1, len(raw) // 60)):
        try:
            cleaned(raw[:size], "x")
        except Uncleaned:
            continue
