"""Reads PLY models: text or binary, with polygons of any number of corners."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

import numpy as np

from curation.settings import Limits
from validators.decoders.models.ply_body import (
    Columns,
    Element,
    Lists,
    Property,
    columns,
)
from validators.decoders.models.shape import NO_FACES, Shape, bounded, fans, notes
from validators.decoders.numbers import (
    Buffer,
    Floats,
    Integers,
    blocks,
    content,
    numbers,
    shown,
)
from validators.decoders.source import Bad, Source
from validators.reason import Reason

HEADER_BYTES = 1 << 20
"""A longer header is not one."""

_END = re.compile(rb"[\r\n]end_header[ \t]*(?:\r\n|\n|\r|$)")
_TYPES = {
    "char": "b", "int8": "b", "uchar": "B", "uint8": "B",
    "short": "h", "int16": "h", "ushort": "H", "uint16": "H",
    "int": "i", "int32": "i", "uint": "I", "uint32": "I",
    "float": "f", "float32": "f", "double": "d", "float64": "d",
}  # fmt: skip
_ORDERS = {"ascii": "<", "binary_little_endian": "<", "binary_big_endian": ">"}
_FACES = ("vertex_indices", "vertex_index")


@dataclass
class _Header:
    order: str = ""
    text: bool = False
    end: int = 0
    elements: list[Element] = field(default_factory=list)
    words: list[tuple[str, str]] = field(default_factory=list)
    textures: list[str] = field(default_factory=list)


def read(source: Source, limits: Limits) -> Shape:
    """Read a PLY file whole.

    Raises:
        Bad: it is broken, cut off, or over a limit.
    """
    buffer = content(source)
    header = _header(buffer)
    _suffices(header, len(buffer) - header.end)
    for element in header.elements:
        bounded(limits, f"elements named {element.name}", element.count)
    if header.text:
        found = columns(
            _doubles(buffer, header.end), 0, "<", _as_doubles(header.elements)
        )
    else:
        found = columns(buffer, header.end, header.order, header.elements)
    return Shape(
        format="ply",
        vertices=_vertices(found),
        faces=_faces(found),
        metadata=notes(iter(header.words)),
        references=tuple(header.textures),
    )


def _header(buffer: Buffer) -> _Header:
    end = _END.search(buffer, 0, HEADER_BYTES)
    if end is None:
        raise Bad(Reason.TRUNCATED, "the header has no end_header")
    header = _Header(end=end.end())
    lines = buffer[: end.start()].decode("utf-8", "replace").splitlines()
    for number, line in enumerate(lines[1:], 2):
        try:
            _declare(header, line, line.split())
        except (ValueError, KeyError, IndexError):
            seen = shown(line.encode())
            raise Bad(
                Reason.UNDECODABLE, f"line {number} of the header is {seen}"
            ) from None
    if not header.order:
        raise Bad(Reason.UNDECODABLE, "the header has no format")
    return header


def _declare(header: _Header, line: str, words: list[str]) -> None:
    match words:
        case ["format", form, _]:
            header.order, header.text = _ORDERS[form], form == "ascii"
        case ["comment", name, *_] if name.lower() == "texturefile":
            header.textures.append(line.split(maxsplit=2)[2].strip())
        case ["comment" | "obj_info", *said]:
            header.words.append((words[0], " ".join(said)))
        case ["element", name, count] if count.isdecimal():
            header.elements.append(Element(name, int(count)))
        case ["property", "list", length, kind, name]:
            column = Property(name, _TYPES[kind], _TYPES[length])
            header.elements[-1].properties.append(column)
        case ["property", kind, name]:
            header.elements[-1].properties.append(Property(name, _TYPES[kind]))
        case []:
            pass
        case _:
            raise ValueError(line)


def _suffices(header: _Header, there: int) -> None:
    """Hold what the header claims against the file before anything is made of it."""
    widths = ((e.count, e.properties) for e in header.elements)
    if header.text:
        needed = sum(count * 2 * len(properties) for count, properties in widths) - 1
    else:
        needed = sum(
            count * sum(p.least for p in properties) for count, properties in widths
        )
    if needed > there:
        claims = ", ".join(f"{e.count:,} {e.name}" for e in header.elements[:5])
        raise Bad(
            Reason.TRUNCATED,
            f"the header claims {claims}, at least {needed:,} bytes, but {there:,} follow it",
        )


def _doubles(buffer: Buffer, start: int) -> memoryview:
    """Turn a text into what it would be in a binary file of 64-bit floats only."""
    parts = [numbers(text) for text in blocks(buffer, start)]
    values = np.concatenate([np.zeros(0), *parts]).astype("<f8")
    return values.data.cast("B") if values.size else memoryview(b"")


def _as_doubles(elements: list[Element]) -> list[Element]:
    return [
        Element(
            element.name,
            element.count,
            [Property(p.name, "d", p.length and "d") for p in element.properties],
        )
        for element in elements
    ]


def _vertices(found: Columns) -> Floats:
    axes = [found.get(("vertex", axis)) for axis in "xyz"]
    plain = [axis for axis in axes if isinstance(axis, np.ndarray)]
    if len(plain) < len(axes):
        return np.zeros((0, 3))
    kind = np.result_type(np.float32, *(axis.dtype.newbyteorder("=") for axis in plain))
    return np.array(plain, kind).T


def _faces(found: Columns) -> Integers:
    for name in _FACES:
        lists = found.get(("face", name))
        if isinstance(lists, Lists):
            return fans(lists.items, lists.starts, lists.counts)
    return NO_FACES
