"""The maps from a metric's value, in the unit of the task table, to points of 0 to 100.

Source of the maps: arXiv 2505.04620, appendix A.1. `2 * sigmoid(T / x) - 1` is written
as `tanh(T / 2x)`, which is the same function and cannot overflow.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float64]

BEST = 100.0
"""Points of a perfect value."""


@dataclass(frozen=True, slots=True)
class Scale:
    """How the values of a metric become points, and which values are possible.

    `least` and `most` bound the possible values, both included. Values up to `clamp`
    outside of 0 to 100 are possible but earn no more than the ends: they are warned of.
    `one` maps a float, `many` an array of any shape; both give 0 to 100 and never
    decrease as the value gets better.
    """

    name: str
    least: float
    most: float
    one: Callable[[float], float]
    many: Callable[[Array], Array]
    clamps: bool = False
    fractional: bool = False
    """Whether values are percentages, so that a fraction of 1 is a likely mistake."""
    silence: str = "counted"
    """What unanswered items cost: `counted`, their price is in the value; `scaled`, the
    points are multiplied by the answered share, as no finite value is the worst;
    `refused`, there is no value unless all items are answered."""

    def fault(self, value: float) -> str:
        """Say why *value* is impossible, or return an empty string."""
        if math.isnan(value):
            return "is not a number"
        if self.least <= value <= self.most:
            return ""
        return f"{value:g} is outside of {self.least:g} to {self.most:g}"

    def warning(self, value: float) -> str:
        """Say that *value* was cut to the end of the scale, or return an empty string."""
        if self.clamps and not 0.0 <= value <= BEST:
            return f"{value:g} was cut to {min(max(value, 0.0), BEST):g}"
        return ""

    def points(self, value: float, coverage: float = 1.0) -> float:
        """Return the points of *value*, 0 to 100, with *coverage* of the items answered.

        Raises:
            ValueError: if the value is impossible.
        """
        if fault := self.fault(value):
            raise ValueError(f"{self.name}: {fault}")
        return self.one(value) * self.share(coverage)

    def share(self, coverage: float) -> float:
        """Return the factor of the points where only *coverage*, 0 to 1, was answered."""
        return coverage if self.silence == "scaled" else 1.0


def _percent(name: str, least: float = 0.0, most: float = BEST) -> Scale:
    return Scale(
        name,
        least,
        most,
        lambda x: min(max(x, 0.0), BEST),
        lambda x: np.clip(x, 0.0, BEST),
        clamps=least < 0.0 or most > BEST,
        fractional=True,
    )


def _error(name: str, turn: float) -> Scale:
    """Return the map of an error: 0 is worth 100, infinity nothing."""

    def one(x: float) -> float:
        return BEST * math.tanh(turn / (2.0 * x)) if x > 0.0 else BEST

    def many(x: Array) -> Array:
        with np.errstate(divide="ignore", over="ignore"):
            return BEST * np.tanh(turn / (2.0 * x))

    silence = "refused" if name in _DISTRIBUTIONS else "scaled"
    return Scale(name, 0.0, math.inf, one, many, silence=silence)


_DISTRIBUTIONS = frozenset({"fid", "fvd", "fad"})
_PSNR = Scale(
    "psnr",
    -math.inf,
    math.inf,
    lambda x: BEST * math.tanh(max(x, 0.0) / 20.0),
    lambda x: BEST * np.tanh(np.maximum(x, 0.0) / 20.0),
    silence="scaled",
)
_WER = Scale(
    "wer",
    0.0,
    math.inf,
    lambda x: BEST - min(x, BEST),
    lambda x: BEST - np.minimum(x, BEST),
    fractional=True,
)
_MS_SSIM = Scale(
    "ms_ssim", -1.0, 1.0, lambda x: 50.0 * (x + 1.0), lambda x: 50.0 * (x + 1.0)
)
_MOS = Scale("mos", 1.0, 5.0, lambda x: 25.0 * (x - 1.0), lambda x: 25.0 * (x - 1.0))

_ERRORS = {
    "mae": 50.0, "mse": 5.0, "rmse": 5.0, "rmse/depth_map": 50.0, "abs_rel": 0.1,
    "epe": 1.0, "fid": 25.0, "fvd": 100.0, "fad": 10.0, "sad": 10.0, "rte": 0.5,
    "chamfer": 1.0, "mcd": 5.0,
}  # fmt: skip
"""T of each error, in the unit of the task table."""

_PERCENTAGES = (
    "accuracy", "macro_accuracy", "frame_accuracy", "event_accuracy", "nway_topk_acc",
    "exact_match", "grounding_acc50", "success_rate", "recall_at_50", "bleu1", "bleu4",
    "rouge1_f", "rougeL_f", "codebleu", "anls", "token_f1", "micro_f1", "weighted_f1",
    "f1_unspecified_avg", "tuple_f1", "ap50", "ap75", "pixel_ap", "nuscenes_map", "amota",
    "miou", "part_instance_miou", "m_viou", "dice", "pq", "s_measure", "success_auc",
    "auroc", "pitch_class_consistency", "temporal_l1_stability", "i2v_composite",
    "dino_score", "musiq", "aesthetic", "dynamic_degree", "user_preference", "llm_judge",
)  # fmt: skip

SCALES: Mapping[str, Scale] = {
    **{name: _percent(name) for name in _PERCENTAGES},
    **{name: _error(name, turn) for name, turn in _ERRORS.items()},
    "cider": _percent("cider", most=1000.0),
    "clip_score": _percent("clip_score", least=-BEST),
    "clap": _percent("clap", least=-BEST),
    "psnr": _PSNR,
    "wer": _WER,
    "ms_ssim": _MS_SSIM,
    "mos": _MOS,
}
"""The scale of each canonical metric; `metric/variant` where a variant has its own."""


def scale_of(metric: str, variant: str = "") -> Scale:
    """Return the scale of a canonical metric.

    Raises:
        ValueError: if there is no metric of that name.
    """
    scale = SCALES.get(f"{metric}/{variant}") or SCALES.get(metric)
    if scale is None:
        raise ValueError(f"there is no metric {metric!r}")
    return scale
