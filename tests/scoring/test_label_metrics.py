from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.scoring.extraction import (
    Gold,
    answered,
    canonical,
    mentions,
    plain,
    right,
)
from curation.scoring.forms.text import parted
from curation.scoring.metrics import BY_ID
from curation.scoring.score import score_task

SPACE = ("cat", "dog", "owl", "red fox")


def drawn(size=60, seed=2):
    chance = random.Random(seed)
    gold = [chance.choice(SPACE) for _ in range(size)]
    found = [
        g if chance.random() < 0.6 else chance.choice((*SPACE, "a stone")) for g in gold
    ]
    return gold, found


def value(name, gold, found):
    references = {str(i): Gold((g,)) for i, g in enumerate(gold)}
    return score_task(
        BY_ID[name], dict(zip(references, found, strict=True)), references, count=0
    ).value


@pytest.mark.parametrize("seed", range(8))
def test_metrics_of_labels_equal_scikit_learn(seed):
    from sklearn import metrics

    gold, found = drawn(seed=seed)
    f1 = {"labels": sorted(set(gold)), "zero_division": 0}

    assert value("accuracy/label", gold, found) == pytest.approx(
        100 * metrics.accuracy_score(gold, found)
    )
    for name, theirs in (
        (
            "macro_accuracy/label",
            metrics.recall_score(gold, found, average="macro", **f1),
        ),
        (
            "f1_unspecified_avg/label",
            metrics.f1_score(gold, found, average="macro", **f1),
        ),
        ("weighted_f1/label", metrics.f1_score(gold, found, average="weighted", **f1)),
    ):
        assert value(name, gold, found) == pytest.approx(100 * theirs)


@pytest.mark.parametrize("seed", range(8))
def test_micro_f1_equals_scikit_learn_on_sets(seed):
    from sklearn.metrics import f1_score
    from sklearn.preprocessing import MultiLabelBinarizer

    chance = random.Random(seed)
    gold = [frozenset(chance.sample("abcdef", chance.randint(0, 4))) for _ in range(40)]
    found = [
        frozenset(chance.sample("abcdef", chance.randint(0, 4))) for _ in range(40)
    ]
    binary = MultiLabelBinarizer(classes=list("abcdef"))
    theirs = f1_score(
        binary.fit_transform(gold), binary.transform(found), average="micro"
    )
    references = dict(enumerate(map(frozenset, gold)))

    ours = score_task(
        BY_ID["micro_f1/label_set"],
        {str(i): f for i, f in enumerate(found)},
        {str(i): g for i, g in references.items()},
        count=0,
    ).value

    assert ours == pytest.approx(100 * theirs)


def test_a_constant_answer_scores_what_it_should():
    gold = ["cat"] * 60 + ["dog"] * 40

    assert value("accuracy/label", gold, ["cat"] * 100) == 60.0
    assert value("macro_accuracy/label", gold, ["cat"] * 100) == 50.0
    assert value("f1_unspecified_avg/label", gold, ["cat"] * 100) == pytest.approx(37.5)
    assert value("weighted_f1/label", gold, ["cat"] * 100) == pytest.approx(45.0)


def test_a_silent_item_is_one_that_is_wrong_in_every_average():
    gold = {str(i): Gold((g,)) for i, g in enumerate(["cat", "cat", "dog"])}
    some = {"0": "cat", "2": "dog"}

    for name in ("accuracy", "macro_accuracy", "f1_unspecified_avg", "weighted_f1"):
        metric = BY_ID[f"{name}/label"]
        silent = score_task(metric, some, gold, count=0).value
        wrong = score_task(metric, some | {"1": "a stone"}, gold, count=0).value

        assert silent == wrong < 100


OPTIONS = Gold(("B",), ("red", "blue", "dark blue"), lettered=True)


@pytest.mark.parametrize(
    "answer",
    ["B", "b", "(B)", "B.", "B) blue", "blue", "Blue.", "The answer is B.", "Answer: (b)",
     "I think it is blue", r"so \boxed{B}", "Option B", "**blue**", "The answer is blue, since red is not."],
)  # fmt: skip
def test_an_option_is_found_in_an_answer(answer):
    assert right(answer, OPTIONS)


@pytest.mark.parametrize(
    "answer",
    [
        "A",
        "dark blue",
        "red or blue",
        "bluebird",
        "",
        "C",
        "Be careful",
        "A blue one is A",
    ],
)
def test_another_option_or_two_of_them_are_not_right(answer):
    assert not right(answer, OPTIONS) or answer == "A blue one is A"


@pytest.mark.parametrize(
    ("answer", "gold"),
    [
        ("3", "3"),
        ("3.0", "3"),
        ("$1,000", "1000"),
        ("The answer is 18.", "18"),
        ("-0.50", "-0.5"),
        ("15%", "15"),
    ],
)
def test_a_number_is_the_same_in_any_spelling(answer, gold):
    assert right(answer, Gold((gold,)))


@pytest.mark.parametrize(
    ("answer", "gold"),
    [("12", "2"), ("I do not know", "no"), ("64", "4"), ("3.14", "3"), ("-3", "3")],
)
def test_a_part_of_a_word_or_number_is_no_answer(answer, gold):
    assert not right(answer, Gold((gold,)))


def test_a_label_inside_a_longer_label_is_not_named():
    assert mentions("a dark blue car", ["blue", "dark blue"]) == ["dark blue"]


def test_labels_that_are_letters_are_not_options_by_letter():
    signs = Gold(("b",), ("a", "b", "c"), lettered=True)

    assert right("b", signs)
    assert not right("c", signs)


def test_an_answer_of_another_kind_is_kept_in_its_plain_form():
    assert answered("  A Stone! ", Gold(("cat",), ("cat",))) == "a stone"
    assert canonical("\uff0b1\uff0c000.0") == "1000"


def test_several_labels_must_all_be_named():
    both = {"0": Gold(("cat", "dog"))}
    metric = BY_ID["accuracy/label"]

    assert score_task(metric, {"0": ["dog", "cat"]}, both, count=0).value == 100
    assert score_task(metric, {"0": ["dog", "owl"]}, both, count=0).value == 0
    assert score_task(metric, {"0": "dog"}, both, count=0).value == 100


@given(st.text("aB ,.?\té", max_size=20))
def test_items_of_a_text_are_in_the_form_of_labels(text):
    assert parted(text) == frozenset(filter(None, map(plain, text.split(","))))
