"""Edge: finds the tasks below a path, in any of the benchmark's layouts. Never judges."""

from __future__ import annotations

import os
import re
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from curation import archive
from curation.model import modality, paradigm
from curation.settings import Limits

_NOT_ANNOTATIONS = re.compile(
    r"(^predictions?.*|^review|^package(-lock)?|^tsconfig|^manifest|^release|^scores|"
    r"^dataset_infos?|^croissant|\.schema|\.review|^\..*)\.json$",
    re.IGNORECASE,
)
_HIDDEN_FOLDERS = re.compile(r"^(\..*|__pycache__|__MACOSX|node_modules)$")
_PEEK = 64 << 20
_DENIED = "the folder may not be read and entered"


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing in a task folder: its path below the folder, what it is, its bytes.

    `kind` is file, folder, closed (a folder that may not be read), link, fifo, socket or
    device; links are not followed.
    `stamp` changes when the content does: device, inode, size and times.
    """

    path: str
    kind: str
    size: int
    stamp: tuple[int, ...] = ()


@dataclass(frozen=True)
class Folder:
    """A task folder as it lies on the disk.

    `shown` is how the user would name it; `root` is where it is. `annotations` are the
    files that can be its annotation, the likeliest first; the first one is read.
    """

    root: Path
    shown: str
    entries: tuple[Entry, ...]
    annotations: tuple[str, ...]
    modality: str | None = None
    paradigm: str | None = None
    below: tuple[str, ...] = ()
    """The folders between the path that was asked for and this one."""

    @property
    def name(self) -> str:
        """The name of the folder, which is the task's in most layouts."""
        return Path(self.shown).name or self.root.name

    def files_in(self, path: str) -> tuple[Entry, ...]:
        """Return the files that lie directly in the folder *path* of this one."""
        return self._by_folder.get(path, ())

    @cached_property
    def _by_folder(self) -> Mapping[str, tuple[Entry, ...]]:
        parted: dict[str, list[Entry]] = {}
        for entry in self.entries:
            if entry.kind == "file":
                parted.setdefault(entry.path.rpartition("/")[0], []).append(entry)
        return {path: tuple(inside) for path, inside in parted.items()}


@dataclass(frozen=True, slots=True)
class Unusable:
    """A path that was asked for, or lies in the tree, and cannot be read as a task."""

    shown: str
    kind: str
    detail: str


@contextmanager
def opened(paths: list[Path], limits: Limits) -> Iterator[list[Folder | Unusable]]:
    """Find the tasks below *paths*; what was unpacked for it is gone at the end."""
    with tempfile.TemporaryDirectory(prefix="curate-") as scratch:
        search = _Search(Path(scratch), limits)
        found = [thing for path in paths for thing in search.path(path)]
        yield list(
            {str(t.root) if isinstance(t, Folder) else t: t for t in found}.values()
        )


class _Search:
    """One walk over the paths; unpacks archives into a scratch folder."""

    def __init__(self, scratch: Path, limits: Limits) -> None:
        self._scratch = scratch
        self._limits = limits
        self._unpacked = 0

    def path(self, path: Path) -> Iterator[Folder | Unusable]:
        shown = path.as_posix()
        names = _parents(path)
        if path.is_dir():
            found = list(self._below(path.resolve(), shown, names))
            yield from found or [
                Unusable(shown, "no-task", "no annotation file below it")
            ]
        elif not path.is_file():
            what = "is not a regular file" if path.exists() else "does not exist"
            yield Unusable(shown, "absent", what)
        elif archive.is_archive(path.name):
            yield from self._archive(path, shown, (*names, archive.stem(path.name)))
        else:
            yield self._annotation(path)

    def _annotation(self, file: Path) -> Folder | Unusable:
        root = file.resolve().parent
        inner = file.name
        shown = file.parent.as_posix()
        if root.name == "json":
            root, inner, shown = (
                root.parent,
                f"json/{file.name}",
                file.parent.parent.as_posix(),
            )
            if file.parent.as_posix() == ".":
                shown = ".."
        if _inside(root) is None:
            return Unusable(shown, "denied", _DENIED)
        names = _parents(file)
        if inner.startswith("json/"):
            names = names[:-1]
        return _folder(root, shown, list(_entries(root)), (inner,), names)

    def _archive(
        self, file: Path, shown: str, names: tuple[str, ...]
    ) -> Iterator[Folder | Unusable]:
        self._unpacked += 1
        target = self._scratch / str(self._unpacked) / archive.stem(file.name)
        target.mkdir(parents=True)
        try:
            archive.unpack(file, target, self._limits)
        except archive.Refused as error:
            yield Unusable(shown, "refused", str(error))
            return
        found = list(self._below(target, shown, names))
        yield from found or [Unusable(shown, "no-task", "no annotation file in it")]

    def _below(
        self, root: Path, shown: str, names: tuple[str, ...]
    ) -> Iterator[Folder | Unusable]:
        """Walk down; a folder with an annotation is a task, any other is a group."""
        seen = _inside(root)
        if seen is None:
            yield Unusable(shown, "denied", _DENIED)
            return
        inside = sorted(seen, key=lambda e: e.name)
        annotations = _annotations(root, names[-1] if names else root.name)
        if annotations:
            yield _folder(root, shown, list(_entries(root)), annotations, names)
            return
        found: list[Folder | Unusable] = []
        for entry in inside:
            if _HIDDEN_FOLDERS.match(entry.name) or entry.is_symlink():
                continue
            inner = Path(entry.path)
            if entry.is_dir():
                found += self._below(
                    inner, f"{shown}/{entry.name}", (*names, entry.name)
                )
            elif entry.is_file() and archive.is_archive(entry.name):
                packed = archive.stem(entry.name)
                # `open.tar.gz` packs the folder that it lies in, any other its own task.
                inner_names = names if packed in {"open", "close"} else (*names, packed)
                found += self._archive(inner, f"{shown}/{entry.name}", inner_names)
            elif entry.is_file() and archive.is_foreign(entry.name):
                kinds = ", ".join(archive.SUFFIXES)
                found.append(
                    Unusable(
                        f"{shown}/{entry.name}",
                        "refused",
                        f"archives of this kind are not read, only {kinds}",
                    )
                )
        if not found and _is_task_place(names) and any(True for _ in _entries(root)):
            yield _folder(root, shown, list(_entries(root)), (), names)
        yield from found


