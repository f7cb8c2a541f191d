"""Looks through a column of words, or of values, at the speed of the library below."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import accumulate
from operator import itemgetter

from curation.finding import Fault
from curation.model import Json
from curation.task import Task
from curation.texts import Texts
from schemas import ANY, DEEP, Pointer, Slot

CODE = frozenset(
    {
        "code-defect-detection",
        "code-explanation",
        "code-generation",
        "code-repair",
        "text-to-sql",
    }
)
"""Families whose words are programs: braces, tags and empty inputs belong there."""

TRIES = 20
"""Matches of one text that are judged; a hostile text can hold millions."""

Spot = tuple[int, re.Match[str]]
Judge = Callable[[re.Match[str], str], bool]
"""Tells from a match, and the whole value that it stands in, whether it counts."""


def at(task: Task, path: Pointer) -> list[Json]:
    """Return what stands at *path* in each sample; None where nothing does.

    It is kept with the task, as its cached properties are: several rules look at the
    same few places.
    """
    known: dict[Pointer, list[Json]] = vars(task).setdefault("_at", {})
    if path not in known:
        known[path] = _walked(task.data, path)
    return known[path]


def _walked(data: Sequence[Json], path: Pointer) -> list[Json]:
    values = list(data)
    for step in path:
        try:
            values = list(map(itemgetter(step), values))
        except (KeyError, TypeError):
            values = [v.get(step) if type(v) is dict else None for v in values]
    return values


def trunk(slot: Slot) -> Pointer | None:
    """Return the path of a slot without a last "any"; None if it branches before."""
    path = slot.path[:-1] if slot.path[-1:] == (ANY,) else slot.path
    plain = tuple(s for s in path if isinstance(s, str) and s not in {ANY, DEEP})
    return plain if plain and len(plain) == len(path) else None


def name(slot: Slot) -> str:
    """Return the innermost key that the schema knows for a slot."""
    known = (s for s in reversed(slot.path) if isinstance(s, str))
    return next((s for s in known if s not in {ANY, DEEP}), "")


def distinct(slots: Iterable[Slot]) -> list[Slot]:
    """Leave one slot for each place; a schema may describe a place several times."""
    return list({trunk(slot) or slot.path: slot for slot in slots}.values())


def options(task: Task) -> tuple[Pointer, list[Json]]:
    """Return where the samples list their choices, and each sample's; empty if nowhere."""
    for slot in task.family.slots:
        path = trunk(slot)
        if path is not None and path[-1] == "options" and not slot.reference:
            rows = at(task, path)
            if rows.count(None) < len(rows):
                return path, rows
    return (), []


def letters(task: Task) -> Iterator[tuple[Pointer, list[Json]]]:
    """Yield the places where letters name a choice, and each sample's letter."""
    for slot in distinct(task.slots(choice="letter")):
        path = trunk(slot)
        if path is not None:
            yield path, at(task, path)


def position(letter: Json) -> int | None:
    """Return the position that a letter names, or None if it is no capital letter."""
    if type(letter) is str and len(letter) == 1 and "A" <= letter <= "Z":
        return ord(letter) - ord("A")
    return None


def tally(values: Sequence[Json]) -> Counter[Json]:
    """Count the texts and numbers among *values*."""
    try:
        counts = Counter(values)
    except TypeError:
        counts = Counter(v for v in values if isinstance(v, str | int | float))
    del counts[None]
    return counts


def pairs(answers: Sequence[Json], rows: Sequence[Json]) -> Counter[tuple[Json, int]]:
    """Count the pairs of an answer and the number of choices that it is one of."""
    try:
        return Counter(zip(answers, map(len, rows), strict=True))
    except TypeError:
        sizes = (len(row) if type(row) is list else 0 for row in rows)
        texts = (a if type(a) is str else None for a in answers)
        return Counter(zip(texts, sizes, strict=True))


def family(column: Texts) -> str:
    """Return the name of the column's family, without its modality."""
    return column.task.family.id.partition("/")[2]


def is_code(column: Texts) -> bool:
    """Whether the words of a column can be programs."""
    return family(column) in CODE


def faults(column: Texts, found: Iterable[tuple[int, str]]) -> Iterator[Fault]:
    """Make a fault of each position and detail."""
    for position, detail in found:
        yield Fault(column.where(position), detail, column.sample(position))


def spots(
    column: Texts,
    pattern: re.Pattern[str],
    needles: str,
    judge: Judge | None = None,
) -> Iterator[Spot]:
    """Yield the position and the first match of each value.

    Nothing is searched where none of the characters *needles* occurs; every match holds
    one of them. The column is searched as one text, so *pattern* must not match a
    line feed.
    """
    if any(needle in column.joined for needle in needles):
        yield from _sweep(column.joined, column.values, pattern, judge)


def foreign_spots(
    column: Texts, pattern: re.Pattern[str], judge: Judge | None = None
) -> Iterator[Spot]:
    """Do as `spots`, among the values that hold more than ASCII."""
    if column.joined.isascii():
        return
    positions = [i for i, v in enumerate(column.values) if not v.isascii()]
    part = [column.values[i] for i in positions]
    for position, match in _sweep("\n".join(part), part, pattern, judge):
        yield positions[position], match


def _sweep(
    text: str, values: Sequence[str], pattern: re.Pattern[str], judge: Judge | None
) -> Iterator[Spot]:
    starts: list[int] = []
    last, left = -1, 0
    for match in pattern.finditer(text):
        starts = starts or [0, *accumulate(len(v) + 1 for v in values)]
        position = bisect_right(starts, match.start()) - 1
        if position != last:
            last, left = position, TRIES
        if left == 0:
            continue
        left -= 1
        if judge is None or judge(match, values[position]):
            left = 0
            yield position, match
