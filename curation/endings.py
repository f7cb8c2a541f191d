"""Pure: what kind of media a file is by the ending of its name, where nothing else tells."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

_KINDS: Mapping[str, frozenset[str]] = {
    "image": frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp", ".tif", ".tiff", ".avif", ".jp2", ".ppm", ".pgm", ".pbm"}),
    "audio": frozenset({".wav", ".flac", ".mp3", ".ogg", ".opus", ".oga", ".aiff", ".aif", ".m4a"}),
    "video": frozenset({".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".mpeg", ".mpg"}),
    "mesh": frozenset({".glb", ".gltf", ".ply", ".obj", ".stl", ".off"}),
    "array": frozenset({".npy", ".npz", ".flo"}),
}  # fmt: skip


def kind_of(name: str) -> str | None:
    """Return the kind, as decoders know it, or None."""
    ending = posixpath.splitext(name)[1].lower()
    return next((kind for kind, endings in _KINDS.items() if ending in endings), None)
