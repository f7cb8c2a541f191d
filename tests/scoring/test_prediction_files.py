from __future__ import annotations

import json
from dataclasses import replace

import pytest

from curation.elements import Elements
from curation.scoring.pairing import pair
from curation.scoring.predictions import Unusable, read
from curation.settings import Limits


class Task:
    def __init__(self, name):
        self.name = name


def written(path, value):
    text = value if isinstance(value, str) else json.dumps(value)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


ROWS = [{"id": "a", "prediction": "x"}, {"id": "b", "prediction": None}]


def answers(file):
    return {k: (p.value, str(p.where)) for k, p in file.entries.items()}


def problems(file):
    return [str(p) for p in file.problems]


def test_the_documented_form_is_read(tmp_path):
    file = written(
        tmp_path / "a.json", {"task": "T", "skill": "s", "type": "t", "data": ROWS}
    )

    found = read(file)[0]

    assert (found.task, found.skill, found.type) == ("T", "s", "t")
    assert answers(found) == {
        "a": ("x", "a.json#/data/0/prediction"),
        "b": (None, "a.json#/data/1/prediction"),
    }


def test_a_bare_list_is_read(tmp_path):
    found = read(written(tmp_path / "a.json", ROWS))[0]

    assert answers(found) == {
        "a": ("x", "a.json#/0/prediction"),
        "b": (None, "a.json#/1/prediction"),
    }


def test_lines_of_json_are_read_when_they_are_asked_for(tmp_path):
    file = written(
        tmp_path / "a.jsonl", "\n".join(map(json.dumps, ROWS)) + "\n\n{oops\n"
    )

    found = read(file)[0]

    assert isinstance(found.entries.data, Elements)
    assert answers(found) == {
        "a": ("x", "a.jsonl#/0/prediction"),
        "b": (None, "a.jsonl#/1/prediction"),
    }
    assert [(str(p.where), p.kind) for p in found.problems] == [
        ("a.jsonl#/2", "not-json")
    ]


def test_a_folder_has_a_file_for_each_task(tmp_path):
    written(tmp_path / "One.json", ROWS)
    written(tmp_path / "Two" / "predictions.json", {"data": ROWS})
    written(tmp_path / "notes.json", {"by": "me"})
    written(tmp_path / "Two" / "list.json", [1, 2])

    found = read(tmp_path)

    assert [(f.shown, f.named) for f in found] == [
        ("One.json", "One"),
        ("Two/predictions.json", "Two"),
    ]


