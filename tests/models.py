"""Makes small models, point clouds and arrays, well or with a lie in the header."""

from __future__ import annotations

import base64
import io
import json
import struct
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

Points = NDArray[np.float32]
Faces = NDArray[np.int64]

_PLY_TYPES = {"<": "binary_little_endian", ">": "binary_big_endian", "": "ascii"}


def ring(around: int = 8, across: int = 5) -> tuple[Points, Faces]:
    """Make a closed ring: 40 points and 80 faces, all with area."""
    turns = 2 * np.pi * np.arange(around) / around
    tilts = 2 * np.pi * np.arange(across) / across
    turn, tilt = (grid.ravel() for grid in np.meshgrid(turns, tilts, indexing="ij"))
    reach = 2 + np.cos(tilt)
    points = np.stack([reach * np.cos(turn), reach * np.sin(turn), np.sin(tilt)], 1)
    return points.astype(np.float32), _triangles(around, across)


def _triangles(around: int, across: int) -> Faces:
    index = np.arange(around * across).reshape(around, across)
    right, up = np.roll(index, -1, 0), np.roll(index, -1, 1)
    both = np.roll(right, -1, 1)
    one = np.stack([index, right, both], 2).reshape(-1, 3)
    two = np.stack([index, both, up], 2).reshape(-1, 3)
    return np.concatenate([one, two])


def lines(rows: Iterable[Sequence[Any]], before: str = "") -> str:
    """Write numbers in rows, exactly."""
    return "".join(f"{before}{' '.join(f'{n:.9g}' for n in row)}\n" for row in rows)


def ply(
    path: Path,
    points: Points,
    polygons: Iterable[Sequence[int]] = (),
    order: str = "<",
    said: Sequence[str] = (),
    claims: tuple[int, int] | None = None,
) -> Path:
    """Write a PLY: *order* is <, > or, for text, empty; *said* are lines of the header."""
    polygons = [list(map(int, p)) for p in polygons]
    many, sides = claims or (len(points), len(polygons))
    header = ["ply", f"format {_PLY_TYPES[order]} 1.0", *said, f"element vertex {many}"]
    header += [f"property float {axis}" for axis in "xyz"]
    if sides:
        header += [f"element face {sides}", "property list uchar int vertex_indices"]
    if order:
        body = points.astype(f"{order}f4").tobytes()
        body += b"".join(
            struct.pack(f"{order}B{len(p)}i", len(p), *p) for p in polygons
        )
    else:
        body = (lines(points) + lines([len(p), *p] for p in polygons)).encode()
    path.write_bytes("\n".join([*header, "end_header\n"]).encode() + body)
    return path


def obj(
    path: Path, points: Points, faces: Iterable[Sequence[int]] = (), before: str = ""
) -> Path:
    """Write an OBJ; *before* are lines that it begins with."""
    path.write_text(before + lines(points, "v ") + lines(np.add(list(faces), 1), "f "))
    return path


def off(
    path: Path, points: Points, faces: Iterable[Sequence[int]], head: str = ""
) -> Path:
    """Write an OFF; *head* replaces the counts."""
    faces = list(faces)
    head = head or f"OFF\n{len(points)} {len(faces)} 0\n"
    path.write_text(head + lines(points) + lines([len(f), *f] for f in faces))
    return path


def stl(path: Path, points: Points, faces: Faces, claims: int | None = None) -> Path:
    """Write a binary STL."""
    count = len(faces) if claims is None else claims
    facets = np.zeros(len(faces), [("n", "<f4", 3), ("c", "<f4", (3, 3)), ("a", "<u2")])
    facets["c"] = points[faces]
    path.write_bytes(b"ring".ljust(80) + struct.pack("<I", count) + facets.tobytes())
    return path


def stl_text(path: Path, points: Points, faces: Faces) -> Path:
    """Write an STL as text."""
    facets = "".join(
        f"facet normal 0 0 0\nouter loop\n{lines(c, 'vertex ')}endloop\nendfacet\n"
        for c in points[faces]
    )
    path.write_text(f"solid ring\n{facets}endsolid ring\n")
    return path


def pcd(
    path: Path, points: Points, form: str = "binary", claims: int | None = None
) -> Path:
    """Write a PCD with an intensity beside the points."""
    count = len(points) if claims is None else claims
    header = (
        "# .PCD v0.7\nVERSION 0.7\nFIELDS x y z i\nSIZE 4 4 4 1\nTYPE F F F U\n"
        f"COUNT 1 1 1 1\nWIDTH {count}\nHEIGHT 1\nPOINTS {count}\nDATA {form}\n"
    )
    if form == "ascii":
        body = lines([*point, 7] for point in points).encode()
    else:
        cells = np.zeros(len(points), [("p", "<f4", 3), ("i", "u1")])
        cells["p"] = points
        body = cells.tobytes()
    path.write_bytes(header.encode() + body)
    return path


