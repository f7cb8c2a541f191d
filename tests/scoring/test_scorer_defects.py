"""The demonstrated faults of the public scorer's processors and predictors, each by name.

Inputs and right answers are those of the scorer at commit 420b8eb; R rows are the
ranker's, and are tested with the levels.
"""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from curation.scoring import backends, choice, pictures
from curation.scoring.extraction import Gold
from curation.scoring.forms import FORMS, Setting
from curation.scoring.metric import Better
from curation.scoring.metrics import BY_ID, METRICS
from curation.scoring.pairing import pair
from curation.scoring.predictions import read
from curation.scoring.score import Invalid, score_task
from curation.scoring.table import task_table


def value(name, predictions, references):
    return score_task(BY_ID[name], predictions, references, count=0).value


def one(name, prediction, reference):
    return value(name, {"0": prediction}, {"0": reference})


def labels(prediction, gold):
    return one("accuracy/label", prediction, Gold((gold,)))


def sets(*pairs):
    form = FORMS["set"]
    found = {
        str(i): form.read_prediction(p, Setting()) for i, (p, _) in enumerate(pairs)
    }
    gold = {str(i): form.read_reference(g, Setting()) for i, (_, g) in enumerate(pairs)}
    return value("micro_f1/label_set", found, gold)


def predictions(tmp_path, *entries):
    file = tmp_path / "a.json"
    file.write_text(json.dumps(list(entries)))
    return read(file)[0]


def test_n1_one_right_answer_of_a_thousand_items_is_a_thousandth():
    gold = {str(i): Gold(("A",)) for i in range(1000)}

    assert value("accuracy/label", {"0": "A"}, gold) == pytest.approx(0.1)


def test_n2_a_repeated_id_is_an_error_and_answers_nothing(tmp_path):
    file = predictions(
        tmp_path, {"id": "0", "prediction": "B"}, {"id": "0", "prediction": "A"}
    )

    assert [(p.kind, p.where.pointer) for p in file.problems] == [
        ("repeated-id", "/1/id")
    ]
    assert file.repeated == {"0"}
    assert (
        one("accuracy/label", Invalid("answered more than once"), Gold(("A",))) == 0.0
    )


def test_n3_an_id_that_is_a_number_is_the_same_as_text(tmp_path):
    file = predictions(tmp_path, {"id": 0, "prediction": "A"})

    assert list(file.entries) == ["0"]
    assert (
        value(
            "accuracy/label",
            {k: p.value for k, p in file.entries.items()},
            {"0": Gold(("A",))},
        )
        == 100.0
    )


def test_n4_null_is_not_the_word_none():
    assert labels(None, "None") == 0.0
    assert labels("None", "None") == 100.0


def test_n5_identical_texts_with_a_repeated_word_are_identical():
    assert (
        one("token_f1/text", "the cat and the dog", ("the cat and the dog",)) == 100.0
    )


def test_n6_case_and_punctuation_are_normalised():
    assert one("token_f1/text", "Paris.", ("Paris",)) == 100.0
    assert labels("b", "B") == 100.0


def test_n7_one_malformed_item_costs_that_item_alone():
    gold = {str(i): Gold(("A",)) for i in range(1000)}
    found = dict.fromkeys(gold, "A") | {"7": object()}

    score = score_task(BY_ID["accuracy/label"], found, gold, count=0)

    assert (score.value, score.invalid) == (pytest.approx(99.9), 1)
    assert FORMS["label"].read_reference(3, Setting()).labels == {"3"}


def test_n8_the_tokenizer_is_pinned():
    assert one("bleu1/sentence", "the cat sat.", ("the cat sat",)) == 75.0


def test_n9_a_perfect_chinese_translation_is_perfect():
    assert one("rouge1_f/text", "我爱北京", ("我爱北京",)) == 100.0
    assert one("rouge1_f/text", "été", ("été",)) == 100.0


def test_n10_case_does_not_matter_to_micro_f1():
    assert sets(("Positive", {"label": "Positive"}["label"])) == 100.0
    assert sets(("Positive", "positive")) == 100.0


def test_n10b_commas_part_items_too():
    assert sets(("a, b", "a, b")) == 100.0
    assert sets(("b,a", ["a", "b"])) == 100.0
    assert sets(("a <p> b", "a, b")) == 100.0


def test_n10c_nothing_found_where_nothing_is_adds_nothing():
    pairs = [("", "")] * 990 + [("", ["entity"])] * 10

    assert sets(*pairs) == 0.0


def test_n11_time_series_are_scored_by_the_table_s_metric():
    found = choice.choose("Time Series", "text/time-series", {})

    assert (found.id, found.row.id) == ("rmse/scalar_series", "text-061")


def test_n11b_unreadable_numbers_are_worst():
    gold = {"0": np.array([5.0]), "1": np.array([9.0])}

    score = score_task(
        BY_ID["rmse/scalar_series"], dict.fromkeys(gold, Invalid("n/a")), gold, count=0
    )

    assert (score.value, score.coverage) == (math.inf, 0.0)


def test_n12_identical_code_is_identical_in_its_own_language():
    code = "def f(x):\n    return x+1"

    assert one("codebleu/code", code, ("python", (code,))) == 100.0
    form = FORMS["code"]
    assert (
        form.read_reference("int a;", Setting(sample={"input": {"language": "Java"}}))[
            0
        ]
        == "java"
    )


