"""Reads OBJ models: points and polygons. The files that they name are not followed."""

from __future__ import annotations

import re

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
    Floats,
    Integers,
    blocks,
    content,
    rows,
    shown,
    whole_numbers,
    widths,
)
from validators.decoders.source import Bad, Source, undecodable
from validators.reason import Reason

_FILES = (b"mtllib", b"maplib", b"shadow_obj", b"trace_obj", b"call", b"csh")
_WORDS = {b"#": "comment", b"o": "object", b"g": "group", b"usemtl": "material"}
_KNOWN = frozenset((*_FILES, b"o", b"g", b"usemtl", b"l", b"p", b"s", b"cstype"))
_CORNERS = 3
_POINT = re.compile(rb"\n *v ([^\n]*)")
_FACE = re.compile(rb"\n *f ([^\n]*)")
_OTHER = re.compile(rb"\n *(#|[^vf\s#]\S*)([^\n]*)")


class _Model:
    """What was read of a file so far."""

    def __init__(self) -> None:
        self.points: list[Floats] = [np.zeros((0, 3))]
        self.faces: list[Integers] = [NO_FACES]
        self.count = 0
        self.known = False
        self.references: dict[str, None] = {}
        self.words: dict[tuple[str, str], None] = {}


def read(source: Source, limits: Limits) -> Shape:
    """Read an OBJ file whole.

    Raises:
        Bad: it is broken, cut off, or over a limit.
    """
    buffer = content(source)
    _ends_whole(buffer[-200:])
    model = _Model()
    for text in blocks(buffer):
        _add(model, text)
        bounded(limits, "vertices", model.count)
        bounded(limits, "faces", sum(map(len, model.faces)))
    if not model.count and not model.known:
        raise undecodable(source.head, "an OBJ model")
    return Shape(
        format="obj",
        vertices=np.concatenate(model.points),
        faces=np.concatenate(model.faces),
        metadata=notes(iter(model.words)),
        references=tuple(model.references),
    )


def _ends_whole(tail: bytes) -> None:
    """Notice a file that was cut off within its last line."""
    last = tail.splitlines()[-1].strip()
    cut = last[:2] in {b"v ", b"f "} and len(last.split()) <= _CORNERS
    if tail[-1:] not in b"\r\n" and (cut or last in {b"v", b"f"}):
        raise Bad(Reason.TRUNCATED, f"ends in the middle of the line {shown(last)}")


def _add(model: _Model, text: bytes) -> None:
    if b"\\\n" in text:
        text = text.replace(b"\\\n", b" ")
    points, faces = _POINT.findall(text), _FACE.findall(text)
    corners, counts = _corners(faces)
    if (corners < 0).any():
        # Negative numbers count back from the last vertex that came before the line.
        before = np.repeat(_vertices_before(text, model.count), counts)
        corners = np.where(corners < 0, before + corners, corners - 1)
    else:
        corners = corners - 1
    model.points.append(rows(points, 3))
    model.faces.append(fans(corners, np.cumsum(counts) - counts, counts))
    model.count += len(points)
    for line in _OTHER.finditer(text):
        _note(model, *line.groups())


def _corners(faces: list[bytes]) -> tuple[Integers, Integers]:
    """Return the vertices that faces name, and how many each face has."""
    if not faces:
        return NO_FACES[:, 0], NO_FACES[:, 0]
    text = b"\n".join(faces)
    counts = widths(text)
    for index in np.flatnonzero(counts < _CORNERS)[:1]:
        seen = f"a face has {counts[index]} corners in {shown(b'f ' + faces[index])}"
        raise Bad(Reason.UNDECODABLE, f"{seen}, expected {_CORNERS} or more")
    text = text.replace(b"//", b"/")
    per = text.split(maxsplit=1)[0].count(b"/") + 1
    if text.count(b"/") == (per - 1) * counts.sum():
        text = text.replace(b"/", b" ")
    else:
        text, per = re.sub(rb"/\S*", b"", text), 1
    flat = whole_numbers(text)
    if flat.size != counts.sum() * per:
        raise Bad(Reason.UNDECODABLE, "a face has corners without numbers")
    return flat[::per], counts


def _vertices_before(text: bytes, count: int) -> Integers:
    """Count for each face the vertices that came before it."""
    before = []
    for match in re.finditer(rb"\n *([vf]) ", text):
        if match[1] == b"v":
            count += 1
        else:
            before.append(count)
    return np.array(before, np.int64)


def _note(model: _Model, keyword: bytes, rest: bytes) -> None:
    """Keep a comment, a name, or the name of another file."""
    model.known = model.known or keyword in _KNOWN
    said = rest.strip(b"# ").decode("utf-8", "replace")
    if keyword in _FILES and len(model.references) < NOTES:
        model.references[said] = None
    elif keyword in _WORDS and len(model.words) < NOTES:
        model.words[_WORDS[keyword], said] = None
