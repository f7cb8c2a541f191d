"""Edge: the digest of a submission, by which it is known to be what was reviewed."""

from __future__ import annotations

import hashlib
import json
import os
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Protocol

from curation.report.wording import shown


class Runs(Protocol):
    """A store of texts that earlier runs have told."""

    def run(self, key: str) -> str | None:
        """Return what was kept under a key."""

    def keep_run(self, key: str, report: str) -> None:
        """Keep a text under a key."""


FILE = "review.json"
"""Its name in the folder of a submission."""
SUFFIX = f".{FILE}"
"""What is added to the name of an archive for the record that lies beside it."""
LISTING = "review.sha256"
"""Name of the list of the files that were reviewed, beside the record in a folder."""


@dataclass(frozen=True)
class Content:
    """What a submission holds.

    `digest` is of all of it. `files` has a mark of each file by its path, in the order of
    the paths: SHA-256, a space, and the kind of file. An archive has no files.
    """

    digest: str
    files: Mapping[str, str] = field(default_factory=dict)

    def of(self, task: str) -> Content:
        """Return what one task holds, as if it were looked at alone.

        Args:
            task: Its path in the submission; empty if it is the submission. A task in an
                archive has the content of the archive.
        """
        if not self.files or not task:
            return self
        first, last = (bisect_left(self._names, task + end) for end in "/0")
        if first < last:
            start = len(task) + 1
            return _whole({n[start:]: self.files[n] for n in self._names[first:last]})
        places = (task, *(p.as_posix() for p in PurePosixPath(task).parents))
        packed = next((self.files[p] for p in places if p in self.files), "")
        return Content(packed[:_HEX])

    def within(self, name: str) -> Content:
        """Return the content of a folder in which it lies alone, under that path."""
        if self.files:
            return _whole({f"{name}/{inner}": m for inner, m in self.files.items()})
        return _whole({name: f"{self.digest} {_FILE}"})

    def changes(self, before: Mapping[str, str]) -> tuple[str, ...]:
        """Say in what the files differ from those of an earlier content."""
        both = self.files.keys() & before
        told = [
            f"{shown(n)} changed" for n in sorted(both) if self.files[n] != before[n]
        ]
        told += [f"{shown(n)} is new" for n in sorted(self.files.keys() - before)]
        told += [f"{shown(n)} is gone" for n in sorted(before.keys() - self.files)]
        return tuple(told)

    @cached_property
    def _names(self) -> Sequence[str]:
        return tuple(self.files)

    @property
    def listing(self) -> str:
        """A line for each file, as `sha256sum` prints it; its SHA-256 is the digest."""
        return "".join(_line(name, mark) for name, mark in self.files.items())


def _whole(files: Mapping[str, str]) -> Content:
    """Return the content of files that are in the order of their paths."""
    digest = hashlib.sha256()
    for name, mark in files.items():
        digest.update(_line(name, mark).encode("utf-8", "surrogateescape"))
    return Content(digest.hexdigest(), files)


def _line(name: str, mark: str) -> str:
    if not _ESCAPED.search(name):
        return f"{mark}{name}\n"
    escaped = _ESCAPED.sub(lambda found: _ESCAPES[found[0]], name)
    return f"\\{mark}{escaped}\n"


def listed(listing: str) -> Mapping[str, str]:
    """Return the marks of the files of a listing, by their paths."""
    files: dict[str, str] = {}
    for line in listing.split("\n"):
        escaped = line.startswith("\\")
        mark, name = line[escaped : escaped + _MARK], line[escaped + _MARK :]
        if name:
            plain = _UNESCAPED.sub(lambda found: _PLAIN[found[0]], name)
            files[plain if escaped else name] = mark
    return files


_HEX = 64
_MARK = _HEX + 2
"""Characters of a digest, a space and a kind."""
_FILE, _LINK, _OTHER = " ", "@", "!"
"""Kinds of files: by content, by where it leads to, never opened."""
_ESCAPES = {"\\": r"\\", "\n": r"\n", "\r": r"\r"}
_PLAIN = {escaped: plain for plain, escaped in _ESCAPES.items()}
_ESCAPED = re.compile(r"[\\\n\r]")
_UNESCAPED = re.compile(r"\\[\\nr]")


def content(
    path: Path, known: Mapping[str, str] | None = None, *, cache: Runs | None = None
) -> Content:
    """Digest a folder, without records of reviews, or an archive.

    The digest of a folder is the SHA-256 of what `sha256sum` prints of its files, sorted
    by their paths with forward slashes. Links are not followed: they count by where they
    lead to, and have an `@` in the place of the second space.

    Args:
        path: The folder, or the archive.
        known: The SHA-256 of files that were read already, by path.
        cache: A store in which is looked first, by the stamps of all files.

    Raises:
        OSError: a file cannot be read.
    """
    if cache is None:
        return _content(path, known or {})
    key = stamped(path)
    told = cache.run(key)
    if told is not None:
        return Content(*json.loads(told))
    fresh = _content(path, known or {})
    # Taken again: what changed while it was read must be read again.
    if stamped(path) == key:
        cache.keep_run(key, json.dumps([fresh.digest, fresh.files]))
    return fresh


def stamped(path: Path) -> str:
    """Return a digest of where all files are, and of what changes when their content does."""
    digest = hashlib.sha256(b"content 2 ")
    files = sorted(files_below(path)) if path.is_dir() else [("", path)]
    for name, file in files:
        facts = os.stat(file, follow_symlinks=False)
        stamp = (
            facts.st_mode, facts.st_dev, facts.st_ino, facts.st_size,
            facts.st_mtime_ns, facts.st_ctime_ns,
        )  # fmt: skip
        digest.update(f"{path!s} {name!r} {stamp}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _content(path: Path, known: Mapping[str, str]) -> Content:
    if not path.is_dir():
        return Content(_digest(path))
    return _whole(
        {name: _mark(file, known) for name, file in sorted(files_below(path))}
    )


def is_record(name: str) -> bool:
    """Tell by its name whether a file is of the record of a review, or left over from it."""
    if name.startswith(".") and name.endswith(".part"):
        name = name[len(".") : -len(".part")]
    return name in (FILE, LISTING) or name.endswith(SUFFIX)


def files_below(folder: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files below a folder with their paths in it, but records of reviews.

    Raises:
        OSError: a folder cannot be read.
    """
    folders = [""]  # a list, since they may lie deeper than functions can be nested
    while folders:
        prefix = folders.pop()
        for entry in os.scandir(folder / prefix):
            name = prefix + entry.name
            if entry.is_dir(follow_symlinks=False):
                folders.append(f"{name}/")
            elif not is_record(entry.name):
                yield name, Path(entry.path)


def _mark(file: Path, known: Mapping[str, str]) -> str:
    if file.is_symlink():
        target = file.readlink().as_posix().encode("utf-8", "surrogateescape")
        return f"{hashlib.sha256(target).hexdigest()} {_LINK}"
    if not file.is_file():  # a pipe or a device is never opened
        return f"{hashlib.sha256().hexdigest()} {_OTHER}"
    return f"{known.get(str(file)) or _digest(file)} {_FILE}"


def _digest(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
