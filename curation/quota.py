"""Pure: how many of each label are to be open, so that the whole comes out right."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heapreplace
from typing import TypeVar

Label = TypeVar("Label", bound=str)


@dataclass(eq=False)
class Tally:
    """How many samples are open, close, and on no side yet, and the part that is to be open."""

    share: float
    open: int = 0
    close: int = 0
    left: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.open + self.close + self.left

    @property
    def ideal(self) -> float:
        """How many are to be open in the end, with a fraction."""
        return self.share * self.total

    @property
    def target(self) -> int:
        """How many are to be open in the end."""
        return math.floor(self.ideal + 0.5)

    @property
    def bounds(self) -> tuple[int, int]:
        """How many of those left may be open, so that each side has one if it can."""
        lowest = not self.open and (self.close or self.left > 1)
        highest = not self.close and (self.open or self.left > 1)
        one = min(1, self.left)
        return one * bool(lowest), self.left - one * bool(highest)

    def excess(self, number: int, wanted: float) -> float:
        """Return how far *wanted* is missed in the end if *number* more are open."""
        return max(0, self.open + number - wanted)

    def lack(self, number: int, wanted: float) -> float:
        """Return how far *wanted* is missed in the end if *number* of those left are close."""
        return max(0, wanted - self.open - (self.left - number))


Cost = tuple[float, int, float]
"""By how much shares are missed for good, how many labels are lost, and missed in part."""


def cost_open(wholes: Mapping[Tally, int], strata: Mapping[Tally, int]) -> Cost:
    """Return what it costs if so many of each task and each label are open."""
    return (
        sum(t.excess(n, t.target) for t, n in wholes.items()),
        sum(n == t.left and not t.close for t, n in strata.items()),
        sum(t.excess(n, t.ideal) for t, n in strata.items()),
    )


def cost_close(wholes: Mapping[Tally, int], strata: Mapping[Tally, int]) -> Cost:
    """Return what it costs if so many of each task and each label are close."""
    return (
        sum(t.lack(n, t.target) for t, n in wholes.items()),
        sum(n == t.left and not t.open for t, n in strata.items()),
        sum(t.lack(n, t.ideal) for t, n in strata.items()),
    )


def quotas(
    tallies: Mapping[Label, Tally], number: int, order: Callable[[Label], bytes]
) -> dict[Label, int]:
    """Return how many of those left of each label are to be open, *number* in all.

    Each gets its share rounded up or down, and at least one on either side; only where
    that does not add up to the number, it gives way.

    Args:
        tallies: What there is of each label.
        number: How many of all that are left are to be open.
        order: Decides which of several labels with equal claims is rounded up.
    """
    claims = {label: t.ideal - t.open for label, t in tallies.items()}
    bounds = {label: t.bounds for label, t in tallies.items()}
    found = {
        label: min(max(math.floor(claims[label]), low), high)
        for label, (low, high) in bounds.items()
    }
    widest = {label: (0, t.left) for label, t in tallies.items()}
    # The second time the bounds give way: the number is what was asked for.
    for limits in (bounds, widest):
        missing = number - sum(found.values())
        if missing:
            _level(found, claims, limits, missing, order)
    return found


def _level(
    found: dict[Label, int],
    claims: Mapping[Label, float],
    limits: Mapping[Label, tuple[int, int]],
    missing: int,
    order: Callable[[Label], bytes],
) -> None:
    """Give one more, or take one away, where it fits the claims best, until none is missing."""
    step = 1 if missing > 0 else -1

    def allowed(label: Label) -> bool:
        low, high = limits[label]
        return low <= found[label] + step <= high

    heap = [
        (step * (found[label] - claims[label]), order(label), label)
        for label in found
        if allowed(label)
    ]
    heapify(heap)
    while heap and missing:
        distance, rank, label = heap[0]
        found[label] += step
        missing -= step
        if allowed(label):
            heapreplace(heap, (distance + 1, rank, label))
        else:
            heappop(heap)
