"""Edge: opens what is to be audited: a release, one of its trees, a folder, an archive."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import orjson

import schemas
from curation import archive, manifest
from curation.audit import tables
from curation.audit.pieces import Kind
from curation.model import Json
from curation.settings import Limits
from curation.trees import CLOSE, FILE, OPEN, REFERENCES
from schemas import ANY, Family, Step


class Unauditable(Exception):
    """What cannot be audited; says why, and what was expected."""


@dataclass(frozen=True)
class Tree:
    """One public tree. `side` is open or close, `ours` whether curate release wrote it."""

    side: str
    folder: Path
    ours: bool
    families: Mapping[str, Family]

    def files(self) -> list[str]:
        """List the paths of all files in it, links too, sorted."""
        return sorted(_paths(self.folder, ""))

    @property
    def reading(self) -> tables.Reading:
        """How the places in it are to be understood."""
        return tables.Reading(
            lambda path, place: self._kind(path, place).value, task_of
        )

    def _kind(self, path: str, place: tuple[str, ...]) -> Kind:
        family = self.families.get(task_of(path))
        if place == ("id",):
            return Kind.ID
        if place[-1:] == ("options",):
            return Kind.OPTIONS
        return Kind.REFERENCE if _answers(family, place) else Kind.QUESTION


@dataclass(frozen=True)
class Source:
    """What is audited: its trees, what ties them together, and where references lie."""

    shown: str
    trees: tuple[Tree, ...]
    top: Path | None
    references: Path | None

    @property
    def loose(self) -> list[str]:
        """The files beside the trees."""
        if self.top is None:
            return []
        return sorted(p.name for p in self.top.iterdir() if not p.is_dir())


def _paths(folder: Path, prefix: str) -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            if entry.name != ".git":
                yield from _paths(Path(entry.path), f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name


def task_of(path: str) -> str:
    """Return the task that a file of a release belongs to, as far as its path tells."""
    parts = path.split("/")
    if len(parts) > 2 and parts[-3] == "data" and parts[-1].endswith(".parquet"):  # noqa: PLR2004
        return parts[-2]
    return ""


def _answers(family: Family | None, place: tuple[str, ...]) -> bool:
    """Whether a column stands where the schema has a reference, or below that."""
    if family is None:
        return place[:1] in {("output",), ("answer",), ("reference",)}
    return any(slot.whole and _below(slot.path, place) for slot in family.slots)


def _below(path: tuple[Step, ...], place: tuple[str, ...]) -> bool:
    return len(place) >= len(path) and all(
        step == ANY or (step == key if isinstance(step, str) else step.search(key))
        for step, key in zip(path, place, strict=False)
    )


@contextmanager
def opened(release: Path, references: Path | None = None) -> Iterator[Source]:
    """Open what is to be audited; an archive is unpacked for as long.

    Raises:
        Unauditable: it is nothing that can be audited.
    """
    if references is not None and not references.exists():
        raise Unauditable(f"--references {references} does not exist")
    if release.is_dir():
        yield _source(release, str(release), references)
        return
    if not release.is_file() or not archive.is_archive(release.name):
        raise Unauditable(
            f"{release}: expected a release, a folder, or an archive ({', '.join(archive.SUFFIXES)})"
        )
    with TemporaryDirectory(prefix="curate-audit-") as scratch:
        target = Path(scratch) / "content"
        target.mkdir()
        try:
            archive.unpack(release, target, Limits())
        except archive.Refused as error:
            raise Unauditable(f"{release} {error}") from None
        inside = list(target.iterdir())
        alone = (
            len(inside) == 1
            and inside[0].is_dir()
            and inside[0].name not in {OPEN, CLOSE}
        )
        yield _source(inside[0] if alone else target, str(release), references)


def _source(folder: Path, shown: str, references: Path | None) -> Source:
    parts = [side for side in (OPEN, CLOSE) if (folder / side).is_dir()]
    if parts:
        hidden = folder / REFERENCES
        trees = tuple(_tree(side, folder / side) for side in parts)
        return Source(
            shown, trees, folder, references or (hidden if hidden.is_dir() else None)
        )
    told = _json(folder / manifest.FILE)
    side = told.get("tree") if isinstance(told, dict) else None
    if side == REFERENCES:
        raise Unauditable(
            f"{shown} holds the references, which are not public; expected the release, or --references"
        )
    tree = _tree(side if side in {OPEN, CLOSE} else CLOSE, folder)
    return Source(shown, (tree,), None, references)


def _tree(side: str, folder: Path) -> Tree:
    families: dict[str, Family] = {}
    for file in sorted((folder / "tasks").glob("*.json")):
        told = _json(file)
        name = told.get("family") if isinstance(told, dict) else None
        family = schemas.family(name) if isinstance(name, str) else None
        if family is not None:
            families[file.stem] = family
    return Tree(side, folder, (folder / manifest.FILE).is_file(), families)


def _json(file: Path) -> Json:
    try:
        return orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError):
        return None


def told_by(source: Source) -> Json:
    """Return what `release.json` says, or None."""
    return None if source.top is None else _json(source.top / FILE)
