"""Metrics of things found in images: AP of boxes, masks, keypoints, points; grounding.

An answer is a sequence of `Thing`; what its shape is, the form says. Boxes are
(x_min, y_min, width, height) in pixels.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from curation.scoring.metric import PERCENT, Better, Floats, Metric, Seen, percent_mean
from curation.scoring.precision import Overlaps, Thing, averaged, match

_HALF = 0.5
_COCO = (
    "Lin et al. 2014, COCO; equal scores count as one step, so that no order matters"
)
_COCO_SIGMAS = (
    0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072, 0.062, 0.062, 0.107, 0.107,
    0.087, 0.087, 0.089, 0.089,
)  # fmt: skip
_SIGMA = 0.05
"""For keypoints that are not those of COCO's persons."""


def box_iou(left: Floats, right: Floats) -> Floats:
    """Intersection over union of boxes; shapes N x 4, M x 4 -> N x M, 0 to 1."""
    return _boxes(left, right, np.zeros(len(right), dtype=bool))


def _boxes(left: Floats, right: Floats, crowd: NDArray[np.bool_]) -> Floats:
    low = np.maximum(left[:, None, :2], right[None, :, :2])
    high = np.minimum(
        (left[:, :2] + left[:, 2:])[:, None], (right[:, :2] + right[:, 2:])[None]
    )
    common = np.prod(np.clip(high - low, 0, None), axis=2)
    areas = np.prod(left[:, 2:], axis=1)[:, None], np.prod(right[:, 2:], axis=1)[None]
    union = np.where(crowd[None], areas[0], areas[0] + areas[1] - common)
    # Two boxes without area are alike where they are the same box.
    same = (left[:, None] == right[None]).all(axis=2)
    return np.asarray(
        np.where(union > 0, common / np.where(union > 0, union, 1.0), same)
    )


def _box_overlaps(found: Sequence[Thing], real: Sequence[Thing]) -> Floats:
    left, right = (
        np.array([t.shape for t in things], dtype=float) for things in (found, real)
    )
    return _boxes(left, right, np.array([t.crowd for t in real]))


def _mask_overlaps(found: Sequence[Thing], real: Sequence[Thing]) -> Floats:
    areas = (
        [int(np.count_nonzero(t.shape)) for t in found],
        [int(np.count_nonzero(t.shape)) for t in real],
    )
    out = np.zeros((len(found), len(real)))
    for i, one in enumerate(found):
        for j, other in enumerate(real):
            if one.shape.shape != other.shape.shape:
                raise ValueError(
                    f"a mask of {one.shape.shape} pixels, the reference has {other.shape.shape}"
                )
            common = int(np.count_nonzero(one.shape & other.shape))
            union = areas[0][i] if other.crowd else areas[0][i] + areas[1][j] - common
            out[i, j] = common / union if union else float(areas[1][j] == 0)
    return out


def _point_overlaps(found: Sequence[Thing], real: Sequence[Thing]) -> Floats:
    left, right = ([frozenset(t.shape) for t in things] for things in (found, real))
    return np.array([[len(a & b) / max(1, len(a | b)) for b in right] for a in left])


def _span_overlaps(found: Sequence[Thing], real: Sequence[Thing]) -> Floats:
    left, right = (
        np.array([t.shape for t in things], dtype=float) for things in (found, real)
    )
    low, high = (
        np.maximum(left[:, None, 0], right[None, :, 0]),
        np.minimum(left[:, None, 1], right[None, :, 1]),
    )
    common = np.clip(high - low, 0, None)
    union = np.diff(left, axis=1) + np.diff(right, axis=1).T - common
    return np.asarray(
        np.where(union > 0, common / np.where(union > 0, union, 1.0), 0.0)
    )


def _keypoint_overlaps(found: Sequence[Thing], real: Sequence[Thing]) -> Floats:
    return np.array([[_oks(f.shape, r) for r in real] for f in found])


def _oks(found: Floats, real: Thing) -> float:
    """Object keypoint similarity: 1 where all points that are labelled are met."""
    seen = real.shape[:, 2] > 0
    if not seen.any() or len(found) != len(real.shape):
        return 0.0
    far = ((found[:, :2] - real.shape[:, :2]) ** 2).sum(axis=1)
    common = len(found) == len(_COCO_SIGMAS)
    sigmas = np.array(_COCO_SIGMAS) if common else np.full(len(found), _SIGMA)
    area = (real.area or 0.0) + np.spacing(1)
    return float(np.exp(-far / (2 * sigmas) ** 2 / area / 2)[seen].mean())


def _ap(
    name: str, variant: str, form: str, overlaps: Overlaps, thresholds: Sequence[float]
) -> Metric:
    def see(prediction: Sequence[Thing] | None, reference: Sequence[Thing]) -> Seen:
        return match(prediction or (), reference, overlaps, thresholds)

    add_up, replicate = averaged(len(thresholds))
    span = (
        str(thresholds[0]) if len(thresholds) == 1 else "0.50 to 0.95 in steps of 0.05"
    )
    return Metric(
        name, variant, form, Better.HIGHER, PERCENT, 0.0, (0.0, PERCENT), "percent",
        f"average precision at an overlap of {span}, precision interpolated at 101 recalls, "
        "mean over classes; silence finds nothing; a find without a score has score 1",
        _COCO, see, add_up, replicate,
    )  # fmt: skip


def _grounded(prediction: Floats, reference: Floats) -> float:
    return float(box_iou(prediction[None], reference[None])[0, 0] >= _HALF)


_ALL = tuple(np.arange(0.5, 1.0, 0.05).round(2).tolist())

METRICS = (
    _ap("ap50", "bbox", "boxes", _box_overlaps, (_HALF,)),
    _ap("ap75", "bbox", "boxes", _box_overlaps, (0.75,)),
    _ap("ap", "bbox", "boxes", _box_overlaps, _ALL),
    _ap("ap50", "segm", "instances", _mask_overlaps, (_HALF,)),
    _ap("ap", "segm", "instances", _mask_overlaps, _ALL),
    _ap("ap50", "keypoints", "keypoints", _keypoint_overlaps, (_HALF,)),
    _ap("ap50", "point_instance", "point_instances", _point_overlaps, (_HALF,)),
    _ap("ap50", "span", "spans", _span_overlaps, (_HALF,)),
    percent_mean(
        "grounding_acc50", "bbox_phrase", "box", _grounded,
        "share of expressions whose box overlaps the reference by 0.5 or more",
        "accuracy at IoU 0.5, as for RefCOCO; the public table calls it AP10",
    ),
)  # fmt: skip
