"""The report as Markdown, short enough for a comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from curation.finding import Finding, Report, Severity, TaskSummary
from curation.report.outline import (
    INTERRUPTED,
    TOOL,
    Group,
    Options,
    Section,
    checked,
    conclusion,
    gravest_first,
    media,
    numbers,
    sections,
)
from curation.report.wording import plural, shown

LIMIT = 60_000
"""Characters of the whole; GitHub takes 65,536 of a comment."""
TABLE = 20_000
"""Characters of it that the table of tasks may take."""
RESERVE = 500
"""Characters of it that are kept for what is said of the rest."""
PLACES = 3
"""Places that are shown of each rule in each task."""
DETAIL = 200
"""Characters of a detail that are shown."""
NAME = 500
"""Characters of a path that are shown; longer ones are made to annoy."""
FAILURES = 5
"""Failures of the tool itself that are shown."""

_ACTIVE = re.compile(r"[&<>|`*_~\[\]\\@#$]|:(?=//)|(?<=www)\.", re.IGNORECASE)
_HEADS = ("Task", "Family", "Samples", "Media", "Errors", "Warnings", "Notes")


def render(report: Report, options: Options) -> str:
    """Render the report for a comment or a step summary, the gravest first."""
    parts = sorted(sections(report), key=lambda part: part.gravity)
    head = "\n\n".join(_head(report, options))
    table = _table(parts)
    kept, left = _kept(report, LIMIT - RESERVE - len(head) - len(table))
    folds = [_fold(part, kept[part.path]) for part in parts if part.path in kept]
    rest = [_rest(left)] if left else []
    return "\n\n".join(filter(None, [head, table, *folds, *rest])) + "\n"


def _head(report: Report, options: Options) -> Iterator[str]:
    yield f"### {TOOL}: {conclusion(report, options)}"
    if not report.complete:
        yield f"**{INTERRUPTED}**"
    yield checked(report)
    if report.failures:
        listed = [f"- {code(f, DETAIL)}" for f in report.failures[:FAILURES]]
        what = plural(len(report.failures), "failure")
        yield "\n".join([f"{what} of {TOOL} itself:\n", *listed])


def _table(parts: Sequence[Section]) -> str:
    """List the tasks, as many as there is room for."""
    tasks = [(part, part.summary) for part in parts if part.summary]
    if not tasks:
        return ""
    rows = [_cells(_HEADS), _cells(["---", "---", *["--:"] * 5])]
    room = TABLE - sum(map(len, rows))
    for count, (part, task) in enumerate(tasks):
        row = _cells(_columns(part, task))
        room -= len(row) + 1
        if room < 0:
            rows.append(f"\nand {plural(len(tasks) - count, 'more task')}")
            break
        rows.append(row)
    return "\n".join(rows)


def _cells(texts: Iterable[str]) -> str:
    return f"| {' | '.join(texts)} |"


def _columns(part: Section, task: TaskSummary) -> Iterator[str]:
    yield code(part.path, NAME)
    yield code(task.family, NAME) if task.family else ""
    yield f"{task.samples:,}"
    yield escaped(media(task)) if task.media else ""
    for severity in Severity:
        number = part.number(severity)
        yield f"{number:,}" if number else ""


def _kept(report: Report, room: int) -> tuple[dict[str, list[str]], list[Group]]:
    """Write of the gravest groups as many as there is room for; return the others."""
    kept: dict[str, list[str]] = {}
    pairs = gravest_first(report)
    for index, (section, group) in enumerate(pairs):
        block = _group(group)
        room -= len(block) + 2
        if section.path not in kept:
            room -= len(_fold(section, [])) + 2
        if room < 0:
            return kept, [group for _, group in pairs[index:]]
        kept.setdefault(section.path, []).append(block)
    return kept, []


def _fold(section: Section, blocks: Sequence[str]) -> str:
    what = numbers(section.number)
    head = f"<details><summary>{_title(section)}: {what}</summary>"
    return "\n\n".join([head, *blocks, "</details>"])


def _title(section: Section) -> str:
    return code(section.path, NAME) if section.path else section.title


def _group(group: Group) -> str:
    rule = group.rule
    head = f"**{group.severity} {rule.code} {rule.slug}**: {escaped(rule.title)}"
    chosen = group.examples(PLACES)
    lines = [f"- {_finding(finding)}" for finding in chosen]
    if len(chosen) < len(group.findings):
        lines.append(f"- and {len(group.findings) - len(chosen):,} more")
    return "\n".join([head, "", *lines, "", f"Fix: {escaped(rule.fix)}"])


def _finding(finding: Finding) -> str:
    where = str(finding.where)
    said = [code(where, NAME)] if where else []
    return ": ".join([*said, code(finding.detail, DETAIL)])


def _rest(left: Sequence[Group]) -> str:
    found = sum(len(group.findings) for group in left)
    tasks = len({group.findings[0].task for group in left})
    return (
        f"Left out, since a comment holds no more: {plural(found, 'finding')}"
        f" in {plural(tasks, 'task')}, none of them graver than what is shown."
    )


def code(text: str, limit: int) -> str:
    """Show a text that others wrote: as code, in which nobody is called or linked.

    Backticks would do in a paragraph, but a bar in a table ends the cell within them.
    """
    return f"<code>{escaped(shown(text, limit))}</code>"


def escaped(text: str) -> str:
    """Write every character that Markdown, HTML or GitHub would act on as a number.

    What does not print, such as a break of the line, is written as an escape.
    """
    return _ACTIVE.sub(lambda match: f"&#{ord(match[0])};", shown(text))
