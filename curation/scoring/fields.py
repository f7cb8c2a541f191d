"""Metrics of fields of numbers: depth, optical flow, normals; of counts and of series.

A field is an array of floats; where its reference is NaN nothing was measured, and
nothing is scored. Depth is in metres.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curation.scoring.masks import same_shape
from curation.scoring.metric import Floats, error

_TINY = 1e-6


def _measured(prediction: Floats, reference: Floats) -> tuple[Floats, Floats]:
    same_shape(prediction, reference)
    known = np.isfinite(reference)
    found = prediction[known]
    if not np.isfinite(found).all():
        raise ValueError(
            "values that are not finite numbers where the reference has a value"
        )
    return found, reference[known]


def _squares(prediction: Floats, reference: Floats) -> tuple[float, float]:
    found, real = _measured(prediction, reference)
    return float(np.square(found - real).sum()), float(real.size)


def _relative(prediction: Floats, reference: Floats) -> tuple[float, float]:
    """Mean relative error of one film's depth after the best scale and shift."""
    found, real = _measured(prediction, reference)
    keep = real > 0
    found, real = found[keep], real[keep]
    if not real.size:
        return 0.0, 0.0
    return float(np.mean(np.abs(aligned(found, real) - real) / real)), 1.0


def aligned(found: Floats, real: Floats) -> Floats:
    """Return *found*, scaled and shifted to *real* by least squares."""
    centre, target = found.mean(), real.mean()
    spread = float(np.square(found - centre).sum())
    scale = (
        float(((found - centre) * (real - target)).sum()) / spread
        if spread > _TINY**2
        else 0.0
    )
    return np.asarray((found - centre) * scale + target)


def _end_points(prediction: Floats, reference: Floats) -> tuple[float, float]:
    same_shape(prediction, reference)
    known = np.isfinite(reference).all(axis=-1)
    far = np.sqrt(np.square(prediction[known] - reference[known]).sum(axis=-1))
    if not np.isfinite(far).all():
        raise ValueError("flow that is not finite where the reference is known")
    return float(far.sum()), float(far.size)


def angles(left: Floats, right: Floats) -> Floats:
    """Angles in degrees between directions, N x 3 each; a zero vector is at 90 degrees."""
    sizes = np.linalg.norm(left, axis=-1) * np.linalg.norm(right, axis=-1)
    cosine = (left * right).sum(axis=-1) / np.where(sizes > 0, sizes, 1.0)
    # Of the cosine alone, angles under a millionth of a degree would come out as noise.
    sine = np.linalg.norm(np.cross(left, right), axis=-1) / np.where(
        sizes > 0, sizes, 1.0
    )
    return np.asarray(np.degrees(np.arctan2(np.where(sizes > 0, sine, 1.0), cosine)))


def _angle_squares(prediction: Floats, reference: Floats) -> tuple[float, float]:
    same_shape(prediction, reference)
    far = angles(prediction, reference)
    if not np.isfinite(far).all():
        raise ValueError("normals that are not finite numbers")
    return float(np.square(far).sum()), float(far.size)


def _count(prediction: float, reference: float) -> tuple[float, float]:
    return abs(prediction - reference), 1.0


def _series(
    prediction: NDArray[np.float64], reference: NDArray[np.float64]
) -> tuple[float, float]:
    same_shape(prediction, reference)
    return float(np.square(prediction - reference).sum()), float(reference.size)


METRICS = (
    error("mae", "count", "number", _count, "mean absolute difference of counts",
          "mean absolute error, as in scikit-learn", unit="count"),
    error("rmse", "scalar_series", "series", _series,
          "root of the mean squared difference over all values of all series",
          "root mean squared error, as in scikit-learn", unit="series unit", root=True),
    error("rmse", "depth_map", "depth", _squares,
          "root of the mean squared difference over all measured pixels, in centimetres",
          "depth RMS as for NYU Depth V2; metres x 100, which is the table's unit",
          unit="cm", root=True, scale=100.0),
    error("rmse", "normals_angular", "normals", _angle_squares,
          "root of the mean squared angle between normals, over all points",
          "angular RMSE, degrees; 0 to 180, the sign of a normal counts", unit="degree", root=True),
    error("abs_rel", "depth_map", "depth", _relative,
          "mean over films of |d - d*| / d* over measured pixels, after the best scale and "
          "shift for the whole film",
          "Eigen et al. 2014; aligned by least squares on depth", unit="ratio"),
    error("epe", "flow", "flow", _end_points,
          "mean length of the difference of flow vectors over all known pixels",
          "end-point error, as for Middlebury and KITTI", unit="px"),
)  # fmt: skip
