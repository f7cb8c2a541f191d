"""Real recordings, whole and broken, through the decoder of sound."""

import json
import struct

import numpy as np
import pytest

from curation.settings import Limits
from tests import media
from tests.media import recording, tone, truncate, wav
from validators.decoders import decode

SUFFIXES = (".wav", ".flac", ".ogg", ".opus", ".mp3", ".aiff")
FFMPEG = (".m4a", ".aac", ".webm", ".wma")


def facts(path, limits=None):
    found = decode(path, "audio", limits or Limits(), {})
    assert json.loads(json.dumps(found, allow_nan=False))
    return found


def fault(path, limits=None):
    found = facts(path, limits)
    return f"{found.get('reason')}: {found.get('detail')}"


def test_a_recording_is_measured(tmp_path):
    samples = np.zeros((8000, 2), np.float32)
    samples[:4000] = 0.5
    samples[4000:, 1] = -0.25

    found = facts(wav(tmp_path / "a.wav", samples))

    digests = {found.pop("sha256"), found.pop("content")}
    assert all(len(d) == 64 for d in digests)
    assert found == {
        "type": "Audio",
        "format": "wav",
        "encoding": "PCM_16",
        "size": 32044,
        "seconds": 1.0,
        "rate": 8000,
        "channels": 2,
        "samples": 8000,
        "lowest": -0.25,
        "highest": 0.5,
        "rms": 0.375,
        "clipped": 0.0,
        "not_finite": 0,
        "fingerprint": "",
        "metadata": (),
        "located": False,
        "unfinished": False,
    }


@pytest.mark.parametrize(
    ("suffix", "form"),
    [
        (".wav", "wav"),
        (".flac", "flac"),
        (".ogg", "ogg"),
        (".opus", "ogg"),
        (".mp3", "mp3"),
        (".aiff", "aiff"),
    ],
)
def test_libsndfile_reads(suffix, form, tmp_path):
    found = facts(wav(tmp_path / f"a{suffix}", tone(2, 24000), 24000))

    assert (found["format"], found["seconds"], found["rate"]) == (form, 2.0, 24000)
    assert found["rms"] == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize(
    ("suffix", "form", "encoding"),
    [
        (".m4a", "mp4", "AAC"),
        (".aac", "aac", "AAC"),
        (".webm", "matroska", "OPUS"),
        (".wma", "asf", "WMAV2"),
    ],
)
def test_ffmpeg_reads_the_rest(suffix, form, encoding, tmp_path):
    found = facts(recording(tmp_path / f"a{suffix}", tone(2, 48000, channels=2)))

    assert (found["format"], found["encoding"]) == (form, encoding)
    assert (found["rate"], found["channels"]) == (48000, 2)
    assert found["seconds"] == pytest.approx(2, abs=0.1)
    assert found["rms"] == pytest.approx(0.25, abs=0.02)


def test_apple_lossless_keeps_every_sample(tmp_path):
    sound = (tone(1, 48000) * 32767).round() / 32768
    found = facts(recording(tmp_path / "a.m4a", sound, codec="alac"))

    assert found["samples"] == 48000
    assert found["highest"] == pytest.approx(float(sound.max()), abs=1e-4)


@pytest.mark.parametrize("codec", ["pcm_u8", "pcm_s16le", "pcm_s32le", "pcm_f32le"])
def test_plain_samples_in_matroska_are_brought_to_one_scale(codec, tmp_path):
    found = facts(recording(tmp_path / "a.mkv", tone(2, 48000), codec=codec))

    assert (found["format"], found["samples"]) == ("matroska", 96000)
    assert found["highest"] == pytest.approx(0.5, abs=0.01)
    assert found["rms"] == pytest.approx(0.25, abs=0.01)


def test_the_sound_of_a_film_can_be_listened_to(tmp_path):
    found = facts(media.film(tmp_path / "a.mp4", sound=2.0))

    assert (found["format"], found["encoding"]) == ("mp4", "AAC")


def test_a_film_without_sound_is_no_recording(tmp_path):
    assert fault(media.film(tmp_path / "a.mp4")) == (
        "undecodable: not a recording that can be read; there is no sound in it"
    )


def test_wav_and_flac_of_the_same_samples_have_the_same_content(tmp_path):
    samples = (tone(20) * 32767).astype(np.int16)
    one = facts(wav(tmp_path / "a.wav", samples))
    other = facts(wav(tmp_path / "a.flac", samples))

    assert one["content"] == other["content"]
    assert one["fingerprint"] == other["fingerprint"] != ""


