"""Edge: a submission with all that validation has found out about it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from curation import archive
from curation import benchmark as benchmarks
from curation.finding import Report
from curation.report.wording import shown
from curation.review import listing
from curation.review.content import FILE, SUFFIX, Content, content, is_record
from curation.review.record import Record, key, load
from curation.review.standing import Standing, of_all
from curation.settings import Settings
from curation.validation import Facts, Progress, checked
from validators.media import Media

if TYPE_CHECKING:
    from validators.gallery import Gallery


LONGEST = 300
"""Characters of a path that are told where it cannot be read."""


class Unreviewable(Exception):
    """A path that cannot be reviewed; says why, and what was expected."""


@dataclass(frozen=True)
class Submission:
    """What was sent in: its report, its tasks with the facts of their media, its digest.

    `path` is what was asked for; the folders of the galleries are of it, or were unpacked
    for as long as the submission is looked at. `held` has the digests of all its files.
    """

    path: Path
    report: Report
    galleries: tuple[Gallery, ...]
    held: Content
    settings: Settings

    @property
    def name(self) -> str:
        """What it is called: the name of the folder, or of the archive."""
        return self.path.resolve().name

    @property
    def content(self) -> str:
        """The digest of all its files."""
        return self.held.digest

    @cached_property
    def digests(self) -> Mapping[str, str]:
        """The digest of each task, by its path below the submission as a record has it."""
        return {key(task): self.held.of(task).digest for task in self.tasks}

    @cached_property
    def tasks(self) -> tuple[str, ...]:
        """The path of each task below the submission, empty if it is the submission."""
        return tuple(relative(task.path, self.path) for task in self.report.tasks)

    @cached_property
    def unheld(self) -> Mapping[str, Sequence[str]]:
        """The files that samples name and that are no content of it, by their task."""
        found: dict[str, list[str]] = {}
        for gallery in self.galleries:
            shown = gallery.task.folder.shown
            named = {ref.file for ref in gallery.task.media if ref.file}
            for file in sorted(named | gallery.facts.keys()):
                if not is_record(file.rpartition("/")[2]):
                    continue
                own = found.setdefault(self.relative(shown), [])
                own.append(self.relative(shown, file))
        return found

    def standing(self, record: Record | None) -> Standing:
        """Tell what the record of its review says; tasks with a nearer one are not of it.

        Where there is none, one above it in the same benchmark speaks for it.

        Raises:
            Broken: the one above cannot be read.
        """
        if record is None and (above := _above(self)):
            return above
        here = {None, self.path}
        own = [t for t in self.tasks if nearest(self.path / t, self.path) in here]
        before = listing.before(self.record, record) if record else {}
        return of_all(record, self.held, own, before)

    @property
    def record(self) -> Path:
        """Where the record of its review lies."""
        return record_of(self.path)

    @cached_property
    def indices(self) -> Mapping[str, Mapping[str, int]]:
        """The index of each sample by the path of its task and by its id."""
        found: dict[str, dict[str, int]] = {}
        for gallery in self.galleries:
            own = found.setdefault(gallery.task.folder.shown, {})
            for index, name in enumerate(gallery.task.ids):
                if name is not None:
                    own.setdefault(name, index)
        return found

    def relative(self, task: str, path: str = "") -> str:
        """Return a path below the submission, from that of a task as a report has it.

        It is as a record can have it: what is no character is written as an escape.
        """
        return key("/".join(filter(None, (relative(task, self.path), path))))


def _above(submission: Submission) -> Standing | None:
    """Tell what a record above a submission says of it, if there is one in its benchmark."""
    whole = submission.path.resolve()
    root = next((p for p in whole.parents if (p / benchmarks.FILE).is_file()), None)
    place = nearest(whole.parent, root) if root else None
    file = record_of(place or whole)
    record = load(file) if place else None
    if place is None or record is None or not record.tasks:
        return None
    name = relative(whole.as_posix(), place)
    tasks = ["/".join(filter(None, (name, task))) for task in submission.tasks]
    held, before = submission.held.within(name), listing.before(file, record)
    found = of_all(record, held, tasks, before)
    home = whole if whole.is_dir() else whole.parent
    return replace(found, reason=f"by {os.path.relpath(file, home)}: {found.reason}")


def relative(task: str, submission: Path) -> str:
    """Return the path of a task below a submission; empty if it is the submission."""
    path, top = PurePosixPath(task), PurePosixPath(submission.as_posix())
    if not path.is_relative_to(top):
        return task
    inner = path.relative_to(top).as_posix()
    return "" if inner == "." else inner


def record_of(path: Path) -> Path:
    """Return where the record of a submission lies: in its folder, or beside an archive."""
    return path / FILE if path.is_dir() else path.with_name(path.name + SUFFIX)


def nearest(task: Path, top: Path) -> Path | None:
    """Return the nearest thing with a record that a task is of, from itself up to *top*."""
    for place in (task, *task.parents):
        record = record_of(place)
        if _is_submission(place) and (record.exists() or record.is_symlink()):
            return place
        if place == top or len(place.parts) <= len(top.parts):
            break
    return None


def _is_submission(path: Path) -> bool:
    return path.is_dir() or (path.is_file() and archive.is_archive(path.name))


def see(path: Path) -> None:
    """See that a path can be reviewed.

    Raises:
        Unreviewable: it is no folder and no archive.
    """
    if _is_submission(path):
        return
    what = "is neither" if path.exists() else "does not exist"
    raise Unreviewable(
        f"{path} {what}; expected the folder of a submission, or an archive of it"
        f" ({', '.join(archive.SUFFIXES)})"
    )


@contextmanager
def looked(
    path: Path,
    settings: Settings | None = None,
    *,
    jobs: int | None = None,
    facts: Facts | None = None,
    progress: Progress | None = None,
) -> Iterator[Submission]:
    """Validate a submission once, and give its report and its tasks with their media.

    What was unpacked of an archive is gone at the end of the context.

    Raises:
        Unreviewable: it is no folder and no archive, or a file in it cannot be read.
        KeyboardInterrupt: it was interrupted before all was looked at.
    """
    see(path)
    settings = settings or Settings()
    with checked([path], settings, jobs=jobs, facts=facts, progress=progress) as (
        report,
        galleries,
    ):
        if not report.complete:
            raise KeyboardInterrupt
        try:
            found = _content(path, galleries)
        except OSError as error:
            raise Unreviewable(unread(error)) from None
        yield Submission(path, report, galleries, found, settings)


def unread(error: OSError) -> str:
    """Say which file cannot be read, and why; its path may be longer than any line."""
    return f"{shown(str(error.filename), LONGEST)} cannot be read: {error.strerror}"


def _content(path: Path, galleries: Sequence[Gallery]) -> Content:
    """Digest a submission; what was decoded was hashed already, or known by its stamp."""
    known = {
        os.path.join(gallery.task.folder.root, inner): media.sha256
        for gallery in galleries
        for inner, media in gallery.facts.items()
        if isinstance(media, Media)
    }
    top = path.resolve()
    return content(top, known)
