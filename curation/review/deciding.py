"""Pure: what a record is worth, and what stands against accepting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from curation.report.outline import version
from curation.review.content import Content
from curation.review.record import Record, Verdict, now
from curation.review.submission import Submission
from curation.review.waiving import Waived, waived

EXAMPLES = 3
"""Places of a rule that are named."""


class Refused(Exception):
    """A decision is not taken; `reasons` say what stands against it."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


class State(StrEnum):
    """What the record says of a submission now."""

    UNREVIEWED = "unreviewed"
    ACCEPTED = "accepted"
    CHANGES_REQUESTED = "changes-requested"
    REJECTED = "rejected"
    VOID = "void"


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a submission, and the reason that is given for it."""

    state: State
    reason: str = ""


_STATES: Mapping[Verdict, State] = {
    Verdict.ACCEPT: State.ACCEPTED,
    Verdict.REQUEST_CHANGES: State.CHANGES_REQUESTED,
    Verdict.REJECT: State.REJECTED,
}


def standing(record: Record | None, content: Content) -> Standing:
    """Tell what a record says of a submission with that content.

    A verdict on another content is void.
    """
    if record is None or record.verdict is None:
        told = "there is no verdict in the record" if record else "there is no record"
        return Standing(State.UNREVIEWED, told)
    if record.content != content.digest:
        return Standing(State.VOID, _void(record, content))
    return Standing(_STATES[record.verdict], record.reason)


def _void(record: Record, content: Content) -> str:
    changes = content.changes(record.parts) if record.parts else ()
    shown = ", ".join(changes[:EXAMPLES])
    more = f" and {len(changes) - EXAMPLES} more" if len(changes) > EXAMPLES else ""
    what = f": {shown}{more}" if shown else ""
    when = f" of {record.time}" if record.time else ""
    return (
        f"the submission is not what was reviewed{what}; the verdict"
        f" {record.verdict}{when} by {record.reviewer or 'nobody named'} does not hold"
    )


def decided(
    record: Record,
    submission: Submission,
    verdict: Verdict,
    reviewer: str,
    reason: str,
) -> Record:
    """Return the record with a verdict on what the submission holds.

    Raises:
        Refused: nobody or nothing is named, or something stands against accepting.
    """
    if not reviewer.strip():
        raise Refused("nobody is named as the reviewer")
    if verdict is not Verdict.ACCEPT and not reason.strip():
        raise Refused("no reason is given; the author is to know what to change")
    if verdict is Verdict.ACCEPT and (found := tuple(objections(record, submission))):
        raise Refused(*found)
    return replace(
        record,
        content=submission.content,
        parts=submission.parts,
        tool=version(submission.report),
        reviewer=reviewer.strip(),
        verdict=verdict,
        reason=reason.strip(),
        time=now(),
    )


def objections(record: Record, submission: Submission) -> Iterator[str]:
    """Yield what stands against accepting a submission with that record."""
    report = submission.report
    for failure in report.failures:
        yield f"the tool failed, so that not all was checked: {failure}"
    if not report.tasks:
        yield "there is no task in it"
    found = waived(submission, record.waivers)
    yield from _errors(submission, found)
    for idle in found.idle:
        yield f"the waiver {idle} fits no finding; correct or remove it"
    for answer in record.rubric:
        if answer["answer"] == "no":
            yield f"the question {answer['question']} of the rubric is answered no"


def _errors(submission: Submission, found: Waived) -> Iterator[str]:
    errors = [e for e in submission.report.errors if e not in found.reasons]
    counts = Counter((e.rule.code, e.rule.slug) for e in errors)
    for (code, slug), number in sorted(counts.items()):
        own = [e for e in errors if e.rule.code == code]
        places = (
            f"{submission.relative(e.task, str(e.where))}: {e.detail}"
            for e in own[:EXAMPLES]
        )
        more = f"; and {number - EXAMPLES} more" if number > EXAMPLES else ""
        yield f"{code} {slug} is an error: {'; '.join(places)}{more}"
