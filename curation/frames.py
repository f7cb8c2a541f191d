"""Folders of frames: which pictures are in them, in the order of the film."""

from __future__ import annotations

import posixpath
import re

from curation.read import Entry, Folder

PICTURES = frozenset(
    [
        ".png",
        ".jpg",
        ".jpeg",
        ".gif",
        ".webp",
        ".bmp",
        ".tif",
        ".tiff",
        ".ppm",
        ".avif",
        ".jp2",
    ]
)
"""Endings of the files that are taken for frames."""


def pictures(folder: Folder, path: str) -> list[Entry]:
    """List the pictures in a folder of frames in natural order: 9 before 10."""
    inside = [e for e in folder.files_in(path) if _is_picture(e)]
    return sorted(inside, key=lambda e: _natural(e.path))


def others(folder: Folder, path: str) -> tuple[str, ...]:
    """List the names of what else lies in a folder of frames."""
    inside = folder.files_in(path)
    return tuple(posixpath.basename(e.path) for e in inside if not _is_picture(e))


def _is_picture(entry: Entry) -> bool:
    return posixpath.splitext(entry.path)[1].lower() in PICTURES


def _natural(path: str) -> tuple[tuple[int, int | str], ...]:
    parts = re.split(r"(\d+)", path)
    return tuple((0, int(p)) if p.isdecimal() else (1, p) for p in parts)
