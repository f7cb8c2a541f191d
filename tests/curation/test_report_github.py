from __future__ import annotations

from reports import (
    HOSTILE_REPORT,
    ONE_OF_EACH,
    blank,
    found,
    line_three,
    missing,
    missing_file,
    report,
)

from curation.report import Options
from curation.report.github import render
from curation.report.outline import INTERRUPTED


def test_the_whole_log_of_one_finding_of_each_severity():
    assert render(ONE_OF_EACH, Options(locate=line_three)).splitlines() == [
        (
            "::error file=birds/annotation.json,line=3,col=7,title=MED001 missing-file"
            "::annotation.json#/data/1/image: 'a.png' does not exist"
            "%0AA file that a sample names does not exist."
            "%0AFix: add the file, or correct the path."
        ),
        (
            "::warning file=birds/images/b.png,title=IMG002 blank"
            "::images/b.png: every value is 0"
            "%0AAn image has one colour throughout."
            "%0AFix: replace the image."
        ),
        (
            "::notice file=birds/images/b.png,title=IMG004 unusual-mode"
            "::images/b.png: mode CMYK"
            "%0AAn image has an unusual colour mode."
            "%0AFix: convert it."
        ),
        "2 tasks, 1,242 samples, 2 media files (21.4 MB) checked.",
        "FAILED: 1 error, 1 warning in 1 of 2 tasks; 1 note.",
    ]


def test_a_rule_is_one_annotation_in_each_task():
    one = report(*missing(316), *missing(1, task="maths"))

    lines = render(one, Options()).splitlines()

    assert len(lines) == 4
    assert "'a.png' does not exist (and 315 more)%0A" in lines[0]
    assert lines[1].startswith("::error file=maths/annotation.json,title=MED001")


def test_errors_of_all_tasks_come_before_warnings():
    one = report(found(blank, task="a"), found(missing_file, task="b"))

    lines = render(one, Options()).splitlines()

    assert [line.split(" ")[0] for line in lines[:2]] == ["::error", "::warning"]


def test_properties_and_messages_are_escaped():
    one = report(
        found(blank, path="50%,a:b.png", detail="100% is 1:1, or so"), tasks=()
    )

    line = render(one, Options()).splitlines()[0]

    assert line.startswith(
        "::warning file=birds/50%25%2Ca%3Ab.png,title=IMG002 blank::"
    )
    assert "::50%25,a:b.png: 100%25 is 1:1, or so%0A" in line


def test_a_hostile_name_starts_no_command():
    lines = render(HOSTILE_REPORT, Options()).splitlines()

    assert [line.split(" ")[0] for line in lines] == [
        "::error",
        "::error",
        "::warning",
        "1",
        "FAILED:",
    ]
    assert "%250A" in lines[1]


def test_more_annotations_than_are_shown_are_announced():
    ten = [found(blank, task=f"t{i}") for i in range(10)]
    said = "GitHub shows 10 annotations of a level; this log has all of them."

    assert said not in render(report(*ten), Options()).splitlines()
    assert (
        said in render(report(*ten, found(blank, task="t10")), Options()).splitlines()
    )


def test_failures_and_an_interruption_come_first():
    one = report(*missing(1), complete=False, failures=("IMG001 failed",))

    assert render(one, Options()).splitlines()[:2] == [
        "::error title=curate::IMG001 failed",
        f"::warning title=curate::{INTERRUPTED}",
    ]
