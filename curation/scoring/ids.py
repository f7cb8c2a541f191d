"""Pure: many ids in little memory, in the order in which they came."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

import numpy as np
from numpy.typing import NDArray

_FULL = 2 / 3
"""Share of the table that may be taken; the more, the longer is searched."""
_AT_ONCE = 4096
"""Ids that are made ready to be sorted at a time."""
_WIDEST = 64
"""Bytes of the longest id up to which all are sorted side by side."""


class Ids(Sequence[str]):
    """Texts, each once, with their places: a set and a list in one.

    Of each are kept its bytes, where they end, and its place in a table of open addresses:
    about 30 bytes for an id of ten letters, where a dict with its keys takes 150.
    """

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._bytes = bytearray()
        self._ends = array("q", [0])
        self._table = array("i", [-1]) * 8
        for text in texts:
            self.add(text)

    def add(self, text: str) -> bool:
        """Put an id at the end; False if it is there already."""
        end = len(self)
        return self.place(text) == end

    def place(self, text: str) -> int:
        """Return the place of an id, which is put at the end if it is not there."""
        raw = _raw(text)
        slot = self._slot(raw)
        place = self._table[slot]
        if place >= 0:
            return place
        place = self._table[slot] = len(self)
        self._bytes += raw
        self._ends.append(len(self._bytes))
        if len(self) > _FULL * len(self._table):
            self._grow()
        return place

    def find(self, text: str) -> int | None:
        """Return the place of an id, None if it is not there."""
        place = self._table[self._slot(_raw(text))]
        return place if place >= 0 else None

    def _slot(self, raw: bytes) -> int:
        """Return where in the table an id stands, or would stand."""
        table, ends, whole = self._table, self._ends, self._bytes
        mask = len(table) - 1
        slot = hash(raw) & mask
        while (place := table[slot]) >= 0 and whole[
            ends[place] : ends[place + 1]
        ] != raw:
            slot = (slot + 1) & mask
        return slot

    def _grow(self) -> None:
        self._table = array("i", [-1]) * (4 * len(self._table))
        table, mask = self._table, len(self._table) - 1
        for place, raw in enumerate(self._raws()):
            slot = hash(raw) & mask
            while table[slot] >= 0:
                slot = (slot + 1) & mask
            table[slot] = place

    def _raws(self) -> Iterator[bytes]:
        start = 0
        for end in self._ends[1:]:
            yield bytes(self._bytes[start:end])
            start = end

    def order(self) -> NDArray[np.int64]:
        """Return the places of the ids, as the ids are sorted as texts."""
        sizes = np.diff(self._ends)
        width = int(sizes.max(initial=1))
        if width > _WIDEST:
            return np.array(sorted(range(len(self)), key=self.__getitem__))
        # UTF-8 sorts as its characters do. One is added to each byte, of which none is
        # 255, since numpy takes zeros at the end for none.
        rows = np.zeros((len(self), width), dtype=np.uint8)
        for start in range(0, len(self), _AT_ONCE):
            part = sizes[start : start + _AT_ONCE]
            raw = self._bytes[self._ends[start] : self._ends[start + len(part)]]
            there = np.arange(width) < part[:, None]
            rows[start : start + _AT_ONCE][there] = np.array(raw) + 1
        return rows.view(f"S{width}").ravel().argsort(kind="stable")

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __contains__(self, text: object) -> bool:
        return isinstance(text, str) and self.find(text) is not None

    def __iter__(self) -> Iterator[str]:
        return map(_text, self._raws())

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> list[str]: ...

    def __getitem__(self, index: int | slice) -> str | list[str]:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        return _text(bytes(self._bytes[self._ends[place] : self._ends[place + 1]]))


def _raw(text: str) -> bytes:
    # Half a surrogate pair, which some parsers pass, is an id like any other.
    return text.encode("utf-8", "surrogatepass")


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogatepass")
