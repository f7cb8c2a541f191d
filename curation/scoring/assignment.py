"""The cheapest one-to-one assignment (Kuhn and Munkres, by shortest augmenting paths)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curation.scoring.metric import Floats


def assign(cost: Floats) -> list[tuple[int, int]]:
    """Return pairs of row and column with the least sum; each row, if there are columns."""
    if cost.shape[0] > cost.shape[1]:
        return sorted((r, c) for c, r in assign(cost.T))
    rows, columns = cost.shape
    owner = np.full(columns + 1, -1)
    prices = np.zeros(rows), np.zeros(columns + 1)
    for row in range(rows):
        _augment(cost, row, owner, prices)
    return sorted((int(r), c) for c, r in enumerate(owner[:-1]) if r >= 0)


def _augment(
    cost: Floats, row: int, owner: NDArray[np.int64], prices: tuple[Floats, Floats]
) -> None:
    """Give *row* a column, and move the rows that must give way."""
    columns = cost.shape[1]
    by_row, by_column = prices
    owner[columns], here = row, columns
    least = np.full(columns, np.inf)
    before = np.full(columns, columns)
    done = np.zeros(columns + 1, dtype=bool)
    while owner[here] >= 0:
        done[here] = True
        one = int(owner[here])
        open_ = ~done[:columns]
        reduced = cost[one] - by_row[one] - by_column[:columns]
        better = open_ & (reduced < least)
        least[better], before[better] = reduced[better], here
        following = int(np.argmin(np.where(open_, least, np.inf)))
        step = least[following]
        by_row[owner[done]] += step
        by_column[done] -= step
        least[open_] -= step
        here = following
    while here != columns:
        previous = int(before[here])
        owner[here], here = owner[previous], previous
    owner[columns] = -1
