"""From paths to a report: read, decode in workers, ask every rule."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from curation import document, read
from curation.finding import Report
from curation.frames import pictures
from curation.model import Where
from curation.read import Entry, Folder, Unusable
from curation.run import Read, Run
from curation.settings import Settings
from curation.task import Task, assemble
from curation.versions import versions
from curation.workers import Engine, Job, LocalPool, batched

if TYPE_CHECKING:
    from validators.gallery import Gallery

Payload = dict[str, Any]


class Progress(Protocol):
    """Is told how the decoding goes; the command line shows it as a bar."""

    def begin(self, total: int, ready: int) -> None:
        """*total* files are to be decoded, of which *ready* were known already."""

    def advance(self, task: str, number: int = 1) -> None:
        """*number* more files, the last of them in *task*."""

    def end(self) -> None:
        """Nothing follows."""


class Facts(Protocol):
    """A store of what files were found to be."""

    def find(self, jobs: Sequence[tuple[Job, tuple[int, ...]]]) -> dict[Job, Payload]:
        """Return the facts that are known, by the file's stamp or else by its content."""

    def keep(self, job: Job, stamp: tuple[int, ...], facts: Payload) -> None:
        """Remember the facts of a file."""


def validate(
    paths: Sequence[str | Path],
    settings: Settings | None = None,
    *,
    jobs: int | None = None,
    engine: Engine | None = None,
    facts: Facts | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check every task below *paths* and return what was found.

    Decoding runs in processes of its own, which do not import the program that calls this.

    Args:
        paths: Task folders, trees of tasks, annotation files or archives.
        settings: Limits and thresholds; the defaults are those of the benchmark.
        jobs: Worker processes for decoding, by default one for each processor.
        engine: What runs the decoding, by default a pool of processes on this machine.
        facts: A store of facts from earlier runs, by default none.
        progress: Is told how the decoding goes.

    Returns:
        The report. Interrupted by Ctrl-C it holds what was found so far, and
        `complete` is False.

    Raises:
        FileNotFoundError: one of *paths* does not exist or is not a file or folder.
    """
    with checked(
        paths, settings, jobs=jobs, engine=engine, facts=facts, progress=progress
    ) as (report, _):
        return report


@contextmanager
def checked(
    paths: Sequence[str | Path],
    settings: Settings | None = None,
    *,
    jobs: int | None = None,
    engine: Engine | None = None,
    facts: Facts | None = None,
    progress: Progress | None = None,
) -> Iterator[tuple[Report, tuple[Gallery, ...]]]:
    """Check as `validate` does, and give the tasks with the facts of their media too.

    What was unpacked of archives is there until the end of the context.
    """
    run = Run(settings or Settings())
    engine = engine or LocalPool(jobs or os.cpu_count() or 1, run.settings.limits)
    with read.opened(_existing(paths), run.settings.limits) as things:
        try:
            _go(things, run, engine, facts, progress)
        except KeyboardInterrupt:
            run.complete = False
        finally:
            if progress:
                progress.end()
        from curation import judging  # noqa: PLC0415

        judging.media(run)
        yield judging.report(run), tuple(run.galleries)


def examined(
    paths: Sequence[str | Path],
    settings: Settings | None = None,
    *,
    jobs: int | None = None,
    facts: Facts | None = None,
    progress: Progress | None = None,
) -> list[Gallery]:
    """Read and decode every task below *paths* as `validate` does, and judge nothing.

    Returns:
        A gallery for each task: its samples, and the facts of the media they name.
    """
    from curation import judging  # noqa: PLC0415

    run = Run(settings or Settings())
    engine = LocalPool(jobs or os.cpu_count() or 1, run.settings.limits)
    with read.opened(_existing(paths), run.settings.limits) as things:
        try:
            _read(things, run)
            decoding = Decoding(run, engine, facts, progress)
            decoding.finish()
        finally:
            if progress:
                progress.end()
        return list(judging.galleries(run))


def read_tasks(
    paths: Sequence[str | Path], settings: Settings | None = None
) -> Iterator[Task]:
    """Yield the tasks below *paths* without decoding or judging anything.

    What has no readable annotation is passed over; `validate` tells about it. Archives
    stay unpacked for as long as the iteration goes on.
    """
    run = Run(settings or Settings())
    with read.opened(_existing(paths), run.settings.limits) as things:
        _read(things, run)
        yield from (one.task for one in run.tasks if one.task is not None)


def _existing(paths: Sequence[str | Path]) -> list[Path]:
    places = [Path(path) for path in paths]
    for place in places:
        if not place.is_dir() and not place.is_file():
            raise FileNotFoundError(f"{place}: no such file or folder")
    return places


def _go(
    things: Sequence[Folder | Unusable],
    run: Run,
    engine: Engine,
    facts: Facts | None,
    progress: Progress | None,
) -> None:
    """Read all, hand the media to the workers, and judge the documents meanwhile."""
    _read(things, run)
    decoding = Decoding(run, engine, facts, progress)
    try:
        from curation import judging  # noqa: PLC0415 - the rules load while workers work

        judging.documents(run)
        versions()  # takes its time, and is remembered for the report
        decoding.finish()
    finally:
        decoding.close()


def _read(things: Sequence[Folder | Unusable], run: Run) -> None:
    for thing in things:
        if isinstance(thing, Unusable):
            run.unusable.append(thing)
        elif not thing.annotations:
            run.tasks.append(Read(thing, None, None))
        else:
            name = thing.annotations[0]
            text = document.load(thing.root / name, Where(name), run.settings.limits)
            run.tasks.append(Read(thing, text, assemble(thing, text)))


class Decoding:
    """The media of all tasks on their way through the workers."""

    def __init__(
        self, run: Run, engine: Engine, facts: Facts | None, progress: Progress | None
    ) -> None:
        self._run = run
        self._facts = facts
        self._progress = progress
        self._owners: dict[Job, str] = {}
        self._stamps: dict[Job, tuple[int, ...]] = {}
        for folder, entry, kind in _wanted(run.tasks):
            job = Job(f"{folder.root}{os.sep}{entry.path}", kind, entry.size)
            self._owners.setdefault(job, folder.shown)
            self._stamps[job] = entry.stamp
        known = facts.find(list(self._stamps.items())) if facts else {}
        run.payloads |= {(job.path, job.kind): told for job, told in known.items()}
        if progress:
            progress.begin(len(self._owners), len(known))
        self._results = self._started(engine, known)

    def _started(
        self, engine: Engine, known: Mapping[Job, Payload]
    ) -> Generator[tuple[Job, Payload]] | None:
        """Hand out what is not known yet, the files of each task together."""
        left: dict[str, list[Job]] = {}
        for job, shown in self._owners.items():
            if job not in known:
                left.setdefault(shown, []).append(job)
        options = {"video_backend": self._run.settings.video_backend}
        limits = self._run.settings.limits
        batches = [b for some in left.values() for b in batched(some, limits, options)]
        return engine.run(batches) if batches else None

    def finish(self) -> None:
        """Take in all facts as they come."""
        for job, payload in self._results or ():
            self._run.payloads[job.path, job.kind] = payload
            if self._facts:
                self._facts.keep(job, self._stamps[job], payload)
            if self._progress:
                self._progress.advance(self._owners[job])

    def close(self) -> None:
        """End what is still under way."""
        if self._results is not None:
            self._results.close()


def _wanted(tasks: Sequence[Read]) -> Iterator[tuple[Folder, Entry, str]]:
    """Yield each regular file that a task names, with the kind to decode it as."""
    for one in tasks:
        entries = {e.path: e for e in one.folder.entries}
        for ref in one.task.media if one.task else ():
            entry = entries.get(ref.file or "")
            if entry is None:
                continue
            if ref.kind != "frames" and entry.kind == "file":
                yield one.folder, entry, ref.kind
            elif ref.kind == "frames" and entry.kind == "folder":
                for frame in pictures(one.folder, entry.path):
                    yield one.folder, frame, "frame"
