"""Departures from the schema are explained at the smallest place, once each."""

from __future__ import annotations

import pytest

from curation.choosing import FamilyChoice
from curation.finding import Finding, examine
from curation.model import Where
from tests.tasks import task
from validators import schema
from validators.schema import EXPLAINED, LISTED, Departure, departures

HERE = Where("annotation.json")
VQA = {"input": {"image_file": "a.png", "prompt": "What?"}, "output": {"text": "a cat"}}
BIRD = {"input": {"image_file": "a.png"}, "output": {"text": {"wren": [[1, 2, 3, 4]]}}}
QA = {"input": {"question": "Why?"}, "output": {"answer": "So."}}


def said(subjects):
    found = list(examine(subjects, schema.RULES))
    assert [f for f in found if not isinstance(f, Finding)] == []
    return [
        str(f).removeprefix("annotation.json#").removeprefix("annotation.json")
        for f in found
    ]


def told(family, sample, **envelope):
    """Return what is said of one sample, its pointers counted from the sample."""
    return [
        line.removeprefix("/data/0")
        for line in said(departures(task(family, sample, **envelope)))
    ]


def test_a_sample_that_fits_has_no_departures():
    assert told("image/vqa", VQA) == []


@pytest.mark.parametrize(
    ("family", "sample", "line"),
    [
        # A field is missing.
        ("image/vqa", {"input": VQA["input"]}, ": SCH001 'output' is missing"),
        ("image/vqa", VQA | {"input": {"prompt": "What?"}}, "/input: SCH001 'image_file' is missing"),
        (
            "image/vqa",
            VQA | {"input": {"image_file": "a.png"}},
            "/input: SCH001 'prompt' or 'question' is missing",
        ),
        (
            "video/qa",
            {"input": {"prompt": "Who?"}, "output": {"text": "Bo"}},
            "/input: SCH001 'video_file', 'video_file_list' or 'video_folder' is missing",
        ),
        (
            "mesh/rgbd-reconstruction",
            {"input": {"image_file": "a.png"}, "output": {"mesh_file": "a.ply"}},
            "/input: SCH001 'depth_file' is missing",
        ),
        # A value is of another type.
        ("image/vqa", VQA | {"input": 7}, "/input: SCH002 expected an object, found the number 7"),
        ("image/vqa", VQA | {"input": []}, "/input: SCH002 expected an object, found an empty list"),
        ("image/vqa", VQA | {"output": {}}, None),
        (
            "image/vqa",
            VQA | {"input": VQA["input"] | {"prompt": None}},
            "/input/prompt: SCH002 expected a text, found null",
        ),
        (
            "image/vqa",
            VQA | {"input": VQA["input"] | {"prompt": {"en": "What?", "fr": "Quoi ?"}}},
            "/input/prompt: SCH002 expected a text, found an object with 'en', 'fr'",
        ),
        (
            "image/vqa",
            VQA | {"output": {"text": {}}},
            "/output/text: SCH002 expected a text, a number, a list, true or false, found an empty object",
        ),
        (
            "text/open-qa",
            QA | {"output": {"answer": {}}},
            "/output/answer: SCH002 expected a text, a number, a list, true or false, found an empty object",
        ),
        (
            "image/vqa",
            VQA | {"output": {"text": ["a", 7]}},
            "/output/text/1: SCH002 expected a text, found the number 7",
        ),
        # Of two forms the one that is nearer is meant.
        (
            "image/detection",
            BIRD | {"output": {"text": {"wren": [[1, 2, 3]]}}},
            "/output/text/wren/0: SCH004 expected 4 items, found 3",
        ),
        (
            "image/detection",
            BIRD | {"output": {"text": {"wren": [1, 2, 3]}}},
            "/output/text/wren: SCH004 expected 4 items, found 3",
        ),
        (
            "image/detection",
            BIRD | {"output": {"text": {"wren": [[1, 2, 3, "4"]]}}},
            "/output/text/wren/0/3: SCH002 expected a number, found the text '4'",
        ),
        (
            "image/detection",
            BIRD | {"output": {"text": {"wren": [1, None, 3, 4]}}},
            "/output/text/wren/1: SCH002 expected a number, found null",
        ),
        (
            "image/detection",
            BIRD | {"output": {"bbox": [{"wren": [1, 2, 3, 4]}, {"wren": "1 2 3 4"}]}},
            "/output/bbox/1/wren: SCH002 expected a list, found the text '1 2 3 4'",
        ),
        # A field is not known.
        ("image/vqa", VQA | {"surprise": 1}, "/surprise: SCH003 'surprise' is not a field here"),
        (
            "image/vqa",
            VQA | {"input": VQA["input"] | {"questions": "Who?"}},
            "/input/questions: SCH003 'questions' is not a field here; did you mean 'question'?",
        ),
        ("image/vqa", VQA | {"licence": "mit"}, "/licence: SCH003 'licence' is not a field here; did you mean 'license'?"),
        ("image/vqa", VQA | {"a/b~c": 1}, "/a~1b~0c: SCH003 'a/b~c' is not a field here"),
        (
            "image/vqa",
            VQA | {"output": {"text": "a", "note": "b"}},
            "/output/note: SCH003 'note' is not a field here",
        ),
        (
            "video/object-segmentation",
            {"input": {"video_folder": "f"}, "output": {"0": {"mask": {}}, "x": {"mask": {}}}},
            "/output/x: SCH003 'x' is not a field here",
        ),
        # The form of a value.
        (
            "image/vqa",
            VQA | {"output": {"text": []}},
            "/output/text: SCH004 expected at least 1 item, found none",
        ),
        (
            "image/vqa",
            VQA | {"input": VQA["input"] | {"image_file": ""}},
            "/input/image_file: SCH004 expected at least 1 character, found none",
        ),
        (
            "image/vqa",
            VQA | {"output": {"text": "a", "answer": "A"}},
            "/output: SCH004 expected one of 'text', 'answer', found 'text', 'answer'",
        ),
        (
            "video/qa",
            {"input": {"video_file": "a.mp4", "video_folder": "a", "prompt": "Who?"}, "output": {"text": "Bo"}},
            "/input: SCH004 expected only one of 'video_file', 'video_folder', found all of them",
        ),
        (
            "image/anomaly-detection",
            {"input": {"image_file": "a.png"}, "output": {"label": "good", "text": "good"}},
            "/output: SCH004 'label' and 'text' exclude each other",
        ),
        (
            "text/code-defect-detection",
            {"func": "f", "output": {"target": 2}},
            "/output/target: SCH004 expected one of 0, 1, '0', '1', false, true, found the number 2",
        ),
        ("image/vqa", VQA | {"id": "x" * 201}, "/id: SCH004 expected at most 200 characters, found 201"),
        (
            "mesh/instance-segmentation",
            {"input": {"mesh_file": "a.ply"}, "output": {"instances": [{"label": "a", "points": [1]}], "classes": {"1": "a"}}},
            None,
        ),
    ],
)  # fmt: skip
def test_a_departure_says_what_was_expected_and_what_was_found(family, sample, line):
    found = told(family, sample)

    if line is not None:
        assert found == [line]
    else:
        assert found


