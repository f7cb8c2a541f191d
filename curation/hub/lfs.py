"""Large files of one repository, by their SHA-256, where Git LFS looks for them."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from curation.hub.problems import bad

OID = re.compile(r"[0-9a-f]{64}")
_POINTER = re.compile(
    rb"version https://git-lfs\.github\.com/spec/v1\noid sha256:([0-9a-f]{64})\nsize (\d+)\n"
)
LONGEST = 256
"""Bytes that no pointer is longer than."""
CHUNK = 1 << 20


@dataclass(frozen=True)
class Pointer:
    """What stands in git for a large file: its SHA-256 and its size in bytes."""

    oid: str
    size: int

    def told(self) -> bytes:
        """Return the text that git keeps."""
        return (
            "version https://git-lfs.github.com/spec/v1\n"
            f"oid sha256:{self.oid}\nsize {self.size}\n"
        ).encode()


def pointer(data: bytes) -> Pointer | None:
    """Return the pointer that a text is, or None."""
    match = _POINTER.fullmatch(data) if len(data) <= LONGEST else None
    return None if match is None else Pointer(match[1].decode(), int(match[2]))


@dataclass(frozen=True)
class Store:
    """The folder `lfs` of a bare repository."""

    folder: Path

    def path(self, oid: str) -> Path:
        """Return where a file is or would be."""
        if not OID.fullmatch(oid):
            raise bad(f"{oid!r} is not a SHA-256")
        return self.folder / "objects" / oid[:2] / oid[2:4] / oid

    def size(self, oid: str) -> int | None:
        """Return the size of a file in bytes, or None if it is not here."""
        try:
            return self.path(oid).stat().st_size
        except FileNotFoundError:
            return None

    def put(self, oid: str, chunks: Iterable[bytes]) -> int:
        """Keep a file if it is what its name says, and return its size.

        Raises:
            Problem: its bytes have another SHA-256.
        """
        target = self.path(oid)
        partial = self._partial(oid)
        digest = hashlib.sha256()
        try:
            with partial.open("xb") as out:
                for chunk in chunks:
                    digest.update(chunk)
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
                size = out.tell()
            if digest.hexdigest() != oid:
                raise bad(
                    f"the SHA-256 of what was sent is {digest.hexdigest()}, not {oid}"
                )
            target.parent.mkdir(parents=True, exist_ok=True)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        return size

    def put_part(self, oid: str, number: int, chunks: Iterable[bytes]) -> str:
        """Keep one part of a file, and return its tag."""
        folder = self._parts(oid)
        folder.mkdir(parents=True, exist_ok=True)
        partial = self._partial(oid)
        digest = hashlib.sha256()
        try:
            with partial.open("xb") as out:
                for chunk in chunks:
                    digest.update(chunk)
                    out.write(chunk)
            partial.replace(folder / f"{number:05}-{digest.hexdigest()}")
        finally:
            partial.unlink(missing_ok=True)
        return digest.hexdigest()

    def join(self, oid: str, tags: Iterable[tuple[int, str]]) -> int:
        """Make one file of its parts, and return its size.

        Raises:
            Problem: a part was never sent, or the whole is not what its name says.
        """
        files = [
            self._parts(oid) / f"{number:05}-{tag}"
            for number, tag in tags
            if OID.fullmatch(tag)
        ]
        if missing := [file.name for file in files if not file.is_file()]:
            raise bad(f"part {missing[0]} was never sent")
        size = self.put(oid, (c for file in files for c in chunks_of(file)))
        shutil.rmtree(self._parts(oid), ignore_errors=True)
        return size

    def _parts(self, oid: str) -> Path:
        self.path(oid)  # refuses what is no SHA-256
        return self.folder / "parts" / oid

    def _partial(self, oid: str) -> Path:
        """Name a new file beside the store, of no other request."""
        folder = self.folder / "incomplete"
        folder.mkdir(parents=True, exist_ok=True)
        return folder / f"{oid}.{secrets.token_hex(4)}"


def chunks_of(file: Path, start: int = 0, length: int | None = None) -> Iterator[bytes]:
    """Yield a part of a file, all of it by default."""
    with file.open("rb") as stream:
        stream.seek(start)
        left = length
        while left is None or left > 0:
            chunk = stream.read(CHUNK if left is None else min(CHUNK, left))
            if not chunk:
                return
            left = None if left is None else left - len(chunk)
            yield chunk
