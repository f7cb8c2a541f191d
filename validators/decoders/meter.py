"""Measures a recording while it is decoded: range, loudness, a digest, a fingerprint."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from validators.decoders.source import Payload

Block = NDArray[np.float32]
"""Samples as (time, channels), full scale being 1."""

FULL_SCALE = 32767 / 32768
"""The highest sample of 16 bits; from here on a sample counts as clipped."""
PARTS = 32
"""Digits of a fingerprint."""
_STEP = 1 << 10
_EVERY = 32
_LOUDEST = 1e6


class Meter:
    """What is measured of the blocks as they come."""

    def __init__(
        self, rate: int, channels: int, full_scale: float = FULL_SCALE
    ) -> None:
        self.channels = channels
        self.samples = 0
        self._rate = rate
        self._full_scale = full_scale
        self._digest = hashlib.sha256(f"{rate} {channels} ".encode())
        self._sum = 0
        self._energies: list[Block] = []
        self._clipped = 0
        self._not_finite = 0
        self._lowest = float("inf")
        self._highest = -float("inf")

    @property
    def seconds(self) -> float:
        """How long what was added lasts."""
        return self.samples / self._rate

    def add(self, block: Block) -> None:
        """Take in the next samples."""
        flat = block.reshape(-1)
        self._identify(flat)
        low, high = float(flat.min()), float(flat.max())
        if not np.isfinite(low + high):
            finite = np.isfinite(flat)
            self._not_finite += flat.size - int(finite.sum())
            flat = np.where(finite, flat, np.float32(0))
            low, high = float(flat.min()), float(flat.max())
        self._lowest, self._highest = min(self._lowest, low), max(self._highest, high)
        peak = max(-low, high)
        if peak >= self._full_scale:
            self._clipped += int((np.abs(flat) >= self._full_scale).sum())
        if peak > _LOUDEST:
            flat = flat.clip(-_LOUDEST, _LOUDEST)
        self._energies.append(_energies(flat, _STEP * self.channels))
        self.samples += len(block)

    def _identify(self, flat: Block) -> None:
        """Let every sample count in a sum, and some in the digest, which costs more."""
        even = flat.size // 2 * 2
        bits = int(np.add.reduce(flat[:even].view(np.uint64), dtype=np.uint64))
        self._sum = (self._sum * 31 + bits) % 2**64
        self._digest.update(flat[::_EVERY].tobytes())

    def facts(self) -> Payload:
        """Return what was measured, as fields of `Audio`."""
        total = self.samples * self.channels
        energies = np.concatenate([*self._energies, np.zeros(0)])
        self._digest.update(f"{self.samples} {self._sum}".encode())
        return {
            "type": "Audio",
            "seconds": round(self.seconds, 6),
            "rate": self._rate,
            "channels": self.channels,
            "samples": self.samples,
            "lowest": self._lowest if total else 0.0,
            "highest": self._highest if total else 0.0,
            "rms": float(f"{np.sqrt(energies.sum() / max(1, total)):.6g}"),
            "clipped": round(self._clipped / max(1, total), 6),
            "not_finite": self._not_finite,
            "fingerprint": _fingerprint(energies),
            "content": self._digest.hexdigest(),
        }


def _energies(flat: Block, step: int) -> Block:
    """Sum up the squares of each *step* numbers, and of those that remain."""
    whole = flat[: flat.size // step * step].reshape(-1, step)
    rest = flat[whole.size :]
    # As a product of matrices: four times as fast as einsum.
    found: Block = np.matmul(whole[:, None, :], whole[:, :, None])[:, 0, 0]
    return np.append(found, np.dot(rest, rest)) if rest.size else found


def _fingerprint(energies: NDArray[np.float64]) -> str:
    """Rate each of 32 parts from 0 (60 dB below the loudest, or less) to 15."""
    if len(energies) < PARTS or not energies.any():
        return ""
    edges = np.arange(PARTS + 1) * len(energies) // PARTS
    parts = np.add.reduceat(energies, edges[:-1]) / np.diff(edges)
    levels = 15 + 10 * np.log10(parts / parts.max() + 1e-9) / 4
    return "".join(
        f"{level:x}" for level in levels.clip(0, 15).round().astype(int).tolist()
    )
