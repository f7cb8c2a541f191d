import json
import math

import numpy as np
import pytest
from made_scores import ACCENT, values

import schemas
from curation.scoring import Cell, Unusable, read_scores
from curation.scoring.scorefile import encode, render


def json_file(folder, **more):
    document = {"format": "curate-scores/1", "model": "M", "tasks": []} | more
    path = folder / "scores.json"
    path.write_text(json.dumps(document))
    return path


def task(**more):
    return {"id": ACCENT.id, "task": "Accent Classification", "value": 75.2} | more


def test_the_schema_is_valid_and_its_examples_fit():
    import jsonschema

    schema = schemas.document("scores.json")
    jsonschema.Draft202012Validator.check_schema(schema)
    assert [
        e
        for x in schema["examples"]
        for e in jsonschema.Draft202012Validator(schema).iter_errors(x)
    ] == []


def test_what_is_written_fits_the_schema():
    cells = {
        ACCENT.id: Cell(75.2),
        "image-g-001": Cell(None, 0.0, unscored="needs InceptionV3"),
    }
    document = json.loads(render("M", cells, {ACCENT.id: np.ones(3)}))

    assert [*schemas.fast_validator("scores.json").iter_errors(document)] == []


def test_replicates_and_reasons_survive(tmp_path):
    drawn = np.array([70.0, 0.1 + 0.2, 1e-300])
    cells = {
        ACCENT.id: Cell(75.2, 0.9),
        "image-g-001": Cell(None, 0.0, unscored="needs InceptionV3"),
    }
    path = tmp_path / "scores.json"
    path.write_text(render("M", cells, {ACCENT.id: drawn}))
    file = read_scores(path)

    assert file.replicates[ACCENT.id].tolist() == drawn.tolist()
    assert file.cells[ACCENT.id] == Cell(75.2, 0.9)
    assert file.cells["image-g-001"].unscored == "needs InceptionV3"


def test_coverage_follows_from_the_counts(tmp_path):
    file = read_scores(json_file(tmp_path, tasks=[task(items=200, answered=150)]))

    assert file.cells[ACCENT.id].coverage == 0.75


def test_a_score_of_less_than_1_percent_is_no_fraction_in_our_own_file(tmp_path):
    file = read_scores(json_file(tmp_path, tasks=[task(value=0.5)]))

    assert values(file) == {ACCENT.id: 0.5}


def test_a_fraction_is_converted_where_the_file_says_so(tmp_path):
    file = read_scores(json_file(tmp_path, tasks=[task(value=0.57, unit="fraction")]))

    assert values(file) == {ACCENT.id: 57.0}


def test_a_task_that_is_in_no_table_is_on_no_board(tmp_path):
    file = read_scores(
        json_file(tmp_path, tasks=[{"id": None, "task": "Our own", "value": 3.0}])
    )

    assert (file.cells, file.warnings) == (
        {},
        ("scores.json: 'Our own' is not in the task table and on no board",),
    )


def test_a_slip_in_a_task_s_name_is_told(tmp_path):
    tasks = [{"id": None, "task": "Causal_Reasoningid", "value": 3.0}]

    assert read_scores(json_file(tmp_path, tasks=tasks)).warnings == (
        "scores.json: 'Causal_Reasoningid' is not in the task table and on no board; did you mean 'Causal Reasoning'?",
    )


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"format": "curate-scores/9"}, '#/format: "curate-scores/1" was expected'),
        ({"tasks": [{"task": "x"}]}, '#/tasks/0: "value" is a required property'),
        ({"tasks": [task(replicates="AAA=")]}, "replicates: "),
        (
            {"tasks": [task(replicates="AAAA")]},
            "replicates: buffer size must be a multiple",
        ),
        (
            {"tasks": [task(replicates=encode(np.array([math.nan])))]},
            "replicates: values are missing",
        ),
    ],
)
def test_a_file_that_does_not_fit_the_schema_is_unusable(tmp_path, more, message):
    with pytest.raises(Unusable) as caught:
        read_scores(json_file(tmp_path, **more))
    assert message in str(caught.value)


@pytest.mark.parametrize("text", ["{", "[NaN]", "[" * 100_000])
def test_what_is_not_json_is_unusable(tmp_path, text):
    path = tmp_path / "scores.json"
    path.write_text(text)

    with pytest.raises(Unusable, match=r"scores\.json is not JSON: "):
        read_scores(path)


def test_an_id_and_the_wrong_sheet_do_not_go_together(tmp_path):
    file = read_scores(json_file(tmp_path, tasks=[task(sheet="NLP")]))

    assert file.faults == (
        "scores.json#/tasks/0: 'Accent Classification' is a task of Audio-Comprehension, not of NLP",
    )
