"""How a media file is opened, and what a decoder says of one that it cannot read."""

from __future__ import annotations

import hashlib
import io
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from io import BufferedReader
from pathlib import Path
from typing import Any, BinaryIO, cast

from curation.settings import Limits
from validators.reason import Reason

WHOLE = 256 << 20
"""Files up to this size are read into memory once, then hashed and decoded from there."""

Payload = dict[str, Any]
"""Facts as JSON: what a worker sends back and the cache keeps."""


class Bad(Exception):
    """A decoder's way to say that a file cannot be read: expected, and reported."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


class Source:
    """An opened regular file: its bytes where it is small, a handle in any case."""

    def __init__(self, handle: BinaryIO, size: int, suffix: str) -> None:
        self.handle = handle
        self.size = size
        self.suffix = suffix

    @cached_property
    def data(self) -> bytes:
        """All bytes; only for files up to `WHOLE`."""
        self.handle.seek(0)
        return self.handle.read()

    @property
    def stream(self) -> BinaryIO:
        """A seekable stream at its beginning, from memory for small files."""
        if self.size <= WHOLE:
            return io.BytesIO(self.data)
        self.handle.seek(0)
        return self.handle

    @property
    def head(self) -> bytes:
        """The first bytes, enough to recognise a format by."""
        if self.size <= WHOLE:
            return self.data[:64]
        self.handle.seek(0)
        return self.handle.read(64)

    def sha256(self) -> str:
        """Digest of the bytes of the file."""
        if self.size <= WHOLE:
            return hashlib.sha256(self.data).hexdigest()
        self.handle.seek(0)
        return hashlib.file_digest(
            cast("BufferedReader", self.handle), "sha256"
        ).hexdigest()


@contextmanager
def opened(path: Path, limits: Limits) -> Iterator[Source]:
    """Open a regular file, and never a link, a FIFO or a device put in its place.

    Raises:
        Bad: it is missing, denied, not a regular file, empty, or larger than the limit.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    flags |= getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags)
    except FileNotFoundError:
        raise Bad(Reason.MISSING, "no such file") from None
    except PermissionError as error:
        detail = f"cannot be opened: {error.strerror}"
        raise Bad(Reason.DENIED, detail) from None
    except OSError as error:
        raise Bad(Reason.NOT_REGULAR, error.strerror or "cannot be opened") from None
    facts = os.fstat(descriptor)
    try:
        _see_to(facts, limits)
        handle = os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise
    with handle:
        yield Source(handle, facts.st_size, path.suffix.lower())


def _see_to(facts: os.stat_result, limits: Limits) -> None:
    if not stat.S_ISREG(facts.st_mode):
        raise Bad(Reason.NOT_REGULAR, "not a regular file")
    if facts.st_size == 0:
        raise Bad(Reason.EMPTY, "0 bytes")
    if facts.st_size > limits.file_bytes:
        raise Bad(
            Reason.OVER_LIMIT,
            f"{facts.st_size:,} bytes, the limit is {limits.file_bytes:,}",
        )


_PICKLES = frozenset({".pkl", ".pickle", ".pt", ".pth", ".joblib", ".ckpt"})
_SIGNATURES: tuple[tuple[bytes, int, str], ...] = (
    (b"\x89PNG\r\n\x1a\n", 0, "a PNG picture"),
    (b"\xff\xd8\xff", 0, "a JPEG picture"),
    (b"GIF8", 0, "a GIF picture"),
    (b"BM", 0, "a BMP picture"),
    (b"WEBP", 8, "a WebP picture"),
    (b"WAVE", 8, "a WAV recording"),
    (b"AVI ", 8, "an AVI film"),
    (b"fLaC", 0, "a FLAC recording"),
    (b"OggS", 0, "an Ogg file"),
    (b"ID3", 0, "an MP3 recording"),
    (b"ftyp", 4, "an MP4 or QuickTime file"),
    (b"\x1a\x45\xdf\xa3", 0, "a Matroska or WebM film"),
    (b"glTF", 0, "a glTF model"),
    (b"ply", 0, "a PLY model"),
    (b"\x93NUMPY", 0, "a NumPy array"),
    (b"PK\x03\x04", 0, "a ZIP archive"),
    (b"\x1f\x8b", 0, "a gzip archive"),
    (b"%PDF", 0, "a PDF document"),
    (b"#EXTM3U", 0, "a playlist"),
    (b"version https://git-lfs", 0, "a Git LFS pointer, not the file it stands for"),
    (b"<svg", 0, "an SVG drawing"),
    (b"<!DOCTYPE html", 0, "an HTML page"),
    (b"<html", 0, "an HTML page"),
)


def refuse_pickles(suffix: str, head: bytes) -> None:
    """Refuse by name what can only be read by running it.

    Raises:
        Bad: the suffix or the first bytes are those of a pickle.
    """
    pickled = head[:1] == b"\x80" and head[1:2] in b"\x02\x03\x04\x05" and len(head) > 1
    if suffix in _PICKLES or pickled:
        raise Bad(Reason.REFUSED, "a pickle runs code when it is read")


def looks_like(head: bytes) -> str:
    """Say in words what a file seems to be by its first bytes; '' if nothing is known."""
    for magic, offset, name in _SIGNATURES:
        if head[offset : offset + len(magic)].lower() == magic.lower():
            return name
    try:
        text = head.decode("utf-8")
    except UnicodeDecodeError as error:
        text = (
            head[: error.start].decode("utf-8") if error.start > len(head) - 4 else ""
        )
    if text and all(c.isprintable() or c in "\r\n\t" for c in text):
        return "plain text"
    return "all zeros" if head and not head.strip(b"\0") else ""


def undecodable(head: bytes, wanted: str, detail: str = "") -> Bad:
    """Make the message for a file that is not what its name says."""
    seen = looks_like(head)
    parts = (
        [f"not {wanted}"]
        + ([f"it looks like {seen}"] if seen else [])
        + ([detail] if detail else [])
    )
    return Bad(Reason.UNDECODABLE, "; ".join(parts))
