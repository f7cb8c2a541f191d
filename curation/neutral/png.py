"""PNG and animated PNG: keeps what decodes it, its colours and its orientation."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from curation.neutral import exif

_HEAD = 8
_KEPT = frozenset(
    b"IHDR PLTE IDAT IEND tRNS gAMA cHRM sRGB iCCP sBIT bKGD pHYs acTL fcTL fdAT cICP mDCV cLLI".split()
)


def cleaned(raw: bytes) -> bytes:
    """Return the picture without texts, times, EXIF (but its orientation) and trailing data."""
    out = [raw[:_HEAD]]
    for kind, body in _chunks(raw):
        if kind == b"eXIf":
            if turned := exif.reduced(body):
                out.append(_chunk(kind, turned))
        elif kind == b"iCCP":
            # The profile has a name, which is free text.
            out.append(_chunk(kind, b"icc" + body[body.index(b"\0") :]))
        elif kind in _KEPT:
            out.append(_chunk(kind, body))
    return b"".join(out)


def _chunk(kind: bytes, body: bytes) -> bytes:
    return (
        len(body).to_bytes(4, "big")
        + kind
        + body
        + zlib.crc32(kind + body).to_bytes(4, "big")
    )


def _chunks(raw: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = _HEAD
    while place + 8 <= len(raw):
        size = int.from_bytes(raw[place : place + 4], "big")
        kind = raw[place + 4 : place + 8]
        if place + 12 + size > len(raw):
            raise ValueError(f"its chunk {kind!r} is cut off")
        yield kind, raw[place + 8 : place + 8 + size]
        if kind == b"IEND":
            return
        place += 12 + size
    raise ValueError("it has no end")
