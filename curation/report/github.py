"""The report as GitHub workflow commands, which annotate the files of a change."""

from __future__ import annotations

from collections.abc import Iterator

from curation.finding import Report, Severity
from curation.report.outline import (
    INTERRUPTED,
    TOOL,
    Group,
    Options,
    address,
    checked,
    conclusion,
    gravest_first,
)
from curation.report.wording import shown

SHOWN = 10
"""Annotations of each level that GitHub shows of one step; the rest is in its log."""
DETAIL = 1000
"""Characters of a detail that are passed on."""

_COMMANDS = {
    Severity.ERROR: "error",
    Severity.WARNING: "warning",
    Severity.NOTE: "notice",
}


def render(report: Report, options: Options) -> str:
    """Render the report for the log of a GitHub workflow, the gravest first.

    Each rule is one annotation in each task, at the first place.
    """
    lines = [_command("error", shown(f), title=TOOL) for f in report.failures]
    if not report.complete:
        lines.append(_command("warning", INTERRUPTED, title=TOOL))
    groups = [group for _, group in gravest_first(report)]
    lines += [_annotation(group, options) for group in groups]
    lines += _summary(report, groups, options)
    return "\n".join(lines) + "\n"


def _annotation(group: Group, options: Options) -> str:
    first, rule = group.findings[0], group.rule
    more = len(group.findings) - 1
    where = shown(str(first.where))
    said = f"{where}: " if where else ""
    said += shown(first.detail, DETAIL) + (f" (and {more:,} more)" if more else "")
    properties = {"file": shown(address(first))}
    found = options.locate(first)
    if found:
        properties |= {"line": str(found[0]), "col": str(found[1])}
    properties["title"] = f"{rule.code} {rule.slug}"
    message = f"{said}\n{rule.title}\nFix: {rule.fix}"
    return _command(_COMMANDS[group.severity], message, **properties)


def _summary(report: Report, groups: list[Group], options: Options) -> Iterator[str]:
    levels = [group.severity for group in groups]
    if any(levels.count(severity) > SHOWN for severity in Severity):
        yield f"GitHub shows {SHOWN} annotations of a level; this log has all of them."
    yield checked(report)
    yield conclusion(report, options)


def _command(name: str, message: str, **properties: str) -> str:
    given = ",".join(f"{key}={_property(text)}" for key, text in properties.items())
    return f"::{name} {given}::{_data(message)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
