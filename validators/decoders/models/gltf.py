"""Reads glTF 2.0 models, as GLB or as JSON, and opens nothing that they refer to."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from curation.settings import Limits
from validators.decoders.models import gltf_data, gltf_file, gltf_nodes, textures
from validators.decoders.models.gltf_data import Model, broken
from validators.decoders.models.shape import (
    NO_FACES,
    NOTES,
    Shape,
    bounded,
    fans,
    notes,
)
from validators.decoders.numbers import Floats, Integers, content
from validators.decoders.source import Source

_TRIANGLES, _STRIP, _FAN = 4, 5, 6
_SAID = ("name", "generator", "copyright", "extras")
_MALFORMED = (
    KeyError,
    IndexError,
    TypeError,
    ValueError,
    AttributeError,
    OverflowError,
)
"""What comes of JSON that is not built as specified."""


@dataclass(frozen=True)
class _Part:
    """The array of a part's points, that of its corners, and what these mean."""

    points: int
    corners: int | None
    mode: int


def read(source: Source, limits: Limits) -> Shape:
    """Read a glTF file whole.

    Raises:
        Bad: it is broken, cut off, over a limit, or compressed.
    """
    try:
        shape = _shape(gltf_file.opened(content(source)), limits)
    except _MALFORMED as error:
        seen = f"not built as glTF is: {type(error).__name__} {error}"
        raise broken(seen[:200]) from None
    return replace(
        shape, format="glb" if source.head.startswith(gltf_file.MAGIC) else "gltf"
    )


def _shape(model: Model, limits: Limits) -> Shape:
    meshes = [list(_parts(mesh)) for mesh in model.items("meshes")]
    parts = list(dict.fromkeys(part for mesh in meshes for part in mesh))
    claimed = _claimed(model, parts, limits)
    words, references = _said(model.tree)
    shape = Shape(
        format="gltf",
        vertices=np.zeros((0, 3)),
        faces=NO_FACES,
        metadata=words,
        references=references,
        texture_faults=tuple(textures.faults(_pictures(model), limits)),
        claimed=claimed,
        elsewhere=_elsewhere(model, parts),
    )
    if shape.elsewhere:
        return replace(
            shape, box=gltf_nodes.box(model, [_stated(model, m) for m in meshes])
        )
    points = {part.points: _points(model, part.points) for part in parts}
    boxes = [_boxes(points[part.points] for part in mesh) for mesh in meshes]
    return replace(
        shape,
        vertices=_together(list(points.values())),
        faces=_faces(model, parts, points),
        box=gltf_nodes.box(model, boxes),
    )


def _parts(mesh: Mapping[str, Any]) -> Iterator[_Part]:
    for primitive in mesh["primitives"]:
        points = primitive["attributes"].get("POSITION")
        if points is not None:
            yield _Part(
                points, primitive.get("indices"), primitive.get("mode", _TRIANGLES)
            )


def _claimed(model: Model, parts: list[_Part], limits: Limits) -> tuple[int, int]:
    """Count vertices and faces from what is said of the arrays, before any is read."""
    forms = [gltf_data.accessor(model, i) for i in range(len(model.items("accessors")))]
    for part in parts:
        model.item("accessors", part.points)
        if part.corners is not None:
            model.item("accessors", part.corners)
    points = sum(forms[index].count for index in {part.points for part in parts})
    bounded(limits, "vertices", points)
    corners = 0
    for part in parts:
        if part.mode in {_TRIANGLES, _STRIP, _FAN}:
            count = forms[part.points if part.corners is None else part.corners].count
            corners += count // 3 if part.mode == _TRIANGLES else max(0, count - 2)
    bounded(limits, "faces", corners)
    return points, corners


def _elsewhere(model: Model, parts: list[_Part]) -> tuple[str, ...]:
    arrays = [a for part in parts for a in (part.points, part.corners) if a is not None]
    homes = (model.home(array) for array in dict.fromkeys(arrays))
    return tuple(dict.fromkeys(home for home in homes if home))


def _points(model: Model, index: int) -> Floats:
    points = gltf_data.read(model, index)
    if points.shape[1] != 3:  # noqa: PLR2004
        raise broken(f"accessors/{index} has {points.shape[1]} coordinates, expected 3")
    return points.astype(np.float32, copy=False)


