"""Pure: the words of a task, one column for each place in its schema."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from curation.model import Where
from curation.reaching import walk
from curation.task import Task
from schemas import ANY, DEEP, Pointer, Slot

_Places = dict[Pointer, set[int]]
"""Pointers below a sample, and the samples in which something stands there."""

_SHARED_KEYS = frozenset({"id", "group", "license", "source", "language"})


@dataclass(frozen=True)
class Texts:
    """One column of words: what stands at one place of the schema in all samples.

    `owners[i]` is the index of the sample that `values[i]` belongs to.
    """

    task: Task
    slot: Slot
    owners: Sequence[int]
    values: Sequence[str]
    inner: Sequence[Pointer] | None = field(default=None, repr=False)

    @cached_property
    def joined(self) -> str:
        """All values in one string, for a quick look whether anything is there at all."""
        return "\n".join(self.values)

    def where(self, position: int) -> Where:
        """Return the place of `values[position]`."""
        if self.inner is not None:
            pointer = self.inner[position]
        else:
            pointer = tuple(str(step) for step in self.slot.path)
        return self.task.sample_at(self.owners[position]).at(*pointer)

    def sample(self, position: int) -> str | None:
        """Return the id of the sample that `values[position]` belongs to."""
        return self.task.ids[self.owners[position]]

    def matches(
        self, pattern: re.Pattern[str], needles: Sequence[str] = ()
    ) -> Iterator[tuple[int, re.Match[str]]]:
        """Yield the position and the first match of each value that *pattern* is found in.

        Where none of the *needles* stands anywhere in the column, nothing is searched:
        they are strings of which every match holds at least one.
        """
        if needles and not any(needle in self.joined for needle in needles):
            return
        search = pattern.search
        for position, value in enumerate(self.values):
            match = search(value)
            if match is not None:
                yield position, match


def texts_of(task: Task) -> Iterator[Texts]:
    """Yield all words of the task, one column for each place in the schema.

    Where a schema leaves fields free, words are what no other part of it knows.
    """
    done: set[tuple[object, ...]] = set()
    known = _known(task) if any(DEEP in s.path for s in task.family.slots) else None
    # A free field comes last, when all that the schema names has been taken.
    for slot in sorted(task.family.slots, key=lambda s: DEEP in s.path):
        if slot.text and slot.path[0] not in _SHARED_KEYS and slot.path not in done:
            done.add(slot.path)
            column = _column(task, slot, known)
            if column.values:
                yield column


def _known(task: Task) -> _Places:
    """Collect the places of samples that hold a path or a geometry."""
    found: _Places = {}
    for slot in task.family.slots:
        if slot.media or slot.geometry:
            for index, pointer, _ in task.values(slot):
                found.setdefault(pointer, set()).add(index)
    return found


def _column(task: Task, slot: Slot, known: _Places | None) -> Texts:
    """Gather a column; the common forms without a function call for each value.

    What stands at a *known* place is left out of it; what it holds is known then.
    """
    owners, values, taken = walk(range(len(task.data)), task.data, slot.path)
    rest = slot.path[taken:]
    if known is not None or rest not in {(), (ANY,)}:
        return _gathered(task, slot, known)
    if not rest:
        kept = [i for i, v in enumerate(values) if type(v) is str]
        if len(kept) < len(values):
            owners, values = [owners[i] for i in kept], [values[i] for i in kept]
        return Texts(task, slot, owners, values)
    rows = [
        v if type(v) is list else v.values() if type(v) is dict else () for v in values
    ]
    keys = [
        v if type(v) is dict else range(len(r))
        for v, r in zip(values, rows, strict=True)
    ]
    return Texts(
        task,
        slot,
        [i for i, row in zip(owners, rows, strict=True) for v in row if type(v) is str],
        [v for row in rows for v in row if type(v) is str],
        _Inner(
            tuple(map(str, slot.path[:taken])),
            [
                k
                for ks, row in zip(keys, rows, strict=True)
                for k, v in zip(ks, row, strict=True)
                if type(v) is str
            ],
        ),
    )


def _gathered(task: Task, slot: Slot, known: _Places | None) -> Texts:
    owners: list[int] = []
    texts: list[str] = []
    pointers: list[Pointer] = []
    for index, pointer, value in task.values(slot):
        if type(value) is not str:
            continue
        if known is not None:
            there = known.setdefault(pointer, set())
            if index in there or pointer[0] in _SHARED_KEYS:
                continue
            there.add(index)
        owners.append(index)
        texts.append(value)
        pointers.append(pointer)
    return Texts(task, slot, owners, texts, pointers)


class _Inner(Sequence[Pointer]):
    """Pointers that share all but the last step, made when asked for."""

    def __init__(self, base: Pointer, last: Sequence[str | int]) -> None:
        self._base = base
        self._last = last

    def __len__(self) -> int:
        return len(self._last)

    def __getitem__(self, index: Any) -> Any:
        return (*self._base, self._last[index])