@pytest.mark.parametrize(
    "name", ["Text-to-SQL Generation", "Open-Domain Question Answering"]
)
def test_n13_the_metric_is_the_one_of_the_row(name):
    assert choice.choose(name, "text/open-qa", {}).id == "bleu1/sentence"


def test_n14_every_task_has_a_scorer_or_says_what_it_needs():
    found = [choice.choose(r.task, "", {}) for r in task_table().rows]

    assert sum(c.metric is not None for c in found) == 611
    assert all(
        c.metric or "backend" in c.needs or "judgements" in c.needs for c in found
    )
    assert {c.id for c in found if c.metric is None} <= {*backends.NEED_BY_ID, *BY_ID}


def test_n15_half_of_a_chinese_answer_is_half_right():
    assert one("bleu1/sentence", "我爱上海", ("我爱北京",)) == 50.0


def test_n16_an_unknown_metric_is_not_scored_and_says_so():
    found = choice.choose("A Task", "text/open-qa", {"metric": "ASR-Score"})

    assert found.metric is None
    assert found.needs == "a metric called 'ASR-Score', which is not known here"


FRAME = np.full((8, 8, 3), 100, dtype=np.uint8)


def test_v1_a_perfect_restoration_is_infinite():
    assert one("psnr/video", [FRAME] * 3, [FRAME] * 3) == math.inf


def test_v1b_nine_perfect_frames_and_a_bad_one_are_their_mean():
    bad = FRAME + np.uint8(18)

    found = one("psnr/video", [FRAME] * 9 + [bad], [FRAME] * 10)

    assert found == pytest.approx((900 + pictures.psnr(bad, FRAME)) / 10)


def test_v2_a_part_of_an_answer_is_not_the_answer():
    assert labels("I do not know, yes", "no") == 0.0
    assert labels("12", "2") == 0.0
    assert (
        one("accuracy/label", "I do not know, yes", Gold(("no",), ("yes", "no"))) == 0.0
    )


def test_v3_a_mask_of_0_and_255_is_one_of_0_and_1(tmp_path):
    from PIL import Image

    from curation.scoring.files import below

    real = np.zeros((20, 20), dtype=np.uint8)
    real[4:9, 4:9] = 1
    for name, times in (("a", 1), ("b", 255)):
        Image.fromarray(real * np.uint8(times)).save(tmp_path / f"{name}.png")
    setting = Setting(files=below(tmp_path))

    for form, name in (("mask", "miou/image"), ("class_map", "miou/mask")):
        gold, found = (FORMS[form].read_reference(f"{k}.png", setting) for k in "ab")
        assert one(name, found, gold) == 100.0


TRACK = np.array([[0.0, 0, 5, 5], [20, 20, 5, 5], [40, 40, 5, 5]])


def test_v4_perfect_tracking_is_a_hundred():
    assert (
        choice.choose("Object Tracking", "video/object-tracking", {}).id
        == "success_auc/track"
    )
    assert one("success_auc/track", TRACK, TRACK) == 100.0


def test_v4b_boxes_in_permuted_frames_are_wrong():
    assert one("success_auc/track", np.roll(TRACK, 1, axis=0), TRACK) == 0.0


def test_v5_flow_is_scored_as_it_was_predicted():
    flow = np.ones((4, 4, 2))

    assert one("epe/flow", flow, flow) == 0.0
    assert one("epe/flow", np.zeros((4, 4, 2)), flow) == pytest.approx(math.sqrt(2))


def test_v6_the_composite_is_a_mean():
    need = backends.NEED_BY_ID["i2v_composite/dino+viclip+flow+smooth"]
    metric = backends.metric(need, lambda *_: np.array([90.0, 60.0, 98.0, 50.0]))

    assert score_task(metric, {"0": []}, {"0": None}, count=0).value == pytest.approx(
        74.5
    )


def test_v7_every_bounded_metric_is_in_percent():
    bounded = [
        m for m in METRICS if m.range == (0.0, 100.0) and m.direction is Better.HIGHER
    ]

    assert {m.unit for m in bounded} == {"percent"}
    assert one("s_measure/mask_video", {"a": np.eye(9)}, {"a": np.eye(9) > 0}) == 100.0


def test_a1_labels_of_sounds_are_compared_whole_and_in_any_case():
    assert labels("64", "4") == 0.0
    assert labels("Male", "Male") == labels("male", "Male") == 100.0


def test_a2_a_reference_that_is_a_number_is_a_label():
    gold = FORMS["label"].read_reference(3, Setting())

    assert one("accuracy/label", "3", gold) == 100.0
    assert (
        one("exact_match/text", "3", FORMS["text"].read_reference(3, Setting()))
        == 100.0
    )


def test_a3_a_backend_is_told_which_is_prediction_and_which_reference():
    told = []

    def backend(answer, role):
        told.append((answer, role))
        return np.array([1.0, 0.0])

    metric = backends.metric(backends.NEED_BY_ID["clap/audio_text"], backend)
    score = score_task(metric, {"0": "sound"}, {"0": "words"}, count=0)

    assert told == [("sound", "prediction"), ("words", "reference")]
    assert score.value == 100.0


def test_a4_word_errors_are_in_percent_over_the_whole_corpus():
    found = {"0": "a", "1": "one two three four five six seven eight nine"}
    gold = {"0": ("b",), "1": ("one two three four five six seven eight nine",)}

    assert value("wer/transcript", found, gold) == pytest.approx(10.0)


def test_files_without_a_place_in_the_set_are_named(tmp_path):
    file = predictions(tmp_path, {"id": "0", "prediction": "A"})

    assert not pair([file], []).files
