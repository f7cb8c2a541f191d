"""Reads from the structure of sound and film files how long they should be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from validators.decoders.source import Bad, Source
from validators.reason import Reason

PLACEHOLDER = 0x7FFF_F000
"""Sizes from here on, and 0, are what programs write that do not know the size yet."""
_SLACK = 9
"""Bytes by which writers of RIFF files miscount: their own header, a byte of padding."""
_MOST_BOXES = 1_000_000
_LONGEST_PAGE = 27 + 255 + 255 * 255

_BOXES = frozenset(
    b"ftyp moov mdat free skip wide moof mfra sidx styp udta uuid meta pnot emsg".split()
)
_SEGMENT = 0x18538067
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_PROPERTIES = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")


def announced_bytes(source: Source) -> int | None:
    """Return how long the file should be by what its parts say, None if they do not."""
    stream, size, head = source.stream, source.size, source.head
    if head[:4] in {b"RIFF", b"RIFX", b"RF64", b"FORM"}:
        return _iff(stream, size)
    if head[4:8] in _BOXES:
        return _boxes(stream, size)
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return _segment(stream)
    if head[:16] == _ASF:
        return _asf(stream)
    return _pages(stream, size) if head[:4] == b"OggS" else None


def refuse_short(source: Source) -> None:
    """Refuse a file that ends before its own structure does.

    Raises:
        Bad: it is truncated.
    """
    announced = announced_bytes(source)
    if announced is not None and announced > source.size:
        detail = (
            f"ends after {source.size:,} of the {announced:,} bytes that it announces"
        )
        raise Bad(Reason.TRUNCATED, detail)


def is_unfinished(source: Source) -> bool:
    """Tell whether a WAV header was never completed, as when it was written to a pipe."""
    if source.head[:4] != b"RIFF" or source.head[8:12] != b"WAVE":
        return False
    sizes = [
        _number(source.head[4:8]),
        *(s for _, s in _data(source.stream, source.size)),
    ]
    return any(_unknown(size) for size in sizes)


def _number(data: bytes, order: str = "little") -> int:
    return int.from_bytes(data, "big" if order == "big" else "little")


def _unknown(size: int) -> bool:
    return size == 0 or size >= PLACEHOLDER


def _iff(stream: BinaryIO, size: int) -> int | None:
    """RIFF and AIFF: the outer size, and that of the chunk with the samples."""
    head = stream.read(36)
    order = "big" if head[:4] in {b"FORM", b"RIFX"} else "little"
    if head[:4] == b"RF64" and head[12:16] == b"ds64":
        return _number(head[20:28]) + 8
    whole = _number(head[4:8], order)
    ends = [] if _unknown(whole) or whole + 8 <= size + _SLACK else [whole + 8]
    if head[8:12] in {b"WAVE", b"AIFF", b"AIFC"}:
        chunks = _data(stream, size, order)
        ends += [at + length for at, length in chunks if not _unknown(length)]
    return max(ends, default=None)


def _data(
    stream: BinaryIO, size: int, order: str = "little"
) -> Iterator[tuple[int, int]]:
    """Yield where the samples of a WAV or AIFF file begin, and how long they should be."""
    position = 12
    while position + 8 <= size:
        stream.seek(position)
        head = stream.read(8)
        length = _number(head[4:], order)
        if head[:4] in {b"data", b"SSND"}:
            yield position + 8, length
            return
        position += 8 + length + length % 2


def _boxes(stream: BinaryIO, size: int) -> int | None:
    """MP4 and QuickTime: the end of the last of the outer boxes."""
    position = 0
    for _ in range(_MOST_BOXES):
        stream.seek(position)
        head = stream.read(16)
        length, name = _number(head[:4], "big"), head[4:8]
        if length == 1:
            length = _number(head[8:16], "big")
        if length < 8 or name not in _BOXES:  # noqa: PLR2004 - no box is shorter
            return None
        position += length
        if position >= size:
            return position
    return None


def _segment(stream: BinaryIO) -> int | None:
    """Matroska and WebM: the end of the segment, unless it was streamed."""
    head = stream.read(4096)
    length, start = _vint(head, 4)
    if (
        length is None
        or _number(head[start + length : start + length + 4], "big") != _SEGMENT
    ):
        return None
    inner, begin = _vint(head, start + length + 4)
    return None if inner is None else begin + inner


def _vint(data: bytes, at: int) -> tuple[int | None, int]:
    """Read a number of EBML and say where it ends; None stands for "unknown"."""
    width = 9 - data[at].bit_length() if at < len(data) else 9
    value = _number(data[at : at + width], "big") & ((1 << 7 * width) - 1)
    unknown = width > 8 or value == (1 << 7 * width) - 1  # noqa: PLR2004 - of bytes
    return None if unknown else value, at + width


def _asf(stream: BinaryIO) -> int | None:
    head = stream.read(1 << 16)
    at = head.find(_ASF_PROPERTIES)
    return _number(head[at + 40 : at + 48]) or None if at >= 0 else None


def _pages(stream: BinaryIO, size: int) -> int | None:
    """Ogg: the end of the last page that begins."""
    start = max(0, size - _LONGEST_PAGE)
    stream.seek(start)
    tail = stream.read()
    at = tail.rfind(b"OggS")
    if at < 0:
        return None
    segments = tail[at + 26] if at + 26 < len(tail) else 1
    lengths = tail[at + 27 : at + 27 + segments]
    return start + at + 27 + segments + sum(lengths)