def test_one_sample_makes_another_content(tmp_path):
    samples = (tone(20) * 32767).astype(np.int16)
    one = facts(wav(tmp_path / "a.wav", samples))
    samples[70_001] += 1

    assert facts(wav(tmp_path / "b.wav", samples))["content"] != one["content"]


def test_a_fingerprint_outlives_compression_and_gain(tmp_path):
    one = facts(wav(tmp_path / "a.wav", tone(20), 8000))
    other = facts(wav(tmp_path / "a.mp3", tone(20, level=0.1), 8000))
    digits = zip(one["fingerprint"], other["fingerprint"], strict=True)

    assert max(abs(int(a, 16) - int(b, 16)) for a, b in digits) <= 1
    assert len(one["fingerprint"]) == 32


def test_tags_are_read_but_for_what_writers_add(tmp_path):
    told = {"title": "Dog", "artist": "Ann", "software": "x"}
    for suffix in (".wav", ".flac", ".ogg"):
        found = facts(wav(tmp_path / f"a{suffix}", tags=told))
        assert dict(found["metadata"]) == {"title": "Dog", "artist": "Ann"}
    for suffix in (".mp3", ".m4a", ".webm", ".wma"):
        found = facts(recording(tmp_path / f"b{suffix}", tags=told))
        assert dict(found["metadata"]) == {"title": "Dog", "artist": "Ann"}


def test_a_place_is_found_and_not_repeated(tmp_path):
    found = facts(
        recording(
            tmp_path / "a.m4a", tags={"location": "+52.5+013.4/", "comment": "bird"}
        )
    )

    assert (found["located"], found["metadata"]) == (True, (("comment", "bird"),))


def test_not_a_number_is_counted_and_kept_out_of_the_rest(tmp_path):
    samples = tone()
    samples[100], samples[200], samples[300] = np.nan, np.inf, -np.inf
    found = facts(wav(tmp_path / "a.wav", samples, subtype="FLOAT"))

    assert found["not_finite"] == 3
    assert found["highest"] == pytest.approx(0.5, abs=0.01)


def test_huge_samples_stay_finite(tmp_path):
    found = facts(wav(tmp_path / "a.wav", tone() * 1e30, subtype="FLOAT"))

    assert found["clipped"] == pytest.approx(1, abs=0.01)
    assert found["highest"] == pytest.approx(5e29, rel=0.01)


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "FLOAT", "ULAW"])
def test_clipping_is_seen_at_every_depth(subtype, tmp_path):
    loud = (tone(level=100).clip(-1, 1)).astype(np.float32)

    assert facts(wav(tmp_path / "a.wav", loud, subtype=subtype))["clipped"] > 0.9


def test_silence_is_seen(tmp_path):
    found = facts(wav(tmp_path / "a.flac", tone(20) * 0))

    assert (found["lowest"], found["highest"], found["rms"]) == (0, 0, 0)
    assert found["fingerprint"] == ""


def test_no_samples_are_no_fault_of_the_file(tmp_path):
    found = facts(wav(tmp_path / "a.wav", tone(0)))

    assert (found["samples"], found["seconds"]) == (0, 0)


@pytest.mark.parametrize("suffix", [*SUFFIXES, *FFMPEG])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_half_a_recording_is_truncated(suffix, share, tmp_path):
    make = recording if suffix in FFMPEG else wav
    path = make(tmp_path / f"a{suffix}", tone(5, 48000), 48000)

    assert fault(truncate(path, share)).startswith("truncated: ")


def test_an_mp3_that_announces_nothing_is_taken_as_it_is(tmp_path):
    path = wav(tmp_path / "a.mp3", tone(5, 48000), 48000)
    data = path.read_bytes().replace(b"Xing", b"xing").replace(b"Info", b"info")
    path.write_bytes(data)

    assert facts(truncate(path))["seconds"] < 3


def test_a_truncated_wav_tells_both_sizes(tmp_path):
    assert fault(truncate(wav(tmp_path / "a.wav"))) == (
        "truncated: ends after 8,022 of the 16,044 bytes that it announces"
    )


def sized(path, riff, data):
    """Put other sizes into the header of a WAV file."""
    raw = bytearray(path.read_bytes())
    raw[4:8] = struct.pack("<I", riff)
    raw[40:44] = struct.pack("<I", data)
    path.write_bytes(raw)
    return path


