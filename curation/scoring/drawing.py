"""Drawing items or tasks anew: the bootstrap's random part, the same on every machine."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from curation.scoring.scale import Array

REPLICATES = 1000
SHARE = 0.95
"""The part of the replicates inside an interval."""
_CHUNK = 1 << 21
"""Drawn values held at once, so that memory does not grow with the items."""

Interval = tuple[float, float]


class Replicates(Protocol):
    """What can draw a metric anew."""

    def replicates(self, task: str) -> Array | None:
        """Return B values of the task's metric, in the unit of the task table.

        Shape (B,), the same B for all tasks; None where the metric has no items to
        draw, such as a distance between distributions.
        """


@dataclass(frozen=True)
class Drawn:
    """Replicates of metrics that can be computed from how often each item was drawn.

    `items` is the number of items and `value` the metric's function of multiplicities,
    by task id: from shape (replicates, items) to (replicates,), in the table's unit.
    """

    items: Mapping[str, int]
    value: Mapping[str, Callable[[Array], Array]]
    seed: int = 0
    count: int = REPLICATES

    def replicates(self, task: str) -> Array | None:
        """Draw the items of the task `count` times with replacement."""
        if task not in self.value:
            return None
        value = self.value[task]
        parts = multiplicities(self.items[task], task, seed=self.seed, count=self.count)
        return np.concatenate([value(counts) for counts in parts])


@dataclass(frozen=True)
class Stored:
    """Replicates that were computed before, such as those in a file of scores."""

    values: Mapping[str, Array]

    def replicates(self, task: str) -> Array | None:
        """Return the stored values of the task."""
        return self.values.get(task)


def generator(seed: int, key: str) -> np.random.Generator:
    """Return a generator of its own for *key*, whatever else is drawn, in any order."""
    sequence = np.random.SeedSequence([seed, zlib.crc32(key.encode())])
    return np.random.default_rng(sequence)


def multiplicities(
    items: int, key: str, *, seed: int = 0, count: int = REPLICATES, chunk: int = _CHUNK
) -> Iterator[Array]:
    """Yield how often each item is drawn in *count* draws of *items* with replacement.

    The parts have the shape (replicates, items), and *count* rows together; what is
    drawn does not depend on how it is parted into chunks.
    """
    random = generator(seed, key)
    step = max(1, chunk // max(1, items))
    for start in range(0, count, step):
        rows = min(step, count - start)
        drawn = random.integers(items, size=(rows, items))
        drawn += np.arange(rows)[:, None] * items
        counts = np.bincount(drawn.ravel(), minlength=rows * items)
        yield counts.reshape(rows, items).astype(np.float64)


def interval(values: Array, share: float = SHARE) -> Interval:
    """Return the percentile interval that holds *share* of the values, shape (B,).

    Its ends are values that came up, so that an infinite one does no harm.
    """
    tail = (1.0 - share) / 2.0
    low = np.quantile(values, tail, method="lower")
    high = np.quantile(values, 1.0 - tail, method="higher")
    return float(low), float(high)
