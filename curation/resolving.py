"""Pure: the file that a path in a sample leads to."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence

from curation.read import Entry

LONGEST_PATH = 4096
"""Characters; no file system takes a longer path."""


class Resolver:
    """Finds the file that a sample means, under the three conventions in use."""

    FOLDERS: Mapping[str, tuple[str, ...]] = {
        "image": ("images", "image"),
        "mask": ("masks", "mask", "images"),
        "video": ("videos", "video"),
        "audio": ("audios", "audio"),
        "mesh": ("meshes", "mesh", "pointclouds"),
        "pointcloud": ("pointclouds", "pointcloud", "meshes"),
        "array": ("arrays", "depth", "flow", "depths"),
        "frames": ("frames", "videos", "video"),
    }
    DOCUMENTED = ("images", "videos", "audios", "pointclouds")
    """Media folders that also hold what goes with their own kind, such as frames."""

    def __init__(self, entries: Sequence[Entry], annotation: str) -> None:
        self._entries = {e.path: e for e in entries}
        self._home = posixpath.dirname(annotation)

    def file(self, given: str, kind: str) -> str | None:
        """Return the path below the task folder that *given* leads to, or None."""
        if given in self._entries:
            return given
        if not given or len(given) > LONGEST_PATH:
            return None
        path = posixpath.normpath(given.replace("\\", "/"))
        if path.startswith("../") and self._home:
            path = posixpath.normpath(posixpath.join(self._home, path))
        if path in {".", ".."} or path.startswith("../"):
            return None
        for candidate in self._candidates(path.lstrip("/"), kind):
            if candidate in self._entries:
                return candidate
        return None

    def _candidates(self, path: str, kind: str) -> Iterator[str]:
        yield path
        # No other folder: an input that is missing is not to be found among references.
        for folder in (*self.FOLDERS.get(kind, ()), *self.DOCUMENTED):
            yield f"{folder}/{path}"
        if self._home:
            yield f"{self._home}/{path}"
        # A path of the machine that the task was made on: its longest tail that is here.
        parts = path.split("/")
        for start in range(1, len(parts)):
            yield "/".join(parts[start:])
        for folder in self.FOLDERS.get(kind, ()):
            yield f"{folder}/{parts[-1]}"