def tree(points: Points, faces: Faces) -> tuple[dict[str, Any], bytes]:
    """Make the JSON of a glTF with one mesh, and its buffer."""
    corners = faces.astype("<u4").tobytes()
    data = points.astype("<f4").tobytes() + corners
    edge = points.nbytes
    return {
        "asset": {"version": "2.0", "generator": "tests"},
        "scene": 0,
        "scenes": [{"nodes": [0]}],
        "nodes": [{"mesh": 0}],
        "meshes": [{"primitives": [{"attributes": {"POSITION": 0}, "indices": 1}]}],
        "accessors": [
            {"bufferView": 0, "componentType": 5126, "count": len(points), "type": "VEC3",
             "min": points.min(0).tolist(), "max": points.max(0).tolist()},
            {"bufferView": 1, "componentType": 5125, "count": faces.size, "type": "SCALAR"},
        ],
        "bufferViews": [
            {"buffer": 0, "byteOffset": 0, "byteLength": edge},
            {"buffer": 0, "byteOffset": edge, "byteLength": len(corners)},
        ],
        "buffers": [{"byteLength": len(data)}],
    }, data  # fmt: skip


def glb(path: Path, model: dict[str, Any], data: bytes) -> Path:
    """Pack the JSON and the buffer of a glTF into one file."""
    text = json.dumps(model).encode()
    text += b" " * (-len(text) % 4)
    data += b"\0" * (-len(data) % 4)
    chunks = struct.pack("<I4s", len(text), b"JSON") + text
    chunks += struct.pack("<I4s", len(data), b"BIN\0") + data
    path.write_bytes(struct.pack("<4sII", b"glTF", 2, 12 + len(chunks)) + chunks)
    return path


def gltf(path: Path, model: dict[str, Any], data: bytes | None = None) -> Path:
    """Write a glTF as JSON, with the buffer inside if it is given."""
    if data is not None:
        body = base64.b64encode(data).decode()
        model["buffers"][0]["uri"] = f"data:application/octet-stream;base64,{body}"
    path.write_text(json.dumps(model))
    return path


def textured(
    model: dict[str, Any], data: bytes, picture: bytes
) -> tuple[dict[str, Any], bytes]:
    """Put a picture into a glTF."""
    view = {"buffer": 0, "byteOffset": len(data), "byteLength": len(picture)}
    model["bufferViews"].append(view)
    model["images"] = [{"bufferView": 2, "mimeType": "image/png"}]
    model["buffers"][0]["byteLength"] = len(data) + len(picture)
    return model, data + picture


def png(width: int = 16, height: int = 16) -> bytes:
    """Make a picture."""
    stream = io.BytesIO()
    Pillow.effect_noise((width, height), 50).save(stream, "PNG")
    return stream.getvalue()


def npy_head(shape: tuple[int, ...], dtype: str = "<f4") -> bytes:
    """Make the header of an .npy, whatever it claims."""
    stream = io.BytesIO()
    said = {"descr": dtype, "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(stream, said)
    return stream.getvalue()


def flo(path: Path, values: NDArray[np.float32]) -> Path:
    """Write optical flow of (rows, columns, 2)."""
    height, width, _ = values.shape
    path.write_bytes(b"PIEH" + struct.pack("<ii", width, height) + values.tobytes())
    return path


def text(path: Path, content: str) -> Path:
    """Write text."""
    path.write_text(content)
    return path


def saved(path: Path, values: NDArray[Any]) -> Path:
    """Write an .npy or a compressed .npz."""
    if path.suffix == ".npz":
        np.savez_compressed(path, values)
    else:
        np.save(path, values)
    return path


POINTS, FACES = ring()

WRITERS: dict[str, Callable[[Path], Path]] = {
    "binary.ply": lambda path: ply(path, POINTS, FACES),
    "big-endian.ply": lambda path: ply(path, POINTS, FACES, ">"),
    "text.ply": lambda path: ply(path, POINTS, FACES, ""),
    "a.obj": lambda path: obj(path, POINTS, FACES),
    "a.off": lambda path: off(path, POINTS, FACES),
    "binary.stl": lambda path: stl(path, POINTS, FACES),
    "text.stl": lambda path: stl_text(path, POINTS, FACES),
    "a.glb": lambda path: glb(path, *tree(POINTS, FACES)),
    "a.gltf": lambda path: gltf(path, *tree(POINTS, FACES)),
}
CLOUDS: dict[str, Callable[[Path], Path]] = {
    "a.ply": lambda path: ply(path, POINTS),
    "a.pcd": lambda path: pcd(path, POINTS),
    "text.pcd": lambda path: pcd(path, POINTS, "ascii"),
    "a.xyz": lambda path: text(path, lines(POINTS)),
    "a.pts": lambda path: text(path, f"{len(POINTS)}\n{lines(POINTS)}"),
    "a.csv": lambda path: text(path, f"x,y,z\n{lines(POINTS).replace(' ', ',')}"),
    "a.obj": lambda path: obj(path, POINTS),
    "a.npy": lambda path: saved(path, POINTS),
    "a.npz": lambda path: saved(path, POINTS),
}
