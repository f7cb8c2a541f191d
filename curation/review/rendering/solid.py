"""Draws models and clouds of points: what turns under the mouse, and a still."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from curation.settings import Limits
from validators.decoders import mesh
from validators.decoders.source import Bad, Payload, Source
from validators.reason import Reason

MOST = 30_000
"""Points that turn under the mouse at most."""
GRIDS = (1024, 512, 256, 160, 96, 64, 40, 24)
"""Cells along the longest side by which points are drawn together, the finest first."""
STEPS = 65_535
"""Steps of a coordinate."""
STILL = 288
"""Pixels of each side of a still."""
SPRINKLED = 120_000
"""Points that are laid on a surface for a still."""

Points = NDArray[np.float64]
Faces = NDArray[np.int64]

_VIEW = np.array(((0.8, 0.0, -0.6), (-0.3, 0.87, -0.4), (0.52, 0.5, 0.69)))
"""Right, up and towards the one who looks; up is the y of the file."""
_CORNERS = 3


def draw(source: Source, kind: str, room: int, limits: Limits) -> Payload:
    """Return quantised points and faces, and a still of them.

    `points` are 16-bit numbers, three a point, on a grid of the longest side; `faces` are
    16-bit indices, three a triangle. `of` are the points and faces of the file.

    Raises:
        Bad: it cannot be read, or has no finite point.
    """
    shape = mesh.reader(source, kind)(source, limits)
    points = np.asarray(shape.vertices, np.float64)
    faces = np.asarray(shape.faces, np.int64)
    if len(faces):
        faces = faces[((faces >= 0) & (faces < len(points))).all(axis=1)]
    finite: NDArray[np.bool_] = np.asarray(np.isfinite(points).all(axis=1))
    if not finite.any():
        raise Bad(Reason.UNDECODABLE, "it has no point that could be shown")
    if len(faces):
        faces = faces[finite[faces].all(axis=1)]
    total = len(points)
    still = _still(*_placed(points, faces, finite))
    left = max(room - len(still), 20_000)
    if len(faces):
        points, faces = simplified(points, faces, min(MOST, left // 18))
    else:
        kept = spread(total, most(room))
        points = np.nan_to_num(points[kept], nan=0.0, posinf=0.0, neginf=0.0)
    return {
        "points": _quantised(points).tobytes(),
        "faces": faces.astype("<u2").tobytes(),
        "of": (total, len(shape.faces)),
        "picture": still,
        "side": STILL,
    }


def most(room: int) -> int:
    """Return how many points of a cloud are shown, and labels of points, in *room* bytes."""
    return max(2000, min(MOST, room // 8))


def spread(count: int, at_most: int) -> NDArray[np.int64]:
    """Return which of *count* things are shown, equally spaced, *at_most* of them."""
    shown = min(count, max(at_most, 1))
    places: NDArray[np.int64] = np.arange(shown, dtype=np.int64)
    return places * count // max(shown, 1)


def _placed(
    points: Points, faces: Faces, finite: NDArray[np.bool_]
) -> tuple[Points, Faces]:
    """Centre the points and bring the longest side to the length 1."""
    box = points[finite]
    low, high = box.min(axis=0), box.max(axis=0)
    side = float((high - low).max()) or 1.0
    middle = (low + high) / 2
    placed = (points - middle) / side
    return (placed, faces) if len(faces) else (placed[finite], faces)


def simplified(points: Points, faces: Faces, at_most: int) -> tuple[Points, Faces]:
    """Draw points together that share a cell of a grid, until few enough are left."""
    used, corners = np.unique(faces, return_inverse=True)
    points, faces = points[used], corners.reshape(-1, _CORNERS)
    if len(points) <= at_most and len(faces) <= 2 * at_most:
        return points, faces
    low = points.min(axis=0)
    side = float((points.max(axis=0) - low).max()) or 1.0
    kept, found = points, faces
    for grid in GRIDS:
        cells = np.floor((points - low) / side * (grid - 1)).astype(np.int64)
        keys = (cells[:, 0] * grid + cells[:, 1]) * grid + cells[:, 2]
        _, first, cell = np.unique(keys, return_index=True, return_inverse=True)
        kept, found = points[first], _distinct(cell.reshape(-1)[faces])
        if len(kept) <= at_most and len(found) <= 2 * at_most:
            break
    return kept, found[: 2 * at_most]


def _distinct(faces: Faces) -> Faces:
    """Leave out faces that have collapsed, and all but the first of equal ones."""
    a, b, c = faces.T
    open_ones = faces[(a != b) & (b != c) & (c != a)]
    _, first = np.unique(np.sort(open_ones, axis=1), axis=0, return_index=True)
    distinct: Faces = open_ones[np.sort(first)]
    return distinct


def _quantised(points: Points) -> NDArray[np.uint16]:
    low = points.min(axis=0)
    side = float((points.max(axis=0) - low).max()) or 1.0
    steps: NDArray[np.uint16] = np.rint((points - low) / side * STEPS).astype("<u2")
    return steps


def _still(points: Points, faces: Faces) -> bytes:
    """Draw a model as seen from above one corner, lit from there, on clear ground."""
    if len(faces):
        seen, light = _sprinkled(points @ _VIEW.T, faces)
    else:
        seen = points[spread(len(points), SPRINKLED)] @ _VIEW.T
        depth = seen[:, 2]
        light = 0.35 + 0.65 * (depth - depth.min()) / (float(np.ptp(depth)) or 1.0)
    reach = float(np.abs(seen[:, :2]).max()) or 1.0
    place = np.rint((seen[:, :2] / reach * [0.92, -0.92] + 1) / 2 * (STILL - 2)).astype(int)  # fmt: skip
    order = np.argsort(seen[:, 2], kind="stable")
    canvas = np.zeros((STILL, STILL, 4), np.uint8)
    colour = np.clip(light[order, None] * np.array([110, 160, 235]), 0, 255)
    for right, down in ((0, 0), (1, 0), (0, 1), (1, 1)):
        # The nearest is painted last; a point covers four pixels, so that none gape.
        rows, columns = place[order, 1] + down, place[order, 0] + right
        canvas[rows, columns, :3] = colour
        canvas[rows, columns, 3] = 255
    out = io.BytesIO()
    Pillow.fromarray(canvas, "RGBA").quantize(64).save(out, "PNG")
    return out.getvalue()


def _sprinkled(points: Points, faces: Faces) -> tuple[Points, NDArray[np.float64]]:
    """Lay a grid of points on each face, closer on larger ones, and light them."""
    corners = points[faces[spread(len(faces), SPRINKLED)]]
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    lengths = np.linalg.norm(normals, axis=1)
    areas = lengths / 2
    facing = np.abs(normals[:, 2]) / np.maximum(lengths, 1e-12)
    steps = np.clip(np.sqrt(2 * areas / (areas.sum() or 1) * SPRINKLED), 1, 120)
    found: list[Any] = []
    light: list[Any] = []
    whole = np.ceil(steps).astype(int)
    for number in np.unique(whole):
        grid = [(i, j) for i in range(number + 1) for j in range(number + 1 - i)]
        weights = np.array([(i, j, number - i - j) for i, j in grid], float) / number
        chosen = whole == number
        found.append(np.einsum("wk,fkc->fwc", weights, corners[chosen]).reshape(-1, 3))
        light.append(np.repeat(0.3 + 0.7 * facing[chosen], len(grid)))
    return np.concatenate(found), np.concatenate(light)
