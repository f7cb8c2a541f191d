"""Metrics of sound and of notes: mel-cepstral distortion, events, pitch classes.

A recording is (samples, rate): an array of floats from -1 to 1, one channel, and hertz. A
roll is a boolean array, steps x 128 pitches. Notes are (bar, pitch) pairs.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from curation.scoring.metric import Floats, error, percent_mean

RATE = 16_000
"""Hertz that recordings are brought to before they are compared."""
_WINDOW, _HOP, _SIZE = 400, 160, 512
_BANDS, _COEFFICIENTS = 40, 13
_FLOOR = 1e-10
_TO_DB = 10 * math.sqrt(2) / math.log(10)
LONGEST = 120.0
"""Seconds of a recording that are compared."""
_PITCHES = 12

Recording = tuple[Floats, int]


def _resampled(recording: Recording) -> Floats:
    """Bring a recording to `RATE` by straight lines, after a running mean against aliases."""
    samples, rate = recording
    samples = samples[: int(LONGEST * rate)]
    if rate == RATE or not len(samples):
        return samples
    if rate > RATE:
        width = max(1, round(rate / RATE))
        samples = np.convolve(samples, np.full(width, 1 / width), mode="same")
    times = np.arange(int(len(samples) * RATE / rate)) / RATE
    return np.asarray(np.interp(times, np.arange(len(samples)) / rate, samples))


def _mel(hertz: Floats) -> Floats:
    return np.asarray(2595 * np.log10(1 + hertz / 700))


def _bank() -> Floats:
    """Triangular filters, evenly spaced in mel; bands x bins."""
    edges = np.linspace(0, _mel(np.array(RATE / 2)), _BANDS + 2)
    bins = _mel(np.arange(_SIZE // 2 + 1) * RATE / _SIZE)
    left, middle, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (bins - left) / (middle - left), (right - bins) / (right - middle)
    return np.asarray(np.clip(np.minimum(rising, falling), 0, None))


def cepstra(samples: Floats) -> Floats:
    """Mel cepstra without the first, which is loudness; frames x coefficients."""
    padded = np.pad(samples, (0, max(0, _WINDOW - len(samples))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[::_HOP]
    power = np.square(np.abs(np.fft.rfft(frames * np.hanning(_WINDOW), _SIZE)))
    # Half the logarithm of power: the amplitude, as a cepstrum wants it.
    logs = np.log(np.einsum("tf,bf->tb", power, _bank()) + _FLOOR) / 2
    k, n = np.arange(1, _COEFFICIENTS + 1)[:, None], np.arange(_BANDS)[None]
    # So scaled that log|S| is the sum of c_k cos(k w), which the factor of MCD expects.
    basis = np.cos(np.pi * k * (2 * n + 1) / (2 * _BANDS)) * 2 / _BANDS
    return np.asarray(np.einsum("tb,kb->tk", logs, basis))


def _distances(left: Floats, right: Floats) -> Floats:
    apart = np.square(left[:, None] - right[None]).sum(axis=2)
    return np.asarray(np.sqrt(apart))


def _plain(prediction: Recording, reference: Recording) -> tuple[float, float]:
    """Distortion frame by frame; the shorter recording is followed by silence."""
    found, real = _resampled(prediction), _resampled(reference)
    size = max(len(found), len(real))
    a, b = (cepstra(np.pad(s, (0, size - len(s)))) for s in (found, real))
    return _TO_DB * float(np.sqrt(np.square(a - b).sum(axis=1)).mean()), 1.0


def _warped(prediction: Recording, reference: Recording) -> tuple[float, float]:
    """Distortion along the cheapest alignment in time, mean over its steps."""
    a, b = cepstra(_resampled(prediction)), cepstra(_resampled(reference))
    cost, steps = _path(_distances(a, b))
    return _TO_DB * cost / steps, 1.0


def _path(apart: Floats) -> tuple[float, int]:
    """Sum and length of the cheapest monotone path, diagonal by diagonal."""
    rows, columns = apart.shape
    total = np.full((rows + 1, columns + 1), np.inf)
    steps = np.zeros((rows + 1, columns + 1), dtype=np.int64)
    total[0, 0] = 0.0
    for diagonal in range(2, rows + columns + 1):
        i = np.arange(max(1, diagonal - columns), min(rows, diagonal - 1) + 1)
        j = diagonal - i
        before = np.stack([total[i - 1, j - 1], total[i - 1, j], total[i, j - 1]])
        best = np.argmin(before, axis=0)
        total[i, j] = apart[i - 1, j - 1] + before[best, np.arange(len(i))]
        lengths = np.stack([steps[i - 1, j - 1], steps[i - 1, j], steps[i, j - 1]])
        steps[i, j] = lengths[best, np.arange(len(i))] + 1
    return float(total[rows, columns]), int(steps[rows, columns])


Roll = NDArray[np.bool_]


def _events(prediction: Roll, reference: Roll) -> float:
    """Share of the steps at which the reference changes whose notes are all right."""
    size = min(len(prediction), len(reference))
    found = np.zeros_like(reference)
    found[:size] = prediction[:size]
    before = np.concatenate([np.zeros_like(reference[:1]), reference[:-1]])
    changes = (reference != before).any(axis=1)
    if not changes.any():
        return float(not prediction.any())
    return float((found == reference).all(axis=1)[changes].mean())


def _consistency(prediction: Iterable[tuple[int, int]], reference: object) -> float:
    """Mean overlap of the pitch classes of neighbouring bars that have notes."""
    del reference
    bars: dict[int, Counter[int]] = {}
    for bar, pitch in prediction:
        bars.setdefault(bar, Counter())[pitch % _PITCHES] += 1
    pairs = [_common(bars[a], bars[b]) for a, b in pairwise(sorted(bars))]
    if not pairs:
        raise ValueError("notes in fewer than two bars")
    return math.fsum(pairs) / len(pairs)


def _common(left: Counter[int], right: Counter[int]) -> float:
    sizes = left.total(), right.total()
    both: Sequence[int] = sorted(left.keys() & right.keys())
    return math.fsum(min(left[p] / sizes[0], right[p] / sizes[1]) for p in both)


_CEPSTRA = (
    f"mel-cepstral distortion 10 sqrt(2) / ln 10 |c - c'| of coefficients 1 to {_COEFFICIENTS} "
    f"of {_BANDS} mel bands at 16 kHz"
)

METRICS = (
    error("mcd", "audio", "recording", _plain,
          f"mean over recordings of {_CEPSTRA}, frame by frame, the shorter one padded",
          "Kubichek 1993; mel cepstra of this project, not of WORLD", unit="dB"),
    error("mcd", "dtw", "recording", _warped,
          f"mean over recordings of {_CEPSTRA}, along the best alignment in time",
          "Kubichek 1993 with dynamic time warping; mel cepstra of this project", unit="dB"),
    percent_mean("event_accuracy", "pianoroll", "roll", _events,
                 "mean over pieces of the share of steps at which the reference changes that "
                 "have exactly its notes",
                 "event accuracy of a piano roll"),
    percent_mean("pitch_class_consistency", "midi", "notes", _consistency,
                 "mean over pieces of the overlap of the pitch-class histograms of neighbouring bars",
                 "overlap of pitch-class histograms of pairs of bars", reference_free=True),
)  # fmt: skip
