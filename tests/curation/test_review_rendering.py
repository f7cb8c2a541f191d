"""What the page shows of files: made small, true to the file, and never raised about."""

from __future__ import annotations

import io

import av
import media
import models
import numpy as np
import pytest
import soundfile
from PIL import Image

from curation.review import rendering
from curation.review.rendering import paint, solid
from curation.settings import Limits
from curation.workers import Job, batched

LIMITS = Limits()


def draw(path, kind, room=200_000):
    told = rendering.draw(path, kind, room, LIMITS)
    assert told["type"] == "Drawn", told
    return told


def opened(data):
    return Image.open(io.BytesIO(data))


# ------------------------------------------------------------------- pictures


def test_a_small_picture_is_shown_with_all_of_its_pixels(tmp_path):
    path = media.picture(tmp_path / "a.png", (64, 48))

    shown = draw(path, "image")

    assert (shown["width"], shown["height"]) == (64, 48)
    assert np.array_equal(opened(shown["picture"]), Image.open(path))


def test_a_large_picture_is_scaled_until_it_fits(tmp_path):
    noise = np.random.default_rng(1).integers(0, 255, (1500, 2000, 3), np.uint8)
    path = tmp_path / "large.png"
    Image.fromarray(noise).save(path)

    shown = draw(path, "image", room=60_000)

    assert len(shown["picture"]) <= 60_000
    assert (shown["width"], shown["height"]) == (2000, 1500)
    assert opened(shown["picture"]).width == shown["side"] < 1000


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "CMYK", "I;16", "I", "F"])  # fmt: skip
def test_pictures_of_every_mode_are_shown(tmp_path, mode):
    path = tmp_path / ("a.tif" if mode in {"CMYK", "F", "I", "I;16"} else "a.png")
    ramp = Image.fromarray(np.arange(64 * 64, dtype=np.uint16).reshape(64, 64))
    whole = ramp if mode == "I;16" else Image.linear_gradient("L").convert(mode)
    whole.save(path)

    shown = opened(draw(path, "image")["picture"])

    assert shown.size == whole.size
    assert len(np.unique(np.asarray(shown))) > 1


def test_a_mask_is_shown_by_its_labels_and_its_background_is_clear(tmp_path):
    path = tmp_path / "mask.png"
    labels = np.zeros((40, 60), np.uint8)
    labels[10:20], labels[30:] = 1, 2
    Image.fromarray(labels).save(path)

    shown = np.asarray(opened(draw(path, "mask")["picture"]).convert("RGBA"))

    assert (shown[0, 0, 3], shown[15, 0, 3]) == (0, 255)
    assert tuple(shown[15, 0]) != tuple(shown[35, 0])


# --------------------------------------------------------------------- sounds


def test_a_recording_is_heard_as_it_is_and_seen_as_outline_and_spectrum(tmp_path):
    path = media.wav(tmp_path / "a.wav", media.tone(1.5))

    shown = draw(path, "audio")

    assert shown["sound"] == path.read_bytes()
    assert shown["excerpt"] is None
    assert shown["seconds"] == pytest.approx(1.5)
    outline = np.frombuffer(shown["outline"], np.int8).reshape(-1, 2)
    assert outline[:, 1].max() == pytest.approx(127 * 0.5, abs=3)
    spectrum = np.asarray(opened(shown["picture"]).convert("RGB")).sum(axis=(1, 2))
    # 330 Hz of 4000 lies a twelfth above the lower edge.
    assert 1 - spectrum.argmax() / len(spectrum) == pytest.approx(330 / 4000, abs=0.03)


def test_a_long_recording_is_heard_in_part(tmp_path):
    path = media.wav(tmp_path / "a.wav", media.tone(60, 16000), 16000)

    shown = draw(path, "audio", room=80_000)

    assert len(shown["sound"]) + len(shown["picture"]) <= 80_000
    assert 1 < shown["excerpt"] < 60
    heard, rate = soundfile.read(io.BytesIO(shown["sound"]))
    assert len(heard) / rate == pytest.approx(shown["excerpt"], abs=0.2)


def test_what_browsers_do_not_play_is_copied(tmp_path):
    path = tmp_path / "a.aiff"
    soundfile.write(path, media.tone(0.5), 8000)

    shown = draw(path, "audio")

    assert shown["mime"] == "audio/wav"
    assert np.allclose(
        soundfile.read(io.BytesIO(shown["sound"]))[0], media.tone(0.5)[:, 0], atol=1e-4
    )


def test_of_midi_the_notes_are_drawn(tmp_path):
    path = tmp_path / "a.mid"
    path.write_bytes(media.midi((0, [0x90, 60, 90]), (96, [0x80, 60, 0]), (0, [0x90, 64, 90])))  # fmt: skip

    shown = draw(path, "audio")

    assert shown["notes"] == [(0.0, 1.0, 60), (1.0, 1.0, 64)]
    assert shown["of"] == 2


# ---------------------------------------------------------------------- films


def test_a_film_is_shown_by_frames_over_its_length(tmp_path):
    path = media.film(tmp_path / "a.mp4", 48, (96, 64), 12)

    shown = draw(path, "video")

    numbers = [number for _, number in shown["strip"]]
    assert len(numbers) == 8
    assert numbers == sorted(set(numbers))
    assert (numbers[0], numbers[-1]) == (0, 42)
    assert all(opened(shown[f"frame{n}"]).size == (96, 64) for n in range(8))


