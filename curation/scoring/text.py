"""Metrics of free text: BLEU, ROUGE, token F1, exact match, ANLS, word errors.

A prediction is a string; a reference is a tuple of strings of equal right.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Callable, Sequence

import numpy as np

from curation.scoring import tokens
from curation.scoring.distance import common, edits
from curation.scoring.metric import (
    INFINITE,
    PERCENT,
    Better,
    Floats,
    Metric,
    Seen,
    additive,
    percent_mean,
    ratio,
)

_HALF = 0.5
Cut = Callable[[str], list[str]]


def _grams(found: list[str], order: int) -> Counter[object]:
    if order == 1:
        return Counter(found)
    return Counter(zip(*(found[k:] for k in range(order)), strict=False))


def _clipped(found: list[str], others: Sequence[list[str]], order: int) -> int:
    """Count n-grams of *found* that a reference has, each as often as one of them has it."""
    grams = _grams(found, order)
    most = _grams(others[0], order)
    for other in others[1:]:
        most |= _grams(other, order)
    return sum(min(n, most[g]) for g, n in grams.items() if g in most)


def _closest(length: int, others: Sequence[list[str]]) -> int:
    return min((abs(len(o) - length), len(o)) for o in others)[1]


def _unigrams(found: list[str], others: Sequence[list[str]]) -> int:
    """`_clipped` for single words; the common case, no word twice, in the speed of sets."""
    unique = set(found)
    if len(unique) == len(found):
        return len(
            unique.intersection(*others)
            if len(others) == 1
            else unique & set().union(*others)
        )
    return _clipped(found, others, 1)


def _sentence_bleu1(prediction: str, references: Sequence[str]) -> float:
    found = tokens.words(prediction)
    others = [tokens.words(r) for r in references]
    if not found:
        return float([] in others)
    length = _closest(len(found), others)
    penalty = 1.0 if len(found) >= length else math.exp(1 - length / len(found))
    return penalty * _unigrams(found, others) / len(found)


def _corpus_bleu(order: int) -> Metric:
    def see(prediction: str | None, references: Sequence[str]) -> Seen:
        others = [tokens.words(r.lower()) for r in references]
        found = tokens.words((prediction or "").lower())
        matches = [float(_clipped(found, others, n)) for n in range(1, order + 1)]
        totals = [float(max(0, len(found) - n + 1)) for n in range(1, order + 1)]
        return (
            *matches,
            *totals,
            float(len(found)),
            float(_closest(len(found), others)),
        )

    def finish(sums: Floats) -> Floats:
        precisions = ratio(sums[..., :order], sums[..., order : 2 * order])
        length = ratio(sums[..., -1], sums[..., -2], INFINITE)
        with np.errstate(divide="ignore"):
            logs = np.log(precisions).mean(axis=-1)
        return np.asarray(PERCENT * np.exp(logs + np.minimum(0.0, 1.0 - length)))

    add_up, replicate = additive(2 * order + 2, finish)
    return Metric(
        f"bleu{order}", "corpus", "text", Better.HIGHER, PERCENT, 0.0, (0.0, PERCENT),
        "percent",
        f"corpus BLEU with n-grams up to {order}, lower case, closest reference length",
        "Papineni et al. 2002; as in pycocoevalcap, with the tokenizer of this project",
        see, add_up, replicate,
    )  # fmt: skip


def _f(matches: int, found: int, wanted: int) -> float:
    """F1 from counts; two empty texts are the same text."""
    return 2 * matches / (found + wanted) if found + wanted else 1.0


def overlap(found: list[str], other: list[str]) -> int:
    """Count the words that two texts share, each as often as both have it."""
    unique = set(found)
    if len(unique) == len(found):
        return len(unique.intersection(other))
    others = set(other)
    if len(others) == len(other):
        return len(others & unique)
    counts = Counter(other)
    return sum(min(n, counts[w]) for w, n in Counter(found).items() if w in counts)


def _best(
    cut: Cut, score: Callable[[list[str], list[str]], float]
) -> Callable[[str, Sequence[str]], float]:
    """Score against each reference and keep the best."""

    def see(prediction: str, references: Sequence[str]) -> float:
        found = cut(prediction)
        if len(references) == 1:
            return score(found, cut(references[0]))
        return max(score(found, cut(r)) for r in references)

    return see


def _bag(found: list[str], other: list[str]) -> float:
    return _f(overlap(found, other), len(found), len(other))


def _pairs(found: list[str], other: list[str]) -> float:
    a, b = _grams(found, 2), _grams(other, 2)
    if not a and not b:
        return float(found == other)
    return _f((a & b).total(), a.total(), b.total())


def _sequence(found: list[str], other: list[str]) -> float:
    return _f(common(found, other), len(found), len(other))


def _same(prediction: str, references: Sequence[str]) -> float:
    found = tokens.bare(prediction)
    return float(any(found == tokens.bare(r) for r in references))


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _anls(prediction: str, references: Sequence[str]) -> float:
    return max(_likeness(_plain(prediction), _plain(r)) for r in references)


def _likeness(found: str, other: str) -> float:
    longest = max(len(found), len(other))
    far = edits(found, other) / longest if longest else 0.0
    return 1 - far if far < _HALF else 0.0


def _word_errors(prediction: str | None, references: Sequence[str]) -> Seen:
    found = tokens.spoken(prediction or "")
    others = [tokens.spoken(r) for r in references]
    rates = [
        (edits(found, o) / max(1, len(o)), edits(found, o), len(o)) for o in others
    ]
    _, wrong, length = min(rates)
    return float(wrong), float(length)


def _wer() -> Metric:
    def finish(sums: Floats) -> Floats:
        return PERCENT * np.where(
            sums[..., 1] == 0,
            np.minimum(sums[..., 0], 1.0),
            ratio(sums[..., 0], sums[..., 1]),
        )

    add_up, replicate = additive(2, finish)
    return Metric(
        "wer", "transcript", "text", Better.LOWER, 0.0, PERCENT, (0.0, INFINITE), "percent",
        "word errors (substitutions, deletions, insertions) of all items over the words of "
        "all references; from 100 on it has no points; silence deletes every word",
        "corpus word error rate; lower case, no punctuation",
        _word_errors, add_up, replicate,
    )  # fmt: skip


_ROUGE = (
    "Lin 2004; as in rouge-score 0.1.2 with stems, with the tokenizer of this project"
)
_MAX = "mean over items, best over references"

METRICS = (
    percent_mean(
        "bleu1", "sentence", "text", _sentence_bleu1,
        "mean of sentence BLEU-1: clipped unigram precision times the brevity penalty",
        "as in NLTK with smoothing method 4, which does not act on single words; case kept",
    ),
    _corpus_bleu(1),
    _corpus_bleu(4),
    percent_mean("rouge1_f", "text", "text", _best(tokens.stems, _bag),
                 f"F1 of stemmed words, {_MAX}", _ROUGE),
    percent_mean("rouge2_f", "text", "text", _best(tokens.stems, _pairs),
                 f"F1 of pairs of stemmed words, {_MAX}", _ROUGE),
    percent_mean("rougeL_f", "text", "text", _best(tokens.stems, _sequence),
                 f"F1 of the longest common subsequence of stemmed words, {_MAX}", _ROUGE),
    percent_mean("token_f1", "text", "text", _best(tokens.bare, _bag),
                 f"F1 of the bags of normalised words, {_MAX}",
                 "SQuAD v1.1; Chinese and Japanese by character"),
    percent_mean("exact_match", "text", "text", _same,
                 "share of items whose normalised words equal those of a reference",
                 "SQuAD normalisation, as in SQA3D and ScanQA (EM@1)"),
    percent_mean("anls", "text", "text", _anls,
                 f"1 - edit distance / length where that is over 0.5, else 0; {_MAX}",
                 "Biten et al. 2019, ST-VQA"),
    _wer(),
)  # fmt: skip
