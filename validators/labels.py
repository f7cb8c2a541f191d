"""Finds labels that are not among those a task, or its sample, says there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from curation.model import Json, Where
from curation.task import Task
from schemas import ANY, Pointer, Slot
from validators import columns

LISTED = 8
"""Labels up to which a label space is written out."""
LONGEST = 100
"""Characters of labels that are written out."""

Label = str | int | float | bool


class Stray(NamedTuple):
    """A label outside its label space, and that space in words."""

    where: Where
    label: Label
    space: str
    sample: str | None


def strays(task: Task) -> Iterator[Stray]:
    """Yield all labels of a task that are outside the label space that is stated."""
    spaces = _Spaces(task)
    done = set()
    for slot in task.family.slots:
        if slot.reference and slot.label and slot.path not in done:
            done.add(slot.path)
            if not spaces.hold_all(slot):
                yield from _judged(task, spaces, slot)
    if spaces.labels is not None:
        yield from _classes(task, spaces)


class _Spaces:
    """The label spaces of a task: its own, and those of its samples."""

    def __init__(self, task: Task) -> None:
        self._task = task
        stated = task.envelope.get("labels")
        self.labels = set(map(str, stated)) if isinstance(stated, list) else None
        intents = task.envelope.get("intent_label")
        self.parts = _parts(intents) if isinstance(intents, dict) else ()
        listed = columns.options(task)
        self._options: Sequence[Json] = listed[1] if listed else ()

    def hold_all(self, slot: Slot) -> bool:
        """Tell by a quick look whether a slot holds no stray label at all."""
        if self.labels is None:
            return not self.parts and not (self._options and not slot.choice)
        path = columns.trunk(slot)
        if path is None:
            return False
        values = columns.at(self._task, path)
        if slot.path[-1] == ANY:
            values = [v for items in values if type(items) is list for v in items]
        single = {v for v in values if type(v) is not list and type(v) is not dict}
        return all(_is_in(label, self.labels) for label in single - {None})

    def stray(self, index: int, slot: Slot, label: Label) -> str:
        """Return the space that a label is not in, in words; '' if it is where it should."""
        options = self._options[index] if self._options else None
        if isinstance(options, list):
            # The rules on choices see to the answers that are to be chosen from them.
            names = set(map(str, options))
            inside = bool(slot.choice) or _is_in(label, names)
            return "" if inside else f"the sample's options {_listing(names)}"
        if self.labels is not None:
            inside = _is_in(label, self.labels)
            return "" if inside else f"the task's labels {_listing(self.labels)}"
        return self._stray_part(label)

    def _stray_part(self, label: Label) -> str:
        ids = str(label).split()
        if not self.parts or (
            len(ids) == len(self.parts)
            and all(i in part for i, part in zip(ids, self.parts, strict=True))
        ):
            return ""
        return f"the ids of intent_label, {len(self.parts)} of which make a label"


def _parts(intents: Mapping[str, Json]) -> tuple[set[str], ...]:
    """Return the ids of each part; some files map from the name to the id."""
    return tuple(
        {*map(str, part), *map(str, part.values())} if isinstance(part, dict) else set()
        for part in intents.values()
    )


def _is_in(label: Label, names: set[str]) -> bool:
    """Whether a label is known, or several that are joined by commas all are."""
    text = str(label)
    return text in names or all(part.strip() in names for part in text.split(","))


def _listing(labels: set[str]) -> str:
    names = ", ".join(sorted(labels))
    short = len(labels) <= LISTED and len(names) <= LONGEST
    return f"({names})" if short else f"({len(labels)} of them)"


def _judged(task: Task, spaces: _Spaces, slot: Slot) -> Iterator[Stray]:
    for index, pointer, label in task.values(slot):
        if isinstance(label, Label):
            space = spaces.stray(index, slot, label)
            if space:
                where = task.sample_at(index).at(*pointer)
                yield Stray(where, label, space, task.ids[index])


def _classes(task: Task, spaces: _Spaces) -> Iterator[Stray]:
    """Look at the keys by which boxes and masks are sorted into classes."""
    done: set[tuple[int, Pointer]] = set()
    for slot in task.family.slots:
        if slot.reference and slot.geometry in {"xywh", "rle"}:
            for index, pointer, _ in task.values(slot):
                place = _class_key(slot, pointer)
                if place and (index, place) not in done:
                    done.add((index, place))
                    label = str(place[-1])
                    space = spaces.stray(index, slot, label)
                    if space:
                        where = task.sample_at(index).at(*place)
                        yield Stray(where, label, space, task.ids[index])


def _class_key(slot: Slot, pointer: Pointer) -> Pointer:
    """Return the pointer to the key of a map that any key may stand in."""
    for depth, step in enumerate(slot.path):
        if step == ANY and isinstance(pointer[depth], str):
            return pointer[: depth + 1]
    return ()
