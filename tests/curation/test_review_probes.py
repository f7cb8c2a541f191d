"""What probes score, and what a machine says to the questions of the rubric."""

from __future__ import annotations

from dataclasses import replace

import pytest
import releases
from benches import task

import schemas
from curation.review import probes as probing
from curation.review.hints import hints
from curation.review.model import Probe, Probes
from curation.review.overview import overview
from curation.review.rubric import default
from curation.review.submission import looked
from curation.scoring.choice import choose
from curation.settings import Settings

CALM = Settings(min_samples=1)
COLOURS = ("red", "green", "blue", "grey")


def choices(number, right, text=lambda n: f"Which one is it, in case {n}?"):
    """Make questions with four options each, of which number *right(n)* is right."""
    samples = []
    for n in range(number):
        options = [
            f"{c} {'x' * (n + 9) if i == 2 else n}" for i, c in enumerate(COLOURS)
        ]
        samples.append(
            {
                "input": {"question": text(n), "options": options},
                "output": {"answer": options[right(n)]},
            }
        )
    return samples


def labelled(answers, question=lambda n: f"Question {n} of all?"):
    return [
        {"input": {"question": question(n)}, "output": {"answer": answer}}
        for n, answer in enumerate(answers)
    ]


def seen(tmp_path, samples, family="text/multiple-choice-qa", **envelope):
    envelope = {"metric": "accuracy"} | envelope
    folder = task(tmp_path / "NLP" / "Odd-Task", samples, family, **envelope)
    with looked(folder, CALM, jobs=1) as submission:
        return overview(submission).tasks[0]


def scores(found):
    return {p.name: p.score for p in found.probes.probes}


def note(found, name):
    return next(p.note for p in found.probes.probes if p.name == name)


def test_the_first_choice_scores_where_it_is_always_right(tmp_path):
    found = scores(seen(tmp_path, choices(8, lambda n: 0)))

    assert found["first"] == found["oracle"] == 100
    assert found["longest"] == found["empty"] == 0


def test_the_longest_choice_scores_where_it_gives_the_answer_away(tmp_path):
    found = scores(seen(tmp_path, choices(8, lambda n: 2)))

    assert found["longest"] == 100
    assert found["first"] == 0


def test_the_majority_scores_its_share(tmp_path):
    samples = labelled(["yes", "yes", "yes", "no"])
    found = seen(tmp_path, samples, "text/open-qa")

    assert scores(found)["majority"] == 75


def test_answers_that_all_differ_have_no_majority(tmp_path):
    found = seen(tmp_path, labelled("abcd"), "text/open-qa")

    assert scores(found)["majority"] is None
    assert note(found, "majority") == "no answer comes twice"


def test_words_that_tell_the_answer_are_found(tmp_path):
    samples = labelled(
        ["up", "down"] * 6,
        lambda n: (
            f"Where does {'the balloon' if n % 2 == 0 else 'a stone'} go, take {n}?"
        ),
    )
    found = seen(tmp_path, samples, "text/open-qa")

    assert scores(found)["text"] == 100
    assert scores(found)["majority"] == 50


def test_a_probe_never_looks_at_the_answer_of_its_own_sample(tmp_path):
    samples = labelled(
        [f"answer {n}" for n in range(8)], lambda n: f"What of {'w' * (n + 1)}?"
    )

    assert scores(seen(tmp_path, samples, "text/open-qa"))["text"] == 0


def test_questions_of_the_same_words_are_no_probe(tmp_path):
    samples = labelled(["a", "b"] * 3, lambda n: "Which one?")
    found = seen(tmp_path, samples, "text/open-qa")

    assert note(found, "text") == "all samples ask in the same words"


def test_the_middle_number_stands_for_the_majority(tmp_path):
    samples = [
        {"input": {"data": [1.0, 2.0]}, "output": {"target": value}}
        for value in (1.0, 2.0, 9.0)
    ]
    found = seen(tmp_path, samples, "text/time-series", metric="mae")

    assert scores(found)["majority"] == pytest.approx(8 / 3)


def test_a_metric_that_cannot_be_had_is_told(tmp_path):
    found = seen(tmp_path, labelled("ab"), "text/open-qa", metric="wit")

    assert found.probes.probes == ()
    assert "a metric called 'wit', which is not known here" in found.probes.note


def test_a_failure_of_ours_is_told_and_the_overview_is_there(tmp_path, monkeypatch):
    def fail(*_):
        raise ArithmeticError("never again")

    monkeypatch.setattr(probing, "references", fail)
    found = seen(tmp_path, labelled("ab"), "text/open-qa")

    assert found.samples == 2
    assert "a fault of the tool: ArithmeticError('never again')" in found.probes.note


def test_a_long_task_is_probed_in_part_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(probing, "MOST", 10)
    found = seen(tmp_path, labelled(["yes", "no"] * 20), "text/open-qa")

    assert found.probes.items == 10
    assert found.probes.note == "10 of 40 samples, evenly spread"


