"""Pure: which samples must not be torn apart, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import repeat
from typing import TYPE_CHECKING

from curation.alike import Picture, pictures
from curation.entries import Entry, Side
from curation.marks import Marks
from curation.sounds import Sound, sounds
from curation.traits import File
from curation.words import NOTHING, SIZE, digest

if TYPE_CHECKING:
    from curation.known import Known


class Reason(StrEnum):
    """Why samples must stay on one side, the plainest reason first."""

    GROUP = "same-group"
    CONTENT = "same-content"
    QUESTION = "same-question"
    PICTURE = "alike-pictures"
    FILM = "alike-films"
    SOUND = "alike-sounds"
    FORM = "alike-models"
    STEM = "same-question-other-choices"
    EARLIER = "same-group-in-the-ledger"


_RANKS = {reason: rank for rank, reason in enumerate(Reason)}

_PLACED = (Side.OPEN, Side.CLOSE)
_NOTHING = NOTHING.hex()
COMMON_STEM = 10
"""Samples beyond which the same words before different choices are a phrase."""


@dataclass(frozen=True, slots=True)
class Tie:
    """Samples, by their indices, that have something in common, and what."""

    reason: Reason
    members: tuple[int, ...]
    detail: str = ""


@dataclass(frozen=True)
class Groups:
    """Samples in groups, by their indices; one that is alone is in none of them.

    `groups` are sorted by uid, and so is each. `held` are samples that tie an open one to a
    close one, and so can be on neither side. `ties` are those that made the groups or hold
    a sample back; `torn` are ties between samples that are on different sides already.
    """

    groups: tuple[tuple[int, ...], ...]
    held: frozenset[int]
    ties: tuple[Tie, ...]
    torn: tuple[Tie, ...]


class Gathering:
    """What all samples are known by, gathered one after the other to find the ties."""

    def __init__(self) -> None:
        self.uids: list[str] = []
        self._places: dict[str, int] = {}
        self._marks = {reason: Marks() for reason in Reason}
        self._questions = bytearray()
        self._media: dict[int, tuple[File, ...]] = {}
        self._pictures: list[Picture] = []
        self._sounds: list[Sound] = []

    def add(self, known: Known) -> None:
        """Take in the samples of a task; their indices follow those before them.

        Nothing can be asked before all are taken in.
        """
        first = len(self.uids)
        self.uids += known.uids
        self._questions += known.questions
        self._marks[Reason.QUESTION].extend(first, known.questions)
        self._marks[Reason.STEM].extend(first, known.stems)
        for index, group in enumerate(known.groups, first):
            if group is not None:
                self._marks[Reason.GROUP].add(index, digest("group", group), group)
        for index, files in known.files.items():
            own = first + index
            self._media[own] = tuple(map(self._file, repeat(own), files))

    def _file(self, index: int, file: File) -> File:
        if file.content is not None:
            self._marks[Reason.CONTENT].add(index, file.content, file.path)
        for form in file.form:
            self._marks[Reason.FORM].add(index, form, file.path)
        if file.thumbs:
            self._pictures.append(Picture(index, file.path, file.thumbs))
        if file.sound:
            self._sounds.append(Sound(index, file.path, file.sound, file.seconds))
        return File("", file.reference, file.content)

    def recall(self, entries: Iterable[Entry]) -> None:
        """Take in what the ledger tells, also of samples that are there no more."""
        places = {uid: index for index, uid in enumerate(self.uids)}
        for entry in entries:
            if entry.side is Side.HELD:
                continue  # nobody has seen it
            index = places.setdefault(entry.sample, len(self.uids))
            if index == len(self.uids):
                self.uids.append(entry.sample)
            # One of the two equal texts goes: there can be a million of them.
            self.uids[index] = entry.sample
            if entry.question:
                self._marks[Reason.QUESTION].add(index, bytes.fromhex(entry.question))
            if entry.group:
                self._marks[Reason.EARLIER].add(index, bytes.fromhex(entry.group))
            for content in entry.media:
                self._marks[Reason.CONTENT].add(index, bytes.fromhex(content))

    def question(self, index: int) -> str:
        """Return the digest of a sample's words as the ledger tells it."""
        found = self._told[2 * SIZE * index : 2 * SIZE * (index + 1)]
        return "" if found == _NOTHING else found

    @cached_property
    def _told(self) -> str:
        return self._questions.hex()

    def media(self, index: int, *, references: bool) -> tuple[str, ...]:
        """Return the digests of a sample's files as the ledger tells them."""
        if index not in self._media:
            return ()
        found = {
            file.content.hex()
            for file in self._media[index]
            if file.content is not None and (references or not file.reference)
        }
        return tuple(sorted(found))

    def ties(self) -> list[Tie]:
        """Find all ties, in an order that does not depend on that of the samples."""
        found = {tie for reason in Reason for tie in self._same(reason)}
        for pair in pictures(self._pictures, self.uids):
            reason = Reason.FILM if pair.film else Reason.PICTURE
            found.add(Tie(reason, pair.members, pair.detail))
        for members, detail in sounds(self._sounds, self.uids):
            found.add(Tie(Reason.SOUND, members, detail))
        return sorted(found, key=self._order)

    def _order(self, tie: Tie) -> tuple[int, list[str], str]:
        return _RANKS[tie.reason], [self.uids[m] for m in tie.members], tie.detail

    def _same(self, reason: Reason) -> Iterator[Tie]:
        for owners, names in self._marks[reason].shared():
            if reason is not Reason.STEM or len(owners) <= COMMON_STEM:
                members = tuple(sorted(owners, key=self.uids.__getitem__))
                yield Tie(reason, members, " = ".join(sorted(names)[:2]))


