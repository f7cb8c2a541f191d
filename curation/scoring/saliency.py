"""The structure measure of salient object detection."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from curation.scoring.masks import same_shape
from curation.scoring.metric import Floats, percent_mean

_EPS = float(np.spacing(1))
_ALPHA = 0.5


def structure(found: Floats, real: NDArray[np.bool_]) -> float:
    """Structure measure of a map from 0 to 1 against a mask; 0 to 1."""
    same_shape(found, real)
    if (found == real).all():
        # The constants that keep its fractions finite would stop just short of 1.
        return 1.0
    share = float(real.mean())
    if share == 0:
        return 1 - float(found.mean())
    if share == 1:
        return float(found.mean())
    value = _ALPHA * _objects(found, real, share) + (1 - _ALPHA) * _regions(found, real)
    return max(0.0, value)


def _objects(found: Floats, real: NDArray[np.bool_], share: float) -> float:
    return share * _likeness(found[real]) + (1 - share) * _likeness(1 - found[~real])


def _likeness(values: Floats) -> float:
    mean = float(values.mean())
    spread = float(values.std(ddof=1)) if values.size > 1 else 0.0
    return 2 * mean / (mean**2 + 1 + spread + _EPS)


def _regions(found: Floats, real: NDArray[np.bool_]) -> float:
    """Compare the four parts that the centre of the object makes, weighted by area."""
    rows, columns = np.nonzero(real)
    y, x = round(float(rows.mean())) + 1, round(float(columns.mean())) + 1
    total = 0.0
    for vertical in (slice(None, y), slice(y, None)):
        for across in (slice(None, x), slice(x, None)):
            part, other = found[vertical, across], real[vertical, across].astype(float)
            if part.size:
                total += part.size / real.size * _ssim(part, other)
    return total


def _ssim(left: Floats, right: Floats) -> float:
    a, b = float(left.mean()), float(right.mean())
    freedom = left.size - 1 if left.size > 1 else 1
    aa, bb = (
        float(np.square(v - m).sum()) / freedom for v, m in ((left, a), (right, b))
    )
    ab = float(((left - a) * (right - b)).sum()) / freedom
    above, below = 4 * a * b * ab, (a * a + b * b) * (aa + bb)
    if above != 0:
        return above / (below + _EPS)
    return 1.0 if below == 0 else 0.0


def _film(
    prediction: Mapping[str, Floats], reference: Mapping[str, NDArray[np.bool_]]
) -> float:
    """Mean over the frames of the reference; one that was left out is worth nothing."""
    values = [
        structure(prediction[name], reference[name]) if name in prediction else 0.0
        for name in sorted(reference)
    ]
    return float(np.mean(values)) if values else 0.0


METRICS = (
    percent_mean("s_measure", "mask_video", "saliency_film", _film,
                 "mean over films of the mean over frames of the structure measure, alpha 0.5",
                 "Fan et al. 2017; maps from 0 to 1, not stretched"),
)  # fmt: skip
