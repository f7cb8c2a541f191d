"""Tracks of data in MP4 and MOV films: places, time codes, texts."""

from __future__ import annotations

from collections.abc import Iterator


def _tables(raw: bytes, place: int, end: int) -> dict[bytes, tuple[int, int]]:
    """Return where the content of each table of a track begins and ends."""
    found: dict[bytes, tuple[int, int]] = {}
    while place + 8 <= end:
        size, kind = (
            int.from_bytes(raw[place : place + 4], "big"),
            raw[place + 4 : place + 8],
        )
        if size < 8:  # noqa: PLR2004
            break
        if kind in {b"mdia", b"minf", b"stbl"}:
            found |= _tables(raw, place + 8, place + size)
        else:
            found[kind] = place + 8, place + size
        place += size
    return found


def empty_samples(
    out: bytearray, raw: bytes, start: int, end: int, handler: bytes
) -> None:
    """Overwrite the samples of a track, so that they are not found where they lie."""
    if handler == b"hint":
        return  # they point into the samples of others
    tables = _tables(raw, start, end)
    if not {b"stsz", b"stsc"} <= tables.keys():
        return
    sizes = _sizes(raw, tables[b"stsz"][0])
    for begin, count in _chunks(raw, tables):
        place = begin
        for _ in range(count):
            size = next(sizes, None)
            if size is None:
                return
            stop = min(place + size, len(out))
            out[place:stop] = bytes(max(stop - place, 0))
            place = stop


def _number(raw: bytes, place: int, width: int = 4) -> int:
    return int.from_bytes(raw[place : place + width], "big")


def _sizes(raw: bytes, place: int) -> Iterator[int]:
    alike, count = _number(raw, place + 4), _number(raw, place + 8)
    for index in range(min(count, len(raw))):
        yield alike or _number(raw, place + 12 + 4 * index)


def _chunks(
    raw: bytes, tables: dict[bytes, tuple[int, int]]
) -> Iterator[tuple[int, int]]:
    """Yield where each chunk lies, and how many samples it has."""
    wide = b"co64" in tables
    place = tables[b"co64" if wide else b"stco"][0]
    width = 8 if wide else 4
    offsets = [
        _number(raw, place + 8 + width * i, width)
        for i in range(min(_number(raw, place + 4), len(raw)))
    ]
    runs = tables[b"stsc"][0]
    told = [
        (_number(raw, runs + 8 + 12 * i), _number(raw, runs + 12 + 12 * i))
        for i in range(min(_number(raw, runs + 4), len(raw)))
    ]
    for number, offset in enumerate(offsets, 1):
        count = next(
            (samples for first, samples in reversed(told) if first <= number), 0
        )
        yield offset, count
