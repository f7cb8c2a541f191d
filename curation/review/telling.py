"""Pure: an overview without a browser: JSON, or Markdown for a comment on a pull request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict

from curation.report.json_ import dumped
from curation.report.markdown import code, escaped
from curation.report.wording import plural, size
from curation.review.model import (
    Distribution,
    FindingGroup,
    Match,
    Overlap,
    Overview,
    Probe,
    Probes,
    TaskOverview,
)
from curation.review.quantities import amount, files, spread
from curation.review.standing import STANDINGS

FORMAT = 1
"""Grows when a reader of an older overview would misread a newer one."""
LIMIT = 60_000
"""Characters of the whole; GitHub takes 65,536 of a comment."""
RESERVE = 300
"""Characters of it that are kept for what is said of the rest."""
PLACES = 3
BARS = 8
MATCHES = 5
TEXT = 200
NAME = 400
"""Characters of a text, and of a path, that are shown."""


def as_json(overview: Overview) -> str:
    """Return an overview as one JSON document."""
    return dumped({"format": FORMAT, **asdict(overview)})


def as_markdown(overview: Overview) -> str:
    """Return an overview for a comment, the gravest first; never above the limit."""
    blocks = [*_head(overview), *_findings(overview)]
    for task in overview.tasks:
        blocks += _task(task, alone=len(overview.tasks) == 1)
    blocks += _rubric(overview)
    kept: list[str] = []
    room = LIMIT - RESERVE
    for block in blocks:
        room -= len(block) + 2
        if room < 0:
            left = len(blocks) - len(kept)
            kept.append(
                f"{plural(left, 'more part')} left out, since a comment holds no more; "
                "the page of `curate review` has all."
            )
            break
        kept.append(block)
    return "\n\n".join(kept) + "\n"


def _head(overview: Overview) -> Iterator[str]:
    counts = overview.counts
    found = ", ".join(
        plural(counts[key], key[:-1]) for key in ("errors", "warnings", "notes")
    )
    verdict = "passed" if overview.passed else "FAILED"
    yield f"### curate review: {code(overview.name, NAME)}"
    yield "\n".join([
        f"- Validation: **{verdict}**, {found}",
        f"- Review: **{STANDINGS[overview.standing]}**{_because(overview)}",
        f"- Holds {plural(counts['tasks'], 'task')}, {plural(counts['samples'], 'sample')},"
        f" {plural(counts['media'], 'media file')} ({size(counts['bytes'])});"
        f" content <code>{overview.content[:16]}</code>, curate {escaped(overview.tool)}",
    ])  # fmt: skip
    if overview.failures:
        listed = (f"- {code(failure, TEXT)}" for failure in overview.failures[:PLACES])
        yield "\n".join(["The tool itself failed:\n", *listed])


def _because(overview: Overview) -> str:
    reason = overview.standing_reason
    return f": {escaped(reason[:TEXT])}" if reason else ""


def _findings(overview: Overview) -> Iterator[str]:
    """Tell the findings of all tasks, errors before warnings before notes."""
    groups = [
        (task.path, group) for task in overview.tasks for group in task.findings
    ] + [("", group) for group in overview.others]
    order = ("error", "warning", "note")
    groups.sort(key=lambda pair: order.index(pair[1].severity))
    if groups:
        yield "#### Findings"
    for _, group in groups:
        yield _group(group)


def _group(group: FindingGroup) -> str:
    waived = f", {group.waived:,} waived" if group.waived else ""
    head = (
        f"**{group.severity} {group.code} {group.slug}** ({group.count:,}{waived}):"
        f" {escaped(group.title)}"
    )
    lines = []
    for place in group.places[:PLACES]:
        where = f"{place.path}#{place.pointer}" if place.pointer else place.path
        own = f" (waived: {escaped(place.waived[:TEXT])})" if place.waived else ""
        shown = f"{code(where, NAME)}: " if where else ""
        lines.append(f"- {shown}{code(place.detail, TEXT)}{own}")
    if group.count > PLACES:
        lines.append(f"- and {group.count - PLACES:,} more")
    return "\n".join([head, "", *lines])


def _task(task: TaskOverview, *, alone: bool) -> Iterator[str]:
    where = "" if alone or not task.path else f" ({code(task.path, NAME)})"
    yield f"#### {escaped(task.name[:TEXT])}{where}"
    kind = "/".join(filter(None, (task.modality, task.paradigm)))
    media = files(task.media)
    rows = (
        ("Kind", f"{kind}, family {code(task.family, TEXT)}"),
        ("Skill", code(task.skill, TEXT) if task.skill else "not stated"),
        ("Licence", code(task.licence, TEXT) if task.licence else "**not stated**"),
        ("Source", code(task.source, TEXT) if task.source else "not stated"),
        ("Samples", f"{task.samples:,}"),
        ("Media", f"{media} ({size(task.media_bytes)})" if media else "none"),
    )
    yield "\n".join(f"- {name}: {text}" for name, text in rows)
    if task.probes is not None:
        yield _probes(task.probes)
    if task.overlap is not None:
        yield _overlap(task.overlap)
    if task.distributions:
        yield _distributions(task.distributions)


def _probes(probes: Probes) -> str:
    if not probes.probes:
        return f"Probes: none; {escaped(probes.note)}"
    over = probes.note or plural(probes.items, "sample")
    head = (
        f"Probes, by {code(probes.metric, TEXT)} ({escaped(probes.direction)} is better,"
        f" chosen by {escaped(probes.by)}) over {escaped(over)}:"
    )
    units = {probe.unit for probe in probes.probes if probe.unit}
    score = escaped(", ".join(["Score", *units]))
    rows = [f"| Probe | {score} | |", "|---|--:|---|"]
    rows += [
        f"| {escaped(one.title)} | {_score(one)} | {escaped(one.note)} |"
        for one in probes.probes
        if one.score is not None or one.points is not None
    ]
    none: dict[str, list[str]] = {}
    for one in probes.probes:
        if one.score is None and one.points is None:
            none.setdefault(one.note, []).append(one.title.lower())
    told = [
        f"{escaped(', '.join(names))} ({escaped(why)})" for why, names in none.items()
    ]
    left = f"\nNot scored: {'; '.join(told)}." if told else ""
    return "\n".join([head, "", *rows, left]).rstrip()


def _score(probe: Probe) -> str:
    return "" if probe.score is None else f"{probe.score:.4g}"


def _overlap(overlap: Overlap) -> str:
    counts = ", ".join(f"{number:,} {how}" for how, number in overlap.counts.items())
    lines = [f"Against {code(overlap.against, NAME)}: {counts}"]
    if overlap.note:
        lines.append(f"- {escaped(overlap.note)}")
    lines += [f"- {_match(match)}" for match in overlap.matches[:MATCHES]]
    if len(overlap.matches) > MATCHES:
        lines.append(f"- and {len(overlap.matches) - MATCHES:,} more")
    return "\n".join(lines)


_HOW = {
    "bytes": "has a file of",
    "content": "has a file that decodes to what is in",
    "question": "asks what is asked in",
    "near": "is almost like",
}


def _match(match: Match) -> str:
    """Say what a sample has in common; which one of the Close set it is stays unsaid."""
    other = (
        f"{code(match.other, TEXT)} of {code(match.task, TEXT)}"
        if match.side == "open"
        else f"a close sample of {code(match.task, TEXT)}"
    )
    return f"{code(match.sample, TEXT)} {_HOW[match.how]} {other}"


def _distributions(found: Sequence[Distribution]) -> str:
    lines = ["<details><summary>Distributions</summary>", ""]
    lines += [f"- {escaped(one.title)}: {_spread(one)}" for one in found]
    return "\n".join([*lines, "", "</details>"])


def _spread(one: Distribution) -> str:
    if one.bars:
        shown = ", ".join(
            f"{code(bar.label, 40)} {bar.count:,}" for bar in one.bars[:BARS]
        )
        more = one.distinct - min(BARS, len(one.bars))
        return shown + (f" and {more:,} more" if more > 0 else "")
    if one.least is not None and one.least == one.most:
        return f"{amount(one.least, escaped(one.kind))} each"
    return escaped(spread(one))


def _rubric(overview: Overview) -> Iterator[str]:
    if not overview.rubric:
        return
    hints = {hint.question: hint for hint in overview.hints}
    lines = ["#### Questions to the reviewer", ""]
    for question in overview.rubric:
        lines.append(f"- [ ] {escaped(question.question)}")
        hint = hints.get(question.id)
        if hint is not None:
            answer = f"**{hint.answer}**: " if hint.answer else ""
            told = "; ".join(hint.evidence)
            lines.append(f"  - {answer}{escaped(told)}")
    yield "\n".join(lines)
