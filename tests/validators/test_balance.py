"""How often each answer is the right one."""

import pytest

from tests.tasks import found, task
from validators import balance


def classified(*labels):
    return task("text/classification", *({"input": {"raw_text": f"{i}"}, "output": {"category": c}}
                                         for i, c in enumerate(labels)))  # fmt: skip


def lettered(letters, choices=2):
    options = [f"choice {i}" for i in range(choices)]
    return task("text/multiple-choice-qa", *({"input": {"question": "?!", "options": options}, "output": {"answer": a}}
                                             for a in letters))  # fmt: skip


def test_one_label_throughout_is_named_from_ten_samples_on():
    assert found(balance.RULES, classified(*["good"] * 9)) == []
    assert found(balance.RULES, classified(*["good"] * 10)) == [
        "/data: BAL001 output.category is 'good' in all 10 samples"
    ]


@pytest.mark.parametrize("label", [0, True, ["good"]])
def test_a_label_may_be_a_number_or_stand_in_a_list(label):
    shown = label[0] if isinstance(label, list) else label
    assert found(balance.RULES, classified(*[label] * 10)) == [
        f"/data: BAL001 output.category is {shown!r} in all 10 samples"
    ]


def test_one_letter_throughout_is_named_once():
    assert found(balance.RULES, lettered("A" * 60)) == [
        "/data: BAL001 output.answer is 'A' in all 60 samples"
    ]


def test_a_label_is_too_frequent_above_four_fifths():
    assert found(balance.RULES, classified(*["good"] * 16, *["bad"] * 4)) == []
    assert found(balance.RULES, classified(*["good"] * 17, *["bad"] * 4)) == [
        "/data: BAL002 output.category is 'good' in 17 of 21 samples"
    ]


def test_few_samples_have_no_shares():
    assert found(balance.RULES, classified(*["good"] * 18, "bad")) == []


def test_a_label_in_many_lists_is_counted_once_for_each():
    labels = [["good", "long"]] * 18 + [["bad", "bad"]] * 2
    assert found(balance.RULES, classified(*labels)) == [
        "/data: BAL002 output.category is 'good' in 18 of 20 samples"
    ]


def test_answers_without_choices_are_no_labels():
    samples = (
        {"input": {"image_file": f"{i}.png"}, "output": {"text": "yes"}}
        for i in range(30)
    )
    assert found(balance.RULES, task("image/vqa", *samples)) == []


def test_answers_out_of_choices_are_labels():
    samples = ({"input": {"image_file": f"{i}.png", "options": ["yes", "no"]}, "output": {"text": "yes"}}
               for i in range(30))  # fmt: skip
    assert found(balance.RULES, task("image/vqa", *samples)) == [
        "/data: BAL001 output.text is 'yes' in all 30 samples"
    ]


def test_answers_in_words_are_labels_where_letters_could_stand_too():
    samples = ({"input": {"image_file": f"{i}.png", "options": ["yes", "no"]}, "output": {"text": "no" if i else "yes"}}
               for i in range(30))  # fmt: skip
    assert found(balance.RULES, task("image/vqa", *samples)) == [
        "/data: BAL002 output.text is 'no' in 29 of 30 samples"
    ]


def test_parts_of_a_sample_may_all_be_of_one_kind():
    part = {"label": "hen", "mask_file": "a.png", "bbox": [1, 2, 3, 4]}
    samples = (
        {"input": {"image_file": f"{i}.png"}, "output": {"instances": [part]}}
        for i in range(30)
    )
    assert found(balance.RULES, task("image/instance-segmentation", *samples)) == []


def test_an_answer_at_one_position_far_more_often_than_by_chance_is_named():
    assert found(balance.RULES, lettered("A" * 79 + "B" * 21)) == [
        "/data: BAL003 A is right in 79 of 100 samples, about 50 by chance"
    ]


@pytest.mark.parametrize(
    ("letters", "choices"),
    [
        ("A" * 74 + "B" * 26, 2),  # half as often again as by chance, no more
        ("A" * 39 + "B" * 10, 2),  # fewer than fifty
        ("A" * 25 + "B" * 25 + "C" * 25 + "D" * 25, 4),
        ("A" * 22 + "BCD" * 12, 4),  # chance goes that far
    ],
)
def test_chance_is_no_bias(letters, choices):
    assert found(balance.RULES, lettered(letters, choices)) == []


def test_a_letter_beyond_the_choices_has_no_position():
    assert found(balance.RULES, lettered("AB" * 30 + "Z" * 40 + "b" * 40)) == []


def test_chance_depends_on_how_many_choices_each_sample_has():
    made = [{"input": {"question": "?!", "options": list("xyz"[:n])}, "output": {"answer": a}}
            for n, a in [(2, "A")] * 50 + [(3, "B"), (3, "C")] * 25 + [(2, "B")] * 30]  # fmt: skip
    assert found(balance.RULES, task("text/multiple-choice-qa", *made)) == []
