"""From a task folder and its document to a task: names made one, a family chosen."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from operator import itemgetter
from typing import Any

import schemas
from curation.document import Document
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
from curation.objections import explained
from curation.read import Entry, Folder
from schemas import ANY, DEEP, Family, Pointer, Slot, Step

PROBE = 40
"""Samples that are tried against each family when none is stated."""
FITS = 0.5
"""Share of the probed samples that must fit for a family to be inferred."""

_Places = dict[Pointer, set[int]]
"""Pointers below a sample, and the samples in which something stands there."""

_SHARED_KEYS = frozenset({"id", "group", "license", "source", "language"})


@dataclass(frozen=True, slots=True)
class Drift:
    """A departure of the envelope from what the documentation prescribes."""

    where: Where
    detail: str
    missing: bool = False


@dataclass(frozen=True, slots=True)
class FamilyChoice:
    """Which family a task was given, and why.

    `stated` is what the annotation says, if anything; `difference` is what the nearest
    family objects to where none fitted.
    """

    where: Where
    family: str
    reason: str
    stated: str | None = None
    nearest: str | None = None
    difference: str = ""


@dataclass(frozen=True)
class Task:
    """A task with its samples as they were read.

    `data` are the samples as the file has them. A sample that is not an object stays
    in its place, so that its index is its JSON Pointer.
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
        return [
            str(i) if isinstance(i, str | int) else None
            for i in (s.get("id") if type(s) is dict else None for s in self.data)
        ]

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

    def columns(self) -> Iterator[Texts]:
        """Yield all words of the task, one column for each place in the schema.

        Where a schema leaves fields free, words are what no other part of it knows.
        """
        done: set[tuple[object, ...]] = set()
        known = (
            self._known() if any(DEEP in s.path for s in self.family.slots) else None
        )
        # A free field comes last, when all that the schema names has been taken.
        for slot in sorted(self.family.slots, key=lambda s: DEEP in s.path):
            if slot.text and slot.path[0] not in _SHARED_KEYS and slot.path not in done:
                done.add(slot.path)
                column = _column(self, slot, known)
                if column.values:
                    yield column

    def _known(self) -> _Places:
        """Collect the places of samples that hold a path or a geometry."""
        found: _Places = {}
        for slot in self.family.slots:
            if slot.media or slot.geometry:
                for index, pointer, _ in self.values(slot):
                    found.setdefault(pointer, set()).add(index)
        return found

    def values(self, slot: Slot) -> Iterator[tuple[int, Pointer, Json]]:
        """Yield sample index, pointer and value wherever *slot* leads to."""
        return _reach(range(len(self.data)), self.data, slot.path)

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


@dataclass(frozen=True)
class Texts:
    """One column of words: what stands at one place of the schema in all samples.

    `owners[i]` is the index of the sample that `values[i]` belongs to.
    """

    task: Task
    slot: Slot
    owners: Sequence[int]
    values: Sequence[str]
    inner: Sequence[Pointer] | None = field(default=None, repr=False)

    @cached_property
    def joined(self) -> str:
        """All values in one string, for a quick look whether anything is there at all."""
        return "\n".join(self.values)

    def where(self, position: int) -> Where:
        """Return the place of `values[position]`."""
        if self.inner is not None:
            pointer = self.inner[position]
        else:
            pointer = tuple(str(step) for step in self.slot.path)
        return self.task.sample_at(self.owners[position]).at(*pointer)

    def sample(self, position: int) -> str | None:
        """Return the id of the sample that `values[position]` belongs to."""
        return self.task.ids[self.owners[position]]

    def matches(
        self, pattern: re.Pattern[str], needles: Sequence[str] = ()
    ) -> Iterator[tuple[int, re.Match[str]]]:
        """Yield the position and the first match of each value that *pattern* is found in.

        Where none of the *needles* stands anywhere in the column, nothing is searched:
        they are strings of which every match holds at least one.
        """
        if needles and not any(needle in self.joined for needle in needles):
            return
        search = pattern.search
        for position, value in enumerate(self.values):
            match = search(value)
            if match is not None:
                yield position, match


