"""Edge: the digest of all that lies at a path, by which a source is known to be the same."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path


def pinned(path: Path) -> str:
    """Return the SHA-256 of a file, or of the list of all that is in a folder.

    The list is what `sha256sum` prints of the files, sorted by their paths with forward
    slashes; of a link it holds where it leads to instead, for links are not followed.
    """
    if not path.is_dir():
        return _digest(path)
    digest = hashlib.sha256()
    for name, file in sorted(_files(path, "")):
        told = (
            f"-> {file.readlink().as_posix()}" if file.is_symlink() else _digest(file)
        )
        digest.update(f"{told}  {name}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _files(folder: Path, prefix: str) -> Iterator[tuple[str, Path]]:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            yield from _files(Path(entry.path), f"{prefix}{entry.name}/")
        elif entry.is_symlink() or entry.is_file():
            yield prefix + entry.name, Path(entry.path)


def _digest(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
