"""Metrics with model weights: one protocol, and three kinds of what is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

from curation.scoring.metric import (
    INFINITE,
    PERCENT,
    Answer,
    Better,
    Floats,
    Metric,
    Seen,
    Silence,
    additive,
    mean_percent,
    per_item,
)

KINDS = ("frechet", "cosine", "rating")


class Backend(Protocol):
    """A model that turns one answer into numbers."""

    def __call__(self, answer: Answer, role: str) -> Floats:
        """Return features: one row, or a row for each window or frame; N x D.

        `role` is `prediction` or `reference`. A backend of kind `rating` returns one
        number, in the metric's unit.
        """


@dataclass(frozen=True)
class Need:
    """A metric that needs a backend: its facts, and what the backend should be."""

    name: str
    variant: str
    form: str
    kind: str
    needs: str
    direction: Better = Better.HIGHER
    against: str = ""
    """The form of the reference, where it is another one than the prediction's."""

    @property
    def id(self) -> str:
        """Name and variant in one."""
        return f"{self.name}/{self.variant}"


_LOWER = Better.LOWER
NEEDS: tuple[Need, ...] = (
    Need("fid", "inception", "picture", "frechet", "InceptionV3 pool3 features", _LOWER),
    Need("fid", "motion_features", "motion", "frechet", "a motion encoder", _LOWER),
    Need("fvd", "i3d", "film", "frechet", "I3D features", _LOWER),
    Need("fad", "vggish_or_clap", "recording", "frechet", "VGGish or CLAP features", _LOWER),
    Need("clip_score", "text_image", "picture", "cosine", "CLIP", against="text"),
    Need("clip_score", "text_render", "film", "cosine", "CLIP, on one render or several", against="text"),
    Need("clip_score", "image_render", "film", "cosine", "CLIP, on one render or several", against="picture"),
    Need("clip_score", "image_image", "picture", "cosine", "CLIP"),
    Need("clip_score", "frame_frame", "film", "rating", "CLIP, over frames"),
    Need("clip_score", "style", "film", "cosine", "CLIP, film and style", against="text"),
    Need("clip_score", "style_image_video", "film", "cosine", "CLIP, film and picture of the style", against="picture"),
    Need("clap", "audio_text", "recording", "cosine", "LAION-CLAP", against="text"),
    Need("clap", "style", "recording", "cosine", "LAION-CLAP", against="text"),
    Need("musiq", "frames", "film", "rating", "MUSIQ, mean over frames"),
    Need("aesthetic", "frames", "film", "rating", "the LAION aesthetic predictor, times 10"),
    Need("dino_score", "frame_frame", "film", "rating", "DINO, over frames"),
    Need("dynamic_degree", "raft", "film", "rating", "RAFT"),
    Need("frame_accuracy", "clip", "film", "rating", "CLIP, share of frames nearer to the target"),
    Need("success_rate", "detector_or_vlm", "film", "rating", "a model that sees whether a film shows what was asked"),
    Need("nway_topk_acc", "imagenet_classifier", "picture", "rating", "an ImageNet classifier"),
    Need("i2v_composite", "dino+viclip+flow+smooth", "film", "rating",
         "DINO, ViCLIP, RAFT and AMT"),
)  # fmt: skip
"""All metrics of the table that need model weights."""
NEED_BY_ID: Mapping[str, Need] = {n.id: n for n in NEEDS}


def metric(need: Need, backend: Backend) -> Metric:
    """Make a metric of what it needs and a backend that has it."""
    return {"frechet": _frechet, "cosine": _cosine, "rating": _rating}[need.kind](
        need, backend
    )


def _rows(features: Any) -> Floats:
    table = np.atleast_2d(np.asarray(features, dtype=np.float64))
    if table.ndim != 2 or not np.isfinite(table).all():  # noqa: PLR2004
        raise ValueError(f"features of shape {np.shape(features)}, or not finite")
    return table


def frechet_distance(left: Floats, right: Floats) -> float:
    """Distance of two sets of features, N x D and M x D, as if both were Gaussian; from 0.

    |m1 - m2|^2 + tr(C1 + C2 - 2 (C1 C2)^(1/2)); Heusel et al. 2017. With covariances
    C = R'R, the last trace is the sum of the singular values of R1 R2', so that no root of
    a matrix is taken.
    """
    (one, first), (other, second) = _spread(left), _spread(right)
    both = np.linalg.svd(first @ second.T, compute_uv=False).sum()
    apart = np.square(one - other).sum()
    apart += np.square(first).sum() + np.square(second).sum()
    return max(0.0, float(apart - 2 * both))


def _spread(rows: Floats) -> tuple[Floats, Floats]:
    """Return the mean, and R with R'R the covariance, of at most D rows."""
    mean = rows.mean(axis=0)
    scaled = (rows - mean) / np.sqrt(max(1, len(rows) - 1))
    if len(scaled) > scaled.shape[1]:
        scaled = np.asarray(np.linalg.qr(scaled, mode="r"))
    return mean, scaled


def _frechet(need: Need, backend: Backend) -> Metric:
    def see(prediction: Answer | None, reference: Answer) -> Seen:
        real = _rows(backend(reference, "reference"))
        if prediction is None:
            return None, real
        return _rows(backend(prediction, "prediction")), real

    def add_up(seen: Sequence[Seen]) -> float:
        if not seen or any(s[0] is None for s in seen):
            return INFINITE
        found, real = (np.concatenate([s[k] for s in seen]) for k in (0, 1))
        return frechet_distance(found, real)

    return Metric(
        need.name, need.variant, need.form, Better.LOWER, 0.0, INFINITE, (0.0, INFINITE), "native",
        f"Frechet distance of the features of all predictions and all references ({need.needs}); "
        "all items must be answered",
        "Heusel et al. 2017", see, add_up, None, Silence.REFUSED,
    )  # fmt: skip


def _cosine(need: Need, backend: Backend) -> Metric:
    def see(prediction: Answer | None, reference: Answer) -> Seen:
        if prediction is None:
            return 0.0
        found, real = (
            _rows(backend(prediction, "prediction")),
            _rows(backend(reference, "reference")),
        )
        sizes = (
            np.linalg.norm(found, axis=1)[:, None] * np.linalg.norm(real, axis=1)[None]
        )
        return float((found @ real.T / np.where(sizes > 0, sizes, 1.0)).mean())

    # A cosine under 0 is worth what silence is worth.
    add_up, replicate = per_item(lambda cosine: max(0.0, cosine))
    return Metric(
        need.name, need.variant, need.form, Better.HIGHER, PERCENT, 0.0, (0.0, PERCENT), "percent",
        f"100 times the mean cosine of the embeddings of prediction and reference ({need.needs}), "
        "not under 0", "Hessel et al. 2021", see, add_up, replicate,
    )  # fmt: skip


def _rating(need: Need, backend: Backend) -> Metric:
    def see(prediction: Answer | None, reference: Answer) -> Seen:
        if prediction is None:
            return 0.0, 1.0
        value = float(np.asarray(backend((prediction, reference), "prediction")).mean())
        if not 0 <= value <= PERCENT:
            raise ValueError(
                f"the backend rated {value:g}, which is outside of 0 to 100"
            )
        return value / PERCENT, 1.0

    add_up, replicate = additive(2, mean_percent)
    return Metric(
        need.name, need.variant, need.form, Better.HIGHER, PERCENT, 0.0, (0.0, PERCENT), "percent",
        f"mean over items of what the backend rates ({need.needs})", "the backend", see, add_up,
        replicate, reference_free=True,
    )  # fmt: skip