LONGEST_PATH = 4096
"""Characters; no file system takes a longer path."""


class Resolver:
    """Finds the file that a sample means, under the three conventions in use."""

    FOLDERS: Mapping[str, tuple[str, ...]] = {
        "image": ("images", "image"),
        "mask": ("masks", "mask", "images"),
        "video": ("videos", "video"),
        "audio": ("audios", "audio"),
        "mesh": ("meshes", "mesh", "pointclouds"),
        "pointcloud": ("pointclouds", "pointcloud", "meshes"),
        "array": ("arrays", "depth", "flow", "depths"),
        "frames": ("frames", "videos", "video"),
    }
    DOCUMENTED = ("images", "videos", "audios", "pointclouds")
    """Media folders that also hold what goes with their own kind, such as frames."""

    def __init__(self, entries: Sequence[Entry], annotation: str) -> None:
        self._entries = {e.path: e for e in entries}
        self._home = posixpath.dirname(annotation)

    def file(self, given: str, kind: str) -> str | None:
        """Return the path below the task folder that *given* leads to, or None."""
        if given in self._entries:
            return given
        if not given or len(given) > LONGEST_PATH:
            return None
        path = posixpath.normpath(given.replace("\\", "/"))
        if path.startswith("../") and self._home:
            path = posixpath.normpath(posixpath.join(self._home, path))
        if path in {".", ".."} or path.startswith("../"):
            return None
        for candidate in self._candidates(path.lstrip("/"), kind):
            if candidate in self._entries:
                return candidate
        return None

    def _candidates(self, path: str, kind: str) -> Iterator[str]:
        yield path
        # No other folder: an input that is missing is not to be found among references.
        for folder in (*self.FOLDERS.get(kind, ()), *self.DOCUMENTED):
            yield f"{folder}/{path}"
        if self._home:
            yield f"{self._home}/{path}"
        # A path of the machine that the task was made on: its longest tail that is here.
        parts = path.split("/")
        for start in range(1, len(parts)):
            yield "/".join(parts[start:])
        for folder in self.FOLDERS.get(kind, ()):
            yield f"{folder}/{parts[-1]}"


def assemble(folder: Folder, document: Document) -> Task | None:
    """Make a task of a folder and its document; None if the document has no samples."""
    if document.value is None:
        return None
    data = document.value.get("data")
    if not isinstance(data, list):
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


def choose(
    envelope: Mapping[str, Json], data: Sequence[Json], folder: Folder, where: Where
) -> FamilyChoice:
    """Choose the family: the stated one, or the best fitting, or the generic one."""
    stated = _stated(envelope)
    place = where.at("family") if "family" in envelope else where
    if stated is not None and schemas.family(stated):
        return FamilyChoice(place, stated, "stated", stated)
    kind = _modality(envelope, folder)
    form = folder.paradigm or paradigm(str(envelope.get("type", "")))
    probe = _spread(data)
    candidates = [
        _Candidate.of(f, envelope, folder, probe)
        for f in schemas.families().values()
        if kind in (None, f.modality) and f.weight > GENERIC
    ]
    same = [
        c
        for c in candidates
        if form in (None, c.family.paradigm) or c.family.paradigm is None
    ]
    for group in (same, candidates):
        best = max(group, key=lambda c: c.order, default=None)
        if best is not None and (best.fit >= FITS or best.typed):
            return FamilyChoice(place, best.family.id, best.reason(len(probe)), stated)
    fallback = f"{kind or 'text'}/generic"
    if not probe:
        return FamilyChoice(
            place, fallback, "there is no sample to infer it from", stated
        )
    nearest = max(same or candidates, key=lambda c: c.nearness(probe[0]))
    return FamilyChoice(
        place,
        fallback,
        "no family fits",
        stated,
        nearest.family.id,
        nearest.difference(probe),
    )


GENERIC = -9
"""The weight of the families that take anything; they are never inferred, only fallen back to."""