@pytest.mark.parametrize("sample", [None, 7, "x", [], [QA], True])
def test_a_sample_that_is_no_object_departs_as_a_whole(sample):
    shown = {
        "None": "null", "7": "the number 7", "x": "the text 'x'", "[]": "an empty list", "True": "true",
    }.get(str(sample), "a list of 1")  # fmt: skip

    assert told("text/open-qa", sample) == [
        f": SCH002 expected an object, found {shown}"
    ]


@pytest.mark.parametrize("kind", ["image", "video", "audio", "mesh", "text"])
def test_a_free_sample_departs_only_where_it_is_empty(kind):
    family = f"{kind}/generic"

    assert (
        told(
            family, {"anything": [{"at": "all"}, None, 1], "input": {"image": {"x": 1}}}
        )
        == []
    )
    assert told(family, {"input": {"image_file": ""}}) == [
        "/input/image_file: SCH004 expected at least 1 character, found none"
    ]


def test_a_field_that_is_misspelt_is_missing_and_unknown():
    assert told(
        "image/vqa", VQA | {"input": {"image_files": "a.png", "prompt": "What?"}}
    ) == [
        "/input: SCH001 'image_file' is missing",
        "/input/image_files: SCH003 'image_files' is not a field here; did you mean 'image_file'?",
    ]


def test_each_fault_of_a_sample_is_told_in_the_order_of_its_place():
    sample = {"zoo": 1, "group": 7, "input": {"prompt": 5}, "output": {"text": None}}

    assert told("image/vqa", sample) == [
        "/group: SCH002 expected a text, found the number 7",
        "/input: SCH001 'image_file' is missing",
        "/input/prompt: SCH002 expected a text, found the number 5",
        "/output/text: SCH002 expected a text, a number, a list, true or false, found null",
        "/zoo: SCH003 'zoo' is not a field here",
    ]


@pytest.mark.parametrize("bad", [7, None, "", [], {}])
def test_what_other_rules_say_of_ids_is_not_said_twice(bad):
    assert told("image/vqa", VQA | {"id": bad, "language": "en", "source": "s"}) == []


def test_known_fields_are_not_called_unknown_because_another_is_wrong():
    assert told(
        "image/vqa", VQA | {"group": "", "license": "mit", "language": "en"}
    ) == ["/group: SCH004 expected at least 1 character, found none"]


