"""Writes models and point clouds: PLY and GLB, plain enough to be read by eye."""

from __future__ import annotations

import json
import struct
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from curation.model import Json

Points = NDArray[np.float32]
Faces = NDArray[np.uint32]


def ply(
    path: Path, points: Points, faces: Faces | None = None, claimed: int | None = None
) -> None:
    """Write a binary PLY; *claimed* is what the header says of the number of points."""
    header = ["ply", "format binary_little_endian 1.0"]
    header += [f"element vertex {len(points) if claimed is None else claimed}"]
    header += [f"property float {axis}" for axis in "xyz"]
    body = points.astype("<f4").tobytes()
    if faces is not None:
        header += [
            f"element face {len(faces)}",
            "property list uchar int vertex_indices",
        ]
        rows = np.zeros(len(faces), [("sides", "u1"), ("corners", "<i4", 3)])
        rows["sides"], rows["corners"] = 3, faces
        body += rows.tobytes()
    path.write_bytes("\n".join([*header, "end_header\n"]).encode() + body)


def model(
    points: Points, faces: Faces, shade: tuple[float, ...]
) -> tuple[dict[str, Json], bytes]:
    """Return the description of a glTF with one mesh in one colour, and its numbers."""
    corners = faces.astype("<u4").tobytes()
    data = points.astype("<f4").tobytes() + corners
    start = len(data) - len(corners)
    views = [(0, start), (start, len(corners))]
    return {
        "asset": {"version": "2.0"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1, "material": 0}]}],
        "materials": [{"pbrMetallicRoughness": {"baseColorFactor": [*shade, 1.0]}}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": len(points), "type": "VEC3",
             "min": points.min(0).tolist(), "max": points.max(0).tolist()},
            {"bufferView": 1, "componentType": 5125, "count": faces.size, "type": "SCALAR"},
        ],
        "bufferViews": [{"buffer": 0, "byteOffset": at, "byteLength": size} for at, size in views],
        "buffers": [{"byteLength": len(data)}],
    }, data  # fmt: skip


def glb(path: Path, described: dict[str, Json], data: bytes) -> None:
    """Pack a description and its numbers into one file."""
    text = json.dumps(described).encode()
    text += b" " * (-len(text) % 4)
    data += b"\0" * (-len(data) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text
    chunks += struct.pack("<I4s", len(data), b"BIN\0") + data
    path.write_bytes(struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks)
