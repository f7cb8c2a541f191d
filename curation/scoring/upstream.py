"""Policy `upstream`: what the public scorer answers, its faults included.

For comparison only. The behaviour is that of commit 420b8eb, observed by running it;
files are joined by task here, so that its faults of reading are not among these.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from curation.scoring.ladder import Ladder
from curation.scoring.table import MULTIMODAL, Row, Sota

EPSILON = 1e-6
"""What the public scorer adds to the denominator of Level 4."""

_Map: TypeAlias = Callable[[float], float]


def _error(turn: float) -> _Map:
    return lambda value: 100.0 * math.tanh(turn / (2.0 * value))


_MAPS: Mapping[str, _Map] = {
    "MAE": _error(50.0), "RMS": _error(50.0), "MSE": _error(5.0), "RMSE": _error(5.0),
    "ABSREL": _error(0.1), "EPE": _error(1.0), "FID": _error(25.0),
    "FVD": _error(100.0), "FAD": _error(10.0), "SAD": _error(10.0), "RTE": _error(0.5),
    "CD": _error(1.0), "MCD": _error(5.0),
    "PSNR": lambda value: 100.0 * math.tanh(value / 20.0),
    "WER": lambda value: 100.0 * (1.0 - value),
    "MS-SSIM": lambda value: 50.0 * (value + 1.0),
    "MOS": lambda value: 25.0 * (value - 1.0),
}  # fmt: skip
"""Looked up by the spelled name: CD and RTE are never found, as their labels are longer."""


class Stops(Exception):
    """The public scorer ends here without a result."""


@dataclass(frozen=True)
class Found:
    """What the public scorer would report, by modality where it says so."""

    overall: Ladder
    modalities: Mapping[str, Ladder]
    language: float = 0.0
    points: Mapping[str, float] = field(default_factory=dict)
    won: frozenset[str] = frozenset()
    supported: Mapping[str, int] = field(default_factory=dict)
    wins: Mapping[str, int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Pair:
    row: Row
    model: float
    bar: float

    @property
    def given(self) -> bool:
        return math.inf not in (self.model, self.bar)

    @property
    def win(self) -> bool:
        return self.given and self.model >= self.bar

    @property
    def counted(self) -> bool:
        return self.given and self.model != 0.0 and self.bar != 0.0


def rank(
    rows: Sequence[Row],
    scores: Mapping[str, float | None],
    bars: Sota,
    modalities: Sequence[str] = MULTIMODAL,
) -> Found:
    """Return what the public scorer makes of raw *scores* in the unit of the table.

    Its levels can exceed 100 and be negative. Where it stops with an error, all levels
    it had not reached are None and a note says why.
    """
    nothing = Ladder(None)
    try:
        pairs = [_pair(r, scores.get(r.id), bars) for r in rows if r.modality != "text"]
    except Stops as stop:
        return Found(nothing, dict.fromkeys(modalities, nothing), notes=(str(stop),))
    halves = {
        m: _modality([p for p in pairs if p.row.modality == m]) for m in modalities
    }
    l2, l3, l4 = (sum(x) / len(x) for x in zip(*halves.values(), strict=True))
    text = [r for r in rows if r.modality == "text"]
    weight, language, notes = _language(text, scores, bars)
    raw = [_Pair(r, _given(scores.get(r.id)), bars.values[r.id]) for r in text]
    return Found(
        _ladder((l2, l3, l4), weight),
        {m: _ladder(three, weight) for m, three in halves.items()},
        weight or 0.0,
        {p.row.id: p.model for p in (*pairs, *language) if p.given},
        frozenset(p.row.id for p in (*pairs, *language) if p.win),
        {
            **_count([p for p in pairs if p.counted], modalities),
            "text": _sum(p.given for p in raw),
        },
        {
            **_count([p for p in pairs if p.win], modalities),
            "text": _sum(p.win for p in raw),
        },
        notes,
    )


def _ladder(three: tuple[float, float, float], weight: float | None) -> Ladder:
    return Ladder(*three, None if weight is None else three[2] * weight)


def _sum(flags: Iterable[bool]) -> int:
    return sum(1 for flag in flags if flag)


def _count(pairs: Sequence[_Pair], modalities: Sequence[str]) -> dict[str, int]:
    counts = {m: _sum(p.row.modality == m for p in pairs) for m in modalities}
    return {**counts, "overall": sum(counts.values())}


def normalise(label: str, value: float) -> float:
    """Return the public scorer's points for a value, by the metric's spelled name.

    Raises:
        Stops: where the public scorer fails an assertion.
    """
    to_points = _MAPS.get(label.upper())
    if to_points is None:
        return value
    if value in (0.0, math.inf):
        return 0.0
    if value < 0.0:
        raise Stops(
            f"the public scorer stops at {label} = {value:g}: it wants more than 0"
        )
    return to_points(value)


def _pair(row: Row, value: float | None, bars: Sota) -> _Pair:
    bar = normalise(row.label, bars.values[row.id])
    return _Pair(row, normalise(row.label, _given(value)), bar)


def _given(value: float | None) -> float:
    return math.inf if value is None or math.isnan(value) else value


def _modality(pairs: Sequence[_Pair]) -> tuple[float, float, float]:
    halves = [[p for p in pairs if p.row.paradigm[:1] == x] for x in "cg"]
    c2, g2 = (sum(p.model for p in half if p.given) / len(half) for half in halves)
    c3, g3 = (sum(p.model for p in half if p.win) / len(half) for half in halves)
    l4 = 2.0 * (c3 * g3) / (c3 + g3 + EPSILON) if c3 and g3 else 0.0
    return (c2 + g2) / 2.0, (c3 + g3) / 2.0, l4


def _language(
    rows: Sequence[Row], scores: Mapping[str, float | None], bars: Sota
) -> tuple[float | None, list[_Pair], tuple[str, ...]]:
    """Return w of Level 5 and its pairs; where the scorer stops, None and a note."""
    try:
        pairs = [_language_pair(r, _given(scores.get(r.id)), bars) for r in rows]
    except Stops as stop:
        return None, [], (str(stop),)
    points = sum(p.model for p in pairs if p.win)
    return (points / len(rows) / 100.0 if rows else 0.0), pairs, ()


def _language_pair(row: Row, value: float, bars: Sota) -> _Pair:
    if row.label.upper() == "RMSE":
        if value == 0.0:
            raise Stops(
                "the public scorer divides by the language task's RMSE, which is 0"
            )
        # The model's RMSE is mapped to 0-100 and the state of the art is not.
        value = _MAPS["RMSE"](value)
    return _Pair(row, value, bars.values[row.id])
