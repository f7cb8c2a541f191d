"""Real films, whole and broken, through both decoders of films."""

import json
import struct
from pathlib import Path

import av
import numpy as np
import pytest

from curation.settings import Limits
from tests import media
from tests.media import film, flat, moving, truncate
from validators.decoders import decode, video
from validators.decoders.source import opened

INSTALLED = video.available_backends()
BACKENDS = [
    pytest.param(
        name,
        marks=pytest.mark.skipif(
            name not in INSTALLED, reason=f"{video.BACKENDS[name]} is not installed"
        ),
    )
    for name in video.BACKENDS
]
SUFFIXES = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".wmv")


@pytest.fixture(params=BACKENDS)
def backend(request):
    return request.param


def facts(path, backend="pyav", limits=None):
    options = {"video_backend": backend}
    found = decode(path, "video", limits or Limits(), options)
    assert json.loads(json.dumps(found, allow_nan=False))
    return found


def fault(path, backend="pyav", limits=None):
    found = facts(path, backend, limits)
    return f"{found.get('reason')}: {found.get('detail')}"


def test_a_film_is_measured(backend, tmp_path):
    found = facts(film(tmp_path / "a.mp4", 48), backend)

    digests = {found.pop("sha256"), found.pop("content")}
    assert all(len(d) == 64 for d in digests)
    assert [len(thumb) for thumb in found.pop("thumbs")] == [512] * 4
    assert found == {
        "type": "Video",
        "format": "mp4",
        "codec": "h264",
        "size": (tmp_path / "a.mp4").stat().st_size,
        "width": 64,
        "height": 48,
        "frames": 48,
        "announced_frames": 48,
        "corrupt_frames": 0,
        "fps": 12.0,
        "seconds": 4.0,
        "has_audio": False,
        "rotation": 0,
        "black": 0.0,
        "frozen": False,
        "located": False,
        "metadata": (),
    }


@pytest.mark.parametrize(
    ("suffix", "form", "codec"),
    [
        (".mov", "mp4", "h264"),
        (".mkv", "matroska", "h264"),
        (".webm", "matroska", "vp9"),
        (".avi", "avi", "mpeg4"),
        (".mpg", "mpeg", "mpeg2video"),
        (".ts", "mpegts", "mpeg2video"),
        (".wmv", "asf", "wmv2"),
    ],
)
def test_every_usual_container_is_read(suffix, form, codec, backend, tmp_path):
    found = facts(film(tmp_path / f"a{suffix}", 48), backend)

    assert (found["format"], found["codec"]) == (form, codec)
    assert (found["frames"], found["fps"], found["seconds"]) == (48, 12, 4)


@pytest.mark.parametrize("codec", ["libx265", "libsvtav1", "libvpx", "mjpeg"])
def test_every_usual_codec_is_read(codec, backend, tmp_path):
    quiet = {"libx265": {"x265-params": "log-level=none"}}.get(codec)
    pixels = "yuvj420p" if codec == "mjpeg" else None
    path = film(
        tmp_path / "a.mkv", size=(128, 96), codec=codec, options=quiet, pixels=pixels
    )

    assert facts(path, backend)["frames"] == 24


def test_sound_beside_the_pictures_is_seen(backend, tmp_path):
    found = facts(film(tmp_path / "a.mp4", sound=2.0), backend)

    assert (found["has_audio"], found["frames"]) == (True, 24)


def test_sound_may_last_longer_than_the_pictures(backend, tmp_path):
    found = facts(film(tmp_path / "a.mkv", sound=8.0), backend)

    assert found["seconds"] == 2


def test_black_throughout_is_measured(backend, tmp_path):
    found = facts(film(tmp_path / "a.mp4", paint=flat(0)), backend)

    assert (found["black"], found["frozen"]) == (1.0, True)


def test_a_dark_beginning_is_a_share(backend, tmp_path):
    paint = moving()
    path = film(
        tmp_path / "a.mp4", 20, paint=lambda n: flat(0)(n) if n < 5 else paint(n)
    )

    assert facts(path, backend)["black"] == 0.25


def test_a_small_light_in_the_dark_is_not_black(backend, tmp_path):
    def paint(index):
        frame = flat(0, (640, 360))(index)
        frame[100:106, 201:207] = 255
        return frame

    found = facts(film(tmp_path / "a.mp4", 12, (640, 360), paint=paint), backend)

    assert (found["black"], found["frozen"]) == (0.0, True)


@pytest.mark.parametrize("suffix", [".mp4", ".webm", ".avi", ".mpg"])
def test_one_picture_throughout_is_frozen(suffix, backend, tmp_path):
    still = moving((320, 240))(3)
    path = film(tmp_path / f"a{suffix}", 60, (320, 240), paint=lambda _: still)

    assert facts(path, backend)["frozen"] is True


def test_a_small_movement_is_enough(backend, tmp_path):
    still = moving((320, 240))(3)

    def paint(index):
        frame = still.copy()
        frame[200:208, 40 + index : 48 + index] = 255
        return frame

    path = film(tmp_path / "a.mp4", 60, (320, 240), paint=paint)

    assert facts(path, backend)["frozen"] is False


