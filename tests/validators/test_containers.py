"""How long a file should be, by its own structure."""

import struct

import pytest

from curation.settings import Limits
from tests.media import film, recording, wav
from validators.decoders.containers import announced_bytes, is_unfinished
from validators.decoders.source import opened


def announced(path, data=None):
    if data is not None:
        path.write_bytes(data)
    with opened(path, Limits()) as source:
        return announced_bytes(source)


@pytest.mark.parametrize("suffix", [".wav", ".aiff", ".ogg", ".opus"])
def test_whole_recordings_are_as_long_as_they_say(suffix, tmp_path):
    path = wav(tmp_path / f"a{suffix}")

    assert announced(path) in {None, path.stat().st_size}


@pytest.mark.parametrize("suffix", [".mp4", ".mov", ".mkv", ".webm", ".avi", ".wmv"])
def test_whole_films_are_as_long_as_they_say(suffix, tmp_path):
    path = film(tmp_path / f"a{suffix}")

    assert announced(path) in {None, path.stat().st_size}


@pytest.mark.parametrize("suffix", [".flac", ".mp3"])
def test_some_formats_do_not_say(suffix, tmp_path):
    assert announced(wav(tmp_path / f"a{suffix}")) is None


def test_a_fragmented_film_may_go_on_for_ever(tmp_path):
    flags = {"movflags": "frag_keyframe+empty_moov"}
    path = film(tmp_path / "a.mp4", container_options=flags)

    assert announced(path) == path.stat().st_size


def test_a_box_may_be_longer_than_32_bits_say(tmp_path):
    head = struct.pack(">I4s8s", 16, b"ftyp", b"isom\0\0\0\0")
    box = struct.pack(">I4sQ", 1, b"mdat", 1 << 33)

    assert announced(tmp_path / "a.mp4", head + box) == (1 << 33) + 16


@pytest.mark.parametrize(
    "tail", [struct.pack(">I4s", 0, b"mdat"), struct.pack(">I4s", 999, b"what"), b"\0"]
)
def test_a_last_box_may_leave_it_open(tail, tmp_path):
    head = struct.pack(">I4s8s", 16, b"ftyp", b"isom\0\0\0\0")

    assert announced(tmp_path / "a.mp4", head + tail + bytes(99)) is None


def test_a_long_wav_keeps_its_size_elsewhere(tmp_path):
    head = struct.pack("<4sI4s4sIQ", b"RF64", 0xFFFFFFFF, b"WAVE", b"ds64", 28, 1 << 33)

    assert announced(tmp_path / "a.wav", head + bytes(99)) == (1 << 33) + 8


def test_a_riff_size_may_count_its_own_header(tmp_path):
    data = bytearray(wav(tmp_path / "a.wav").read_bytes())
    data[4:8] = struct.pack("<I", len(data))

    assert announced(tmp_path / "a.wav", data) == len(data)


@pytest.mark.parametrize(
    "data", [b"\x1a\x45\xdf\xa3", b"OggS", b"RIFF", b"\x1a\x45\xdf\xa3\x01"]
)
def test_a_few_bytes_announce_nothing_that_is_short(data, tmp_path):
    found = announced(tmp_path / "a", data)

    assert found is None or found > len(data)


def test_only_a_wav_can_be_unfinished(tmp_path):
    path = recording(tmp_path / "a.m4a")
    with opened(path, Limits()) as source:
        assert not is_unfinished(source)
