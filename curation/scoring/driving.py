"""Metrics of objects around a vehicle: nuScenes detection mAP and tracking AMOTA.

A `Seat` is one object in one scan: class, place on the ground in metres, score and, in
tracking, the id of its track. Scans of a sequence stand in their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from curation.scoring.assignment import assign
from curation.scoring.metric import PERCENT, Better, Floats, Metric, Seen
from curation.scoring.precision import averaged

DISTANCES = (0.5, 1.0, 2.0, 4.0)
"""Metres between centres up to which a detection meets an object."""
MOST = 500
"""Detections of one scan that count, of one class in detection (nuScenes)."""
NEAR = 2.0
_LEAST = 0.1
"""Recall and precision under which nothing counts."""
_RECALLS = np.linspace(0, 1, 101)
LEVELS = np.linspace(0.1, 1, 40).round(12)


@dataclass(frozen=True, slots=True)
class Seat:
    """One object in one scan; `x` and `y` are its centre on the ground."""

    label: str
    x: float
    y: float
    score: float = 1.0
    track: str = ""


def _far(left: Sequence[Seat], right: Sequence[Seat]) -> Floats:
    a, b = (
        np.array([(s.x, s.y) for s in seats]).reshape(-1, 2) for seats in (left, right)
    )
    return np.asarray(np.linalg.norm(a[:, None] - b[None], axis=2))


def _detections(prediction: Sequence[Seat] | None, reference: Sequence[Seat]) -> Seen:
    found = prediction or ()
    classes = sorted({s.label for s in found} | {s.label for s in reference})
    return tuple(_of_class(name, found, reference) for name in classes)


def _of_class(name: str, found: Sequence[Seat], real: Sequence[Seat]) -> Seen:
    found = sorted((s for s in found if s.label == name), key=lambda s: -s.score)
    found = found[:MOST]
    real = [s for s in real if s.label == name]
    far = _far(found, real)
    hits = np.zeros((len(DISTANCES), len(found)), dtype=bool)
    for row, bound in enumerate(DISTANCES):
        free = np.ones(len(real), dtype=bool)
        for index in range(len(found)):
            open_ = np.where(free, far[index], np.inf)
            best = int(np.argmin(open_)) if real else 0
            if real and open_[best] < bound:
                free[best], hits[row, index] = False, True
    scores = np.array([s.score for s in found])
    return name, len(real), scores, hits, np.zeros_like(hits)


def _above(hits: Floats, named: Floats, objects: float) -> float:
    """Area of precision over recall above a tenth of both, scaled to 0..1."""
    if not len(hits):
        return 0.0
    precision = hits / np.maximum(named, np.finfo(float).tiny)
    at = np.interp(_RECALLS, hits / objects, precision, right=0.0)
    kept = at[_RECALLS > _LEAST + 1e-9] - _LEAST
    return float((np.clip(kept, 0, None) / (1 - _LEAST)).mean())


Scans = Sequence[Sequence[Seat]]


def _tracking(prediction: Scans | None, reference: Scans) -> Seen:
    found = prediction or [()] * len(reference)
    if len(found) != len(reference):
        raise ValueError(f"{len(found)} scans, the reference has {len(reference)}")
    if any(len(scan) > MOST for scan in found):
        raise ValueError(f"more than {MOST} boxes in one scan")
    return _with_track_scores(found), tuple(tuple(s) for s in reference)


def _with_track_scores(scans: Scans) -> tuple[tuple[Seat, ...], ...]:
    """Give each box the mean score of its track, as nuScenes does."""
    scores: dict[str, list[float]] = {}
    for scan in scans:
        for seat in scan:
            scores.setdefault(seat.track, []).append(seat.score)
    mean = {track: float(np.mean(s)) for track, s in scores.items()}
    return tuple(
        tuple(Seat(s.label, s.x, s.y, mean[s.track], s.track) for s in scan)
        for scan in scans
    )


def _followed(found: Scans, real: Scans, least: float) -> tuple[list[float], int, int]:
    """Follow one class through a sequence: scores of hits, switches, false finds."""
    last: dict[str, str] = {}
    hits: list[float] = []
    switches = false = 0
    for scan, objects in zip(found, real, strict=True):
        seats = [s for s in scan if s.score >= least]
        pairs = _paired(seats, objects, last)
        for seat, thing in pairs:
            switches += last.get(thing.track, seat.track) != seat.track
            last[thing.track] = seat.track
            hits.append(seat.score)
        false += len(seats) - len(pairs)
    return hits, switches, false


def _paired(
    seats: list[Seat], objects: Sequence[Seat], last: dict[str, str]
) -> list[tuple[Seat, Seat]]:
    """Keep the pairs of the scan before that are still near, then take the nearest."""
    far = _far(seats, objects)
    kept = [
        (i, j)
        for j, thing in enumerate(objects)
        for i, seat in enumerate(seats)
        if last.get(thing.track) == seat.track and far[i, j] < NEAR
    ]
    rows = [i for i in range(len(seats)) if i not in {k[0] for k in kept}]
    columns = [j for j in range(len(objects)) if j not in {k[1] for k in kept}]
    rest = far[np.ix_(rows, columns)]
    # Dearer than all near pairs together: as many near pairs as can be, then the nearest.
    dear = np.where(rest < NEAR, rest, NEAR * (min(rest.shape, default=0) + 1))
    new = [(rows[i], columns[j]) for i, j in assign(dear) if rest[i, j] < NEAR]
    return [(seats[i], objects[j]) for i, j in (*kept, *new)]


def _amota(seen: Sequence[Seen]) -> float:
    classes = sorted({s.label for _, real in seen for scan in real for s in scan})
    values = [_class_amota(seen, name) for name in classes]
    return PERCENT * float(np.mean(values)) if values else PERCENT


def _class_amota(seen: Sequence[Seen], name: str) -> float:
    pairs = [tuple(_only(scans, name) for scans in item) for item in seen]
    objects = sum(len(scan) for _, real in pairs for scan in real)
    scores = sorted(
        (h for f, r in pairs for h in _followed(f, r, -np.inf)[0]), reverse=True
    )
    if not scores:
        return 0.0
    recalls = np.arange(1, len(scores) + 1) / objects
    bounds = np.interp(LEVELS, recalls, scores)
    known: dict[float, float] = {}
    for bound in set(bounds[recalls[-1] + 1e-9 >= LEVELS].tolist()):
        known[bound] = _motar([_followed(f, r, bound) for f, r in pairs])
    values = [
        known[b] if recalls[-1] + 1e-9 >= r else 0.0
        for b, r in zip(bounds, LEVELS, strict=True)
    ]
    return float(np.mean(values))


def _only(scans: Scans, name: str) -> list[list[Seat]]:
    return [[s for s in scan if s.label == name] for scan in scans]


def _motar(followed: Sequence[tuple[list[float], int, int]]) -> float:
    """1 - (switches + false finds) / hits: MOTA at this recall, not under 0."""
    hits, wrong = (
        sum(len(h) for h, _, _ in followed),
        sum(s + f for _, s, f in followed),
    )
    return max(0.0, 1 - wrong / hits) if hits else 0.0


_add_up, _replicate = averaged(len(DISTANCES), _above)

METRICS = (
    Metric(
        "nuscenes_map", "bbox3d", "seats", Better.HIGHER, PERCENT, 0.0, (0.0, PERCENT), "percent",
        "mean over classes and centre distances of 0.5, 1, 2 and 4 m of the area of precision "
        "over recall, both above 0.1",
        "nuScenes detection (Caesar et al. 2020); every object of the reference counts, "
        "whatever its range",
        _detections, _add_up, _replicate,
    ),
    Metric(
        "amota", "tracks3d", "seat_tracks", Better.HIGHER, PERCENT, 0.0, (0.0, PERCENT), "percent",
        "mean over classes and 40 recalls of 1 - (IDS + FP + FN - (1 - r) P) / (r P), r the "
        "recall that is reached; 0 where a recall is not reached",
        "nuScenes tracking (Caesar et al. 2020), centre distance of 2 m",
        _tracking, _amota,
    ),
)  # fmt: skip