def test_the_same_frames_in_another_container_have_the_same_content(backend, tmp_path):
    one = film(tmp_path / "a.mp4")
    other = tmp_path / "b.mkv"
    with av.open(one) as source, av.open(other, "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    found, again = facts(one, backend), facts(other, backend)

    assert found["content"] == again["content"]
    assert found["thumbs"] == again["thumbs"]


def test_another_film_has_another_content(backend, tmp_path):
    one = facts(film(tmp_path / "a.mp4"), backend)
    other = facts(film(tmp_path / "b.mp4", paint=moving(seed=2)), backend)

    assert one["content"] != other["content"]


@pytest.mark.slow
def test_thumbnails_outlive_compression(backend, tmp_path):
    one = facts(film(tmp_path / "a.mp4", 200, (320, 240)), backend)
    path = film(tmp_path / "b.webm", 200, (320, 240), options={"crf": "40"})
    other = facts(path, backend)
    pairs = zip(one["thumbs"], other["thumbs"], strict=True)
    far = [
        np.abs(np.subtract(list(bytes.fromhex(a)), list(bytes.fromhex(b)))).mean()
        for a, b in pairs
    ]

    assert max(far) < 5


@pytest.mark.parametrize("pixels", ["yuv420p10le", "yuv444p", "gray", "bgr0"])
def test_depths_and_colours_are_brought_to_grey(pixels, tmp_path):
    codec = "libx264" if pixels == "yuv420p10le" else "ffv1"
    path = film(tmp_path / "a.mkv", paint=flat(0), pixels=pixels, codec=codec)
    bright = film(tmp_path / "b.mkv", paint=flat(200), pixels=pixels, codec=codec)

    assert facts(path)["black"] == 1
    assert int(facts(bright)["thumbs"][0][:2], 16) == pytest.approx(190, abs=14)


def test_tags_are_read_but_for_what_writers_add(backend, tmp_path):
    for suffix in (".mp4", ".mkv", ".avi"):
        path = film(tmp_path / f"a{suffix}", tags={"title": "Dog", "artist": "Ann"})
        assert dict(facts(path, backend)["metadata"]) == {
            "title": "Dog",
            "artist": "Ann",
        }


def test_a_place_is_found_and_not_repeated(backend, tmp_path):
    path = film(tmp_path / "a.mp4", tags={"location": "+52.5+013.4/"})
    found = facts(path, backend)

    assert (found["located"], found["metadata"]) == (True, ())


def test_the_place_that_a_telephone_notes_is_found(backend, tmp_path):
    key = "com.apple.quicktime.location.ISO6709"
    path = film(
        tmp_path / "a.mov",
        tags={key: "+52.5+013.4/"},
        container_options={"movflags": "use_metadata_tags"},
    )

    assert facts(path, backend)["located"] is True


@pytest.mark.parametrize("suffix", SUFFIXES)
@pytest.mark.parametrize("share", [0.5, 0.95])
def test_half_a_film_is_truncated(suffix, share, backend, tmp_path):
    path = truncate(film(tmp_path / f"a{suffix}", 48), share)

    assert fault(path, backend).startswith("truncated: ends after ")


def test_a_truncated_film_with_its_index_in_front_is_truncated(backend, tmp_path):
    path = film(tmp_path / "a.mp4", container_options={"movflags": "faststart"})

    assert fault(truncate(path, 0.8), backend).startswith("truncated: ends after ")


def streamed(path):
    """Make the size of the segment unknown, as in a recording of a live stream."""
    data = path.read_bytes()
    at = data.index(b"\x18\x53\x80\x67") + 4
    path.write_bytes(data[:at] + b"\x01" + b"\xff" * 7 + data[at + 8 :])
    return path


def test_a_streamed_film_is_read(backend, tmp_path):
    assert facts(streamed(film(tmp_path / "a.mkv")), backend)["frames"] == 24


@pytest.mark.parametrize("suffix", [".mkv", ".webm"])
def test_a_truncated_stream_is_known_by_its_duration(suffix, backend, tmp_path):
    path = truncate(streamed(film(tmp_path / f"a{suffix}", 120)), 0.5)

    assert "of the 10.0 s that it announces" in fault(path, backend)


def test_frames_that_the_header_invents_are_kept_apart(backend, tmp_path):
    path = film(tmp_path / "a.avi", 48)
    data = path.read_bytes()
    path.write_bytes(data.replace(struct.pack("<I", 48), struct.pack("<I", 90)))
    found = facts(path, backend)

    assert (found["frames"], found["announced_frames"]) == (48, 90)


def scratch(path):
    """Overwrite a piece in the middle."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 600] = b"\xff" * 600
    path.write_bytes(data)
    return path


def test_damaged_frames_are_counted_by_ffmpeg(tmp_path):
    found = facts(scratch(film(tmp_path / "a.avi", 120, (320, 240))))

    assert found["frames"] > 100
    assert found["corrupt_frames"] > 0


def test_damage_that_stops_the_decoder_says_when(tmp_path):
    path = scratch(film(tmp_path / "a.mp4", 120, (320, 240)))

    assert fault(path).startswith("undecodable: decoding stopped after ")


NOT_FILMS = {
    "it looks like all zeros": bytes(5000),
    "it looks like plain text": b"This is not a film.\n" * 99,
    "it looks like a WAV recording; its structure is broken": b"RIFF\0\0\0\0WAVE" * 9,
    "invalid data found when processing input": np.random.default_rng(3).bytes(5000),
}


@pytest.mark.parametrize("looks", NOT_FILMS)
@pytest.mark.parametrize("suffix", [".mp4", ".avi", ".webm"])
def test_what_is_no_film_says_what_it_is(looks, suffix, backend, tmp_path):
    path = tmp_path / f"a{suffix}"
    path.write_bytes(NOT_FILMS[looks])

    assert fault(path, backend) == f"undecodable: not a film that can be read; {looks}"


def test_a_picture_renamed_is_no_film(backend, tmp_path):
    path = media.picture(tmp_path / "a.png").rename(tmp_path / "a.mp4")

    assert fault(path, backend) == (
        "undecodable: not a film that can be read; it looks like a PNG picture"
    )


def test_sound_alone_is_no_film(backend, tmp_path):
    path = media.recording(tmp_path / "a.m4a")

    assert fault(path, backend) == (
        "undecodable: not a film that can be read; there is no picture in it"
    )


def test_a_codec_that_nobody_knows_is_named(backend, tmp_path):
    path = film(tmp_path / "a.avi")
    data = path.read_bytes().replace(b"FMP4", b"ZZZZ").replace(b"fmp4", b"ZZZZ")
    path.write_bytes(data)

    assert fault(path, backend) == (
        "undecodable: not a film that can be read; its codec is unknown"
    )


@pytest.mark.parametrize("suffix", [".mp4", ".m3u8"])
@pytest.mark.parametrize(
    "text", ["#EXTM3U\n#EXTINF:2,\n{}\n", "ffconcat version 1.0\nfile {}\n"]
)
def test_a_playlist_is_refused(text, suffix, backend, tmp_path):
    other = film(tmp_path / "other.ts")
    path = tmp_path / f"a{suffix}"
    path.write_text(text.format(other))

    assert fault(path, backend) == "refused: a playlist leads to other files"


LIMITS = [
    (Limits(pixels=3000), "3,072 pixels a frame, the limit is 3,000"),
    (Limits(frames=20), "24 frames, the limit is 20"),
    (Limits(seconds=1), "2 s, the limit is 1 s"),
]


@pytest.mark.parametrize(("limits", "detail"), LIMITS)
def test_limits_are_kept(limits, detail, backend, tmp_path):
    path = film(tmp_path / "a.mp4")

    assert fault(path, backend, limits) == f"over-limit: {detail}"


def test_frames_are_limited_whatever_the_header_says(backend, tmp_path):
    path = film(tmp_path / "a.mkv")

    assert fault(path, backend, Limits(frames=20)) == (
        "over-limit: 21 frames, the limit is 20"
    )


def test_a_large_file_is_read_from_its_handle(backend, tmp_path, monkeypatch):
    path = film(tmp_path / "a.mp4")
    from_memory = facts(path, backend)
    monkeypatch.setattr("validators.decoders.source.WHOLE", 100)

    assert facts(path, backend) == from_memory


def test_decord_scales_large_frames_down(tmp_path, monkeypatch):
    video_decord = pytest.importorskip("validators.decoders.video_decord")
    path = film(tmp_path / "a.mp4", size=(320, 240))
    whole = facts(path, "decord")
    monkeypatch.setattr(video_decord, "LARGEST", 128 * 96)
    small = facts(path, "decord")

    assert (small["width"], small["height"], small["frames"]) == (320, 240, 24)
    assert small["content"] != whole["content"]


def test_an_unknown_backend_is_an_error(tmp_path):
    path = film(tmp_path / "a.mp4")
    with (
        opened(path, Limits()) as source,
        pytest.raises(video.BackendMissing, match="no video backend 'vlc'"),
    ):
        video.decode(source, "video", Limits(), {"video_backend": "vlc"})


def test_a_backend_that_is_not_installed_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(video, "versions", lambda: {"av": "18.1.0"})
    path = film(tmp_path / "a.mp4")
    with (
        opened(path, Limits()) as source,
        pytest.raises(video.BackendMissing, match="needs the package decord2"),
    ):
        video.decode(source, "video", Limits(), {"video_backend": "decord"})


def test_a_distribution_that_is_not_there_is_no_backend(monkeypatch):
    monkeypatch.setitem(video.BACKENDS, "decord", "no-such-distribution")
    assert set(video.available_backends()) == {"pyav"}


def test_the_backends_that_are_there_have_versions():
    assert INSTALLED["pyav"] == av.__version__
    assert set(INSTALLED) <= set(video.BACKENDS)


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_flipped_bits_never_crash(suffix, seed, tmp_path):
    path = film(tmp_path / f"a{suffix}", 12)
    media.flip(Path(path), number=10, seed=seed, after=0)

    assert facts(path).get("reason") != "crashed"
