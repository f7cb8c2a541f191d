"""Recordings lose what only tells of them, and not one bit of a sample."""

from __future__ import annotations

import io
import struct

import av
import films
import numpy as np
import pytest
import soundfile

from curation.neutral import Uncleaned, cleaned

DYE = "DYE4711SECRET"
TAGS = ("title", "artist", "comment", "software", "date", "album")


def sound(channels=2, seconds=1.0, rate=22050):
    time = np.arange(int(rate * seconds)) / rate
    tones = [
        np.sin(2 * np.pi * (220 + 110 * c) * time) * np.exp(-time)
        for c in range(channels)
    ]
    return 0.6 * np.stack(tones, axis=1), rate


def recorded(form, subtype=None, channels=2):
    samples, rate = sound(channels)
    out = io.BytesIO()
    with soundfile.SoundFile(
        out, "w", rate, channels, format=form, subtype=subtype
    ) as file:
        for tag in TAGS:
            if form in {"WAV", "AIFF", "FLAC", "OGG"}:
                setattr(file, tag, DYE)
        file.write(samples)
    return out.getvalue()


def samples(raw):
    found, rate = soundfile.read(io.BytesIO(raw), dtype="int32", always_2d=True)
    return rate, found.shape, found.tobytes()


def clean(raw, name="x"):
    assert DYE.encode() in raw
    found = cleaned(raw, name)
    assert DYE.encode() not in found
    assert samples(found) == samples(raw)
    assert films.heard(found) == films.heard(raw)
    assert cleaned(found, name) == found
    return found


@pytest.mark.parametrize(
    "subtype", ["PCM_U8", "PCM_16", "PCM_24", "FLOAT", "ULAW", "IMA_ADPCM"]
)
def test_a_wave_keeps_its_samples(subtype):
    clean(recorded("WAV", subtype, channels=1))


def test_a_wave_loses_chunks_that_nobody_knows_and_keeps_the_layout_of_its_channels():
    raw = recorded("WAVEX", "PCM_16", channels=6)
    chunk = b"bext" + struct.pack("<I", 602) + DYE.encode().ljust(602, b"\0")
    whole = (
        raw[:12]
        + chunk
        + raw[12:]
        + b"id3 "
        + struct.pack("<I", 14)
        + DYE.encode()
        + b"\0"
    )

    assert samples(clean(whole))[1] == (22050, 6)
    assert raw[20:60] in clean(whole)


@pytest.mark.parametrize(("form", "subtype"), [("AIFF", "PCM_16"), ("RF64", "PCM_16")])
def test_other_plain_recordings_keep_their_samples(form, subtype):
    raw = recorded(form, subtype)

    assert samples(cleaned(raw, "x")) == samples(raw)
    assert DYE.encode() not in cleaned(raw, "x")


@pytest.mark.parametrize("subtype", ["PCM_16", "PCM_24"])
def test_a_flac_keeps_its_samples(subtype):
    clean(recorded("FLAC", subtype))


def test_a_flac_keeps_the_layout_of_its_channels_and_loses_tags_around_it():
    raw = recorded("FLAC", "PCM_16")
    comments = [b"WAVEFORMATEXTENSIBLE_CHANNEL_MASK=0x3", b"TITLE=" + DYE.encode()]
    body = struct.pack("<II", 0, 2) + b"".join(
        struct.pack("<I", len(c)) + c for c in comments
    )
    block = b"\x04" + len(body).to_bytes(3, "big") + body
    end = 8 + int.from_bytes(raw[5:8], "big")
    whole = raw[:end] + block + raw[end:]

    found = cleaned(b"ID3\x04\0\0\0\0\0\x0d" + DYE.encode() + whole, "x.flac")

    assert b"CHANNEL_MASK=0x3" in found
    assert DYE.encode() not in found
    assert samples(found) == samples(raw)


@pytest.mark.parametrize("subtype", ["VORBIS", "OPUS"])
def test_an_ogg_keeps_its_samples(subtype):
    if subtype == "OPUS":
        wave, _ = sound()
        out = io.BytesIO()
        with soundfile.SoundFile(
            out, "w", 48000, 2, format="OGG", subtype="OPUS"
        ) as file:
            file.title = DYE
            file.write(wave)
        clean(out.getvalue())
    else:
        clean(recorded("OGG", subtype))


def test_an_ogg_with_comments_of_many_pages_keeps_its_samples():
    clean(
        films.sound(
            "ogg",
            "libvorbis" if "libvorbis" in av.codecs_available else "vorbis",
            title=DYE,
            comment=DYE * 12_000,
        )
    )


@pytest.mark.parametrize("version", [1, 2])
def test_an_mp3_keeps_its_frames(version):
    raw = recorded("MP3")
    tag = (
        b"ID3\x04\0\0"
        + bytes([0, 0, 0, 26])
        + b"TIT2\0\0\0\x10\0\0\0"
        + DYE.encode()
        + b"\0\0"
    )
    old = (b"TAG" + DYE.encode()).ljust(128, b"\0")
    ape = b"APETAGEX" + struct.pack("<IIII8x", 2000, 32 + 40, 1, 0)
    body = DYE.encode().ljust(40, b"\0") + ape
    whole = tag + raw + (old if version == 1 else body + old)

    found = cleaned(whole, "x.mp3")

    assert DYE.encode() not in found
    assert found == cleaned(raw, "x.mp3")
    assert samples(found) == samples(raw)


def test_an_mp4_recording_keeps_its_samples():
    raw = films.sound("mp4", "aac", title=DYE, comment=DYE)
    found = cleaned(raw, "x.m4a")

    assert DYE.encode() in raw
    assert DYE.encode() not in found
    assert films.heard(found) == films.heard(raw)


@pytest.mark.parametrize("form", ["WAV", "FLAC", "OGG", "AIFF"])
def test_half_a_recording_is_refused_or_cleaned_but_never_crashes(form):
    raw = recorded(form)
    for size in range(13, len(raw), max(1, len(raw) // 40)):
        try:
            cleaned(raw[:size], "x")
        except Uncleaned:
            continue
