from __future__ import annotations

import time
from functools import cache

import pytest
from reports import (
    BIRDS,
    HOSTILE,
    HOSTILE_REPORT,
    MATHS,
    NOTHING,
    ONE_OF_EACH,
    RULES,
    blank,
    found,
    missing,
    missing_file,
    report,
    unusual_mode,
)

from curation.finding import Severity
from curation.report import FORMATS, Options, Verdict, verdict
from curation.report.outline import Group, checked, conclusion, gravest_first, sections
from curation.report.wording import plural, shown, size

every_format = pytest.mark.parametrize("render", FORMATS.values(), ids=FORMATS.keys())


def test_the_formats_are_the_six_that_are_promised():
    assert list(FORMATS) == ["text", "json", "sarif", "junit", "github", "markdown"]


@every_format
def test_equal_reports_give_equal_text_that_ends_in_one_line_break(render):
    rendered = render(ONE_OF_EACH, Options())

    assert rendered == render(ONE_OF_EACH, Options())
    assert rendered.endswith("\n")
    assert not rendered.endswith("\n\n")


@every_format
def test_a_hostile_name_can_always_be_written_as_utf8(render):
    render(HOSTILE_REPORT, Options(color=True, verbose=True)).encode("utf-8")


@every_format
def test_a_hostile_name_brings_no_control_character(render):
    rendered = render(HOSTILE_REPORT, Options())

    assert [c for c in rendered if c != "\n" and not c.isprintable()] == []


@every_format
def test_a_report_of_nothing_can_be_rendered(render):
    assert render(report(tasks=()), Options())


@pytest.mark.slow
@every_format
@pytest.mark.parametrize("tasks", [1, 700])
def test_a_hundred_thousand_findings_are_rendered_in_linear_time(render, tasks):
    few, many = _many(2_000, tasks), _many(100_000, tasks)
    render(few, Options())

    start = time.perf_counter()
    render(few, Options())
    middle = time.perf_counter()
    render(many, Options())
    end = time.perf_counter()

    # Fifty times the findings; quadratic would be 2,500 times the time.
    assert end - middle < 400 * max(middle - start, 0.005)


@cache
def _many(count, tasks):
    """Make findings of a third each; kept, since the sorting takes its time."""
    return report(
        *(
            found(rule, f"/data/{i}/image", f"image {i} is odd", task=f"t{i % tasks}")
            for i in range(count)
            for rule in [list(RULES.values())[i % 3]]
        ),
        tasks=(),
    )


@pytest.mark.parametrize(
    ("severity", "fail_on", "expected"),
    [
        (Severity.ERROR, Severity.ERROR, Verdict.FAILED),
        (Severity.WARNING, Severity.ERROR, Verdict.PASSED),
        (Severity.WARNING, Severity.WARNING, Verdict.FAILED),
        (Severity.NOTE, Severity.WARNING, Verdict.PASSED),
        (Severity.NOTE, Severity.NOTE, Verdict.FAILED),
    ],
)
def test_a_finding_fails_the_report_from_the_threshold_on(severity, fail_on, expected):
    one = report(found(blank, severity=severity))

    assert verdict(one, Options(fail_on=fail_on)) is expected


def test_nothing_found_passes():
    assert verdict(NOTHING, Options()) is Verdict.PASSED


@pytest.mark.parametrize(
    "more", [{"complete": False}, {"failures": ("IMG001 failed",)}]
)
def test_a_run_that_did_not_see_everything_never_passes(more):
    assert verdict(report(**more), Options()) is Verdict.UNDECIDED
    assert verdict(report(*missing(1), **more), Options()) is Verdict.FAILED


def test_the_conclusion_counts_by_severity_and_task():
    one = report(
        *missing(3),
        found(blank, task="maths"),
        found(unusual_mode),
        found(unusual_mode),
    )

    assert (
        conclusion(one, Options())
        == "FAILED: 3 errors, 1 warning in 2 of 2 tasks; 2 notes."
    )


