"""RIFF: WebP pictures, WAVE recordings and AVI films."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from curation.neutral import exif

_WEBP = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF", b"ICCP"})
_XMP_FLAG, _EXIF_FLAG = 0x04, 0x08
_WAVE = frozenset({b"fmt ", b"data", b"fact", b"ds64"})
_UNKNOWN = 0xFFFFFFFF
_FRAMES = frozenset({b"movi", b"rec "})
_LISTS = frozenset({b"hdrl", b"strl", b"odml"})
_FILM = frozenset(
    {b"avih", b"strh", b"strf", b"strd", b"indx", b"idx1", b"vprp", b"dmlh"}
)


class _Chunk(NamedTuple):
    kind: bytes
    start: int
    end: int


def _chunks(raw: bytes, place: int, end: int, order: str = "<") -> Iterator[_Chunk]:
    while place + 8 <= end:
        kind, size = (
            raw[place : place + 4],
            struct.unpack_from(f"{order}I", raw, place + 4)[0],
        )
        yield _Chunk(kind, place + 8, min(place + 8 + size, end))
        place += 8 + size + (size & 1)


def _put(kind: bytes, body: bytes, order: str = "<") -> bytes:
    return kind + struct.pack(f"{order}I", len(body)) + body + b"\0" * (len(body) & 1)


def webp(raw: bytes) -> bytes:
    """Return the picture without EXIF (but its orientation), XMP and what nobody knows."""
    parts: list[tuple[bytes, bytes]] = []
    turned = b""
    for kind, start, end in _chunks(raw, 12, len(raw)):
        body = raw[start:end]
        if kind == b"EXIF":
            turned = exif.reduced(body.removeprefix(b"Exif\0\0"))
        elif kind in _WEBP:
            parts.append((kind, body))
    if parts[0][0] == b"VP8X":
        head = parts[0][1]
        flags = head[0] & ~(_XMP_FLAG | _EXIF_FLAG) | (_EXIF_FLAG if turned else 0)
        parts[0] = b"VP8X", bytes([flags]) + head[1:]
    whole = b"WEBP" + b"".join(_put(kind, body) for kind, body in parts)
    whole += _put(b"EXIF", turned) if turned else b""
    return b"RIFF" + struct.pack("<I", len(whole)) + whole


def wave(raw: bytes) -> bytes:
    """Return the recording with nothing but its format and its samples."""
    order = ">" if raw[:4] == b"RIFX" else "<"
    out: list[bytes] = []
    for kind, start, end in _chunks(raw, 12, len(raw), order):
        if kind == b"data":
            out.append(_samples(raw, start, out, order))
            break
        if kind in _WAVE:
            out.append(_put(kind, raw[start:end], order))
    else:
        raise ValueError("it has no samples")
    size = 4 + sum(map(len, out))
    if raw[:4] == b"RF64":
        out[0] = out[0][:8] + struct.pack("<Q", size) + out[0][16:]
        size = _UNKNOWN
    return (
        raw[:4]
        + struct.pack(f"{order}I", min(size, _UNKNOWN))
        + b"WAVE"
        + b"".join(out)
    )


def _samples(raw: bytes, start: int, before: list[bytes], order: str) -> bytes:
    """Return the chunk of samples; one whose length was never filled in goes to the end."""
    (size,) = struct.unpack_from(f"{order}I", raw, start - 4)
    told = size
    if raw[:4] == b"RF64" and size == _UNKNOWN:
        (told,) = struct.unpack_from("<Q", before[0], 16)
    body = raw[start : start + told]
    # A length that says too much is kept, for decoders differ in what they make of it.
    return b"data" + struct.pack(f"{order}I", size) + body + b"\0" * (len(body) & 1)


def film(raw: bytes) -> bytes:
    """Return the film without titles, dates and what programs have left, all in place."""
    out = bytearray(raw)
    for kind, start, end in _chunks(raw, 0, len(raw)):
        if kind == b"RIFF":
            _film(out, raw, start + 4, end)
        else:
            _void(out, start, end)
    return bytes(out)


def _film(out: bytearray, raw: bytes, place: int, end: int) -> None:
    for kind, start, stop in _chunks(raw, place, end):
        form = raw[start : start + 4] if kind == b"LIST" else b""
        if form in _LISTS:
            _film(out, raw, start + 4, stop)
        elif form not in _FRAMES and kind not in _FILM and not kind.startswith(b"ix"):
            _void(out, start, stop)


def _void(out: bytearray, start: int, end: int) -> None:
    out[start - 8 : start - 4] = b"JUNK"
    out[start:end] = bytes(end - start)
