from __future__ import annotations

import numpy as np
import pytest
from PIL import Image
from scipy.signal import stft

from curation.scoring import models, sights, spectra
from curation.scoring.sights import Fit, Sight

CHANCE = np.random.default_rng(11)


def picture(height, width):
    return CHANCE.integers(0, 256, (height, width, 3), dtype=np.uint8)


@pytest.mark.parametrize(
    ("fit", "size", "sides"),
    [
        (Fit.CROP, 8, (8, 8)),
        (Fit.SQUASH, 8, (8, 8)),
        (Fit.SHORTER, 8, (8, 13)),
        (Fit.LONGER, 20, (12, 20)),
        (Fit.LONGER, 99, (18, 30)),
        (Fit.NONE, 8, (18, 30)),
    ],
)
def test_a_picture_is_brought_to_its_size(fit, size, sides):
    upright, lying = picture(30, 18), picture(18, 30)

    assert Sight(size, fit)(lying).shape == (3, *sides)
    assert Sight(size, fit)(upright).shape == (3, *sides[::-1])


def test_a_crop_keeps_the_middle_and_as_much_as_it_is_told():
    given = np.zeros((16, 32, 3), dtype=np.uint8)
    given[:, 8:24] = 255

    assert Sight(16, Fit.CROP)(given) == pytest.approx(1.0)
    assert Sight(14, Fit.CROP, kept=0.875)(given).shape == (3, 14, 14)
    assert Sight(14, Fit.CROP, kept=0.875)(given) == pytest.approx(
        (given[1:15, 9:23] / 255).transpose(2, 0, 1)
    )


def test_clip_sees_pictures_as_its_authors_prepared_them():
    given = picture(300, 448)
    image = Image.fromarray(given).resize((334, 224), Image.Resampling.BICUBIC)
    cut = np.asarray(image)[:, 55:279] / 255
    mean = np.array([0.48145466, 0.4578275, 0.40821073])
    std = np.array([0.26862954, 0.26130258, 0.27577711])

    found = models.BY_NAME["clip"].sight(given)

    assert found == pytest.approx(((cut - mean) / std).transpose(2, 0, 1), abs=1e-5)


def test_inception_sees_pictures_that_are_never_rounded_to_bytes():
    given = picture(40, 60)
    bands = [
        np.asarray(
            Image.fromarray(given[..., k].astype(np.float32)).resize(
                (299, 299), Image.Resampling.BICUBIC
            )
        )
        for k in range(3)
    ]
    wanted = (np.clip(bands, 0, 255) - 128) / 128

    assert models.BY_NAME["inception"].sight(given) == pytest.approx(wanted, abs=1e-5)


def numbered(count):
    return [np.full((2, 2, 3), k, dtype=np.uint8) for k in range(count)]


def numbers(frames):
    return [int(f[0, 0, 0]) for f in frames]


def test_frames_are_taken_from_the_start_or_from_the_middle_of_equal_parts():
    assert numbers(sights.first(numbered(5), 3)) == [0, 1, 2]
    assert numbers(sights.spread(numbered(16), 4)) == [1, 5, 9, 13]
    assert numbers(sights.spread(numbered(17), 8)) == [0, 2, 4, 6, 8, 10, 12, 15]
    assert numbers(sights.every(numbered(7), 3)) == [0, 3, 6]


def test_a_short_film_goes_on_with_its_last_frame_and_an_empty_one_is_refused():
    assert numbers(sights.first(numbered(2), 4)) == [0, 1, 1, 1]
    assert numbers(sights.spread(numbered(3), 5)) == [0, 1, 2, 2, 2]
    for pick in (sights.first, sights.spread):
        with pytest.raises(ValueError, match="no frames"):
            pick([], 4)


def test_sides_are_filled_up_with_the_edge_and_the_picture_is_found_again():
    given = CHANCE.random((3, 10, 13), dtype=np.float32)

    found, (rows, columns) = sights.padded(given, 8)

    assert found.shape == (3, 16, 16)
    assert (found[:, rows, columns] == given).all()
    assert (found[:, 0, columns] == given[:, 0]).all()


