"""CIDEr: the likeness of captions by n-grams, weighted by how rare they are."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

import numpy as np

from curation.scoring import tokens
from curation.scoring.metric import (
    PERCENT,
    Better,
    Floats,
    Metric,
    Replicate,
    Seen,
    weighted,
)

ORDERS = 4
_SIGMA = 6.0
_TIMES = 10.0
Grams = Counter[tuple[str, ...]]


def _grams(text: str) -> Grams:
    found = [w for w in tokens.words(text.lower()) if any(c.isalnum() for c in w)]
    return Counter(
        tuple(found[i : i + n])
        for n in range(1, ORDERS + 1)
        for i in range(len(found) - n + 1)
    )


def _see(prediction: str | None, references: Sequence[str]) -> Seen:
    return (None if prediction is None else _grams(prediction)), tuple(
        _grams(r) for r in references
    )


def _rarities(seen: Sequence[Seen]) -> tuple[dict[tuple[str, ...], float], float]:
    """Count in the references of how many items each n-gram stands, in logarithms."""
    frequency = Counter(g for _, references in seen for g in set().union(*references))
    rarity = {g: math.log(n) for g, n in frequency.items()}
    every = math.log(len(seen)) if seen else 0.0
    if all(r == every for r in rarity.values()):
        # All references alike, or one item: nothing is rare, so that all counts the same.
        return dict.fromkeys(rarity, 0.0), 1.0
    return rarity, every


def _vector(
    grams: Grams, rarity: dict[tuple[str, ...], float], every: float
) -> list[dict[tuple[str, ...], float]]:
    vector: list[dict[tuple[str, ...], float]] = [{} for _ in range(ORDERS)]
    for gram, times in grams.items():
        vector[len(gram) - 1][gram] = times * (every - rarity.get(gram, 0.0))
    return vector


def _norm(part: dict[tuple[str, ...], float]) -> float:
    return math.sqrt(math.fsum(v * v for v in part.values()))


def _length(grams: Grams) -> int:
    """The number of words, as the sum over pairs: that is one less, which cancels out."""
    return sum(n for g, n in grams.items() if len(g) == 2)  # noqa: PLR2004


def _scores(seen: Sequence[Seen]) -> list[float]:
    rarity, every = _rarities(seen)
    return [0.0 if p is None else _score(p, r, rarity, every) for p, r in seen]


def _score(
    found: Grams,
    references: Sequence[Grams],
    rarity: dict[tuple[str, ...], float],
    every: float,
) -> float:
    vector = _vector(found, rarity, every)
    total = 0.0
    for other in references:
        far = _length(found) - _length(other)
        likeness = [
            _cosine(a, b)
            for a, b in zip(vector, _vector(other, rarity, every), strict=True)
        ]
        total += math.fsum(likeness) * math.exp(-(far**2) / (2 * _SIGMA**2))
    return _TIMES * total / ORDERS / len(references)


def _cosine(
    found: dict[tuple[str, ...], float], real: dict[tuple[str, ...], float]
) -> float:
    product = math.fsum(
        min(v, real[g]) * real[g] for g, v in found.items() if g in real
    )
    norms = _norm(found) * _norm(real)
    return product / norms if norms else 0.0


def _clamped(values: Floats) -> Floats:
    return np.asarray(np.clip(PERCENT * values, 0.0, PERCENT))


def _add_up(seen: Sequence[Seen]) -> float:
    return float(_clamped(np.array(math.fsum(_scores(seen)) / max(1, len(seen)))))


def _replicate(seen: Sequence[Seen]) -> Replicate:
    """Replicate the mean; how rare words are stays as the whole reference has it."""
    scores = np.array(_scores(seen))[:, None]
    return lambda counts: _clamped(weighted(counts, scores)[:, 0] / counts.sum(axis=1))


METRICS = (
    Metric(
        "cider", "text", "text", Better.HIGHER, PERCENT, 0.0, (0.0, PERCENT), "percent",
        "100 times the mean of CIDEr-D (cosine of n-grams up to 4, weighted by rarity in the "
        "references, times 10), at most 100",
        "Vedantam et al. 2015; as in pycocoevalcap, with the tokenizer of this project",
        _see, _add_up, _replicate,
    ),
)  # fmt: skip
