from __future__ import annotations

import json
from dataclasses import replace

import pytest
from reports import (
    HOSTILE_REPORT,
    NOTHING,
    ONE_OF_EACH,
    RULES,
    line_three,
    missing,
    report,
)

import schemas
from curation.finding import Severity
from curation.report import Options, from_json
from curation.report.json_ import render


@pytest.fixture(scope="module")
def valid():
    return schemas.exact_validator("report.json")


@pytest.mark.parametrize(
    "one",
    [
        NOTHING,
        ONE_OF_EACH,
        HOSTILE_REPORT,
        report(*missing(2), complete=False, failures=("a", "b"), suppressed=3),
        report(tasks=(), versions={}),
    ],
)
@pytest.mark.parametrize(
    "options", [Options(), Options(locate=line_three, fail_on=Severity.NOTE)]
)
def test_the_output_is_as_its_schema_says_and_can_be_read_back(one, options, valid):
    rendered = render(one, options)

    assert [e.message for e in valid.iter_errors(json.loads(rendered))] == []
    assert from_json(rendered, RULES) == one


def test_the_schema_describes_every_field():
    document = json.loads(render(ONE_OF_EACH, Options()))
    schema = schemas.document("report.json")
    parts = schema["$defs"]

    assert set(document) == set(schema["properties"])
    assert set(document["findings"][0]) == set(parts["finding"]["properties"])
    assert set(document["tasks"][0]) == set(parts["task"]["properties"])
    assert set(document["rules"]["MED001"]) == set(parts["rule"]["properties"])


def test_the_example_of_the_schema_fits_it(valid):
    examples = schemas.document("report.json")["examples"]

    assert [e.message for one in examples for e in valid.iter_errors(one)] == []
    assert len(examples) == 1


def test_the_whole_document_of_one_finding():
    one = report(*missing(1, sample="b1"), tasks=())

    assert json.loads(render(one, Options(locate=line_three))) == {
        "format": 1,
        "tool": {"name": "curate", "version": "1.2.3"},
        "versions": {"general-bench-curation": "1.2.3", "pillow": "12.0.0"},
        "verdict": "failed",
        "fail_on": "error",
        "complete": True,
        "counts": {
            "tasks": 0,
            "samples": 0,
            "media": 0,
            "bytes": 0,
            "errors": 1,
            "warnings": 0,
            "notes": 0,
            "suppressed": 0,
        },
        "tasks": [],
        "rules": {
            "MED001": {
                "slug": "missing-file",
                "severity": "error",
                "title": "A file that a sample names does not exist.",
                "why": "it cannot be shown.",
                "fix": "add the file, or correct the path.",
            }
        },
        "findings": [
            {
                "code": "MED001",
                "slug": "missing-file",
                "severity": "error",
                "task": "birds",
                "path": "annotation.json",
                "pointer": "/data/0/image",
                "line": 3,
                "column": 7,
                "sample": "b1",
                "detail": "'a.png' does not exist",
                "title": "A file that a sample names does not exist.",
            }
        ],
        "failures": [],
    }


def test_a_clean_task_is_a_summary():
    (birds, _) = json.loads(render(NOTHING, Options()))["tasks"]

    assert birds == {
        "path": "birds",
        "name": "Bird Recognition",
        "modality": "image",
        "paradigm": "comprehension",
        "family": "image/vqa",
        "family_reason": "stated",
        "samples": 2,
        "media": {"image": 2},
        "media_bytes": 21_400_000,
    }


def test_the_order_of_mappings_changes_nothing():
    turned = replace(ONE_OF_EACH, versions=dict(reversed(ONE_OF_EACH.versions.items())))

    assert render(turned, Options()) == render(ONE_OF_EACH, Options())


def test_an_unknown_rule_cannot_be_read_back():
    with pytest.raises(ValueError, match=r"another version: KeyError\('MED001'\)"):
        from_json(render(ONE_OF_EACH, Options()), {})


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "{}", '{"format": 2}', '{"format": 1, "findings": 3}'],
)
def test_what_is_no_report_cannot_be_read_back(text):
    with pytest.raises(ValueError, match=r".+"):
        from_json(text, RULES)
