"""EXIF reduced to the one field that decides how a picture looks: its orientation."""

from __future__ import annotations

import struct

ORIENTATION = 0x0112
_UPRIGHT, _LAST = 1, 8
_SHORT = 3


def orientation(exif: bytes) -> int:
    """Return the orientation that EXIF data (from the byte order on) state, or 1."""
    order = {b"II": "<", b"MM": ">"}.get(exif[:2])
    if order is None or len(exif) < 10:  # noqa: PLR2004
        return _UPRIGHT
    (start,) = struct.unpack_from(f"{order}I", exif, 4)
    if start + 2 > len(exif):
        return _UPRIGHT
    (count,) = struct.unpack_from(f"{order}H", exif, start)
    for place in range(start + 2, min(start + 2 + 12 * count, len(exif) - 11), 12):
        tag, kind, _, value = struct.unpack_from(f"{order}HHIH", exif, place)
        if tag == ORIENTATION and kind == _SHORT and _UPRIGHT <= value <= _LAST:
            return int(value)
    return _UPRIGHT


def minimal(value: int) -> bytes:
    """Return EXIF data that state an orientation and nothing else."""
    return struct.pack(
        "<2sHIHHHIHHI", b"II", 42, 8, 1, ORIENTATION, _SHORT, 1, value, 0, 0
    )


def reduced(exif: bytes) -> bytes:
    """Return EXIF data with the orientation alone; nothing if it is upright."""
    value = orientation(exif)
    return b"" if value == _UPRIGHT else minimal(value)
