"""Metrics of one object followed through a film: success AUC and tube overlap.

A track is an array of boxes, frames x 4, (x_min, y_min, width, height); a frame where the
reference is all zeros, or a prediction NaN, has no box. A tube is a map from frame to box.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from curation.scoring.boxes import box_iou
from curation.scoring.metric import Floats, percent_mean

THRESHOLDS = np.linspace(0, 1, 21)


def _overlaps(found: Floats, real: Floats) -> Floats:
    both = zip(found, real, strict=True)
    return np.array(
        [0.0 if np.isnan(f).any() else box_iou(f[None], r[None])[0, 0] for f, r in both]
    )


def _success(prediction: Floats, reference: Floats) -> float:
    """Mean over thresholds of the share of frames that reach it; any overlap reaches 0."""
    if len(prediction) > len(reference):
        raise ValueError(
            f"{len(prediction)} boxes, the reference has {len(reference)} frames"
        )
    rest = np.full((len(reference) - len(prediction), 4), np.nan)
    there = reference.any(axis=1)
    found = np.concatenate([prediction, rest])[there]
    if not there.any():
        return 1.0
    overlaps = _overlaps(found, reference[there])
    # 1e-9: a box that is the reference must reach 1 whatever rounding did to it.
    reached = overlaps[:, None] >= THRESHOLDS[None] - 1e-9
    reached[:, 0] = overlaps > 0
    return float(reached.mean())


Tube = Mapping[int, Floats]


def _tube(prediction: Tube, reference: Tube) -> float:
    """Sum of IoU over the frames of both, over the number of frames of either."""
    frames = prediction.keys() & reference.keys()
    total = sum(
        float(box_iou(prediction[f][None], reference[f][None])[0, 0])
        for f in sorted(frames)
    )
    either = len(prediction.keys() | reference.keys())
    return total / either if either else 1.0


METRICS = (
    percent_mean("success_auc", "track", "track", _success,
                 "mean over films of the mean over 21 thresholds from 0 to 1 of the share of "
                 "frames whose overlap reaches it; frames without the object are left out",
                 "success of OTB and LaSOT, where an overlap of 1 reaches the threshold 1"),
    percent_mean("m_viou", "tube", "tube", _tube,
                 "mean over sentences of the sum of IoU over frames of both tubes, over the "
                 "number of frames of either",
                 "m_vIoU of VidSTG (Zhang et al. 2020) and HC-STVG"),
)  # fmt: skip
