"""Reads which notes begin in which bar of a MIDI file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from curation.scoring.files import Unusable

LARGEST = 16 << 20
"""Bytes of a file that are read."""
_NOTE_ON, _META, _SYSEX = 0x90, 0xFF, (0xF0, 0xF7)
_TIME_SIGNATURE = 0x58
_ONE_BYTE = (0xC0, 0xD0)


def notes(path: Path) -> tuple[tuple[int, int], ...]:
    """Return (bar, pitch) of each note, in the order of time; bars count from 0.

    The first time signature holds throughout; without one it is four quarters.

    Raises:
        Unusable: it is not a MIDI file that can be read.
    """
    raw = path.read_bytes() if path.stat().st_size <= LARGEST else b""
    try:
        return _notes(raw)
    except (IndexError, ValueError) as error:
        raise Unusable(
            f"{path.name}: not a MIDI file that can be read ({error})"
        ) from None


def _notes(raw: bytes) -> tuple[tuple[int, int], ...]:
    if raw[:4] != b"MThd":
        raise ValueError("no MThd at its beginning")
    quarter = int.from_bytes(raw[12:14])
    if not quarter or quarter & 0x8000:
        raise ValueError("time in frames, or none")
    found: list[tuple[int, int]] = []
    bar = 4 * quarter
    for track in _tracks(raw):
        for time, pitch, signature in _events(track):
            if signature:
                bar = max(1, 4 * quarter * signature[0] >> signature[1])
            else:
                found.append((time, pitch))
    return tuple((time // bar, pitch) for time, pitch in sorted(found))


def _tracks(raw: bytes) -> Iterator[bytes]:
    at = 8 + int.from_bytes(raw[4:8])
    while at + 8 <= len(raw):
        size = int.from_bytes(raw[at + 4 : at + 8])
        if raw[at : at + 4] == b"MTrk":
            yield raw[at + 8 : at + 8 + size]
        at += 8 + size


def _number(track: bytes, at: int) -> tuple[int, int]:
    value = 0
    for at in range(at, at + 4):  # noqa: B020, PLR1704 - four bytes at most
        value = value << 7 | track[at] & 0x7F
        if not track[at] & 0x80:
            return value, at + 1
    raise ValueError("a number of more than four bytes")


def _events(track: bytes) -> Iterator[tuple[int, int, tuple[int, int] | None]]:
    """Yield time and pitch of notes; and time signatures as (numerator, power of two)."""
    at = time = status = 0
    while at < len(track):
        wait, at = _number(track, at)
        time += wait
        if track[at] & 0x80:
            status, at = track[at], at + 1
        if status == _META or status in _SYSEX:
            kind = track[at] if status == _META else 0
            size, at = _number(track, at + (status == _META))
            if kind == _TIME_SIGNATURE and size > 1:
                yield time, 0, (track[at], track[at + 1])
            at += size
            continue
        if status & 0xF0 == _NOTE_ON and track[at + 1]:
            yield time, track[at], None
        at += 1 if status & 0xF0 in _ONE_BYTE else 2
