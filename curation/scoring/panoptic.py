"""Panoptic quality: segments matched one to one, by class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from curation.scoring.masks import same_shape
from curation.scoring.metric import (
    PERCENT,
    Better,
    Floats,
    Metric,
    Replicate,
    Seen,
    ratio,
    weighted,
)

_HALF = 0.5


@dataclass(frozen=True)
class Segments:
    """A map of segment ids, height x width, and the class of each id; id 0 is nothing.

    `crowds` are ids of regions that may be found or not.
    """

    ids: NDArray[np.int64]
    labels: Mapping[int, str]
    crowds: frozenset[int] = frozenset()


def _see(prediction: Segments | None, reference: Segments) -> Seen:
    """Count for each class: sum of IoU of matches, matches, false finds, misses."""
    found = prediction or Segments(np.zeros_like(reference.ids), {})
    same_shape(found.ids, reference.ids)
    common = _areas(found.ids, reference.ids)
    sizes = {k: sum(n for (f, _), n in common.items() if f == k) for k in found.labels}
    real = {
        k: sum(n for (_, r), n in common.items() if r == k) for k in reference.labels
    }
    counts: dict[str, list[float]] = {}
    taken = _matched(found, reference, common, sizes, real, counts)
    for key, label in sorted(reference.labels.items()):
        if key not in taken and key not in reference.crowds and real[key]:
            counts.setdefault(label, [0.0] * 4)[3] += 1
    for key, label in sorted(found.labels.items()):
        if (
            key not in taken.values()
            and sizes[key]
            and not _forgiven(key, label, found, reference, common, sizes)
        ):
            counts.setdefault(label, [0.0] * 4)[2] += 1
    return {k: tuple(v) for k, v in counts.items()}


def _areas(
    found: NDArray[np.int64], real: NDArray[np.int64]
) -> dict[tuple[int, int], int]:
    pairs, numbers = np.unique(
        np.stack([found.ravel(), real.ravel()]), axis=1, return_counts=True
    )
    return {(int(f), int(r)): int(n) for f, r, n in zip(*pairs, numbers, strict=True)}


def _matched(
    found: Segments,
    reference: Segments,
    common: Mapping[tuple[int, int], int],
    sizes: Mapping[int, int],
    real: Mapping[int, int],
    counts: dict[str, list[float]],
) -> dict[int, int]:
    """Match segments of one class whose IoU is over one half: at most one fits."""
    taken = {}
    for (one, other), area in common.items():
        label = reference.labels.get(other)
        if label is None or found.labels.get(one) != label or other in reference.crowds:
            continue
        # What the reference leaves open counts neither for nor against a segment.
        union = sizes[one] + real[other] - area - common.get((one, 0), 0)
        if area / union > _HALF:
            taken[other] = one
            entry = counts.setdefault(label, [0.0] * 4)
            entry[0] += area / union
            entry[1] += 1
    return taken


def _forgiven(
    key: int,
    label: str,
    found: Segments,
    reference: Segments,
    common: Mapping[tuple[int, int], int],
    sizes: Mapping[int, int],
) -> bool:
    """Whether a find lies for more than half in what is not scored, or in its crowd."""
    del found
    crowd = sum(
        common.get((key, c), 0)
        for c in reference.crowds
        if reference.labels[c] == label
    )
    return (common.get((key, 0), 0) + crowd) / sizes[key] > _HALF


def _replicate(seen: Sequence[Seen]) -> Replicate:
    number = {name: i for i, name in enumerate(sorted({k for s in seen for k in s}))}
    table = np.zeros((len(seen), len(number), 4))
    for row, item in zip(table, seen, strict=True):
        for name, counts in item.items():
            row[number[name]] = counts

    def value(counts: Floats) -> Floats:
        sums = weighted(counts, table.reshape(len(table), -1)).reshape(
            len(counts), -1, 4
        )
        below = sums[..., 1] + (sums[..., 2] + sums[..., 3]) / 2
        quality = ratio(sums[..., 0], below)
        return PERCENT * ratio(
            quality.sum(axis=1), (below > 0).sum(axis=1).astype(float), 1.0
        )

    return value


def _add_up(seen: Sequence[Seen]) -> float:
    return float(_replicate(seen)(np.ones((1, len(seen))))[0]) if seen else 0.0


METRICS = (
    Metric(
        "pq", "panoptic", "segments", Better.HIGHER, PERCENT, 0.0, (0.0, PERCENT), "percent",
        "mean over classes of the sum of IoU of matches over (TP + FP/2 + FN/2)",
        "Kirillov et al. 2019; classes that stand in neither are left out",
        _see, _add_up, _replicate,
    ),
)  # fmt: skip
