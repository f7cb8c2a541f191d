"""Bootstrap intervals of levels, from items or from tasks drawn anew.

Two kinds, never mixed. The *item* bootstrap draws the items of each task and asks how
sure the scores are on these tasks. The *task* bootstrap draws the tasks of each group (a
paradigm of a modality) and asks how much hangs on the choice of tasks. Intervals are
percentile intervals; the state of the art is held constant, and wins flip as values do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from curation.scoring.drawing import (
    REPLICATES,
    Interval,
    Replicates,
    interval,
    multiplicities,
)
from curation.scoring.levels import Levels
from curation.scoring.marks import Mark
from curation.scoring.scale import Array


@dataclass(frozen=True)
class Sums:
    """Points, and points of won tasks, summed over a group in each replicate: (B,)."""

    points: Array
    hits: Array
    tasks: int


Groups: TypeAlias = Mapping[str, Sums]
Key: TypeAlias = Callable[[Mark], str]


@dataclass(frozen=True)
class LevelIntervals:
    """Intervals of Levels 2 to 5 and of w, under `overall` and each modality.

    `levels["overall"][0]` is Level 2. `wins` is the probability of a win, by task id,
    where items were drawn; `drawn` the number of tasks with replicates of their own.
    """

    kind: str
    levels: Mapping[str, tuple[Interval, ...]]
    language: Interval
    wins: Mapping[str, float]
    drawn: int
    count: int
    seed: int


def by_group(m: Mark) -> str:
    """Put a task with those that it is averaged with."""
    return m.row.group


def by_skill(m: Mark) -> str:
    """Put a task with those of its skill."""
    return m.row.skill


def item_intervals(
    levels: Levels, source: Replicates, *, seed: int = 0
) -> LevelIntervals:
    """Recompute the levels in every replicate of the items.

    Tasks that the source cannot draw keep their value. *seed* is only noted.

    Raises:
        ValueError: for policy `upstream`, or if the source's arrays differ in length.
    """
    drawn = draws(levels.marks, source)
    groups = item_groups(levels.marks, drawn)
    wins = {
        m.row.id: float(np.mean(_won(m, drawn[m.row.id])))
        for m in levels.marks
        if m.row.id in drawn
    }
    return _summary("items", levels, groups, wins=wins, drawn=len(drawn), seed=seed)


def task_intervals(
    levels: Levels, *, seed: int = 0, count: int = REPLICATES
) -> LevelIntervals:
    """Draw the tasks of each group with replacement and recompute the levels.

    Raises:
        ValueError: for policy `upstream`.
    """
    groups = task_groups(levels.marks, seed=seed, count=count)
    return _summary(
        "tasks", levels, groups, wins={}, drawn=len(levels.marks), seed=seed
    )


def draws(marks: Iterable[Mark], source: Replicates) -> dict[str, Array]:
    """Return the replicates of all tasks that have a value and can be drawn.

    Raises:
        ValueError: if the source's arrays differ in length.
    """
    drawn = {
        m.row.id: values
        for m in marks
        if m.value is not None and (values := source.replicates(m.row.id)) is not None
    }
    lengths = {values.size for values in drawn.values()}
    if len(lengths) > 1:
        raise ValueError(f"replicates of different lengths: {sorted(lengths)}")
    return drawn


def item_groups(
    marks: Iterable[Mark], drawn: Mapping[str, Array], key: Key = by_group
) -> dict[str, Sums]:
    """Sum points and won points over groups, in every replicate of the items."""
    count = next((values.size for values in drawn.values()), 1)
    groups: dict[str, Sums] = {}
    for m in marks:
        points, hits = _replicated(m, drawn.get(m.row.id), count)
        old = groups.get(key(m))
        groups[key(m)] = (
            Sums(old.points + points, old.hits + hits, old.tasks + 1)
            if old
            else Sums(points, hits, 1)
        )
    return groups


def task_groups(
    marks: Sequence[Mark], *, seed: int = 0, count: int = REPLICATES
) -> dict[str, Sums]:
    """Sum points and won points over groups whose tasks are drawn with replacement."""
    members: dict[str, list[Mark]] = {}
    for m in marks:
        members.setdefault(by_group(m), []).append(m)
    return {
        group: _drawn_tasks(some, group, seed=seed, count=count)
        for group, some in members.items()
    }


def _drawn_tasks(marks: Sequence[Mark], group: str, *, seed: int, count: int) -> Sums:
    counts = np.concatenate(
        [*multiplicities(len(marks), group, seed=seed, count=count)]
    )
    points = np.array([m.points for m in marks])
    hits = np.array([m.points if m.win else 0.0 for m in marks])
    # One addition after the other, so that every machine gets the same sums.
    return Sums(
        np.add.reduce(counts.T * points[:, None]),
        np.add.reduce(counts.T * hits[:, None]),
        len(marks),
    )


def _won(m: Mark, values: Array) -> NDArray[np.bool_]:
    better = values <= m.bar if m.row.lower else values >= m.bar
    return better & (m.coverage >= 1.0)


def _replicated(m: Mark, values: Array | None, count: int) -> tuple[Array, Array]:
    if values is None:
        return np.full(count, m.points), np.full(count, m.points if m.win else 0.0)
    scale = m.row.scale
    legal = np.clip(values, scale.least, scale.most)
    points = scale.many(legal) * scale.share(m.coverage)
    return points, np.where(_won(m, values), points, 0.0)


def spans(
    groups: Groups, modalities: Sequence[str], policy: str
) -> dict[str, tuple[Interval, ...]]:
    """Return intervals of Levels 2 to 5 for `overall` and each modality."""
    ladders = {m: _three([groups[f"{m}-c"]], [groups[f"{m}-g"]]) for m in modalities}
    if policy == "pooled":
        halves = ([groups[f"{m}-{p}"] for m in modalities] for p in "cg")
        overall = _three(*halves)
    else:
        overall = _mean([*ladders.values()])
    language = _language(groups, overall[0].size)
    return {
        name: (*map(interval, three), interval(three[2] * language))
        for name, three in {"overall": overall, **ladders}.items()
    }


def _summary(
    kind: str,
    levels: Levels,
    groups: Groups,
    *,
    wins: Mapping[str, float],
    drawn: int,
    seed: int,
) -> LevelIntervals:
    if levels.policy == "upstream":
        raise ValueError("the public scorer's policy has no intervals")
    found = spans(groups, [*levels.modalities], levels.policy)
    count = next(iter(groups.values())).points.size
    language = interval(_language(groups, count))
    return LevelIntervals(kind, found, language, wins, drawn, count, seed)


_Three: TypeAlias = tuple[Array, Array, Array]


def _language(groups: Groups, count: int) -> Array:
    text = groups.get("text")
    return text.hits / text.tasks / 100.0 if text else np.zeros(count)


def _three(comprehension: Sequence[Sums], generation: Sequence[Sums]) -> _Three:
    (c2, c3), (g2, g3) = _half(comprehension), _half(generation)
    total = c3 + g3
    part = np.divide(g3, total, out=np.zeros_like(total), where=total > 0.0)
    return (c2 + g2) / 2.0, total / 2.0, 2.0 * c3 * part


def _half(groups: Sequence[Sums]) -> tuple[Array, Array]:
    tasks = sum(g.tasks for g in groups)
    points = np.add.reduce([g.points for g in groups]) / tasks
    hits = np.add.reduce([g.hits for g in groups]) / tasks
    return points, hits


def _mean(threes: Sequence[_Three]) -> _Three:
    l2, l3, l4 = (np.add.reduce([t[k] for t in threes]) / len(threes) for k in range(3))
    return l2, l3, l4
