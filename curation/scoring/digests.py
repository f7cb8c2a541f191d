"""Edge: the hashes of files, and of what a set of references consists of."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from curation.task import Task

_AT_ONCE = 10_000
"""Samples that are searched for files at a time."""


def hashes(path: Path) -> Iterator[tuple[str, str]]:
    """Yield name below *path* and SHA-256 of a file, or of each file of a folder."""
    if path.is_dir():
        files = sorted(p for p in path.rglob("*") if p.is_file() and not p.is_symlink())
        for file in files:
            yield f"/{file.relative_to(path).as_posix()}", _sha256(file)
    elif path.is_file():
        yield "", _sha256(path)


def _sha256(file: Path) -> str:
    with file.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def digest(tasks: Sequence[Task]) -> str:
    """Hash annotations and files of references, by name and content, in a fixed order."""
    lines = []
    for task in tasks:
        root = task.folder.root
        for inner in sorted({task.where.path, *_files(task)}):
            lines += [
                f"{task.name}\0{inner}{tail}\0{digest}"
                for tail, digest in hashes(root / inner)
            ]
    return hashlib.sha256("\n".join(sorted(lines)).encode()).hexdigest()


def _files(task: Task) -> Iterator[str]:
    """Yield the files that references name, looking at some samples at a time."""
    if any(s.media and s.reference for s in task.slots(whole=False)):
        for start in range(0, len(task.data), _AT_ONCE):
            part = replace(task, data=task.data[start : start + _AT_ONCE])
            yield from (m.file for m in part.media if m.reference and m.file)
