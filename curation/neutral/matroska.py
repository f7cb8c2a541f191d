"""Matroska and WebM: the tracks and their clusters; all else is made void in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

_SEGMENT, _CLUSTER = 0x18538067, 0x1F43B675
_SEEK_HEAD, _SEEK, _SEEK_ID = 0x114D9B74, 0x4DBB, 0x53AB
_INFO, _TRACKS, _TRACK = 0x1549A966, 0x1654AE6B, 0xAE
_TAGS, _CHAPTERS, _ATTACHMENTS = 0x1254C367, 0x1043A770, 0x1941A469
_CUES = 0x1C53BB6B
_TOP = frozenset(
    {_CLUSTER, _SEEK_HEAD, _INFO, _TRACKS, _TAGS, _CHAPTERS, _ATTACHMENTS, _CUES}
)
_REMARKS = frozenset({_TAGS, _CHAPTERS, _ATTACHMENTS})
_VOID, _CHECKSUM = 0xEC, 0xBF
_TITLE, _DATE, _MUXER, _WRITER = 0x7BA9, 0x4461, 0x4D80, 0x5741
_FILE, _UID, _BEFORE, _BEFORE_FILE, _AFTER, _AFTER_FILE, _FAMILY = (
    0x7384,
    0x73A4,
    0x3CB923,
    0x3C83AB,
    0x3EB923,
    0x3E83BB,
    0x4444,
)
_OF_INFO = frozenset(
    {_TITLE, _DATE, _FILE, _UID, _BEFORE, _BEFORE_FILE, _AFTER, _AFTER_FILE, _FAMILY}
)
_OF_TRACK = frozenset({0x536E, 0x258688, 0x3A9697, 0x3B4040, 0x26B240})
"""Name of a track, and of its codec with settings, information and download."""


class _Element(NamedTuple):
    id: int
    begin: int
    start: int
    end: int


def cleaned(raw: bytes) -> bytes:
    """Return the film without title, dates, tags, chapters, attachments and names."""
    out = bytearray(raw)
    for element in _elements(raw, 0, len(raw), frozenset()):
        if element.id == _SEGMENT:
            _segment(out, raw, element)
    return bytes(out)


def _segment(out: bytearray, raw: bytes, segment: _Element) -> None:
    for element in _elements(raw, segment.start, segment.end, _TOP):
        if element.id in _REMARKS or element.id == _VOID:
            _void(out, element)
        elif element.id == _INFO:
            _info(out, raw, element)
        elif element.id == _TRACKS:
            _tracks(out, raw, element)
        elif element.id == _SEEK_HEAD:
            _seeks(out, raw, element)


def _info(out: bytearray, raw: bytes, info: _Element) -> None:
    for element in _elements(raw, info.start, info.end):
        if element.id in _OF_INFO or element.id in {_VOID, _CHECKSUM}:
            _void(out, element)
        elif element.id in {_MUXER, _WRITER}:
            # They have to be there, and a text of zeros is an empty one.
            out[element.start : element.end] = bytes(element.end - element.start)


def _tracks(out: bytearray, raw: bytes, tracks: _Element) -> None:
    for track in _elements(raw, tracks.start, tracks.end):
        if track.id in {_VOID, _CHECKSUM}:
            _void(out, track)
        for element in (
            _elements(raw, track.start, track.end) if track.id == _TRACK else ()
        ):
            if element.id in _OF_TRACK or element.id in {_VOID, _CHECKSUM}:
                _void(out, element)


def _seeks(out: bytearray, raw: bytes, head: _Element) -> None:
    """Leave out what leads to elements that are void now."""
    for seek in _elements(raw, head.start, head.end):
        if seek.id in {_VOID, _CHECKSUM}:
            _void(out, seek)
        for element in _elements(raw, seek.start, seek.end) if seek.id == _SEEK else ():
            if (
                element.id == _SEEK_ID
                and int.from_bytes(raw[element.start : element.end], "big") in _REMARKS
            ):
                _void(out, seek)


def _void(out: bytearray, element: _Element) -> None:
    """Put a void element of the same size in the place of one."""
    size = element.end - element.begin
    width = 1 if size < 0x80 else 8  # noqa: PLR2004
    length = (size - 1 - width) | 1 << (7 * width)
    out[element.begin : element.end] = (
        bytes([_VOID]) + length.to_bytes(width, "big") + bytes(size - 1 - width)
    )


def _elements(
    raw: bytes, place: int, end: int, siblings: frozenset[int] = frozenset()
) -> Iterator[_Element]:
    """Yield elements; one of unknown size goes on until one of its *siblings* begins."""
    while place < end:
        begin = place
        number, place = _number(raw, place, marked=True)
        size, place = _number(raw, place, marked=False)
        stop = (
            place + size
            if size >= 0
            else _unknown_end(raw, number, place, end, siblings)
        )
        yield _Element(number, begin, place, min(stop, end))
        place = stop


def _unknown_end(
    raw: bytes, number: int, place: int, end: int, siblings: frozenset[int]
) -> int:
    if number != _CLUSTER:
        return end
    for element in _elements(raw, place, end):
        if element.id in siblings:
            return element.begin
    return end


def _number(raw: bytes, place: int, *, marked: bool) -> tuple[int, int]:
    """Read a number of variable length; -1 is a size that is not known."""
    first = raw[place]
    if not first:
        raise ValueError(f"no element begins at byte {place}")
    width = 9 - first.bit_length()
    value = int.from_bytes(raw[place : place + width], "big")
    if not marked:
        value &= (1 << (7 * width)) - 1
        if value == (1 << (7 * width)) - 1:
            value = -1
    return value, place + width
