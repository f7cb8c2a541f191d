"""Pure: what a record is worth now, for a task and for a whole submission."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from curation.report.wording import plural, shown
from curation.review.content import Content
from curation.review.record import Record, Verdict, key

NAMED = 5
"""Files that are named where a verdict is void."""
NONE = "there is no record"
"""The reason of what nobody has reviewed."""
TASKS = 3
"""Tasks that are named of each kind."""


class State(StrEnum):
    """What the record says of a submission, or of a task, now."""

    UNREVIEWED = "unreviewed"
    ACCEPTED = "accepted"
    CHANGES_REQUESTED = "changes-requested"
    REJECTED = "rejected"
    VOID = "void"


STANDINGS: Mapping[str, str] = {
    State.UNREVIEWED: "not reviewed yet",
    State.ACCEPTED: "accepted",
    State.CHANGES_REQUESTED: "changes requested",
    State.REJECTED: "rejected",
    State.VOID: "verdict void",
}
"""What a reader is told of each state."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a submission or a task, and the reason that is given for it."""

    state: State
    reason: str = ""


_STATES: Mapping[Verdict, State] = {
    Verdict.ACCEPT: State.ACCEPTED,
    Verdict.REQUEST_CHANGES: State.CHANGES_REQUESTED,
    Verdict.REJECT: State.REJECTED,
}


def of_task(
    record: Record | None, held: Content, task: str, before: Mapping[str, str]
) -> Standing:
    """Tell what a record says of one task.

    A verdict holds for a task that is what was reviewed, whatever became of others.

    Args:
        record: The record of the submission, if there is one.
        held: What the submission holds now.
        task: The path of the task in it, empty if it is the submission.
        before: The marks of the files that were reviewed, empty where they are not known.
    """
    if record is None or record.verdict is None:
        told = "there is no verdict in the record" if record else NONE
        return Standing(State.UNREVIEWED, told)
    if record.content == held.digest:
        return Standing(_STATES[record.verdict], record.reason)
    if not record.tasks or not held.files:
        return Standing(State.VOID, _void("the submission", held, before, record))
    if key(task) not in record.tasks:
        told = f"{_verdict(record)} was on a submission without it"
        return Standing(State.UNREVIEWED, told)
    own = held.of(task)
    if record.tasks[key(task)] == own.digest:
        return Standing(_STATES[record.verdict], record.reason)
    what = "the task" if task else "the submission"
    then = Content("", before).of(task).files
    return Standing(State.VOID, _void(what, own, then, record))


def _void(what: str, now: Content, before: Mapping[str, str], record: Record) -> str:
    return (
        f"{what} is not what was reviewed{changes(now, before)};"
        f" {_verdict(record)} does not hold"
    )


def of_all(
    record: Record | None,
    held: Content,
    tasks: Sequence[str],
    before: Mapping[str, str],
) -> Standing:
    """Tell what a record says of a submission: the same as of all its tasks, or why not.

    Args:
        record: The record of the submission, if there is one.
        held: What the submission holds now.
        tasks: The paths of the tasks that the record is to be of.
        before: The marks of the files that were reviewed, empty where they are not known.
    """
    if (
        record is None
        or record.verdict is None
        or record.content == held.digest
        or not record.tasks
        or not held.files
    ):
        return of_task(record, held, "", before)
    if len(tasks) == 1:
        return of_task(record, held, tasks[0], before)
    found = {task: of_task(record, held, task, before).state for task in tasks}
    if not found:
        none = f"no task of it is left; {_verdict(record)} holds for nothing"
        return Standing(State.VOID, none)
    void = [task for task, state in found.items() if state is State.VOID]
    new = [task for task, state in found.items() if state is State.UNREVIEWED]
    holding = len(found) - len(void) - len(new)
    if not void and not new:
        return of_task(record, held, tasks[0], before)
    told = [
        *_named(
            (
                f"{shown(task)} is not what was reviewed"
                f"{changes(held.of(task), Content('', before).of(task).files)}"
                for task in void[:TASKS]
            ),
            len(void),
        ),
        *_named((f"{shown(task)} was not reviewed" for task in new[:TASKS]), len(new)),
        f"{_verdict(record)} holds for {plural(holding, 'other task') if holding else 'no task'}",
    ]
    return Standing(State.VOID if void else State.UNREVIEWED, "; ".join(told))


def _named(some: Iterable[str], number: int) -> list[str]:
    more = [f"nor {plural(number - TASKS, 'more task')}"] if number > TASKS else []
    return [*some, *more]


def _verdict(record: Record) -> str:
    when = f" of {record.time}" if record.time else ""
    return f"the verdict {record.verdict}{when} by {shown(record.reviewer) or 'nobody named'}"


def changes(now: Content, before: Mapping[str, str]) -> str:
    """Say which files differ, the first of them by name."""
    if not now.files:
        return ""
    found = now.changes(before)
    if not before:
        return " (which files differ is not known: no review.sha256 beside the record lists those that were reviewed)"
    more = f" and {len(found) - NAMED:,} more" if len(found) > NAMED else ""
    return f" ({', '.join(found[:NAMED])}{more})"
