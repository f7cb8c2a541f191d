"""AVIF and HEIF: the items with EXIF and XMP of a picture, emptied where they lie."""

from __future__ import annotations

from collections.abc import Iterator

_TEXTS = frozenset({b"Exif", b"mime", b"uri "})


def clean(out: bytearray, raw: bytes, start: int, end: int) -> None:
    """Empty the data of items that only tell of the picture. Its turning is no item."""
    boxes = {kind: (inner, stop) for kind, inner, stop in _boxes(raw, start + 4, end)}
    if b"iinf" not in boxes or b"iloc" not in boxes:
        return
    kinds = dict(_kinds(raw, *boxes[b"iinf"]))
    data = boxes.get(b"idat", (0, 0))[0]
    for item, method, place, size in _places(raw, boxes[b"iloc"][0]):
        if kinds.get(item) in _TEXTS:
            begin = place + (data if method == 1 else 0)
            out[begin : begin + size] = bytes(size)
            if kinds[item] == b"Exif" and size >= 18:  # noqa: PLR2004 - an empty directory
                out[begin + 4 : begin + 18] = b"II*\0\x08\0\0\0\0\0\0\0\0\0"


def _boxes(raw: bytes, place: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    while place + 8 <= end:
        size = int.from_bytes(raw[place : place + 4], "big")
        if size < 8:  # noqa: PLR2004
            raise ValueError("its list of items is broken")
        yield raw[place + 4 : place + 8], place + 8, place + size
        place += size


def _kinds(raw: bytes, start: int, end: int) -> Iterator[tuple[int, bytes]]:
    wide = raw[start] > 0
    for kind, inner, _ in _boxes(raw, start + (8 if wide else 6), end):
        if kind == b"infe" and raw[inner] >= 2:  # noqa: PLR2004
            width = 4 if raw[inner] > 2 else 2  # noqa: PLR2004
            item = int.from_bytes(raw[inner + 4 : inner + 4 + width], "big")
            yield item, raw[inner + 6 + width : inner + 10 + width]


class _Reader:
    """Reads numbers one after the other."""

    def __init__(self, raw: bytes, place: int) -> None:
        self._raw, self._place = raw, place

    def number(self, width: int) -> int:
        self._place += width
        return int.from_bytes(self._raw[self._place - width : self._place], "big")


def _places(raw: bytes, start: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield item, method, place and size of each extent."""
    version = raw[start]
    read = _Reader(raw, start + 4)
    widths = read.number(2)
    offset, length, base, index = (widths >> shift & 15 for shift in (12, 8, 4, 0))
    many = 4 if version == 2 else 2  # noqa: PLR2004
    for _ in range(read.number(many)):
        item = read.number(many)
        method = read.number(2) & 15 if version else 0
        read.number(2)
        origin = read.number(base)
        for _ in range(read.number(2)):
            if version:
                read.number(index)
            place = read.number(offset)
            yield item, method, origin + place, read.number(length)