def test_the_input_handed_back_is_scored_where_it_is_an_answer(tmp_path):
    family = schemas.family("image/restoration")
    releases.write_task(tmp_path, "Image/generation/Same", family.examples[0], family)
    with looked(tmp_path / "tasks", CALM, jobs=1) as submission:
        found = overview(submission).tasks[0].probes

    own = {p.name: p for p in found.probes}
    assert own["input"].note == own["oracle"].note == "inf, the best there is"
    assert own["oracle"].points == 100
    assert own["majority"].note == "the answers are files"


def test_an_input_of_another_size_is_no_answer(tmp_path):
    from PIL import Image

    family = schemas.family("image/restoration")
    folder = releases.write_task(
        tmp_path, "Image/generation/Small", family.examples[0], family
    )
    with looked(folder, CALM, jobs=1) as submission:
        inputs = [r.file for r in submission.galleries[0].task.media if not r.reference]
    for file in inputs:
        Image.open(folder / file).convert("RGB").resize((9, 9)).save(folder / file)
    with looked(folder, CALM, jobs=1) as submission:
        found = overview(submission).tasks[0].probes

    own = next(p for p in found.probes if p.name == "input")
    assert own.score is None
    assert "items are not read" in own.note


def test_a_reference_that_cannot_be_decoded_is_never_opened_here(tmp_path):
    family = schemas.family("image/restoration")
    folder = releases.write_task(
        tmp_path, "Image/generation/Broken", family.examples[0], family
    )
    with looked(folder, CALM, jobs=1) as submission:
        references = [r for r in submission.galleries[0].task.media if r.reference]
    for ref in references:
        (folder / ref.file).write_bytes(b"\x89PNG\r\n\x1a\n and no more")
    with looked(folder, CALM, jobs=1) as submission:
        found = overview(submission).tasks[0].probes

    oracle = next(p for p in found.probes if p.name == "oracle")
    assert oracle.score is None
    assert oracle.note == "2 references left out, since they cannot be read"


_SCORED = [
    family.id
    for family in schemas.families().values()
    if family.modality == "text"
    and not family.id.endswith("generic")
    and "code" not in family.id
    and choose("", family.id, {}).metric is not None
]


@pytest.mark.parametrize("name", _SCORED)
def test_the_references_of_every_example_score_full_marks(tmp_path, name):
    family = schemas.family(name)
    releases.write_task(tmp_path, "NLP/Example", family.examples[0], family)
    with looked(tmp_path / "tasks", CALM, jobs=1) as submission:
        found = overview(submission).tasks[0].probes

    oracle = next(p for p in found.probes if p.name == "oracle")
    assert (oracle.points, oracle.note.replace("inf, the best there is", "")) == (
        100,
        "",
    )


def hint(found, question):
    told = {h.question: h for h in hints(default(), [found])}
    return told[question].answer, told[question].evidence


def test_a_probe_as_good_as_the_reference_says_that_the_input_is_not_needed(tmp_path):
    answer, evidence = hint(seen(tmp_path, choices(8, lambda n: 0)), "needs-input")

    assert answer == "no"
    assert evidence == ("first choice scores 100.0 points, the reference 100.0",)


def test_a_task_that_needs_its_input_is_not_judged_by_a_machine(tmp_path):
    answer, _ = hint(seen(tmp_path, choices(8, lambda n: n % 4)), "needs-input")

    assert answer == ""


def test_a_licence_that_is_missing_speaks_against_publishing(tmp_path):
    samples = labelled(["yes", "no"] * 3)
    without = seen(tmp_path / "a", samples, "text/open-qa")
    stated = seen(
        tmp_path / "b", samples, "text/open-qa", license="cc-by-4.0", data_source="Us"
    )

    assert hint(without, "lawful") == (
        "no",
        ("no licence is stated", "the source stated is none"),
    )
    assert hint(stated, "lawful") == (
        "",
        ("the licence stated is cc-by-4.0", "the source stated is Us"),
    )


def test_what_tells_of_a_person_is_evidence(tmp_path):
    samples = labelled(["yes", "no"] * 3, lambda n: f"Is a.body{n}@mail.org real?")
    _, evidence = hint(seen(tmp_path, samples, "text/open-qa"), "safe")

    assert any(told.startswith("TXT031, 6 places") for told in evidence)


def test_a_score_without_points_is_told_with_its_unit_and_as_what_it_is(tmp_path):
    found = seen(tmp_path, choices(8, lambda n: 0))
    unbounded = Probes("psnr/image", "the family image/restoration", "higher", 8, (
        Probe("input", "The input handed back", 20.4432, None, "dB", ""),
        Probe("oracle", "The reference itself", None, 100.0, "dB", ""),
    ))  # fmt: skip

    _, evidence = hint(replace(found, probes=unbounded), "needs-input")

    assert evidence == ("the input handed back scores 20.44 (dB)",)


def test_what_is_the_same_of_several_tasks_is_said_once(tmp_path):
    samples = labelled(["yes", "no"] * 3)
    found = [seen(tmp_path / n, samples, "text/open-qa", task=n) for n in ("a", "b")]
    told = {h.question: h.evidence for h in hints(default(), found)}

    assert told["reference-right"] == ("all 2 tasks: the references score full marks by the task's own metric",)  # fmt: skip
