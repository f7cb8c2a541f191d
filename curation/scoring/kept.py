"""Pure: what a metric saw of each item, held in little memory."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from curation.scoring.ids import Ids
from curation.scoring.metric import Floats, Seen

_AT_ONCE = 4096
"""Rows that become tuples at a time."""


class Rows(Sequence[Seen]):
    """Tuples of floats, each of which is made when it is asked for."""

    def __init__(self, table: Floats) -> None:
        self._table = table

    def __len__(self) -> int:
        return len(self._table)

    @overload
    def __getitem__(self, index: int) -> Seen: ...

    @overload
    def __getitem__(self, index: slice) -> list[Seen]: ...

    def __getitem__(self, index: int | slice) -> Seen:
        found = self._table[index].tolist()
        return list(map(tuple, found)) if isinstance(index, slice) else tuple(found)

    def __iter__(self) -> Iterator[Seen]:
        for start in range(0, len(self), _AT_ONCE):
            yield from self[start : start + _AT_ONCE]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        return np.array(self._table, dtype=dtype) if copy else self._table.astype(dtype)


class Kept(Mapping[str, Seen]):
    """What was seen of each item, by id; sorted by id once all is seen.

    Tuples of as many floats each, which most metrics keep, take 8 bytes a float here; with
    tuples and dict it would be 200 bytes an item. All else is kept as it is. `ids` are
    those of all items, also of those that were left out.
    """

    def __init__(self) -> None:
        self.ids = Ids()
        self._left: set[int] = set()
        self._floats: array[float] = array("d")
        self._width = 0
        self._others: list[Seen] | None = None

    def put(self, key: str, seen: Seen) -> None:
        """Keep what was seen of an item, instead of what was seen of it before."""
        place = self.ids.place(key)
        self._left.discard(place)
        if self._others is None and not self._fits(seen):
            self._others = list(Rows(self._table))
        if self._others is not None:
            self._others += [None] * (place - len(self._others))
            self._others[place : place + 1] = [seen]
        else:
            start = place * self._width
            self._floats.extend([0.0] * (start - len(self._floats)))
            self._floats[start : start + self._width] = array("d", seen)

    def leave(self, key: str) -> None:
        """Leave an item out, unless something was seen of it before."""
        if key not in self.ids:
            self._left.add(self.ids.place(key))

    def _fits(self, seen: Seen) -> bool:
        if type(seen) is not tuple or not all(type(one) is float for one in seen):
            return False
        if not self._floats:
            self._width = len(seen)
        return 0 < len(seen) == self._width

    @property
    def _table(self) -> Floats:
        """The floats of each item, in the order in which they were seen: items x width."""
        # An empty array has no buffer that numpy would take.
        flat = np.frombuffer(self._floats) if self._floats else np.empty(0)
        return flat.reshape(-1, max(1, self._width))

    @cached_property
    def _order(self) -> NDArray[np.int64]:
        order = self.ids.order()
        return order[~np.isin(order, list(self._left))] if self._left else order

    @cached_property
    def listed(self) -> Sequence[Seen]:
        """What was seen, sorted by the ids of the items."""
        if self._others is not None:
            return [self._others[place] for place in self._order.tolist()]
        return Rows(self._table[self._order])

    def __getitem__(self, key: str) -> Seen:
        place = self.ids.find(key)
        if place is None or place in self._left:
            raise KeyError(key)
        return Rows(self._table)[place] if self._others is None else self._others[place]

    def __iter__(self) -> Iterator[str]:
        return (self.ids[place] for place in self._order.tolist())

    def __len__(self) -> int:
        return len(self.ids) - len(self._left)
