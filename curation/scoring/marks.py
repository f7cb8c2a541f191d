"""What becomes of one task: its points, whether it is won, and the counts of many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from curation.scoring.cells import Cell
from curation.scoring.table import Row, Sota


@dataclass(frozen=True, slots=True)
class Mark:
    """What became of one task: its points of 0 to 100, and whether it is won.

    `value` is what counted, None where the task is missing or was refused.
    """

    row: Row
    value: float | None
    bar: float
    points: float = 0.0
    win: bool = False
    coverage: float = 1.0
    fault: str = ""
    warning: str = ""
    unscored: str = ""


@dataclass(frozen=True, slots=True)
class Tally:
    """How many tasks there are, were answered, earned points and were won.

    `coverage` is the answered share of the items, averaged over all tasks, 0 to 1.
    """

    tasks: int
    supported: int
    nonzero: int
    wins: int
    coverage: float


def mark(row: Row, cell: Cell, bars: Sota) -> Mark:
    """Judge one task: its points, and whether it is won on raw values and full coverage."""
    bar = bars.values[row.id]
    if cell.refused:
        return Mark(row, None, bar, coverage=0.0, fault=cell.refused)
    if cell.value is None or math.isnan(cell.value):
        return Mark(row, None, bar, coverage=0.0, unscored=cell.unscored)
    if fault := row.scale.fault(cell.value) or _incomplete(row, cell.coverage):
        return Mark(row, None, bar, coverage=0.0, fault=fault)
    return Mark(
        row,
        cell.value,
        bar,
        row.scale.one(cell.value) * row.scale.share(cell.coverage),
        cell.coverage >= 1.0 and row.beats(cell.value, bar),
        cell.coverage,
        warning=row.scale.warning(cell.value),
    )


def _incomplete(row: Row, coverage: float) -> str:
    if row.scale.silence != "refused" or coverage >= 1.0:
        return ""
    return f"{row.label} needs all items answered; {coverage:.1%} are"


def tally(marks: Sequence[Mark]) -> Tally:
    """Count tasks: all, answered, with points, won; and their mean coverage."""
    return Tally(
        len(marks),
        sum(m.value is not None for m in marks),
        sum(m.points > 0.0 for m in marks),
        sum(m.win for m in marks),
        math.fsum(m.coverage for m in marks) / len(marks) if marks else 0.0,
    )
