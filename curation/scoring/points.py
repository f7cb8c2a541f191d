"""Metrics of points and poses: Chamfer distance, relative translation error.

Points are an array, N x 3. Poses are an array, frames x 3 x 4, each from the camera to the
world, in metres.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from curation.scoring.metric import Floats, error

MOST = 10_000
"""Points of a cloud that are compared; more are thinned by a fixed seed."""
_BLOCK = 96
LENGTHS = (100, 200, 300, 400, 500, 600, 700, 800)
"""Metres of the pieces of a drive over which its drift is measured."""
STEP = 10
"""Frames between the starts of two pieces."""


def thinned(points: Floats) -> Floats:
    """Return at most `MOST` of the points, the same ones each time."""
    if len(points) <= MOST:
        return points
    chosen = np.random.default_rng(0).choice(len(points), MOST, replace=False)
    return np.asarray(points[np.sort(chosen)])


def nearest(points: Floats, others: Floats) -> Floats:
    """Squared distance from each point to the nearest of the others; N x 3, M x 3 -> N.

    Both are parted into boxes; only boxes that can hold a nearer point are looked into.
    """
    found = np.empty(len(points))
    parts = [others[p] for p in _parted(others)]
    low, high = (np.array([f(p, axis=0) for p in parts]) for f in (np.min, np.max))
    for chosen in _parted(points):
        block = points[chosen]
        gaps = np.maximum(low - block.max(axis=0), block.min(axis=0) - high)
        bounds = np.square(np.clip(gaps, 0, None)).sum(axis=1)
        best = np.full(len(block), np.inf)
        for k in np.argsort(bounds, kind="stable"):
            if bounds[k] >= best.max():
                break
            apart = np.square(block[:, None] - parts[k][None]).sum(axis=2)
            best = np.minimum(best, apart.min(axis=1))
        found[chosen] = best
    return found


def _parted(points: Floats) -> list[NDArray[np.int64]]:
    """Halve the points across their widest side until the parts are small."""
    todo, parts = [np.arange(len(points))], []
    while todo:
        part = todo.pop()
        if len(part) <= _BLOCK:
            parts.append(part)
            continue
        axis = int(np.argmax(np.ptp(points[part], axis=0)))
        order = part[np.argsort(points[part, axis], kind="stable")]
        todo += [order[: len(order) // 2], order[len(order) // 2 :]]
    return parts


def _chamfer(prediction: Floats, reference: Floats) -> tuple[float, float]:
    left, right = _clouds(prediction, reference)
    return float(nearest(left, right).mean() + nearest(right, left).mean()), 1.0


def _chamfer_l1(prediction: Floats, reference: Floats) -> tuple[float, float]:
    left, right = _clouds(prediction, reference)
    both = np.sqrt(nearest(left, right)).mean(), np.sqrt(nearest(right, left)).mean()
    return float(both[0] + both[1]) / 2, 1.0


def _clouds(prediction: Floats, reference: Floats) -> tuple[Floats, Floats]:
    if not len(prediction) or not np.isfinite(prediction).all():
        raise ValueError("no points, or points that are not finite numbers")
    return thinned(prediction), thinned(reference)


def _translation(prediction: Floats, reference: Floats) -> tuple[float, float]:
    """Sum of relative errors in percent over all pieces of a drive, and their number."""
    if prediction.shape != reference.shape:
        raise ValueError(f"{len(prediction)} poses, the reference has {len(reference)}")
    far = _travelled(reference)
    lengths = [float(n) for n in LENGTHS if n <= far[-1]] or [float(far[-1])]
    errors = [
        _drift(prediction, reference, first, last) / length
        for first in range(0, len(reference), STEP)
        for length in lengths
        if length > 0 and (last := _after(far, first, length)) is not None
    ]
    return 100 * float(np.sum(errors)), float(len(errors))


def _travelled(poses: Floats) -> Floats:
    steps = np.linalg.norm(np.diff(poses[:, :, 3], axis=0), axis=1)
    return np.concatenate([[0.0], np.cumsum(steps)])


def _after(far: Floats, first: int, length: float) -> int | None:
    """Return the first frame that lies *length* further, if the drive goes so far."""
    last = int(np.searchsorted(far, far[first] + length - 1e-9))
    return last if last < len(far) else None


def _drift(prediction: Floats, reference: Floats, first: int, last: int) -> float:
    found, real = (_between(p[first], p[last]) for p in (prediction, reference))
    apart = real[:3, :3].T @ (found[:3, 3] - real[:3, 3])
    return float(np.linalg.norm(apart))


def _between(start: Floats, end: Floats) -> Floats:
    square = [np.vstack([p, [0, 0, 0, 1]]) for p in (start, end)]
    return np.asarray(np.linalg.solve(square[0], square[1]))


METRICS = (
    error("chamfer", "points_or_mesh", "cloud", _chamfer,
          "mean over shapes of the mean squared distance to the nearest point, both ways, added",
          f"Fan et al. 2017, squared L2; up to {MOST:,} points, meshes sampled by area",
          unit="data set unit"),
    error("chamfer", "l1", "cloud", _chamfer_l1,
          "mean over shapes of the mean distance to the nearest point, averaged both ways",
          f"Mescheder et al. 2019, L1; up to {MOST:,} points, meshes sampled by area",
          unit="data set unit"),
    error("rte", "poses", "poses", _translation,
          "mean over pieces of 100 to 800 m of the translation error over the length; the "
          "whole drive where it is shorter",
          "KITTI odometry (Geiger et al. 2012)", unit="percent"),
)  # fmt: skip