def test_a_final_answer_goes_with_the_way_to_it(tmp_path):
    rows = [{"id": "a", "prediction": "1 + 1", "prediction_final": "2"}]

    found = read(written(tmp_path / "a.json", rows))[0]

    assert answers(found) == {
        "a": ({"prediction": "1 + 1", "prediction_final": "2"}, "a.json#/0")
    }


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "a.json: not-json: line 1 column 1"),
        ("{", "a.json: not-json: line 1 column 2"),
        (
            '{"data": 3}',
            "a.json: not-predictions: expected {task, data: [{id, prediction}]}, or the list alone",
        ),
        ('"x"', "a.json: not-predictions"),
        ("[3]", "a.json#/0: not-predictions: expected {id, prediction}"),
        ('[{"prediction": 1}]', "a.json#/0: no-id: an entry without id"),
        ('[{"id": true, "prediction": 1}]', "a.json#/0: no-id"),
        ('[{"id": "a"}]', "a.json#/0: no-prediction"),
        (
            '{"task": 3, "data": []}',
            "a.json#/task: wrong-type: expected a text, found int",
        ),
        ("[" * 100_000, "a.json: not-json"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(tmp_path, content, expected):
    found = read(written(tmp_path / "a.json", content))[0]

    assert len(found.problems) == 1
    assert problems(found)[0].startswith(expected[:60])


def test_a_file_over_the_limit_is_not_read(tmp_path):
    file = written(tmp_path / "a.json", ROWS)

    found = read(file, replace(Limits(), json_bytes=10))[0]

    assert problems(found) == [
        f"a.json: too-large: {file.stat().st_size} bytes, the limit is 10"
    ]


@pytest.mark.parametrize("name", ["missing", "empty"])
def test_no_predictions_at_all_are_said_to_be_none(tmp_path, name):
    (tmp_path / "empty").mkdir()

    with pytest.raises(
        Unusable, match=r"no such file or folder|no file of predictions"
    ):
        read(tmp_path / name)


def test_files_are_joined_to_tasks_by_name_in_any_spelling(tmp_path):
    written(tmp_path / "x.json", {"task": "car brands_recognition", "data": ROWS})
    written(tmp_path / "Bird-Detection.json", ROWS)

    found = pair(
        read(tmp_path), [Task("Bird Detection"), Task("Car Brands Recognition")]
    )

    assert {i: f.shown for i, f in found.files.items()} == {
        0: "Bird-Detection.json",
        1: "x.json",
    }
    assert found.problems == ()


def test_a_single_file_without_a_name_answers_a_single_task(tmp_path):
    found = pair(read(written(tmp_path / "out.json", ROWS)), [Task("Bird Detection")])

    assert list(found.files) == [0]


def test_a_file_for_no_task_is_named_with_the_nearest(tmp_path):
    written(tmp_path / "a.json", {"task": "Bird Detektion", "data": ROWS})

    found = pair(read(tmp_path), [Task("Bird Detection"), Task("Else")])

    assert list(map(str, found.problems)) == [
        "a.json#/task: unknown-task: 'Bird Detektion' is no task of the set; did you mean 'birddetection'?"
    ]


def test_two_files_for_one_task_are_an_error(tmp_path):
    for name in "ab":
        written(tmp_path / f"{name}.json", {"task": "T", "data": ROWS})

    found = pair(read(tmp_path), [Task("T"), Task("U")])

    assert [p.kind for p in found.problems] == ["repeated-task"]
    assert found.files[0].shown == "a.json"


def test_two_tasks_of_one_name_are_unclear(tmp_path):
    written(tmp_path / "a.json", {"task": "T", "data": ROWS})

    assert [p.kind for p in pair(read(tmp_path), [Task("T"), Task("t")]).problems] == [
        "unclear-task"
    ]


def test_nan_is_no_answer(tmp_path):
    file = written(
        tmp_path / "a.json",
        '[{"id": "a", "prediction": NaN}, {"id": "b", "prediction_final": NaN, "prediction": "x"}]',
    )

    assert answers(read(file)[0]) == {
        "a": (None, "a.json#/0/prediction"),
        "b": ("x", "a.json#/1/prediction"),
    }


def test_a_bad_line_is_told_by_its_place_alone(tmp_path):
    file = written(tmp_path / "a.jsonl", '{"id": "a", "prediction": 1}\n{"id": b}\n')

    assert [str(p) for p in read(file)[0].problems] == [
        "a.jsonl#/1: not-json: column 8: unexpected character, expected a JSON value"
    ]


def test_a_line_with_a_comma_after_it_is_no_json(tmp_path):
    file = written(tmp_path / "a.jsonl", '{"id": "a", "prediction": 1},\n')

    assert [str(p) for p in read(file)[0].problems] == [
        "a.jsonl#/0: not-json: column 29: unexpected content after document"
    ]


def test_lines_count_where_they_are_not_blank(tmp_path):
    rows = list(map(json.dumps, ROWS))
    file = written(tmp_path / "a.jsonl", "\n \n".join(["", *rows, "[]", ""]))

    found = read(file)[0]

    assert answers(found) == {
        "a": ("x", "a.jsonl#/0/prediction"),
        "b": (None, "a.jsonl#/1/prediction"),
    }
    assert problems(found) == ["a.jsonl#/2: not-predictions: expected {id, prediction}"]
