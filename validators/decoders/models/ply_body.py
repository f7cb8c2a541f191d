"""Reads the table of a PLY file, row by row where lists differ in length."""

from __future__ import annotations

import struct
from array import array
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from validators.decoders.numbers import Buffer, Integers
from validators.decoders.source import Bad
from validators.reason import Reason

_LONG_LIST = 1 << 16


@dataclass(frozen=True)
class Property:
    """A column; where `length` is set it holds lists, and that is the length's type."""

    name: str
    type: str
    length: str = ""

    @property
    def least(self) -> int:
        """Bytes that it takes at least."""
        return struct.calcsize("<" + (self.length or self.type))

    def cells(self, row: int, order: str, count: int) -> list[tuple[Any, ...]]:
        """Describe the column as numpy does, with *count* items in each list."""
        name, kind = f"{row}", order + self.type
        if not self.length:
            return [(name, kind)]
        return [(f"{row} length", order + self.length), (name, kind, (count,))]


@dataclass
class Element:
    """A table: how many rows it is said to have, and its columns."""

    name: str
    count: int
    properties: list[Property] = field(default_factory=list)


@dataclass(frozen=True)
class Lists:
    """All items of a column of lists, and where each begins and how long it is."""

    items: NDArray[Any]
    starts: Integers
    counts: Integers


Columns: TypeAlias = dict[tuple[str, str], NDArray[Any] | Lists]
"""The columns of a file by the names of element and property."""


def columns(
    body: Buffer | memoryview, at: int, order: str, elements: list[Element]
) -> Columns:
    """Read elements one after the other from *at* on, and expect nothing after them.

    Raises:
        Bad: the file ends too soon, or goes on.
    """
    found: Columns = {}
    view = memoryview(body)
    for element in elements:
        if element.count and element.properties:
            at = _element(view, at, order, element, found)
    if bytes(view[at : at + 16]).strip():
        raise Bad(Reason.UNDECODABLE, "more follows than the header claims")
    return found


def _element(
    body: memoryview, at: int, order: str, element: Element, found: Columns
) -> int:
    """Read one element as a table, or row by row where its lists differ in length."""
    _, lengths = _row(body, at, order, element)
    if max(lengths) > _LONG_LIST:
        return _ragged(body, at, order, element, found)
    pairs = list(zip(element.properties, lengths, strict=True))
    table = np.dtype(
        [c for i, (p, n) in enumerate(pairs) for c in p.cells(i, order, n)]
    )
    end = at + table.itemsize * element.count
    if end > len(body):
        return _ragged(body, at, order, element, found)
    rows = np.frombuffer(body, table, element.count, at)
    if not all(
        (rows[f"{i} length"] == n).all() for i, (p, n) in enumerate(pairs) if p.length
    ):
        return _ragged(body, at, order, element, found)
    for index, (prop, length) in enumerate(pairs):
        column = rows[str(index)]
        found[element.name, prop.name] = (
            _even(column, length) if prop.length else column
        )
    return end


def _even(column: NDArray[Any], length: int) -> Lists:
    count = len(column)
    starts = np.arange(count, dtype=np.int64) * length
    return Lists(column.reshape(-1), starts, np.full(count, length, np.int64))


def _ragged(
    body: memoryview, at: int, order: str, element: Element, found: Columns
) -> int:
    """Walk from row to row, then pick the items of the lists out of the bytes."""
    spots, lengths = array("q"), array("q")
    for _ in range(element.count):
        row, counts = _row(body, at, order, element)
        spots.extend(row)
        lengths.extend(counts)
        at = row[-1]
    width = len(element.properties)
    places = np.frombuffer(spots, np.int64).reshape(-1, width + 1)
    counts_of = np.frombuffer(lengths, np.int64).reshape(-1, width)
    for index, prop in enumerate(element.properties):
        kind = np.dtype(order + prop.type)
        many = counts_of[:, index]
        items = _picked(body, places[:, index], many, kind)
        found[element.name, prop.name] = (
            Lists(items, np.cumsum(many) - many, many) if prop.length else items
        )
    return at


def _row(
    body: memoryview, at: int, order: str, element: Element
) -> tuple[list[int], list[int]]:
    """Return where the values of each column of a row begin, its end, and their numbers."""
    spots, lengths = [], []
    for prop in element.properties:
        length = 1
        if prop.length:
            length = _length(body, at, order + prop.length)
            at += prop.least
        spots.append(at)
        lengths.append(length)
        at += length * struct.calcsize("<" + prop.type)
    if at > len(body):
        raise Bad(
            Reason.TRUNCATED,
            f"ends within its {element.count:,} {element.name} elements",
        )
    return [*spots, at], lengths


def _length(body: memoryview, at: int, kind: str) -> int:
    try:
        length = float(struct.unpack_from(kind, body, at)[0])
    except struct.error:
        return len(body)
    if not 0 <= length < 1 << 32 or length % 1:
        raise Bad(Reason.UNDECODABLE, f"a list is said to have {length:g} items")
    return int(length)


def _picked(
    body: memoryview, starts: Integers, counts: Integers, kind: np.dtype[Any]
) -> NDArray[Any]:
    owner = np.repeat(np.arange(len(counts)), counts)
    step = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
    places = starts[owner] + step * kind.itemsize
    raw = np.frombuffer(body, np.uint8)
    cells = np.stack([raw[places + byte] for byte in range(kind.itemsize)], axis=1)
    return cells.view(kind).reshape(-1)
