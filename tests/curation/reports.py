"""Makes reports by hand, with three rules of its own."""

from __future__ import annotations

from dataclasses import replace

from curation.finding import Finding, Report, Severity, TaskSummary, rule
from curation.model import Where


@rule("MED001")
def missing_file(_: object):
    """A file that a sample names does not exist.

    Why: it cannot be shown.
    Fix: add the file, or correct the path.
    """
    yield from ()


@rule("IMG002", Severity.WARNING)
def blank(_: object):
    """An image has one colour throughout.

    Why: there is nothing to see.
    Fix: replace the image.
    """
    yield from ()


@rule("IMG004", Severity.NOTE)
def unusual_mode(_: object):
    """An image has an unusual colour mode.

    Why: loaders misread it.
    Fix: convert it.
    """
    yield from ()


RULES = {one.code: one for one in (missing_file, blank, unusual_mode)}
VERSIONS = {"general-bench-curation": "1.2.3", "pillow": "12.0.0"}
BIRDS = TaskSummary(
    "birds",
    "Bird Recognition",
    "image",
    "comprehension",
    "image/vqa",
    "stated",
    samples=2,
    media={"image": 2},
    media_bytes=21_400_000,
)
MATHS = TaskSummary(
    "maths",
    "Word Problems",
    "text",
    None,
    "text/math-word-problem",
    "stated",
    samples=1240,
)


def found(
    one,
    pointer="",
    detail="'a.png' does not exist",
    *,
    path="annotation.json",
    task="birds",
    **more,
):
    """Make a finding of the rule *one*."""
    finding = Finding(one, Where(path, pointer), detail, task, one.severity)
    return replace(finding, **more)


def report(*findings, tasks=(BIRDS, MATHS), versions=VERSIONS, **more):
    """Make a report of findings in any order."""
    ordered = tuple(sorted(findings, key=lambda f: f.order))
    return Report(ordered, tuple(tasks), versions, **more)


def missing(count, **more):
    """Make findings of missing files, one for each of *count* samples."""
    return [found(missing_file, f"/data/{i}/image", **more) for i in range(count)]


ONE_OF_EACH = report(
    found(missing_file, "/data/1/image", sample="b2"),
    found(blank, path="images/b.png", detail="every value is 0", sample="b1"),
    found(unusual_mode, path="images/b.png", detail="mode CMYK"),
)
NOTHING = report()


def line_three(finding):
    """Locate every finding that has a pointer in line 3."""
    return (3, 7) if finding.where.pointer else None


HOSTILE = "x\nY\x1b[31m</td><b>&|`@me`%0A::error::\u202e\udc80\ud800\uffff]]>\t[a](b)"
"""A name that breaks lines, colours, cells, tags, commands, CDATA and encodings."""
HOSTILE_REPORT = report(
    found(
        missing_file, f"/{HOSTILE}", HOSTILE, path=HOSTILE, task=HOSTILE, sample=HOSTILE
    ),
    found(blank, detail=HOSTILE, path=HOSTILE, task=HOSTILE),
    tasks=[
        TaskSummary(HOSTILE, HOSTILE, None, None, HOSTILE, HOSTILE, 1, {HOSTILE: 1}, 1)
    ],
    failures=(HOSTILE,),
)
