from __future__ import annotations

import re
from dataclasses import replace

import pytest
from reports import (
    BIRDS,
    HOSTILE,
    HOSTILE_REPORT,
    NOTHING,
    ONE_OF_EACH,
    blank,
    found,
    missing,
    missing_file,
    report,
)

from curation.report import Options
from curation.report.markdown import LIMIT, code, render


def test_the_whole_comment_of_one_finding_of_each_severity():
    assert (
        render(ONE_OF_EACH, Options())
        == """\
### curate: FAILED: 1 error, 1 warning in 1 of 2 tasks; 1 note.

2 tasks, 1,242 samples, 2 media files (21.4 MB) checked.

| Task | Family | Samples | Media | Errors | Warnings | Notes |
| --- | --- | --: | --: | --: | --: | --: |
| <code>birds</code> | <code>image/vqa</code> | 2 | 2 image files (21.4 MB) | 1 | 1 | 1 |
| <code>maths</code> | <code>text/math-word-problem</code> | 1,240 |  |  |  |  |

<details><summary><code>birds</code>: 1 error, 1 warning, 1 note</summary>

**error MED001 missing-file**: A file that a sample names does not exist.

- <code>annotation.json&#35;/data/1/image</code>: <code>'a.png' does not exist</code>

Fix: add the file, or correct the path.

**warning IMG002 blank**: An image has one colour throughout.

- <code>images/b.png</code>: <code>every value is 0</code>

Fix: replace the image.

**note IMG004 unusual-mode**: An image has an unusual colour mode.

- <code>images/b.png</code>: <code>mode CMYK</code>

Fix: convert it.

</details>
"""
    )


def test_a_clean_report_is_a_verdict_and_a_table():
    assert render(NOTHING, Options()).split("\n\n")[:2] == [
        "### curate: PASSED: nothing found.",
        "2 tasks, 1,242 samples, 2 media files (21.4 MB) checked.",
    ]
    assert "<details>" not in render(NOTHING, Options())


def test_the_worst_task_comes_first():
    one = report(found(blank, task="birds"), *missing(2, task="maths"))

    rendered = render(one, Options())

    assert re.findall(r"^\| <code>(\w+)", rendered, re.MULTILINE) == ["maths", "birds"]
    assert re.findall(r"<summary><code>(\w+)", rendered) == ["maths", "birds"]


def test_repeats_are_folded_after_three_places():
    lines = render(report(*missing(316)), Options()).splitlines()

    assert sum(line.startswith("- <code>annotation.json") for line in lines) == 3
    assert "- and 313 more" in lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a|b", "a&#124;b"),
        ("`x`", "&#96;x&#96;"),
        ("</td><script>", "&#60;/td&#62;&#60;script&#62;"),
        ("&lt;", "&#38;lt;"),
        ("@everyone #1", "&#64;everyone &#35;1"),
        ("![a](b)", "!&#91;a&#93;(b)"),
        ("*a* _b_ ~c~", "&#42;a&#42; &#95;b&#95; &#126;c&#126;"),
        ("https://x www.y", "https&#58;//x www&#46;y"),
        ("a\\\nb", "a&#92;&#92;nb"),
        ("$x$", "&#36;x&#36;"),
    ],
)
def test_what_markdown_would_act_on_is_neutral(text, expected):
    assert code(text, 100) == f"<code>{expected}</code>"


def test_a_hostile_name_adds_no_markup():
    rendered = render(HOSTILE_REPORT, Options())

    assert set(re.findall(r"</?[a-z]*", rendered)) == {
        "<code",
        "</code",
        "<details",
        "</details",
        "<summary",
        "</summary",
    }
    assert re.findall(r"[@`\[\]\\]", rendered) == []
    rows = [line for line in rendered.splitlines() if line.startswith("|")]
    assert [row.count("|") for row in rows] == [8, 8, 8]


def test_an_interrupted_run_and_our_own_failures_are_told():
    one = report(complete=False, failures=tuple(f"R{i} failed" for i in range(7)))

    assert render(one, Options()).split("\n\n")[1:5] == [
        "**The run was interrupted: more may be wrong than is listed.**",
        "2 tasks, 1,242 samples, 2 media files (21.4 MB) checked.",
        "7 failures of curate itself:",
        "\n".join(f"- <code>R{i} failed</code>" for i in range(5)),
    ]


def _huge(tasks):
    findings = []
    for i in range(tasks):
        findings += [
            found(blank, f"/{n}", f"{HOSTILE} {n}", task=f"{i:03}") for n in range(9)
        ]
        findings += missing(1, task=f"{i:03}")
    summaries = [replace(BIRDS, path=f"{i:03}") for i in range(tasks)]
    return report(*findings, tasks=summaries)


def test_a_huge_report_is_cut_to_the_limit_gravest_first():
    rendered = render(_huge(100), Options())

    assert LIMIT - 2_500 < len(rendered) < LIMIT
    assert rendered.count("**error MED001") == 100
    kept = rendered.count("**warning IMG002")
    assert 0 < kept < 100
    left = 100 - kept
    assert rendered.splitlines()[-1] == (
        f"Left out, since a comment holds no more: {left * 9} findings in {left} tasks,"
        " none of them graver than what is shown."
    )
    assert rendered.count("<details>") == rendered.count("</details>") == 100


def test_a_table_of_too_many_tasks_is_cut():
    rendered = render(_huge(700), Options())

    rows = re.findall(r"^\| <code>\d{3}", rendered, re.MULTILINE)
    assert len(rendered) < LIMIT
    assert 0 < len(rows) < 700
    assert f"and {700 - len(rows)} more tasks" in rendered.splitlines()


@pytest.mark.parametrize("part", ["task", "path", "detail"])
def test_no_length_of_a_name_breaks_the_limit(part):
    one = report(
        *(found(missing_file, **{part: f"{i}" + "@" * 70_000}) for i in range(40))
    )

    assert len(render(one, Options())) < LIMIT
