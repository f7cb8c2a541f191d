"""Edge: which tasks of a benchmark go into it: those that a record accepts, as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from curation.cache import Cache
from curation.model import Json
from curation.report.wording import shown
from curation.review import listing
from curation.review import record as records
from curation.review.content import Content, content
from curation.review.deciding import objections_by_task
from curation.review.record import Record, key
from curation.review.standing import Standing, State, of_task
from curation.review.submission import (
    Submission,
    looked,
    nearest,
    record_of,
    relative,
    unread,
)
from curation.review.waiving import waived
from curation.settings import Settings
from curation.sources import Located, Unfit
from curation.validation import Facts


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A task that is not taken: its folder as it is shown, and why."""

    task: str
    why: str

    def __str__(self) -> str:
        return f"{shown(self.task)}: {shown(self.why)}"


@dataclass(frozen=True)
class Taken:
    """The tasks that are taken, and those that are left out.

    `waivers` has what was waived in each task that is taken, and `unreviewed` the tasks
    that are taken without a record, both by the folder as it is shown.
    """

    places: tuple[Located, ...] = ()
    left: tuple[LeftOut, ...] = ()
    waivers: Mapping[str, tuple[Mapping[str, Json], ...]] = field(default_factory=dict)
    unreviewed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Gate:
    """What is asked of a task before it is taken.

    Without `validated`, its record is trusted to be of a validation without errors; that
    is enough to divide it. With `unreviewed`, tasks without any record are taken too;
    what was rejected, or has changed since, is left out all the same.
    """

    settings: Settings = field(default_factory=Settings)
    validated: bool = True
    unreviewed: bool = False
    jobs: int | None = None
    facts: Facts | None = None

    def taken(self, places: Iterable[Located], root: Path) -> Taken:
        """Part the tasks of a benchmark in the folder *root* into taken and left out.

        Raises:
            Broken: a record cannot be read.
        """
        taken: list[Located] = []
        left: list[LeftOut] = []
        waivers: dict[str, tuple[Mapping[str, Json], ...]] = {}
        bare: list[str] = []
        reviews: dict[Path, _Review] = {}
        for place in places:
            shown = place.folder.shown
            path = nearest(Path(shown), root / place.source.path)
            found = records.load(record_of(path)) if path else None
            if path is None or found is None:
                if self.unreviewed:
                    taken.append(place)
                    bare.append(shown)
                else:
                    left.append(
                        LeftOut(shown, f"not reviewed; curate review {shown} shows it")
                    )
                continue
            review = reviews.setdefault(path, _Review(self, path, found))
            if why := review.objection(shown):
                left.append(LeftOut(shown, why))
                continue
            taken.append(place)
            if own := review.waivers(shown):
                waivers[shown] = own
        return Taken(tuple(taken), tuple(left), waivers, tuple(bare))


def see_some(taken: Taken) -> None:
    """See that there is a task at all.

    Raises:
        Unfit: all are left out.
    """
    if not taken.places and taken.left:
        shown = "".join(f"\n  {one}" for one in taken.left[:_SHOWN])
        more = len(taken.left) - _SHOWN
        rest = f"\n  and {more:,} more" if more > 0 else ""
        raise Unfit(
            "no task is accepted; curate review PATH --accept records that one is, and"
            f" --unreviewed takes those without a record:{shown}{rest}"
        )


_SHOWN = 10


@dataclass(frozen=True)
class _Review:
    """A submission and its record, looked at once for all tasks that are of it."""

    gate: Gate
    path: Path
    record: Record

    @cached_property
    def _held(self) -> Content:
        cache = self.gate.facts if isinstance(self.gate.facts, Cache) else None
        return content(self.path.resolve(), cache=cache)

    @cached_property
    def _before(self) -> Mapping[str, str]:
        return listing.before(record_of(self.path), self.record)

    @cached_property
    def _checked(
        self,
    ) -> tuple[
        Mapping[str, tuple[str, ...]], Mapping[str, tuple[Mapping[str, Json], ...]]
    ]:
        gate = self.gate
        with looked(
            self.path, gate.settings, jobs=gate.jobs, facts=gate.facts
        ) as submission:
            against = objections_by_task(self.record, submission)
            return against, dict(_waivers(self.record, submission))

    def objection(self, shown: str) -> str:
        """Say why a task is not taken; empty if it is."""
        task = relative(shown, self.path)
        try:
            found = of_task(self.record, self._held, task, self._before)
        except OSError as error:
            return unread(error)
        if found.state is not State.ACCEPTED:
            return _because(found, shown)
        if not self.gate.validated:
            return ""
        return "; ".join(self._checked[0][key(task)])

    def waivers(self, shown: str) -> tuple[Mapping[str, Json], ...]:
        """Return what was waived in a task."""
        if not self.gate.validated:
            return ()
        return self._checked[1].get(key(relative(shown, self.path)), ())


def _because(found: Standing, shown: str) -> str:
    words = {
        State.VOID: f"{found.reason}; curate review {shown} shows it",
        State.UNREVIEWED: f"not reviewed: {found.reason}; curate review {shown} shows it",
        State.CHANGES_REQUESTED: f"changes were requested: {found.reason}",
        State.REJECTED: f"rejected: {found.reason}",
    }
    return words[found.state]


def _waivers(
    record: Record, submission: Submission
) -> Iterator[tuple[str, tuple[Mapping[str, Json], ...]]]:
    """Yield what was waived in each task: rule, reason, and how many findings.

    The place is left out: the name of a file can be the answer, and this is published.
    """
    counts: dict[str, Counter[tuple[str, str]]] = {}
    for finding, waiver in waived(submission, record.waivers).reasons.items():
        own = counts.setdefault(submission.relative(finding.task), Counter())
        own[waiver.code, waiver.reason] += 1
    for task, some in counts.items():
        yield (
            task,
            tuple(
                {"code": code, "reason": reason, "findings": number}
                for (code, reason), number in sorted(some.items())
            ),
        )
