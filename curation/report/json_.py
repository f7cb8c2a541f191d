"""The report for programs, as `schemas/report.json` describes it, and back again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import FunctionType

import orjson

from curation.finding import Fault, Finding, Report, Rule, Severity, TaskSummary
from curation.model import Json, Where
from curation.report.outline import (
    TOOL,
    Options,
    rules_used,
    tally,
    verdict,
    version,
)

FORMAT = 1
"""Grows when a reader of an older report would misread a newer one."""


def render(report: Report, options: Options) -> str:
    """Render the report as one JSON document with nothing left out."""
    found = tally(report)
    document = {
        "format": FORMAT,
        "tool": {"name": TOOL, "version": version(report)},
        "versions": dict(sorted(report.versions.items())),
        "verdict": verdict(report, options).value,
        "fail_on": options.fail_on.value,
        "complete": report.complete,
        "counts": report.counts
        | {f"{s}s": found[s] for s in Severity}
        | {"suppressed": report.suppressed},
        "tasks": [_task(task) for task in report.tasks],
        "rules": {rule.code: _rule(rule) for rule in rules_used(report)},
        "findings": [_finding(finding, options) for finding in report.findings],
        "failures": list(report.failures),
    }
    return dumped(document)


def dumped(document: Json) -> str:
    """Write a JSON document, also one with names that are no Unicode."""
    try:
        return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() + "\n"
    except TypeError:
        # Halves of surrogate pairs, as in names that are not UTF-8: escaped, they stay.
        return json.dumps(document, indent=2) + "\n"


def _task(task: TaskSummary) -> dict[str, Json]:
    return {
        "path": task.path,
        "name": task.name,
        "modality": task.modality,
        "paradigm": task.paradigm,
        "family": task.family,
        "family_reason": task.family_reason,
        "samples": task.samples,
        "media": dict(sorted(task.media.items())),
        "media_bytes": task.media_bytes,
    }


def _rule(rule: Rule) -> dict[str, str]:
    return {
        "slug": rule.slug,
        "severity": rule.severity.value,
        "title": rule.title,
        "why": rule.why,
        "fix": rule.fix,
    }


def _finding(finding: Finding, options: Options) -> dict[str, Json]:
    rule, where = finding.rule, finding.where
    line, column = options.locate(finding) or (None, None)
    return {
        "code": rule.code,
        "slug": rule.slug,
        "severity": finding.severity.value,
        "task": finding.task,
        "path": where.path,
        "pointer": where.pointer,
        "line": line,
        "column": column,
        "sample": finding.sample,
        "detail": finding.detail,
        "title": rule.title,
    }


def from_json(
    text: str | bytes, rules_by_code: Mapping[str, Rule] | None = None
) -> Report:
    """Make the report again that `render` has written.

    Raises:
        ValueError: it is not a report of this format, or one of its rules is unknown.
    """
    try:
        document = _loaded(text)
        if document["format"] != FORMAT:
            raise ValueError(f"report of format {document['format']!r}, not {FORMAT}")
        rules = rules_by_code if rules_by_code is not None else _told(document)
        return _report(document, rules)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a report, or of another version: {error!r}") from error


def _told(document: Json) -> dict[str, Rule]:
    """Make the rules again from what the report tells of them."""

    def check(_: object) -> Iterator[Fault]:
        return iter(())

    rules = {}
    for code, told in document["rules"].items():
        named = FunctionType(check.__code__, {}, told["slug"].replace("-", "_"))
        named.__doc__ = f"{told['title']}\n\nWhy: {told['why']}\nFix: {told['fix']}"
        rules[code] = Rule(
            code, Severity(told["severity"]), object, named, wants_settings=False
        )
    return rules


def _loaded(text: str | bytes) -> Json:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return json.loads(text)


def _report(document: Json, rules: Mapping[str, Rule]) -> Report:
    weights = {severity.value: severity for severity in Severity}
    return Report(
        tuple(
            Finding(
                rules[found["code"]],
                Where(found["path"], found["pointer"]),
                found["detail"],
                found["task"],
                weights[found["severity"]],
                found["sample"],
            )
            for found in document["findings"]
        ),
        tuple(TaskSummary(**task) for task in document["tasks"]),
        document["versions"],
        tuple(document["failures"]),
        document["complete"],
        document["counts"]["suppressed"],
    )
