"""Recordings as networks take them: resampled, cut into windows, as logarithmic mel spectra."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from curation.scoring.metric import Floats

Spectrum = NDArray[np.float32]
"""Steps x bands."""
LONGEST = 600.0
"""Seconds of a recording that are heard."""
_BREAK, _BREAK_MEL, _STEP = 1000.0, 15.0, np.log(6.4) / 27
"""Slaney's scale: 200/3 Hz a mel below 1 kHz, 27 steps from there to 6.4 kHz."""


def htk(hertz: Floats) -> Floats:
    """Mel of hertz, as HTK has it."""
    return np.asarray(2595.0 * np.log10(1.0 + np.asarray(hertz) / 700.0))


def slaney(hertz: Floats) -> Floats:
    """Mel of hertz, as Slaney's Auditory Toolbox has it."""
    hertz = np.asarray(hertz, dtype=np.float64)
    above = _BREAK_MEL + np.log(np.maximum(hertz, _BREAK) / _BREAK) / _STEP
    return np.where(hertz < _BREAK, hertz * 3 / 200, above)


def _slaney_hertz(mel: Floats) -> Floats:
    return np.where(
        mel < _BREAK_MEL, mel * 200 / 3, _BREAK * np.exp((mel - _BREAK_MEL) * _STEP)
    )


@dataclass(frozen=True)
class Sound:
    """How recordings are prepared.

    `rate` in hertz; `window`, `hop` and `fft` in samples; `bands` between `low` and `high`
    hertz. A window of the network is `steps` steps long. `repeated`: the first window
    alone is heard, a shorter recording is repeated up to it, and power is in decibels on
    Slaney's scale, centred; else all whole windows are heard, a shorter recording is
    followed by silence, and it is log(magnitude + 0.01) on HTK's scale.
    """

    rate: int
    window: int
    hop: int
    fft: int
    bands: int
    low: float
    high: float
    steps: int
    repeated: bool

    def __call__(self, recording: tuple[Floats, int]) -> list[Spectrum]:
        """Return the windows of a recording (samples from -1 to 1, hertz).

        Raises:
            ValueError: it is empty.
        """
        samples = resampled(*recording, self.rate)
        if not len(samples):
            raise ValueError("an empty recording")
        return self._first(samples) if self.repeated else self._all(samples)

    def _first(self, samples: Floats) -> list[Spectrum]:
        size = self.hop * (self.steps - 1)
        samples = np.tile(samples, max(1, size // len(samples)))[:size]
        samples = np.pad(samples, (0, size - len(samples)))
        centred = np.pad(samples, self.fft // 2, mode="reflect")
        power = np.square(self._magnitudes(centred)) @ _bank(self, slaney)
        return [np.asarray(10 * np.log10(np.maximum(power, 1e-10)), dtype=np.float32)]

    def _all(self, samples: Floats) -> list[Spectrum]:
        least = self.hop * (self.steps - 1) + self.window
        samples = np.pad(samples, (0, max(0, least - len(samples))))
        mel = np.log(self._magnitudes(samples) @ _bank(self, htk) + 0.01)
        whole = range(0, len(mel) - self.steps + 1, self.steps)
        return [np.asarray(mel[k : k + self.steps], dtype=np.float32) for k in whole]

    def _magnitudes(self, samples: Floats) -> Floats:
        """Magnitudes under periodic Hann windows; steps x (fft / 2 + 1)."""
        hann = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(self.window) / self.window)
        view = np.lib.stride_tricks.sliding_window_view(samples, self.window)
        return np.abs(np.fft.rfft(view[:: self.hop] * hann, self.fft))


@lru_cache
def _bank(sound: Sound, scale: Callable[[Floats], Floats]) -> Floats:
    """Triangular filters; (fft / 2 + 1) x bands.

    On HTK's scale they are triangles in mel of height 1, without the bin of 0 Hz; on
    Slaney's they are triangles in hertz of area 1.
    """
    bins = np.arange(sound.fft // 2 + 1) * sound.rate / sound.fft
    ends = scale(np.array([sound.low, sound.high]))
    edges = np.linspace(ends[0], ends[1], sound.bands + 2)
    at = scale(bins) if scale is htk else bins
    edges = edges if scale is htk else _slaney_hertz(edges)
    left, middle, right = edges[:-2], edges[1:-1], edges[2:]
    rising = (at[:, None] - left) / (middle - left)
    falling = (right - at[:, None]) / (right - middle)
    found = np.clip(np.minimum(rising, falling), 0, None)
    if scale is htk:
        found[0] = 0
        return found
    return np.asarray(found * 2 / (right - left))


def resampled(samples: Floats, rate: int, wanted: int) -> Floats:
    """Bring one channel to another rate, by FFmpeg's resampler; at most `LONGEST` seconds."""
    samples = samples[: int(LONGEST * rate)]
    if rate == wanted or not len(samples):
        return samples
    import av  # noqa: PLC0415 - only recordings need it

    frame = av.AudioFrame.from_ndarray(
        np.ascontiguousarray(samples[None]), format="dblp", layout="mono"
    )
    frame.sample_rate = rate
    tool = av.AudioResampler(format="dblp", layout="mono", rate=wanted)
    parts = [*tool.resample(frame), *tool.resample(None)]
    return np.concatenate([p.to_ndarray()[0] for p in parts])