def joined(
    uids: Sequence[str], sides: Mapping[str, Side], ties: Sequence[Tie]
) -> Groups:
    """Make groups of what is tied, but never of an open sample and a close one.

    Samples that are on no side yet and tied to each other are one group. It joins that of
    the samples it is tied to which are open, or close; if they are both, it is held back.
    """
    union = _Union()
    kept: set[Tie] = set()
    torn: list[Tie] = []
    bonds: list[tuple[Tie, int, int, Side]] = []
    for tie in ties:
        parts = _parts(tie, uids, sides)
        if sum(map(union.join, parts.values())):
            kept.add(tie)
        if all(parts[side] for side in _PLACED):
            torn.append(tie)
        for side in _PLACED if parts[Side.HELD] else ():
            bonds += [
                (tie, parts[Side.HELD][0], known, side) for known in parts[side][:1]
            ]
    touched: dict[int, set[Side]] = {}
    for _, fresh, _, side in bonds:
        touched.setdefault(union.root(fresh), set()).add(side)
    between = {root for root, both in touched.items() if len(both) > 1}
    for tie, fresh, known, _ in bonds:
        if union.root(fresh) in between or union.join((fresh, known)):
            kept.add(tie)
    found = union.groups(between)
    groups = [
        tuple(sorted(g, key=uids.__getitem__)) for g in found.values() if len(g) > 1
    ]
    return Groups(
        tuple(sorted(groups, key=lambda g: uids[g[0]])),
        frozenset(index for root in between for index in found[root]),
        tuple(tie for tie in ties if tie in kept),
        tuple(torn),
    )


def _parts(
    tie: Tie, uids: Sequence[str], sides: Mapping[str, Side]
) -> dict[Side, list[int]]:
    """Part the members of a tie by the side that they are on; held is on none."""
    parts: dict[Side, list[int]] = {Side.OPEN: [], Side.CLOSE: [], Side.HELD: []}
    for member in tie.members:
        parts[sides.get(uids[member], Side.HELD)].append(member)
    return parts


class _Union:
    """Sets that grow together; who was never joined is not remembered."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def root(self, index: int) -> int:
        above = self._above
        while (higher := above.get(index, index)) != index:
            above[index] = index = above.get(higher, higher)
        return index

    def join(self, members: Sequence[int]) -> bool:
        """Make one set of those that the members are in; tell whether they were several."""
        roots = {self.root(member) for member in members}
        lowest = min(roots, default=0)
        self._above.update(dict.fromkeys(roots, lowest))
        return len(roots) > 1

    def groups(self, alone: Iterable[int]) -> dict[int, list[int]]:
        """Return the members of each set by its root, and those that are *alone* too."""
        found: dict[int, list[int]] = {}
        for index in {*self._above, *alone}:
            found.setdefault(self.root(index), []).append(index)
        return found
