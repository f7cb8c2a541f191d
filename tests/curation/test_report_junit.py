from __future__ import annotations

from xml.etree import ElementTree as ET

from reports import (
    HOSTILE_REPORT,
    MATHS,
    ONE_OF_EACH,
    blank,
    found,
    line_three,
    missing,
    report,
)

from curation.finding import Severity
from curation.report import Options
from curation.report.junit import render
from curation.report.wording import shown


def _cases(one, options=None):
    root = ET.fromstring(render(one, options or Options()))
    return {
        (c.get("classname"), c.get("name")): [e.tag for e in c]
        for c in root.iter("testcase")
    }


def test_the_whole_document():
    one = report(*missing(1), found(blank, path="a.png", detail="every value is 0"))

    assert (
        render(one, Options(locate=line_three))
        == """\
<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="curate" tests="4" failures="1" errors="0">
  <testsuite name="birds" tests="2" failures="1" errors="0">
    <properties>
      <property name="task" value="image/comprehension, family image/vqa (stated), 2 samples, 2 image files (21.4 MB)" />
    </properties>
    <testcase classname="birds" name="MED001 missing-file" file="birds/annotation.json">
      <failure message="A file that a sample names does not exist. (1 place)" type="error MED001">\
birds/annotation.json:3:7#/data/0/image: 'a.png' does not exist
Fix: add the file, or correct the path.</failure>
    </testcase>
    <testcase classname="birds" name="IMG002 blank" file="birds/a.png">
      <system-out>warning: An image has one colour throughout. (1 place)
birds/a.png: every value is 0
Fix: replace the image.</system-out>
    </testcase>
  </testsuite>
  <testsuite name="maths" tests="1" failures="0" errors="0">
    <properties>
      <property name="task" value="text, family text/math-word-problem (stated), 1,240 samples" />
    </properties>
    <testcase classname="maths" name="no findings" />
  </testsuite>
  <testsuite name="curate: the run itself" tests="1" failures="0" errors="0">
    <testcase classname="curate" name="complete">
      <system-out>2 tasks, 1,242 samples, 2 media files (21.4 MB) checked.
FAILED: 1 error, 1 warning in 1 of 2 tasks.</system-out>
    </testcase>
  </testsuite>
</testsuites>
"""
    )


def test_the_threshold_makes_failures():
    assert _cases(ONE_OF_EACH, Options(fail_on=Severity.WARNING)) == {
        ("birds", "MED001 missing-file"): ["failure"],
        ("birds", "IMG002 blank"): ["failure"],
        ("birds", "IMG004 unusual-mode"): ["system-out"],
        ("maths", "no findings"): [],
        ("curate", "complete"): ["system-out"],
    }


def test_our_own_failures_and_an_interruption_are_errors():
    one = report(tasks=[MATHS], complete=False, failures=("IMG001 failed",))

    root = ET.fromstring(render(one, Options()))

    assert (root.get("tests"), root.get("failures"), root.get("errors")) == (
        "3",
        "0",
        "2",
    )
    assert [(e.get("type"), e.get("message")) for e in root.iter("error")] == [
        ("interrupted", "The run was interrupted: more may be wrong than is listed."),
        ("failure of the tool", "IMG001 failed"),
    ]


def test_many_places_are_folded():
    root = ET.fromstring(render(report(*missing(316)), Options()))
    (failure,) = root.iter("failure")

    lines = failure.text.splitlines()
    assert len(lines) == 102
    assert lines[-2:] == ["and 216 more", "Fix: add the file, or correct the path."]


def test_a_hostile_name_is_text_and_nothing_else():
    root = ET.fromstring(render(HOSTILE_REPORT, Options()))

    name = shown(HOSTILE_REPORT.tasks[0].path)
    assert [suite.get("name") for suite in root] == [name, "curate: the run itself"]
    assert {e.tag for e in root.iter()} == {
        "testsuites",
        "testsuite",
        "properties",
        "property",
        "testcase",
        "failure",
        "error",
        "system-out",
    }
