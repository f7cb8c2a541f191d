"""What a served page asks for: the page with the newest record, samples, and to save."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from threading import Lock

from curation.model import Json
from curation.review import listing, page, record
from curation.review.content import content, stamped
from curation.review.deciding import Refused, decided
from curation.review.model import Overview
from curation.review.overview import reviewed
from curation.review.record import Record
from curation.review.standing import changes
from curation.review.submission import Submission
from curation.workers import Engine


class Undecided(Exception):
    """A verdict was refused; all else was saved. Holds the record that there is now."""

    def __init__(self, reasons: str, current: Record) -> None:
        super().__init__(reasons)
        self.current = current


@dataclass
class Desk:
    """A submission that is being reviewed in one or several windows.

    `engine` draws media. What is drawn for the page is drawn once.
    """

    submission: Submission
    overview: Overview
    engine: Engine
    _busy: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        self._stamp = stamped(self.submission.path.resolve())

    @cached_property
    def _data(self) -> Mapping[str, Json]:
        return page.data(self.submission, self.overview, self.engine)

    def prepare(self) -> None:
        """Draw what the page shows, so that it is there when it is asked for."""
        with self._busy:
            len(self._data)

    def page(self) -> str:
        """Return the page with the record as it is now.

        Raises:
            Broken: the record cannot be read.
        """
        current = self._current()
        with self._busy:
            found = reviewed(self.overview, self.submission, current)
            return page.written(found, self._data, current, served=True)

    def sample(self, task: int, index: int) -> Mapping[str, Json]:
        """Return one sample of the task with that place.

        Raises:
            LookupError: there is none.
        """
        with self._busy:
            return page.sample(self.submission, task, index, self.engine)

    def _current(self) -> Record:
        found = record.load(self.submission.record)
        return found or Record(content=self.submission.content)

    def save(self, told: Json, revision: int) -> Record:
        """Save a record that was made from the one of that revision.

        What a record says of itself (revision, content, tool, time) is not taken from it.

        Raises:
            Misfit: it does not fit the schema.
            Overtaken: somebody else has saved since.
            Undecided: the verdict was refused, and all else was saved.
            Broken: it cannot be written.
        """
        given = record.parsed(told)
        refused: list[str] = []

        def make(current: Record) -> Record:
            refused.clear()
            kept = replace(
                given,
                content=current.content if current.verdict else self.submission.content,
                tasks=current.tasks,
                tool=current.tool or self.overview.tool,
                time=current.time,
            )
            # The same verdict is a new one where it is said of another content.
            if _decision(given) == _decision(current):
                return kept
            if given.verdict is None:
                return replace(kept, time=None)
            try:
                return self._decided(kept)
            except Refused as error:
                refused.extend(error.reasons)
                if (
                    current.verdict is None
                ):  # who and why stay written for the next time
                    return replace(kept, verdict=None)
                return replace(
                    kept,
                    verdict=current.verdict,
                    reviewer=current.reviewer,
                    reason=current.reason,
                )

        saved = record.change(self.submission.record, make, revision)
        if refused:
            raise Undecided("; ".join(refused), saved)
        return saved

    def _decided(self, given: Record) -> Record:
        self._see_unchanged()
        assert given.verdict is not None
        found = decided(
            given, self.submission, given.verdict, given.reviewer, given.reason
        )
        listing.keep(self.submission.record, self.submission.held)
        return found

    def _see_unchanged(self) -> None:
        """See that the submission is still what the page shows.

        Raises:
            Refused: it is not.
        """
        top = self.submission.path.resolve()
        try:
            stamp = stamped(top)
            if stamp == self._stamp:
                return
            now, then = content(top), self.submission.held
        except OSError as error:
            raise Refused(f"the submission cannot be read: {error}") from None
        if now.digest != then.digest:
            raise Refused(
                f"the submission has changed since this page was made{changes(now, then.files)}; start"
                " curate review --serve again"
            )
        self._stamp = stamp


def _decision(one: Record) -> tuple[object, ...]:
    of = one.content if one.verdict else None
    return one.verdict, one.reviewer.strip(), one.reason.strip(), of
