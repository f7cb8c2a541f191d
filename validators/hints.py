"""Looks for the answers of a task in names, ids, metadata and order, against chance."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import sqrt

from curation.model import Where
from curation.task import Task
from validators.answers import Answers, phrases
from validators.gallery import Gallery
from validators.runs import LEAST_SAMPLES, Runs, natural, runs

PROBE = 1000
"""Samples, evenly spread, that must show a leak before all are looked at."""
LEAST_HITS = 3
"""Answers that must be given away before it is more than an accident."""
LEAST_SHARE = 0.02
"""Share of the samples by which the answers given away exceed those by chance."""
DEVIATIONS = 4.0
"""Standard deviations from what chance gives, beyond which it is not chance."""
SHOWN = 100
"""Characters of a name that are shown."""
MOST_FILES = 8
"""Files of one sample whose names are looked at."""


class Channel(StrEnum):
    """Where an answer shows besides the question."""

    FILE_NAME = "file name"
    FOLDER = "folder"
    ID = "id"
    METADATA = "metadata"
    ORDER = "order"
    ORDER_OF_IDS = "order of ids"


@dataclass(frozen=True, slots=True)
class Hint:
    """One way in which a task gives its answers away; of one sample, if that is named."""

    channel: Channel
    where: Where
    detail: str
    sample: str | None = None


@dataclass(frozen=True, slots=True)
class Clue:
    """A text beside a question: where it stands, as it is shown, what is searched."""

    where: Where
    shown: str
    text: str


Clues = Callable[[int], Sequence[Clue]]


def hints(gallery: Gallery) -> Iterator[Hint]:
    """Yield all ways in which a task gives its answers away, each with its samples.

    A task that has media or words made shows what it wants made, so it has no answers.
    """
    task = gallery.task
    if task.family.paradigm == "generation":
        return
    answers = Answers(task)
    probe = {i: a for i in _spread(range(len(task.data))) if (a := answers.of(i))}
    known = set()
    for channel, clues in _channels(gallery):
        if _Search(clues, list(probe), answers).chance is not None:
            for hint in _leak(gallery, channel, clues, answers):
                known.add(channel)
                yield hint
    for hint in _orders(task, list(probe), answers):
        if hint.channel is Channel.ORDER or Channel.ID not in known:
            yield hint


def _spread(indices: Sequence[int]) -> Sequence[int]:
    return indices[:: max(1, len(indices) // PROBE)]


def _channels(gallery: Gallery) -> Iterator[tuple[Channel, Clues]]:
    task = gallery.task
    yield Channel.ID, lambda i: _id(task, i)
    if any(s.media and not s.reference for s in task.family.slots):
        yield Channel.FILE_NAME, lambda i: _names(gallery, i)
        yield Channel.FOLDER, lambda i: _folders(gallery, i)
        yield Channel.METADATA, lambda i: _metadata(gallery, i)


def _id(task: Task, index: int) -> list[Clue]:
    text = task.ids[index]
    where = task.sample_at(index).at("id")
    return [Clue(where, text[-SHOWN:], text)] if text else []


def _paths(gallery: Gallery, index: int) -> list[tuple[Where, str]]:
    """List the paths by which a sample names what a model is shown."""
    found = {
        posixpath.normpath(ref.given.replace("\\", "/")): ref.where
        for ref in gallery.named_in(index)
        if not ref.reference
    }
    return [(where, path) for path, where in found.items()][:MOST_FILES]


def _names(gallery: Gallery, index: int) -> list[Clue]:
    found = [(w, posixpath.basename(p)) for w, p in _paths(gallery, index)]
    return [Clue(w, name[-SHOWN:], posixpath.splitext(name)[0]) for w, name in found]


def _folders(gallery: Gallery, index: int) -> list[Clue]:
    found = [(w, posixpath.dirname(p)) for w, p in _paths(gallery, index)]
    return [Clue(w, folder[-SHOWN:], folder) for w, folder in found if folder]


def _metadata(gallery: Gallery, index: int) -> list[Clue]:
    return [
        Clue(media.where, f"{name}: {text}"[:SHOWN], text)
        for ref, media in gallery.of_sample(index)
        if not ref.reference
        for name, text in media.metadata
    ]


class _Search:
    """The clues of some samples, searched for the answers of each."""

    def __init__(self, clues: Clues, indices: Sequence[int], answers: Answers) -> None:
        self.hits: dict[int, tuple[Clue, str]] = {}
        self._held: Counter[str] = Counter()
        self._given: Counter[frozenset[str]] = Counter()
        for index in indices:
            told = answers.of(index)
            found = clues(index) if told else ()
            if found:
                self._look(index, frozenset(told), found)
        self.samples = self._given.total()
        self.chance = self._chance()

    def _look(self, index: int, told: frozenset[str], clues: Sequence[Clue]) -> None:
        held: set[str] = set()
        for clue in clues:
            said = phrases(clue.text)
            for answer in sorted(told & said)[:1]:
                self.hits.setdefault(index, (clue, answer))
            held |= said
        self._held.update(held)
        self._given[told] += 1

    def _chance(self) -> float | None:
        """Return how many hits shuffled answers would give; None if there are no more.

        An answer that is given by g samples and held by the clues of h out of n meets
        them g h / n times by chance. That allows for a word that is in all names, and
        for the numbers in names.
        """
        if len(self.hits) < LEAST_HITS:
            return None
        n = self.samples
        expected = variance = 0.0
        for told, given in self._given.items():
            held = min(n, sum(self._held[answer] for answer in told))
            expected += given * held / n
            variance += given * held * (n - given) * (n - held) / n**3
        least = max(LEAST_SHARE * n, DEVIATIONS * sqrt(variance), 1)
        return expected if len(self.hits) - expected >= least else None


def _leak(
    gallery: Gallery, channel: Channel, clues: Clues, answers: Answers
) -> Iterator[Hint]:
    """Yield a hint for the task, and one for each sample, if all samples bear it out."""
    task = gallery.task
    search = _Search(clues, range(len(task.data)), answers)
    if search.chance is None:
        return
    told = {
        index: (clue, answers.of(index)[answer])
        for index, (clue, answer) in search.hits.items()
    }
    some = ", ".join(f"{c.shown!r} for {a!r}" for c, a in list(told.values())[:3])
    share = f"{len(told)} of {search.samples} answers, {search.chance:.1f} by chance"
    yield Hint(channel, gallery.where, f"gives away {share}: {some}")
    for index, (clue, answer) in told.items():
        yield Hint(
            channel, clue.where, f"{clue.shown!r} for {answer!r}", task.ids[index]
        )


def _orders(task: Task, probe: Sequence[int], answers: Answers) -> Iterator[Hint]:
    where = task.where.at("data")
    every = range(len(task.data))
    told = _blocks(probe, answers) and _blocks(every, answers)
    if told:
        yield Hint(Channel.ORDER, where, str(told))
    elif None not in task.ids:
        told = _blocks(_by_id(task, probe), answers) and _blocks(
            _by_id(task, every), answers
        )
        if told:
            yield Hint(Channel.ORDER_OF_IDS, where, str(told))


def _blocks(order: Sequence[int], answers: Answers) -> Runs | None:
    labels = [next(iter(told)) for index in order if (told := answers.of(index))]
    if len(labels) < LEAST_SAMPLES:
        return None
    found = runs(labels)
    return found if found.blocks else None


def _by_id(task: Task, indices: Sequence[int]) -> Sequence[int]:
    return sorted(indices, key=lambda index: natural(task.ids[index] or ""))
