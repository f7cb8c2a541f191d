"""Answers that show in names, ids, metadata and order, and those that only seem to."""

from __future__ import annotations

import itertools
import random
from statistics import mean, pstdev

import pytest

from tests.galleries import about, found, gallery, image, media, task
from validators.answers import Answers, phrases, words
from validators.gallery import Gallery
from validators.hints import LEAST_HITS, PROBE, hints
from validators.leakage import RULES
from validators.runs import LEAST_SAMPLES, runs

ANIMALS = ("dog", "cat", "owl")


def told(one):
    return [line.replace("annotation.json#", "") for line in found(RULES, *about(one))]


def sounds(files, labels, ids=None, family="audio/classification"):
    """Make a task of recordings with these names and labels."""
    samples = [
        {"input": {"audio_file": file}, "output": {"text": label}}
        for file, label in zip(files, labels, strict=True)
    ]
    if ids:
        samples = [s | {"id": i} for s, i in zip(samples, ids, strict=True)]
    return gallery(family, samples)


def shuffled(labels, seed=0):
    return random.Random(seed).sample(labels, len(labels))


def test_answers_in_file_names_are_told_for_the_task_and_for_each_sample():
    labels = ["dog", "cow", "T-Rex", "owl", "cat", "pig", "elk", "hen"]
    names = ["dog", "TheCow", "t_rex-2", *"abcde"]
    assert told(sounds([f"a/{name}.wav" for name in names], labels)) == [
        "annotation.json: LEK001 gives away 3 of 8 answers, 0.4 by chance: " + EXAMPLES,
        "/data/0/input/audio_file: LEK001 'dog.wav' for 'dog'",
        "/data/1/input/audio_file: LEK001 'TheCow.wav' for 'cow'",
        "/data/2/input/audio_file: LEK001 't_rex-2.wav' for 'T-Rex'",
    ]


EXAMPLES = "'dog.wav' for 'dog', 'TheCow.wav' for 'cow', 't_rex-2.wav' for 'T-Rex'"


def test_a_few_answers_in_names_are_an_accident():
    labels = list("abcdefghij")
    names = [f"{n}.wav" if n < "d" else f"{i}x.wav" for i, n in enumerate(labels)]
    assert len(told(sounds(names, labels))) == LEAST_HITS + 1
    names[0] = "x.wav"
    assert told(sounds(names, labels)) == []


def test_digits_are_known_by_their_names():
    labels = ["five", "nine", "two", "zero"] * 3
    digits = {"five": 5, "nine": 9, "two": 2, "zero": 0}
    names = [f"{digits[label]}_lucas_{n + 20}.wav" for n, label in enumerate(labels)]
    one = told(sounds(names, labels))
    assert len(one) == 13
    assert one[1] == "/data/0/input/audio_file: LEK001 '5_lucas_20.wav' for 'five'"


def test_a_word_in_all_names_gives_nothing_away():
    assert told(sounds([f"bird_{n}.wav" for n in range(30)], ["bird"] * 30)) == []
    labels = shuffled(["bird", "none"] * 50)
    assert told(sounds([f"bird_{n}.wav" for n in range(100)], labels)) == []


def test_numbers_meet_numeric_answers_by_chance():
    labels = [str(random.Random(n).randint(1, 9)) for n in range(300)]
    names = [f"clip_{n % 10}_{n}.wav" for n in range(300)]
    assert told(sounds(names, labels)) == []


def test_an_unequal_share_of_labels_hides_no_leak():
    labels = shuffled(["yes"] * 90 + ["no"] * 10)
    names = [f"{label}_{n}.wav" for n, label in enumerate(labels)]
    assert len(told(sounds(names, labels))) == 101


def test_names_of_the_files_to_be_made_are_hidden_anyway():
    samples = [
        {
            "input": {"prompt": f"Say {a}"},
            "output": {"audio_file": f"{a}.wav", "text": a},
        }
        for a in ANIMALS
    ]
    assert told(gallery("audio/speech-synthesis", samples)) == []


