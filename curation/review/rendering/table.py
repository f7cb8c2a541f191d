"""Draws arrays of numbers: maps in colours, labels, curves."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from curation.review.rendering import paint, picture
from curation.review.rendering.solid import most, spread
from curation.settings import MASK_VALUES, Limits
from validators.decoders import npy, tables
from validators.decoders.npy import Stored
from validators.decoders.source import Bad, Payload, Source, undecodable
from validators.reason import Reason

LARGEST = 50_000_000
"""Numbers of an array that is drawn."""
CURVE = 480
"""Numbers of a row that are drawn as a curve."""
_CHANNELS = (1, 3, 4)
_FLOW = 2
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*")

Numbers = NDArray[Any]


def draw(source: Source, _kind: str, room: int, limits: Limits) -> Payload:
    """Return the largest array of a file as a map, as labels, or as a curve.

    Raises:
        Bad: it cannot be read, or is too large to be drawn.
    """
    if source.head.startswith(_PICTURES):
        return picture.draw(source, "image", room, limits)
    largest: Stored | None = None
    table: Numbers | None = None
    for stored in _stored(source, limits):
        if stored.count > LARGEST:
            told = f"{stored.count:,} numbers, {LARGEST:,} are drawn at most"
            raise Bad(Reason.OVER_LIMIT, told)
        if largest is None or stored.count > largest.count:
            largest, table = stored, stored.whole()
        else:
            for _ in stored.pieces:
                pass
    if table is None or table.size == 0 or table.dtype.kind not in "biuf":
        raise Bad(Reason.UNDECODABLE, "it has no numbers that could be drawn")
    told = " x ".join(map(str, table.shape)) or "1"
    return {"shape": told, "dtype": str(table.dtype)} | _drawn(table, room)


def _stored(source: Source, limits: Limits) -> Iterator[Stored]:
    head = source.head
    if head.startswith((npy.MAGIC, npy.ZIP, npy.EMPTY_ZIP)):
        return npy.stored(source, limits)
    if head.startswith(tables.FLO):
        return tables.flow(source, limits)
    if tables.PFM.match(head):
        return tables.pfm(source, limits)
    if source.suffix in {".csv", ".txt", ".tsv"}:
        return tables.text(source, limits)
    raise undecodable(head, "an array that can be read")


def _drawn(table: Numbers, room: int) -> Payload:
    table = table.astype(np.uint8) if table.dtype.kind == "b" else table
    if table.squeeze().ndim <= 1:
        return _row(table.reshape(-1), most(room))
    if table.ndim == 3 and table.shape[2] == _FLOW:  # noqa: PLR2004
        shown = _flow(table)
        low, high = 0.0, float(np.nanmax(np.hypot(table[..., 0], table[..., 1])))
    else:
        shown, low, high = paint.heat(_map(table))
    data, side = paint.fitted(shown, room, smooth=False)
    return {
        "picture": data,
        "side": side,
        "width": shown.width,
        "height": shown.height,
        "lowest": low if math.isfinite(low) else None,
        "highest": high if math.isfinite(high) else None,
    }


def _map(table: Numbers) -> Numbers:
    """Return one picture of an array: its first frame, its first channel."""
    table = table.squeeze()
    while table.ndim > 2:  # noqa: PLR2004 - rows and columns
        last = table.ndim == 3 and table.shape[2] in _CHANNELS  # noqa: PLR2004
        table = table[..., 0] if last else table[0]
    return table


def _row(row: Numbers, at_most: int) -> Payload:
    """Return labels where the numbers are few and whole, else a curve.

    `labels` are bytes, one for each of the points that `spread` chooses, and `names`
    what they stand for.
    """
    names, index = np.unique(row, return_inverse=True)
    if row.dtype.kind in "iu" and len(names) <= min(MASK_VALUES, max(1, len(row) // 2)):
        kept = index.reshape(-1)[spread(len(row), at_most)]
        counts = np.bincount(index.reshape(-1), minlength=len(names))
        return {
            "labels": kept.astype(np.uint8).tobytes(),
            "names": [int(n) for n in names],
            "counts": [int(n) for n in counts],
        }
    shown = row[spread(len(row), CURVE)]
    grey, low, high = paint.levels(shown)
    return {"curve": grey.tobytes(), "lowest": low, "highest": high}


def _flow(table: Numbers) -> Pillow.Image:
    """Draw motion: the direction as hue, the speed as strength."""
    u, v = (np.nan_to_num(np.asarray(table[..., i], np.float64)) for i in (0, 1))
    speed = np.hypot(u, v)
    hue = (np.arctan2(v, u) / (2 * np.pi) % 1 * 255).astype(np.uint8)
    strength = (speed / (float(speed.max()) or 1.0) * 255).astype(np.uint8)
    full = np.full_like(hue, 255)
    return Pillow.merge("HSV", [Pillow.fromarray(b, "L") for b in (hue, strength, full)]).convert("RGB")  # fmt: skip