def _together(points: list[Floats]) -> Floats:
    if len(points) == 1:
        return points[0]
    return np.concatenate([np.zeros((0, 3), np.float32), *points])


def _faces(model: Model, parts: list[_Part], points: Mapping[int, Floats]) -> Integers:
    """Put the triangles of all parts together, over the points of all parts."""
    sizes = np.array([len(p) for p in points.values()], np.int64)
    offsets = dict(zip(points, (np.cumsum(sizes) - sizes).tolist(), strict=True))
    found: list[Integers] = []
    for part in parts:
        count, offset = len(points[part.points]), offsets[part.points]
        faces = _triangles(part.mode, _corners(model, part, count))
        # A corner beyond the part's own points must not fall on those of the next.
        if len(faces) and (faces.min() < 0 or faces.max() >= count):
            faces = np.where((faces >= 0) & (faces < count), faces, -1 - offset)
        found.append(faces + offset if offset else faces)
    if len(found) == 1:
        return found[0]
    together: Integers = np.concatenate([NO_FACES, *found])
    return together


def _corners(model: Model, part: _Part, count: int) -> Integers:
    if part.corners is None:
        return np.arange(count, dtype=np.int64)
    corners: Integers = gltf_data.read(model, part.corners)[:, 0].astype(np.int64)
    return corners


def _triangles(mode: int, corners: Integers) -> Integers:
    if mode == _TRIANGLES:
        if len(corners) % 3:
            raise broken(f"{len(corners):,} corners, which are not whole triangles")
        return corners.reshape(-1, 3)
    if mode == _FAN:
        return fans(corners, np.zeros(1, np.int64), np.array([len(corners)]))
    if mode != _STRIP or len(corners) < 3:  # noqa: PLR2004
        return NO_FACES
    strip = np.stack([corners[:-2], corners[1:-1], corners[2:]], axis=1)
    strip[1::2] = strip[1::2, [1, 0, 2]]
    # Strips are joined by triangles without area.
    first, second, third = strip.T
    faces: Integers = strip[(first != second) & (second != third) & (third != first)]
    return faces


def _boxes(arrays: Iterable[Floats]) -> list[Floats]:
    """Return lowest and highest corner of each array that has any."""
    found: list[Floats] = []
    for points in arrays:
        axes = np.ascontiguousarray(points.T)
        if not np.isfinite(axes).all():
            axes = axes[:, np.isfinite(axes).all(axis=0)]
        if axes.size:
            found.append(
                np.stack([axes.min(axis=1), axes.max(axis=1)]).astype(np.float64)
            )
    return found


def _stated(model: Model, mesh: list[_Part]) -> list[Floats]:
    """Return the boxes that the file states itself."""
    entries = (model.item("accessors", part.points) for part in mesh)
    return [
        np.array([e["min"], e["max"]], np.float64).reshape(2, 3)
        for e in entries
        if "min" in e
    ]


def _pictures(model: Model) -> Iterator[tuple[str, bytes]]:
    for index, entry in enumerate(model.items("images")):
        uri, data = entry.get("uri"), None
        if "bufferView" in entry:
            data, _ = model.view(entry["bufferView"])
        elif isinstance(uri, str) and uri.startswith("data:"):
            data = memoryview(gltf_file.embedded(uri))
        if data is not None:
            yield f"images/{index}", bytes(data)


def _said(
    tree: Mapping[str, Any],
) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Gather the words of a model, and the addresses of other files, wherever they are."""
    words: list[tuple[str, str]] = []
    references: dict[str, None] = {}
    todo: deque[Any] = deque([tree])
    while todo:
        node = todo.popleft()
        if isinstance(node, list):
            todo.extend(n for n in node if isinstance(n, list | dict))
            continue
        for key, value in node.items():
            if key in _SAID and value and len(words) < NOTES:
                words.append(
                    (key, value if isinstance(value, str) else json.dumps(value))
                )
            elif (
                key == "uri"
                and isinstance(value, str)
                and not value.startswith("data:")
            ):
                references[value] = None
            elif key != "extras" and isinstance(value, list | dict):
                todo.append(value)
    return notes(iter(words)), tuple(references)[:NOTES]