def test_notes_are_in_no_task_of_the_conclusion():
    assert conclusion(report(found(unusual_mode)), Options()) == "PASSED: 1 note."


def test_the_only_task_is_not_counted():
    one = report(*missing(1), tasks=[BIRDS])

    assert conclusion(one, Options()) == "FAILED: 1 error."


def test_a_path_that_is_no_task_is_counted_apart():
    one = report(*missing(1), found(missing_file, task="old.zip"))

    assert (
        conclusion(one, Options())
        == "FAILED: 2 errors in 1 of 2 tasks and 1 other path."
    )


def test_the_conclusion_of_nothing():
    assert conclusion(NOTHING, Options()) == "PASSED: nothing found."
    assert (
        conclusion(report(complete=False), Options())
        == "UNDECIDED: nothing found so far."
    )


def test_what_was_checked_is_counted():
    assert (
        checked(NOTHING) == "2 tasks, 1,242 samples, 2 media files (21.4 MB) checked."
    )
    assert checked(report(tasks=[MATHS], suppressed=1)) == (
        "1 task, 1,240 samples, 0 media files checked. 1 finding ignored as configured."
    )


def test_a_section_holds_the_findings_of_a_task_by_rule():
    (birds, maths) = sections(ONE_OF_EACH)

    assert (birds.path, birds.summary) == ("birds", BIRDS)
    assert [g.rule.code for g in birds.groups] == ["MED001", "IMG002", "IMG004"]
    assert (maths.path, maths.groups) == ("maths", [])


def test_groups_of_all_tasks_come_gravest_first():
    one = report(
        found(blank, task="a"), found(missing_file, task="b"), found(blank, task="b")
    )

    assert [(s.path, g.rule.code) for s, g in gravest_first(one)] == [
        ("b", "MED001"),
        ("a", "IMG002"),
        ("b", "IMG002"),
    ]


def test_a_changed_severity_outweighs_that_of_the_rule():
    one = report(found(unusual_mode, severity=Severity.ERROR), found(blank))

    assert [(g.severity, g.rule.code) for _, g in gravest_first(one)] == [
        (Severity.ERROR, "IMG004"),
        (Severity.WARNING, "IMG002"),
    ]


def test_examples_are_those_that_say_something_new():
    details = ["a", "a", "a", "b", "a", "c"]
    findings = [found(blank, f"/{i}", detail) for i, detail in enumerate(details)]

    chosen = Group(blank, Severity.WARNING, findings).examples(4)

    assert [f.where.pointer for f in chosen] == ["/0", "/1", "/3", "/5"]


def test_few_findings_are_all_examples():
    findings = missing(5)

    assert Group(missing_file, Severity.ERROR, findings).examples(5) == findings


def test_what_does_not_print_is_shown_as_an_escape():
    assert shown(HOSTILE) == (
        "x\\nY\\x1b[31m</td><b>&|`@me`%0A::error::\\u202e\\udc80\\ud800\\uffff]]>\\t[a](b)"
    )


@pytest.mark.parametrize("text", ["", "plain", "Vögel 鳥 🐦", "a 'quoted' \\ b"])
def test_what_prints_is_shown_as_it_is(text):
    assert shown(text) == text


def test_a_long_text_is_cut_and_says_so():
    assert shown("a" * 2_000, 3) == "aaa... (2,000 characters)"
    assert shown("aaa", 3) == "aaa"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1.0 kB"),
        (999_949, "999.9 kB"),
        (999_950, "1.0 MB"),
        (21_400_000, "21.4 MB"),
        (5_000_000_000, "5.0 GB"),
        (2_500_000_000_000_000, "2,500.0 TB"),
    ],
)
def test_sizes_are_put_in_words(number, expected):
    assert size(number) == expected


def test_numbers_are_put_in_words():
    assert [plural(n, "task") for n in (0, 1, 1240)] == [
        "0 tasks",
        "1 task",
        "1,240 tasks",
    ]
