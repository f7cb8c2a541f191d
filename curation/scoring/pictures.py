"""Metrics of pictures and films: PSNR, SSIM, MS-SSIM, colour and matte errors, stability.

A picture is an array of bytes, height x width x 3 (RGB). A film is an iterable of
pictures. A matte is an array of floats from 0 to 1, height x width.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from itertools import pairwise, zip_longest

import numpy as np
from numpy.typing import NDArray

from curation.scoring.masks import same_shape
from curation.scoring.metric import (
    INFINITE,
    Better,
    Floats,
    Metric,
    Seen,
    Silence,
    additive,
    error,
    percent_mean,
    ratio,
)

Picture = NDArray[np.uint8]
PEAK = 255.0
CAP = 100.0
"""Decibels that a perfect picture counts in a mean with others that are not."""
_WINDOW, _SIGMA = 11, 1.5
_SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


def psnr(left: Picture, right: Picture) -> float:
    """Peak signal to noise ratio in dB over all channels; infinite for equal pictures."""
    same_shape(left, right)
    difference = left.astype(np.int32) - right.astype(np.int32)
    square = float(np.mean(np.square(difference, dtype=np.float64)))
    return 10 * math.log10(PEAK**2 / square) if square else INFINITE


def _picture_psnr(prediction: Picture | None, reference: Picture) -> Seen:
    if prediction is None:
        return 0.0, 0.0, 0.0
    value = psnr(prediction, reference)
    return min(max(value, 0.0), CAP), 1.0, float(value != INFINITE)


def _film_psnr(
    prediction: Iterable[Picture] | None, reference: Iterable[Picture]
) -> Seen:
    if prediction is None:
        return 0.0, 0.0, 0.0
    frames = []
    for found, real in zip_longest(prediction, reference):
        if found is None or real is None:
            raise ValueError("the number of frames is not that of the reference")
        frames.append(_picture_psnr(found, real))
    if not frames:
        raise ValueError("no frames")
    spoilt = any(f[2] for f in frames)
    return math.fsum(f[0] for f in frames) / len(frames), 1.0, float(spoilt)


def _psnr_metric(variant: str, form: str, what: str) -> Metric:
    def finish(sums: Floats) -> Floats:
        mean = ratio(sums[..., 0], sums[..., 1])
        return np.asarray(
            np.where((sums[..., 2] == 0) & (sums[..., 1] > 0), INFINITE, mean)
        )

    add_up, replicate = additive(3, finish)
    return Metric(
        "psnr", variant, form, Better.HIGHER, INFINITE, 0.0, (0.0, INFINITE), "dB",
        f"mean over {what} of 10 log10(255^2 / MSE) over RGB; an equal picture counts "
        f"{CAP:g} dB, unless all are equal: then it is infinite; never under 0",
        "peak signal to noise ratio, 8 bits, as in scikit-image",
        _picture_psnr if variant == "image" else _film_psnr, add_up, replicate, Silence.SCALED,
    )  # fmt: skip


def _kernel() -> Floats:
    offsets = np.arange(_WINDOW) - _WINDOW // 2
    weights = np.exp(-(offsets**2) / (2 * _SIGMA**2))
    return np.asarray(weights / weights.sum())


def _blurred(plane: Floats) -> Floats:
    """Weigh each full window by a Gaussian; the result is smaller by the window."""
    kernel = _kernel()
    rows = sum(
        w * plane[i : plane.shape[0] - _WINDOW + 1 + i] for i, w in enumerate(kernel)
    )
    rows = np.asarray(rows)
    columns = sum(
        w * rows[:, i : rows.shape[1] - _WINDOW + 1 + i] for i, w in enumerate(kernel)
    )
    return np.asarray(columns)


def _similarity(left: Floats, right: Floats) -> tuple[float, float]:
    """Return SSIM and its part of contrast and structure, means over the windows."""
    low, high = (0.01 * PEAK) ** 2, (0.03 * PEAK) ** 2
    a, b = _blurred(left), _blurred(right)
    aa, bb = _blurred(left * left) - a * a, _blurred(right * right) - b * b
    ab = _blurred(left * right) - a * b
    structure = (2 * ab + high) / (aa + bb + high)
    return float((structure * (2 * a * b + low) / (a * a + b * b + low)).mean()), float(
        structure.mean()
    )


def _planes(left: Picture, right: Picture) -> list[tuple[Floats, Floats]]:
    same_shape(left, right)
    if min(left.shape[:2]) < _WINDOW:
        raise ValueError(
            f"pictures under {_WINDOW} pixels have no structural similarity"
        )
    pair = left.astype(np.float64), right.astype(np.float64)
    return [(pair[0][..., c], pair[1][..., c]) for c in range(left.shape[2])]


def ssim(left: Picture, right: Picture) -> float:
    """Structural similarity, -1 to 1: Gaussian window of 11, mean over channels."""
    return float(np.mean([_similarity(a, b)[0] for a, b in _planes(left, right)]))


def _halved(plane: Floats) -> Floats:
    even = plane[: plane.shape[0] // 2 * 2, : plane.shape[1] // 2 * 2]
    return np.asarray(
        even.reshape(even.shape[0] // 2, 2, even.shape[1] // 2, 2).mean(axis=(1, 3))
    )


def ms_ssim(left: Picture, right: Picture) -> float:
    """Multi-scale structural similarity, -1 to 1: five scales, mean over channels.

    A picture too small for five scales has as many as fit, with the weights of those.
    """
    return float(np.mean([_multi_scale(a, b) for a, b in _planes(left, right)]))


def _multi_scale(left: Floats, right: Floats) -> float:
    fit = int(math.log2(min(left.shape) / _WINDOW)) + 1
    weights = np.array(_SCALES[: min(fit, len(_SCALES))])
    weights *= sum(_SCALES) / weights.sum()
    product = 1.0
    for scale, weight in enumerate(weights):
        if scale:
            left, right = _halved(left), _halved(right)
        whole, structure = _similarity(left, right)
        part = whole if scale == len(weights) - 1 else structure
        product *= math.copysign(abs(part) ** weight, part)
    return product


def _ms_ssim_metric() -> Metric:
    def see(prediction: Picture | None, reference: Picture) -> Seen:
        return -1.0 if prediction is None else ms_ssim(prediction, reference), 1.0

    add_up, replicate = additive(
        2, lambda sums: ratio(sums[..., 0], sums[..., 1], -1.0)
    )
    return Metric(
        "ms_ssim", "image", "picture", Better.HIGHER, 1.0, -1.0, (-1.0, 1.0), "0-1",
        "mean over pictures of multi-scale structural similarity over RGB",
        "Wang et al. 2003, five scales, Gaussian window of 11 with sigma 1.5",
        see, add_up, replicate,
    )  # fmt: skip


_TO_XYZ = np.array([
    [0.412453, 0.357580, 0.180423], [0.212671, 0.715160, 0.072169], [0.019334, 0.119193, 0.950227],
])  # fmt: skip
_WHITE = np.array([0.95047, 1.0, 1.08883])
_DARK = 0.008856


def lab(picture: Picture) -> Floats:
    """Convert sRGB to CIE L*a*b* under D65; L* from 0 to 100."""
    share = picture.astype(np.float64) / PEAK
    linear = np.where(share > 0.04045, ((share + 0.055) / 1.055) ** 2.4, share / 12.92)  # noqa: PLR2004
    xyz = np.einsum("hwc,kc->hwk", linear, _TO_XYZ) / _WHITE
    bent = np.where(xyz > _DARK, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    x, y, z = bent[..., 0], bent[..., 1], bent[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def _lab_errors(prediction: Picture, reference: Picture) -> tuple[float, float]:
    same_shape(prediction, reference)
    square = np.square(lab(prediction) - lab(reference))
    return float(square.sum()), float(square.size)


def _matte_sum(prediction: Floats, reference: Floats) -> tuple[float, float]:
    same_shape(prediction, reference)
    return float(np.abs(prediction - reference).sum()) / 1000, 1.0


def _matte_square(prediction: Floats, reference: Floats) -> tuple[float, float]:
    same_shape(prediction, reference)
    return float(np.square(prediction - reference).mean()) * 1000, 1.0


def _stability(prediction: Iterable[Picture], reference: object) -> float:
    del reference
    steps = [
        float(np.abs(a.astype(np.int32) - b.astype(np.int32)).mean()) / PEAK
        for a, b in pairwise(prediction)
    ]
    if not steps:
        raise ValueError("a film of fewer than two frames")
    return 1 - math.fsum(steps) / len(steps)


METRICS = (
    _psnr_metric("image", "picture", "pictures"),
    _psnr_metric("video", "film", "films of the mean over frames"),
    percent_mean("ssim", "image", "picture", lambda p, r: max(0.0, ssim(p, r)),
                 "mean over pictures of structural similarity over RGB, not under 0",
                 "Wang et al. 2004, Gaussian window of 11, as in scikit-image"),
    _ms_ssim_metric(),
    error("rmse", "image_lab", "picture", _lab_errors,
          "root of the mean squared difference in L*a*b* over all pixels and channels",
          "as in shadow removal on ISTD", unit="LAB", root=True),
    error("sad", "alpha_matte", "matte", _matte_sum,
          "mean over mattes of the sum of absolute differences / 1000",
          "Rhemann et al. 2009, alpha from 0 to 1, whole picture", unit="1000 px"),
    error("mse", "alpha_matte", "matte", _matte_square,
          "mean over mattes of the mean squared difference, times 1000",
          "Rhemann et al. 2009, alpha from 0 to 1, whole picture", unit="x1e-3"),
    percent_mean("temporal_l1_stability", "frames", "film", _stability,
                 "mean over films of 1 - the mean absolute difference of neighbouring frames / 255",
                 "called L1 distance in the public table, where higher is better",
                 reference_free=True),
)  # fmt: skip
