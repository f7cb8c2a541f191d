"""Pure: how well features predict labels across folds, against labels that are shuffled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

BINS = 8
FOLDS = 5
LEAST_SAMPLES = 20
LEAST_OF_LABEL = 5
MOST_LABELS = 12
MOST_SAMPLES = 2000
FIRST = 99
"""Permutations after which it is seen whether more are worth while."""

Feature = Sequence[float | str | None]
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Prediction:
    """How well labels are told: the area under the curve, and how often chance does it."""

    auc: float
    p_value: float
    samples: int
    labels: int


def predicted(
    features: Sequence[Feature],
    labels: Sequence[str | None],
    worth: float,
    permutations: int,
) -> Prediction | None:
    """Predict labels from features by naive Bayes, cross-validated.

    Args:
        features: For each feature its value for each sample.
        labels: The label of each sample; None where there is none.
        worth: The AUC from which the full number of permutations is made.
        permutations: That number.

    Returns:
        None if there are too few samples, or labels, to tell anything.
    """
    chosen, kinds = _chosen(labels)
    if len(kinds) < 2 or len(chosen) < LEAST_SAMPLES:  # noqa: PLR2004 - one label is known
        return None
    told = np.array([kinds.index(str(labels[i])) for i in chosen])
    hot = np.hstack([_binned([f[i] for i in chosen]) for f in features])
    if not hot.shape[1]:
        return None
    random = np.random.default_rng(0)
    folds = random.permutation(len(chosen)) % FOLDS
    one_hot = np.eye(len(kinds))
    auc = _auc(hot, one_hot[told], folds)
    chance: list[float] = []
    for size in (FIRST, permutations - FIRST):
        chance += [
            _auc(hot, one_hot[random.permutation(told)], folds)
            for _ in range(max(0, size))
        ]
        if auc < worth or sum(c >= auc for c in chance) > len(chance) * 0.05:
            break
    return Prediction(auc, _p_value(auc, chance), len(chosen), len(kinds))


def _p_value(auc: float, chance: Sequence[float]) -> float:
    """Return how probable it is that shuffled labels are told as well.

    It is counted; where none of the shuffled ones are, it is the tail of the normal
    distribution with their mean and spread, so that it can be less than one in their number.
    """
    beaten = sum(one >= auc for one in chance)
    counted = (beaten + 1) / (len(chance) + 1)
    spread = float(np.std(chance))
    if beaten or not spread:
        return counted
    return min(counted, erfc((auc - float(np.mean(chance))) / spread / sqrt(2)) / 2)


def _chosen(labels: Sequence[str | None]) -> tuple[list[int], list[str]]:
    counts = Counter(label for label in labels if label is not None)
    kinds = [k for k, n in counts.most_common(MOST_LABELS) if n >= LEAST_OF_LABEL]
    known = set(kinds)
    chosen = [i for i, label in enumerate(labels) if label in known]
    return chosen[:: -(-len(chosen) // MOST_SAMPLES) or 1], kinds


def _binned(values: Feature) -> Matrix:
    """Return one column for each bin of a feature, 1 where a value falls into it."""
    if any(isinstance(v, str) for v in values):
        names = Counter(v for v in values if v is not None)
        kinds = [k for k, _ in names.most_common(BINS * 4)]
        return np.array([[float(v == k) for k in kinds] for v in values]).reshape(
            len(values), -1
        )
    numbers = np.array([np.nan if v is None else float(v) for v in values])
    known = numbers[np.isfinite(numbers)]
    distinct = np.unique(known)
    if len(distinct) < 2:  # noqa: PLR2004 - one value tells nothing
        return np.zeros((len(values), 0))
    edges = (
        (distinct[1:] + distinct[:-1]) / 2
        if len(distinct) <= BINS
        else np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]))
    )
    places = np.where(
        np.isfinite(numbers), np.searchsorted(edges, numbers), len(edges) + 1
    )
    found: Matrix = np.eye(len(edges) + 2)[places]
    return found


def _auc(hot: Matrix, labels: Matrix, folds: NDArray[Any]) -> float:
    """Return the mean area under the curve over labels, each predicted out of its fold."""
    parts = [hot[folds == f].T @ labels[folds == f] for f in range(FOLDS)]
    sizes = [labels[folds == f].sum(axis=0) for f in range(FOLDS)]
    scores = np.zeros_like(labels)
    for fold in range(FOLDS):
        counts = sum(parts[:fold] + parts[fold + 1 :]) + 0.5
        of_label = sum(sizes[:fold] + sizes[fold + 1 :]) + 1.0
        told = hot[folds == fold] @ np.log(counts / of_label) + np.log(of_label)
        told -= np.log(
            np.exp(told - told.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)
        ) + told.max(axis=1, keepdims=True)
        scores[folds == fold] = told
    return float(
        np.mean([_area(scores[:, k], labels[:, k] > 0) for k in range(labels.shape[1])])
    )


def _area(scores: Matrix, positive: NDArray[np.bool_]) -> float:
    """Return how often a sample with the label is ranked before one without it."""
    _, inverse, counts = np.unique(
        np.round(scores, 9), return_inverse=True, return_counts=True
    )
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    ours = int(positive.sum())
    others = len(scores) - ours
    return float((ranks[positive].sum() - ours * (ours + 1) / 2) / (ours * others))