def test_a_film_that_browsers_play_is_carried_as_it_is(tmp_path):
    path = media.film(tmp_path / "a.mp4", 24, codec="libx264")

    shown = draw(path, "video")

    assert (shown["film"], shown["excerpt"]) == (path.read_bytes(), None)


def test_a_film_that_they_do_not_play_is_encoded_again(tmp_path):
    path = media.film(tmp_path / "a.mp4", 24, codec="mpeg4")

    shown = draw(path, "video")

    with av.open(io.BytesIO(shown["film"])) as film:
        frames = [f.width for f in film.decode(video=0)]
    assert (shown["mime"], len(frames)) == ("video/webm", 24)


# --------------------------------------------------------------------- models


def test_a_model_keeps_its_form_where_it_is_small(tmp_path):
    points, faces = models.ring(24, 12)
    path = models.ply(tmp_path / "a.ply", points, faces)

    shown = draw(path, "mesh")

    kept = np.frombuffer(shown["points"], "<u2").reshape(-1, 3)
    assert shown["of"] == (len(points), len(faces))
    assert len(shown["faces"]) == len(faces) * 6
    box = np.ptp(points, axis=0)
    assert np.ptp(kept, axis=0) / 65535 == pytest.approx(box / box.max(), abs=1e-3)
    still = np.asarray(opened(shown["picture"]).convert("RGBA"))
    assert 0.1 < (still[..., 3] > 0).mean() < 0.9


def test_a_large_model_is_simplified_and_still_closed():
    points, faces = models.ring(400, 200)

    few, left = solid.simplified(points, faces, 3000)

    assert 500 < len(few) <= 3000
    assert left.max() < len(few)
    assert np.abs(np.ptp(few, axis=0) - np.ptp(points, axis=0)).max() < 0.1
    edges = np.sort(np.concatenate([left[:, [0, 1]], left[:, [1, 2]], left[:, [2, 0]]]), axis=1)  # fmt: skip
    assert (np.unique(edges, axis=0, return_counts=True)[1] >= 2).mean() > 0.98


def test_points_and_their_labels_are_thinned_alike(tmp_path):
    dice = np.random.default_rng(1)
    cloud = dice.normal(size=(70_000, 3)).astype(np.float32)
    np.save(tmp_path / "cloud.npy", cloud)
    np.save(tmp_path / "labels.npy", (cloud[:, 0] > 0).astype(np.uint8))

    points = draw(tmp_path / "cloud.npy", "pointcloud")
    labels = draw(tmp_path / "labels.npy", "array")

    kept = np.frombuffer(points["points"], "<u2").reshape(-1, 3)[:, 0].astype(float)
    named = np.frombuffer(labels["labels"], np.uint8)
    assert len(kept) == len(named) == 25_000
    assert kept[named == 0].max() <= kept[named == 1].min() + 1


# --------------------------------------------------------------------- arrays


def test_a_map_of_numbers_is_shown_in_colours_with_its_range(tmp_path):
    np.save(tmp_path / "depth.npy", np.linspace(2, 9, 30 * 40).reshape(30, 40))

    shown = draw(tmp_path / "depth.npy", "array")

    assert (shown["lowest"], shown["highest"]) == (2, 9)
    picture = np.asarray(opened(shown["picture"]).convert("RGB"))
    assert tuple(picture[0, 0]) == tuple(paint.scale()[0])
    assert tuple(picture[-1, -1]) == tuple(paint.scale()[-1])


def test_a_stack_of_maps_is_shown_by_its_first(tmp_path):
    np.savez(tmp_path / "a.npz", disparity=np.random.default_rng(1).random((5, 1, 20, 30)))  # fmt: skip

    shown = draw(tmp_path / "a.npz", "array")

    assert (shown["width"], shown["height"], shown["shape"]) == (30, 20, "5 x 1 x 20 x 30")  # fmt: skip


def test_a_row_of_numbers_is_a_curve(tmp_path):
    np.save(tmp_path / "a.npy", np.sin(np.arange(1000) / 50))

    assert len(draw(tmp_path / "a.npy", "array")["curve"]) == 480


# -------------------------------------------------------------------- bad files


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.png", "image"),
        ("a.wav", "audio"),
        ("a.mp4", "video"),
        ("a.ply", "mesh"),
        ("a.npy", "array"),
        ("a.pkl", "array"),
    ],
)
@pytest.mark.parametrize("content", [b"", b"no such thing", b"\x80\x04K\x01."])
def test_a_bad_file_is_told_and_not_raised(tmp_path, name, kind, content):
    path = tmp_path / name
    path.write_bytes(content)

    told = rendering.draw(path, kind, 1000, LIMITS)

    assert told["type"] == "Unreadable"
    assert told["detail"]
    assert str(tmp_path) not in told["detail"]


def test_a_cut_off_picture_is_told(tmp_path):
    path = media.truncate(media.picture(tmp_path / "a.png", (300, 200)))

    assert rendering.draw(path, "image", 1000, LIMITS)["type"] == "Unreadable"


def test_files_are_drawn_in_the_bounded_workers(tmp_path):
    good = media.picture(tmp_path / "a.png")
    bad = media.truncate(media.picture(tmp_path / "b.png", (300, 200)))
    jobs = [Job(str(path), "image", path.stat().st_size) for path in (good, bad)]

    pool = rendering.pool(1, LIMITS)
    found = dict(pool.run(batched(jobs, LIMITS, {"room": "50000"})))

    assert [found[job]["type"] for job in jobs] == ["Drawn", "Unreadable"]
