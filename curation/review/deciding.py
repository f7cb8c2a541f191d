"""Pure: what is decided, and what stands against accepting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import accumulate

from curation.finding import Finding
from curation.report.outline import version
from curation.report.wording import plural, shown
from curation.review.record import Record, Verdict, Waiver, now
from curation.review.submission import Submission
from curation.review.waiving import Waived, waived

EXAMPLES = 3
"""Places of a rule that are named."""


class Refused(Exception):
    """A decision is not taken; `reasons` say what stands against it."""

    def __init__(self, *reasons: str) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


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
        tasks=submission.digests,
        tool=version(submission.report),
        reviewer=reviewer.strip(),
        verdict=verdict,
        reason=reason.strip(),
        time=now(),
    )


def objections(record: Record, submission: Submission) -> Iterator[str]:
    """Yield what stands against accepting a submission with that record."""
    found = waived(submission, record.waivers)
    yield from _general(record, submission)
    for task in submission.unheld:
        yield from _unheld(submission, task)
    yield from _errors(submission, found, submission.report.errors)
    yield from _idle(found.idle)
    gone = Counter(t for t in _commented(record) if not _is_in(t, submission.digests))
    for task, number in sorted(gone.items()):
        yield (
            f"the record has {plural(number, 'comment')} on {shown(task)}, which is not"
            " there; remove what is said of it, in the page of --serve or in the record"
        )


def objections_by_task(
    record: Record, submission: Submission
) -> Mapping[str, tuple[str, ...]]:
    """Return what stands against taking each task, by its path in the submission.

    What stands against another task does not stand against it, nor does what is said of
    a task that was reviewed and is gone.
    """
    found = waived(submission, record.waivers)
    tasks = submission.digests
    errors: dict[str, list[Finding]] = {}
    for error in submission.report.errors:
        errors.setdefault(submission.relative(error.task), []).append(error)
    idle = {w: _owner(w.path, {**record.tasks, **tasks}) for w in found.idle}
    loose = [error for task in errors.keys() - tasks for error in errors[task]]
    general = (
        *_general(record, submission),
        *_errors(submission, found, loose),
        *_idle(waiver for waiver, task in idle.items() if task is None),
    )
    return {
        task: (
            *general,
            *_unheld(submission, task),
            *_errors(submission, found, errors.get(task, ())),
            *_idle(waiver for waiver, owner in idle.items() if owner == task),
        )
        for task in tasks
    }


def _general(record: Record, submission: Submission) -> Iterator[str]:
    for failure in submission.report.failures:
        yield f"the tool failed, so that not all was checked: {failure}"
    if not submission.report.tasks:
        yield "there is no task in it"
    for answer in record.rubric:
        if answer["answer"] == "no":
            yield f"the question {answer['question']} of the rubric is answered no"


def _unheld(submission: Submission, task: str) -> Iterator[str]:
    """Say which files of a task have the names of records, and so no verdict on them."""
    for path in submission.unheld.get(task, ())[:EXAMPLES]:
        yield (
            f"{shown(path)} is named by a sample, but has the name of a record of a review,"
            " for which no verdict holds; the author is to rename it"
        )


def _idle(waivers: Iterable[Waiver]) -> Iterator[str]:
    for waiver in waivers:
        yield f"the waiver {waiver} fits no finding; correct or remove it"


def _commented(record: Record) -> Iterator[str]:
    """Yield the path of what each comment is on, a task or a file in one."""
    yield from (one["task"] for one in record.samples if one.get("comment"))
    yield from (one["path"] for one in record.findings)


def _is_in(path: str, tasks: Mapping[str, str]) -> bool:
    return not path or _owner(path, tasks) is not None


def _owner(path: str, tasks: Mapping[str, str]) -> str | None:
    """Return the task that a path is of, if of one."""
    above = ("", *accumulate(path.partition("#")[0].split("/"), "{}/{}".format))
    return next((task for task in above if task in tasks), None)


def _errors(
    submission: Submission, found: Waived, errors: Iterable[Finding]
) -> Iterator[str]:
    standing = [e for e in errors if e not in found.reasons]
    counts = Counter((e.rule.code, e.rule.slug) for e in standing)
    for (code, slug), number in sorted(counts.items()):
        own = [e for e in standing if e.rule.code == code]
        places = (
            f"{submission.relative(e.task, str(e.where))}: {e.detail}"
            for e in own[:EXAMPLES]
        )
        more = f"; and {number - EXAMPLES} more" if number > EXAMPLES else ""
        yield f"{code} {slug} is an error: {'; '.join(places)}{more}"
