"""Finds samples that ask the same, by a digest of all that a model is shown of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import Any

import orjson

import schemas
from curation.model import Json, Where
from curation.task import Task
from schemas import Pointer
from validators.gallery import Gallery

_FOR_PREDICTIONS = frozenset({"pred_dir", "frame_dir"})
"""Keys that say where a prediction is to be written, which is no question either."""
_NOT_ASKED = re.compile(r"id|.*_id|group|license|source")
"""Top-level keys that say whence a sample is, and not what it asks."""


class Answers(StrEnum):
    """How the references of two samples that ask the same stand to each other."""

    SAME = "same"
    CONTRADICTING = "contradicting"
    """At most one of two labels, or of two choices, can be right."""
    DIFFERENT = "different"
    """Both can be right, as two translations can."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A sample that asks what an earlier one of its task asks."""

    where: Where
    sample: str | None
    earlier: str
    answers: Answers
    said: tuple[str, str] = ("", "")
    """The reference of the earlier sample, and of this one, cut short."""


def repeats(gallery: Gallery) -> Iterator[Repeat]:
    """Yield each sample that repeats the question of an earlier one."""
    digests = question_digests(gallery)
    if len(set(digests)) == len(digests):
        return
    several = {d for d, times in Counter(digests).items() if times > 1}
    seen: dict[int, dict[str, int]] = {}
    for index, digest in enumerate(digests):
        if digest in several and digest is not None:
            known = seen.setdefault(digest, {})
            own = _reference(gallery, index)
            if known:
                repeat = _repeat(gallery, known, index, own)
                if repeat is not None:
                    yield repeat
            known.setdefault(own, index)


def question_digests(gallery: Gallery) -> list[int | None]:
    """Return a number for each sample, equal if they ask the same; None if nothing.

    The reference, the id and where a sample is from do not count; a media file counts
    by its bytes and not by its name. The numbers hold for this process only.
    """
    task = gallery.task
    rows = asked(task)
    digests: list[int | None]
    if task.media:
        digests = [hash(_shown(gallery, i, row)) for i, row in enumerate(rows)]
    else:
        digests = [*_digests(rows)]
    nothing = set(map(hash, _NOTHING))
    if nothing.isdisjoint(digests):
        return digests
    return [None if digest in nothing else digest for digest in digests]


def asked(task: Task) -> Sequence[Json]:
    """Return of each sample what a model is shown."""
    paths = [slot.path for slot in task.slots(whole=True)]
    tops = [path[0] for path in paths if len(path) == 1]
    keys = {
        key
        for key in _keys(task.data)
        if not _NOT_ASKED.fullmatch(key) and not any(_matches(top, key) for top in tops)
    }
    rows = _without(task.data, [path for path in paths if len(path) > 1])
    if len(keys) == 1:
        (key,) = keys
        return _asking([row.get(key) if type(row) is dict else None for row in rows])
    return [
        {k: v for k, v in row.items() if k in keys} if type(row) is dict else None
        for row in rows
    ]


def _asking(inputs: Sequence[Json]) -> Sequence[Json]:
    """Leave out of each input what is no question."""
    if _FOR_PREDICTIONS.isdisjoint(_keys(inputs)):
        return inputs
    return [
        {k: v for k, v in one.items() if k not in _FOR_PREDICTIONS}
        if type(one) is dict
        else one
        for one in inputs
    ]


def _keys(values: Iterable[Json]) -> set[str]:
    return set().union(*(value for value in values if type(value) is dict))


def _matches(step: schemas.Step, key: str) -> bool:
    return step == key if isinstance(step, str) else step.search(key) is not None


def _without(
    rows: Sequence[Json], paths: Sequence[tuple[schemas.Step, ...]]
) -> Sequence[Json]:
    """Take out what is hidden further down; few families have it, and few samples."""
    if not paths:
        return rows
    outer = {path[0] for path in paths}
    inner = {
        key: _keys(row.get(key) for row in rows if type(row) is dict)
        for key in _keys(rows)
        if any(_matches(step, key) for step in outer)
    }
    for path in paths:
        within = (keys for key, keys in inner.items() if _matches(path[0], key))
        if any(_matches(path[1], key) for keys in within for key in keys):
            rows = [_pruned(row, path) for row in rows]
    return rows


