"""Pure: digests that several samples have, found among millions."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from curation.words import SIZE


class Marks:
    """Digests and the samples that have them, as numbers in a row: there can be millions.

    A digest of zeros stands for none.
    """

    def __init__(self) -> None:
        self._digests = bytearray()
        self._owners = array("q")
        self._names: dict[int, str] = {}

    def add(self, owner: int, mark: bytes, name: str = "") -> None:
        """Take in that a sample has a digest, and what it is called there."""
        if name:
            self._names[len(self._owners)] = name
        self._owners.append(owner)
        self._digests += mark

    def extend(self, first: int, marks: bytes) -> None:
        """Take in the digests of samples in a row, from the one with the index *first* on."""
        self._owners.extend(range(first, first + len(marks) // SIZE))
        self._digests += marks

    def shared(self) -> Iterator[tuple[set[int], set[str]]]:
        """Yield the owners of each digest that has several, and the names that it has."""
        import numpy as np  # noqa: PLC0415 - 100 ms that the help does not need

        rows = np.frombuffer(bytes(self._digests), np.uint64).reshape(-1, 2)
        told = np.flatnonzero(rows.any(axis=1))
        order = told[np.lexsort(rows[told].T)]
        rows = rows[order]
        starts = np.flatnonzero(np.append(True, (rows[1:] != rows[:-1]).any(axis=1)))
        ends = np.append(starts[1:], len(rows))
        several = ends - starts > 1
        for start, end in zip(starts[several], ends[several], strict=True):
            places = order[start:end].tolist()
            owners = {self._owners[place] for place in places}
            if len(owners) > 1:
                names = (self._names.get(place) for place in places)
                yield owners, {name for name in names if name}
