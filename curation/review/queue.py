"""The submissions that wait in a folder: state, age, findings and size of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from curation import archive, read
from curation.read import Unusable
from curation.report.wording import shown, size
from curation.review import record as records
from curation.review.content import files_below
from curation.review.record import Broken, Record
from curation.review.standing import NONE, State
from curation.review.submission import Submission, Unreviewable, looked, record_of
from curation.review.waiving import waived
from curation.settings import Settings
from curation.validation import Facts

_ORDER = (
    State.VOID,
    State.UNREVIEWED,
    State.CHANGES_REQUESTED,
    State.ACCEPTED,
    State.REJECTED,
)
"""What waits for a reviewer comes first."""
_DAY = 86400


@dataclass(frozen=True)
class Row:
    """One submission.

    `since` is the time of the verdict where it holds, and else that of the newest file;
    `errors` and `warnings` are those that are not waived; `bytes` are of all files.
    """

    path: str
    state: State
    reason: str
    since: str
    age_days: float
    errors: int
    warnings: int
    tasks: int
    samples: int
    media: int
    bytes: int
    page: str = ""


def submissions(folder: Path, settings: Settings) -> list[Path]:
    """List the submissions below a folder.

    Each is what has a record; where there is none it is one task, or one archive.
    """
    found: dict[Path, None] = {}
    with read.opened([folder], settings.limits) as things:
        for thing in things:
            if isinstance(thing, Unusable) and Path(thing.shown) == folder:
                continue  # there is nothing in it at all
            found.setdefault(_submission(Path(thing.shown), folder))
    return list(found)


def _submission(task: Path, top: Path) -> Path:
    """Return the submission that a task is of."""
    own = task
    for place in (task, *task.parents):
        packed = place.is_file() and archive.is_archive(place.name)
        if packed or not own.exists():
            own = place
        if (place.is_dir() or packed) and record_of(place).exists():
            return place
        if len(place.parts) <= len(top.parts):
            break
    return own


def rows(
    folder: Path,
    settings: Settings,
    *,
    jobs: int | None = None,
    facts: Facts | None = None,
) -> list[Row]:
    """Look at all submissions below a folder; those that wait come first, oldest first."""
    found = []
    for path in submissions(folder, settings):
        if not path.is_dir() and not archive.is_archive(path.name):
            continue
        try:
            with looked(path, settings, jobs=jobs, facts=facts) as submission:
                found.append(_row(submission))
        except Unreviewable as error:
            found.append(_unread(path, str(error)))
    return sorted(found, key=lambda r: (_ORDER.index(r.state), -r.age_days, r.path))


def _row(submission: Submission) -> Row:
    record, state, reason = _state(submission)
    holds = record is not None and state not in {State.VOID, State.UNREVIEWED}
    since, whole = _newest(submission.path)
    if holds and record and record.time:
        since = dt.datetime.fromisoformat(record.time).timestamp()
    report = submission.report
    reasons = waived(submission, record.waivers if record else ()).reasons
    counts = report.counts
    return Row(
        submission.path.as_posix(),
        state,
        reason,
        *_aged(since),
        sum(finding not in reasons for finding in report.errors),
        sum(finding not in reasons for finding in report.warnings),
        counts["tasks"],
        counts["samples"],
        counts["media"],
        whole,
    )


def _unread(path: Path, reason: str) -> Row:
    """Return the row of a submission that cannot be read whole, of which nothing is counted."""
    since = path.stat().st_mtime
    return Row(
        path.as_posix(), State.UNREVIEWED, reason, *_aged(since), 0, 0, 0, 0, 0, 0
    )


def _aged(since: float) -> tuple[str, float]:
    """Return a time as it is told, and the days since then."""
    days = (dt.datetime.now(dt.UTC).timestamp() - since) / _DAY
    told = dt.datetime.fromtimestamp(since, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return told, round(max(0.0, days), 2)


def _state(submission: Submission) -> tuple[Record | None, State, str]:
    try:
        record = records.load(submission.record)
        found = submission.standing(record)
    except Broken as error:
        return None, State.VOID, str(error)
    return record, found.state, found.reason


def _newest(path: Path) -> tuple[float, int]:
    """Return when the newest file of a submission was written, and the bytes of all."""
    if not path.is_dir():
        return path.stat().st_mtime, path.stat().st_size
    facts = [file.lstat() for _, file in files_below(path)]
    newest = max((one.st_mtime for one in facts), default=path.stat().st_mtime)
    return newest, sum(one.st_size for one in facts)


HEADS = (
    "State",
    "Age",
    "Errors",
    "Warnings",
    "Tasks",
    "Samples",
    "Size",
    "Submission",
)


def age(days: float) -> str:
    """Say an age in words: `3 h`, `2 days`."""
    if days < 1:
        return f"{days * 24:.0f} h"
    return f"{days:.0f} day{'' if round(days) == 1 else 's'}"


def cells(row: Row) -> tuple[str, ...]:
    """Return what stands in a row before the name of the submission."""
    return (
        row.state.value,
        age(row.age_days),
        f"{row.errors:,}",
        f"{row.warnings:,}",
        f"{row.tasks:,}",
        f"{row.samples:,}",
        size(row.bytes),
    )


def as_text(found: Sequence[Row]) -> str:
    """Return the queue as a table for a terminal."""
    lines = [HEADS, *((*cells(row), shown(row.path)) for row in found)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    left = (0, len(HEADS) - 1)
    told = [
        "  ".join(
            cell.ljust(width) if place in left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    ]
    reasons = [
        f"{shown(row.path)}: {shown(row.reason)}" for row in found if _is_odd(row)
    ]
    return "\n".join(
        [*told, "", *reasons, *([""] if reasons else []), summed(found), ""]
    )


def _is_odd(row: Row) -> bool:
    """Whether it waits though there is a record of it."""
    return row.state is State.VOID or (
        row.state is State.UNREVIEWED and row.reason != NONE
    )


def summed(found: Sequence[Row]) -> str:
    """Count the submissions by their states."""
    states = [f"{sum(r.state is s for r in found):,} {s.value}" for s in _ORDER]
    return ", ".join(one for one in states if not one.startswith("0 ")) or "none"
