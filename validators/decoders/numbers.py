"""How the bytes of a file become arrays of numbers, without a copy more than needed."""

from __future__ import annotations

import mmap
import warnings
from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from validators.decoders.source import WHOLE, Bad, Source
from validators.reason import Reason

Buffer: TypeAlias = bytes | mmap.mmap
Floats: TypeAlias = NDArray[np.floating[Any]]
Integers: TypeAlias = NDArray[np.int64]

BLOCK = 8 << 20
"""Bytes of text that are taken apart at once, so that memory stays near the file's size."""
LONGEST_LINE = 1 << 20
"""Bytes; formats of one number after the other have a row in each line."""
BOM = b"\xef\xbb\xbf"
"""The byte-order mark that some editors put before text."""
SHOWN = 40
"""Characters of a faulty line that a message repeats."""


def content(source: Source) -> Buffer:
    """Return all bytes of a file: read where it is small, mapped where it is large."""
    if source.size <= WHOLE:
        return source.data
    return mmap.mmap(source.handle.fileno(), 0, access=mmap.ACCESS_READ)


def blocks(buffer: Buffer, start: int = 0) -> Iterator[bytes]:
    """Yield a text some megabytes at a time, whole lines that all begin with a line feed.

    Carriage returns are turned into line feeds, and tabs into blanks.

    Raises:
        Bad: a line is so long that it would have to be held whole.
    """
    end = len(buffer)
    if not start and buffer[: len(BOM)] == BOM:
        start = len(BOM)
    while start < end:
        least = min(start + BLOCK, end)
        stop = buffer.find(b"\n", least, least + LONGEST_LINE) + 1 or end
        if stop > least + LONGEST_LINE:
            raise Bad(Reason.UNDECODABLE, f"a line of more than {LONGEST_LINE:,} bytes")
        yield b"\n" + buffer[start:stop].translate(_PLAIN)
        start = stop


_PLAIN = bytes.maketrans(b"\t\r", b" \n")


def lines_of(text: bytes) -> list[bytes]:
    """Return the lines that say something."""
    return [line for line in text.split(b"\n") if line and not line.isspace()]


def widths(text: bytes) -> Integers:
    """Count the words in each line."""
    letters = np.frombuffer(b"\n" + text + b" ", np.uint8)
    blank = letters <= ord(" ")
    starts = blank[:-1] & ~blank[1:]
    return np.add.reduceat(starts, np.flatnonzero(letters == ord("\n")), dtype=np.int64)


def numbers(text: bytes) -> NDArray[np.float64]:
    """Read all numbers of a text that has nothing else between blanks.

    Raises:
        Bad: a line holds something else.
    """
    return _parsed(text, np.float64)


def whole_numbers(text: bytes) -> Integers:
    """Read all integers of a text that has nothing else between blanks.

    Raises:
        Bad: a line holds something else.
    """
    return _parsed(text, np.int64)


def _parsed(text: bytes, kind: type[Any]) -> NDArray[Any]:
    try:
        return _parse(text, kind)
    except (ValueError, DeprecationWarning):
        lines = text.splitlines()
        culprit = next((line for line in lines if not _is_numbers(line, kind)), text)
        seen = f"{shown(culprit)} where numbers are expected"
        raise Bad(Reason.UNDECODABLE, seen) from None


def _parse(text: bytes, kind: type[Any]) -> NDArray[Any]:
    if not text.strip():
        return np.zeros(0, kind)
    with warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        return np.fromstring(text, kind, sep=" ")


def _is_numbers(line: bytes, kind: type[Any]) -> bool:
    try:
        _parse(line, kind)
    except (ValueError, DeprecationWarning):
        return False
    return True


def rows(lines: Sequence[bytes], width: int) -> NDArray[np.float64]:
    """Read *width* numbers at the beginning of each line; more of them are left out.

    Raises:
        Bad: a line has fewer, or holds something else.
    """
    if not lines:
        return np.zeros((0, width))
    columns = len(lines[0].split())
    flat = numbers(b"\n".join(lines))
    if columns >= width and flat.size == columns * len(lines):
        return flat.reshape(len(lines), columns)[:, :width]
    parts = [line.split()[:width] for line in lines]
    for line, part in zip(lines, parts, strict=True):
        if len(part) < width:
            raise Bad(
                Reason.UNDECODABLE,
                f"{len(part)} numbers in {shown(line)}, expected {width}",
            )
    return numbers(b"\n".join(map(b" ".join, parts))).reshape(-1, width)


def shown(text: bytes) -> str:
    """Repeat a piece of a file in a message: short, and without control characters."""
    words = text.strip()[: SHOWN + 1].decode("utf-8", "replace")
    return repr(words[:SHOWN] + "…" if len(words) > SHOWN else words)
