"""Reads arrays that are simple to read: optical flow, PFM, and text of numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress

import numpy as np

from curation.settings import Limits
from validators.decoders.npy import Head, Stored, claimed
from validators.decoders.numbers import (
    Floats,
    blocks,
    content,
    lines_of,
    numbers,
    shown,
)
from validators.decoders.source import Bad, Source, undecodable
from validators.reason import Reason

FLO = b"PIEH"
"""How optical flow begins: the number 202021.25."""
PFM = re.compile(rb"(PF|Pf)\s+(\d{1,9})\s+(\d{1,9})\s+(-?\d+(?:\.\d*)?)\s")
"""How a portable float map begins: kind, width, height, and below 0 little-endian."""

_SEPARATORS = bytes.maketrans(b",;", b"  ")
_FLO_HEADER = 12


def flow(source: Source, limits: Limits) -> Iterator[Stored]:
    """Yield the one array of an optical flow file: rows, columns, and two directions.

    Raises:
        Bad: its size is not what the header claims, or over the limit.
    """
    header = source.head[:_FLO_HEADER].ljust(_FLO_HEADER, b"\0")
    width, height = np.frombuffer(header[4:], "<i4").tolist()
    yield _map(source, Head((height, width, 2), np.dtype("<f4"), _FLO_HEADER), limits)


def pfm(source: Source, limits: Limits) -> Iterator[Stored]:
    """Yield the one array of a portable float map, its lowest row first as in the file.

    Raises:
        Bad: its size is not what the header claims, or over the limit.
    """
    header = PFM.match(source.head)
    if header is None:
        raise undecodable(source.head, "a portable float map")
    shape = (int(header[3]), int(header[2]), *((3,) if header[1] == b"PF" else ()))
    kind = np.dtype("<f4" if header[4].startswith(b"-") else ">f4")
    yield _map(source, Head(shape, kind, header.end()), limits)


def _map(source: Source, head: Head, limits: Limits) -> Stored:
    stream = source.stream
    stream.seek(head.start)
    found = claimed(head, stream, source.size, limits)
    needed = head.start + found.count * head.dtype.itemsize
    if source.size > needed:
        claim = f"the header claims {needed:,} bytes, but there are {source.size:,}"
        raise Bad(Reason.UNDECODABLE, claim)
    return found


def text(source: Source, limits: Limits) -> Iterator[Stored]:
    """Yield the one table of a text file with the same number of numbers in each line.

    Raises:
        Bad: it holds something else, or more than the limit.
    """
    parts: list[Floats] = []
    width = 0
    for block in blocks(content(source)):
        lines = [
            n for n in lines_of(block.translate(_SEPARATORS)) if not n.startswith(b"#")
        ]
        if not parts and lines:
            lines = _without_names(lines, source)
            width = len(lines[0].split())
        parts.append(_table(lines, width))
        if sum(part.size for part in parts) > limits.values:
            raise Bad(Reason.OVER_LIMIT, f"more than {limits.values:,} values")
    table = np.concatenate(parts)
    yield Stored("", Head(table.shape, table.dtype, 0), iter([table.reshape(-1)]))


def _without_names(lines: list[bytes], source: Source) -> list[bytes]:
    """Leave out a first line that names the columns."""
    for index, line in enumerate(lines[:2]):
        with suppress(Bad):
            numbers(line)
            return lines[index:]
    raise undecodable(source.head, "a table of numbers")


def _table(lines: list[bytes], width: int) -> Floats:
    flat = numbers(b"\n".join(lines))
    for line in lines if flat.size != width * len(lines) else ():
        if len(line.split()) != width:
            seen = f"{len(line.split())} numbers in {shown(line)}, expected {width}"
            raise Bad(Reason.UNDECODABLE, seen)
    return flat.reshape(len(lines), width)
