"""Media that were changed as people change them, decoded for real and known again."""

from __future__ import annotations

import models
import numpy as np
import pytest
from decoding import decoded
from media import film, recording, wav
from PIL import Image as Pillow
from PIL import ImageEnhance

from curation.alike import Picture, levelled, pictures
from curation.films import COMMON, matching
from curation.sounds import Sound, sounds
from curation.traits import Thumb


def scene(seed, size=(320, 240)):
    """Paint something like a photograph: soft areas of many sizes, and a little noise."""
    dice = np.random.default_rng(seed)
    whole = np.zeros((size[1], size[0], 3))
    for cells, weight in ((3, 90), (7, 50), (20, 20)):
        part = dice.normal(0, weight, (cells, cells, 3)).clip(-128, 127) + 128
        soft = Pillow.fromarray(part.astype(np.uint8)).resize(
            size, Pillow.Resampling.BICUBIC
        )
        whole += np.asarray(soft, float) - 128
    return Pillow.fromarray((whole + 128).clip(0, 255).astype(np.uint8))


def shown(path):
    facts = decoded(path, "image")
    return Thumb(bytes.fromhex(facts["thumb"]), facts["width"], facts["height"])


def tied(*given):
    """Return which of the pictures or films are tied, by their numbers."""
    uids = [f"u{i:03}" for i in range(len(given))]
    made = [
        Picture(i, f"{i}", thumbs if isinstance(thumbs, tuple) else (thumbs,))
        for i, thumbs in enumerate(given)
    ]
    return {pair.members for pair in pictures(made, uids)}


def saved(tmp_path, picture, name, **options):
    picture.save(tmp_path / name, **options)
    return shown(tmp_path / name)


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.resize((160, 120)),
        lambda p: p.resize((640, 480), Pillow.Resampling.BICUBIC),
        lambda p: ImageEnhance.Brightness(p).enhance(0.75),
        lambda p: ImageEnhance.Contrast(p).enhance(0.6),
        lambda p: p.convert("L"),
    ],
    ids=["smaller", "larger", "darker", "paler", "grey"],
)
def test_a_changed_picture_is_known_again(tmp_path, change):
    original = scene(1)
    first = saved(tmp_path, original, "a.png")

    again = saved(tmp_path, change(original), "b.jpg", quality=70)

    assert tied(first, saved(tmp_path, scene(2), "c.png"), again) == {(0, 2)}


def test_different_pictures_are_not_taken_for_each_other(tmp_path):
    assert tied(*(saved(tmp_path, scene(i), f"{i}.png") for i in range(40))) == set()


def test_pictures_that_differ_in_one_place_are_not_taken_for_each_other(tmp_path):
    clock = Pillow.new("RGB", (320, 240), "white")
    other = clock.copy()
    clock.paste((0, 0, 0), (150, 20, 170, 120))
    other.paste((0, 0, 0), (160, 110, 260, 130))

    assert (
        tied(saved(tmp_path, clock, "a.png"), saved(tmp_path, other, "b.png")) == set()
    )


def test_another_shape_is_another_picture(tmp_path):
    squeezed = scene(1).resize((240, 240))

    assert (
        tied(saved(tmp_path, scene(1), "a.png"), saved(tmp_path, squeezed, "b.png"))
        == set()
    )


def test_blank_pictures_have_no_level():
    blank, nearly, real = bytes([9] * 256), bytes([9, 10] * 128), bytes(range(256))

    assert [grey is None for grey in levelled([blank, nearly, real])] == [
        True,
        True,
        False,
    ]


def test_what_is_found_does_not_depend_on_the_order(tmp_path):
    thumbs = [saved(tmp_path, scene(i % 5), f"{i}.png") for i in range(10)]
    uids = [f"u{i}" for i in range(10)]
    made = [Picture(i, f"{i}", (thumbs[i],)) for i in range(10)]
    turned = [Picture(9 - p.owner, p.path, p.thumbs) for p in reversed(made)]

    found = {tuple(uids[m] for m in pair.members) for pair in pictures(made, uids)}
    again = {
        tuple(uids[::-1][m] for m in pair.members)
        for pair in pictures(turned, uids[::-1])
    }

    assert found == again == {(f"u{i}", f"u{i + 5}") for i in range(5)}


def moving(seed, speed=2.0):
    """Paint frames that look at a large scene through a window that wanders."""
    ground = np.asarray(scene(seed, (640, 480)))

    def paint(index):
        at = int(index * speed)
        return np.ascontiguousarray(ground[at : at + 180, 2 * at : 2 * at + 240])

    return paint


