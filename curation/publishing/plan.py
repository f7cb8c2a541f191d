"""A release as what is to be published where, and what that changes there."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from curation import manifest
from curation.manifest import Broken
from curation.model import Json
from curation.publishing.port import Change, File, Refused, Stored
from curation.trees import CLOSE, OPEN, REFERENCES, NoRelease, told_by

ORDER = (REFERENCES, CLOSE, OPEN)
"""References go first: if they cannot be kept private, nothing is published at all."""
THEIRS = frozenset({".gitattributes"})
"""Files that the Hub makes in every repository, which are left as they are."""
_PIECE = 1 << 20


@dataclass(frozen=True)
class Part:
    """One tree of a release and the repository that it goes to.

    `gated` is auto or manual if people have to ask before they may download it.
    """

    tree: str
    repository: str
    files: Mapping[str, File]
    gated: str = ""

    @property
    def private(self) -> bool:
        """Whether it must never be public."""
        return self.tree == REFERENCES

    @property
    def bytes(self) -> int:
        """The size of all files."""
        return sum(file.bytes for file in self.files.values())


@dataclass(frozen=True)
class Publication:
    """A whole release as it is to be published."""

    name: str
    version: str
    previous: str | None
    parts: tuple[Part, ...]

    @property
    def tag(self) -> str:
        """The tag of this version."""
        return tag_of(self.version)


def tag_of(version: str) -> str:
    """Return the tag that a version has in every repository."""
    return f"v{version}"


def read(folder: Path, repositories: Mapping[str, str] | None = None) -> Publication:
    """Read a release and see that no byte of it has changed since it was made.

    Args:
        folder: What curate release wrote.
        repositories: Names that go before those of the release, by tree.

    Raises:
        Refused: it is no whole release, it has changed, or a repository is not named.
    """
    told = facts(folder)
    names = {**told.get("repositories", {}), **(repositories or {})}
    missing = [tree for tree in ORDER if tree not in names]
    if missing:
        given = " ".join(f"--repository {tree}=OWNER/NAME" for tree in missing)
        raise Refused(
            f"{folder}: no repository is named for {', '.join(missing)}; give {given}, or name them in benchmark.toml, under repositories, and make the release again"
        )
    if len({names[tree].lower() for tree in ORDER}) < len(ORDER):
        raise Refused(
            "two trees are to go to one repository; expected one for each, since references must never lie beside public files"
        )
    parts = tuple(part(folder, tree, names[tree], told) for tree in ORDER)
    return Publication(told["name"], told["version"], told["previous"], parts)


def facts(folder: Path) -> Mapping[str, Json]:
    """Return what release.json in a folder tells.

    Raises:
        Refused: there is none.
    """
    try:
        return told_by(folder)
    except NoRelease as error:
        raise Refused(str(error)) from None


def part(folder: Path, tree: str, name: str, told: Mapping[str, Json]) -> Part:
    """Read one tree of a release and see that no byte of it has changed.

    Raises:
        Refused: it has.
    """
    try:
        listed = manifest.verify(folder / tree).files
    except Broken as error:
        raise Refused(str(error)) from None
    itself = folder / tree / manifest.FILE
    digest = manifest.digest(itself)
    if digest != told["trees"][tree]:
        raise Refused(
            f"{itself} has changed since the release: its SHA-256 is {digest}, and release.json has {told['trees'][tree]}; make the release again"
        )
    files = [File(f.path, f.bytes, f.sha256, folder / tree / f.path) for f in listed]
    files.append(File(manifest.FILE, itself.stat().st_size, digest, itself))
    gate = told.get("about", {}).get("gated", {}).get(tree, {})
    return Part(tree, name, {file.path: file for file in files}, gate.get("access", ""))


class Difference(NamedTuple):
    """What tells the files that are wanted from those that are there."""

    add: tuple[File, ...]
    replace: tuple[File, ...]
    delete: tuple[str, ...]
    same: int

    @property
    def nothing(self) -> bool:
        """Whether all is there, and nothing else."""
        return not (self.add or self.replace or self.delete)

    @property
    def bytes(self) -> int:
        """The size of what is to be sent."""
        return sum(file.bytes for file in self.sent)

    @property
    def sent(self) -> tuple[File, ...]:
        """All files that are to be sent."""
        return (*self.add, *self.replace)

    @property
    def change(self) -> Change:
        """The commit that makes up for it."""
        return Change(self.sent, self.delete)


Blob = Callable[[File], str]
"""Gives the git blob id of a file."""


def blob_id(file: File) -> str:
    """Return the id that git gives the content of a file."""
    digest = hashlib.sha1(b"blob %d\0" % file.bytes, usedforsecurity=False)
    with file.source.open("rb") as source:
        while piece := source.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def same(file: File, stored: Stored, blob: Blob = blob_id) -> bool:
    """Tell whether a file and what a hub lists are of the same content."""
    if stored.sha256 is not None:
        return stored.sha256 == file.sha256
    return stored.bytes == file.bytes and stored.blob == blob(file)


def difference(
    wanted: Mapping[str, File], there: Mapping[str, Stored], blob: Blob = blob_id
) -> Difference:
    """Compare what is wanted with what is there."""
    known = {path: there[path] for path in wanted if path in there}
    changed = tuple(wanted[p] for p, s in known.items() if not same(wanted[p], s, blob))
    return Difference(
        tuple(file for path, file in wanted.items() if path not in there),
        changed,
        tuple(sorted(there.keys() - wanted.keys() - THEIRS)),
        len(known) - len(changed),
    )


def told(found: Difference) -> Iterator[str]:
    """Say in words what is not as it should be, for each path."""
    yield from (f"{file.path} is missing" for file in found.add)
    yield from (f"{file.path} has another content" for file in found.replace)
    yield from (f"{path} was never released" for path in found.delete)


def pieces(
    files: Iterable[File], most_files: int, most_bytes: int
) -> Iterator[tuple[File, ...]]:
    """Part files into pieces of so many files and bytes, or of one file that is larger."""
    piece: list[File] = []
    size = 0
    for file in files:
        if piece and (len(piece) == most_files or size + file.bytes > most_bytes):
            yield tuple(piece)
            piece, size = [], 0
        piece.append(file)
        size += file.bytes
    if piece:
        yield tuple(piece)
