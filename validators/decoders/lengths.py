"""How long a picture file is by its own headers."""

from __future__ import annotations

import struct
from typing import BinaryIO, NamedTuple

from validators.decoders.source import Source

_MOST_BOXES = 1000
_MOST_PAGES = 1000
_MOST_BYTES = 1 << 20
"""What is read of one table at most; longer ones are of no picture within the limits."""


def announced(source: Source) -> int:
    """Return the least size of a WebP, TIFF, AVIF or JPEG 2000 file; 0 for any other."""
    head = source.head
    if head[:4] == b"RIFF":
        return int.from_bytes(head[4:8], "little") + 8
    if head[:4] in {b"II*\0", b"MM\0*"}:
        return _tiff(source.stream, "<" if head[:2] == b"II" else ">")
    return _boxes(source.stream) if head[4:8] in {b"ftyp", b"jP  "} else 0


def _boxes(stream: BinaryIO) -> int:
    end = 0
    for _ in range(_MOST_BOXES):
        stream.seek(end)
        head = stream.read(16)
        length = int.from_bytes(head[:4])
        if length == 1:
            length = int.from_bytes(head[8:16])
        if len(head) < 8 or length < 8:  # noqa: PLR2004 - shorter than its own head
            break
        end += length
    return end


class _Entry(NamedTuple):
    tag: int
    kind: int
    number: int
    raw: bytes


_WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}
"""Bytes of a value by its kind; 3 and 4 are whole numbers of two and four bytes."""
_STRIPS, _STRIP_LENGTHS = {273, 324}, {279, 325}
"""Tags of where the strips, or tiles, of a picture begin, and of how long they are."""


def _tiff(stream: BinaryIO, order: str) -> int:
    """Return where the directories, their values, and the pictures they tell of end."""
    ends = [8]
    begin, seen = _number(stream, order, 4, "I"), {0}
    while begin not in seen and len(seen) < _MOST_PAGES:
        seen.add(begin)
        ends.append(_page(stream, order, begin))
        number = _number(stream, order, begin, "H")
        begin = _number(stream, order, begin + 2 + 12 * number, "I")
    return max(ends)


def _page(stream: BinaryIO, order: str, begin: int) -> int:
    number = _number(stream, order, begin, "H")
    table = stream.read(12 * number).ljust(12 * number, b"\0")
    entries = list(map(_Entry._make, struct.iter_unpack(f"{order}HHI4s", table)))
    ends = [begin + 6 + 12 * number]
    strips: list[int] = []
    lengths: list[int] = []
    for entry in entries:
        width = _WIDTHS.get(entry.kind, 1) * entry.number
        place = int(struct.unpack(f"{order}I", entry.raw)[0])
        if width > len(entry.raw):
            ends.append(place + width)
        if entry.tag in _STRIPS:
            strips += _numbers(stream, order, entry, place)
        elif entry.tag in _STRIP_LENGTHS:
            lengths += _numbers(stream, order, entry, place)
    ends += [strip + length for strip, length in zip(strips, lengths, strict=False)]
    return max(ends)


def _number(stream: BinaryIO, order: str, place: int, form: str) -> int:
    stream.seek(place)
    width = struct.calcsize(form)
    return int(struct.unpack(order + form, stream.read(width).ljust(width, b"\0"))[0])


def _numbers(stream: BinaryIO, order: str, entry: _Entry, place: int) -> list[int]:
    form = {3: "H", 4: "I"}.get(entry.kind)
    if form is None:
        return []
    width = _WIDTHS[entry.kind] * entry.number
    raw = entry.raw[:width]
    if width > len(entry.raw):
        stream.seek(place)
        raw = stream.read(min(width, _MOST_BYTES))
    whole = len(raw) // _WIDTHS[entry.kind]
    return list(struct.unpack_from(f"{order}{whole}{form}", raw))
