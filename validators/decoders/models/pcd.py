"""Reads PCD, the point clouds of the Point Cloud Library, as text or binary."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curation.settings import Limits
from validators.decoders.models.shape import NO_FACES, Shape, bounded, notes
from validators.decoders.numbers import Buffer, Floats, blocks, content, lines_of, rows
from validators.decoders.source import Bad, Source
from validators.reason import Reason

HEADER = re.compile(rb"\s*(?:#\s*\.PCD|VERSION\s)")
"""How a file begins."""

_HEADER_BYTES = 1 << 16
_DATA = re.compile(rb"^DATA[ \t]+(\w+)[ \t]*\r?\n", re.MULTILINE)
_TYPES = {"F": "f", "I": "i", "U": "u"}


@dataclass(frozen=True)
class _Header:
    layout: np.dtype[np.void]
    points: int
    organised: bool
    form: str
    start: int
    comments: list[str]


def read(source: Source, limits: Limits) -> Shape:
    """Read a PCD file whole.

    Raises:
        Bad: it is broken, compressed, or over a limit.
    """
    buffer = content(source)
    header = _header(buffer)
    _suffices(header, len(buffer) - header.start)
    bounded(limits, "points", header.points)
    points = (
        _text(buffer, header) if header.form == "ascii" else _binary(buffer, header)
    )
    if header.organised:
        # NaN stands where the sensor saw nothing; loaders leave such points out.
        points = points[~np.isnan(points).any(axis=1)]
    said = (("comment", comment) for comment in header.comments)
    return Shape(format="pcd", vertices=points, faces=NO_FACES, metadata=notes(said))


def _header(buffer: Buffer) -> _Header:
    data = _DATA.search(buffer, 0, _HEADER_BYTES)
    if data is None:
        raise Bad(Reason.TRUNCATED, "the header has no DATA line")
    lines = buffer[: data.start()].decode("utf-8", "replace").splitlines()
    words = {line.split()[0]: line.split()[1:] for line in lines if line.strip()}
    form = data[1].decode()
    if form not in {"ascii", "binary"}:
        raise Bad(
            Reason.UNDECODABLE,
            f"PCD of the form {form!r} is not read, store it as binary",
        )
    try:
        return _Header(
            _layout(words),
            int(words["POINTS"][0]),
            int(words.get("HEIGHT", ["1"])[0]) > 1,
            form,
            data.end(),
            [line.strip("# ") for line in lines if line.startswith("#")],
        )
    except (KeyError, ValueError, IndexError, TypeError) as error:
        raise Bad(Reason.UNDECODABLE, f"the header cannot be used: {error}") from None


def _layout(words: dict[str, list[str]]) -> np.dtype[np.void]:
    fields = words["FIELDS"]
    counts = [int(count) for count in words.get("COUNT", ["1"] * len(fields))]
    kinds = [
        f"<{_TYPES[kind]}{int(size)}"
        for kind, size in zip(words["TYPE"], words["SIZE"], strict=True)
    ]
    # Names may repeat: `_` stands for padding.
    names = [f if f in {"x", "y", "z"} else f"{i} {f}" for i, f in enumerate(fields)]
    cells = zip(names, kinds, counts, strict=True)
    layout = np.dtype([(name, kind, (count,)) for name, kind, count in cells])
    if not {"x", "y", "z"} <= set(names) or min(counts) < 1:
        raise ValueError("no x, y and z")
    return layout


def _suffices(header: _Header, there: int) -> None:
    cells = header.layout.itemsize
    if header.form == "ascii":
        cells = 2 * len(header.layout.names or ())
    needed = max(0, header.points * cells - (header.form == "ascii"))
    if header.points < 0 or needed > there:
        raise Bad(
            Reason.TRUNCATED,
            f"the header claims {header.points:,} points, at least {needed:,} bytes, "
            f"but {there:,} follow it",
        )


def _binary(buffer: Buffer, header: _Header) -> Floats:
    table = np.frombuffer(buffer, header.layout, header.points, header.start)
    return _axes([table[axis][:, 0] for axis in "xyz"])


def _text(buffer: Buffer, header: _Header) -> Floats:
    names = list(header.layout.names or ())
    counts = [header.layout[name].shape[0] for name in names]
    columns = [sum(counts[: names.index(axis)]) for axis in "xyz"]
    parts = [rows(lines_of(text), sum(counts)) for text in blocks(buffer, header.start)]
    table = np.concatenate([np.zeros((0, sum(counts))), *parts])
    if len(table) != header.points:
        reason = Reason.TRUNCATED if len(table) < header.points else Reason.UNDECODABLE
        raise Bad(
            reason, f"{len(table):,} lines, the header claims {header.points:,} points"
        )
    return _axes([table[:, column] for column in columns])


def _axes(columns: list[NDArray[np.generic]]) -> Floats:
    kind = np.result_type(
        np.float32, *(column.dtype.newbyteorder("=") for column in columns)
    )
    return np.array(columns, kind).T
