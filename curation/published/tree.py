"""Edge: the tree of a release in a published data set, whole or the part that is needed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import orjson

import schemas
from curation import manifest
from curation.manifest import Broken, Listed, Manifest
from curation.published.address import Unreachable
from curation.published.repository import Published, Stored
from curation.trees import REFERENCES
from schemas import Family

_SHOWN = 5


class Tree:
    """A published tree, fetched piece by piece below a folder.

    Raises:
        Unreachable: the data set holds no tree of a release, or a broken one.
    """

    def __init__(self, published: Published, folder: Path) -> None:
        self._published = published
        self.folder = folder
        published.fetch([Stored(manifest.FILE, 0)], folder)
        try:
            self.manifest: Manifest = manifest.read(folder)
        except Broken as error:
            raise Unreachable(
                f"{published.address}: {str(error).removeprefix(f'{folder}/')}"
            ) from None
        self._files = {file.path: file for file in self.manifest.files}

    @property
    def ids(self) -> list[str]:
        """Return the ids of all tasks."""
        return [
            path.removeprefix("tasks/").removesuffix(".json")
            for path in self._files
            if path.startswith("tasks/")
        ]

    def see_public(self) -> None:
        """See that it is no tree of references.

        Raises:
            Unreachable: it is.
        """
        if self.manifest.tree == REFERENCES:
            raise Unreachable(
                f"{self._published.address} holds hidden references, which are no tasks;"
                " expected the open or the close set"
            )

    def fetch(self, paths: Iterable[str]) -> None:
        """Fetch files, and see that they are what the manifest says.

        Raises:
            Unreachable: one cannot be had, or has other bytes.
        """
        wanted = [
            self._files[path] for path in paths if not (self.folder / path).exists()
        ]
        self._published.fetch([Stored(f.path, f.bytes) for f in wanted], self.folder)
        for file in wanted:
            self._see_whole(file)

    def _see_whole(self, file: Listed) -> None:
        if manifest.digest(self.folder / file.path) != file.sha256:
            raise Unreachable(
                f"{self._published.address}: {file.path} is not what {manifest.FILE} says; the"
                " release was not published whole, or was changed since"
            )

    def fetch_tasks(self, ids: Collection[str] | None = None) -> None:
        """Fetch tasks, all by default: what is told of them, and their samples."""
        wanted = set(self.ids if ids is None else ids)
        self.fetch(path for path in self._files if _task_of(path) in wanted)

    def tasks_at(self, path: str) -> list[str]:
        """Return the ids of the tasks at or below a path, such as their folder in the benchmark.

        Raises:
            Unreachable: there are none.
        """
        if _task_of(path):
            found = [one for one in self.ids if one == _task_of(path)]
        else:
            self.fetch(f"tasks/{one}.json" for one in self.ids)
            folders = {one: self._told(one)["folder"] for one in self.ids}
            found = [
                one
                for one, folder in folders.items()
                if f"{folder}/".casefold().startswith(f"{path}/".casefold())
            ]
        if not found:
            raise Unreachable(
                f"{self._published.address}: no task is at {path!r}; its tasks are"
                f" {', '.join(self.ids[:_SHOWN])}{' …' if len(self.ids) > _SHOWN else ''}"
            )
        return found

    def family(self, task: str) -> Family:
        """Return the family of a task that was fetched.

        Raises:
            Unreachable: this version does not know it.
        """
        name = self._told(task)["family"]
        found = schemas.family(name)
        if found is None:
            raise Unreachable(
                f"{self._published.address}: {task} is of the family {name!r}, which this"
                " version does not know; update the tool"
            )
        return found

    def _told(self, task: str) -> Mapping[str, str]:
        told: Mapping[str, str] = orjson.loads(
            (self.folder / "tasks" / f"{task}.json").read_bytes()
        )
        return told


def _task_of(path: str) -> str:
    """Return the task that a file of a tree belongs to, or no name."""
    top, _, rest = path.partition("/")
    return rest.split("/")[0].removesuffix(".json") if top in {"tasks", "data"} else ""
