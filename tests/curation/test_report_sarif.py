from __future__ import annotations

import json

import jsonschema
import pytest
from reports import (
    HOSTILE_REPORT,
    NOTHING,
    ONE_OF_EACH,
    blank,
    found,
    line_three,
    missing,
    missing_file,
    report,
)

from curation.report import Options, sarif
from curation.report.sarif import render, uri

TEXT = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"minLength": 1}},
}
RULE = {
    "type": "object",
    "required": [
        "id",
        "name",
        "shortDescription",
        "fullDescription",
        "help",
        "defaultConfiguration",
    ],
    "properties": {
        "id": {"type": "string", "maxLength": 255},
        "shortDescription": TEXT,
        "fullDescription": TEXT,
        "help": {**TEXT, "required": ["text", "markdown"]},
        "defaultConfiguration": {"properties": {"level": {"$ref": "#/$defs/level"}}},
    },
}
LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "type": "object",
            "required": ["artifactLocation"],
            "properties": {
                "artifactLocation": {
                    "required": ["uri"],
                    "properties": {
                        "uri": {"type": "string", "pattern": r"^[A-Za-z0-9._~:/%-]+$"}
                    },
                },
                "region": {
                    "type": "object",
                    "required": ["startLine", "startColumn"],
                    "additionalProperties": {"type": "integer", "minimum": 1},
                },
            },
        },
        "logicalLocations": {
            "type": "array",
            "items": {"required": ["fullyQualifiedName", "kind"]},
        },
    },
}
RESULT = {
    "type": "object",
    "required": [
        "ruleId",
        "ruleIndex",
        "level",
        "message",
        "locations",
        "partialFingerprints",
    ],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": {"$ref": "#/$defs/level"},
        "message": TEXT,
        "locations": {"type": "array", "items": LOCATION, "minItems": 1, "maxItems": 1},
        "partialFingerprints": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {"type": "string"},
        },
    },
}
RUN = {
    "type": "object",
    "required": ["tool", "results", "invocations", "columnKind"],
    "properties": {
        "tool": {
            "required": ["driver"],
            "properties": {
                "driver": {
                    "required": ["name", "version", "rules"],
                    "properties": {"rules": {"type": "array", "items": RULE}},
                }
            },
        },
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": RESULT, "maxItems": 25_000},
        "invocations": {
            "type": "array",
            "minItems": 1,
            "items": {
                "required": ["executionSuccessful"],
                "properties": {
                    "executionSuccessful": {"type": "boolean"},
                    "toolExecutionNotifications": {
                        "type": "array",
                        "items": {
                            "required": ["level", "message"],
                            "properties": {
                                "level": {"$ref": "#/$defs/level"},
                                "message": TEXT,
                            },
                        },
                    },
                },
            },
        },
    },
}
CODE_SCANNING = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": RUN, "minItems": 1, "maxItems": 20},
    },
    "$defs": {"level": {"enum": ["none", "note", "warning", "error"]}},
}
"""What GitHub requires of a SARIF file, as far as we write it."""


def _run(one, options=None):
    document = json.loads(render(one, options or Options()))
    jsonschema.Draft202012Validator(CODE_SCANNING).validate(document)
    (run,) = document["runs"]
    return run


def _prints(*findings):
    results = _run(report(*findings))["results"]
    return [r["partialFingerprints"]["curate/v1"] for r in results]


@pytest.mark.parametrize("one", [NOTHING, ONE_OF_EACH, HOSTILE_REPORT])
@pytest.mark.parametrize("options", [Options(), Options(locate=line_three)])
def test_the_output_is_what_code_scanning_requires(one, options):
    run = _run(one, options)
    rules = run["tool"]["driver"]["rules"]

    assert len(run["results"]) == len(one.findings)
    assert all(rules[r["ruleIndex"]]["id"] == r["ruleId"] for r in run["results"])


def test_the_whole_result_of_one_finding():
    run = _run(report(*missing(1, sample="b1")), Options(locate=line_three))
    (result,) = run["results"]

    assert result == {
        "ruleId": "MED001",
        "ruleIndex": 0,
        "level": "error",
        "message": {
            "text": "A file that a sample names does not exist. 'a.png' does not exist"
        },
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "birds/annotation.json"},
                    "region": {"startLine": 3, "startColumn": 7},
                },
                "logicalLocations": [
                    {"fullyQualifiedName": "/data/0/image", "kind": "value"}
                ],
            }
        ],
        "partialFingerprints": result["partialFingerprints"],
        "properties": {"sample": "b1"},
    }


