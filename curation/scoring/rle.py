"""Masks in the run lengths of COCO: counts by column, first of what is outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
LARGEST = 100_000_000
"""Pixels of one mask."""


def checked(rle: Mapping[str, Any]) -> tuple[int, int, NDArray[np.int64]]:
    """Return height, width and runs of a mask, without making it.

    Raises:
        ValueError: the runs do not add up to the size, or it is too large.
    """
    height, width = (int(n) for n in rle["size"])
    if height < 0 or width < 0 or height * width > LARGEST:
        raise ValueError(
            f"a mask of {height} x {width} pixels; at most {LARGEST:,} are read"
        )
    counts = rle["counts"]
    listed = _unpacked(counts) if isinstance(counts, str) else counts
    if any(not 0 <= n <= LARGEST for n in listed) or sum(listed) != height * width:
        raise ValueError(f"runs that do not fill a mask of {height} x {width} pixels")
    return height, width, np.array(listed, dtype=np.int64)


def decode(rle: Mapping[str, Any]) -> Mask:
    """Return the mask, height x width.

    `rle` has `size` [height, width] and `counts`, a list of numbers or COCO's string.

    Raises:
        ValueError: the runs do not add up to the size, or it is too large.
    """
    height, width, runs = checked(rle)
    inside = np.arange(len(runs)) % 2 == 1
    return np.repeat(inside, runs).reshape(width, height).T


def encode(mask: Mask) -> dict[str, Any]:
    """Return the run lengths of a mask, counts as a list."""
    flat = np.concatenate(([False], mask.T.ravel()))
    edges = np.flatnonzero(flat[1:] != flat[:-1])
    runs = np.diff(np.concatenate(([0], edges, [mask.size])))
    return {"size": [int(n) for n in mask.shape], "counts": [int(n) for n in runs]}


def _unpacked(text: str) -> list[int]:
    """Read COCO's string: 6 bits a character, 5 of them a digit, differences after two."""
    runs: list[int] = []
    place = value = 0
    for letter in text:
        code = ord(letter) - 48
        if not 0 <= code < 64:  # noqa: PLR2004 - six bits
            raise ValueError(f"{letter!r} is not of COCO's run lengths")
        value |= (code & 0x1F) << place
        place += 5
        if code & 0x20:
            continue
        if code & 0x10:
            value -= 1 << place
        runs.append(value + (runs[-2] if len(runs) > 2 else 0))  # noqa: PLR2004
        place = value = 0
    if place:
        raise ValueError("the run lengths break off")
    return runs
