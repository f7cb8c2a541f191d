"""What all formats share: options, findings by task and rule, the verdict in words."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

from curation.finding import Finding, Report, Rule, Severity, TaskSummary
from curation.report.wording import plural, shown, size
from curation.versions import DISTRIBUTION

TOOL = "curate"
INTERRUPTED = "The run was interrupted: more may be wrong than is listed."


def nowhere(_: Finding) -> tuple[int, int] | None:
    """Locate nothing."""
    return None


@dataclass(frozen=True)
class Options:
    """How a report is to be shown.

    `width` is in characters, 0 for no limit; `verbose` folds nothing. A finding of
    the severity `fail_on`, or a graver one, makes the verdict. `locate` tells the line
    and the column of a finding, counted from 1, where they are known.
    """

    color: bool = False
    width: int = 100
    verbose: bool = False
    fail_on: Severity = Severity.ERROR
    locate: Callable[[Finding], tuple[int, int] | None] = nowhere

    def fails(self, severity: Severity) -> bool:
        """Whether a finding of this severity makes the verdict."""
        return severity.rank <= self.fail_on.rank


@dataclass(frozen=True)
class Group:
    """The findings of one rule in one task."""

    rule: Rule
    severity: Severity
    findings: Sequence[Finding]

    def examples(self, most: int) -> Sequence[Finding]:
        """Choose at most *most* findings, those first that say something new."""
        if len(self.findings) <= most:
            return self.findings
        said: dict[str, int] = {}
        for index, finding in enumerate(self.findings):
            if len(said) == most:
                break
            said.setdefault(finding.detail, index)
        chosen = set(said.values())
        others = (i for i in range(len(self.findings)) if i not in chosen)
        chosen |= set(islice(others, most - len(said)))
        return [self.findings[i] for i in sorted(chosen)]


@dataclass(frozen=True)
class Section:
    """One task, or another path that was asked for, and what was found there."""

    path: str
    summary: TaskSummary | None
    groups: Sequence[Group]

    @property
    def title(self) -> str:
        """The path as it can be shown."""
        return shown(self.path) or "all tasks together"

    def number(self, severity: Severity) -> int:
        """How many findings of that severity there are."""
        return sum(len(g.findings) for g in self.groups if g.severity is severity)

    @property
    def gravity(self) -> tuple[int, ...]:
        """Sorts the sections with the most errors first."""
        return tuple(-self.number(severity) for severity in Severity)


def sections(report: Report) -> tuple[Section, ...]:
    """Part the findings by task and by rule, each in the report's order."""
    summaries = {task.path: task for task in report.tasks}
    parted: dict[str, dict[tuple[Severity, str], list[Finding]]] = {
        path: {} for path in summaries
    }
    for finding in report.findings:
        rules = parted.setdefault(finding.task, {})
        rules.setdefault((finding.severity, finding.rule.code), []).append(finding)
    return tuple(
        Section(path, summaries.get(path), _groups(rules))
        for path, rules in sorted(parted.items())
    )


def _groups(rules: Mapping[tuple[Severity, str], list[Finding]]) -> Sequence[Group]:
    return [Group(f[0].rule, severity, f) for (severity, _), f in rules.items()]


def gravest_first(report: Report) -> list[tuple[Section, Group]]:
    """List the groups of all sections, errors before warnings before notes."""
    pairs = [(s, g) for s in sections(report) for g in s.groups]
    return sorted(pairs, key=lambda pair: pair[1].severity.rank)


def address(finding: Finding) -> str:
    """Return the path of the file as reached from where the command was started."""
    return posixpath.normpath(posixpath.join(finding.task, finding.where.path))


def rules_used(report: Report) -> list[Rule]:
    """List the rules that found something, by code."""
    used = {finding.rule.code: finding.rule for finding in report.findings}
    return [used[code] for code in sorted(used)]


def version(report: Report) -> str:
    """Return the version of the tool that made the report."""
    return report.versions.get(DISTRIBUTION, "0")


class Verdict(StrEnum):
    """What a report comes to; undecided if the run did not see everything."""

    PASSED = "passed"
    FAILED = "failed"
    UNDECIDED = "undecided"


def verdict(report: Report, options: Options) -> Verdict:
    """Judge the report."""
    if any(options.fails(severity) for severity in tally(report)):
        return Verdict.FAILED
    if report.failures or not report.complete:
        return Verdict.UNDECIDED
    return Verdict.PASSED


def tally(report: Report) -> Counter[Severity]:
    """Count the findings of each severity."""
    return Counter(finding.severity for finding in report.findings)


def numbers(count: Callable[[Severity], int]) -> str:
    """Say how many errors, warnings and notes there are, those of which there are any."""
    return ", ".join(plural(count(s), s) for s in Severity if count(s))


def conclusion(report: Report, options: Options) -> str:
    """Say the verdict and what it rests on."""
    found = tally(report)
    notes = found.pop(Severity.NOTE, 0)
    said = [numbers(found.__getitem__) + _spread(report)] if found else []
    said += [plural(notes, "note")] if notes else []
    nothing = "nothing found" if report.complete else "nothing found so far"
    return f"{verdict(report, options).upper()}: {'; '.join(said) or nothing}."


def _spread(report: Report) -> str:
    """Say in how many tasks there are errors or warnings, unless there is only one."""
    hit = {f.task for f in report.findings if f.severity is not Severity.NOTE}
    tasks = {task.path for task in report.tasks}
    others = hit - tasks
    if len(tasks | others) == 1:
        return ""
    inside = f"{len(hit & tasks):,} of {plural(len(tasks), 'task')}"
    outside = f"{plural(len(others), 'other path')}"
    return " in " + " and ".join(
        [inside] * bool(hit & tasks) + [outside] * bool(others)
    )


def checked(report: Report) -> str:
    """Say how much was checked, and what was found but does not count."""
    counts = report.counts
    amount = f" ({size(counts['bytes'])})" if counts["media"] else ""
    said = (
        f"{plural(counts['tasks'], 'task')}, {plural(counts['samples'], 'sample')}, "
        f"{plural(counts['media'], 'media file')}{amount} checked."
    )
    if report.suppressed:
        said += f" {plural(report.suppressed, 'finding')} ignored as configured."
    return said


def described(task: TaskSummary) -> list[str]:
    """Say what a task is: its place, family and why, samples and media."""
    place = "/".join(filter(None, (task.modality, task.paradigm)))
    why = f" ({task.family_reason})" if task.family_reason else ""
    family = f"family {task.family}{why}" if task.family else ""
    return [*map(shown, filter(None, (place, family))), *amounts(task)]


def amounts(task: TaskSummary) -> list[str]:
    """Say how many samples and media a task has."""
    return [plural(task.samples, "sample")] + ([media(task)] if task.media else [])


def media(task: TaskSummary) -> str:
    """Say what media a task has: `60 media files (58 image, 2 mask; 3.4 MB)`."""
    kinds = sorted(task.media.items())
    amount = size(task.media_bytes)
    if len(kinds) == 1:
        return f"{plural(kinds[0][1], f'{shown(kinds[0][0])} file')} ({amount})"
    each = ", ".join(f"{number:,} {shown(kind)}" for kind, number in kinds)
    return f"{plural(sum(task.media.values()), 'media file')} ({each}; {amount})"
