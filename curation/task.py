"""From a task folder and its document to a task: names made one, a family chosen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import schemas
from curation.choosing import FamilyChoice, choose
from curation.document import Document
from curation.elements import Elements
from curation.model import (
    Json,
    MediaRef,
    Question,
    Reference,
    Sample,
    Where,
    modality,
    paradigm,
)
from curation.reaching import reach
from curation.read import Folder
from curation.resolving import Resolver
from schemas import Family, Pointer, Slot


@dataclass(frozen=True, slots=True)
class Drift:
    """A departure of the envelope from what the documentation prescribes."""

    where: Where
    detail: str
    missing: bool = False


@dataclass(frozen=True)
class Task:
    """A task with its samples as they were read.

    `data` are the samples as the file has them, in memory or still in the file. A sample
    that is not an object stays in its place, so that its index is its JSON Pointer.
    """

    folder: Folder
    where: Where
    envelope: Mapping[str, Json]
    data: Sequence[Json]
    family: Family
    choice: FamilyChoice
    drifts: tuple[Drift, ...] = ()

    @property
    def name(self) -> str:
        """The task's own name, or its folder's."""
        name = self.envelope.get("task")
        return name if isinstance(name, str) and name.strip() else self.folder.name

    @cached_property
    def ids(self) -> list[str | None]:
        """The id of each sample; None where it has none."""
        return [id_of(sample) for sample in self.data]

    def sample_at(self, index: int) -> Where:
        """Return the place of the sample with that index."""
        return self.where.at("data", index)

    def slots(self, **wanted: object) -> tuple[Slot, ...]:
        """Return the slots of the family whose attributes have the wanted values."""
        return tuple(
            s
            for s in self.family.slots
            if all(getattr(s, key) == value for key, value in wanted.items())
        )

    def values(self, slot: Slot) -> Iterator[tuple[int, Pointer, Json]]:
        """Yield sample index, pointer and value wherever *slot* leads to."""
        return reach(range(len(self.data)), self.data, slot.path)

    def samples(self) -> Iterator[Sample]:
        """Yield the samples, each parted into question and reference."""
        hidden = self.slots(whole=True)
        for index, sample in enumerate(self.data):
            if type(sample) is dict:
                yield _sample(self, index, sample, hidden)

    @cached_property
    def media(self) -> tuple[MediaRef, ...]:
        """All paths to media that the samples name, resolved against the folder.

        They are in the order of the samples.
        """
        resolver = Resolver(self.folder.entries, self.where.path)
        found: dict[str, MediaRef] = {}
        owners: list[int] = []
        ids, path, above = self.ids, self.where.path, self.where.at("data").pointer
        for slot in self.slots(whole=False):
            kind, last, below = slot.media, None, ""
            for index, pointer, value in self.values(slot) if kind else ():
                if pointer is not last:
                    last, below = pointer, Where("").at(*pointer).pointer
                place = f"{above}/{index}{below}"
                if (
                    kind
                    and type(value) is str
                    and (key := f"{kind} {place}") not in found
                ):
                    where, file = Where(path, place), resolver.file(value, kind)
                    found[key] = MediaRef(
                        where, kind, value, file, slot.reference, ids[index]
                    )
                    owners.append(index)
        refs = list(found.values())
        return tuple(refs[i] for i in sorted(range(len(refs)), key=owners.__getitem__))


def id_of(sample: Json) -> str | None:
    """Return the id of a sample; None if it has none."""
    found = sample.get("id") if type(sample) is dict else None
    return str(found) if isinstance(found, str | int) else None


def assemble(folder: Folder, document: Document) -> Task | None:
    """Make a task of a folder and its document; None if the document has no samples."""
    if document.value is None:
        return None
    data = document.value.get("data")
    if not isinstance(data, list | Elements):
        return None
    raw = {k: v for k, v in document.value.items() if k != "data"}
    envelope, drifts = _normalised(raw, document.where)
    choice = choose(envelope, data, folder, document.where)
    family = schemas.family(choice.family)
    assert family is not None
    return Task(folder, document.where, envelope, data, family, choice, tuple(drifts))


PRESCRIBED = (
    "type",
    "modality",
    "skill",
    "domain",
    "general_capability",
    "version",
    "set_type",
)
"""Envelope fields that the documentation asks for, besides task, source and licence."""


def _normalised(
    raw: Mapping[str, Json], where: Where
) -> tuple[dict[str, Json], list[Drift]]:
    """Bring the envelope into the one form of task.json and note what was otherwise."""
    envelope = dict(raw)
    drifts = []
    if "capability" in envelope and "general_capability" not in envelope:
        envelope["general_capability"] = envelope.pop("capability")
        drifts.append(
            Drift(where.at("capability"), "capability stands for general_capability")
        )
    for key in ("domain", "general_capability"):
        value = envelope.get(key)
        if isinstance(value, str):
            envelope[key] = [part.strip() for part in value.split(",")]
            drifts.append(
                Drift(where.at(key), f"{key} is the string {value[:60]!r}, not a list")
            )
    if type(envelope.get("version")) in {int, float}:
        envelope["version"] = str(envelope["version"])
        drifts.append(Drift(where.at("version"), "version is a number, not a string"))
    kind = envelope.get("type")
    words = kind.split() if isinstance(kind, str) else []
    # "image comprehension", but not a form of language tasks such as "Story Generation".
    if len(words) == 2 and modality(words[0]) and paradigm(words[1]):  # noqa: PLR2004
        envelope["type"] = words[1].lower()
        drifts.append(
            Drift(where.at("type"), f"type is {kind!r}, not {envelope['type']!r}")
        )
    absent = [key for key in PRESCRIBED if key not in envelope]
    drifts += [Drift(where, f"{key} is missing", missing=True) for key in absent]
    known = schemas.document("task.json")["properties"]
    drifts += [
        Drift(where.at(key), f"{key} is not a field of the envelope")
        for key in envelope
        if key not in known
    ]
    if where.path != "annotation.json":
        drifts.append(
            Drift(
                where, "the annotation file is not annotation.json in the task folder"
            )
        )
    return envelope, drifts


def _sample(
    task: Task, index: int, sample: dict[str, Json], hidden: Sequence[Slot]
) -> Sample:
    values = {p: v for slot in hidden for p, v in schemas.find(slot.path, sample)}
    question = Question(
        id_of(sample) or "", _without(sample, values), task.sample_at(index)
    )
    reference = Reference({Where("").at(*p).pointer: v for p, v in values.items()})
    group = sample.get("group")
    return Sample(question, reference, group if isinstance(group, str) else None)


def _without(value: Json, hidden: Collection[Pointer], at: Pointer = ()) -> Json:
    """Copy a sample without its reference, by path and never by the name of a key."""
    if isinstance(value, dict):
        return {
            k: _without(v, hidden, (*at, k))
            for k, v in value.items()
            if (*at, k) not in hidden
        }
    if isinstance(value, list):
        return [
            _without(v, hidden, (*at, i))
            for i, v in enumerate(value)
            if (*at, i) not in hidden
        ]
    return value
