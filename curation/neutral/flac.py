"""FLAC: keeps the stream, its seek points and which speaker each channel is for."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from curation.neutral.mpeg import without_tags

_INFO, _SEEK, _COMMENT = 0, 3, 4
_LAST = 0x80
_LAYOUT = b"WAVEFORMATEXTENSIBLE_CHANNEL_MASK="


def cleaned(raw: bytes) -> bytes:
    """Return the recording without comments, pictures, cue sheets and padding."""
    raw = without_tags(raw)
    if raw[:4] != b"fLaC":
        raise ValueError("it does not begin with fLaC")
    kept: list[tuple[int, bytes]] = []
    place = 4
    while True:
        kind, size = raw[place], int.from_bytes(raw[place + 1 : place + 4], "big")
        body = raw[place + 4 : place + 4 + size]
        if kind & ~_LAST in {_INFO, _SEEK}:
            kept.append((kind & ~_LAST, body))
        elif kind & ~_LAST == _COMMENT and (layout := _layout(body)):
            kept.append((_COMMENT, layout))
        place += 4 + size
        if kind & _LAST:
            break
    heads = [
        bytes([kind | (_LAST if number == len(kept) else 0)])
        + len(body).to_bytes(3, "big")
        + body
        for number, (kind, body) in enumerate(kept, 1)
    ]
    return b"".join([b"fLaC", *heads, raw[place:]])


def _layout(body: bytes) -> bytes:
    """Return comments that state the layout of the channels and nothing else."""
    found = [c for c in comments(body) if c.upper().startswith(_LAYOUT)]
    listed = [struct.pack("<I", len(c)) + c for c in found]
    return b"".join([struct.pack("<II", 0, len(found)), *listed]) if found else b""


def comments(body: bytes) -> Iterator[bytes]:
    """Yield the comments of a block in Vorbis' form."""
    (vendor,) = struct.unpack_from("<I", body, 0)
    place = 4 + vendor
    if place + 4 > len(body):
        return
    (count,) = struct.unpack_from("<I", body, place)
    place += 4
    for _ in range(count):
        if place + 4 > len(body):
            return
        (size,) = struct.unpack_from("<I", body, place)
        yield body[place + 4 : place + 4 + size]
        place += 4 + size
