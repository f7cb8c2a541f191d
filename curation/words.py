"""Pure: the words of a question and of an answer, brought to a form that can be compared."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import orjson

from curation.model import Json
from curation.task import Task
from validators import columns

SIZE = 16
"""Bytes of a digest; as text it has twice as many digits."""
NOTHING = bytes(SIZE)
"""What stands in the place of a digest where there is none."""
STEM_WORDS = 5
"""Words from which a question without its choices says what it is about."""

_LABEL_KEYS = frozenset({"answer", "category", "label", "prediction", "target", "text"})
"""Keys of a reference whose label is said of the sample, and not of a part of it."""
_SAME = 10
"""Samples for each distinct answer, or prompt, from which they are the task's and not its samples'."""


def digest(*parts: str) -> bytes:
    """Return the digest of the parts, in their order."""
    told = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(told, usedforsecurity=False).digest()[:SIZE]


def plain(text: str) -> str:
    """Return a text without what does not change its meaning: case, forms, blanks."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return " ".join(text.casefold().split())


def questions(rows: Sequence[Json]) -> Iterator[tuple[bytes, bytes]]:
    """Yield for each row of a task a digest of its question, and one without the choices.

    The choices may come in any order. A prompt that many samples share is an instruction,
    and counts only where nothing else is asked. What there are no words for is `NOTHING`.
    """
    parted = [_parted(row) for row in rows]
    prompts = {"\n".join(told.prompts) for told in parted}
    shared = len(prompts) == 1 or len(prompts) * _SAME <= len(parted)
    for words, choices, asked in parted:
        told = "\n".join(words if shared and words else (*words, *asked))
        # One text for all: to make it plain costs as much as all that is done with it.
        stem, *options = map(str.strip, plain("\0".join((told, *choices))).split("\0"))
        options.sort()
        if not stem and not any(options):
            yield NOTHING, NOTHING
            continue
        named = bool(options) and stem.count(" ") >= STEM_WORDS - 1
        yield digest(stem, *options), digest(stem) if named else NOTHING


class _Parted(NamedTuple):
    """The words of a question, what can be chosen from, and the prompts."""

    words: list[str]
    choices: list[str]
    prompts: list[str]


def _parted(row: Json) -> _Parted:
    found = _Parted([], [], [])
    _gather(row, found)
    return found


def _gather(value: Json, found: _Parted) -> None:
    if type(value) is str:
        found.words.append(value)
    elif type(value) is dict:
        for key in sorted(value):
            part = value[key]
            if key == "options" and type(part) is list:
                found.choices.extend(map(str, part))
            elif type(part) is str:
                (found.prompts if key == "prompt" else found.words).append(part)
            else:
                _gather(part, found)
    elif type(value) is list:
        for part in value:
            _gather(part, found)
    elif value is not None:
        found.words.append(str(value))


def labels(task: Task) -> list[str | None]:
    """Return the answer of each sample, where answers are labels; else None for each.

    They are where the schema says so, and where a few answers are those of all samples.
    """
    for slot in task.slots(reference=True, media=None, geometry=None, whole=False):
        path = columns.trunk(slot)
        if path is None or path[-1] not in _LABEL_KEYS:
            continue
        found = [_label(value) for value in columns.at(task, path)]
        kinds = set(found) - {None}
        closed = (
            slot.label or slot.choice == "letter" or len(kinds) * _SAME <= len(found)
        )
        if kinds and closed:
            known = {label: label for label in kinds}
            return [known.get(label) for label in found]
    return [None] * len(task.data)


def _label(value: Json) -> str | None:
    if isinstance(value, list):
        value = sorted(map(str, value))
    elif isinstance(value, dict):
        return None
    if value is None:
        return None
    try:
        return orjson.dumps(value, default=str).decode()
    except TypeError:
        import json  # noqa: PLC0415 - for integers of more than 64 bits

        return json.dumps(value)
