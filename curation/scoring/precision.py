"""Average precision: detections against objects, then precision over recall."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.scoring.metric import PERCENT, Floats, Replicate, Seen

MOST = 100
"""Detections of one class that are looked at in one image, the surest first (COCO)."""
_ALMOST_ONE = 1 - 1e-10
RECALLS = np.linspace(0, 1, 101)


@dataclass(frozen=True)
class Thing:
    """One object, of a reference or found: its class, its shape and how sure it is.

    A `crowd` may be found or not, and any number of times. `area` is for keypoints.
    """

    label: str
    shape: Any
    score: float = 1.0
    crowd: bool = False
    area: float | None = None


Overlaps = Callable[[Sequence[Thing], Sequence[Thing]], Floats]
"""From found and real things to their likeness, found x real, 0 to 1."""


def match(
    found: Sequence[Thing],
    real: Sequence[Thing],
    overlaps: Overlaps,
    thresholds: Sequence[float],
) -> Seen:
    """Match the things of one image by class, greedily, the surest first.

    Returns (class, objects, scores, hits, ignored) for each class; `hits` and `ignored`
    are thresholds x detections.
    """
    classes = sorted({t.label for t in found} | {t.label for t in real})
    return tuple(
        _matched(
            name,
            [t for t in found if t.label == name],
            [t for t in real if t.label == name],
            overlaps,
            thresholds,
        )
        for name in classes
    )


def _matched(
    name: str,
    found: list[Thing],
    real: list[Thing],
    overlaps: Overlaps,
    thresholds: Sequence[float],
) -> tuple[str, int, Floats, NDArray[np.bool_], NDArray[np.bool_]]:
    found = sorted(found, key=lambda t: -t.score)[:MOST]
    real = sorted(real, key=lambda t: t.crowd)
    alike = (
        overlaps(found, real) if found and real else np.zeros((len(found), len(real)))
    )
    hits = np.zeros((len(thresholds), len(found)), dtype=bool)
    ignored = np.zeros_like(hits)
    for row, threshold in enumerate(thresholds):
        taken: set[int] = set()
        for column in range(len(found)):
            best = _best(alike[column], real, taken, min(threshold, _ALMOST_ONE))
            if best is not None:
                taken.add(best)
                hits[row, column] = True
                ignored[row, column] = real[best].crowd
    objects = sum(not t.crowd for t in real)
    return name, objects, np.array([t.score for t in found]), hits, ignored


def _best(
    alike: Floats, real: list[Thing], taken: set[int], threshold: float
) -> int | None:
    """Choose the likest object that is free; a crowd only where there is no other."""
    best, most = None, threshold
    for index, thing in enumerate(real):
        if index in taken and not thing.crowd:
            continue
        if best is not None and thing.crowd and not real[best].crowd:
            break
        if alike[index] >= most:
            best, most = index, float(alike[index])
    return best


def _area(hits: Floats, named: Floats, objects: float) -> float:
    """Average the interpolated precision at 101 recalls (COCO)."""
    precision = hits / np.maximum(named, np.finfo(float).tiny)
    falling = np.maximum.accumulate(precision[::-1])[::-1]
    at = np.searchsorted(hits / objects, RECALLS, side="left")
    return float(np.append(falling, 0.0)[at].mean())


Area = Callable[[Floats, Floats, float], float]
"""From hits and detections at falling scores, and the number of objects, to 0..1."""


def averaged(
    thresholds: int, area: Area = _area
) -> tuple[Callable[[Sequence[Seen]], float], Callable[[Sequence[Seen]], Replicate]]:
    """Make `add_up` and `replicate` of the mean of AP over classes and thresholds."""

    def replicate(seen: Sequence[Seen]) -> Replicate:
        pools = _pools(seen)

        def value(counts: Floats) -> Floats:
            each = [
                p.precision(counts, t, area) for p in pools for t in range(thresholds)
            ]
            return PERCENT * _mean(
                np.array(each).reshape(len(each), len(counts)), seen, counts
            )

        return value

    def add_up(seen: Sequence[Seen]) -> float:
        return float(replicate(seen)(np.ones((1, len(seen))))[0]) if seen else 0.0

    return add_up, replicate


def _mean(each: Floats, seen: Sequence[Seen], counts: Floats) -> Floats:
    """Average over the classes that have objects; without any, only silence is perfect."""
    there = ~np.isnan(each)
    number = there.sum(axis=0)
    sums = np.where(there, each, 0.0).sum(axis=0)
    quiet = np.array([not any(len(c[2]) for c in item) for item in seen], dtype=bool)
    nothing = (
        (counts[:, ~quiet] == 0).all(axis=1)
        if len(quiet)
        else np.ones(len(counts), bool)
    )
    return np.asarray(
        np.where(number > 0, sums / np.maximum(number, 1), nothing.astype(float))
    )


@dataclass(frozen=True)
class _Pool:
    """All detections of one class, the surest first."""

    objects: Floats
    owners: NDArray[np.int64]
    hits: NDArray[np.bool_]
    ignored: NDArray[np.bool_]
    ends: NDArray[np.int64]
    """Where a run of equal scores ends: no order among equals may count."""

    def precision(self, counts: Floats, threshold: int, area: Area) -> Floats:
        """AP in each replicate, 0 to 1; NaN where the class has no object there."""
        objects = np.einsum("bn,n->b", counts, self.objects)
        weight = counts[:, self.owners] * ~self.ignored[threshold]
        hits = np.cumsum(weight * self.hits[threshold], axis=1)[:, self.ends]
        named = np.cumsum(weight, axis=1)[:, self.ends]
        return np.array(
            [
                area(h, n, o) if o else np.nan
                for h, n, o in zip(hits, named, objects, strict=True)
            ]
        )


def _pools(seen: Sequence[Seen]) -> list[_Pool]:
    parts: dict[str, list[tuple[int, Any]]] = {}
    for owner, item in enumerate(seen):
        for part in item:
            parts.setdefault(part[0], []).append((owner, part))
    return [_pool(parts[name], len(seen)) for name in sorted(parts)]


def _pool(parts: list[tuple[int, Any]], items: int) -> _Pool:
    objects = np.zeros(items)
    for owner, part in parts:
        objects[owner] = part[1]
    scores = np.concatenate([p[2] for _, p in parts])
    owners = np.concatenate([np.full(len(p[2]), owner) for owner, p in parts]).astype(
        np.int64
    )
    order = np.argsort(-scores, kind="stable")
    ends = (
        np.flatnonzero(np.append(np.diff(scores[order]) != 0, True))
        if len(order)
        else order
    )
    hits, ignored = (
        np.concatenate([p[k] for _, p in parts], axis=1)[:, order] for k in (3, 4)
    )
    return _Pool(objects, owners[order], hits, ignored, ends)
