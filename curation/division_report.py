"""How a division is told: as text for a maintainer, or as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from curation.division import Division
from curation.groups import Reason, Tie
from curation.split import TaskShare

SHOWN = 20
"""Groups, and whatever else can be many, that are listed unless all are asked for."""
MEMBERS = 6
"""Samples of a group that are named."""

WORDS: Mapping[Reason, str] = {
    Reason.GROUP: "the same group",
    Reason.CONTENT: "the same file, decoded",
    Reason.QUESTION: "the same question",
    Reason.PICTURE: "pictures that look alike",
    Reason.FILM: "films that look alike",
    Reason.SOUND: "recordings that sound alike",
    Reason.FORM: "models of the same form",
    Reason.STEM: "the same question with other choices",
    Reason.EARLIER: "one group in the ledger",
}
"""What samples have in common, in words."""


def as_json(found: Division, *, dry_run: bool) -> str:
    """Return everything, in an order that does not depend on that of the samples.

    No reference is in it, and no label.
    """
    told = {
        "format": 1,
        "benchmark": found.benchmark.name,
        "version": found.version,
        "dry_run": dry_run,
        "new_entries": len(found.entries),
        "tasks": [_task(task) for task in found.split.report],
        "groups": [_group(found, members, ties) for members, ties in _grouped(found)],
        "held": [{**_sample(found, index), "why": why} for index, why in _held(found)],
        "torn": [_tie(found, tie) for tie in found.groups.torn],
        "gone": dict(sorted(found.gone.items())),
        "left_out": [{"task": one.task, "why": one.why} for one in found.left],
    }
    return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def _task(task: TaskShare) -> dict[str, object]:
    return {
        "task": task.task,
        "share": task.share,
        "reached": round(task.reached, 6),
        "open": task.open,
        "close": task.close,
        "held": task.held,
        "new": task.new,
        "groups": task.groups,
        "labels": task.labels,
        "one_sided_labels": task.one_sided,
        "small": task.small,
    }


def _sample(found: Division, index: int) -> dict[str, str]:
    uid = found.samples.gathering.uids[index]
    if index >= len(found.samples.ids):
        return {"sample": uid}
    return {
        "sample": uid,
        "task": found.samples.tasks[index],
        "id": found.samples.ids[index],
    }


def _tie(found: Division, tie: Tie) -> dict[str, object]:
    members = [_sample(found, index) for index in tie.members]
    return {"reason": tie.reason.value, "detail": tie.detail, "samples": members}


def _group(
    found: Division, members: Sequence[int], ties: Sequence[Tie]
) -> dict[str, object]:
    return {
        "samples": [_sample(found, index) for index in members],
        "ties": [_tie(found, tie) for tie in ties],
    }


def _grouped(found: Division) -> Iterator[tuple[Sequence[int], Sequence[Tie]]]:
    """Yield each group with the ties that made it, the largest first."""
    place = {i: n for n, members in enumerate(found.groups.groups) for i in members}
    ties: dict[int, list[Tie]] = {}
    for tie in found.groups.ties:
        for number in {place[i] for i in tie.members if i in place}:
            ties.setdefault(number, []).append(tie)
    for number, members in sorted(
        enumerate(found.groups.groups), key=lambda pair: (-len(pair[1]), pair[0])
    ):
        yield members, ties.get(number, [])


def _held(found: Division) -> Iterator[tuple[int, str]]:
    """Yield what is held back, and why."""
    places = {uid: index for index, uid in enumerate(found.samples.gathering.uids)}
    reasons: dict[int, list[Tie]] = {}
    for tie in found.groups.ties:
        for index in tie.members:
            if index in found.groups.held:
                reasons.setdefault(index, []).append(tie)
    for item in found.split.held:
        index = places[item.uid]
        if index in found.samples.unread:
            yield (
                index,
                f"{found.samples.unread[index]} cannot be decoded, so nobody knows what it is like",
            )
        else:
            ties = "; ".join(_told(found, tie) for tie in reasons.get(index, ()))
            yield (
                index,
                f"it ties an open sample to a close one: {ties}"
                if ties
                else "its group is on both sides",
            )


def _told(found: Division, tie: Tie) -> str:
    return f"{_why(tie)}: {_listed(found, tie.members)}"


def _why(tie: Tie) -> str:
    return f"{WORDS[tie.reason]} ({tie.detail})" if tie.detail else WORDS[tie.reason]


def _listed(found: Division, members: Sequence[int]) -> str:
    """Name samples by their tasks and ids, in that order, whatever that of the uids is."""
    known = len(found.samples.ids)
    tasks: dict[str, list[str]] = {}
    for index in members:
        if index < known:
            tasks.setdefault(found.samples.tasks[index], []).append(
                found.samples.ids[index]
            )
    parts = []
    for task, ids in sorted(tasks.items()):
        more = f" and {len(ids) - MEMBERS:,} more" if len(ids) > MEMBERS else ""
        parts.append(f"{', '.join(sorted(ids)[:MEMBERS])}{more} of {task}")
    earlier = sum(index >= known for index in members)
    parts += [f"{earlier:,} of an earlier version"] if earlier else []
    return "; ".join(parts)


def as_text(found: Division, *, dry_run: bool, verbose: bool = False) -> str:
    """Return what a maintainer wants to know, the lists cut short unless *verbose*."""
    lines = [_heading(found), "", *_table(found.split.report)]
    for title, entries in _sections(found):
        if entries:
            shown = entries if verbose else entries[:SHOWN]
            lines += ["", f"{title}:", *(f"  {entry}" for entry in shown)]
            if len(shown) < len(entries):
                lines.append(
                    f"  and {len(entries) - len(shown):,} more; --verbose lists them all"
                )
    return "\n".join(
        [
            *lines,
            "",
            written(found.benchmark.ledger, len(found.entries), dry_run=dry_run),
            "",
        ]
    )


def _heading(found: Division) -> str:
    samples, tasks = len(found.samples.ids), len(found.split.report)
    counts = f"{_count(samples, 'sample')} of {_count(tasks, 'task')}"
    return f"{found.benchmark.name}: {counts}, version {found.version}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _table(tasks: Sequence[TaskShare]) -> Iterator[str]:
    width = max((len(t.task) for t in tasks), default=0)
    yield f"{'':{width}} {'open':>8} {'close':>8} {'held':>6} {'new':>8} {'share':>8} {'wanted':>8}  labels"
    for task in tasks:
        labels = _count(task.labels, "label") if task.labels else ""
        labels += f", {task.one_sided} on one side only" if task.one_sided else ""
        yield (
            f"{task.task:{width}} {task.open:8,} {task.close:8,} {task.held:6,} {task.new:8,} "
            f"{task.reached:8.1%} {task.share:8.1%}  {labels}"
        ).rstrip()


def _sections(found: Division) -> Iterator[tuple[str, list[str]]]:
    groups = [_shown(found, *group) for group in _grouped(found)]
    torn = [_told(found, tie) for tie in found.groups.torn]
    gone = [
        f"{task}: {_count(number, 'sample')}"
        for task, number in sorted(found.gone.items())
    ]
    yield "Left out, since no review accepts them", list(map(str, found.left))
    yield (
        "Too small to split",
        [f"{t.task}: {t.small}" for t in found.split.report if t.small],
    )
    yield (
        "Held back",
        [f"{_listed(found, [index])}: {why}" for index, why in _held(found)],
    )
    yield "On both sides by the ledger, and yet alike", torn
    yield "In the ledger, and in no task any more", gone
    yield f"Kept together, {_count(len(groups), 'group')}", groups


def _shown(found: Division, members: Sequence[int], ties: Sequence[Tie]) -> str:
    if len(ties) == 1 and len(ties[0].members) == len(members):
        return f"{len(members)} samples, {_told(found, ties[0])}"
    lines = [f"{len(members)} samples: {_listed(found, members)}"]
    lines += [
        f"    {_why(tie) if tie.detail else _told(found, tie)}"
        for tie in ties[:MEMBERS]
    ]
    if len(ties) > MEMBERS:
        lines.append(f"    and {len(ties) - MEMBERS:,} ties more")
    return "\n".join(lines)


def written(file: Path, number: int, *, dry_run: bool) -> str:
    """Say how many entries the ledger got, or would get."""
    entries = "1 entry" if number == 1 else f"{number:,} entries"
    if not number:
        return f"{file}: nothing is new."
    if dry_run:
        return f"{file}: {entries} would be new; nothing was written."
    return f"{file}: {entries} added."