def watched(path):
    facts = decoded(path, "video")
    return tuple(
        Thumb(bytes.fromhex(t), facts["width"], facts["height"])
        for t in facts["thumbs"]
    )


def test_a_film_is_known_again_smaller_in_another_codec_and_cut(tmp_path):
    paint = moving(1)

    def smaller(index):
        return np.asarray(Pillow.fromarray(paint(index)).resize((120, 90)))

    whole = watched(film(tmp_path / "a.mp4", 48, (240, 180), paint=paint))
    again = watched(film(tmp_path / "b.webm", 48, (120, 90), paint=smaller))
    cut = watched(
        film(tmp_path / "c.mp4", 36, (240, 180), paint=lambda i: paint(i + 6))
    )
    other = watched(film(tmp_path / "d.mp4", 48, (240, 180), paint=moving(2)))

    assert tied(whole, again, cut, other) == {(0, 1), (0, 2), (1, 2)}


def frame(seed):
    return Thumb(
        scene(seed).convert("L").resize((16, 16), Pillow.Resampling.BOX).tobytes(),
        320,
        240,
    )


def test_a_title_that_many_films_begin_with_ties_none():
    title = frame(0)
    films = [
        (title, *(frame(10 * i + k) for k in range(1, 4))) for i in range(1, COMMON + 2)
    ]

    assert list(matching(films)) == []
    assert list(matching(films[:2])) == [(0, 1)]


def test_films_that_share_two_pictures_are_tied_however_many_they_are():
    films = [
        (frame(1), frame(2), frame(10 * i), frame(10 * i + 1))
        for i in range(1, COMMON + 4)
    ]

    assert len(list(matching(films))) == len(films) * (len(films) - 1) // 2


def test_a_fade_tells_nothing():
    dark = Thumb(bytes([3, 4] * 128), 320, 240)

    assert list(matching([(dark, frame(1)), (dark, frame(2))])) == []


def melody(seed, seconds=6.0, rate=16000):
    """Make a recording whose loudness goes its own way, like speech."""
    dice = np.random.default_rng(seed)
    time = np.arange(int(seconds * rate)) / rate
    steps = np.interp(time, np.linspace(0, seconds, 25), dice.uniform(0, 1, 25) ** 2)
    wave = steps * np.sin(2 * np.pi * 220 * time * (1 + seed % 3)) * 0.8
    return (wave + dice.normal(0, 0.001, len(wave)))[:, None].astype(np.float32)


def heard(*paths):
    facts = [decoded(path, "audio") for path in paths]
    uids = [f"u{i}" for i in range(len(paths))]
    made = [
        Sound(i, p.name, f["fingerprint"], f["seconds"])
        for i, (p, f) in enumerate(zip(paths, facts, strict=True))
    ]
    return {members for members, _ in sounds(made, uids)}


def test_a_recording_is_known_again_in_another_codec_quieter_and_resampled(tmp_path):
    first = wav(tmp_path / "a.wav", melody(1), 16000)
    mp3 = wav(tmp_path / "b.mp3", melody(1), 16000)
    quiet = wav(tmp_path / "c.flac", melody(1) * 0.3, 16000)
    slower = wav(tmp_path / "d.wav", melody(1)[::2], 8000)
    m4a = recording(tmp_path / "e.m4a", np.repeat(melody(1), 3, axis=0), 48000)
    others = [wav(tmp_path / f"{i}.wav", melody(i), 16000) for i in range(2, 12)]

    found = heard(first, mp3, quiet, slower, m4a, *others)

    assert {m for pair in found for m in pair} == {0, 1, 2, 3, 4}


def test_recordings_of_even_loudness_are_not_taken_for_each_other(tmp_path):
    dice = np.random.default_rng(1)
    paths = [
        wav(tmp_path / f"{i}.wav", dice.normal(0, 0.1, (48000, 1)).astype(np.float32))
        for i in range(6)
    ]

    assert heard(*paths) == set()


def test_a_model_has_one_content_in_every_container(tmp_path):
    points, faces = models.ring(16, 12)
    first = decoded(models.ply(tmp_path / "a.ply", points, faces), "mesh")
    text = decoded(models.ply(tmp_path / "b.ply", points, faces, order=""), "mesh")

    assert first["content"] == text["content"]
