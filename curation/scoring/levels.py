"""Levels 2 to 5 of a model, in each modality and overall.

Source of the definitions: arXiv 2505.04620, section 3.2.1, and its appendix A.1 for the
scales. With a_i the points of a task (0 where it is missing) and h_i = a_i where the
raw value equals or betters the state of the art, else 0:

    L2 = (mean of a over comprehension + mean of a over generation) / 2
    L3 = the same of h
    L4 = harmonic mean of the two means of h, 0 where one of them is 0
    L5 = L4 * w, where w = mean of h over the language tasks / 100

Policy `paper` averages L2 to L4 over the modalities with equal weight. Policy `pooled`
puts the tasks of all modalities into one comprehension and one generation group.
Denominators always come from the task table.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from curation.scoring import upstream
from curation.scoring.cells import MISSING, Cell, Scores
from curation.scoring.ladder import Ladder, harmonic
from curation.scoring.marks import Mark, Tally, mark, tally
from curation.scoring.table import MULTIMODAL, Row, Sota, sota, task_table

POLICIES = ("paper", "pooled", "upstream")
"""The ways to add up, the default first; `upstream` has the public scorer's faults."""


@dataclass(frozen=True)
class Levels:
    """The levels of one model, and the marks that they were made of."""

    policy: str
    sota: Sota
    overall: Ladder
    modalities: Mapping[str, Ladder]
    marks: tuple[Mark, ...]
    tallies: Mapping[str, Tally]
    language: float
    """w of Level 5: the mean points of won language tasks / 100, 0 to 1."""
    micro: float
    """L2 as the plain mean over all multimodal tasks, 0 to 100."""
    notes: tuple[str, ...] = ()

    @cached_property
    def faults(self) -> tuple[str, ...]:
        """The scores that were refused, each with its task and the reason."""
        return tuple(
            f"{m.row.id} {m.row.name}: {m.fault}" for m in self.marks if m.fault
        )

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """The scores that were cut to the end of their scale."""
        return tuple(
            f"{m.row.id} {m.row.name}: {m.warning}" for m in self.marks if m.warning
        )

    @cached_property
    def won(self) -> tuple[Mark, ...]:
        """The tasks in which the model equals or betters the state of the art."""
        return tuple(m for m in self.marks if m.win)


def levels(
    scores: Scores,
    *,
    bars: Sota | None = None,
    policy: str = POLICIES[0],
    rows: Sequence[Row] | None = None,
    modalities: Sequence[str] = MULTIMODAL,
) -> Levels:
    """Compute the levels of a model from its score in each task.

    *scores* maps task ids to raw values in the unit of the task table; None, NaN and
    absent tasks are missing and earn 0. *bars* is the state of the art, `paper-v1` by
    default. *rows* restricts the task table, *modalities* the boards' Levels 2 to 4.
    An impossible value is refused, which costs its task and nothing else.

    Raises:
        ValueError: for unknown task ids, an unknown policy, or a group without tasks.
    """
    if policy not in POLICIES:
        raise ValueError(f"no policy is called {policy!r}")
    bars = bars or sota()
    rows = task_table().rows if rows is None else rows
    cells = _cells(scores)
    marks = tuple(mark(row, cells.get(row.id, MISSING), bars) for row in rows)
    if policy == "upstream":
        return _upstream(marks, cells, bars, modalities)
    points, hits = _means(marks, won=False), _means(marks, won=True)
    language = hits.get("text", 0.0) / 100.0
    ladders = {m: _modality(m, points, hits, language) for m in modalities}
    if policy == "paper":
        overall = _mean_ladder(list(ladders.values()), language)
    else:
        overall = _pooled(marks, modalities, language)
    return Levels(
        policy, bars, overall, ladders, marks, _tallies(marks, modalities),
        language, _micro(marks, modalities),
    )  # fmt: skip


def _cells(scores: Scores) -> Mapping[str, Cell]:
    unknown = sorted(scores.keys() - task_table().by_id.keys())
    if unknown:
        raise ValueError(f"scores for unknown tasks: {unknown[:5]}")
    return {
        id_: score if isinstance(score, Cell) else Cell(score)
        for id_, score in scores.items()
    }


def _means(marks: Iterable[Mark], *, won: bool) -> dict[str, float]:
    groups: dict[str, list[float]] = {}
    for m in marks:
        groups.setdefault(m.row.group, []).append(m.points if m.win or not won else 0.0)
    return {group: math.fsum(v) / len(v) for group, v in groups.items()}


def _modality(
    name: str, points: Mapping[str, float], hits: Mapping[str, float], language: float
) -> Ladder:
    c, g = f"{name}-c", f"{name}-g"
    for group in (c, g):
        if group not in points:
            raise ValueError(f"no task of {group} is left to average over")
    l4 = harmonic(hits[c], hits[g])
    return Ladder(
        (points[c] + points[g]) / 2.0, (hits[c] + hits[g]) / 2.0, l4, l4 * language
    )


def _mean_ladder(ladders: Sequence[Ladder], language: float) -> Ladder:
    l2, l3, l4 = (
        math.fsum(value) / len(ladders)
        for value in zip(*((x.l2, x.l3, x.l4) for x in ladders), strict=True)
    )
    return Ladder(l2, l3, l4, l4 * language)


def _pooled(
    marks: Sequence[Mark], modalities: Sequence[str], language: float
) -> Ladder:
    halves = [
        [m for m in marks if m.row.paradigm == p and m.row.modality in modalities]
        for p in ("comprehension", "generation")
    ]
    c2, g2 = (math.fsum(m.points for m in half) / len(half) for half in halves)
    c3, g3 = (math.fsum(m.points for m in half if m.win) / len(half) for half in halves)
    l4 = harmonic(c3, g3)
    return Ladder((c2 + g2) / 2.0, (c3 + g3) / 2.0, l4, l4 * language)


def _micro(marks: Sequence[Mark], modalities: Sequence[str]) -> float:
    points = [m.points for m in marks if m.row.modality in modalities]
    return math.fsum(points) / len(points)


def _tallies(marks: Sequence[Mark], modalities: Sequence[str]) -> dict[str, Tally]:
    shown = {
        name: tally([m for m in marks if m.row.modality == name])
        for name in (*modalities, "text")
    }
    return {
        "overall": tally([m for m in marks if m.row.modality in modalities]),
        **shown,
    }


def _upstream(
    marks: Sequence[Mark],
    cells: Mapping[str, Cell],
    bars: Sota,
    modalities: Sequence[str],
) -> Levels:
    raw = {m.row.id: cells.get(m.row.id, MISSING).value for m in marks}
    found = upstream.rank([m.row for m in marks], raw, bars, modalities)
    kept = tuple(
        Mark(m.row, raw[m.row.id], m.bar, found.points.get(m.row.id, 0.0),
             m.row.id in found.won, m.coverage,
             cells.get(m.row.id, MISSING).refused, unscored=m.unscored)
        for m in marks
    )  # fmt: skip
    tallies = {
        name: Tally(
            t.tasks,
            found.supported.get(name, 0),
            t.nonzero,
            found.wins.get(name, 0),
            t.coverage,
        )
        for name, t in _tallies(kept, modalities).items()
    }
    return Levels(
        "upstream", bars, found.overall, found.modalities, kept, tallies,
        found.language, _micro(kept, modalities), found.notes,
    )  # fmt: skip
