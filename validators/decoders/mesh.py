"""Decodes models and point clouds, whole, and opens no other file for them."""

from __future__ import annotations

from collections.abc import Callable

from curation.settings import Limits
from validators.decoders import npy
from validators.decoders.models import gltf, measure, obj, off, pcd, ply, points, stl
from validators.decoders.models.gltf_file import MAGIC as GLB
from validators.decoders.models.shape import Shape
from validators.decoders.numbers import BOM, content
from validators.decoders.source import Bad, Payload, Source, undecodable
from validators.reason import Reason

_Reader = Callable[[Source, Limits], Shape]

_ARCHIVES = (
    npy.ZIP,
    npy.EMPTY_ZIP,
    b"\x1f\x8b",
    b"BZh",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\xfd7zXZ",
)
_FOREIGN = {
    b"Kaydara FBX": "FBX",
    b"BLENDER": "Blender's format",
    b"PXR-USDC": "USD",
    b"#usda": "USD",
    b"<?xml": "XML such as COLLADA or X3D",
    b"<COLLADA": "COLLADA",
    b"\x89HDF": "HDF5",
    b"#VRML": "VRML",
    b"# vtk": "VTK",
    b"ISO-10303-21": "STEP",
}
"""How formats begin that are known, and not read."""
_BY_SUFFIX: dict[str, _Reader] = {
    ".obj": obj.read,
    ".stl": stl.read,
    ".xyz": points.read_text,
    ".pts": points.read_text,
    ".asc": points.read_text,
    ".txt": points.read_text,
    ".csv": points.read_text,
}
_ADVICE = "store the model as .glb or .ply"


def decode(
    source: Source, kind: str, limits: Limits, _options: dict[str, str]
) -> Payload:
    """Decode a model or a point cloud whole and return the facts of `Mesh`.

    Raises:
        Bad: it is broken, over a limit, or of a format that is not read.
    """
    return measure.measured(reader(source, kind)(source, limits))


def reader(source: Source, kind: str) -> _Reader:
    """Choose by the content, and by the suffix where the content has no mark."""
    head = source.head.removeprefix(BOM)
    if head.startswith(npy.MAGIC) or (
        head.startswith(npy.ZIP) and source.suffix == ".npz"
    ):
        return points.read_array
    if head.startswith(_ARCHIVES):
        raise Bad(Reason.REFUSED, f"it is an archive, which is not opened; {_ADVICE}")
    for mark, name in _FOREIGN.items():
        if head.startswith(mark):
            raise Bad(Reason.UNDECODABLE, f"it is {name}, which is not read; {_ADVICE}")
    marked = _by_mark(head)
    if marked is None and source.size > stl.START and stl.is_binary(content(source)):
        marked = stl.read
    reader = marked or _BY_SUFFIX.get(source.suffix)
    if reader is None:
        wanted = "a list of points" if kind == "pointcloud" else "a model"
        raise undecodable(source.head, f"{wanted} that can be read")
    return reader


def _by_mark(head: bytes) -> _Reader | None:
    if head.startswith(GLB) or head.lstrip().startswith(b"{"):
        return gltf.read
    if head.startswith((b"ply\n", b"ply\r")):
        return ply.read
    if off.KEYWORD.match(head):
        return off.read
    if pcd.HEADER.match(head):
        return pcd.read
    return stl.read if head[:6].lower() in {b"solid ", b"solid\n", b"solid\r"} else None
