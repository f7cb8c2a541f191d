"""TIFF and BigTIFF: written anew with the tags that decode it and the same coded pixels."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_SIZES = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
    16: 8,
    17: 8,
    18: 8,
}
"""Bytes of a value of each type."""
_OFFSETS = {273: 279, 324: 325}
"""Tags that lead to coded pixels, and those that tell how many bytes they are."""
_KEPT = frozenset(
    {
        254,
        255,
        256,
        257,
        258,
        259,
        262,
        266,
        274,
        277,
        278,
        279,
        280,
        281,
        282,
        283,
        284,
        290,
        291,
        292,
        293,
        296,
    }
    | {
        297,
        301,
        317,
        318,
        319,
        320,
        321,
        322,
        323,
        325,
        332,
        334,
        336,
        338,
        339,
        340,
        341,
        342,
        347,
        529,
        530,
        531,
        532,
    }
    | {34675, 50674}
)
_OLD_JPEG = 6
_COMPRESSION = 259
_LONG = {False: 4, True: 16}
_DIRECTORIES = 10_000


@dataclass(frozen=True)
class _Form:
    """Byte order and whether offsets have eight bytes."""

    order: str
    big: bool

    def number(self, raw: bytes, place: int, kind: str) -> int:
        return int(struct.unpack_from(self.order + kind, raw, place)[0])

    @property
    def word(self) -> str:
        return "Q" if self.big else "I"

    @property
    def width(self) -> int:
        return 8 if self.big else 4


@dataclass
class _Tag:
    tag: int
    kind: int
    count: int
    value: bytes


def cleaned(raw: bytes) -> bytes:
    """Return the picture without descriptions, dates, EXIF, XMP and what is private."""
    form = _Form("<" if raw[:2] == b"II" else ">", raw[2:4] in {b"+\0", b"\0+"})
    place = form.number(raw, 8 if form.big else 4, form.word)
    out = bytearray(raw[: 16 if form.big else 8])
    link = 8 if form.big else 4
    seen: set[int] = set()
    while place and place not in seen and len(seen) < _DIRECTORIES:
        seen.add(place)
        tags, place = _directory(raw, place, form)
        link = _write(out, raw, tags, form, link)
    struct.pack_into(form.order + form.word, out, link, 0)
    return bytes(out)


def _directory(raw: bytes, place: int, form: _Form) -> tuple[list[_Tag], int]:
    count = form.number(raw, place, "Q" if form.big else "H")
    place += 8 if form.big else 2
    found = []
    for _ in range(count):
        tag, kind = (form.number(raw, place + i, "H") for i in (0, 2))
        number = form.number(raw, place + 4, form.word)
        inline = place + 4 + form.width
        size = _SIZES.get(kind, 1) * number
        start = inline if size <= form.width else form.number(raw, inline, form.word)
        if tag in _KEPT or tag in _OFFSETS:
            if start + size > len(raw):
                raise ValueError(f"its tag {tag} leads beyond the end")
            found.append(_Tag(tag, kind, number, raw[start : start + size]))
        place = inline + form.width
    return found, form.number(raw, place, form.word)


def _write(out: bytearray, raw: bytes, tags: list[_Tag], form: _Form, link: int) -> int:
    """Append a directory with its pixels; return where the place of the next is told."""
    known = {tag.tag: tag for tag in tags}
    if _COMPRESSION in known and _numbers(known[_COMPRESSION], form) == [_OLD_JPEG]:
        raise ValueError(
            "it is packed with the JPEG of TIFF 6, which nobody reads alike"
        )
    for offsets, sizes in _OFFSETS.items():
        if offsets in known:
            _move(out, raw, known[offsets], known[sizes], form)
    entries = []
    for tag in tags:
        value = tag.value
        if len(value) > form.width:
            _align(out)
            value = struct.pack(form.order + form.word, len(out))
            out += tag.value
        head = struct.pack(f"{form.order}HH{form.word}", tag.tag, tag.kind, tag.count)
        entries.append(head + value.ljust(form.width, b"\0"))
    _align(out)
    struct.pack_into(form.order + form.word, out, link, len(out))
    out += struct.pack(
        form.order + ("Q" if form.big else "H"), len(entries)
    ) + b"".join(entries)
    out += bytes(form.width)
    return len(out) - form.width


def _align(out: bytearray) -> None:
    out += bytes(-len(out) % 8)


def _numbers(tag: _Tag, form: _Form) -> list[int]:
    kind = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}[tag.kind]
    return list(struct.unpack(f"{form.order}{tag.count}{kind}", tag.value))


def _move(out: bytearray, raw: bytes, offsets: _Tag, sizes: _Tag, form: _Form) -> None:
    """Copy coded pixels, and let the tag lead to where they are now."""
    places = []
    for place, size in zip(_numbers(offsets, form), _numbers(sizes, form), strict=True):
        if place + size > len(raw):
            raise ValueError("its pixels are cut off")
        _align(out)
        places.append(len(out) if size else 0)
        out += raw[place : place + size]
    offsets.kind = _LONG[form.big]
    offsets.value = struct.pack(f"{form.order}{len(places)}{form.word}", *places)
