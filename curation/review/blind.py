"""Pure: answers that are given without a look at what is asked about."""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import median

from curation.model import Json
from curation.review.finite import written
from curation.words import plain

FEATURES = 1024
"""Columns that words are hashed to, where questions are compared."""
_CHUNK = 512


class Impossible(Exception):
    """A probe that cannot be made of this task; says why."""


@dataclass(frozen=True)
class Item:
    """One sample as the blind see it: its words, its options, and its answer in JSON.

    The answers of the others are known to a probe, as a model knows them from training;
    that of the sample itself is not.
    """

    id: str
    words: str
    options: tuple[str, ...]
    answer: Json


@dataclass(frozen=True)
class Blind:
    """The samples of a task, and what they are answered with."""

    items: Sequence[Item]

    @cached_property
    def _keys(self) -> list[bytes]:
        return [written(one.answer).encode() for one in self.items]

    @cached_property
    def _ranked(self) -> list[tuple[bytes, int]]:
        """The answers and how often each is given, the most frequent first."""
        counts = Counter(self._keys)
        return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))

    def majority(self) -> Mapping[str, Json]:
        """Give every sample the most frequent answer; of numbers, the one in the middle."""
        values = [one.answer for one in self.items]
        if all(type(v) in {int, float} for v in values):
            return dict.fromkeys((one.id for one in self.items), float(median(values)))
        best, number = self._ranked[0]
        if number == 1 and len(self.items) > 1:
            raise Impossible("no answer comes twice")
        return dict.fromkeys((one.id for one in self.items), json.loads(best))

    def longest(self) -> Mapping[str, Json]:
        """Choose the longest option, the first of several."""
        return self._chosen(lambda options: max(options, key=len))

    def first(self) -> Mapping[str, Json]:
        """Choose the first option."""
        return self._chosen(lambda options: options[0])

    def _chosen(self, choose: Callable[[tuple[str, ...]], str]) -> Mapping[str, Json]:
        if not any(one.options for one in self.items):
            raise Impossible("the samples list no options of their own")
        return {
            one.id: choose(one.options) if one.options else None for one in self.items
        }

    def text(self) -> Mapping[str, Json]:
        """Answer as the most similar other question is answered, by its words alone.

        Where a sample has options and that answer is none of them, the option is chosen
        that shares the most words with the question.
        """
        if len(self.items) < 2:  # noqa: PLR2004
            raise Impossible("there is one sample only")
        if len({one.words for one in self.items}) == 1:
            raise Impossible("all samples ask in the same words")
        found = {}
        for one, nearest in zip(self.items, self._nearest(), strict=True):
            answer = self.items[nearest].answer
            if one.options and not _is_among(answer, one.options):
                answer = _nearest_option(one)
            found[one.id] = answer
        return found

    def _nearest(self) -> list[int]:
        """Return for each sample the other one whose words are the most similar."""
        import numpy as np  # noqa: PLC0415 - 100 ms that the help does not need

        rows = np.zeros((len(self.items), FEATURES), np.float32)
        for row, one in zip(rows, self.items, strict=True):
            for word, number in Counter(plain(one.words).split()).items():
                row[zlib.crc32(word.encode("utf-8", "surrogatepass")) % FEATURES] += (
                    number
                )
        # Words that are in all questions tell nothing about one of them.
        rows = np.sqrt(rows)
        rows *= np.log((1 + len(rows)) / (1 + (rows > 0).sum(axis=0, dtype=np.float32)))
        lengths = np.linalg.norm(rows, axis=1, keepdims=True)
        rows /= np.where(lengths == 0, 1, lengths)
        found: list[int] = []
        for start in range(0, len(rows), _CHUNK):
            alike = rows[start : start + _CHUNK] @ rows.T
            own = np.arange(len(alike))
            alike[own, own + start] = -1
            # Rounded, so that machines which add in another order choose alike.
            found += alike.round(4).argmax(axis=1).tolist()
        return found


def _is_among(answer: Json, options: Sequence[str]) -> bool:
    """Whether an answer is an option, or the letter of one."""
    said = str(answer).strip()
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"[: len(options)]
    return said in options or (len(said) == 1 and said.upper() in letters)


def _nearest_option(one: Item) -> str:
    asked = set(plain(one.words).split())
    return max(one.options, key=lambda o: len(asked.intersection(plain(o).split())))
