"""Edge: all that was ever committed to a local clone of a repository."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from curation.audit.mapped import Bytes, content
from curation.audit.source import Unauditable

_POINTER = re.compile(rb"version https://git-lfs[^\n]*\noid sha256:([0-9a-f]{64})")
_HEAD = re.compile(rb"([0-9a-f]{40,64}) (\w+) (\d+)\n")
_LONGEST = 1024
"""Bytes that no pointer is longer than."""


class Clone:
    """A clone; objects that no branch leads to any more are in it as well.

    Raises:
        Unauditable: it is no clone, or git is not installed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names = _names(folder)
        self._missing = 0

    @property
    def shown(self) -> str:
        """Return its path."""
        return str(self._folder)

    def objects(self) -> Iterator[tuple[str, Bytes]]:
        """Yield a path and the content of each object but trees, and what it stands for."""
        stored = _common(self._folder) / "lfs" / "objects"
        for kind, oid, data in _objects(self._folder):
            path = self._names.get(oid, f"{kind} {oid[:12]}")
            yield path, data
            pointer = _POINTER.match(data) if len(data) < _LONGEST else None
            if pointer is not None:
                large = pointer[1].decode()
                file = stored / large[:2] / large[2:4] / large
                if file.is_file():
                    yield path, content(file)
                else:
                    self._missing += 1

    def names(self) -> set[str]:
        """Return the paths of all files and the names of all refs."""
        return {*self._names.values(), *_refs(self._folder)}

    def unseen(self) -> Iterator[str]:
        """Tell what of the history is not in the clone."""
        if self._missing:
            yield f"{self._missing} files in Git LFS are not there; run git lfs fetch --all"
        shallow = _git(self._folder, "rev-parse", "--is-shallow-repository")
        if shallow.strip() == b"true":
            yield "the clone is shallow; run git fetch --unshallow"
        beside = ("refs/convert/", "refs/pr/", "refs/pull/")
        if not any(ref.startswith(beside) for ref in _refs(self._folder)):
            yield "it has no pull requests and no converted copies; git fetch origin '+refs/*:refs/*' gets them, if there are any"


def _common(clone: Path) -> Path:
    return clone / _git(clone, "rev-parse", "--git-common-dir").decode().strip()


def _names(clone: Path) -> dict[str, str]:
    """Return a path of each file that any ref leads to."""
    found: dict[str, str] = {}
    for line in (
        _git(clone, "rev-list", "--objects", "--all")
        .decode(errors="replace")
        .splitlines()
    ):
        oid, _, path = line.partition(" ")
        if path:
            found.setdefault(oid, path)
    return found


def _refs(clone: Path) -> list[str]:
    return (
        _git(clone, "for-each-ref", "--format=%(refname)")
        .decode(errors="replace")
        .split()
    )


def _objects(clone: Path) -> Iterator[tuple[str, str, bytes]]:
    """Yield kind, id and content of all objects but trees."""
    command = [
        "git",
        "-C",
        str(clone),
        "cat-file",
        "--batch-all-objects",
        "--unordered",
        "--batch",
        "--buffer",
    ]
    with subprocess.Popen(  # noqa: S603 - the path is an argument, and no shell reads it
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        while head := process.stdout.readline():
            match = _HEAD.fullmatch(head)
            if match is None:
                raise Unauditable(f"{clone}: git tells of {head[:80]!r}; run git fsck")
            data = process.stdout.read(int(match[3]))
            process.stdout.read(1)
            if match[2] != b"tree":
                yield match[2].decode(), match[1].decode(), data
    if process.returncode:
        raise Unauditable(f"{clone}: git cannot read all of it; run git fsck")


def _git(clone: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(clone), *arguments]
    try:
        found = subprocess.run(command, capture_output=True, check=True)  # noqa: S603
    except FileNotFoundError:
        raise Unauditable("--history needs git, which is not installed") from None
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode(errors="replace").strip()
        raise Unauditable(
            f"--history {clone}: {told or 'it is no clone'}; expected a local clone"
        ) from None
    return found.stdout
