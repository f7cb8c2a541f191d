"""A report on folders that were fetched, told by the names that they have on the Hub."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from curation.finding import Finding, Report, TaskSummary


def renamed(report: Report, names: Mapping[str, str]) -> Report:
    """Return a report in which each folder has the name that is given for it."""
    if not names:
        return report

    def name(text: str) -> str:
        for folder, shown in names.items():
            text = text.replace(folder, shown)
        return text

    def finding(one: Finding) -> Finding:
        return replace(one, task=name(one.task), detail=name(one.detail))

    def task(one: TaskSummary) -> TaskSummary:
        return replace(one, path=name(one.path))

    return replace(
        report,
        findings=tuple(finding(one) for one in report.findings),
        tasks=tuple(task(one) for one in report.tasks),
        failures=tuple(name(one) for one in report.failures),
    )
