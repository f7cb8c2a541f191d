"""Reads OFF models."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np

from curation.settings import Limits
from validators.decoders.models.shape import (
    NO_FACES,
    NOTES,
    Shape,
    bounded,
    fans,
    notes,
)
from validators.decoders.numbers import (
    Buffer,
    Integers,
    blocks,
    content,
    lines_of,
    numbers,
    rows,
    shown,
    widths,
)
from validators.decoders.source import Bad, Source, undecodable
from validators.reason import Reason

KEYWORD = re.compile(rb"\s*(?:ST)?C?N?(4?n?)OFF(?![A-Za-z])(\s+BINARY)?")
"""How a file begins; some exporters leave out the line end after it."""

_COMMENT = re.compile(rb"#([^\n]*)")


def read(source: Source, limits: Limits) -> Shape:
    """Read an OFF file whole.

    Raises:
        Bad: it is broken, cut off, or over a limit.
    """
    buffer = content(source)
    start = KEYWORD.match(buffer)
    if start is None:
        raise undecodable(source.head, "an OFF model")
    if start[1] or start[2]:
        raise Bad(
            Reason.UNDECODABLE, "binary OFF, and OFF of four dimensions, are not read"
        )
    lines = _Lines(buffer, start.end())
    points, faces = _counts(lines, len(buffer) - start.end())
    bounded(limits, "vertices", points)
    bounded(limits, "faces", faces)
    return Shape(
        format="off",
        vertices=np.concatenate(
            [np.zeros((0, 3)), *(rows(p, 3) for p in lines.take(points))]
        ),
        faces=np.concatenate([NO_FACES, *(_faces(p) for p in lines.take(faces))]),
        metadata=notes(
            ("comment", c.decode("utf-8", "replace")) for c in lines.comments
        ),
    )


class _Lines:
    """The lines that say something, some at a time, and the comments that were passed."""

    def __init__(self, buffer: Buffer, start: int) -> None:
        self._blocks = blocks(buffer, start)
        self._left: list[bytes] = []
        self.comments: list[bytes] = []

    def take(self, count: int) -> Iterator[list[bytes]]:
        """Yield the next *count* lines.

        Raises:
            Bad: there are fewer.
        """
        while count:
            part, self._left = self._left[:count], self._left[count:]
            if part:
                count -= len(part)
                yield part
                continue
            text = next(self._blocks, None)
            if text is None:
                raise Bad(Reason.TRUNCATED, f"ends {count:,} lines too soon")
            self.comments += _COMMENT.findall(text)[:NOTES]
            self._left = lines_of(_COMMENT.sub(b"", text) if b"#" in text else text)


def _counts(lines: _Lines, there: int) -> tuple[int, int]:
    head = next(lines.take(1))[0]
    counts = numbers(head)
    if not 2 <= counts.size <= 3 or (counts < 0).any() or (counts % 1).any():  # noqa: PLR2004
        seen = f"counts of vertices and faces expected, not {shown(head)}"
        raise Bad(Reason.UNDECODABLE, seen)
    points, faces = int(counts[0]), int(counts[1])
    needed = 6 * points + 2 * faces - 1
    if needed > there:
        claims = f"the header claims {points:,} vertices and {faces:,} faces"
        raise Bad(
            Reason.TRUNCATED,
            f"{claims}, at least {needed:,} bytes, but {there:,} follow it",
        )
    return points, faces


def _faces(lines: list[bytes]) -> Integers:
    """Read faces; what follows the corners in a line is a colour."""
    text = b"\n".join(lines)
    counts, values = widths(text), numbers(text)
    starts = np.cumsum(counts) - counts
    corners = values[starts]
    for index in np.flatnonzero(~((corners >= 0) & (corners < counts)))[:1]:
        seen = f"a face of {corners[index]:g} corners is given as {shown(lines[index])}"
        raise Bad(Reason.UNDECODABLE, seen)
    return fans(values, starts + 1, corners.astype(np.int64))