def test_what_only_looks_like_a_leak_in_the_probe_is_none():
    labels = shuffled([*ANIMALS] * PROBE)
    told_of = [n % 3 == 0 and n < PROBE // 10 for n in range(len(labels))]
    names = [
        f"{a if t else 'x'}_{n}.wav"
        for n, (a, t) in enumerate(zip(labels, told_of, strict=True))
    ]
    assert told(sounds(names, labels)) == []


def test_answers_in_folders_are_told():
    labels = shuffled([*ANIMALS] * 4)
    files = [f"audios/{label}/{n}.wav" for n, label in enumerate(labels)]
    one = told(sounds(files, labels))
    assert one[0].startswith("annotation.json: LEK002 gives away 12 of 12 answers, ")
    assert one[1] == (
        f"/data/0/input/audio_file: LEK002 'audios/{labels[0]}' for {labels[0]!r}"
    )


def test_the_folder_of_all_files_gives_nothing_away():
    labels = shuffled(["image", "sound"] * 20)
    assert told(sounds([f"sound/{n}.wav" for n in range(40)], labels)) == []


def test_backslashes_part_folders_too():
    labels = shuffled([*ANIMALS] * 4)
    files = [f"audios\\{label}\\{n}.wav" for n, label in enumerate(labels)]
    assert [line[17:23] for line in told(sounds(files, labels))[:1]] == ["LEK002"]


def test_answers_in_ids_are_told():
    labels = shuffled([*ANIMALS] * 4)
    ids = [f"{label}-{n}" for n, label in enumerate(labels)]
    one = told(sounds([f"{n}.wav" for n in range(12)], labels, ids))
    assert one[1] == f"/data/0/id: LEK003 {ids[0]!r} for {labels[0]!r}"
    assert len(one) == 13


def test_ids_that_count_give_nothing_away():
    labels = [str(random.Random(n).randint(0, 9)) for n in range(500)]
    ids = [f"q_{n:04}" for n in range(500)]
    assert told(sounds([f"{n}.wav" for n in range(500)], labels, ids)) == []


def test_the_letter_of_a_choice_stands_for_the_choice():
    answers = [random.Random(n).choice("ABC") for n in range(30)]
    samples = [
        {
            "id": f"{ANIMALS['ABC'.index(answer)]}_{n}",
            "input": {"question": f"Which {n}?", "options": list(ANIMALS)},
            "output": {"answer": answer},
        }
        for n, answer in enumerate(answers)
    ]
    assert len(told(gallery("text/multiple-choice-qa", samples))) == 31


def tagged(labels, tag):
    samples = [
        {"input": {"image_file": f"images/{n}.png"}, "output": {"text": label}}
        for n, label in enumerate(labels)
    ]
    facts = [
        image(f"images/{n}.png", metadata=(("comment", tag(label, n)),))
        for n, label in enumerate(labels)
    ]
    return gallery("image/classification", samples, facts)


def test_answers_in_metadata_are_told_at_the_file():
    labels = shuffled([*ANIMALS] * 4)
    one = told(tagged(labels, lambda label, n: f"a photo of a {label}, no. {n}"))
    assert one[0].startswith("annotation.json: LEK004 gives away 12 of 12 answers, ")
    expected = f"images/0.png: LEK004 'comment: a photo of a {labels[0]}, no. 0'"
    assert f"{expected} for {labels[0]!r}" in one


def test_metadata_that_say_the_same_of_all_give_nothing_away():
    labels = shuffled([*ANIMALS] * 20)
    assert told(tagged(labels, lambda *_: "made with the dog and cat tool")) == []


def test_only_metadata_is_an_error():
    assert {r.code: r.severity.value for r in RULES} == {
        "LEK001": "warning",
        "LEK002": "warning",
        "LEK003": "warning",
        "LEK004": "error",
        "LEK005": "warning",
        "LEK006": "warning",
    }


def ordered(labels, ids=None):
    return sounds([f"{n}x.wav" for n in range(len(labels))], labels, ids)


def test_samples_sorted_by_their_answers_are_told():
    assert told(ordered(["dog"] * 10 + ["cat"] * 10 + ["owl"] * 10)) == [
        "/data: LEK005 30 samples are in 3 blocks of equal answers, 21 by chance"
    ]


def test_shuffled_samples_are_in_no_order():
    for seed in range(50):
        assert told(ordered(shuffled([*ANIMALS] * 20, seed))) == []


def test_few_samples_have_no_order():
    half = LEAST_SAMPLES // 2
    assert len(told(ordered(["dog"] * half + ["cat"] * half))) == 1
    assert told(ordered(["dog"] * half + ["cat"] * (half - 1))) == []


def test_one_label_has_no_order():
    assert told(ordered(["dog"] * 100)) == []
    assert told(ordered(["dog"] * 99 + ["cat"])) == []


def test_answers_that_are_all_different_have_no_order():
    assert told(ordered([f"w{n}" for n in range(100)])) == []


def test_ids_that_keep_a_sorted_order_are_told():
    labels = ["dog"] * 20 + ["cat"] * 20
    order = shuffled(range(40))
    ids = [f"s{n + 1}" for n in order]
    assert told(ordered([labels[n] for n in order], ids)) == [
        "/data: LEK006 40 samples are in 2 blocks of equal answers, 21 by chance"
    ]


def test_choices_sorted_by_their_letter_are_told():
    samples = [
        {
            "input": {"question": f"Q {n}?", "options": [f"a{n}", f"b{n}"]},
            "output": {"answer": "AB"[n // 15]},
        }
        for n in range(30)
    ]
    assert told(gallery("text/multiple-choice-qa", samples)) == [
        "/data: LEK005 30 samples are in 2 blocks of equal answers, 16 by chance"
    ]


def test_ids_of_sorted_samples_are_not_told_again():
    ids = [f"s{n}" for n in range(40)]
    assert [line[7:13] for line in told(ordered(["dog"] * 20 + ["cat"] * 20, ids))] == [
        "LEK005"
    ]


def test_ids_with_endless_numbers_are_sorted():
    ids = ["9" * 5000, *(str(n) for n in range(39))]
    assert told(ordered(shuffled(["dog", "cat"] * 20), ids)) == []


def test_the_expected_number_of_runs_is_that_of_all_orders():
    counts = [runs(order).runs for order in itertools.permutations("aabbc")]
    found_in = runs("aabbc")
    assert found_in.expected == pytest.approx(mean(counts))
    assert found_in.deviation == pytest.approx(pstdev(counts))


def test_a_leak_beyond_the_probe_counts_all_samples():
    labels = shuffled([*ANIMALS] * (PROBE // 2), 1)
    names = [f"{label}_{n}.wav" for n, label in enumerate(labels)]
    one = sounds(names, labels)
    assert next(hints(one)).detail.startswith(
        f"gives away {len(labels)} of {len(labels)} answers"
    )


def test_tasks_that_ask_for_media_have_no_answers_to_give_away():
    samples = [
        {"input": {"prompt": a}, "output": {"audio_file": f"{n}.wav", "text": a}}
        for n, a in enumerate(["zero"] * 10 + ["one"] * 10)
    ]
    facts = [media(f"{n}.wav", "audio", reference=True) for n in range(20)]
    assert list(hints(gallery("audio/speech-synthesis", samples, facts))) == []


def test_a_sample_that_is_no_object_is_passed_over():
    one = task("audio/classification", [])
    one.data.extend(["text", None, 3])
    assert list(hints(Gallery(one, {}))) == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Qin_Feng_03", ["qin", "feng", "3"]),
        ("QinFeng-007.final", ["qin", "feng", "7", "final"]),
        ("CTScan12b", ["ct", "scan", "12", "b"]),
        ("five 05 0", ["5", "5", "0"]),
        ("t-shirt", ["t", "shirt"]),
        ("猫_2", ["猫", "2"]),
        ("__", []),
    ],
)
def test_names_fall_into_words_and_numbers(name, expected):
    assert words(name) == expected


def test_words_are_found_written_together_or_apart():
    assert {"tshirt", "t", "shirt"} == phrases("T-Shirt")
    assert "tshirt" in phrases("my_tshirt_2")
    assert "12" not in phrases("1_2")


def test_long_answers_are_prose():
    def answers(text):
        sample = {"input": {"question": "Q"}, "output": {"answer": text}}
        return dict(Answers(task("text/open-qa", [sample])).of(0))

    assert answers("a dog and cat") == {"adogandcat": "a dog and cat"}
    assert answers("a dog and a cat") == {}
    assert answers("x" * 61) == {}
    assert answers("?!") == {}
    assert answers(["Yes", "yes.", "no"]) == {"yes": "Yes", "no": "no"}
