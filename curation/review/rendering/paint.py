"""Pictures as the page carries them: small enough, and in colours that say something."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

SIDES = (1024, 768, 512, 360, 256, 160, 96)
"""Pixels of the longer side that are tried one after the other."""
EXACT = 1 << 16
"""Pixels up to which a picture is carried without loss."""
QUALITY = 85
_PLAIN = frozenset({"L", "RGB"})
_CLEAR = frozenset({"LA", "RGBA", "PA"})

# From dark blue over green to yellow: even steps of lightness, also for the colour-blind.
_ANCHORS = (
    (68, 1, 84), (71, 44, 122), (59, 81, 139), (44, 113, 142), (33, 144, 141),
    (39, 173, 129), (92, 200, 99), (170, 220, 50), (253, 231, 37),
)  # fmt: skip
_HUES = (
    (230, 159, 0), (86, 180, 233), (0, 158, 115), (240, 228, 66), (0, 114, 178),
    (213, 94, 0), (204, 121, 167), (140, 140, 140),
)  # fmt: skip
"""Colours of labels, told apart by the colour-blind too; they repeat."""

Grey = NDArray[np.uint8]


def scale() -> Grey:
    """Return 256 colours from low to high, (256, 3)."""
    at = np.linspace(0, len(_ANCHORS) - 1, 256)
    anchors = np.array(_ANCHORS, float)
    steps = np.arange(len(_ANCHORS))
    bands = [np.interp(at, steps, anchors[:, band]) for band in range(3)]
    return np.stack(bands, axis=1).round().astype(np.uint8)


def levels(values: NDArray[Any]) -> tuple[Grey, float, float]:
    """Stretch numbers to 0 to 255; return the least and the greatest finite one as well."""
    wide = np.asarray(values, np.float64)
    finite = wide[np.isfinite(wide)]
    low, high = (
        (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    )
    span = (high - low) or 1.0
    stretched = np.nan_to_num((wide - low) / span, nan=0.0, posinf=1.0, neginf=0.0)
    return (stretched.clip(0, 1) * 255).round().astype(np.uint8), low, high


def heat(values: NDArray[Any]) -> tuple[Pillow.Image, float, float]:
    """Return a map of numbers, (height, width), in colours, and its range."""
    grey, low, high = levels(values)
    picture = Pillow.fromarray(grey, "L")
    picture.putpalette(scale().tobytes())
    return picture, low, high


def labelled(values: NDArray[Any]) -> Pillow.Image:
    """Return a map of labels: 0 is clear, each other label has a colour."""
    names, index = np.unique(values, return_inverse=True)
    index = index.reshape(values.shape)
    colours = np.zeros((len(names), 4), np.uint8)
    foreground = 0
    for place, name in enumerate(names):
        if name != 0:
            colours[place] = (*_HUES[foreground % len(_HUES)], 255)
            foreground += 1
    return Pillow.fromarray(colours[index], "RGBA")


def plain(picture: Pillow.Image) -> Pillow.Image:
    """Return a picture as grey, in colours, or in colours that are partly clear."""
    if picture.mode in _PLAIN:
        return picture
    if picture.mode in _CLEAR or "transparency" in picture.info:
        return picture.convert("RGBA")
    if picture.mode[0] in "IF":
        return Pillow.fromarray(levels(np.asarray(picture))[0], "L")
    return picture.convert("L" if picture.mode == "1" else "RGB")


def fitted(
    picture: Pillow.Image,
    room: int,
    longest: int = SIDES[0],
    *,
    smooth: bool = True,
    exact: bool = True,
) -> tuple[bytes, int]:
    """Return a picture as PNG or JPEG in at most *room* bytes, and its longer side.

    What is not *smooth* has colours that must not mix. Small pictures are kept without
    loss if that is *exact*, and those that are partly clear always. The smallest size is
    returned even where it takes more room.
    """
    whole = plain(picture) if picture.mode != "P" else picture
    if smooth and whole.mode == "P":
        whole = plain(whole)
    data, side = b"", 0
    for side in _sides(max(whole.size), longest):
        small = _shrunk(whole, side, smooth=smooth)
        few = exact and small.width * small.height <= EXACT
        data = _encoded(small, exact=few or not smooth)
        if len(data) <= room:
            break
    return data, side


def _sides(own: int, longest: int) -> list[int]:
    first = min(own, longest)
    return [first, *(side for side in SIDES if side < first)]


def _shrunk(picture: Pillow.Image, side: int, *, smooth: bool) -> Pillow.Image:
    if max(picture.size) <= side:
        return picture
    ratio = side / max(picture.size)
    size = (
        max(1, round(picture.width * ratio)),
        max(1, round(picture.height * ratio)),
    )
    sampling = Pillow.Resampling.LANCZOS if smooth else Pillow.Resampling.NEAREST
    return picture.resize(size, sampling, reducing_gap=2.0 if smooth else None)


def _encoded(picture: Pillow.Image, *, exact: bool) -> bytes:
    out = io.BytesIO()
    if exact or picture.mode not in _PLAIN:
        picture.save(out, "PNG")
    else:
        picture.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
