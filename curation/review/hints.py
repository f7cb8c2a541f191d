"""Pure: what a machine can say to the questions that a reviewer answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from curation.report.wording import plural
from curation.review.model import FindingGroup, Hint, Probe, Question, TaskOverview
from validators.licence import KNOWN, OPEN_ENDED

PRIVATE = frozenset({
    "AUD008", "AUD011", "IMG006", "IMG007", "TXT031", "TXT032", "VID007", "VID008",
})  # fmt: skip
"""Rules on what tells of a person or of a place."""
NEAR = 0.9
"""Share of the oracle's points from which a probe is as good as an answer."""

Told = Iterator[tuple[str, str]]
"""Answers (yes, no, or nothing) with what speaks for them."""


def hints(rubric: Sequence[Question], tasks: Sequence[TaskOverview]) -> Iterator[Hint]:
    """Say to each question what its evidence is; a no outweighs all else."""
    for question in rubric:
        answers: set[str] = set()
        said: dict[str, list[str]] = {}
        for task in tasks:
            for name in question.evidence:
                for answer, told in _EVIDENCE[name](task):
                    answers.add(answer)
                    said.setdefault(told, []).append(task.name)
        whole = "no" if "no" in answers else ""
        if not whole and answers == {"yes"}:
            whole = "yes"
        if said:
            each = (_of(told, names, len(tasks)) for told, names in said.items())
            yield Hint(question.id, whole, tuple(each))


def _of(told: str, names: Sequence[str], tasks: int) -> str:
    """Say of which tasks it is told, unless there is one only."""
    if tasks == 1:
        return told
    if len(names) == tasks:
        return f"all {tasks} tasks: {told}"
    return f"{', '.join(names)}: {told}"


def _oracle(task: TaskOverview) -> Told:
    for probe in _probes(task, "oracle"):
        if probe.points is not None and probe.points >= 100:  # noqa: PLR2004
            yield "", "the references score full marks by the task's own metric"
        elif probe.score is not None or probe.note:
            score = "no value" if probe.score is None else f"{probe.score:.4g}"
            yield "", f"the references themselves score {score}: {probe.note}"
    if task.probes is not None and not task.probes.probes:
        yield "", task.probes.note


def _blind(task: TaskOverview) -> Told:
    blind = list(_probes(task, "majority", "longest", "first", "text", "input"))
    if not blind:
        return
    best = max(blind, key=lambda probe: probe.points or 0.0)
    whole = next(_probes(task, "oracle"), None)
    if best.points is None or whole is None or not whole.points:
        scores = "; ".join(_scored(p) for p in blind if p.score is not None)
        if scores:
            yield "", scores
        return
    near = best.points >= NEAR * whole.points
    yield (
        "no" if near else "",
        f"{best.title.lower()} scores {best.points:.1f} points, the reference"
        f" {whole.points:.1f}",
    )


def _scored(probe: Probe) -> str:
    unit = f" ({probe.unit})" if probe.unit else ""
    return f"{probe.title.lower()} scores {probe.score:.4g}{unit}"


def _probes(task: TaskOverview, *names: str) -> Iterator[Probe]:
    for probe in task.probes.probes if task.probes else ():
        if probe.name in names:
            yield probe


def _licence(task: TaskOverview) -> Told:
    if not task.licence:
        yield "no", "no licence is stated"
    else:
        stated = [one.strip() for one in task.licence.split(",")]
        odd = [one for one in stated if one not in KNOWN or one in OPEN_ENDED]
        for one in odd:
            yield "", f"the licence {one!r} is no id of a known licence"
        if not odd:
            yield "", f"the licence stated is {task.licence}"
    yield "", f"the source stated is {task.source or 'none'}"


def _private(task: TaskOverview) -> Told:
    found = False
    for group in task.findings:
        if group.code in PRIVATE:
            found = True
            yield "", _found(group)
    if not found:
        yield "", "no address, number or place of a person was found by rule"


def _duplicates(task: TaskOverview) -> Told:
    for group in task.findings:
        if group.code.startswith("DUP"):
            yield "", _found(group)


def _found(group: FindingGroup) -> str:
    title = group.title.rstrip(".")
    return f"{group.code}, {plural(group.count, 'place')}: {title}"


def _overlap(task: TaskOverview) -> Told:
    overlap = task.overlap
    if overlap is None:
        yield "", "not compared with an accepted benchmark; --against does"
        return
    new = overlap.counts.get("new", 0)
    if new == task.samples:
        yield "", f"nothing in common with {overlap.against} was found"
        return
    known = ", ".join(
        f"{number:,} {how}"
        for how, number in overlap.counts.items()
        if number and how != "new"
    )
    yield (
        "no" if not new else "",
        f"{task.samples - new:,} of {task.samples:,} samples are in {overlap.against}"
        f" already ({known})",
    )


_EVIDENCE: Mapping[str, Callable[[TaskOverview], Told]] = {
    "probes": _blind,
    "oracle": _oracle,
    "licence": _licence,
    "private": _private,
    "overlap": _overlap,
    "duplicates": _duplicates,
}
