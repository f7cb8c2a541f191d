"""Pure: short answers, which stand beside their own samples more often than by chance."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import sqrt

from curation.audit.needles import values
from curation.audit.pieces import Column, Kind
from curation.audit.secrets import Secret
from curation.audit.signs import Sign, Way
from curation.model import Where
from validators.answers import LONGEST, LONGEST_TEXT, phrase, phrases, words

LEAST_HITS = 3
LEAST_SHARE = 0.02
DEVIATIONS = 4.0
"""As for tasks: hits, their share beyond chance, and deviations from it."""
LONGEST_CLUE = 400
"""Characters of one text that are looked at."""
_TOKEN = re.compile(r"[\w.-]+")


class Answers:
    """The short answers of hidden samples, by task and id."""

    def __init__(self, secrets: Iterable[Secret]) -> None:
        self._known: dict[tuple[str, str], frozenset[str]] = {}
        for secret in secrets:
            told = frozenset(_short(secret))
            for key in (
                (secret.task, secret.id),
                ("", secret.id),
                (secret.task, secret.original),
            ):
                self._known.setdefault(key, told)

    def of(self, task: str, sample: str | None) -> frozenset[str]:
        """Return the answers of a sample; none if it is not hidden, or has long ones."""
        return self._known.get((task, sample or ""), frozenset())

    def has(self, sample: str) -> bool:
        """Whether that is the public id of a hidden sample."""
        return ("", sample) in self._known


def _short(secret: Secret) -> Iterator[str]:
    for value in secret.values.values():
        # The keys of the schema at the top of an object are no answer.
        for inner in value.values() if isinstance(value, dict) else [value]:
            for text in () if _several(inner) else values(inner):
                parts = words(text) if len(text) <= LONGEST_TEXT else []
                if 0 < len(parts) <= LONGEST:
                    yield phrase(parts)


def _several(value: object) -> bool:
    """Whether it is a list of boxes or points, of which one, such as the first, is no answer."""
    return (
        isinstance(value, list)
        and len(value) > 1
        and all(isinstance(inner, list) for inner in value)
    )


def sheet(column: Column, answers: Answers) -> Column | None:
    """Return what follows each id in a text, as if it stood in that sample's row."""
    text = column.texts[0]
    marks = [m for m in _TOKEN.finditer(text) if answers.has(m[0])]
    if len(marks) < LEAST_HITS:
        return None
    ends = [m.start() for m in marks[1:]] + [len(text)]
    said = [
        text[m.end() : min(end, m.end() + LONGEST_CLUE)]
        for m, end in zip(marks, ends, strict=True)
    ]
    return Column(
        column.path, Kind.TEXT, "what follows ids", said, [m[0] for m in marks]
    )


def signs(columns: Sequence[Column], answers: Answers, tree: str) -> Iterator[Sign]:
    """Tell which columns of a task hold the answers of their own samples."""
    first = columns[0]
    given: Counter[frozenset[str]] = Counter()
    held: Counter[str] = Counter()
    hits = 0
    for column in columns:
        for text, sample in zip(column.texts, column.ids, strict=True):
            told = answers.of(column.task, sample)
            if told and text:
                said = _said(column, text)
                hits += bool(told & said)
                held.update(said)
                given[told] += 1
    if hits >= LEAST_HITS and (chance := _chance(hits, given, held)) is not None:
        detail = f"{first.name} ({first.kind}): {hits} of {given.total()} samples with their own answer, {chance:.1f} by chance"
        yield Sign(Way.BESIDE, Where(first.path), detail, tree=tree)


def _said(column: Column, text: str) -> set[str]:
    """Return the phrases of a clue; a part of the question counts as a whole only."""
    if column.kind is Kind.QUESTION:
        parts = words(text) if len(text) <= LONGEST_TEXT else []
        return {phrase(parts)} if 0 < len(parts) <= LONGEST else set()
    return phrases(text[-LONGEST_CLUE:])


def _chance(
    hits: int, given: Mapping[frozenset[str], int], held: Counter[str]
) -> float | None:
    """Return how many hits there would be by chance; None if there are hardly more.

    An answer that g of n samples have, and that h texts hold, meets them g h / n times.
    """
    n = sum(given.values())
    expected = variance = 0.0
    for told, g in given.items():
        h = min(n, sum(held[answer] for answer in told))
        expected += g * h / n
        variance += g * h * (n - g) * (n - h) / n**3
    least = max(LEAST_SHARE * n, DEVIATIONS * sqrt(variance), 1)
    return expected if hits - expected >= least else None
