"""Tells an order that follows the answers from one that chance makes."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from operator import ne

LEAST_SAMPLES = 20
"""Samples from which an order can be told from chance."""
BLOCKS_SHARE = 0.5
"""Share of the changes of answer expected by chance below which there are blocks."""
DEVIATIONS = 3.5
"""Standard deviations below what chance gives."""


@dataclass(frozen=True, slots=True)
class Runs:
    """How often the answer changes along an order, and how often it would by chance."""

    samples: int
    runs: int
    expected: float
    deviation: float

    @property
    def blocks(self) -> bool:
        """Whether equal answers stand together more than chance puts them."""
        few = self.runs - 1 <= BLOCKS_SHARE * (self.expected - 1)
        return few and self.expected - self.runs > DEVIATIONS * self.deviation

    def __str__(self) -> str:
        return (
            f"{self.samples} samples are in {self.runs} blocks of equal answers, "
            f"{self.expected:.0f} by chance"
        )


def runs(labels: Sequence[str]) -> Runs:
    """Count the runs of equal labels; the moments are over all orders of the labels."""
    n = len(labels)
    counts = Counter(labels).values()
    squares, cubes = sum(c**2 for c in counts), sum(c**3 for c in counts)
    variance = squares * (squares + n * (n + 1)) - 2 * n * cubes - n**3
    return Runs(
        n,
        1 + sum(map(ne, labels, labels[1:])),
        (n * (n + 1) - squares) / n,
        sqrt(max(variance, 0) / (n**2 * (n - 1))),
    )


def natural(text: str) -> list[tuple[int, str]]:
    """Make a key that sorts the numbers in a text by value, however long they are."""
    parts = re.split(r"(\d+)", text)
    parts[1::2] = [digits.lstrip("0") for digits in parts[1::2]]
    return [(len(p) if place % 2 else 0, p) for place, p in enumerate(parts)]