def test_a_data_chunk_longer_than_the_file_is_named(tmp_path):
    assert fault(sized(wav(tmp_path / "a.wav"), 16036, 1_000_000)) == (
        "truncated: ends after 16,044 of the 1,000,044 bytes that it announces"
    )


def test_a_file_shorter_than_its_outer_size_is_named(tmp_path):
    assert fault(sized(wav(tmp_path / "a.wav"), 1_000_000, 16000)) == (
        "truncated: ends after 16,044 of the 1,000,008 bytes that it announces"
    )


@pytest.mark.parametrize("size", [0xFFFFFFFF, 0x7FFFF000 + 36])
def test_a_header_left_open_by_a_pipe_is_unfinished(size, tmp_path):
    found = facts(sized(wav(tmp_path / "a.wav"), size, size - 36))

    assert (found["unfinished"], found["samples"]) == (True, 8000)


def test_flac_that_breaks_in_the_middle_says_where(tmp_path):
    noise = np.random.default_rng(1).normal(0, 0.1, (400_000, 1)).astype(np.float32)
    path = wav(tmp_path / "a.flac", noise)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 255
    path.write_bytes(data)

    assert fault(path) == (
        "undecodable: decoding stopped after 131,072 of 400,000 samples: "
        "flac decoder lost sync"
    )


def test_a_flac_that_claims_a_month_is_over_the_limit(tmp_path):
    path = wav(tmp_path / "a.flac")
    data = bytearray(path.read_bytes())
    data[21] |= 0x0F
    data[22:26] = b"\xff" * 4
    path.write_bytes(data)

    assert fault(path) == "over-limit: 8,589,935 s, the limit is 14,400 s"


@pytest.mark.parametrize("suffix", [".wav", ".m4a"])
def test_a_limit_on_seconds_is_kept(suffix, tmp_path):
    make = wav if suffix == ".wav" else recording
    path = make(tmp_path / f"a{suffix}", tone(5, 48000), 48000)

    assert fault(path, Limits(seconds=3)) == "over-limit: 5 s, the limit is 3 s"


NOT_SOUND = {
    "it looks like all zeros": bytes(5000),
    "it looks like plain text": b"This is not a recording.\n" * 99,
    "it looks like a PNG picture": b"\x89PNG\r\n\x1a\n" + bytes(99),
    "invalid data found when processing input": np.random.default_rng(3).bytes(5000),
}


@pytest.mark.parametrize("looks", NOT_SOUND)
@pytest.mark.parametrize("suffix", [".wav", ".mp3", ".m4a"])
def test_what_is_no_sound_says_what_it_is(looks, suffix, tmp_path):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(NOT_SOUND[looks])

    assert fault(path) == f"undecodable: not a recording that can be read; {looks}"


def test_a_recording_without_its_index_is_broken(tmp_path):
    path = recording(tmp_path / "a.m4a")
    path.write_bytes(path.read_bytes().replace(b"moov", b"junk"))

    assert fault(path) == (
        "undecodable: not a recording that can be read; "
        "it looks like an MP4 or QuickTime file; its structure is broken"
    )


def test_a_playlist_is_refused(tmp_path):
    path = tmp_path / "a.mp3"
    path.write_bytes(b"#EXTM3U\n/etc/passwd\n")

    assert fault(path) == "refused: a playlist leads to other files"


def midi(*tracks):
    head = b"MThd" + struct.pack(">IHHH", 6, 1, len(tracks), 480)
    return head + b"".join(b"MTrk" + struct.pack(">I", len(t)) + t for t in tracks)


def test_midi_is_recognised_by_its_chunks(tmp_path):
    path = tmp_path / "a.mid"
    path.write_bytes(midi(b"\0\xff\x2f\0", b"\0\xff\x2f\0"))
    found = facts(path)

    assert (found["format"], found["encoding"]) == ("midi", "2 tracks")
    assert (found["samples"], found["rate"], found["seconds"]) == (0, 0, 0)


def test_truncated_midi_is_named(tmp_path):
    path = tmp_path / "a.mid"
    path.write_bytes(midi(b"\0\xff\x2f\0", b"\0\xff\x2f\0")[:-2])

    assert fault(path) == "truncated: ends within track 2 of 2"


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("suffix", [*SUFFIXES, *FFMPEG])
def test_flipped_bits_never_crash(suffix, seed, tmp_path):
    make = recording if suffix in FFMPEG else wav
    path = make(tmp_path / f"a{suffix}", tone(1, 48000), 48000)
    media.flip(path, number=20, seed=seed, after=0)

    assert facts(path).get("reason") != "crashed"
