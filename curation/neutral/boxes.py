"""MP4, MOV, M4A, AVIF, HEIF and JPEG 2000: what only tells of them is emptied in place.

No byte moves, so that all that leads to coded pictures and sound stays right.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from curation.neutral import items, tracks

_FULL = frozenset(
    {
        b"moov",
        b"trak",
        b"mdia",
        b"minf",
        b"stbl",
        b"moof",
        b"traf",
        b"mvex",
        b"edts",
        b"dinf",
        b"gmhd",
        b"jp2h",
    }
)
"""Boxes that hold others of which some are emptied."""
_REMARKS = frozenset(
    {
        b"udta",
        b"uuid",
        b"free",
        b"skip",
        b"emsg",
        b"prft",
        b"xml ",
        b"uinf",
        b"pnot",
        b"junk",
        b"Xtra",
        b"name",
    }
)
_DATED = frozenset({b"mvhd", b"tkhd", b"mdhd"})
_SOUNDS_OR_SHOWS = frozenset({b"vide", b"soun", b"pict", b"auxv"})
_GAPLESS = b"iTunSMPB"
_PICTURES = 78
"""Bytes that a description of coded pictures has at least."""


class Box(NamedTuple):
    """A box: its kind, where it begins, where its content does, where it ends."""

    kind: bytes
    begin: int
    start: int
    end: int


def walk(raw: bytes, place: int, end: int) -> Iterator[Box]:
    """Yield the boxes between two places."""
    while place + 8 <= end:
        size, kind, start = (
            int.from_bytes(raw[place : place + 4], "big"),
            raw[place + 4 : place + 8],
            place + 8,
        )
        if size == 1:
            size, start = int.from_bytes(raw[place + 8 : place + 16], "big"), place + 16
        stop = end if size == 0 else place + size
        if stop < start or stop > end:
            raise ValueError(f"its box {kind!r} is cut off")
        yield Box(kind, place, start, stop)
        place = stop


def cleaned(raw: bytes) -> bytes:
    """Return the file without titles, places, dates, remarks and tracks of data."""
    out = bytearray(raw)
    for box in walk(raw, 0, len(raw)):
        if box.kind == b"meta":
            items.clean(out, raw, box.start, box.end)
        else:
            _clean(out, raw, box)
    return bytes(out)


def _clean(out: bytearray, raw: bytes, box: Box) -> None:
    if box.kind == b"trak" and (handler := _handler(raw, box)) not in _SOUNDS_OR_SHOWS:
        tracks.empty_samples(out, raw, box.start, box.end, handler)
        empty(out, box)
    elif box.kind in _FULL:
        for inner in walk(raw, box.start, box.end):
            _clean(out, raw, inner)
    elif box.kind == b"udta" and _GAPLESS in raw[box.start : box.end]:
        _keep_gapless(out, raw, box)
    elif box.kind in _REMARKS or box.kind == b"meta":
        empty(out, box)
    elif box.kind in _DATED:
        width = 8 if raw[box.start] == 1 else 4
        out[box.start + 4 : box.start + 4 + 2 * width] = bytes(2 * width)
    elif box.kind == b"hdlr":
        out[box.start + 24 : box.end] = bytes(max(box.end - box.start - 24, 0))
    elif box.kind == b"stsd":
        _no_compressor(out, raw, box)
    elif box.kind == b"jp2c":
        _no_comments(out, raw, box)


def empty(out: bytearray, box: Box) -> None:
    """Make a box one that holds nothing, of the same size."""
    out[box.begin + 4 : box.begin + 8] = b"free"
    out[box.start : box.end] = bytes(box.end - box.start)


def _handler(raw: bytes, track: Box) -> bytes:
    for media in walk(raw, track.start, track.end):
        if media.kind == b"mdia":
            for box in walk(raw, media.start, media.end):
                if box.kind == b"hdlr":
                    return raw[box.start + 8 : box.start + 12]
    return b""


def _no_compressor(out: bytearray, raw: bytes, box: Box) -> None:
    """Empty the name of the encoder that a description of coded pictures may hold."""
    for entry in walk(raw, box.start + 8, box.end):
        for inner in (b"avcC", b"hvcC", b"av1C", b"vpcC", b"esds", b"jpgC", b"glbl"):
            if (
                raw.find(inner, entry.start, entry.end) >= 0
                and entry.end - entry.start >= _PICTURES
                and entry.kind != b"mp4a"
            ):
                out[entry.start + 42 : entry.start + 74] = bytes(32)
                break


def _keep_gapless(out: bytearray, raw: bytes, box: Box) -> None:
    """Empty all but the item that tells which samples are silence added by an encoder."""
    for meta in walk(raw, box.start, box.end):
        if meta.kind != b"meta":
            empty(out, meta)
            continue
        for part in walk(raw, meta.start + 4, meta.end):
            if part.kind == b"ilst":
                for item in walk(raw, part.start, part.end):
                    if _GAPLESS not in raw[item.start : item.end]:
                        empty(out, item)
            elif part.kind != b"hdlr":
                empty(out, part)


def _no_comments(out: bytearray, raw: bytes, box: Box) -> None:
    """Empty the comments in the main head of a JPEG 2000 code stream."""
    place = box.start + 2
    while place + 4 <= box.end and raw[place] == 0xFF and raw[place + 1] != 0x90:  # noqa: PLR2004
        size = int.from_bytes(raw[place + 2 : place + 4], "big")
        if raw[place + 1] == 0x64:  # noqa: PLR2004
            out[place + 6 : place + 2 + size] = bytes(size - 4)
        place += 2 + size
