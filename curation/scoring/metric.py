"""What a metric is: facts about it as data, and two pure functions."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Answer: TypeAlias = Any
"""What a metric is given: text, labels, boxes, arrays; its `form` says which."""
Seen: TypeAlias = Any
"""What is kept of one item: a tuple of floats, or small arrays where ranks are needed."""
Floats: TypeAlias = NDArray[np.float64]
Replicate: TypeAlias = Callable[[Floats], Floats]
"""From multiplicities, replicates x items, to the metric's value in each replicate."""

INFINITE = math.inf
PERCENT = 100.0


class NotScored(RuntimeError):
    """A metric cannot be computed here, whatever the answers are; the message says why."""


class Failed(RuntimeError):
    """What a metric computes with failed on one answer.

    Whose fault it is shows on the others: where it works for some, it is the answer's.
    """


class Better(StrEnum):
    """Which way a metric improves."""

    HIGHER = "higher"
    LOWER = "lower"


class Silence(StrEnum):
    """What an item without a prediction costs.

    `counted`: the item has the worst value, inside the mean. `scaled`: the value is that
    of the answered items, and its points are multiplied by the share that was answered,
    since no finite value is the worst. `refused`: there is no value unless all items are
    answered.
    """

    COUNTED = "counted"
    SCALED = "scaled"
    REFUSED = "refused"


@dataclass(frozen=True)
class Metric:
    """One metric in one variant.

    `name` and `variant` are its canonical names in the benchmark's table; `form` is the
    kind of answer that it takes. `best`, `worst` and `range` are in `unit`; `worst` is
    where points end. `source` says whose definition it is. `see` takes a prediction, or
    None where there is none, and the reference; `add_up` takes what was seen of all items,
    in any order, to the value in `unit`. `replicate` does the same for many multiplicities
    of the items at once, which is what a bootstrap needs; None where nothing less than all
    items makes sense. `reference_free` metrics look at the prediction alone.
    """

    name: str
    variant: str
    form: str
    direction: Better
    best: float
    worst: float
    range: tuple[float, float]
    unit: str
    definition: str
    source: str
    see: Callable[[Answer | None, Answer], Seen]
    add_up: Callable[[Sequence[Seen]], float]
    replicate: Callable[[Sequence[Seen]], Replicate] | None = None
    silence: Silence = Silence.COUNTED
    reference_free: bool = False

    @property
    def id(self) -> str:
        """Name and variant in one, such as `bleu1/sentence`."""
        return f"{self.name}/{self.variant}"


Finish: TypeAlias = Callable[[Floats], Floats]
"""From sums over items, with the columns last, to values."""


def additive(
    width: int, finish: Finish
) -> tuple[Callable[[Sequence[Seen]], float], Callable[[Sequence[Seen]], Replicate]]:
    """Make `add_up` and `replicate` of a metric whose items are summed, column by column.

    The sums are exact, so that the order of the items cannot change the value.
    """

    def add_up(seen: Sequence[Seen]) -> float:
        sums = [math.fsum(item[k] for item in seen) for k in range(width)]
        return float(finish(np.array(sums)))

    def replicate(seen: Sequence[Seen]) -> Replicate:
        table = np.array(seen, dtype=np.float64).reshape(len(seen), width)
        return lambda counts: finish(weighted(counts, table))

    return add_up, replicate


def weighted(counts: Floats, table: Floats) -> Floats:
    """Sum the rows of *table* by multiplicity, without a library that may reorder.

    Shapes: replicates x items, items x columns -> replicates x columns.
    """
    return np.asarray(np.einsum("bn,nk->bk", counts, table, optimize=False))


def ratio(above: Floats, below: Floats, empty: float = 0.0) -> Floats:
    """Divide, and say *empty* where there is nothing to divide by."""
    safe = np.where(below == 0, 1.0, below)
    return np.asarray(np.where(below == 0, empty, above / safe), dtype=np.float64)


def mean_percent(sums: Floats) -> Floats:
    """Finish items of the form (score in 0..1, 1) as a mean in percent."""
    return PERCENT * ratio(sums[..., 0], sums[..., 1])


def percent_mean(  # noqa: PLR0913 - the facts of a metric
    name: str,
    variant: str,
    form: str,
    see: Callable[[Answer, Answer], float],
    definition: str,
    source: str,
    *,
    reference_free: bool = False,
) -> Metric:
    """Make a metric that is the mean over items of a score from 0 to 1, in percent.

    An item without a prediction scores 0.
    """

    def seen(prediction: Answer | None, reference: Answer) -> Seen:
        return (0.0 if prediction is None else float(see(prediction, reference)), 1.0)

    add_up, replicate = additive(2, mean_percent)
    return Metric(
        name, variant, form, Better.HIGHER, PERCENT, 0.0, (0.0, PERCENT), "percent",
        definition, source, seen, add_up, replicate, reference_free=reference_free,
    )  # fmt: skip


def error(  # noqa: PLR0913 - the facts of a metric
    name: str,
    variant: str,
    form: str,
    see: Callable[[Answer, Answer], tuple[float, float]],
    definition: str,
    source: str,
    *,
    unit: str,
    root: bool = False,
    scale: float = 1.0,
) -> Metric:
    """Make a metric that is a sum of errors over a sum of counts; lower is better.

    *see* returns error and count. With *root*, the value is the square root of the ratio
    (for squared errors); it is multiplied by *scale* at the end. An item without a
    prediction has no finite price: the points are scaled by the share that was answered.
    """

    def seen(prediction: Answer | None, reference: Answer) -> Seen:
        return (0.0, 0.0) if prediction is None else see(prediction, reference)

    def finish(sums: Floats) -> Floats:
        value = ratio(sums[..., 0], sums[..., 1], INFINITE)
        return scale * (np.sqrt(value) if root else value)

    add_up, replicate = additive(2, finish)
    return Metric(
        name, variant, form, Better.LOWER, 0.0, INFINITE, (0.0, INFINITE), unit,
        definition, source, seen, add_up, replicate, Silence.SCALED,
    )  # fmt: skip


def per_item(
    score: Callable[[Seen], float], scale: float = PERCENT
) -> tuple[Callable[[Sequence[Seen]], float], Callable[[Sequence[Seen]], Replicate]]:
    """Make `add_up` and `replicate` of a mean whose items are scored only at the end."""

    def add_up(seen: Sequence[Seen]) -> float:
        return scale * math.fsum(score(item) for item in seen) / max(1, len(seen))

    def replicate(seen: Sequence[Seen]) -> Replicate:
        scores = np.array([score(item) for item in seen], dtype=np.float64)[:, None]
        return lambda counts: (
            scale * weighted(counts, scores)[:, 0] / counts.sum(axis=1)
        )

    return add_up, replicate
