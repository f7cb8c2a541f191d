"""Faults of models, point clouds and arrays."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from curation.demo import formats, furniture
from curation.demo.faults.fault import Fault, Planter, become, both, fill
from curation.demo.formats import Faces, Points
from curation.demo.furniture import CHAIRS, TABLES, Block

_MADE = "/data/1/output/mesh_file"
_CLOUD = "pointclouds/0002.ply"
_LABELS = "targets/0002.npy"
_PLY, _GLB, _GLTF = "targets/0002.ply", "targets/0002.glb", "targets/0002.gltf"
_STOOL = furniture.surface(
    [Block((0, 0, 0.2), (0.3, 0.3, 0.4)), Block((0, 0, 0.42), (0.5, 0.5, 0.04))]
)


def _cloud(how: Callable[[Points], Points]) -> Planter:
    def plant(folder: Path) -> None:
        data = (folder / _CLOUD).read_bytes()
        body = data[data.index(b"end_header\n") + 11 :]
        formats.ply(
            folder / _CLOUD, how(np.frombuffer(body, "<f4").reshape(-1, 3).copy())
        )

    return plant


def _mesh(how: Callable[[Points, Faces], tuple[Points, Faces | None]]) -> Planter:
    """Put a stool in the place of a table, as a PLY."""
    return both(
        become(_MADE, _PLY),
        lambda folder: formats.ply(folder / _PLY, *how(*_STOOL)),
    )


def _hole(points: Points) -> Points:
    points[7, 1] = np.nan
    return points


def _collapsed(faces: Faces) -> Faces:
    flat = faces.copy()
    flat[:3, 2] = flat[:3, 1]
    return flat


def _beyond(faces: Faces) -> Faces:
    wrong = faces.copy()
    wrong[0, 0] = 900
    return wrong


def gltf(elsewhere: str = "", **more: Any) -> bytes:
    """Describe the stool as JSON, its numbers inside or *elsewhere*."""
    described, data = formats.model(*_STOOL, (0.5, 0.4, 0.3))
    inside = f"data:application/octet-stream;base64,{base64.b64encode(data).decode()}"
    described["buffers"][0]["uri"] = elsewhere or inside
    return json.dumps({**described, **more}).encode()


def _unpainted(folder: Path) -> None:
    """Put a picture into a model that is none."""
    described, data = formats.model(*_STOOL, (0.5, 0.4, 0.3))
    scrap = b"\x89PNG\r\n\x1a\n and nothing more "
    described["bufferViews"].append(
        {"buffer": 0, "byteOffset": len(data), "byteLength": len(scrap)}
    )
    described["buffers"][0]["byteLength"] += len(scrap)
    described["images"] = [{"bufferView": 2, "mimeType": "image/png"}]
    formats.glb(folder / _GLB, described, data + scrap)


def _array(values: Any) -> Planter:
    stream = io.BytesIO()
    np.save(stream, values, allow_pickle=False)
    return fill(_LABELS, stream.getvalue())


FAULTS = (
    Fault("MSH001", CHAIRS, _CLOUD, "a point cloud has no point", _cloud(lambda points: points[:0])),
    Fault("MSH002", TABLES, _PLY, "points without faces where a mesh is meant", _mesh(lambda points, _: (np.repeat(points, 4, 0), None))),
    Fault("MSH003", CHAIRS, _CLOUD, "a coordinate is NaN", _cloud(_hole)),
    Fault("MSH004", CHAIRS, _CLOUD, "all points lie in one place", _cloud(lambda points: points * 0 + np.float32(0.5))),
    Fault("MSH005", TABLES, _PLY, "three faces have two corners in one point", _mesh(lambda points, faces: (points, _collapsed(faces)))),
    Fault("MSH006", TABLES, _PLY, "a face names point 900 of 16", _mesh(lambda points, faces: (points, _beyond(faces)))),
    Fault(
        "MSH007",
        TABLES,
        _GLTF,
        "a model takes its points from ../../private/stool.bin",
        both(become(_MADE, _GLTF), fill(_GLTF, gltf("../../private/stool.bin"))),
    ),
    Fault(
        "MSH008",
        TABLES,
        _GLTF,
        "a model takes its texture from wood.png beside it",
        both(become(_MADE, _GLTF), fill(_GLTF, gltf(images=[{"uri": "wood.png"}]))),
    ),
    Fault("MSH009", TABLES, _GLB, "the texture inside a model is broken", _unpainted),
    Fault("MSH010", CHAIRS, _CLOUD, "a point cloud has five points", _cloud(lambda points: points[:5])),
    Fault("ARR001", CHAIRS, _LABELS, "a label is NaN", _array(np.array([0, 1, np.nan, 2] * 256))),
    Fault("ARR002", CHAIRS, _LABELS, "all labels are 1", _array(np.ones(furniture.POINTS, np.uint8))),
    Fault("ARR003", CHAIRS, _LABELS, "an array has no values", _array(np.zeros(0, np.uint8))),
)  # fmt: skip