def tone(seconds, rate, hertz=440.0):
    return 0.5 * np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate)


def test_resampling_keeps_tones_and_drops_what_the_new_rate_cannot_hold():
    low = spectra.resampled(tone(1, 44_100), 44_100, 16_000)
    high = spectra.resampled(tone(1, 44_100, 12_000.0), 44_100, 16_000)

    assert len(low) == 16_000
    assert low[200:-200] == pytest.approx(tone(1, 16_000)[200:-200], abs=1e-3)
    assert np.abs(high[200:-200]).max() < 1e-3


def test_vggish_hears_whole_windows_as_another_program_computes_them():
    noise = CHANCE.normal(0, 0.1, 16_000 * 3)
    sound = models.BY_NAME["vggish"].sound
    # SciPy pads none, and scales by the sum of the window.
    _, _, spectrum = stft(
        noise,
        nperseg=400,
        noverlap=240,
        nfft=512,
        boundary=None,
        padded=False,
        window="hann",
    )
    magnitudes = np.abs(spectrum) * 200
    mel = 1127 * np.log(1 + np.linspace(0, 8000, 257) / 700)
    edges = np.linspace(*(1127 * np.log(1 + f / 700) for f in (125, 7500)), 66)
    bank = [
        [max(0.0, min((m - a) / (b - a), (c - m) / (c - b))) if m else 0.0 for m in mel]
        for a, b, c in zip(edges, edges[1:], edges[2:], strict=False)
    ]
    wanted = np.log(np.array(bank) @ magnitudes + 0.01).T

    found = sound((noise, 16_000))

    assert [w.shape for w in found] == [(96, 64)] * 3
    assert np.concatenate(found) == pytest.approx(wanted[: 3 * 96], abs=1e-4)


def test_a_recording_shorter_than_a_window_is_followed_by_silence():
    found = models.BY_NAME["vggish"].sound((tone(0.2, 16_000), 16_000))

    assert [w.shape for w in found] == [(96, 64)]
    assert found[0][-1] == pytest.approx(np.log(0.01))


def test_clap_hears_ten_seconds_and_a_shorter_recording_again_and_again():
    sound = models.BY_NAME["clap"].sound
    short = CHANCE.normal(0, 0.1, 48_000 * 4)
    twice = np.concatenate([short, short, np.zeros(48_000 * 2)])

    (once,), (same,), (long,) = (
        sound((s, 48_000)) for s in (short, twice, np.tile(short, 5))
    )

    assert once.shape == (1001, 64)
    assert (once == same).all()
    assert once[-1] == pytest.approx(-100)
    assert (once[:790] == long[:790]).all()


def test_clap_hears_decibels_of_power_on_slaneys_scale():
    sound = models.BY_NAME["clap"].sound
    noise = CHANCE.normal(0, 0.1, 480_000)
    _, _, spectrum = stft(
        np.pad(noise, 512, mode="reflect"),
        nperseg=1024,
        noverlap=544,
        boundary=None,
        padded=False,
        window="hann",
    )
    power = np.square(np.abs(spectrum) * 512)
    hertz = np.linspace(0, 24_000, 513)
    # 50 Hz is mel 0.75, 14 kHz is 15 + 27 ln(14) / ln(6.4).
    mels = np.linspace(0.75, 15 + 27 * np.log(14) / np.log(6.4), 66)
    edges = [m * 200 / 3 if m < 15 else 1000 * 6.4 ** ((m - 15) / 27) for m in mels]
    wanted = [
        10
        * np.log10(
            max(
                1e-10,
                power[:, 500]
                @ [
                    max(0.0, min((h - a) / (b - a), (c - h) / (c - b))) * 2 / (c - a)
                    for h in hertz
                ],
            )
        )
        for a, b, c in zip(edges, edges[1:], edges[2:], strict=False)
    ]

    (found,) = sound((noise, 48_000))

    assert found[500] == pytest.approx(wanted, abs=1e-3)


def test_an_empty_recording_is_refused():
    with pytest.raises(ValueError, match="an empty recording"):
        models.BY_NAME["clap"].sound((np.zeros(0), 48_000))
