"""The short answers of a task, and the words of names that could give them away."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import schemas
from curation.model import Json
from curation.task import Task

LONGEST = 4
"""Words of an answer up to which it can stand in a name; longer ones are prose."""
LONGEST_TEXT = 60
"""Characters of an answer up to which its words are counted at all."""
MOST = 50
"""Answers of one sample that are looked for."""

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+|\d+")
_DIGITS = {
    "zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10", "eleven": "11",
    "twelve": "12",
}  # fmt: skip


def words(text: str) -> list[str]:
    """Split a name into words and numbers, at signs, digits and capitals in its middle.

    All are in lower case; numbers have no zeros before them, and `five` is 5.
    """
    lower = map(str.lower, _WORD.findall(text))
    return [w.lstrip("0") or "0" if w.isdecimal() else _DIGITS.get(w, w) for w in lower]


def phrases(text: str) -> set[str]:
    """Return all runs of up to `LONGEST` words, written as `phrase` writes them."""
    found = words(text)
    return {
        phrase(found[start : start + length])
        for length in range(1, LONGEST + 1)
        for start in range(len(found) - length + 1)
    }


def phrase(parts: Sequence[str]) -> str:
    """Write words as one, so that `t-shirt` and `TShirt` are equal, but keep 1 2 from 12."""
    return ("" if all(map(str.isalpha, parts)) else " ").join(parts)


class Answers:
    """The short answers of each sample: its labels, choices and other few words."""

    def __init__(self, task: Task) -> None:
        self._data = task.data
        self._paths: dict[tuple[schemas.Step, ...], str] = {}
        for slot in task.family.slots:
            if slot.reference and slot.text:
                kind = "label" if slot.label else slot.choice or ""
                self._paths[slot.path] = self._paths.get(slot.path) or kind
        self._phrases: dict[str, str] = {}
        self._known: dict[int, Mapping[str, str]] = {}

    def of(self, index: int) -> Mapping[str, str]:
        """Return the answers of one sample: each as a phrase, and as it is written."""
        if index not in self._known:
            self._known[index] = self._of(index)
        return self._known[index]

    def _of(self, index: int) -> Mapping[str, str]:
        sample = self._data[index]
        found: dict[str, str] = {}
        for text in self._texts(sample) if type(sample) is dict else ():
            short = self._phrase(text)
            if short:
                found.setdefault(short, text)
            if len(found) == MOST:
                break
        return found

    def _texts(self, sample: dict[str, Json]) -> Iterator[str]:
        for path, kind in self._paths.items():
            for _, value in schemas.find(path, sample):
                if type(value) is str or (kind and type(value) is int):
                    yield str(value)
                    if kind == "letter":
                        yield from _chosen(sample, value)

    def _phrase(self, text: str) -> str:
        """Return an answer as a phrase; '' if it is longer than names are."""
        if len(text) > LONGEST_TEXT:
            return ""
        if text not in self._phrases:
            parts = words(text)
            self._phrases[text] = phrase(parts) if len(parts) <= LONGEST else ""
        return self._phrases[text]


def _chosen(sample: dict[str, Json], letter: Json) -> Iterator[str]:
    """Yield the option that a letter stands for."""
    place = ord(letter) - ord("A") if type(letter) is str and len(letter) == 1 else -1
    for row in (sample.get("input"), sample):
        options = row.get("options") if type(row) is dict else None
        if type(options) is list and 0 <= place < len(options):
            yield str(options[place])
            return
