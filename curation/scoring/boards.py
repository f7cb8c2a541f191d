"""The leaderboards of Scopes A to D: which tasks they average, up to which level.

A: all modalities, the full task list and the quick one. B: each modality and every
combination of two or three. C: a paradigm of a modality. D: one of the 145 skills.
Source of the scopes: the benchmark's own leaderboard pages, which go up to Level 5 in A,
to Level 4 in B (5 where language was scored too), and to Level 3 in C and D.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from curation.scoring.table import MULTIMODAL, TITLES, Row, task_table

SCOPES = {
    "A": "All modalities",
    "B": "Modalities and their combinations",
    "C": "Paradigms",
    "D": "Skills",
}
"""The scopes with what their boards are about."""
QUICK = "A-quick"
"""The id of the board that models run on the quick set may stand on."""


@dataclass(frozen=True)
class Board:
    """One leaderboard: its tasks, its modalities, and its highest level."""

    id: str
    scope: str
    title: str
    rows: tuple[Row, ...]
    modalities: tuple[str, ...]
    highest: int


def boards(
    quick: Sequence[str] | None = None, *, exclude_suspect: bool = False
) -> tuple[Board, ...]:
    """Return all boards: A 2, B 14, C 8, D 145.

    *quick* are the ids of the tasks on the quick board. The site's own list is not
    public; by default they are the tasks that need no model weights and no judge.
    With *exclude_suspect* doubted rows are left out, and with them the boards of which
    a paradigm or a modality has no others.

    Raises:
        ValueError: if *quick* has an unknown id, or leaves a group without a task.
    """
    found = (*_scope_a(quick), *_scope_b(), *_scope_c(), *_scope_d())
    if not exclude_suspect:
        return found
    trusted = (
        replace(b, rows=tuple(r for r in b.rows if not r.suspect)) for b in found
    )
    return tuple(
        b for b, old in zip(trusted, found, strict=True) if _groups(b) == _groups(old)
    )


def _groups(board: Board) -> set[str]:
    return {row.group for row in board.rows}


def quick_tasks() -> tuple[str, ...]:
    """Return the ids of the default quick board: tasks that are scored offline."""
    return tuple(row.id for row in task_table().rows if row.offline)


def _scope_a(quick: Sequence[str] | None) -> Iterator[Board]:
    rows = task_table().rows
    yield Board("A", "A", "All modalities", rows, MULTIMODAL, 5)
    ids = set(quick_tasks() if quick is None else quick)
    if unknown := sorted(ids - task_table().by_id.keys()):
        raise ValueError(f"unknown tasks on the quick board: {', '.join(unknown[:5])}")
    chosen = tuple(row for row in rows if row.id in ids)
    if empty := sorted({r.group for r in rows} - {r.group for r in chosen}):
        raise ValueError(f"the quick board has no task of {', '.join(empty)}")
    yield Board(QUICK, "A", "All modalities, quick", chosen, MULTIMODAL, 5)


def _scope_b() -> Iterator[Board]:
    for size in (1, 2, 3):
        for some in combinations(MULTIMODAL, size):
            rows = tuple(r for r in task_table().rows if r.modality in (*some, "text"))
            title = " + ".join(TITLES[m] for m in some)
            yield Board(f"B-{'-'.join(some)}", "B", title, rows, some, 5)


def _scope_c() -> Iterator[Board]:
    for modality in MULTIMODAL:
        for paradigm in ("comprehension", "generation"):
            group = f"{modality}-{paradigm[0]}"
            rows = tuple(r for r in task_table().rows if r.group == group)
            title = f"{TITLES[modality]} {paradigm}"
            yield Board(f"C-{modality}-{paradigm}", "C", title, rows, (modality,), 3)


def _scope_d() -> Iterator[Board]:
    skills: dict[str, list[Row]] = {}
    for row in task_table().rows:
        skills.setdefault(row.skill, []).append(row)
    for skill, rows in skills.items():
        title = f"{skill} {rows[0].skill_name}"
        yield Board(f"D-{skill}", "D", title, tuple(rows), (rows[0].modality,), 3)
