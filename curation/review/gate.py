"""Edge: which tasks of a benchmark go into it: those that a record accepts, as they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from curation import archive
from curation.cache import Cache
from curation.model import Json
from curation.review import record as records
from curation.review.content import content
from curation.review.deciding import State, objections, standing
from curation.review.record import Record
from curation.review.submission import Submission, looked, record_of
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
        return f"{self.task}: {self.why}"


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
            found = _covering(Path(shown), root / place.source.path)
            if found is None:
                if self.unreviewed:
                    taken.append(place)
                    bare.append(shown)
                else:
                    left.append(
                        LeftOut(shown, f"not reviewed; curate review {shown} shows it")
                    )
                continue
            review = reviews.setdefault(found[0], _Review(self, *found))
            if review.objection:
                left.append(LeftOut(shown, review.objection))
                continue
            taken.append(place)
            if own := review.waivers.get(shown, ()):
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


def _covering(shown: Path, top: Path) -> tuple[Path, Record] | None:
    """Return the nearest submission with a record that a task is of, and the record."""
    for place in (shown, *shown.parents):
        if place.is_dir() or (place.is_file() and archive.is_archive(place.name)):
            found = records.load(record_of(place))
            if found is not None:
                return place, found
        if place == top or len(place.parts) <= len(top.parts):
            break
    return None


@dataclass(frozen=True)
class _Review:
    """A submission and its record, looked at once for all tasks that are of it."""

    gate: Gate
    path: Path
    record: Record

    @cached_property
    def _checked(self) -> tuple[str, Mapping[str, tuple[Mapping[str, Json], ...]]]:
        gate = self.gate
        cache = gate.facts if isinstance(gate.facts, Cache) else None
        found = standing(self.record, content(self.path.resolve(), cache=cache))
        if found.state is not State.ACCEPTED:
            return _because(found.state, found.reason), {}
        if not gate.validated:
            return "", {}
        with looked(
            self.path, gate.settings, jobs=gate.jobs, facts=gate.facts
        ) as submission:
            against = "; ".join(objections(self.record, submission))
            return against, dict(_waivers(self.record, submission))

    @property
    def objection(self) -> str:
        """Why its tasks are not taken; empty if they are."""
        return self._checked[0]

    @property
    def waivers(self) -> Mapping[str, tuple[Mapping[str, Json], ...]]:
        """What was waived, by task."""
        return self._checked[1]


def _because(state: State, reason: str) -> str:
    if state is State.VOID:
        return reason
    words = {
        State.UNREVIEWED: "not decided",
        State.CHANGES_REQUESTED: "changes were requested",
        State.REJECTED: "rejected",
    }
    return f"{words[state]}: {reason}"


def _waivers(
    record: Record, submission: Submission
) -> Iterator[tuple[str, tuple[Mapping[str, Json], ...]]]:
    """Yield what was waived in each task: rule, reason, and how many findings.

    The place is left out: the name of a file can be the answer, and this is published.
    """
    counts: dict[str, Counter[tuple[str, str]]] = {}
    for finding, waiver in waived(submission, record.waivers).reasons.items():
        own = counts.setdefault(finding.task, Counter())
        own[waiver.code, waiver.reason] += 1
    for task, some in counts.items():
        yield (
            task,
            tuple(
                {"code": code, "reason": reason, "findings": number}
                for (code, reason), number in sorted(some.items())
            ),
        )
