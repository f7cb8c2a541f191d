"""Metrics of labels and of sets of labels, spans or tuples.

A label is a string, or a list of strings where several hold; its reference is a `Gold`.
A set is a frozenset of strings or of tuples of strings, for both.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from curation.scoring.extraction import Gold, answered, canonical, right
from curation.scoring.metric import (
    PERCENT,
    Better,
    Floats,
    Metric,
    Replicate,
    Seen,
    additive,
    percent_mean,
    ratio,
)

Labels = str | Sequence[str]


def _is_right(prediction: Labels, gold: Gold) -> float:
    if isinstance(prediction, str):
        return float(right(prediction, gold))
    return float(
        {canonical(p) for p in prediction} == {canonical(a) for a in gold.accepted}
    )


def _class(prediction: Labels, gold: Gold) -> str:
    if not isinstance(prediction, str):
        return gold.first if _is_right(prediction, gold) else ""
    label = answered(prediction, gold)
    return gold.first if label in gold.labels else label


def _classes(prediction: Labels | None, gold: Gold) -> Seen:
    """See the class of the reference and the one that was named, None for silence."""
    return gold.first, None if prediction is None else _class(prediction, gold)


Average = Callable[[Floats, Floats, Floats], Floats]
"""From hits, predicted and present, replicates x classes, to a value from 0 to 1."""


def _by_class(
    average: Average,
) -> tuple[Callable[[Sequence[Seen]], float], Callable[[Sequence[Seen]], Replicate]]:
    def replicate(seen: Sequence[Seen]) -> Replicate:
        gold = sorted({g for g, _ in seen})
        number = {name: i for i, name in enumerate(gold)}
        present = np.array([number[g] for g, _ in seen])
        # A class that no reference has adds nothing but the item that it was wrong on.
        named = np.array([number.get(p, len(gold)) for _, p in seen])

        def value(counts: Floats) -> Floats:
            hits = counts * (present == named)
            return PERCENT * average(
                _sums(hits, present, len(gold)),
                _sums(counts, named, len(gold) + 1)[:, :-1],
                _sums(counts, present, len(gold)),
            )

        return value

    def add_up(seen: Sequence[Seen]) -> float:
        return float(replicate(seen)(np.ones((1, len(seen))))[0]) if seen else 0.0

    return add_up, replicate


def _sums(counts: Floats, classes: np.ndarray, number: int) -> Floats:
    """Sum *counts*, replicates x items, within each class."""
    out = np.zeros((len(counts), number))
    order = np.argsort(classes, kind="stable")
    found, starts = np.unique(classes[order], return_index=True)
    out[:, found] = np.add.reduceat(counts[:, order], starts, axis=1)
    return out


def _f1(hits: Floats, named: Floats, present: Floats) -> Floats:
    return ratio(2 * hits, named + present)


def _mean_present(values: Floats, present: Floats) -> Floats:
    return ratio(
        (values * (present > 0)).sum(axis=1), (present > 0).sum(axis=1).astype(float)
    )


def _recall(hits: Floats, named: Floats, present: Floats) -> Floats:
    del named
    return _mean_present(ratio(hits, present), present)


def _macro(hits: Floats, named: Floats, present: Floats) -> Floats:
    return _mean_present(_f1(hits, named, present), present)


def _weighted(hits: Floats, named: Floats, present: Floats) -> Floats:
    return ratio((_f1(hits, named, present) * present).sum(axis=1), present.sum(axis=1))


def _class_metric(name: str, average: Average, definition: str, source: str) -> Metric:
    add_up, replicate = _by_class(average)
    return Metric(
        name, "label", "label", Better.HIGHER, PERCENT, 0.0, (0.0, PERCENT), "percent",
        definition, source, _classes, add_up, replicate,
    )  # fmt: skip


def _members(
    prediction: AbstractSet[object] | None, reference: AbstractSet[object]
) -> Seen:
    if prediction is None:
        return 0.0, 0.0, float(len(reference))
    hits = len(prediction & reference)
    return float(hits), float(len(prediction) - hits), float(len(reference) - hits)


def _set_metric(name: str, variant: str, form: str, what: str) -> Metric:
    def finish(sums: Floats) -> Floats:
        hits, wrong = sums[..., 0], sums[..., 1] + sums[..., 2]
        # A task in which nothing is to be found, and nothing was, is perfect.
        return PERCENT * ratio(2 * hits, 2 * hits + wrong, 1.0)

    add_up, replicate = additive(3, finish)
    return Metric(
        name, variant, form, Better.HIGHER, PERCENT, 0.0, (0.0, PERCENT), "percent",
        f"2TP / (2TP + FP + FN) over the sets of {what} of all items; an item where nothing "
        "is to be found and nothing was adds nothing",
        "micro-averaged F1 of sets, compared in plain form",
        _members, add_up, replicate,
    )  # fmt: skip


METRICS = (
    percent_mean(
        "accuracy", "label", "label", _is_right,
        "share of items whose answer names an accepted label; a list is right if it is the "
        "whole list of the reference",
        "accuracy, with the answer extraction of `curation.scoring.extraction`",
    ),
    _class_metric("macro_accuracy", _recall,
                  "mean over the classes of the reference of the share of their items that is right",
                  "balanced accuracy, as in scikit-learn"),
    _class_metric("f1_unspecified_avg", _macro,
                  "mean of F1 over the classes of the reference",
                  "macro F1; the public table does not say which average, so this is a choice"),
    _class_metric("weighted_f1", _weighted,
                  "mean of F1 over the classes of the reference, weighted by their items",
                  "weighted F1, as in scikit-learn; MUStARD (Castro et al. 2019)"),
    _set_metric("micro_f1", "label_set", "set", "labels, spans or tuples"),
    _set_metric("tuple_f1", "event_tuples", "events",
                "triggers (type, trigger) and arguments (type, trigger, role, words)"),
)  # fmt: skip