def _is_task_place(names: tuple[str, ...]) -> bool:
    """Whether a folder stands where the documented tree has a task."""
    if len(names) > 2 and paradigm(names[-2]) and modality(names[-3]):  # noqa: PLR2004
        return True
    return (
        len(names) > 1 and modality(names[-2]) == "text" and paradigm(names[-1]) is None
    )


def _parents(path: Path) -> tuple[str, ...]:
    return path.resolve().parts[1:] if path.is_dir() else path.resolve().parts[1:-1]


def _folder(
    root: Path,
    shown: str,
    entries: list[Entry],
    annotations: tuple[str, ...],
    names: tuple[str, ...],
) -> Folder:
    folder = Folder(
        root, shown, tuple(sorted(entries, key=lambda e: e.path)), annotations
    )
    kind, form = _placed(names)
    return replace(folder, modality=kind, paradigm=form, below=names[-3:-1])


def _placed(names: tuple[str, ...]) -> tuple[str | None, str | None]:
    """Read modality and paradigm from the folders above a task, the nearest first."""
    above = names[:-1]
    for index in range(len(above) - 1, -1, -1):
        after = above[index + 1] if index + 1 < len(above) else None
        if modality(above[index]) and (after is None or paradigm(after)):
            return modality(above[index]), paradigm(after) if after else None
    return None, None


def _annotations(root: Path, task: str) -> tuple[str, ...]:
    """List the files that can be the annotation of a task folder, likeliest first."""
    found = []
    for prefix in ("", "json/"):
        folder = root / prefix
        if folder.is_symlink() or not folder.is_dir():
            continue
        for entry in sorted(_inside(folder) or (), key=lambda e: e.name):
            if not entry.name.lower().endswith(".json") or not entry.is_file(
                follow_symlinks=False
            ):
                continue
            if not _NOT_ANNOTATIONS.search(entry.name):
                found.append(prefix + entry.name)
    ranked = sorted(found, key=lambda name: (_rank(name, task), name))
    return tuple(n for n in ranked if _rank(n, task) < _ODD or _has_data(root / n))


_ODD = 4


def _rank(name: str, task: str) -> int:
    base = name.rpartition("/")[2].removesuffix(".json").lower()
    if base == "annotation":
        return 0
    if re.fullmatch(r"annotations?([_-]?v?\d+)?", base):
        return 1
    if _plain(base) == _plain(task):
        return 2
    if base.startswith("annotation"):
        return 3
    return _ODD


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _has_data(file: Path) -> bool:
    try:
        with file.open("rb") as source:
            return b'"data"' in source.read(_PEEK)
    except OSError:
        return False


def _entries(root: Path) -> Iterator[Entry]:
    """List all below *root* without following a link."""
    todo = [("", _inside(root) or [])]
    while todo:
        prefix, inside = todo.pop()
        for entry in inside:
            path = prefix + entry.name
            try:
                facts = entry.stat(follow_symlinks=False)
            except OSError:  # it went while the folder was read
                continue
            kind = _kind(facts.st_mode)
            if kind == "folder":
                within = _inside(root / path)
                if within is None:
                    kind = "closed"
                else:
                    todo.append((f"{path}/", within))
            yield Entry(
                path, kind, facts.st_size if kind == "file" else 0, _stamp(facts)
            )


def _inside(folder: Path) -> list[os.DirEntry[str]] | None:
    """List what lies in a folder; None where it, or what it holds, cannot be seen."""
    try:
        return list(os.scandir(folder)) if os.access(folder, os.X_OK) else None
    except OSError:
        return None


def _stamp(facts: os.stat_result) -> tuple[int, ...]:
    return (
        facts.st_dev,
        facts.st_ino,
        facts.st_size,
        facts.st_mtime_ns,
        facts.st_ctime_ns,
    )


_KINDS = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "folder",
    stat.S_IFLNK: "link",
    stat.S_IFIFO: "fifo",
    stat.S_IFSOCK: "socket",
}


def _kind(mode: int) -> str:
    return _KINDS.get(stat.S_IFMT(mode), "device")
