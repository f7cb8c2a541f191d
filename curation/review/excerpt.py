"""Pure: some samples of a task, spread evenly, as if it had no others."""

from __future__ import annotations

import math
import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from curation.model import Where
from validators.gallery import Gallery

MOST = 500
"""Samples that are probed of a task at most: a share of them is right within 4 or 5 points."""


@dataclass(frozen=True)
class Excerpt:
    """Samples of a task that have an id of their own.

    `gallery` is the task with these alone, `places` where each stands in the whole, and
    `of` how many samples with an id of their own there are.
    """

    gallery: Gallery
    places: Sequence[Where]
    of: int

    def at_most(self, number: int) -> Excerpt:
        """Return every second, third ... of them, so that no more than *number* are left."""
        kept = _spread(range(len(self.places)), number)
        if len(kept) == len(self.places):
            return self
        places = [self.places[i] for i in kept]
        return Excerpt(_only(self.gallery, kept), places, self.of)


def excerpt(gallery: Gallery, number: int = MOST) -> Excerpt:
    """Return at most *number* of the samples that have an id of their own."""
    named = list(_named(gallery))
    kept = _spread(named, number)
    places = [gallery.task.sample_at(i) for i in kept]
    return Excerpt(_only(gallery, kept), places, len(named))


def _spread(indices: Sequence[int], number: int) -> Sequence[int]:
    return indices[:: max(1, math.ceil(len(indices) / number))]


def _named(gallery: Gallery) -> Iterator[int]:
    """Yield the index of each sample that has an id of its own."""
    known: set[str] = set()
    task = gallery.task
    for index, (name, sample) in enumerate(zip(task.ids, task.data, strict=True)):
        if name and name not in known and type(sample) is dict:
            known.add(name)
            yield index


def _only(gallery: Gallery, kept: Sequence[int]) -> Gallery:
    """Return a task with some of its samples, and the facts of the files that they name."""
    task = replace(gallery.task, data=[gallery.task.data[i] for i in kept])
    named = {ref.file for ref in task.media}
    facts = {
        path: known
        for path, known in gallery.facts.items()
        if path in named or posixpath.dirname(path) in named  # or a frame
    }
    return Gallery(task, facts)
