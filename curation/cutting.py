"""Pure: parts tasks into what a release makes public and what stays hidden."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeAlias

import schemas
from cards.licences import Licence, given, settled
from curation import commitment, shapes
from curation.benchmark import Accepted
from curation.key import Key
from curation.ledger import Side, uid
from curation.media_of import renamed, with_media
from curation.model import Json, Question, Sample, Where
from curation.release import (
    AnswerKey,
    Facts,
    Hidden,
    Opened,
    PublicTask,
    Release,
)
from curation.shapes import Medium, Tree
from curation.task import Task
from schemas import Family

PRIVATE = frozenset({"group", "source"})
"""Fields of a sample that tell where it is from; they stay with the references."""
DIGITS = 32
"""Hexadecimal digits of an opaque id or name."""

Digest: TypeAlias = Callable[[Path], str]
"""Gives the SHA-256 of a file, in hexadecimal digits."""


class Uncut(Exception):
    """A release cannot be cut; says of which task and sample, why, and how to mend it."""


@dataclass(frozen=True)
class Cutting:
    """What decides how a release is cut. `neutral` can be switched off to try the audit.

    `licences` are those of tasks that state none, by id or pattern.
    """

    name: str
    version: str
    key: Key
    digest: Digest
    neutral: bool = True
    licences: Mapping[str, Licence] = field(default_factory=dict)


def cut(
    tasks: Iterable[Accepted], sides: Mapping[str, Side], how: Cutting
) -> tuple[Release, AnswerKey]:
    """Part the tasks into what is published and what stays hidden.

    Raises:
        Uncut: a sample was never split, a file is missing, or an answer would be public.
    """
    public: list[PublicTask] = []
    hidden: dict[str, tuple[Hidden, ...]] = {}
    marks: dict[str, Mapping[str, str]] = {}
    for accepted in sorted(tasks, key=lambda a: a.id):
        one = _Task(accepted, sides, how)
        public.append(one.public)
        hidden[accepted.id] = one.hidden
        marks[accepted.id] = one.marks
    guid = uuid.UUID(bytes=how.key.mac("guid", how.name, how.version)[:16], version=4)
    release = Release(how.name, how.version, str(guid), tuple(public))
    return release, AnswerKey(hidden, marks)


_SIDES = {Side.OPEN: "open", Side.RETIRED: "open", Side.CLOSE: "close"}


class _Task:
    """One task while it is cut."""

    def __init__(
        self, accepted: Accepted, sides: Mapping[str, Side], how: Cutting
    ) -> None:
        self._id = accepted.id
        self._how = how
        self.marks: dict[str, str] = {}
        task = replace(accepted.task, data=with_media(accepted.task))
        opened: list[Opened] = []
        closed: list[tuple[Question, Hidden]] = []
        for index, sample in enumerate(_samples(task)):
            if not sample.id:
                raise Uncut(
                    f"{accepted.task.folder.shown}: sample {index} has no id; expected one of its own"
                )
            name = uid(self._id, sample.id)
            side = sides.get(name)
            if side is None:
                raise Uncut(
                    f"{self._id}: sample {sample.id!r} is in no version of the ledger up to {how.version}; run curate split first, or name a later version"
                )
            if side is Side.HELD:
                continue
            self.marks[name] = f"{_SIDES[side]} {self._mark(task.data[index])}"
            if _SIDES[side] == "open":
                opened.append(Opened(task.data[index], sample.question))
            else:
                closed.append(
                    (self._asked(task.family, sample, name), self._hidden(sample, name))
                )
        closed.sort(key=lambda pair: pair[0].id)
        self.hidden = tuple(h for _, h in closed)
        shown = [*(o.tree for o in opened), *(q.input for q, _ in closed)]
        facts = _licensed(
            _facts(accepted, [o.tree for o in opened]),
            shown,
            given(self._id, how.licences),
        )
        said = {**facts.envelope, "licences": [str(one) for one in facts.licences]}
        self.marks[""] = f"task {self._mark(said)}"
        self.public = PublicTask(facts, tuple(opened), tuple(q for q, _ in closed))

    def _opaque(self, purpose: str, *parts: str) -> str:
        return self._how.key.mac(purpose, self._id, *parts).hex()[:DIGITS]

    def _mark(self, tree: Tree) -> str:
        files = {
            p.name: self._how.digest(p.source)
            for m in shapes.media(tree)
            for p in m.parts
        }
        told = commitment.canonical({"": shapes.plain(tree)}, files)
        return self._opaque("mark", hashlib.sha256(told).hexdigest())

    def _asked(self, family: Family, sample: Sample, name: str) -> Question:
        """Make the question of a close sample, with nothing in it that tells the answer."""
        whole = {k: v for k, v in sample.question.input.items() if k not in PRIVATE}
        opaque = self._opaque("id", name)
        tree = self._renamed(whole, name, "") if self._how.neutral else whole
        tree |= {"id": opaque if self._how.neutral else sample.id}
        refuse_answers(family, tree, f"{self._id}: sample {sample.id!r}")
        return Question(opaque, tree, Where(""))

    def _renamed(self, tree: Tree, name: str, at: str) -> Tree:
        if isinstance(tree, Medium):
            return renamed(tree, self._opaque("name", name, at))
        if isinstance(tree, dict):
            return {k: self._renamed(v, name, f"{at}/{k}") for k, v in tree.items()}
        if isinstance(tree, list):
            return [self._renamed(v, name, f"{at}/{i}") for i, v in enumerate(tree)]
        return tree

    def _hidden(self, sample: Sample, name: str) -> Hidden:
        values = sample.reference.values
        parts = {
            p.name: p for v in values.values() for m in shapes.media(v) for p in m.parts
        }
        digests = {part: self._how.digest(p.source) for part, p in parts.items()}
        told = commitment.canonical(
            {k: shapes.plain(v) for k, v in values.items()}, digests
        )
        nonce = self._how.key.mac(
            "nonce", self._id, name, hashlib.sha256(told).hexdigest()
        )
        return Hidden(
            self._opaque("id", name),
            sample.id,
            name,
            told,
            tuple(parts.values()),
            nonce,
            self._origin(sample.question, name),
        )

    def _origin(self, question: Question, name: str) -> dict[str, Json]:
        """Tell what the names of media were, and what was left out of the question."""
        kept = {k: v for k, v in question.input.items() if k in PRIVATE}
        anew = shapes.media(self._renamed(question.input, name, ""))
        names = zip(anew, shapes.media(question.input), strict=True)
        return {**kept, "names": {new.name: old.name for new, old in names}}


def refuse_answers(family: Family, tree: Tree, shown: str) -> None:
    """See that nothing stands where the schema has a reference, and no file of one.

    Raises:
        Uncut: there is.
    """
    for slot in family.slots:
        if slot.whole:
            for pointer, _ in schemas.find(slot.path, tree):
                place = Where("").at(*pointer).pointer
                raise Uncut(
                    f"{shown}: its question has a value at {place}, where the reference stands"
                )
    for medium in shapes.media(tree):
        if medium.reference:
            raise Uncut(f"{shown}: its question holds a file of its reference")


def _samples(task: Task) -> Iterator[Sample]:
    for index, sample in enumerate(task.data):
        if type(sample) is not dict:
            raise Uncut(f"{task.folder.shown}: data/{index} is not an object")
    return task.samples()


def _facts(accepted: Accepted, opened: list[Tree]) -> Facts:
    """Return what may be said of a task: known fields of the envelope and no others."""
    task = accepted.task
    known = schemas.document("task.json")["properties"].keys() - {
        "$schema",
        "data",
        "set_type",
    }
    envelope = {k: v for k, v in task.envelope.items() if k in known}
    envelope["family"] = task.family.id
    if "labels" not in envelope and (labels := _labels(task.family, opened)):
        envelope["labels"] = labels
    kind, *rest = accepted.id.split(".", 1)
    folder = "/".join(
        [_NATIVE.get(kind, kind), *(rest[0].split(".", 1) if rest else ())]
    )
    return Facts(accepted.id, task.family, envelope, folder, task.where.path)


def _licensed(facts: Facts, trees: list[Tree], known: Licence | None) -> Facts:
    """Add the licences of a task and its samples; one that it lacks is that of the table."""
    own = facts.envelope.get("license")
    own = own if isinstance(own, str) else ""
    each = [tree.get("license") for tree in trees]
    stated = {one for one in each if isinstance(one, str)}
    if own or None in each or not trees:
        stated.add(own)
    return replace(facts, licences=settled(stated, known))


_NATIVE = {"mesh": "3d", "text": "nlp"}
"""What the benchmark's own folders are called where it is not the modality's name."""


def _labels(family: Family, opened: list[Tree]) -> list[Json]:
    """Gather the label space from the open answers; the hidden ones are not looked at."""
    if any(
        isinstance(i := tree.get("input"), dict) and "options" in i for tree in opened
    ):
        return []
    found = {
        (type(value).__name__, value)
        for slot in family.slots
        if slot.label and slot.reference
        for tree in opened
        for _, value in schemas.find(slot.path, tree)
        if isinstance(value, str | int) and re.search(r"\S", str(value))
    }
    return [
        value for _, value in sorted(found, key=lambda pair: (pair[0], str(pair[1])))
    ]
