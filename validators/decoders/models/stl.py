"""Reads STL models, binary and text."""

from __future__ import annotations

import re

import numpy as np

from curation.settings import Limits
from validators.decoders.models.shape import NO_FACES, Shape, bounded, notes
from validators.decoders.numbers import Buffer, Floats, Integers, blocks, content, rows
from validators.decoders.source import Bad, Source, undecodable
from validators.reason import Reason

START = 84
"""Bytes before the faces of a binary file."""

_CORNER = re.compile(rb"\n *vertex ([^\n]*)", re.IGNORECASE)
_NAME = re.compile(rb"\n *solid ([^\n]*)", re.IGNORECASE)
_LAST = re.compile(rb"[\r\n]\s*endsolid[^\r\n]*\s*$", re.IGNORECASE)
_FACET = np.dtype(
    [("normal", "<f4", 3), ("corners", "<f4", (3, 3)), ("attributes", "<u2")]
)


def is_binary(buffer: Buffer) -> bool:
    """Whether the file has exactly the size that a binary header announces."""
    return len(buffer) >= START and len(buffer) == _size(buffer)


def read(source: Source, limits: Limits) -> Shape:
    """Read an STL file whole.

    Raises:
        Bad: it is broken, cut off, or over a limit.
    """
    buffer = content(source)
    if is_binary(buffer):
        return _binary(buffer, limits)
    if buffer[:256].lstrip()[:5].lower() == b"solid" and not _unprintable(buffer[:256]):
        return _text(buffer, limits)
    raise _broken(buffer, source)


def _claimed(buffer: Buffer) -> int:
    return int.from_bytes(buffer[80:START], "little")


def _size(buffer: Buffer) -> int:
    return START + _FACET.itemsize * _claimed(buffer)


def _unprintable(text: bytes) -> bool:
    return any(byte < 32 and byte not in b"\t\n\r\f" for byte in text)  # noqa: PLR2004


def _broken(buffer: Buffer, source: Source) -> Bad:
    """Tell a binary file that was cut off from one that never was a model."""
    name = buffer[:80].rstrip(b"\0")
    text = not _unprintable(buffer[:256])
    named = name.isascii() and not _unprintable(name)
    if text or not named or len(buffer) < START or not _claimed(buffer):
        return undecodable(source.head, "an STL model")
    short = len(buffer) < _size(buffer)
    return Bad(
        Reason.TRUNCATED if short else Reason.UNDECODABLE,
        f"the header claims {_claimed(buffer):,} faces, {_size(buffer):,} bytes, "
        f"but the file has {len(buffer):,}",
    )


def _binary(buffer: Buffer, limits: Limits) -> Shape:
    count = _claimed(buffer)
    bounded(limits, "faces", count)
    corners = np.frombuffer(buffer, _FACET, count, START)["corners"].reshape(-1, 3)
    header = buffer[:80].decode("utf-8", "replace").strip("\0 ")
    return Shape(
        format="stl",
        vertices=corners,
        faces=_by_threes(len(corners)),
        metadata=notes(iter([("header", header)])),
    )


def _by_threes(count: int) -> Integers:
    return np.arange(count, dtype=np.int64).reshape(-1, 3) if count else NO_FACES


def _text(buffer: Buffer, limits: Limits) -> Shape:
    parts: list[Floats] = []
    names: list[tuple[str, str]] = []
    if not _LAST.search(buffer[-1000:]):
        raise Bad(Reason.TRUNCATED, "the text ends without endsolid")
    for text in blocks(buffer):
        parts.append(rows(_CORNER.findall(text), 3))
        names += [("solid", n.decode("utf-8", "replace")) for n in _NAME.findall(text)]
    vertices = np.concatenate(parts)
    bounded(limits, "faces", len(vertices) // 3)
    if len(vertices) % 3:
        raise Bad(
            Reason.UNDECODABLE,
            f"{len(vertices):,} corners, which are not whole triangles",
        )
    return Shape(
        format="stl",
        vertices=vertices,
        faces=_by_threes(len(vertices)),
        metadata=notes(iter(names)),
    )
