"""Reads lists of points: text with three or more columns, and NumPy's arrays."""

from __future__ import annotations

import itertools

import numpy as np

from curation.settings import Limits
from validators.decoders import npy
from validators.decoders.models.shape import NO_FACES, NOTES, Shape, bounded, notes
from validators.decoders.numbers import (
    Floats,
    blocks,
    content,
    lines_of,
    rows,
    shown,
)
from validators.decoders.source import Bad, Source, undecodable
from validators.reason import Reason

_AXES = 3
_SEPARATORS = bytes.maketrans(b",;", b"  ")
_COMMENTS = (b"#", b"//")


def read_array(source: Source, limits: Limits) -> Shape:
    """Read the one array of a file, which has a point in each row.

    Raises:
        Bad: it is broken, over a limit, or of another shape.
    """
    found: list[Floats] = []
    for array in npy.stored(source, limits):
        match array.shape:
            case (count, columns) if columns >= _AXES and array.dtype.kind in "fiu":
                bounded(limits, "points", count)
                found.append(array.whole()[:, :_AXES])
            case _:
                seen = f"an array of shape {array.shape} and type {array.dtype}"
                told = f"{seen}, expected three or more numbers in a row"
                raise Bad(Reason.UNDECODABLE, told)
    if len(found) != 1:
        raise Bad(Reason.UNDECODABLE, f"{len(found)} arrays, expected one of points")
    form = "npz" if source.head.startswith(npy.ZIP) else "npy"
    return Shape(
        format=form, vertices=found[0].astype(_float(found[0])), faces=NO_FACES
    )


def _float(array: Floats) -> np.dtype[np.generic]:
    return np.result_type(np.float32, array.dtype.newbyteorder("="))


def read_text(source: Source, limits: Limits) -> Shape:
    """Read text that has a point in each line.

    Raises:
        Bad: it holds something else, or is over a limit.
    """
    parts: list[Floats] = []
    comments: list[bytes] = []
    claimed: int | None = None
    for block in blocks(content(source)):
        lines = lines_of(block.translate(_SEPARATORS))
        if b"#" in block or b"//" in block:
            found = (line for line in lines if line.startswith(_COMMENTS))
            comments += itertools.islice(found, NOTES)
            lines = [line for line in lines if not line.startswith(_COMMENTS)]
        if not parts:
            claimed, lines = _after_head(lines, source)
        parts.append(rows(lines, _AXES))
        bounded(limits, "points", sum(map(len, parts)))
    vertices = np.concatenate(parts)
    if claimed is not None and claimed != len(vertices):
        reason = Reason.TRUNCATED if claimed > len(vertices) else Reason.UNDECODABLE
        raise Bad(
            reason, f"{len(vertices):,} points, the first line claims {claimed:,}"
        )
    said = (("comment", c.strip(b"#/ ").decode("utf-8", "replace")) for c in comments)
    return Shape(format="xyz", vertices=vertices, faces=NO_FACES, metadata=notes(said))


def _after_head(lines: list[bytes], source: Source) -> tuple[int | None, list[bytes]]:
    """Take off what some formats begin with: a number of points, or names of columns."""
    claimed = None
    if len(lines) > 1 and not _is_point(lines[0]):
        claimed = int(lines[0]) if lines[0].strip().isdigit() else None
        lines = lines[1:]
    if lines and not _is_point(lines[0]):
        raise undecodable(source.head, "a list of points", f"it has {shown(lines[0])}")
    return claimed, lines


def _is_point(line: bytes) -> bool:
    try:
        return len(rows([line], _AXES)) == 1
    except Bad:
        return False
