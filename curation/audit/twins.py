"""Pure: close samples that are, or nearly are, open ones, of this release or earlier ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from curation.audit.signs import Sign, Way
from curation.entries import Entry, Side, sides, uid
from curation.groups import Gathering, Reason, Tie
from curation.known import Known
from curation.model import Where
from curation.traits import File, files
from curation.words import NOTHING, questions
from validators.gallery import Gallery
from validators.questions import asked

_WAYS = {
    Reason.CONTENT: Way.SAME_MEDIA,
    Reason.PICTURE: Way.ALIKE_MEDIA,
    Reason.FILM: Way.ALIKE_MEDIA,
    Reason.SOUND: Way.ALIKE_MEDIA,
    Reason.FORM: Way.ALIKE_MEDIA,
    Reason.QUESTION: Way.SAME_QUESTION,
    Reason.STEM: Way.SAME_QUESTION,
    Reason.GROUP: Way.SAME_SAMPLE,
    Reason.EARLIER: Way.SAME_SAMPLE,
}
_WORDS = {
    Reason.CONTENT: "has a file with the content of",
    Reason.PICTURE: "has a picture almost like",
    Reason.FILM: "has a film almost like",
    Reason.SOUND: "has a recording almost like",
    Reason.FORM: "has a model of the size and form of",
    Reason.QUESTION: "asks what is asked in",
    Reason.STEM: "asks with other choices what is asked in",
    Reason.GROUP: "is of the same group as",
    Reason.EARLIER: "is of the same group, in the ledger, as",
}


@dataclass(frozen=True)
class Shown:
    """A task of one tree: its gallery, and the contributor's id of each close sample."""

    task: str
    gallery: Gallery
    originals: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Sample:
    task: str
    id: str


def signs(
    opened: Sequence[Shown], closed: Sequence[Shown], ledger: Iterable[Entry]
) -> Iterator[Sign]:
    """Tell which close samples have something in common with an open one."""
    entries = list(ledger)
    gathering = Gathering()
    samples: list[_Sample] = []
    placed: list[Side] = []
    for one in _pairs(opened, closed):
        for shown, side, own in one:
            gathering.add(own)
            samples += [_Sample(shown.task, name) for name in own.ids]
            placed += [side] * len(own.ids)
    known = {
        name: side for name, side in sides(entries).items() if side is not Side.HELD
    }
    yield from _same(gathering.uids, samples, placed, known)
    gathering.recall(entries)
    for tie in gathering.ties():
        yield from _twins(tie, gathering.uids, samples, placed, known)


def _same(uids: Sequence[str], samples: Sequence[_Sample], placed: Sequence[Side],
          known: Mapping[str, Side]) -> Iterator[Sign]:  # fmt: skip
    opened = {u for u, side in zip(uids, placed, strict=True) if side is Side.OPEN}
    for name, sample, side in zip(uids, samples, placed, strict=True):
        if side is Side.CLOSE and name in opened:
            yield _sign(Way.SAME_SAMPLE, sample, "is a sample of the Open set")
        elif side is Side.CLOSE and known.get(name) is Side.OPEN:
            yield _sign(Way.SAME_SAMPLE, sample, "is open in the ledger")


def _sign(way: Way, sample: _Sample, detail: str) -> Sign:
    where = Where(f"data/{sample.task}")
    return Sign(way, where, f"{sample.id} {detail}", sample.id, "close")


def _twins(tie: Tie, uids: Sequence[str], samples: Sequence[_Sample], placed: Sequence[Side],
           known: Mapping[str, Side]) -> Iterator[Sign]:  # fmt: skip
    """Tell of each close member of a tie which open one it is a twin of."""
    here = len(samples)
    opened = [
        m for m in tie.members
        if (placed[m] is Side.OPEN if m < here else known.get(uids[m]) is Side.OPEN)
    ]  # fmt: skip
    if not opened:
        return
    first = opened[0]
    other = (
        f"{samples[first].id} of {samples[first].task} in the Open set"
        if first < here
        else f"a sample that the ledger has as open ({uids[first]})"
    )
    for member in tie.members:
        if member < here and placed[member] is Side.CLOSE:
            yield _sign(
                _WAYS[tie.reason], samples[member], f"{_WORDS[tie.reason]} {other}"
            )


def _pairs(
    opened: Sequence[Shown], closed: Sequence[Shown]
) -> Iterator[list[tuple[Shown, Side, Known]]]:
    """Yield both parts of each task, with their questions brought to one form together."""
    tasks: dict[str, list[tuple[Shown, Side]]] = {}
    for side, parts in ((Side.OPEN, opened), (Side.CLOSE, closed)):
        for shown in parts:
            tasks.setdefault(shown.task, []).append((shown, side))
    for both in tasks.values():
        named = [files(s.gallery) if s.gallery.task.media else {} for s, _ in both]
        rows = [
            row
            for (shown, _), own in zip(both, named, strict=True)
            for index, row in enumerate(asked(shown.gallery.task))
            if not _seen(own, index)
        ]
        words = iter(questions(rows))
        yield [
            (shown, side, _known(shown, own, words))
            for (shown, side), own in zip(both, named, strict=True)
        ]


_Named = Mapping[int, tuple[tuple[File, ...], str]]


def _seen(named: _Named, index: int) -> bool:
    """Whether anything but words is asked."""
    own, unread = named.get(index, ((), ""))
    return bool(unread) or not all(file.reference for file in own)


def _known(shown: Shown, named: _Named, words: Iterator[tuple[bytes, bytes]]) -> Known:
    ids = [i or "" for i in shown.gallery.task.ids]
    told = [
        (NOTHING, NOTHING) if _seen(named, index) else next(words)
        for index in range(len(ids))
    ]
    return Known(
        shown.task,
        0.0,
        shown.task,
        ids,
        [uid(shown.task, shown.originals.get(name, name)) for name in ids],
        [None] * len(ids),
        b"".join(question for question, _ in told),
        b"".join(stem for _, stem in told),
        (),
        {index: own for index, (own, _) in named.items() if own},
        {},
    )
