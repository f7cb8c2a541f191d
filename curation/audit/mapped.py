"""Edge: the content of files, which stays on the disk where it is large."""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

Bytes: TypeAlias = bytes | mmap.mmap
"""The content of a file. Slices of it are bytes."""
LARGE = 16 << 20
"""Bytes from which a file is not read at once."""
WINDOW = 32 << 20
"""Bytes that are searched at once."""


def content(file: Path) -> Bytes:
    """Return what a file holds."""
    if file.stat().st_size < LARGE:
        return file.read_bytes()
    with file.open("rb") as source:
        return mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)


def windows(data: Bytes, overlap: int) -> Iterator[tuple[int, bytes]]:
    """Yield the parts of a content, each with the last *overlap* bytes of the one before.

    With each comes its place in the content.
    """
    for start in range(0, max(1, len(data)), WINDOW):
        begin = max(0, start - overlap)
        yield begin, data[begin : start + WINDOW]
