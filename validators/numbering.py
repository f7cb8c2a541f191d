"""Finds gaps in the numbers of file names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

REGULAR = 0.6
"""Share of equal steps from which numbers are a sequence, rather than a choice of frames."""


class Gaps(NamedTuple):
    """The first and the last number of a sequence, and what is missing in between."""

    first: str
    last: str
    missing: list[str]


def find_gaps(names: Sequence[str]) -> Iterator[Gaps]:
    """Yield each sequence of names with gaps, where the others are equal steps apart.

    What is missing is written as the names are, `0007`, or `0007-0012` for several.
    """
    for found in _sequences(names).values():
        numbers = sorted(found)
        step = _step(numbers)
        if step is not None:
            missing = [
                _range(first + step, last - step, len(found[first]))
                for first, last in pairwise(numbers)
                if last - first > step
            ]
            if missing:
                yield Gaps(found[numbers[0]], found[numbers[-1]], missing)


def _sequences(names: Sequence[str]) -> dict[tuple[str, str], dict[int, str]]:
    """Sort names by what stands around their last number."""
    found: dict[tuple[str, str], dict[int, str]] = {}
    for name in names:
        match = re.fullmatch(r"(.*?)([0-9]{1,18})([^0-9]*)", name.rpartition(".")[0])
        if match:
            before, number, after = match.groups()
            found.setdefault((before, after), {})[int(number)] = number
    return found


def _step(numbers: Sequence[int]) -> int | None:
    """Return how far apart most numbers are; None if that is no rule among them."""
    steps = Counter(later - earlier for earlier, later in pairwise(numbers))
    if not steps:
        return None
    usual = max(steps, key=lambda step: (steps[step], -step))
    regular = steps[usual] >= REGULAR * steps.total()
    return usual if regular and not any(step % usual for step in steps) else None


def _range(first: int, last: int, width: int) -> str:
    one = f"{first:0{width}}"
    return one if first == last else f"{one}-{last:0{width}}"