def _pruned(row: Json, path: tuple[schemas.Step, ...]) -> Json:
    for pointer, _ in list(schemas.find(path, row)):
        row = _dropped(row, pointer)
    return row


def _dropped(value: dict[Any, Json], pointer: Pointer) -> dict[Any, Json]:
    key, *rest = pointer
    if rest:
        return value | {key: _dropped(value[key], tuple(rest))}
    return {k: v for k, v in value.items() if k != key}


_dumps = partial(orjson.dumps, option=orjson.OPT_SORT_KEYS)


def _digests(values: Sequence[Json]) -> list[int]:
    """Hash all values as they come, so that their texts are never there together."""
    try:
        return list(map(hash, map(_dumps, values)))
    except TypeError:
        return [hash(_text(value)) for value in values]


def _text(value: Json) -> bytes:
    try:
        return _dumps(value)
    except TypeError:  # a number beyond 64 bits, or half a character
        return repr(value).encode("utf-8", "backslashreplace")


_NOTHING = (
    b"null",
    b"{}",
    b'""',
    b"[]",
    b'{"input":null}',
    b'{"input":{}}',
    b'{"input":""}',
)


def _shown(gallery: Gallery, index: int, asked: Json) -> bytes:
    """Write down a question with the bytes of its media in the place of their names.

    A question of which a part cannot be read is none that could be asked twice.
    """
    shown = _text(asked)
    for ref in gallery.named_in(index):
        if not ref.reference:
            digest = gallery.digest(ref)
            if digest is None:
                return _NOTHING[0]
            shown = shown.replace(orjson.dumps(ref.given), digest.encode())
    return shown


def _reference(gallery: Gallery, index: int) -> str:
    sample = gallery.task.data[index]
    slots = gallery.task.slots(whole=True)
    found = dict(f for slot in slots for f in schemas.find(slot.path, sample))
    values = [_settled(value) for value in found.values()]
    shown = _text(values[0] if len(values) == 1 else values)
    for ref in gallery.named_in(index):
        digest = gallery.digest(ref) if ref.reference else None
        if digest is not None:
            shown = shown.replace(orjson.dumps(ref.given), f'"{digest}"'.encode())
    return shown.decode()


def _settled(value: Json) -> Json:
    """Put texts of equal right, such as the labels of a picture, in one order."""
    if type(value) is dict:
        return {key: _settled(item) for key, item in value.items()}
    if type(value) is list:
        texts = all(type(item) is str for item in value)
        return sorted(value) if texts else [_settled(item) for item in value]
    return value


def _repeat(
    gallery: Gallery, known: Mapping[str, int], index: int, own: str
) -> Repeat | None:
    first = next(iter(known))
    earlier = known.get(own, known[first])
    if own in known:
        answers = Answers.SAME
    elif _is_made(gallery, index):
        return None
    else:
        closed = _is_closed(gallery.task, index)
        answers = Answers.CONTRADICTING if closed else Answers.DIFFERENT
    task = gallery.task
    name = task.ids[earlier] or str(task.sample_at(earlier))
    said = (_cut(first), _cut(own))
    return Repeat(task.sample_at(index), task.ids[index], name, answers, said)


def _is_made(gallery: Gallery, index: int) -> bool:
    """Whether media are to be made from words: of one text there are many recordings."""
    refs = [ref.reference for ref, _ in gallery.of_sample(index)]
    return bool(refs) and all(refs)


def _is_closed(task: Task, index: int) -> bool:
    """Whether a sample's reference is a label or a choice, and nothing else."""
    sample = task.data[index]
    slots = [s for s in task.family.slots if s.reference]
    if any(s.media or s.geometry for s in slots for _ in schemas.find(s.path, sample)):
        return False
    rows = (sample, sample.get("input"))
    chosen = any(type(row) is dict and "options" in row for row in rows)
    return any(
        s.label or s.choice == "letter" or (s.choice and chosen)
        for s in slots
        for _ in schemas.find(s.path, sample)
    )


def _cut(reference: str) -> str:
    return reference if len(reference) <= 60 else f"{reference[:57]}..."  # noqa: PLR2004
