"""Edge: the references that predictions are held against, from folders of annotations."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Protocol

from curation import elements, read
from curation.model import Json, Where
from curation.resolving import Resolver
from curation.scoring import released
from curation.scoring.digests import digest
from curation.scoring.files import Files
from curation.scoring.ids import Ids
from curation.scoring.released import Hidden, Unpacked
from curation.settings import Limits
from curation.task import Task, assemble, id_of
from curation.trees import NoRelease


@dataclass(frozen=True, slots=True)
class Item:
    """One sample: its id, what a model saw of it, and its reference, None if it is hidden."""

    id: str
    sample: Mapping[str, Json]
    reference: Json
    where: Where


class ReferenceTask(Protocol):
    """A task with its references, wherever they come from."""

    @property
    def name(self) -> str:
        """The task's name, by which predictions are joined to it."""

    @property
    def family(self) -> str:
        """The id of its family, such as `image/detection`."""

    @property
    def envelope(self) -> Mapping[str, Json]:
        """What the annotation says of the task as a whole."""

    @property
    def files(self) -> Files:
        """The files that references name."""

    @property
    def ids(self) -> Ids:
        """The ids of all items, in the order of the annotation."""

    def items(self) -> Iterator[Item]:
        """Yield the items one by one."""


@dataclass(frozen=True)
class References:
    """All tasks of a set, and what identifies it.

    `sha256` covers the annotations and every file that a reference names; `version` is
    the set's, `commitment` the root that a release published for its hidden references.
    """

    tasks: tuple[ReferenceTask, ...]
    sha256: str
    version: str | None = None
    commitment: str | None = None
    faults: tuple[str, ...] = ()


@dataclass(frozen=True)
class FolderTask:
    """A task as `curation.task` reads it; `hidden` gives its references if they are apart."""

    task: Task
    hidden: Hidden | None = None

    @property
    def name(self) -> str:
        """The task's name."""
        return self.task.name

    @property
    def family(self) -> str:
        """The id of its family."""
        return self.task.family.id

    @property
    def envelope(self) -> Mapping[str, Json]:
        """What the annotation says of the task as a whole."""
        return self.task.envelope

    @cached_property
    def files(self) -> Files:
        """The files of the task's folder."""
        folder = self.task.folder
        resolver = Resolver(folder.entries, self.task.where.path)
        return Files(folder.root, resolver.file)

    @property
    def ids(self) -> Ids:
        """The ids of all items that have one, each once."""
        return self._named[0]

    @cached_property
    def _named(self) -> tuple[Ids, Mapping[int, str | None]]:
        """All ids, each once, and by index the samples that no id names alone."""
        ids = Ids()
        told = enumerate(map(id_of, self.task.data))
        return ids, {index: one for index, one in told if not one or not ids.add(one)}

    @property
    def faults(self) -> Iterator[str]:
        """Say which samples cannot be scored, since no id names them alone."""
        for index, one in self._named[1].items():
            where = f"{self.task.folder.shown}/{self.task.sample_at(index)}"
            if one:
                yield f"{where}/id: {one!r} is repeated; only the first is scored"
            else:
                yield f"{where}: a sample without id cannot be scored"

    def items(self) -> Iterator[Item]:
        """Yield the items one by one, each id once.

        Raises:
            NoRelease: the references that are apart are not those of the samples.
        """
        # The ids are in the order of the samples: what is not the next one is repeated.
        ids = iter(self.ids)
        following = next(ids, None)
        apart = self.hidden() if self.hidden else None
        for sample in self.task.samples():
            values = sample.reference.values
            if apart is not None:
                owner, values = next(apart, ("no sample", {}))
                if owner != sample.id:
                    raise NoRelease(
                        f"{self.task.folder.shown}: the reference of {owner} stands where that of {sample.id} is expected"
                    )
            if sample.id == following:
                following = next(ids, None)
                yield Item(
                    sample.id,
                    sample.question.input,
                    _joined(values),
                    sample.question.where,
                )


def _joined(values: Mapping[str, Json]) -> Json:
    """Put what a reference consists of into one value, by the last steps of the pointers."""
    whole = values.get("/output")
    parts = {k.rpartition("/")[2]: v for k, v in values.items() if k != "/output"}
    if not parts:
        return whole
    return {**(whole if isinstance(whole, dict) else {}), **parts}


@contextmanager
def opened(path: Path, limits: Limits | None = None) -> Iterator[References]:
    """Read the tasks below *path*: a folder, an annotation file, an archive or a release.

    Of a release it is the Close set, with the hidden references where they lie beside it;
    a tree of one is read as it is. What was unpacked for it is gone at the end.

    Raises:
        FileNotFoundError: there is nothing at *path*, or no task below it.
        NoRelease: it is a release, and not whole or not what was released.
    """
    limits = limits or Limits()
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file or folder")
    if not released.is_one(path):
        with read.opened([path], limits) as things:
            yield _gathered(path, things, limits)
        return
    with tempfile.TemporaryDirectory(prefix="curate-") as scratch:
        found = released.unpacked(path, Path(scratch))
        with read.opened([Path(scratch)], limits) as things:
            named = [replace(t, shown=_within(t.shown, scratch, path)) for t in things]
            yield _identified(_gathered(path, named, limits), found)


def _within(shown: str, scratch: str, path: Path) -> str:
    """Name a folder that was unpacked after the release it is from."""
    return f"{path}/{Path(shown).relative_to(scratch).as_posix()}"


def _identified(references: References, found: Unpacked) -> References:
    """Say of a release what it is, and give its tasks the references that are apart."""
    tasks = tuple(
        replace(task, hidden=found.hidden.get(task.task.folder.root))
        for task in references.tasks
        if isinstance(task, FolderTask)
    )
    return References(
        tasks, found.sha256, found.version, found.commitment, references.faults
    )


def _gathered(
    path: Path, things: Sequence[read.Folder | read.Unusable], limits: Limits
) -> References:
    tasks: list[FolderTask] = []
    faults: list[str] = []
    for thing in things:
        if isinstance(thing, read.Unusable):
            faults.append(f"{thing.shown}: {thing.detail}")
            continue
        task = _task(thing, limits, faults)
        if task is not None:
            tasks.append(FolderTask(task))
            faults += tasks[-1].faults
    if not tasks:
        raise FileNotFoundError(
            f"{path}: no task that can be read" + "".join(f"; {f}" for f in faults[:3])
        )
    tasks.sort(key=lambda t: (t.name, t.task.folder.shown))
    versions = {str(t.envelope["version"]) for t in tasks if t.envelope.get("version")}
    return References(
        tuple(tasks),
        digest([t.task for t in tasks]),
        versions.pop() if len(versions) == 1 else None,
        None,
        tuple(faults),
    )


def _task(folder: read.Folder, limits: Limits, faults: list[str]) -> Task | None:
    if not folder.annotations:
        faults.append(f"{folder.shown}: no annotation file")
        return None
    where = Where(folder.annotations[0])
    found = elements.load(folder.root / where.path, where, limits)
    task = assemble(folder, found)
    if task is None:
        detail = (
            found.oddities[-1].detail
            if found.oddities
            else "no list of samples under data"
        )
        faults.append(f"{folder.shown}/{where.path}: {detail}")
    return task
