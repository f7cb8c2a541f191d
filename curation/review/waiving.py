"""Pure: which findings are waived, and which waivers are for nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from curation.finding import Finding
from curation.review.record import Waiver
from curation.review.submission import Submission


@dataclass(frozen=True)
class Waived:
    """What became of waivers.

    `reasons` has the waiver of each finding that has one; `idle` are waivers that no
    finding fits.
    """

    reasons: Mapping[Finding, Waiver]
    idle: tuple[Waiver, ...]

    def number(self, waiver: Waiver) -> int:
        """Return how many findings a waiver is the first to fit."""
        return sum(own is waiver for own in self.reasons.values())


def waived(submission: Submission, waivers: Sequence[Waiver]) -> Waived:
    """Hold waivers against the findings of a submission."""
    reasons: dict[Finding, Waiver] = {}
    busy: set[Waiver] = set()
    codes = {waiver.code for waiver in waivers}
    for finding in submission.report.findings:
        if finding.rule.code not in codes:
            continue
        fitting = [w for w in waivers if _fits(w, submission, finding)]
        busy.update(fitting)
        if fitting:
            reasons[finding] = fitting[0]
    return Waived(reasons, tuple(w for w in waivers if w not in busy))


def _fits(waiver: Waiver, submission: Submission, finding: Finding) -> bool:
    if waiver.code != finding.rule.code:
        return False
    path = submission.relative(finding.task, finding.where.path)
    whole = f"{path}#{finding.where.pointer}"
    return waiver.path in {path, whole} or any(
        fnmatchcase(text, waiver.path) for text in (path, whole)
    )
