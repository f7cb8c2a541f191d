"""Edge: a small picture of a mesh or a cloud of points, for those who leaf through a set."""

from __future__ import annotations

import io
import os
import struct
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from curation.settings import Limits
from curation.workers import Job, LocalPool, batched, each
from validators.decoders import unreadable
from validators.decoders.source import Payload
from validators.reason import Reason

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIZE = 256
"""Pixels of each side."""
POINTS = 60_000
"""Points that are drawn at most; of a mesh they lie on its surface."""
_BROKEN = (
    ArithmeticError, AttributeError, ImportError, LookupError, MemoryError, NameError,
    OSError, RuntimeError, TypeError, ValueError, struct.error,
)  # fmt: skip
"""What the readers raise on a model that they cannot read; all else is our bug."""
_MARGIN = 0.9
_DARK = 60
_VIEW = ((0.8, 0.0, -0.6), (-0.3, 0.87, -0.4), (0.52, 0.5, 0.69))
"""Right, up and towards the one who looks."""


def pictures(files: Sequence[Path], jobs: int | None = None) -> Mapping[Path, Payload]:
    """Draw models in bounded workers.

    Returns:
        For each file its `picture`, a PNG, or else the `detail` why there is none. The
        same file makes the same picture: nothing in it is left to chance.
    """
    limits = Limits()
    asked = [Job(str(file), "mesh", file.stat().st_size) for file in files]
    pool = LocalPool(jobs or os.cpu_count() or 1, limits, partial(each, drawn))
    batches = batched(asked, limits, {})
    found = pool.run(batches) if batches else ()
    return {Path(job.path): told for job, told in found}


def drawn(job: Job, limits: Limits, options: dict[str, str]) -> Payload:
    """Draw one model."""
    del limits, options
    try:
        points = _points(Path(job.path))
    except _BROKEN as error:
        return unreadable(Reason.UNDECODABLE, f"{type(error).__name__}: {error}"[:300])
    if len(points) == 0:
        return unreadable(Reason.UNDECODABLE, "it has no points")
    return {"picture": _drawn(points)}


def _points(file: Path) -> NDArray[np.float64]:
    import numpy as np  # noqa: PLC0415

    if file.suffix.lower() in {".npy", ".xyz", ".pts", ".txt"}:
        loaded = (
            np.load(file, allow_pickle=False)
            if file.suffix == ".npy"
            else np.loadtxt(file, usecols=(0, 1, 2), comments="#", max_rows=POINTS)
        )
        table = np.asarray(loaded, np.float64).reshape(-1, loaded.shape[-1])[:, :3]
        return _finite(_spread(table))
    import trimesh  # noqa: PLC0415

    with file.open("rb") as source:
        found: Any = trimesh.load(
            source, file_type=file.suffix[1:].lower(), process=False
        )
    if hasattr(found, "to_geometry"):
        found = found.to_geometry()
    vertices = np.asarray(found.vertices, np.float64)
    faces = getattr(found, "faces", None)
    return _finite(
        _spread(vertices)
        if faces is None or len(faces) == 0
        else _surface(vertices, np.asarray(faces))
    )


def _finite(points: NDArray[np.float64]) -> NDArray[np.float64]:
    import numpy as np  # noqa: PLC0415

    return (
        points[np.isfinite(points).all(axis=1)]
        if points.shape[1] == len(_VIEW)
        else points[:0]
    )


def _spread(points: NDArray[np.float64]) -> NDArray[np.float64]:
    return points[:: max(1, len(points) // POINTS)]


def _surface(
    vertices: NDArray[np.float64], faces: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Lay a grid of points on each face, closer on larger ones."""
    import numpy as np  # noqa: PLC0415

    corners = vertices[faces[:: max(1, len(faces) // POINTS)]]
    areas = np.linalg.norm(
        np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
    )
    total = float(areas.sum())
    if not np.isfinite(total) or total <= 0:
        return _spread(vertices)
    steps = np.clip(np.sqrt(areas / total * POINTS), 1, 64).astype(int)
    found = []
    for number in np.unique(steps):
        grid = [(i, j) for i in range(number + 1) for j in range(number + 1 - i)]
        weights = (
            np.array([(i, j, number - i - j) for i, j in grid], np.float64) / number
        )
        found.append(
            np.einsum("wk,fkc->fwc", weights, corners[steps == number]).reshape(-1, 3)
        )
    return np.concatenate(found)


def _drawn(points: NDArray[np.float64]) -> bytes:
    """Draw points as seen from above one corner, nearer ones brighter."""
    import numpy as np  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    seen = (points - (points.min(axis=0) + points.max(axis=0)) / 2) @ np.array(_VIEW).T
    reach = float(np.abs(seen[:, :2]).max()) or 1.0
    place = np.rint(
        (seen[:, :2] / reach * _MARGIN * [1, -1] + 1) / 2 * (SIZE - 1)
    ).astype(int)
    depth = seen[:, 2]
    span = float(np.ptp(depth)) or 1.0
    light = np.rint(_DARK + (depth - depth.min()) / span * (255 - _DARK)).astype(
        np.uint8
    )
    canvas = np.zeros((SIZE + 1, SIZE + 1), np.uint8)
    for right, down in (
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 1),
    ):  # so that a surface has no gaps
        np.maximum.at(canvas, (place[:, 1] + down, place[:, 0] + right), light)
    out = io.BytesIO()
    Image.fromarray(canvas[:SIZE, :SIZE]).save(out, "PNG", optimize=False)
    return out.getvalue()
