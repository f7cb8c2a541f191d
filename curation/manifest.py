"""Edge: the list of all files of a tree with their digests, which is its identity."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson

import schemas
from curation.model import Json

FILE = "manifest.json"


class Broken(Exception):
    """A tree that is not what its manifest says; says which file, and how it differs."""


@dataclass(frozen=True, slots=True)
class Listed:
    """One file of a tree."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """All files of a tree but the manifest itself, sorted by path."""

    tree: str
    version: str
    canary: str
    files: tuple[Listed, ...]

    def told(self) -> bytes:
        """Return the bytes of `manifest.json`."""
        value: Json = {
            "tree": self.tree,
            "version": self.version,
            "canary": self.canary,
            "files": [
                {"path": f.path, "bytes": f.bytes, "sha256": f.sha256}
                for f in self.files
            ],
        }
        return orjson.dumps(
            value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
        )


def digest(file: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal digits."""
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def listed(folder: Path) -> tuple[Listed, ...]:
    """List all files below a folder but its manifest, sorted by path."""
    return tuple(
        Listed(path, (folder / path).stat().st_size, digest(folder / path))
        for path in sorted(_paths(folder))
        if path != FILE
    )


def _paths(folder: Path, prefix: str = "") -> Iterator[str]:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from _paths(Path(entry.path), f"{prefix}{entry.name}/")
        else:
            yield prefix + entry.name


def read(folder: Path) -> Manifest:
    """Read the manifest of a tree.

    Raises:
        Broken: there is none, or it cannot be read.
    """
    file = folder / FILE
    try:
        value = orjson.loads(file.read_bytes())
    except OSError as error:
        raise Broken(
            f"{file}: {error.strerror}; expected a tree that curate release wrote"
        ) from None
    except orjson.JSONDecodeError as error:
        raise Broken(
            f"{file}: {error}; take the tree from where it was released again"
        ) from None
    for fault in schemas.exact_validator("manifest.json").iter_errors(value):
        raise Broken(f"{file}: {fault.message}")
    files = tuple(Listed(f["path"], f["bytes"], f["sha256"]) for f in value["files"])
    return Manifest(value["tree"], value["version"], value["canary"], files)


def see(folder: Path, *begins: str) -> None:
    """See that a tree holds those files unchanged whose paths begin in one of these ways.

    Raises:
        Broken: it does not.
    """
    for one in read(folder).files:
        if one.path.startswith(begins):
            path = folder / one.path
            if not path.is_file():
                raise Broken(f"{path} is missing, and the manifest has it")
            _see(folder, Listed(one.path, path.stat().st_size, digest(path)), one)


def _see(folder: Path, there: Listed, expected: Listed) -> None:
    if there != expected:
        raise Broken(
            f"{folder / there.path} has changed since the release: its SHA-256 is {there.sha256}, expected {expected.sha256}"
        )


def verify(folder: Path) -> Manifest:
    """See that a tree holds the files of its manifest, unchanged, and no others.

    Raises:
        Broken: it does not.
    """
    told = read(folder)
    there, expected = (
        {f.path: f for f in files} for files in (listed(folder), told.files)
    )
    for path in sorted(there.keys() | expected.keys()):
        if path not in there:
            raise Broken(f"{folder / path} is missing, and the manifest has it")
        if path not in expected:
            raise Broken(
                f"{folder / path} is not in the manifest: remove it, it was not released"
            )
        _see(folder, there[path], expected[path])
    return told
