"""Ogg (Vorbis, Opus, FLAC, Theora, Speex): the streams, with empty comments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

_HEAD = 27
_CONTINUED, _FIRST = 0x01, 0x02
_FULL = 255
_POLYNOMIAL = 0x04C11DB7
_EMPTY = bytes(8)
"""Comments in Vorbis' form: no vendor, and none."""


@dataclass
class _Page:
    flags: int
    granule: bytes
    serial: bytes
    lacing: bytes
    body: bytes

    def told(self, number: int) -> bytes:
        """Return the page with that number and the right checksum."""
        head = (
            b"OggS\0"
            + bytes([self.flags])
            + self.granule
            + self.serial
            + number.to_bytes(4, "little")
        )
        whole = head + bytes(4) + bytes([len(self.lacing)]) + self.lacing + self.body
        return whole[:22] + _checksum(whole).to_bytes(4, "little") + whole[26:]


@dataclass
class _Stream:
    """One stream while its heads are gathered. `wanted` heads have comments among them."""

    first: _Page
    wanted: int
    number: int = 1
    packets: list[bytes] = field(default_factory=list)
    partial: bytes = b""


def cleaned(raw: bytes) -> bytes:
    """Return the recording without comments; all else is the same packets."""
    streams: dict[bytes, _Stream | None] = {}
    out: list[bytes] = []
    for page in _pages(raw):
        if page.flags & _FIRST:
            streams[page.serial] = stream = _begun(page)
            if stream is not None:
                out.append(page.told(0))
            continue
        stream = streams.get(page.serial)
        if stream is None:
            continue  # of a skeleton, or of nothing
        if len(stream.packets) < stream.wanted:
            _gather(stream, page, out)
        else:
            out.append(page.told(stream.number))
            stream.number += 1
    return b"".join(out)


def _begun(page: _Page) -> _Stream | None:
    body = page.body
    if body.startswith(b"fishead\0"):
        return None
    if body.startswith(b"\x7fFLAC"):
        count = int.from_bytes(body[7:9], "big")
        if not count:
            raise ValueError("its stream does not say how many heads it has")
        return _Stream(page, count)
    for mark, wanted in (
        (b"\x01vorbis", 2),
        (b"OpusHead", 1),
        (b"\x80theora", 2),
        (b"Speex   ", 1),
    ):
        if body.startswith(mark):
            return _Stream(page, wanted)
    raise ValueError(f"it has a stream of an unknown kind, {body[:8]!r}")


def _gather(stream: _Stream, page: _Page, out: list[bytes]) -> None:
    """Take in a page of heads; when they are whole, write them anew."""
    place = 0
    for size in page.lacing:
        stream.partial += page.body[place : place + size]
        place += size
        if size < _FULL:
            stream.packets.append(stream.partial)
            stream.partial = b""
    if len(stream.packets) < stream.wanted:
        return
    if len(stream.packets) > stream.wanted or stream.partial:
        raise ValueError(
            "a page has the end of the heads and the beginning of the sound"
        )
    for made in _paged([_emptied(p) for p in stream.packets], page.serial):
        out.append(made.told(stream.number))
        stream.number += 1


def _emptied(packet: bytes) -> bytes:
    """Return a head, without comments if it is that of comments."""
    if packet.startswith(b"\x03vorbis"):
        return packet[:7] + _EMPTY + b"\x01"
    if packet.startswith(b"OpusTags"):
        return packet[:8] + _EMPTY
    if packet.startswith(b"\x81theora"):
        return packet[:7] + _EMPTY
    if packet.startswith((b"\x05vorbis", b"\x82theora")):
        return packet
    if packet and packet[0] & 0x7F == 4:  # noqa: PLR2004 - comments of FLAC
        return packet[:1] + len(_EMPTY).to_bytes(3, "big") + _EMPTY
    if packet and packet[0] & 0x7F in {
        1,
        2,
        5,
        6,
    }:  # other blocks of FLAC: an empty padding
        return bytes([packet[0] & 0x80 | 1, 0, 0, 0])
    return packet if packet and packet[0] & 0x7F == 3 else _EMPTY  # noqa: PLR2004 - seek points


def _paged(packets: list[bytes], serial: bytes) -> Iterator[_Page]:
    lacing = b"".join(
        bytes([_FULL] * (len(p) // _FULL) + [len(p) % _FULL]) for p in packets
    )
    body = b"".join(packets)
    continued = False
    while lacing:
        part, lacing = lacing[:_FULL], lacing[_FULL:]
        size = sum(part)
        # No packet ends on a page whose position is told as -1.
        granule = bytes(8) if any(length < _FULL for length in part) else b"\xff" * 8
        yield _Page(_CONTINUED if continued else 0, granule, serial, part, body[:size])
        body, continued = body[size:], part[-1] == _FULL


def _pages(raw: bytes) -> Iterator[_Page]:
    place = 0
    while place < len(raw):
        if raw[place : place + 4] != b"OggS":
            place = raw.find(b"OggS", place)
            if place < 0:
                return
        count = raw[place + 26]
        lacing = raw[place + _HEAD : place + _HEAD + count]
        start = place + _HEAD + count
        end = start + sum(lacing)
        if end > len(raw):
            raise ValueError("its last page is cut off")
        yield _Page(
            raw[place + 5],
            raw[place + 6 : place + 14],
            raw[place + 14 : place + 18],
            lacing,
            raw[start:end],
        )
        place = end


@cache
def _table() -> tuple[int, ...]:
    found = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = value << 1 ^ (_POLYNOMIAL if value & 0x80000000 else 0)
        found.append(value & 0xFFFFFFFF)
    return tuple(found)


def _checksum(page: bytes) -> int:
    table, value = _table(), 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ table[value >> 24 ^ byte]
    return value
