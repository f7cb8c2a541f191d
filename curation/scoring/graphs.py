"""Recall of the relations in an image among the fifty best of a prediction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from curation.scoring.boxes import box_iou
from curation.scoring.metric import Floats, percent_mean

BEST = 50
_HALF = 0.5


@dataclass(frozen=True)
class Triple:
    """Subject, predicate and object in plain form; boxes where the reference has them."""

    words: tuple[str, str, str]
    boxes: tuple[Floats | None, Floats | None] = (None, None)
    score: float = 1.0


def _recalled(prediction: Sequence[Triple], reference: Sequence[Triple]) -> float:
    best = sorted(prediction, key=lambda t: -t.score)[:BEST]
    free = list(range(len(reference)))
    for one in best:
        hit = next((i for i in free if _meets(one, reference[i])), None)
        if hit is not None:
            free.remove(hit)
    return 1 - len(free) / len(reference) if reference else 1.0


def _meets(found: Triple, real: Triple) -> bool:
    if found.words != real.words:
        return False
    return all(_covers(f, r) for f, r in zip(found.boxes, real.boxes, strict=True))


def _covers(found: Floats | None, real: Floats | None) -> bool:
    if real is None:
        return True
    return found is not None and bool(
        box_iou(np.atleast_2d(found), np.atleast_2d(real))[0, 0] >= _HALF
    )


METRICS = (
    percent_mean("recall_at_50", "triplets", "triples", _recalled,
                 "mean over images of the share of the reference's triples that the 50 best of "
                 "the prediction have, boxes at IoU 0.5 where there are boxes",
                 "R@50 of scene graph generation (Lu et al. 2016); one find meets one triple"),
)  # fmt: skip