@pytest.mark.parametrize(
    ("envelope", "line"),
    [
        ({"task": 7}, "/task: SCH002 expected a text, found the number 7"),
        ({"task": ""}, "/task: SCH004 expected at least 1 character, found none"),
        ({"modality": {"in": ["image"]}}, "/modality: SCH001 'out' is missing"),
        (
            {"modality": {"in": "image", "out": []}},
            "/modality/in: SCH002 expected a list, found the text 'image'",
        ),
        (
            {"set_type": "open"},
            "/set_type: SCH004 expected one of 'openset', 'closeset', found the text 'open'",
        ),
        (
            {"labels": ["a", "b", "a"]},
            "/labels: SCH004 expected each item once, found repetitions",
        ),
        ({"labels": []}, "/labels: SCH004 expected at least 1 item, found none"),
        ({"version": None}, "/version: SCH002 expected a text, found null"),
        (
            {"domain": {"a": 1}},
            "/domain: SCH002 expected a list, found an object with 'a'",
        ),
        ({"license": ["mit"]}, "/license: SCH002 expected a text, found a list of 1"),
        ({"others": [1]}, "/others: SCH002 expected an object, found a list of 1"),
    ],
)
def test_the_envelope_is_held_against_its_schema_too(envelope, line):
    assert said(departures(task("image/vqa", VQA, **envelope))) == [line]


def test_an_envelope_that_drifts_is_held_against_its_schema_in_its_normal_form():
    assert (
        said(departures(task("image/vqa", VQA, domain="Art, History", version=2))) == []
    )


def test_long_values_are_shown_by_their_beginning():
    (line,) = told(
        "image/vqa",
        VQA | {"input": {"image_file": "a", "prompt": 10**18, "x" * 500: 1}},
    )[:1]
    assert len(line) < 200
    (line,) = told("image/vqa", VQA | {"output": "y" * 10_000})
    assert line == f"/output: SCH002 expected an object, found the text '{'y' * 56}..."


def test_a_departure_belongs_to_its_sample():
    (first, second) = departures(
        task("image/vqa", VQA, VQA | {"output": 1}, VQA | {"input": 2})
    )

    assert (first.sample, second.sample) == ("s1", "s2")
    assert first == Departure(
        HERE.at("data", 1, "output"),
        "type",
        "expected an object, found the number 1",
        "s1",
    )


def test_of_very_many_faults_in_one_sample_the_first_are_told():
    crowd = VQA | {f"k{i}": 1 for i in range(10 * LISTED)}

    assert len(list(departures(task("image/vqa", crowd)))) == LISTED


def test_of_very_many_broken_samples_the_last_are_told_shortly():
    broken = [QA | {"output": {"answer": None}}] * EXPLAINED + [
        QA | {"surprise": 1},
        {"input": QA["input"]},
        QA | {"input": {"question": 7}},
        QA | {"id": 7},
        None,
    ]
    found = said(departures(task("text/open-qa", *broken)))

    assert len(found) == EXPLAINED + 4
    assert found[EXPLAINED:] == [
        f"/data/{EXPLAINED}/surprise: SCH003 'surprise' is not a field here",
        f"/data/{EXPLAINED + 1}: SCH001 'output' is missing",
        f"/data/{EXPLAINED + 2}/input/question: SCH002 expected a text, found the number 7",
        f"/data/{EXPLAINED + 4}: SCH002 expected an object, found null",
    ]


def test_a_sample_that_is_very_large_is_told_shortly_and_soon():
    table = {"header": ["a"] * 200, "rows": [[{}] * 200] * 200}
    sample = QA | {"input": {"question": "Why?", "table": table}}

    found = told("text/open-qa", sample)
    assert len(found) == LISTED
    assert found[0].startswith("/input/table/rows/0/0: SCH002 expected a text, ")


def test_a_fault_far_down_a_very_large_sample_is_told_to_be_there():
    table = {"header": ["a"] * 200, "rows": [["b"] * 200] * 200 + [[{}]]}
    sample = QA | {"input": {"question": "Why?", "table": table}}

    assert told("text/open-qa", sample) == [
        ": SCH004 does not fit, beyond the first 50 items of a list"
    ]


def test_very_many_labels_that_cannot_be_sorted_take_no_time():
    labels = [i if i % 2 else str(i) for i in range(30_000)]

    assert said(departures(task("image/vqa", VQA, task=7, labels=labels))) == [
        "/task: SCH002 expected a text, found the number 7"
    ]


def test_a_task_that_fits_no_family_is_shown_the_nearest():
    choice = FamilyChoice(
        HERE, "image/generic", "no family fits", None, "image/vqa", "/input: 'x'"
    )

    assert said([choice]) == [
        ": SCH005 the nearest is image/vqa; it differs at /input: 'x'"
    ]
    assert said([FamilyChoice(HERE, "image/vqa", "stated", "image/vqa")]) == []


def test_the_rules_explain_themselves():
    assert [r.code for r in schema.RULES] == [f"SCH00{i}" for i in range(1, 6)]
    assert all(r.title and r.why and r.fix for r in schema.RULES)
