from __future__ import annotations

import re

from reports import (
    BIRDS,
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

from curation.finding import TaskSummary
from curation.report import Options
from curation.report.text import brief, render

ANSI = re.compile(r"\x1b\[[0-9;]*m")


def test_the_whole_text_of_one_finding_of_each_severity():
    assert (
        render(ONE_OF_EACH, Options())
        == """\
birds  "Bird Recognition"
  image/comprehension, family image/vqa (stated), 2 samples, 2 image files (21.4 MB)

  error MED001 missing-file: A file that a sample names does not exist.
    annotation.json#/data/1/image  'a.png' does not exist
    fix: add the file, or correct the path.

  warning IMG002 blank: An image has one colour throughout.
    images/b.png  every value is 0 (sample 'b1')
    fix: replace the image.

  note IMG004 unusual-mode: An image has an unusual colour mode.
    images/b.png  mode CMYK
    fix: convert it.

maths  "Word Problems"  ok: text/math-word-problem, 1,240 samples

2 tasks, 1,242 samples, 2 media files (21.4 MB) checked.
FAILED: 1 error, 1 warning in 1 of 2 tasks; 1 note.
"""
    )


def test_a_clean_task_is_one_line():
    assert (
        render(NOTHING, Options())
        == """\
birds  "Bird Recognition"  ok: image/vqa, 2 samples, 2 image files (21.4 MB)
maths  "Word Problems"  ok: text/math-word-problem, 1,240 samples

2 tasks, 1,242 samples, 2 media files (21.4 MB) checked.
PASSED: nothing found.
"""
    )


def test_a_clean_task_stays_one_line_when_it_is_narrow():
    rendered = render(report(tasks=[BIRDS]), Options(width=55))

    assert (
        rendered.splitlines()[0]
        == 'birds  "Bird Recognition"  ok: image/vqa, 2 samples'
    )


def test_repeats_are_folded_after_five_places():
    rendered = render(report(*missing(316), tasks=()), Options())

    assert (
        rendered
        == """\
birds

  error MED001 missing-file: A file that a sample names does not exist.
    annotation.json#/data/0/image  'a.png' does not exist
    annotation.json#/data/1/image  'a.png' does not exist
    annotation.json#/data/2/image  'a.png' does not exist
    annotation.json#/data/3/image  'a.png' does not exist
    annotation.json#/data/4/image  'a.png' does not exist
    and 311 more
    fix: add the file, or correct the path.

0 tasks, 0 samples, 0 media files checked.
FAILED: 316 errors.
"""
    )


def test_verbose_folds_nothing_and_says_why():
    lines = render(report(*missing(316)), Options(verbose=True)).splitlines()

    assert sum("does not exist" in line for line in lines) == 316 + 1
    assert "    why: it cannot be shown." in lines
    assert not [line for line in lines if "more" in line]


def test_a_located_finding_has_line_and_column():
    rendered = render(report(*missing(1)), Options(locate=line_three))

    assert "    annotation.json:3:7#/data/0/image  'a.png' does not exist\n" in rendered


def test_a_finding_about_the_whole_task_has_no_place():
    one = report(
        found(missing_file, path="", detail="no annotation file in it"), tasks=()
    )

    assert "\n    no annotation file in it\n" in render(one, Options())


def test_findings_between_tasks_have_a_heading():
    one = report(found(blank, path="a.png", task=""), tasks=())

    assert render(one, Options()).startswith("all tasks together\n\n  warning IMG002")


def test_lines_are_wrapped_but_no_place_is_torn():
    pointer = "/data/3/" + "deep/" * 30
    detail = "what was seen there takes many words to say " * 3
    one = report(found(missing_file, pointer, detail))

    lines = render(one, Options(width=60)).splitlines()

    place = f"    annotation.json#{pointer}"
    assert place in lines
    assert [line for line in lines if len(line) > 60] == [place]
    start = lines.index(place)
    assert " ".join(" ".join(lines[start + 1 : start + 4]).split()) == detail.strip()


def test_no_width_wraps_nothing():
    detail = "many words " * 30
    one = report(found(missing_file, "/data/0", detail.strip()))

    assert f"    annotation.json#/data/0  {detail.strip()}\n" in render(
        one, Options(width=0)
    )


def test_a_very_long_detail_is_cut_unless_verbose():
    one = report(found(missing_file, "/data/0", "z" * 5_000))

    assert "z... (5,000 characters)\n" in render(one, Options(width=0))
    assert "z" * 5_000 in render(one, Options(verbose=True))


def test_colours_change_nothing_but_the_colours():
    colored = render(ONE_OF_EACH, Options(color=True))

    assert ANSI.sub("", colored) == render(ONE_OF_EACH, Options())
    assert "  \x1b[1;31merror MED001\x1b[0m missing-file" in colored
    assert "\x1b[1;31mFAILED: 1 error" in colored


def test_without_colours_there_is_no_escape():
    assert "\x1b" not in render(ONE_OF_EACH, Options())


def test_a_hostile_name_reaches_the_terminal_escaped():
    rendered = render(HOSTILE_REPORT, Options(color=True, verbose=True))

    assert [
        c for c in ANSI.sub("", rendered) if c != "\n" and not c.isprintable()
    ] == []
    assert set(ANSI.findall(rendered)) <= {
        f"\x1b[{n}m" for n in ("0", "1", "2", "1;31", "1;33")
    }
    assert "x\\nY\\x1b[31m</td>" in rendered


def test_an_interrupted_run_says_so_at_the_end():
    assert render(report(complete=False), Options()).splitlines()[-2:] == [
        "UNDECIDED: nothing found so far.",
        "The run was interrupted: more may be wrong than is listed.",
    ]


def test_our_own_failures_are_listed_apart():
    rendered = render(report(failures=("IMG001 too-small failed",)), Options())

    assert rendered.split("\n\n")[1] == (
        "1 failure of curate itself, to be reported to its authors:\n"
        "  IMG001 too-small failed"
    )


def test_media_of_several_kinds_are_told_apart():
    task = TaskSummary("t", samples=1, media={"mask": 1_000, "image": 3}, media_bytes=5)

    rendered = render(report(tasks=[task]), Options())

    assert rendered.splitlines()[0] == (
        "t  ok: no family, 1 sample, 1,003 media files (3 image, 1,000 mask; 5 B)"
    )


def test_in_brief_there_is_the_verdict_alone():
    assert brief(ONE_OF_EACH, Options()) == (
        "FAILED: 1 error, 1 warning in 1 of 2 tasks; 1 note.\n"
    )


def test_in_brief_it_is_still_told_what_went_wrong_with_the_run():
    one = report(complete=False, failures=("IMG001 too-small failed",))

    assert (
        brief(one, Options())
        == """\
1 failure of curate itself, to be reported to its authors:
  IMG001 too-small failed

UNDECIDED: nothing found so far.
The run was interrupted: more may be wrong than is listed.
"""
    )
