"""A Close set states no answers: that they are missing is no fault of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from curation.finding import Finding, Report
from schemas import Family

_MISSING = "SCH001"
_NAMED = re.compile(r"'([^']+)'")


def without(report: Report, close: Mapping[str, Family]) -> Report:
    """Return a report without what is missing since it was withheld.

    Args:
        report: On folders of tasks.
        close: The family of each folder that is of a Close set.
    """
    kept = (f for f in report.findings if not _withheld(f, close.get(f.task)))
    return replace(report, findings=tuple(kept))


def _withheld(finding: Finding, family: Family | None) -> bool:
    """Tell whether a finding says that answers are missing, and nothing else."""
    if family is None or finding.rule.code != _MISSING or finding.sample is None:
        return False
    names = _NAMED.findall(finding.detail)
    last = [slot.path[-1] for slot in family.slots if slot.reference and slot.whole]
    return bool(names) and all(
        any(
            name == step if isinstance(step, str) else step.search(name)
            for step in last
        )
        for name in names
    )
