"""Files as pieces of xorbs, which is how newer clients send and fetch them.

A client cuts a file into chunks, packs chunks into xorbs, and tells in a shard which runs of
chunks (terms) make which file. Large files are put together when the shard arrives, so
that they lie where all others do and any client can fetch them; the xorbs are kept for those
that fetch them in pieces too, and because later files may be made of their chunks.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from curation.hub.lfs import OID
from curation.hub.problems import bad
from curation.hub.repository import Repository
from curation.writing import write_whole

_RECORD = 48
"""Bytes of each record of a shard."""
_LAST = b"\xff" * 32
_VERIFIED, _DESCRIBED = 1 << 31, 1 << 30
"""Flags of a file in a shard: hashes of its terms follow, its SHA-256 follows."""
_PLAIN, _LZ4, _GROUPED = range(3)
"""How a chunk is compressed; grouped means that every fourth byte stands together."""
_ABSENT = re.compile("0{64}")


@dataclass(frozen=True)
class Term:
    """A run of chunks of a xorb, from the first up to the one before the end."""

    xorb: str
    start: int
    end: int
    size: int


@dataclass(frozen=True)
class Chunk:
    """Where a chunk lies in its xorb; sizes in bytes, packed and unpacked."""

    offset: int
    packed: int
    scheme: int
    size: int

    @property
    def stop(self) -> int:
        """Return where it ends."""
        return self.offset + _HEAD.size + self.packed


_HEAD = struct.Struct("<B3sB3s")


def files_of(shard: bytes) -> Iterator[tuple[str, str | None, tuple[Term, ...]]]:
    """Yield id, SHA-256 (if it is told) and terms of each file that a shard is about.

    Raises:
        Problem: it is no shard.
    """
    at = _RECORD  # its own head
    try:
        while shard[at : at + 32] != _LAST:
            flags, count = struct.unpack_from("<II", shard, at + 32)
            name = _hash(shard[at : at + 32])
            at += _RECORD
            terms = []
            for _ in range(count):
                _, size, start, end = struct.unpack_from("<IIII", shard, at + 32)
                terms.append(Term(_hash(shard[at : at + 32]), start, end, size))
                at += _RECORD
            at += _RECORD * count if flags & _VERIFIED else 0
            oid = None
            if flags & _DESCRIBED:
                oid = _hash(shard[at : at + 32])
                at += _RECORD
            yield name, oid, tuple(terms)
    except struct.error:
        raise bad("the shard ends too early") from None


def _hash(raw: bytes) -> str:
    """Return a hash as it is written: of each eight bytes the last comes first."""
    return struct.pack("<4Q", *struct.unpack(">4Q", raw)).hex()


def chunks_in(xorb: Path) -> list[Chunk]:
    """Return where the chunks of a xorb lie."""
    data = xorb.read_bytes()
    found: list[Chunk] = []
    at = 0
    while at + _HEAD.size <= len(data):
        version, packed, scheme, size = _HEAD.unpack_from(data, at)
        if version:  # a table of contents, which newer clients leave out
            break
        one = Chunk(
            at, int.from_bytes(packed, "little"), scheme, int.from_bytes(size, "little")
        )
        at = one.stop
        found.append(one)
    if not found or found[-1].stop > len(data):
        raise bad("the xorb ends too early")
    return found


def unpacked(data: bytes, chunk: Chunk) -> bytes:
    """Return the bytes of a chunk.

    Raises:
        Problem: they are not what its head says.
    """
    raw = data[chunk.offset + _HEAD.size : chunk.stop]
    if chunk.scheme == _PLAIN:
        return raw
    if chunk.scheme not in {_LZ4, _GROUPED}:
        raise bad(f"there is no compression {chunk.scheme}")
    import pyarrow as pa  # noqa: PLC0415

    try:
        plain: bytes = pa.decompress(
            raw, decompressed_size=chunk.size, codec="lz4", asbytes=True
        )
    except (pa.ArrowException, OSError) as error:
        raise bad(f"a chunk cannot be unpacked: {error}") from None
    return _ungrouped(plain) if chunk.scheme == _GROUPED else plain


def _ungrouped(data: bytes) -> bytes:
    """Put bytes back to where they were before every fourth was put together."""
    out = bytearray(len(data))
    at = 0
    for first in range(4):
        count = len(range(first, len(data), 4))
        out[first::4] = data[at : at + count]
        at += count
    return bytes(out)


@dataclass(frozen=True)
class Cas:
    """The xorbs of a repository, and which pieces of them make a file."""

    repository: Repository

    @property
    def _folder(self) -> Path:
        return self.repository.folder / "xet"

    def xorb(self, name: str) -> Path:
        """Return where a xorb is or would be."""
        return self._place("xorbs", name)

    def _place(self, kind: str, name: str) -> Path:
        if not OID.fullmatch(name):
            raise bad(f"{name!r} is no hash")
        return self._folder / kind / name[:2] / name

    def file_of(self, oid: str) -> str | None:
        """Return the id that Xet has for a file of a SHA-256, or None."""
        try:
            return self._place("sha256", oid).read_text(encoding="ascii")
        except FileNotFoundError:
            return None

    def put_xorb(self, name: str, chunks: Iterable[bytes]) -> bool:
        """Keep a xorb, and tell whether it is new."""
        target = self.xorb(name)
        new = not target.is_file()
        target.parent.mkdir(parents=True, exist_ok=True)
        partial = target.with_name(f".{name}.{secrets.token_hex(4)}")
        try:
            with partial.open("xb") as out:
                out.writelines(chunks)
                out.flush()
                os.fsync(out.fileno())
            chunks_in(partial)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        return new

    def put_shard(self, shard: bytes) -> None:
        """Put together all files that a shard is about.

        Raises:
            Problem: a xorb was never sent, or a file is not what its SHA-256 says.
        """
        for name, told, terms in files_of(shard):
            missing = [
                term.xorb for term in terms if not self.xorb(term.xorb).is_file()
            ]
            if missing:
                raise bad(f"xorb {missing[0]} was never sent")
            oid = told
            if oid is None or _ABSENT.fullmatch(oid):
                digest = hashlib.sha256()
                for data in self._bytes(terms):
                    digest.update(data)
                oid = digest.hexdigest()
            if self.repository.large.size(oid) is None:
                self.repository.large.put(oid, self._bytes(terms))
            plain = json.dumps([[t.xorb, t.start, t.end, t.size] for t in terms])
            for kind, key, text in (("files", name, plain), ("sha256", oid, name)):
                place = self._place(kind, key)
                place.parent.mkdir(parents=True, exist_ok=True)
                write_whole(place, text)

    def _bytes(self, terms: Sequence[Term]) -> Iterator[bytes]:
        for term in terms:
            file = self.xorb(term.xorb)
            data = file.read_bytes()
            chunks = chunks_in(file)
            if term.end > len(chunks):
                raise bad(f"xorb {term.xorb} has only {len(chunks)} chunks")
            for chunk in chunks[term.start : term.end]:
                yield unpacked(data, chunk)

    def terms(self, name: str) -> tuple[Term, ...] | None:
        """Return what makes a file, or None if it is not known."""
        try:
            text = self._place("files", name).read_text(encoding="ascii")
        except FileNotFoundError:
            return None
        return tuple(Term(*one) for one in json.loads(text))
