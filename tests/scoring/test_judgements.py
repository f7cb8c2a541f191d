from __future__ import annotations

import json

import pytest

import schemas
from curation.scoring.choice import choose
from curation.scoring.judgements import Unusable, read
from curation.scoring.metrics import BY_ID
from curation.scoring.score import score_task


def written(tmp_path, *tasks, **more):
    file = tmp_path / "judged.json"
    file.write_text(
        json.dumps({"format": "curate-judgements/1", "tasks": tasks} | more)
    )
    return file


def task(metric="mos", *items):
    return {
        "task": "T", "metric": metric, "judge": "20 listeners",
        "items": [{"id": k, "ratings": r} for k, r in items],
    }  # fmt: skip


def test_opinions_are_read_by_task_and_item(tmp_path):
    found = read(written(tmp_path, task("mos", ("a", [4, 5]), ("b", [2]))))

    assert [(j.task, j.metric, j.judge, j.ratings) for j in found] == [
        ("T", "mos/human_1to5", "20 listeners", {"a": [4.0, 5.0], "b": [2.0]})
    ]


def test_an_item_that_nobody_rated_has_the_worst_opinion():
    score = score_task(
        BY_ID["mos/human_1to5"], {"a": [4.0, 5.0]}, {"a": None, "b": None}
    )

    assert (score.value, score.missing) == (2.75, 1)


def test_preferences_are_shares_in_percent():
    ratings = {"a": [1.0, 0.0], "b": [1.0]}

    assert (
        score_task(
            BY_ID["user_preference/human"], ratings, {"a": None, "b": None}
        ).value
        == 75.0
    )
    assert score_task(BY_ID["llm_judge/text"], {}, {"a": None}).value == 0.0


@pytest.mark.parametrize(
    ("entry", "message"),
    [
        (task("mos", ("a", [6])), "/tasks/0/items/0/ratings/0: 6 is outside of 1 to 5"),
        (task("llm_judge", ("a", [2])), "2 is outside of 0 to 1"),
        (task("mos", ("a", [3]), ("a", [3])), "/tasks/0/items/1/id: 'a' is repeated"),
        (task("mos", ("a", [])), "judged.json#/tasks/0/items/0/ratings"),
        (task("bleu1", ("a", [1])), "judged.json#/tasks/0/metric"),
        (task("mos", ("a", [float("nan")])), "outside of 1 to 5|JSON|not of type"),
    ],
)
def test_what_is_wrong_with_judgements_is_said(tmp_path, entry, message):
    with pytest.raises(Unusable, match=message):
        read(written(tmp_path, entry))


@pytest.mark.parametrize("content", ["", "[]", "{}"])
def test_what_is_no_file_of_judgements_is_refused(tmp_path, content):
    file = tmp_path / "judged.json"
    file.write_text(content)

    with pytest.raises(Unusable, match=r"judged\.json"):
        read(file)


def test_a_judged_task_says_what_it_needs():
    found = choose("Open-ended Audio Question Answering", "audio/qa", {})

    assert (found.id, found.metric) == ("llm_judge/text", None)
    assert found.needs == "judgements; give them with --judgements"


def test_the_example_of_the_schema_fits_it():
    schema = json.loads((schemas.FOLDER / "judgement.json").read_bytes())

    assert schemas.fast_validator("judgement.json").is_valid(schema["examples"][0])


def test_judgements_take_the_place_of_predictions(tmp_path):
    from made_set import made_set, oracle

    from curation.scoring.references import opened
    from curation.scoring.run import Options, score

    set_, given = made_set(tmp_path), oracle(tmp_path)
    folder = set_ / "Talk"
    folder.mkdir()
    (folder / "annotation.json").write_text(json.dumps({
        "task": "Talk", "family": "audio/dialogue-generation",
        "data": [{"id": "a", "input": {"dialog": ["Hello."]}}, {"id": "b", "input": {"dialog": ["Yes?"]}}],
    }))  # fmt: skip
    judged = read(
        written(tmp_path, task("mos", ("a", [5]), ("b", [3])) | {"task": "Talk"})
    )

    with opened(set_) as references:
        found = {
            t.name: t
            for t in score(given, references, Options(jobs=1, judged=judged)).tasks
        }
        without = {t.name: t for t in score(given, references, Options(jobs=1)).tasks}

    assert (found["Talk"].score.value, found["Talk"].note) == (
        4.0,
        "judged by 20 listeners",
    )
    assert (
        without["Talk"].note
        == "not scored: needs judgements; give them with --judgements"
    )
