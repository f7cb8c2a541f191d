"""Repeated choices, answers that are no choice, and answers that a question states."""

import pytest

from tests.tasks import found, task
from validators import text


def lettered(answer, *options, question="Which?"):
    return {
        "input": {"question": question, "options": list(options)},
        "output": {"answer": answer},
    }


def choosing(*samples):
    return task("text/multiple-choice-qa", *samples)


def test_a_repeated_choice_is_named():
    made = choosing(lettered("A", "one", "two"), lettered("A", "one", "two", "one"))
    assert found(text.RULES, made) == [
        "/data/1/input/options/2: TXT021 'one' is also choice 1"
    ]


def test_choices_may_differ_in_case_or_in_kind():
    assert found(text.RULES, choosing(lettered("A", "a", "A", 1, "1", 1.5))) == []


@pytest.mark.parametrize(
    "options", [None, "one", 7, {"A": "one"}, [["one"], ["one"]], [None, {}]]
)
def test_choices_of_another_shape_are_the_schemas_matter(options):
    made = choosing(lettered("A", "one", "two"), {"input": {"question": "Which?", "options": options},
                                                  "output": {"answer": "A"}}, "no sample", {})  # fmt: skip
    lines = [line for line in found(text.RULES, made) if "TXT021" not in line]
    assert lines == []


def test_a_letter_beyond_the_last_choice_is_named():
    made = choosing(lettered("B", "one", "two"), lettered("C", "one", "two"))
    assert found(text.RULES, made) == [
        "/data/1/output/answer: TXT023 'C', but there are 2 choices"
    ]


def test_a_letter_is_held_against_the_choices_of_its_own_sample():
    made = choosing(
        lettered("C", "one", "two", "three"),
        {"input": {"question": "?!"}, "output": {"answer": "Z"}},
    )
    assert found(text.RULES, made) == []


@pytest.mark.parametrize("answer", ["b", "(B)", "AB", 1, None, ["A"], {"A": 1}])
def test_an_answer_of_another_form_is_the_schemas_matter(answer):
    made = choosing(lettered("A", "one", "two"), lettered(answer, "one", "two"))
    assert found(text.RULES, made) == []


def chosen(answer, *options):
    return {"input": {"image_file": "a.png", "prompt": "Which?", "options": list(options)},
            "output": {"text": answer}}  # fmt: skip


def test_an_answer_that_is_no_choice_is_named_with_the_nearest():
    made = task(
        "image/classification",
        chosen("cow", "cow", "hen"),
        chosen("Cows", "cow", "hen"),
        chosen(7, 1, 2),
    )
    assert found(text.RULES, made) == [
        "/data/1/output/text: TXT022 'Cows' is none of the 2 choices; the nearest is 'cow'",
        "/data/2/output/text: TXT022 '7' is none of the 2 choices",
    ]


@pytest.mark.parametrize(
    "answer", ["cow", ["cow", "hen"], "hen, cow", "cow<p>hen", "hen; cow", "B", "7", 7]
)
def test_a_choice_may_be_named_in_several_ways(answer):
    assert (
        found(text.RULES, task("image/classification", chosen(answer, "cow", "hen", 7)))
        == []
    )


def test_each_of_several_answers_has_to_be_a_choice():
    made = task(
        "image/classification",
        chosen(["cow", "pig"], "cow", "hen"),
        chosen("cow, pig", "cow", "hen"),
    )
    assert found(text.RULES, made) == [
        "/data/0/output/text/1: TXT022 'pig' is none of the 2 choices",
        "/data/1/output/text: TXT022 'cow, pig' is none of the 2 choices",
    ]


def test_parts_of_an_answer_are_held_against_the_choices_too():
    sample = {
        "input": {"video_file": "a.mp4", "options": ["run", "jump"]},
        "output": {
            "annotations": [
                {"segment": [0, 1], "label": "run"},
                {"segment": [1, 2], "label": "fly"},
            ]
        },
    }
    assert found(text.RULES, task("video/temporal-action-detection", sample)) == [
        "/data/0/output/annotations/1/label: TXT022 'fly' is none of the 2 choices"
    ]


def test_without_choices_any_answer_is_right():
    samples = (
        {"input": {"image_file": "a.png"}, "output": {"text": t}}
        for t in ("cow", "hen")
    )
    assert found(text.RULES, task("image/classification", *samples)) == []


def asked(*pairs):
    return task(
        "text/open-qa",
        *({"input": {"question": q}, "output": {"answer": a}} for q, a in pairs),
    )


def test_a_question_that_states_its_answer_is_named():
    made = asked(("What is the capital of Peru?", "Lima City Hall"),
                 ("The Pacific Ocean is the largest. What is the largest ocean?", "the Pacific Ocean"))  # fmt: skip
    assert found(text.RULES, made) == [
        "/data/1/input/question: TXT025 it says 'the Pacific Ocean', which is the answer"
    ]


def test_one_of_several_right_answers_is_enough():
    assert found(
        text.RULES, asked(("Who was Ada Lovelace?", ["a poet", "Ada Lovelace"]))
    ) == ["/data/0/input/question: TXT025 it says 'Ada Lovelace', which is the answer"]


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("Is it red?", "red"),
        ("Is the nodule benign or malignant?", "malignant"),
        ("Between Mount Everest and K2, what is higher?", "Mount Everest"),
        ("Which of Greenland, Iceland is larger?", "Greenland"),
        ("How many tons do elephants weigh?", "elephant"),
        ("What is 12345678 plus 0?", "12345678"),
        ("Complete: Greenland is ____", "Greenland"),
        ("A: I saw Greenland. " + "B: Tell me more about it. " * 12, "Greenland"),
    ],
)
def test_questions_that_bring_answers_along_are_meant(question, answer):
    assert found(text.RULES, asked((question, answer), ("Why?", "Nobody knows."))) == []


def test_a_question_that_names_several_answers_is_a_list():
    made = asked(("Does it show entailment, contradiction, neutrality?", "entailment"),
                 ("And what does that show?", "contradiction"))  # fmt: skip
    assert found(text.RULES, made) == []


def test_what_is_asked_of_several_samples_states_no_answer():
    prompt = "Tell me about the saxophone in the picture."
    samples = (
        {
            "input": {"image_file": f"{i}.png", "prompt": prompt},
            "output": {"text": "saxophone"},
        }
        for i in (1, 2)
    )
    assert found(text.RULES, task("image/vqa", *samples)) == []


def test_a_choice_may_stand_in_the_question():
    sample = chosen("Greenland", "Greenland", "Iceland")
    sample["input"]["prompt"] = "Show me Greenland."
    assert found(text.RULES, task("image/classification", sample)) == []


def test_words_of_the_input_are_what_a_rewriting_is_made_of():
    made = task("text/paraphrase", {"input": {"originalSentence": "It is raining.", "prompt": "It is raining."},
                                    "output": {"paraphraseSentence": "It is raining."}})  # fmt: skip
    spoken = task("audio/speech-synthesis", {"input": {"prompt": "Say: good evening"},
                                             "output": {"audio_file": "a.wav", "text": "good evening"}})  # fmt: skip
    assert found(text.RULES, made, spoken) == []