def test_the_whole_entry_of_a_rule():
    assert _run(report(found(blank)))["tool"]["driver"] == {
        "name": "curate",
        "version": "1.2.3",
        "rules": [
            {
                "id": "IMG002",
                "name": "blank",
                "shortDescription": {"text": "An image has one colour throughout."},
                "fullDescription": {
                    "text": "An image has one colour throughout. Why: there is nothing to see."
                },
                "help": {
                    "text": "Why: there is nothing to see.\nFix: replace the image.",
                    "markdown": "**Why:** there is nothing to see.\n\n**Fix:** replace the image.",
                },
                "defaultConfiguration": {"level": "warning"},
                "properties": {"tags": ["IMG"]},
            }
        ],
    }


def test_a_file_without_a_known_line_has_no_region():
    (result,) = _run(report(found(blank, path="a.png")))["results"]

    assert result["locations"] == [
        {"physicalLocation": {"artifactLocation": {"uri": "birds/a.png"}}}
    ]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("a b/ä#?.png", "a%20b/%C3%A4%23%3F.png"),
        ("c:d/e", "c%3Ad/e"),
        ("100%/x", "100%25/x"),
        ("x\udcff.png", "x%FF.png"),
        ("x\ud800.png", "x%ED%A0%80.png"),
        ("../up.json", "../up.json"),
        ("/abs/a b", "file:///abs/a%20b"),
        ("C:/abs/a", "file:///C:/abs/a"),
        (".", "."),
    ],
)
def test_a_path_is_written_as_a_uri(path, expected):
    assert uri(path) == expected


def test_a_path_from_here_is_relative_to_here():
    (result,) = _run(report(found(blank, path="a.png", task=".")))["results"]

    (location,) = result["locations"]
    assert location["physicalLocation"]["artifactLocation"] == {"uri": "a.png"}


def test_a_detail_can_make_no_link():
    (result,) = _run(report(found(blank, detail="[log in](https://x)")))["results"]

    assert result["message"]["text"].endswith("[log in] (https://x)")


def test_a_fingerprint_stays_when_samples_are_put_before():
    before = found(missing_file, "/data/3/image", "4 of 5 lost", sample="b1")
    after = found(missing_file, "/data/9/image", "4 of 7 lost", sample="b1")

    assert _prints(before) == _prints(after)


def test_fingerprints_of_different_findings_differ():
    prints = _prints(
        found(missing_file, "/data/3/image", sample="b1"),
        found(missing_file, "/data/3/mask", sample="b1"),
        found(missing_file, "/data/3/image", sample="b2"),
        found(missing_file, "/data/3/image", "another detail", sample="b1"),
        found(missing_file, "/data/3/image", sample="b1", task="maths"),
        found(blank, "/data/3/image", sample="b1"),
        found(missing_file, "/data/3/image", sample="b1"),
    )

    assert len(set(prints)) == 7


def test_the_key_that_github_fills_in_is_left_to_it():
    (result,) = _run(report(found(blank)))["results"]

    assert list(result["partialFingerprints"]) == ["curate/v1"]


def test_beyond_the_cap_the_least_grave_are_left_out_with_a_notice(monkeypatch):
    monkeypatch.setattr(sarif, "MOST", 2)
    one = report(
        *[found(blank, f"/{i}", task="a") for i in range(3)], found(missing_file)
    )

    run = _run(one)

    assert [r["level"] for r in run["results"]] == ["error", "warning"]
    assert run["invocations"] == [
        {
            "executionSuccessful": True,
            "toolExecutionNotifications": [
                {
                    "level": "warning",
                    "message": {
                        "text": "2 results beyond the gravest 2 left out;"
                        " --format json has them all."
                    },
                }
            ],
        }
    ]


def test_the_cap_is_that_of_github():
    document = json.loads(render(report(*missing(25_001)), Options()))

    assert len(document["runs"][0]["results"]) == 25_000


def test_failures_and_an_interruption_make_the_execution_unsuccessful():
    one = report(complete=False, failures=("IMG001 failed",))

    assert _run(one)["invocations"] == [
        {
            "executionSuccessful": False,
            "toolExecutionNotifications": [
                {"level": "error", "message": {"text": "IMG001 failed"}},
                {
                    "level": "warning",
                    "message": {
                        "text": "The run was interrupted: more may be wrong than is listed."
                    },
                },
            ],
        }
    ]
