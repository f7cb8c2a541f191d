"""What would lift a model to the next level: the condition, and its nearest tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from curation.scoring.levels import Levels
from curation.scoring.marks import Mark
from curation.scoring.sheet_csv import shown
from curation.scoring.table import TITLES

NEAREST = 5
"""How many of the nearest tasks are named for each condition."""
HIGHEST = 5


@dataclass(frozen=True, slots=True)
class Near:
    """A task that is not yet won, and how far it is from a win.

    `gap` is the part of the larger of value and bar that lies between them, 0 to 1; a
    missing task has 1.
    """

    mark: Mark
    gap: float

    @property
    def reason(self) -> str:
        """Say what stands between the task and a win."""
        m = self.mark
        # In full: a rounded bar may not be enough.
        bar = f"{'at most' if m.row.lower else 'at least'} {shown(m.bar)}"
        if m.row.unit in _SPOKEN:
            bar += f" {m.row.unit}"
        if m.value is None:
            return f"missing; a win takes {bar}"
        if m.row.beats(m.value, m.bar):
            return f"{m.value:g} is enough, but {1.0 - m.coverage:.1%} of the items are not answered"
        return f"{m.value:g}; a win takes {bar}"


_SPOKEN = frozenset({"percent", "dB", "px", "cm", "degree"})
"""Units that say something when they stand behind a number."""


@dataclass(frozen=True, slots=True)
class Need:
    """One way to the next level: one win among tasks that are named nearest first."""

    text: str
    nearest: tuple[Near, ...]


@dataclass(frozen=True, slots=True)
class Lift:
    """The level reached, the next one, and the ways to it; none at the highest."""

    level: int
    target: int
    text: str
    needs: tuple[Need, ...]


def lift(levels: Levels) -> Lift:
    """Say what would lift the model to its next level, nearest tasks first.

    How near a task is depends on its value and the state of the art alone.
    """
    level = levels.overall.level
    if level == HIGHEST:
        return Lift(level, level, "The highest level is reached.", ())
    text, needs = _WAYS[level](levels)
    return Lift(level, level + 1, text, needs)


def _two(levels: Levels) -> tuple[str, tuple[Need, ...]]:
    del levels
    return "any score above 0 in a multimodal task.", ()


def _three(levels: Levels) -> tuple[str, tuple[Need, ...]]:
    need = Need("any multimodal task", _nearest(_multimodal(levels)))
    return "one multimodal task at the state of the art or better.", (need,)


def _four(levels: Levels) -> tuple[str, tuple[Need, ...]]:
    text = "a win in comprehension and one in generation"
    if levels.policy == "pooled":
        return f"{text}, of any modality.", _missing_halves(levels, levels.modalities)
    ways = [(m, _missing_halves(levels, (m,))) for m in levels.modalities]
    ways.sort(key=lambda way: (len(way[1]), sum(_distance(need) for need in way[1])))
    return f"{text} of the same modality.", tuple(
        replace(need, text=f"{TITLES[modality]} {need.text}")
        for modality, needs in ways
        for need in needs
    )


def _five(levels: Levels) -> tuple[str, tuple[Need, ...]]:
    language = [m for m in levels.marks if m.row.modality == "text"]
    need = Need("any language task", _nearest(language))
    return "one language task at the state of the art or better.", (need,)


_WAYS: dict[int, Callable[[Levels], tuple[str, tuple[Need, ...]]]] = {
    1: _two,
    2: _three,
    3: _four,
    4: _five,
}


def _multimodal(levels: Levels) -> list[Mark]:
    return [m for m in levels.marks if m.row.modality in levels.modalities]


def _missing_halves(levels: Levels, modalities: Iterable[str]) -> tuple[Need, ...]:
    marks = [m for m in levels.marks if m.row.modality in set(modalities)]
    missing = {
        paradigm: half
        for paradigm in ("comprehension", "generation")
        if not _won(half := [m for m in marks if m.row.paradigm == paradigm])
    }
    note = "both are needed" if len(missing) > 1 else "the other paradigm has a win"
    return tuple(
        Need(f"{paradigm} ({note})", _nearest(half))
        for paradigm, half in missing.items()
    )


def _won(marks: Iterable[Mark]) -> bool:
    # A win that earns 0 points does not lift anything.
    return any(m.win and m.points > 0.0 for m in marks)


def _nearest(marks: Iterable[Mark]) -> tuple[Near, ...]:
    """Sort by gap, and tasks of equal gap by what the bar is worth, easiest first."""
    near = (
        Near(m, _gap(m)) for m in marks if not m.win and m.row.scale.one(m.bar) > 0.0
    )
    return tuple(sorted(near, key=_order)[:NEAREST])


def _order(near: Near) -> tuple[float, float, str]:
    m = near.mark
    return near.gap, m.row.scale.one(m.bar), m.row.id


def _gap(m: Mark) -> float:
    # Not in points, as some scales give 100 to values that are far from the bar.
    if m.value is None:
        return 1.0
    low, high = sorted((max(m.value, 0.0), m.bar))
    if m.row.beats(m.value, m.bar) or high == 0.0:
        return 0.0
    return 1.0 - low / high


def _distance(need: Need) -> float:
    return need.nearest[0].gap if need.nearest else float("inf")
