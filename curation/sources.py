"""Edge: where the accepted tasks of a benchmark lie, and under which ids."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from curation import archive, document, read
from curation.model import Where, paradigm
from curation.pin import pinned
from curation.read import Folder, Unusable
from curation.settings import Settings
from curation.task import Task, assemble


class Unfit(Exception):
    """A benchmark folder that cannot be used; says where, what, and how to mend it."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where accepted tasks lie.

    `path` is relative to the benchmark folder: a task, a tree of tasks or an archive. With
    `sha256` it is pinned: it may lie anywhere, and is refused when its content is another.
    `id` and `share` are for the one task that it leads to.
    """

    path: str
    sha256: str | None = None
    id: str | None = None
    share: float | None = None


@dataclass(frozen=True)
class Located:
    """The folder of a task that was not read yet, with what its source says of it."""

    folder: Folder
    source: Source
    share: float


@dataclass(frozen=True)
class Accepted:
    """A task under the id by which it is known in every release.

    The id is `MODALITY.PARADIGM.NAME`, or `text.NAME`; it names the task's configuration
    on the Hub. `share` is the part of it that is open.
    """

    id: str
    task: Task
    share: float


def located(
    root: Path,
    sources: Iterable[Source],
    share: float,
    settings: Settings,
    stack: ExitStack,
) -> Iterator[Located]:
    """Yield the task folders of the sources; what is unpacked is gone with the stack.

    Raises:
        Unfit: a path leads nowhere or outside, holds no task, or has changed.
    """
    for source in sources:
        place = _place(root, source)
        things = stack.enter_context(read.opened([place], settings.limits))
        if source.id and len(things) != 1:
            raise Unfit(
                f"{source.path}: {len(things)} tasks lie there, and the id {source.id} can be that of one only"
            )
        for thing in things:
            own = share if source.share is None else source.share
            yield Located(_folder(thing), source, own)


def _place(root: Path, source: Source) -> Path:
    """Return where a source lies, if it may lie there and is what it was."""
    path = root / source.path
    if not path.exists():
        raise Unfit(f"tasks of {root}: {source.path!r} does not exist")
    if source.sha256 is not None:
        digest = pinned(path)
        if digest != source.sha256:
            raise Unfit(
                f"{source.path}: its content has the digest {digest}, pinned was {source.sha256}; "
                "take the former content back, or pin the new one if it was accepted"
            )
        return path
    # Links are followed first, so that no name leads outside.
    if "\\" in source.path or not path.resolve().is_relative_to(root.resolve()):
        raise Unfit(
            f"{source.path!r} lies outside of {root}: expected a path inside it with forward "
            "slashes, or a pinned one; curate benchmark pin tells the sha256"
        )
    return path


def _folder(thing: Folder | Unusable) -> Folder:
    if isinstance(thing, Unusable):
        raise Unfit(f"{thing.shown}: {thing.detail}; expected an accepted task")
    if not thing.annotations:
        raise Unfit(
            f"{thing.shown}: there is no annotation.json; expected an accepted task"
        )
    return thing


def accept(place: Located, settings: Settings) -> Accepted:
    """Read a task.

    Raises:
        Unfit: its annotation cannot be read, or no id can be made of its name.
    """
    folder, name = place.folder, place.folder.annotations[0]
    text = document.load(folder.root / name, Where(name), settings.limits)
    task = assemble(folder, text)
    if task is None:
        raise Unfit(
            f"{folder.shown}/{name} cannot be read; curate validate {folder.shown} tells why"
        )
    return Accepted(place.source.id or task_id(task), task, place.share)


def task_id(task: Task) -> str:
    """Return the id of a task: modality, paradigm unless it is of language, and name.

    Raises:
        Unfit: its folder has a name without a letter or digit of ASCII.
    """
    kind = task.folder.modality or task.family.modality
    form = (
        task.folder.paradigm
        or paradigm(str(task.envelope.get("type", "")))
        or task.family.paradigm
    )
    plain = (
        unicodedata.normalize("NFKD", _name(task.folder))
        .encode("ascii", "ignore")
        .decode()
    )
    name = re.sub(r"[^A-Za-z0-9_]+", "-", plain).strip("-")[:100]
    if not name:
        raise Unfit(
            f"{task.folder.shown}: no id can be made of the folder's name; state one in benchmark.toml, as id"
        )
    return ".".join(filter(None, (kind, form if kind != "text" else None, name)))


def _name(folder: Folder) -> str:
    """Return the name of a task's folder, or of the archive that it is packed in."""
    shown = PurePosixPath(folder.shown)
    if not archive.is_archive(shown.name):
        return folder.name
    name = archive.stem(shown.name)
    # `open.tar.gz` packs the folder that it lies in.
    return shown.parent.name if name in {"open", "close"} else name
