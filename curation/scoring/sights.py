"""Pictures and films as networks take them: scaled, cut out, normalised, picked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
"""A picture: height x width x 3, RGB."""
Ready = NDArray[np.float32]
"""A picture for a network: 3 x height x width."""
CLIP_MEAN = (0.48145466, 0.4578275, 0.40821073)
CLIP_STD = (0.26862954, 0.26130258, 0.27577711)
LONGEST = 32
"""How many times its shorter side a picture may be long."""
IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


class Fit(StrEnum):
    """How a picture is brought to a size.

    `crop`: the shorter side is scaled to it, and the middle is cut out. `shorter`: the
    shorter side is scaled to it. `squash`: both sides are. `longer`: the longer side is, if
    it is longer than that. `none`: it is left as it is.
    """

    CROP = "crop"
    SHORTER = "shorter"
    SQUASH = "squash"
    LONGER = "longer"
    NONE = "none"


@dataclass(frozen=True)
class Sight:
    """How pictures are prepared: size in pixels, fit, filter, and the values' mean and std.

    Values are from 0 to 1 before they are normalised. `kept` is the part of the shorter
    side that a crop keeps. `exact` scales in floats, without rounding to bytes in between.
    """

    size: int
    fit: Fit
    bicubic: bool = False
    mean: Sequence[float] = (0.0, 0.0, 0.0)
    std: Sequence[float] = (1.0, 1.0, 1.0)
    kept: float = 1.0
    exact: bool = False

    @property
    def side(self) -> int | None:
        """Height and width of what is prepared; None where they depend on the picture."""
        return self.size if self.fit in {Fit.CROP, Fit.SQUASH} else None

    def __call__(self, picture: Bytes) -> Ready:
        """Prepare one picture.

        Raises:
            ValueError: it is a strip, which would be huge once its shorter side is scaled.
        """
        height, width = picture.shape[:2]
        if max(height, width) > LONGEST * min(height, width):
            raise ValueError(f"a picture of {width} x {height} is too narrow")
        sized = self._resized(picture, *self._sides(height, width))
        if self.fit is Fit.CROP:
            sized = _middle(sized, self.size)
        mean, std = (np.asarray(v, dtype=np.float32) for v in (self.mean, self.std))
        values = (np.asarray(sized, dtype=np.float32) / np.float32(255) - mean) / std
        return np.asarray(values.transpose(2, 0, 1), dtype=np.float32)

    def _sides(self, height: int, width: int) -> tuple[int, int]:
        if self.fit is Fit.SQUASH:
            return self.size, self.size
        short, long = min(height, width), max(height, width)
        if self.fit is Fit.NONE or (self.fit is Fit.LONGER and long <= self.size):
            return height, width
        if self.fit is Fit.LONGER:
            return max(1, height * self.size // long), max(1, width * self.size // long)
        size = int(self.size / self.kept) if self.fit is Fit.CROP else self.size
        if height <= width:
            return size, size * width // short
        return size * height // short, size

    def _resized(self, picture: Bytes, height: int, width: int) -> NDArray[Any]:
        from PIL import Image  # noqa: PLC0415 - only backends of pictures need it

        if picture.shape[:2] == (height, width):
            return picture
        how = Image.Resampling.BICUBIC if self.bicubic else Image.Resampling.BILINEAR
        if not self.exact:
            return np.asarray(Image.fromarray(picture).resize((width, height), how))
        bands = [
            Image.fromarray(picture[..., k].astype(np.float32)).resize(
                (width, height), how
            )
            for k in range(3)
        ]
        return np.clip(np.stack([np.asarray(b) for b in bands], axis=-1), 0, 255)


def _middle(picture: NDArray[Any], size: int) -> NDArray[Any]:
    top, left = ((side - size) // 2 for side in picture.shape[:2])
    return picture[top : top + size, left : left + size]


def frames(answer: Any) -> Iterable[Bytes]:
    """Return the pictures of an answer that is one picture, or a film."""
    return [answer] if isinstance(answer, np.ndarray) else answer


def first(film: Iterable[Bytes], number: int) -> list[Bytes]:
    """Return the first frames; of a shorter film, its last frame again and again.

    Raises:
        ValueError: there is none.
    """
    found = [frame for frame, _ in zip(film, range(number), strict=False)]
    if not found:
        raise ValueError("no frames")
    return found + found[-1:] * (number - len(found))


def spread(film: Iterable[Bytes], number: int) -> list[Bytes]:
    """Return the middle frame of each of *number* equal parts of a film.

    It is gone through twice, so that no more frames are held. A shorter film is filled up
    with its last frame.

    Raises:
        ValueError: there is none.
    """
    total = sum(1 for _ in film)
    parts = min(number, total)
    edges = [total * k // parts for k in range(parts + 1)] if parts else []
    wanted = {(a + b - 1) // 2 for a, b in pairwise(edges)}
    return first((f for i, f in enumerate(film) if i in wanted), number)


def every(film: Iterable[Bytes], step: int) -> Iterator[Bytes]:
    """Yield each frame that is a multiple of *step*."""
    return (frame for index, frame in enumerate(film) if index % step == 0)


def padded(picture: Ready, multiple: int) -> tuple[Ready, tuple[slice, slice]]:
    """Repeat the edges of a picture up to a multiple; return it and where the picture is."""
    height, width = picture.shape[-2:]
    rows, columns = -height % multiple, -width % multiple
    top, left = rows // 2, columns // 2
    edges = ((0, 0), (top, rows - top), (left, columns - left))
    place = slice(top, top + height), slice(left, left + width)
    return np.pad(picture, edges, mode="edge"), place
