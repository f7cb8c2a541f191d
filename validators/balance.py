"""Rules on how often each answer is the right one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from math import sqrt

from curation.finding import Fault, Severity, rule
from curation.model import Json
from curation.task import Task
from validators import columns

FEWEST = 10
"""Samples below which one label throughout can be chance."""
FEWEST_FOR_SHARES = 20
"""Samples below which shares of labels say nothing."""
HEAVY = 0.8
"""Share of the samples with the same label, above which most of a score is free."""
FEWEST_FOR_POSITIONS = 50
"""Samples below which positions of the right choice say nothing."""
FAR_FROM_CHANCE = 4.0
"""Standard deviations; chance goes as far in one task of ten thousand."""
FAR_MORE_OFTEN = 1.5
"""Times as often as by chance; below it the bias is real, but gains little."""

_LABEL_KEYS = frozenset({"answer", "category", "label", "prediction", "target", "text"})
"""Keys of a reference whose label is said of the sample, and not of a part of it."""


def _tally(values: Sequence[Json]) -> tuple[Counter[Json], int]:
    """Count the samples that have each label, and those that have any."""
    counts = columns.tally(values)
    number = counts.total()
    for row in values if number < len(values) else ():
        if type(row) is list and row:
            counts.update(columns.tally(row).keys())
            number += 1
    return counts, number


def _labels(task: Task) -> Iterator[tuple[str, Counter[Json], int]]:
    """Yield the places of labels that samples have, with what `_tally` says of them."""
    done = set()
    has_choices = bool(columns.options(task)[1])
    for slot in task.slots(reference=True):
        path = columns.trunk(slot)
        closed = slot.label or slot.choice == "letter" or (slot.choice and has_choices)
        if closed and path and path not in done and path[-1] in _LABEL_KEYS:
            done.add(path)
            counts, number = _tally(columns.at(task, path))
            if counts:
                yield ".".join(map(str, path)), counts, number


@rule("BAL001", Severity.WARNING)
def one_label_only(task: Task) -> Iterator[Fault]:
    """All samples have the same answer, although they are to be told apart.

    Why: whoever always gives this answer scores full marks.
    Fix: add samples of the other labels.
    """
    for place, counts, number in _labels(task):
        if len(counts) == 1 and number >= FEWEST:
            detail = f"{place} is {next(iter(counts))!r} in all {number} samples"
            yield Fault(task.where.at("data"), detail)


@rule("BAL002", Severity.NOTE)
def heavy_imbalance(task: Task) -> Iterator[Fault]:
    """One label is the answer to most samples.

    Why: whoever always gives this answer scores as high; say so, or weigh by label.
    Fix: add samples of the other labels, or use a metric that weighs labels alike.
    """
    # A letter is a position, of which there is another rule.
    letters = {".".join(map(str, path)) for path, _ in columns.letters(task)}
    for place, counts, number in _labels(task):
        label, times = counts.most_common(1)[0]
        enough = number >= FEWEST_FOR_SHARES and len(counts) > 1
        if enough and times > HEAVY * number and place not in letters:
            detail = f"{place} is {label!r} in {times} of {number} samples"
            yield Fault(task.where.at("data"), detail)


def _positions(task: Task) -> Counter[tuple[int, int]]:
    """Count the samples by the position of the right choice and how many there are."""
    rows = columns.options(task)[1]
    found: Counter[tuple[int, int]] = Counter()
    for _, answers in columns.letters(task) if rows else ():
        for (answer, size), number in columns.pairs(answers, rows).items():
            place = columns.position(answer)
            if place is not None and place < size:
                found[place, size] += number
    return found


@rule("BAL003", Severity.NOTE)
def biased_position(task: Task) -> Iterator[Fault]:
    """The right choice stands at one position far more often than by chance.

    Why: models prefer positions too, and a fixed guess gains what no reading earned.
    Fix: shuffle the choices of each sample.
    """
    found = _positions(task)
    total = found.total()
    if total < FEWEST_FOR_POSITIONS:
        return
    sizes: Counter[int] = Counter()
    hits: Counter[int] = Counter()
    for (position, size), number in found.items():
        sizes[size] += number
        hits[position] += number
    for position, number in sorted(hits.items()):
        odds = [(1 / size, n) for size, n in sizes.items() if size > position]
        expected = sum(p * n for p, n in odds)
        spread = sqrt(sum(p * (1 - p) * n for p, n in odds))
        far = number - expected > FAR_FROM_CHANCE * spread
        if far and number > FAR_MORE_OFTEN * expected and number < total:
            detail = (
                f"{chr(ord('A') + position)} is right in {number} of {total} samples, "
                f"about {expected:.0f} by chance"
            )
            yield Fault(task.where.at("data"), detail)


RULES = (one_label_only, heavy_imbalance, biased_position)
