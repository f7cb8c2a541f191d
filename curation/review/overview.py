"""What is known of a submission, gathered from its report and its galleries."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from curation.finding import Finding, Report
from curation.report.outline import Group, Section, sections, version
from curation.review.distributions import distributions
from curation.review.hints import hints
from curation.review.model import (
    FindingGroup,
    Overlap,
    Overview,
    Place,
    Probes,
    Question,
    TaskOverview,
)
from curation.review.prober import Prober
from curation.review.record import Record, Waiver
from curation.review.rubric import of as rubric_of
from curation.review.submission import Submission
from curation.review.waiving import waived
from curation.validation import Facts
from validators.gallery import Gallery
from validators.licence import stated

Reasons = Mapping[Finding, Waiver]

PLACES = 1000
"""Places of one rule in one task that are listed."""


def overview(  # noqa: PLR0913 - one parameter a thing that it is told of
    submission: Submission,
    record: Record | None = None,
    *,
    rubric: Sequence[Question] | None = None,
    against: Path | None = None,
    jobs: int | None = None,
    facts: Facts | None = None,
    prober: Prober | None = None,
) -> Overview:
    """Gather what a machine knows of a submission, and what its record says.

    Args:
        submission: What was sent in, with its media decoded.
        record: The record of its review, if there is one.
        rubric: The questions that the reviewer answers, by default those of the
            benchmark that it lies in.
        against: A release, or a folder of accepted tasks, to compare it with.
        jobs: Worker processes for decoding what it is compared with.
        facts: A store of facts from earlier runs.
        prober: What probes the tasks meanwhile; without it that is done here.

    Raises:
        Unreviewable: there is nothing at *against* to compare with.
        Unfit: the benchmark that it lies in has a broken file.
    """
    asked = rubric_of(submission.path) if rubric is None else tuple(rubric)
    common = _common(submission, against, jobs, facts)
    report = submission.report
    reasons = waived(submission, record.waivers if record else ()).reasons
    state = submission.standing(record)
    parted = {section.path: section for section in sections(report)}
    galleries = {g.task.folder.shown: g for g in submission.galleries}
    tasks = tuple(
        _task(submission, galleries[path], section, reasons, common.get(path), prober)
        for path, section in parted.items()
        if path in galleries
    )
    others = tuple(
        _group(submission, group, reasons)
        for path, section in parted.items()
        if path not in galleries
        for group in section.groups
    )
    return Overview(
        submission.path.as_posix(),
        submission.name,
        submission.content,
        version(report),
        dict(report.versions),
        not report.errors,
        _counts(report),
        tasks,
        others,
        report.failures,
        asked,
        tuple(hints(asked, tasks)),
        state.state.value,
        state.reason,
        against.as_posix() if against else "",
    )


def _common(
    submission: Submission, against: Path | None, jobs: int | None, facts: Facts | None
) -> Mapping[str, Overlap]:
    """Return by task what it has in common with what it is compared with."""
    if against is None:
        return {}
    from curation.review.overlap import (  # noqa: PLC0415 - 200 ms of the audit
        overlaps,
    )

    return overlaps(submission, against, jobs=jobs, facts=facts)


def reviewed(found: Overview, submission: Submission, record: Record) -> Overview:
    """Return the overview as it is with another record."""
    reasons = waived(submission, record.waivers).reasons
    groups = {
        submission.relative(section.path): tuple(
            _group(submission, group, reasons) for group in section.groups
        )
        for section in sections(submission.report)
    }
    tasks = tuple(
        replace(task, findings=groups.get(task.path, ())) for task in found.tasks
    )
    paths = {task.path for task in tasks}
    others = tuple(
        one for path, some in groups.items() if path not in paths for one in some
    )
    state = submission.standing(record)
    return replace(
        found,
        tasks=tasks,
        others=others,
        standing=state.state.value,
        standing_reason=state.reason,
    )


def _counts(report: Report) -> Mapping[str, int]:
    return report.counts | {
        "errors": len(report.errors),
        "warnings": len(report.warnings),
        "notes": len(report.findings) - len(report.errors) - len(report.warnings),
    }


def _task(
    submission: Submission,
    gallery: Gallery,
    section: Section,
    reasons: Reasons,
    overlap: Overlap | None,
    prober: Prober | None,
) -> TaskOverview:
    probes = prober.begin(gallery) if prober else partial(_probes, gallery)
    task = gallery.task
    summary = section.summary
    assert summary is not None
    return TaskOverview(
        submission.relative(section.path),
        task.name,
        summary.modality or "",
        summary.paradigm,
        _said(task.envelope.get("skill")),
        task.family.id,
        task.family.title,
        summary.family_reason,
        ", ".join(stated(task)),
        _said(task.envelope.get("data_source")),
        summary.samples,
        dict(sorted(summary.media.items())),
        summary.media_bytes,
        tuple(distributions(gallery)),
        tuple(_group(submission, group, reasons) for group in section.groups),
        probes(),
        overlap,
    )


def _probes(gallery: Gallery) -> Probes:
    from curation.review.probes import probes  # noqa: PLC0415 - 200 ms of the metrics

    return probes(gallery)


def _said(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _group(submission: Submission, group: Group, reasons: Reasons) -> FindingGroup:
    rule = group.rule
    return FindingGroup(
        rule.code,
        rule.slug,
        group.severity.value,
        rule.title,
        rule.why,
        rule.fix,
        len(group.findings),
        sum(finding in reasons for finding in group.findings) if reasons else 0,
        tuple(_places(submission, group.findings[:PLACES], reasons)),
    )


def _places(
    submission: Submission, findings: Sequence[Finding], reasons: Reasons
) -> Iterator[Place]:
    for one in findings:
        waiver = reasons.get(one)
        yield Place(
            submission.relative(one.task, one.where.path),
            one.where.pointer,
            one.detail,
            one.sample,
            _index(submission, one),
            waiver.reason if waiver else "",
        )


def _index(submission: Submission, finding: Finding) -> int | None:
    """Return the index of the sample that a finding is of."""
    steps = finding.where.pointer.split("/")
    if len(steps) > 2 and steps[1] == "data" and steps[2].isdecimal():  # noqa: PLR2004
        return int(steps[2])
    if finding.sample is None:
        return None
    return submission.indices.get(finding.task, {}).get(finding.sample)
