"""Metrics of score maps: average precision and area under ROC over all pixels.

A prediction is an array of scores, the higher the more likely; a reference is a boolean
array of the same shape.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.scoring.masks import same_shape
from curation.scoring.metric import PERCENT, Better, Floats, Metric, Replicate, Seen

STEPS = 4096
"""Steps of the scores from which intervals are made; the value itself is exact."""


def _see(prediction: NDArray[np.float32] | None, reference: NDArray[np.bool_]) -> Seen:
    """Keep each distinct score with its positives and negatives, the highest first.

    Silence is the worst answer: all that is negative comes first, and what is positive is
    lost, which is counted apart.
    """
    if prediction is None:
        lost = float(np.count_nonzero(reference))
        first = np.array([np.inf], dtype=np.float32)
        return first, np.zeros(1), np.array([reference.size - lost]), lost
    same_shape(prediction, reference)
    scores, inverse = np.unique(rounded(prediction), return_inverse=True)
    if not np.isfinite(scores).all():
        raise ValueError("scores that are not finite numbers")
    flat, size = inverse.ravel(), len(scores)
    positives = np.bincount(flat, weights=reference.ravel(), minlength=size)
    negatives = np.bincount(flat, minlength=size) - positives
    return scores[::-1], positives[::-1], negatives[::-1], 0.0


def rounded(scores: NDArray[Any]) -> NDArray[np.float32]:
    """Round scores to 11 significant bits, which bounds what is kept of a large map."""
    bits = np.ascontiguousarray(scores, dtype=np.float32).view(np.uint32)
    return ((bits + np.uint32(1 << 12)) & np.uint32(0xFFFFE000)).view(np.float32)


Curve = Callable[[Floats, Floats, float], float]
"""From positives and negatives at falling scores, and the lost ones, to an area, 0 to 1."""


def _average_precision(positives: Floats, negatives: Floats, lost: float) -> float:
    hits = np.cumsum(positives)
    named = hits + np.cumsum(negatives)
    total = hits[-1] + lost
    # Nothing to find: perfect, whatever the scores say.
    return (
        float((positives * hits / np.where(named == 0, 1, named)).sum() / total)
        if total
        else 1.0
    )


def _roc(positives: Floats, negatives: Floats, lost: float) -> float:
    below = negatives[::-1].cumsum()[::-1] - negatives
    pairs = (positives.sum() + lost) * negatives.sum()
    return float((positives * (below + negatives / 2)).sum() / pairs) if pairs else 1.0


def _levels(seen: Sequence[Seen]) -> tuple[Floats, Floats, Floats]:
    """Pool the items: levels of score with the highest first, positives and negatives."""
    scores = np.concatenate([s[0] for s in seen])
    levels, inverse = np.unique(-scores, return_inverse=True)
    both: list[Floats] = [
        np.bincount(inverse, np.concatenate([s[k] for s in seen]), len(levels)).astype(
            float
        )
        for k in (1, 2)
    ]
    return levels, both[0], both[1]


def _tables(seen: Sequence[Seen]) -> Floats:
    """Return positives and negatives by item and step: 2 x items x steps."""
    levels, positives, negatives = _levels(seen)
    step = _steps(positives + negatives)
    tables = np.zeros((2, len(seen), int(step[-1]) + 1))
    for row, item in enumerate(seen):
        where = step[np.searchsorted(levels, -item[0])]
        for k in (0, 1):
            tables[k, row] = np.bincount(where, item[k + 1], tables.shape[2])
    return tables


def _area(
    name: str, variant: str, curve: Curve, definition: str, source: str
) -> Metric:
    def add_up(seen: Sequence[Seen]) -> float:
        if not seen:
            return 0.0
        _, positives, negatives = _levels(seen)
        return PERCENT * curve(positives, negatives, float(sum(s[3] for s in seen)))

    def replicate(seen: Sequence[Seen]) -> Replicate:
        tables, lost = _tables(seen), np.array([s[3] for s in seen])

        def value(counts: Floats) -> Floats:
            rows = (
                (np.einsum("n,tnk->tk", c, tables), float((c * lost).sum()))
                for c in counts
            )
            return PERCENT * np.array([curve(r[0], r[1], gone) for r, gone in rows])

        return value

    return Metric(
        name, variant, "score_map", Better.HIGHER, PERCENT, 0.0, (0.0, PERCENT), "percent",
        definition, source, _see, add_up, replicate,
    )  # fmt: skip


def _steps(weights: Floats) -> NDArray[np.int64]:
    """Gather neighbouring levels into at most `STEPS` steps of about equal weight."""
    if len(weights) <= STEPS:
        return np.arange(len(weights))
    share = np.cumsum(weights) / weights.sum()
    return np.asarray(np.minimum((share * STEPS).astype(np.int64), STEPS - 1))


METRICS = (
    _area("pixel_ap", "anomaly_map", _average_precision,
          "area under precision over recall of all pixels of all images, step by step; scores "
        "are rounded to 11 significant bits",
          "average precision as in scikit-learn; MVTec AD (Bergmann et al. 2019)"),
    _area("auroc", "score_map", _roc,
          "share of pairs of a positive and a negative pixel in which the positive scores higher, "
          "equals by half; scores are rounded to 11 significant bits",
          "area under the ROC curve, as in scikit-learn"),
)  # fmt: skip
