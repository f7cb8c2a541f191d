from __future__ import annotations

import math
import random
from itertools import pairwise

import numpy as np
import pytest
from made_answers import made

from curation.scoring import forms
from curation.scoring.extraction import Gold
from curation.scoring.metric import Better, Silence
from curation.scoring.metrics import BY_ID, JUDGED, METRICS
from curation.scoring.scale import SCALES, scale_of
from curation.scoring.score import Invalid, score_task

each = pytest.mark.parametrize("metric", METRICS, ids=lambda m: m.id)


def points(metric, score):
    """What the levels make of a score, where they know the metric."""
    try:
        scale = scale_of(metric.name, metric.variant)
    except ValueError:
        return score.value if metric.direction is Better.HIGHER else -score.value
    share = score.coverage if metric.silence is Silence.SCALED else 1.0
    return scale.one(score.value) * share


@each
def test_an_oracle_is_best(metric):
    items = made(metric.id)

    score = score_task(metric, items.right, items.references, count=0)

    assert score.value == metric.best


@each
def test_silence_is_worst_and_counted(metric):
    items = made(metric.id)

    score = score_task(metric, {}, items.references, count=0)

    assert score.value == metric.worst
    assert (score.missing, score.answered) == (len(items.references), 0)


@each
def test_a_worse_answer_has_a_worse_value_in_the_range(metric):
    items = made(metric.id)

    value = score_task(metric, items.worse, items.references, count=0).value

    assert metric.range[0] <= value <= metric.range[1]
    assert (
        value < metric.best
        if metric.direction is Better.HIGHER
        else value > metric.best
    )


@each
def test_the_order_of_items_changes_nothing(metric):
    items = made(metric.id)
    pairs = list(items.references.items())
    random.Random(1).shuffle(pairs)

    one = score_task(metric, items.worse, items.references, count=50)
    other = score_task(metric, items.worse, iter(pairs), count=50)

    assert (one.value, one.interval) == (other.value, other.interval)


@each
def test_answering_better_never_lowers_the_points(metric):
    items = made(metric.id)
    answers = dict(items.worse)
    found = []
    for key in [None, *answers]:
        if key is not None:
            answers[key] = items.right[key]
        found.append(
            points(metric, score_task(metric, answers, items.references, count=0))
        )

    assert all(a <= b + 1e-9 for a, b in pairwise(found))


@each
def test_leaving_out_a_right_answer_never_helps(metric):
    items = made(metric.id)
    whole = points(metric, score_task(metric, items.right, items.references, count=0))
    for key in items.right:
        less = {k: v for k, v in items.right.items() if k != key}
        some = points(metric, score_task(metric, less, items.references, count=0))

        assert some <= whole


@each
def test_an_unreadable_answer_costs_what_a_missing_one_does(metric):
    items = made(metric.id)
    first = next(iter(items.right))
    missing = {k: v for k, v in items.right.items() if k != first}

    one = score_task(metric, missing, items.references, count=0)
    other = score_task(
        metric, missing | {first: Invalid("odd")}, items.references, count=0
    )

    assert other.value == one.value
    assert (other.missing, other.invalid, other.faults) == (0, 1, ((first, "odd"),))


@each
def test_a_surprise_in_one_answer_costs_that_answer_alone(metric):
    items = made(metric.id)
    first = next(iter(items.right))

    score = score_task(
        metric, items.right | {first: object()}, items.references, count=0
    )

    assert (score.invalid, score.answered) == (1, len(items.references) - 1)


@pytest.mark.parametrize(
    "metric", [m for m in METRICS if m.replicate], ids=lambda m: m.id
)
def test_a_replicate_is_the_value_of_the_items_that_were_drawn(metric):
    items = made(metric.id)
    seen = [metric.see(items.worse[k], r) for k, r in items.references.items()]
    seen[0] = metric.see(items.right["i0"], items.references["i0"])
    counts = np.array([[1.0] * len(seen), [2.0] + [1.0] * (len(seen) - 1)])

    found = metric.replicate(seen)(counts)

    expected = [metric.add_up(seen), metric.add_up([seen[0], *seen])]
    if metric.name == "cider":  # how rare words are is taken from the whole reference
        expected[1] = found[1]
    assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("metric", [*METRICS, *JUDGED], ids=lambda m: m.id)
def test_the_facts_of_a_metric_fit_together(metric):
    low, high = metric.range
    better, worse = (high, low) if metric.direction is Better.HIGHER else (low, high)

    assert metric.best == better
    assert metric.worst == (100.0 if metric.name == "wer" else worse)
    assert metric.definition
    assert metric.source
    assert metric.form in {*forms.FORMS, "judgement"}


def test_names_of_metrics_are_unique():
    assert len(BY_ID) == len(METRICS) + len(JUDGED)


@pytest.mark.parametrize(
    "metric", [m for m in METRICS if m.name in SCALES], ids=lambda m: m.id
)
def test_levels_price_silence_as_the_metric_says(metric):
    assert scale_of(metric.name, metric.variant).silence == metric.silence


def test_no_items_are_no_score():
    score = score_task(BY_ID["accuracy/label"], {}, {})

    assert (score.value, score.note) == (None, "not scored: no items")


def test_predictions_for_unknown_items_are_refused():
    items = made("exact_match/text")

    with pytest.raises(ValueError, match=r"unknown items: \['x'\]"):
        score_task(BY_ID["exact_match/text"], {"x": "a"}, items.references)


def test_an_interval_holds_its_value_and_depends_on_seed_and_task_alone():
    items = made("rouge1_f/text")
    metric = BY_ID["rouge1_f/text"]
    mixed = items.worse | {"i0": items.right["i0"]}

    first, second, other = (
        score_task(metric, mixed, items.references, task=t) for t in ("a", "a", "b")
    )

    assert first.interval[0] < first.value < first.interval[1]
    assert first.interval == second.interval
    assert (first.replicates != other.replicates).any()


def test_one_item_has_no_interval():
    items = made("exact_match/text")
    one = {"i0": items.references["i0"]}

    assert score_task(BY_ID["exact_match/text"], {}, one).interval is None


def test_infinite_values_have_an_interval():
    items = made("psnr/image")

    score = score_task(BY_ID["psnr/image"], items.right, items.references)

    assert score.interval == (math.inf, math.inf)


@pytest.mark.parametrize(
    "metric", [m for m in METRICS if m.form in ("text", "label")], ids=lambda m: m.id
)
def test_a_reference_that_stands_alone_is_one_reference_and_not_its_letters(metric):
    answers = {"1": "a cat sat on the mat", "2": "no dog"}

    listed = {
        k: (v,) if metric.form == "text" else Gold((v,)) for k, v in answers.items()
    }

    assert score_task(metric, answers, answers).value == metric.best
    assert score_task(metric, answers, listed).value == metric.best
