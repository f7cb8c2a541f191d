"""What every model is once it is read: points and triangles."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.settings import Limits
from validators.decoders.numbers import Floats, Integers
from validators.decoders.source import Bad
from validators.reason import Reason

NOTES = 50
"""Comments and names of one file that are kept."""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A model as its file has it.

    `faces` are triangles (polygons are split into fans) and may name vertices that are
    not there. `box` is the bounding box where parts are moved after they are stored.
    Where the geometry lies `elsewhere`, in other files, `claimed` are its vertices and faces.
    """

    format: str
    vertices: Floats
    faces: Integers
    box: Floats | None = None
    metadata: tuple[tuple[str, str], ...] = ()
    references: tuple[str, ...] = ()
    texture_faults: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    claimed: tuple[int, int] = (0, 0)


NO_FACES: Integers = np.zeros((0, 3), np.int64)


def bounded(limits: Limits, what: str, count: int) -> None:
    """Refuse more than the limit.

    Raises:
        Bad: *count* is over the limit on vertices, or faces.
    """
    if count > limits.vertices:
        raise Bad(
            Reason.OVER_LIMIT, f"{count:,} {what}, the limit is {limits.vertices:,}"
        )


def fans(indices: NDArray[Any], starts: Integers, counts: Integers) -> Integers:
    """Split polygons into triangles that share the first corner.

    A polygon has *counts* corners, which begin at *starts* in *indices*.
    """
    if len(indices) == 3 * len(counts) and (counts == 3).all():  # noqa: PLR2004
        return indices.reshape(-1, 3).astype(np.int64)
    pieces = np.maximum(counts - 2, 0)
    owner = np.repeat(np.arange(len(counts)), pieces)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    first = starts[owner]
    corners = (first, first + step + 1, first + step + 2)
    return np.stack([indices[c] for c in corners], axis=1).astype(np.int64)


def notes(found: Iterator[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Keep the first distinct comments and names, each cut short."""
    kept: dict[tuple[str, str], None] = {}
    for name, text in found:
        if words := " ".join(text.split())[:200]:
            kept[name, words] = None
        if len(kept) == NOTES:
            break
    return tuple(kept)
