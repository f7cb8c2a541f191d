"""The submissions that wait in a folder: state, age, findings and size of each."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from curation import archive, read
from curation.read import Unusable
from curation.report.wording import shown, size
from curation.review import record as records
from curation.review.content import is_record
from curation.review.markup import Markup, el
from curation.review.record import Broken, Record
from curation.review.standing import NONE, State
from curation.review.submission import Submission, looked, record_of
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
    `errors` and `warnings` are those that are not waived.
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
        with looked(path, settings, jobs=jobs, facts=facts) as submission:
            found.append(_row(submission))
    return sorted(found, key=lambda r: (_ORDER.index(r.state), -r.age_days, r.path))


def _row(submission: Submission) -> Row:
    record, state, reason = _state(submission)
    holds = record is not None and state not in {State.VOID, State.UNREVIEWED}
    since = _newest(submission.path)
    if holds and record and record.time:
        since = dt.datetime.fromisoformat(record.time).timestamp()
    report = submission.report
    reasons = waived(submission, record.waivers if record else ()).reasons
    counts = report.counts
    return Row(
        submission.path.as_posix(),
        state,
        reason,
        dt.datetime.fromtimestamp(since, dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        round(max(0.0, dt.datetime.now(dt.UTC).timestamp() - since) / _DAY, 2),
        sum(finding not in reasons for finding in report.errors),
        sum(finding not in reasons for finding in report.warnings),
        counts["tasks"],
        counts["samples"],
        counts["media"],
        counts["bytes"],
    )


def _state(submission: Submission) -> tuple[Record | None, State, str]:
    try:
        record = records.load(submission.record)
        found = submission.standing(record)
    except Broken as error:
        return None, State.VOID, str(error)
    return record, found.state, found.reason


def _newest(path: Path) -> float:
    """Return when the newest file of a submission was written."""
    if not path.is_dir():
        return path.stat().st_mtime
    times = [
        os.stat(os.path.join(root, name), follow_symlinks=False).st_mtime
        for root, _, files in os.walk(path)
        for name in files
        if not is_record(name)
    ]
    return max(times, default=path.stat().st_mtime)


_HEADS = (
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


def _cells(row: Row) -> tuple[str, ...]:
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
    lines = [_HEADS, *((*_cells(row), shown(row.path)) for row in found)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    left = (0, len(_HEADS) - 1)
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
    return "\n".join([*told, "", *reasons, *([""] if reasons else []), _sum(found), ""])


def _is_odd(row: Row) -> bool:
    """Whether it waits though there is a record of it."""
    return row.state is State.VOID or (
        row.state is State.UNREVIEWED and row.reason != NONE
    )


def _sum(found: Sequence[Row]) -> str:
    states = [f"{sum(r.state is s for r in found):,} {s.value}" for s in _ORDER]
    return ", ".join(one for one in states if not one.startswith("0 ")) or "none"


def as_page(found: Sequence[Row], folder: Path) -> str:
    """Return the queue as one page, which loads nothing and runs nothing."""
    digest = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        el("title", f"Submissions in {folder.name}"),
        Markup(f"<style>{_STYLE}</style>"),
    )
    table = el(
        "table",
        el("caption", _sum(found)),
        el("thead", el("tr", (el("th", name, scope="col") for name in _HEADS))),
        el("tbody", map(_line, found)),
    )
    body = el("body", el("main", el("h1", f"Submissions in {folder.name}"), table))
    return f"<!doctype html>\n{el('html', head, body, lang='en')}\n"


def _line(row: Row) -> Markup:
    name = el("a", row.path, href=row.page) if row.page else row.path
    reason = el("div", row.reason, class_="reason") if row.reason else None
    state, *numbers = _cells(row)
    return el(
        "tr",
        el("td", el("b", state, class_=state)),
        (el("td", cell, class_="number") for cell in numbers),
        el("th", name, reason, scope="row"),
    )


_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 80rem; padding: 1rem; }
main { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
caption { text-align: left; padding: .5rem 0; }
th, td { border-bottom: 1px solid #8886; padding: .4rem .6rem; text-align: left; vertical-align: top; }
.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
tbody th { font-weight: 600; overflow-wrap: anywhere; }
.reason { font-weight: 400; font-size: .9em; }
"""
