"""Edge: the scoped subsets of a tree, as a list of configurations or as folders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from curation import parquet, restore, scopes
from curation.columns_of import sample
from curation.model import Json
from curation.restore import Restored
from curation.scopes import Board


@dataclass(frozen=True)
class Export:
    """A scope of a tree: its boards, and for the quick set the samples of each task."""

    tree: Path
    scope: str
    boards: tuple[Board, ...]
    ids: Mapping[str, frozenset[str]] | None

    def told(self) -> Json:
        """Return it as JSON."""
        told: Json = {
            "scope": self.scope,
            "boards": {board.name: list(board.tasks) for board in self.boards},
        }
        if self.ids is not None:
            told["samples"] = {task: sorted(ids) for task, ids in self.ids.items()}
        return told


def export(tree: Path, scope: str, limit: int = scopes.QUICK) -> Export:
    """Find the boards of a scope, and the samples of the quick set."""
    tasks = [told for told in restore.tasks(tree) if told["samples"]]
    boards = scopes.boards(scope, tasks)
    if scope != "quick":
        return Export(tree, scope, boards, None)
    ids = {told["id"]: scopes.quick(_ids(tree, told["id"]), limit) for told in tasks}
    return Export(tree, scope, boards, ids)


def _ids(tree: Path, task: str) -> Iterator[str]:
    for sheet, cells in parquet.read((tree / "data" / task).glob("*.parquet")):
        yield str(sample(cells, sheet.layout, lambda *_: None)["id"])


def folders(found: Export, target: Path) -> Iterator[tuple[str, tuple[Restored, ...]]]:
    """Write the tasks of each board as folders, one board after the other."""
    for board in found.boards:
        yield (
            board.name,
            restore.restore(found.tree, target / board.name, board.tasks, found.ids),
        )
