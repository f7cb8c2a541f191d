"""Measures a film while it is decoded: black, frozen, a digest, thumbnails."""

from __future__ import annotations

import hashlib
import zlib
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from validators.decoders.source import Payload

Grey = NDArray[np.uint8]

BLACK = 24
"""The brightest luma, of 255, of a black frame; black itself is 16, or 0 in full range."""
STILL = 12
"""Difference in luma of a square of 8x8 pixels that is put down to compression."""
STILL_MEAN = 8
"""The same for the mean difference over the whole frame; it counts single pixels."""
KEPT = 64
"""Frames of which a grid is kept, equally spaced over the film."""
THUMBS = 4
_SIDE = 64
_CELLS = 16
_SQUARE = 8


class Plane(NamedTuple):
    """The brightness of one frame, as it lies in memory.

    Rows are `line` numbers apart and columns `step`, the first number is at `offset`;
    `shift` are the bits beyond eight.
    """

    data: NDArray[Any]
    width: int
    height: int
    line: int
    step: int = 1
    offset: int = 0
    shift: int = 0
    corrupt: bool = False
    rotation: int = 0

    @property
    def pixels(self) -> NDArray[Any]:
        """The numbers as (height, width), in place."""
        rows = self.data[: self.height * self.line].reshape(self.height, self.line)
        return rows[:, self.offset : self.offset + self.width * self.step : self.step]

    @property
    def grid(self) -> Grey:
        """64 x 64 of the pixels, in 8 bits and one row."""
        places = _places(self.width, self.height, self.line, self.step, self.offset)
        return self._grey(self.data.take(places))

    @property
    def grey(self) -> Grey:
        """All pixels in 8 bits."""
        return self._grey(self.pixels)

    def _grey(self, numbers: NDArray[Any]) -> Grey:
        return (numbers >> self.shift).astype(np.uint8) if self.shift else numbers


@cache
def _places(
    width: int, height: int, line: int, step: int, offset: int
) -> NDArray[np.intp]:
    middles = np.arange(_SIDE) * 2 + 1
    rows, columns = middles * height // (2 * _SIDE), middles * width // (2 * _SIDE)
    return (rows[:, None] * line + columns * step + offset).ravel().astype(np.intp)


class Strip:
    """What is measured of the frames as they come."""

    def __init__(self) -> None:
        self.frames = 0
        self._corrupt = 0
        self._black = 0
        self._frozen = True
        self._rotation = 0
        self._first: tuple[Grey, Grey] | None = None
        self._digest = hashlib.sha256()
        self._sum = 0
        self._kept: list[Grey] = []
        self._stride = 1

    def add(self, plane: Plane) -> None:
        """Take in the next frame."""
        grid = plane.grid
        if self._first is None:
            self._begin(plane, grid)
        # The grid decides for nearly all frames; small lights lie between its points.
        if grid.max() <= BLACK and plane.grey.max() <= BLACK:
            self._black += 1
        if self._frozen:
            self._compare(plane, grid)
        if self.frames % self._stride == 0:
            self._keep(grid)
        self._sum = zlib.crc32(grid.data, self._sum)
        self.frames += 1
        self._corrupt += plane.corrupt

    def _begin(self, plane: Plane, grid: Grey) -> None:
        grey = plane.grey
        self._first = grid, _cells(grey)
        self._rotation = plane.rotation
        self._digest.update(f"{grey.shape}".encode())
        self._digest.update(grey.tobytes())

    def _compare(self, plane: Plane, grid: Grey) -> None:
        """Look for movement: everywhere for a start, then whether anything small moves."""
        assert self._first is not None
        first, cells = self._first
        self._frozen = bool(_differences(grid, first).mean() <= STILL_MEAN)
        if self._frozen and self.frames % self._stride == 0:
            now = _cells(plane.grey)
            same = now.shape == cells.shape
            self._frozen = same and int(_differences(now, cells).max()) <= STILL

    def _keep(self, grid: Grey) -> None:
        self._kept.append(grid)
        if len(self._kept) > KEPT:
            self._kept = self._kept[::2]
            self._stride *= 2

    def facts(self) -> Payload:
        """Return what was measured, as fields of `Video`."""
        return {
            "frames": self.frames,
            "corrupt_frames": self._corrupt,
            "rotation": self._rotation,
            "black": round(self._black / max(1, self.frames), 4),
            "frozen": self._frozen and self.frames > 0,
            "content": self._content(),
            "thumbs": self._thumbs(),
        }

    def _content(self) -> str:
        """Identify the first frame by all its pixels, and every frame by its grid."""
        if self._first is None:
            return ""
        self._digest.update(f"{self.frames} {self._sum}".encode())
        self._digest.update(b"".join(grid.tobytes() for grid in self._kept))
        return self._digest.hexdigest()

    def _thumbs(self) -> tuple[str, ...]:
        if not self._kept:
            return ()
        chosen = (
            self._kept[(2 * i + 1) * len(self._kept) // (2 * THUMBS)]
            for i in range(THUMBS)
        )
        return tuple(_thumb(grid) for grid in chosen)


def _cells(grey: Grey) -> Grey:
    """Average squares of eight pixels, over which the noise of compression cancels out."""
    height, width = grey.shape
    side = min(_SQUARE, height, width)
    rows, columns = height // side, width // side
    squares = grey[: rows * side, : columns * side].reshape(rows, side, columns, side)
    means: Grey = (squares.sum(axis=(1, 3), dtype=np.uint32) // side**2).astype(
        np.uint8
    )
    return means


def _differences(one: Grey, other: Grey) -> NDArray[np.int16]:
    difference: NDArray[np.int16] = np.abs(one.astype(np.int16) - other)
    return difference


def _thumb(grid: Grey) -> str:
    points = _SIDE // _CELLS
    cells: Any = grid.reshape(_CELLS, points, _CELLS, points).mean(axis=(1, 3))
    return str(cells.round().astype(np.uint8).tobytes().hex())
