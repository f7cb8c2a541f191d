"""Edge: the digest of a submission, by which it is known to be what was reviewed."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


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


@dataclass(frozen=True)
class Content:
    """What a submission holds, as digests.

    `digest` is of all files, `parts` of what lies at the top of the folder, by name, so
    that it can be told in what two contents differ. An archive has no parts.
    """

    digest: str
    parts: Mapping[str, str]

    def changes(self, parts: Mapping[str, str]) -> tuple[str, ...]:
        """Say how the parts differ from those of an earlier content."""
        told = [f"{n} is new" for n in sorted(self.parts.keys() - parts)]
        told += [f"{n} is gone" for n in sorted(parts.keys() - self.parts)]
        both = sorted(self.parts.keys() & parts)
        return (*told, *(f"{n} changed" for n in both if self.parts[n] != parts[n]))


def content(
    path: Path, known: Mapping[str, str] | None = None, *, cache: Runs | None = None
) -> Content:
    """Digest a folder, without records of reviews, or an archive.

    The digest of a folder is the SHA-256 of what `sha256sum` prints of its files, sorted
    by their paths with forward slashes. Links are not followed: they count by where they
    lead to.

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
        found = json.loads(told)
        return Content(found["digest"], found["parts"])
    fresh = _content(path, known or {})
    # Taken again: what changed while it was read must be read again.
    if stamped(path) == key:
        cache.keep_run(key, json.dumps({"digest": fresh.digest, "parts": fresh.parts}))
    return fresh


def stamped(path: Path) -> str:
    """Return a digest of where all files are, and of what changes when their content does."""
    digest = hashlib.sha256(b"content ")
    files = sorted(_files(path, "")) if path.is_dir() else [("", path)]
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
        return Content(_digest(path), {})
    whole = hashlib.sha256()
    parts: dict[str, hashlib._Hash] = {}
    for name, file in sorted(_files(path, "")):
        line = f"{_told(file, known)}  {name}\n".encode("utf-8", "surrogateescape")
        whole.update(line)
        parts.setdefault(name.partition("/")[0], hashlib.sha256()).update(line)
    digests = {
        name.encode("utf-8", "surrogateescape").decode(
            "utf-8", "backslashreplace"
        ): part
        for name, part in parts.items()
    }
    return Content(whole.hexdigest(), {n: p.hexdigest() for n, p in digests.items()})


def is_record(name: str) -> bool:
    """Tell by its name whether a file is a record of a review, or left over from one."""
    return name == FILE or name.endswith(SUFFIX) or name.startswith(f".{FILE}")


def _files(folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path), f"{prefix}{entry.name}/")
        elif not is_record(entry.name):
            yield prefix + entry.name, Path(entry.path)


def _told(file: Path, known: Mapping[str, str]) -> str:
    if file.is_symlink():
        return f"-> {file.readlink().as_posix()}"
    if not file.is_file():  # a pipe or a device is never opened
        return "-"
    return known.get(str(file)) or _digest(file)


def _digest(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