@dataclass(frozen=True)
class _Candidate:
    family: Family
    fit: float
    typed: bool
    words: tuple[str, ...]

    @classmethod
    def of(
        cls,
        family: Family,
        envelope: Mapping[str, Json],
        folder: Folder,
        probe: Sequence[Json],
    ) -> _Candidate:
        said = _words(envelope, folder)
        fit = sum(map(family.is_valid, probe)) / len(probe) if probe else 0.0
        typed = str(envelope.get("type", "")).lower() in {
            t.lower() for t in family.types
        }
        words = tuple(w for w in family.words if f" {w} " in said)
        return cls(family, fit, typed, words)

    @property
    def order(self) -> tuple[object, ...]:
        enough = self.fit >= FITS
        return (
            enough,
            self.typed,
            self.fit == 1,
            len(self.words),
            self.family.weight,
            self.fit,
        )

    def nearness(self, sample: Json) -> tuple[object, ...]:
        """Sort families that do not fit: by what the task is called, then by the sample."""
        errors = sum(1 for _ in islice(self.family.errors(sample), PROBE))
        return self.typed, len(self.words), -errors, self.family.weight

    def reason(self, probed: int) -> str:
        said = [f"type says {self.family.types[0]}"] if self.typed else []
        said += [f"named {w!r}" for w in self.words[:2]]
        share = "all" if self.fit == 1 else f"{self.fit:.0%} of"
        return "; ".join([f"inferred: fits {share} {probed} samples looked at", *said])

    def difference(self, probe: Sequence[Json]) -> str:
        for sample in probe:
            for error in self.family.exact.iter_errors(sample):
                for path, _, detail in explained(error):
                    at = Where("").at(*path).pointer
                    return f"{at or 'the sample'}: {detail}"
        return ""


def _stated(envelope: Mapping[str, Json]) -> str | None:
    value = envelope.get("family")
    if isinstance(value, str):
        return value
    match = re.search(r"([a-z]+/[a-z0-9-]+)\.json$", str(envelope.get("$schema", "")))
    return match[1] if match and schemas.family(match[1]) else None


def _modality(envelope: Mapping[str, Json], folder: Folder) -> str | None:
    if folder.modality:
        return folder.modality
    sides: Any = envelope.get("modality")
    if not isinstance(sides, dict):
        return None
    kinds = [*_kinds(sides.get("out")), *_kinds(sides.get("in"))]
    # What is made counts before what is read, and anything before words.
    return next((k for k in kinds if k != "text"), kinds[0] if kinds else None)


_MORE_KINDS = {
    "motion": "mesh",
    "pointcloud": "mesh",
    "point cloud": "mesh",
    "speech": "audio",
    "sound": "audio",
    "music": "audio",
}
"""Names of what goes in or out that are no names of modality folders."""


def _kinds(names: Json) -> list[str]:
    listed = names if isinstance(names, list) else [names]
    told = [n for n in listed if isinstance(n, str)]
    return [k for n in told if (k := modality(n) or _MORE_KINDS.get(n.lower()))]


def _words(envelope: Mapping[str, Json], folder: Folder) -> str:
    said = [
        envelope.get("skill"),
        envelope.get("task"),
        envelope.get("type"),
        folder.name,
    ]
    text = " ; ".join(s for s in said if isinstance(s, str))
    # TextToVideo is three words, but Txt2Vid is one: both readings are offered.
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text)
    return f" {' '.join(re.findall(r'[a-z0-9]+|;', f'{parted} ; {text}'.lower()))} "


