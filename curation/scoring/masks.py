"""Metrics of masks and of maps of classes.

A mask is a boolean array, height x width. A map of classes is an array of whole numbers
of the same shape as its reference; -1 in the reference is not scored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.scoring.metric import (
    PERCENT,
    Better,
    Floats,
    Metric,
    Replicate,
    Seen,
    percent_mean,
    ratio,
    weighted,
)

Mask = NDArray[np.bool_]
UNSCORED = -1
NOTHING = -2
"""What a map says where a prediction names no class at all."""


def iou(left: Mask, right: Mask) -> float:
    """Intersection over union of two masks; 1 where both are empty."""
    union = int(np.count_nonzero(left | right))
    return int(np.count_nonzero(left & right)) / union if union else 1.0


def dice(left: Mask, right: Mask) -> float:
    """Twice the intersection over the sum of areas; 1 where both are empty."""
    areas = int(np.count_nonzero(left)) + int(np.count_nonzero(right))
    return 2 * int(np.count_nonzero(left & right)) / areas if areas else 1.0


def same_shape(left: NDArray[Any], right: NDArray[Any]) -> None:
    """Refuse to compare arrays of different shapes.

    Raises:
        ValueError: with both shapes.
    """
    if left.shape != right.shape:
        raise ValueError(
            f"the shape is {_size(left)}, the reference has {_size(right)}"
        )


def _size(array: NDArray[Any]) -> str:
    return " x ".join(str(n) for n in array.shape)


def _alike(measure: Callable[[Mask, Mask], float]) -> Callable[[Mask, Mask], float]:
    def see(prediction: Mask, reference: Mask) -> float:
        same_shape(prediction, reference)
        return measure(prediction, reference)

    return see


def _film(
    prediction: Mapping[int, Mask | None], reference: Mapping[int, Mask | None]
) -> float:
    """Mean of IoU over the frames of the reference; a frame left out is an empty mask."""
    if not reference:
        return 1.0
    return float(
        np.mean([_frame(prediction.get(k), reference[k]) for k in sorted(reference)])
    )


def _frame(found: Mask | None, real: Mask | None) -> float:
    if found is None or real is None:
        other = real if found is None else found
        return float(other is None or not other.any())
    same_shape(found, real)
    return iou(found, real)


def _confusion(found: NDArray[np.int64] | None, real: NDArray[np.int64]) -> Seen:
    """Count for each class: elements in common, found, real."""
    scored = real != UNSCORED
    if found is None:
        found = np.full_like(real, NOTHING)
    same_shape(found, real)
    found, real = found[scored], real[scored]
    counts: dict[int, list[float]] = {}
    for place, values in enumerate((real[found == real], found, real)):
        for name, number in zip(*np.unique(values, return_counts=True), strict=True):
            counts.setdefault(int(name), [0.0, 0.0, 0.0])[place] = float(number)
    return {k: tuple(v) for k, v in counts.items() if k >= 0}


def _table(seen: Sequence[Seen]) -> Floats:
    """Gather counts by class: items x classes x 3."""
    number = {name: i for i, name in enumerate(sorted({k for s in seen for k in s}))}
    table = np.zeros((len(seen), len(number), 3))
    for row, item in zip(table, seen, strict=True):
        for name, counts in item.items():
            row[number[name]] = counts
    return table


def _class_mean(seen: Sequence[Seen]) -> Replicate:
    table = _table(seen)

    def value(counts: Floats) -> Floats:
        sums = weighted(counts, table.reshape(len(table), -1)).reshape(
            len(counts), -1, 3
        )
        union = sums[..., 1] + sums[..., 2] - sums[..., 0]
        there = (union > 0).sum(axis=1).astype(float)
        return PERCENT * ratio(ratio(sums[..., 0], union).sum(axis=1), there, 1.0)

    return value


def _whole(
    replicate: Callable[[Sequence[Seen]], Replicate],
) -> Callable[[Sequence[Seen]], float]:
    return lambda seen: (
        float(replicate(seen)(np.ones((1, len(seen))))[0]) if seen else 0.0
    )


def _classes(variant: str, form: str, what: str) -> Metric:
    return Metric(
        "miou", variant, form, Better.HIGHER, PERCENT, 0.0, (0.0, PERCENT), "percent",
        f"mean over classes of intersection over union of the {what} of all items together; "
        "classes that stand nowhere are left out",
        "class mean over the data set, as for Cityscapes and ScanNet",
        _confusion, _whole(_class_mean), _class_mean,
    )  # fmt: skip


def _parts(
    prediction: Sequence[int] | NDArray[np.int64],
    reference: tuple[NDArray[np.int64], tuple[int, ...]],
) -> float:
    """Mean over the parts of the shape's category; a part that is in neither counts 1."""
    real, parts = reference
    found = np.asarray(prediction)
    same_shape(found, real)
    return float(np.mean([iou(found == p, real == p) for p in parts]))


METRICS = (
    _classes("mask", "class_map", "pixels"),
    _classes("point_labels", "point_labels", "points"),
    percent_mean("miou", "image", "mask", _alike(iou),
                 "mean over images of intersection over union of one mask; empty on empty is 1",
                 "image mean, as for binary segmentation"),
    percent_mean("miou", "video_mask", "mask_frames", _film,
                 "mean over objects of the mean over frames of intersection over union",
                 "region similarity J of DAVIS (Perazzi et al. 2016); empty on empty is 1"),
    percent_mean("dice", "mask_or_box", "mask", _alike(dice),
                 "mean over images of 2 |A and B| / (|A| + |B|); boxes are filled in as masks",
                 "Dice coefficient; empty on empty is 1"),
    percent_mean("part_instance_miou", "point_labels", "part_labels", _parts,
                 "mean over shapes of the mean over the parts of the category of intersection "
                 "over union",
                 "ShapeNet-Part (Yi et al. 2016); a part that is in neither counts 1"),
)  # fmt: skip
