"""Reads the notes of a MIDI file: the bar that each begins in, or when it is played."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from curation.scoring.files import Unusable

LARGEST = 16 << 20
"""Bytes of a file that are read."""
_NOTE_OFF, _NOTE_ON, _META, _SYSEX = 0x80, 0x90, 0xFF, (0xF0, 0xF7)
_TIME_SIGNATURE = 0x58
_ONE_BYTE = (0xC0, 0xD0)


class Note(NamedTuple):
    """A note that is played: when it begins and how long it lasts, in quarters; its pitch."""

    start: float
    length: float
    pitch: int


class _Event(NamedTuple):
    """What happens at a time: a note begins (on) or ends, or a time signature is set."""

    time: int
    kind: str
    pitch: int = 0
    channel: int = 0
    signature: tuple[int, int] = (4, 2)


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
    quarter = _quarter(raw)
    found: list[tuple[int, int]] = []
    bar = 4 * quarter
    for track in _tracks(raw):
        for event in _events(track):
            if event.kind == "signature":
                above, below = event.signature
                bar = max(1, 4 * quarter * above >> below)
            elif event.kind == "on":
                found.append((event.time, event.pitch))
    return tuple((time // bar, pitch) for time, pitch in sorted(found))


def played(raw: bytes) -> tuple[Note, ...]:
    """Return the notes of a file in the order of time; one that never ends lasts a quarter.

    Raises:
        ValueError: it is not a MIDI file that can be read.
        IndexError: it ends in the middle of an event.
    """
    quarter = _quarter(raw)
    found: list[Note] = []
    for track in _tracks(raw):
        begun: dict[tuple[int, int], int] = {}
        for time, kind, pitch, channel, _ in _events(track):
            key = channel, pitch
            if kind in {"on", "off"} and key in begun:
                start = begun.pop(key)
                found.append(Note(start / quarter, (time - start) / quarter, pitch))
            if kind == "on":
                begun[key] = time
        found += [Note(at / quarter, 1.0, pitch) for (_, pitch), at in begun.items()]
    return tuple(sorted(found))


def _quarter(raw: bytes) -> int:
    """Return the steps of time in a quarter."""
    if raw[:4] != b"MThd":
        raise ValueError("no MThd at its beginning")
    quarter = int.from_bytes(raw[12:14])
    if not quarter or quarter & 0x8000:
        raise ValueError("time in frames, or none")
    return quarter


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


def _events(track: bytes) -> Iterator[_Event]:
    """Yield notes as they begin and end, and time signatures (numerator, power of two)."""
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
                yield _Event(time, "signature", signature=(track[at], track[at + 1]))
            at += size
            continue
        if status & 0xF0 in {_NOTE_ON, _NOTE_OFF}:
            # A note that begins without any force ends.
            begins = status & 0xF0 == _NOTE_ON and track[at + 1]
            yield _Event(time, "on" if begins else "off", track[at], status & 0x0F)
        at += 1 if status & 0xF0 in _ONE_BYTE else 2