def _spread(data: Sequence[Json]) -> list[Json]:
    step = max(1, len(data) // PROBE)
    return list(data[::step][:PROBE])


def _plain(step: Step) -> bool:
    """Whether a step of a path is a key, and leads to one place at most."""
    return type(step) is str and step not in {ANY, DEEP} and not step.isdigit()


def _walk(
    owners: Sequence[int], values: Sequence[Json], path: Sequence[Step]
) -> tuple[Sequence[int], Sequence[Json], int]:
    """Follow the keys that a path begins with through all samples at once.

    Indices and values are kept apart: a hundred thousand pairs keep the collector busy.
    """
    for taken, step in enumerate(path):
        if not _plain(step):
            return owners, values, taken
        try:
            values = list(map(itemgetter(step), values))
        except (KeyError, TypeError):
            kept = [i for i, v in enumerate(values) if type(v) is dict and step in v]
            owners, values = [owners[i] for i in kept], [values[i][step] for i in kept]
    return owners, values, len(path)


def _reach(
    owners: Sequence[int],
    values: Sequence[Json],
    path: tuple[Step, ...],
    at: Pointer = (),
) -> Iterator[tuple[int, Pointer, Json]]:
    """Yield sample index, pointer and value wherever a path leads to."""
    owners, values, taken = _walk(owners, values, path)
    here, rest = (*at, *map(str, path[:taken])), path[taken:]
    if not rest:
        for index, value in zip(owners, values, strict=True):
            yield index, here, value
    elif isinstance(rest[0], re.Pattern):
        for key, rows in _by_key(owners, values, rest[0]).items():
            yield from _reach(*rows, rest[1:], (*here, key))
    else:
        for index, value in zip(owners, values, strict=True):
            for pointer, found in schemas.find(rest, value, here):
                yield index, pointer, found


def _by_key(
    owners: Sequence[int], values: Sequence[Json], pattern: re.Pattern[str]
) -> dict[str, tuple[list[int], list[Json]]]:
    """Sort by key what stands under the keys that *pattern* is found in."""
    keys = {k for v in values if type(v) is dict for k in v}
    found: dict[str, tuple[list[int], list[Json]]] = {
        k: ([], []) for k in sorted(keys) if pattern.search(k)
    }
    for index, value in zip(owners, values, strict=True) if found else ():
        for key in value if type(value) is dict else ():
            if key in found:
                found[key][0].append(index)
                found[key][1].append(value[key])
    return found


def _column(task: Task, slot: Slot, known: _Places | None) -> Texts:
    """Gather a column; the common forms without a function call for each value.

    What stands at a *known* place is left out of it; what it holds is known then.
    """
    owners, values, taken = _walk(range(len(task.data)), task.data, slot.path)
    rest = slot.path[taken:]
    if known is not None or rest not in {(), (ANY,)}:
        return _gathered(task, slot, known)
    if not rest:
        kept = [i for i, v in enumerate(values) if type(v) is str]
        if len(kept) < len(values):
            owners, values = [owners[i] for i in kept], [values[i] for i in kept]
        return Texts(task, slot, owners, values)
    rows = [
        v if type(v) is list else v.values() if type(v) is dict else () for v in values
    ]
    keys = [
        v if type(v) is dict else range(len(r))
        for v, r in zip(values, rows, strict=True)
    ]
    return Texts(
        task,
        slot,
        [i for i, row in zip(owners, rows, strict=True) for v in row if type(v) is str],
        [v for row in rows for v in row if type(v) is str],
        _Inner(
            tuple(map(str, slot.path[:taken])),
            [
                k
                for ks, row in zip(keys, rows, strict=True)
                for k, v in zip(ks, row, strict=True)
                if type(v) is str
            ],
        ),
    )


def _gathered(task: Task, slot: Slot, known: _Places | None) -> Texts:
    owners: list[int] = []
    texts: list[str] = []
    pointers: list[Pointer] = []
    for index, pointer, value in task.values(slot):
        if type(value) is not str:
            continue
        if known is not None:
            there = known.setdefault(pointer, set())
            if index in there or pointer[0] in _SHARED_KEYS:
                continue
            there.add(index)
        owners.append(index)
        texts.append(value)
        pointers.append(pointer)
    return Texts(task, slot, owners, texts, pointers)


class _Inner(Sequence[Pointer]):
    """Pointers that share all but the last step, made when asked for."""

    def __init__(self, base: Pointer, last: Sequence[str | int]) -> None:
        self._base = base
        self._last = last

    def __len__(self) -> int:
        return len(self._last)

    def __getitem__(self, index: Any) -> Any:
        return (*self._base, self._last[index])


def _sample(
    task: Task, index: int, sample: dict[str, Json], hidden: Sequence[Slot]
) -> Sample:
    values = {p: v for slot in hidden for p, v in schemas.find(slot.path, sample)}
    question = Question(
        task.ids[index] or "", _without(sample, values), task.sample_at(index)
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
