"""From paths to a report: read, decode in workers, ask every rule."""

from __future__ import annotations

import difflib
import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any, Protocol

from curation import document, read
from curation.configuration import kept
from curation.finding import Finding, Report, Rule, RuleCrash, TaskSummary, examine
from curation.model import MediaRef, Where
from curation.read import Folder, Unusable
from curation.settings import Settings
from curation.task import Task, assemble
from curation.versions import versions
from curation.workers import Engine, Job, LocalPool, batched
from validators import FACTS, RULES
from validators.gallery import Collection, Gallery
from validators.shapes import geometries
from validators.media import Media, Named, Reason, Unreadable
from validators.schema import departures
from validators.video import Frames

PICTURES = frozenset(".png .jpg .jpeg .gif .webp .bmp .tif .tiff .ppm .avif .jp2".split())
"""Endings of the files that are taken for frames."""

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


@dataclass
class _State:
    """What one run has come to know; it is reported from here even when interrupted."""

    findings: list[Finding] = field(default_factory=list)
    crashes: list[str] = field(default_factory=list)
    tasks: list[tuple[Folder, Task | None]] = field(default_factory=list)
    payloads: dict[tuple[str, str], Payload] = field(default_factory=dict)
    galleries: list[Gallery] = field(default_factory=list)
    complete: bool = True

    def add(self, found: Iterable[Finding | RuleCrash]) -> None:
        for one in found:
            if isinstance(one, RuleCrash):
                self.crashes.append(str(one))
            else:
                self.findings.append(one)


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
    settings = settings or Settings()
    places = [Path(p) for p in paths]
    for place in places:
        if not place.is_dir() and not place.is_file():
            raise FileNotFoundError(f"{place}: no such file or folder")
    engine = engine or LocalPool(jobs or os.cpu_count() or 1, settings.limits)
    state = _State()
    with read.opened(places, settings.limits) as things:
        try:
            _run(things, settings, engine, facts, progress, state)
        except KeyboardInterrupt:
            state.complete = False
            _judge_media(state, settings)
        finally:
            if progress:
                progress.end()
    return _report(state, settings)


def _run(
    things: Sequence[Folder | Unusable],
    settings: Settings,
    engine: Engine,
    facts: Facts | None,
    progress: Progress | None,
    state: _State,
) -> None:
    for thing in things:
        if isinstance(thing, Unusable):
            state.add(examine([thing], RULES, settings, thing.shown))
        else:
            _read(thing, settings, state)
    _decode(settings, engine, facts, progress, state)
    _judge_media(state, settings)


def _read(folder: Folder, settings: Settings, state: _State) -> None:
    """Read one task and ask the rules that need no media."""
    state.add(examine([folder], RULES, settings, folder.shown))
    if not folder.annotations:
        nothing = Unusable(folder.shown, "no-task", "no annotation.json in it")
        state.add(examine([nothing], RULES, settings, folder.shown))
        state.tasks.append((folder, None))
        return
    name = folder.annotations[0]
    text = document.load(folder.root / name, Where(name), settings.limits)
    state.add(examine(text.oddities, RULES, settings, folder.shown))
    task = assemble(folder, text)
    state.tasks.append((folder, task))
    if task is None:
        if text.value is not None:
            odd = document.TextOddity(
                Where(name), document.Oddity.NOT_AN_OBJECT, "data, the list of samples, is missing"
            )
            state.add(examine([odd], RULES, settings, folder.shown))
        return
    subjects = (task.choice, *task.drifts, task)
    for group in (subjects, departures(task), task.columns(), _named(task)):
        state.add(examine(group, RULES, settings, folder.shown))


def _named(task: Task) -> Iterator[Named]:
    entries = {e.path: e.kind for e in task.folder.entries}
    files = [p for p, kind in entries.items() if kind == "file"]
    hints = 0
    for ref in task.media:
        nearest = None
        if ref.file is None and hints < HINTS:
            hints += 1
            nearest = _nearest(ref.given, files)
        yield Named(
            ref=ref,
            entry=entries.get(ref.file) if ref.file else None,
            nearest=nearest,
            convention=_convention(ref),
        )


HINTS = 50
"""Missing files per task for which the nearest name is looked for."""


def _nearest(given: str, files: Sequence[str]) -> str | None:
    base = posixpath.basename(given.replace("\\", "/"))
    names = {posixpath.basename(f): f for f in files}
    close = difflib.get_close_matches(base, names, n=1, cutoff=0.7)
    return names[close[0]] if close else None


def _convention(ref: MediaRef) -> str:
    path = ref.given.replace("\\", "/")
    if path.startswith(("/", "~")) or path[1:3] == ":/" or "://" in path:
        return "absolute"
    if posixpath.normpath(path).startswith(".."):
        return "outside" if ref.file is None else "task"
    return "task" if ref.file == posixpath.normpath(path) else "folder"


def _decode(
    settings: Settings,
    engine: Engine,
    facts: Facts | None,
    progress: Progress | None,
    state: _State,
) -> None:
    """Decode what the samples name, each file once, task after task."""
    owners: dict[Job, str] = {}
    stamps: dict[Job, tuple[int, ...]] = {}
    for folder, task in state.tasks:
        for path, kind, entry in _wanted(task):
            job = Job(str(folder.root / path), kind, entry.size)
            owners.setdefault(job, folder.shown)
            stamps[job] = entry.stamp
    known = facts.find(list(stamps.items())) if facts else {}
    for job, payload in known.items():
        state.payloads[job.path, job.kind] = payload
    left: dict[str, list[Job]] = {}
    for job, shown in owners.items():
        if job not in known:
            left.setdefault(shown, []).append(job)
    if progress:
        progress.begin(len(owners), len(known))
    options = {"video_backend": settings.video_backend}
    batches = [b for js in left.values() for b in batched(js, settings.limits, options)]
    for job, payload in engine.run(batches) if batches else ():
        state.payloads[job.path, job.kind] = payload
        if facts:
            facts.keep(job, stamps[job], payload)
        if progress:
            progress.advance(owners[job])


def _wanted(task: Task | None) -> Iterator[tuple[str, str, read.Entry]]:
    """Yield each regular file that a task names, with the kind to decode it as."""
    if task is None:
        return
    entries = {e.path: e for e in task.folder.entries}
    for ref in task.media:
        entry = entries.get(ref.file or "")
        if entry is None:
            continue
        if ref.kind != "frames" and entry.kind == "file":
            yield entry.path, ref.kind, entry
        elif ref.kind == "frames" and entry.kind == "folder":
            for frame in _frames(entry.path, task.folder.entries)[0]:
                yield frame.path, "frame", frame


def _frames(folder: str, entries: Sequence[read.Entry]) -> tuple[list[read.Entry], list[str]]:
    """List the pictures in a folder of frames in natural order, and what else is in it."""
    inside = [
        e for e in entries if e.kind == "file" and posixpath.dirname(e.path) == folder
    ]
    pictures = [e for e in inside if PurePosixPath(e.path).suffix.lower() in PICTURES]
    others = [posixpath.basename(e.path) for e in inside if e not in pictures]
    return sorted(pictures, key=lambda e: _natural(e.path)), others


def _natural(path: str) -> tuple[tuple[int, int | str], ...]:
    import re  # noqa: PLC0415

    return tuple((0, int(p)) if p.isdigit() else (1, p) for p in re.split(r"(\d+)", path))


def _judge_media(state: _State, settings: Settings) -> None:
    """Ask the rules about each file, about each task's files, and about all tasks."""
    for folder, task in state.tasks:
        if task is None:
            continue
        gallery = Gallery(task, dict(_facts(task, state.payloads)))
        state.galleries.append(gallery)
        subjects = [f for f in gallery.facts.values() if f.kind != "frame" or isinstance(f, Unreadable)]
        for group in (subjects, _folders(gallery), [gallery], geometries(gallery)):
            state.add(examine(group, RULES, settings, folder.shown))
    if len(state.galleries) > 1:
        state.add(_across(Collection(tuple(state.galleries)), settings))


def _across(collection: Collection, settings: Settings) -> Iterator[Finding | RuleCrash]:
    """Faults that show across tasks name the task themselves, before a double slash."""
    for found in examine([collection], RULES, settings):
        if isinstance(found, Finding):
            task, _, path = found.where.path.rpartition("//")
            found = replace(found, task=task, where=Where(path, found.where.pointer))
        yield found


def _facts(
    task: Task, payloads: Mapping[tuple[str, str], Payload]
) -> Iterator[tuple[str, Media | Unreadable]]:
    first: dict[tuple[str, str], MediaRef] = {}
    for ref in task.media:
        if ref.file is not None:
            first.setdefault((ref.file, ref.kind), ref)
    owners: dict[tuple[str, str], MediaRef] = {}
    for (file, kind), ref in first.items():
        if kind == "frames":
            for frame in _frames(file, task.folder.entries)[0]:
                owners[frame.path, "frame"] = ref
        else:
            owners[file, kind] = ref
    for (path, kind), ref in owners.items():
        payload = payloads.get((str(task.folder.root / path), kind))
        if payload is not None:
            yield path, built(payload, Where(path), kind, ref)


def built(payload: Payload, where: Where, kind: str, ref: MediaRef) -> Media | Unreadable:
    """Make the facts of a file from what a worker or the cache tells."""
    fields = {k: _frozen(v) for k, v in payload.items() if k != "type"}
    cls = FACTS[payload["type"]]
    if cls is Unreadable:
        fields = {"reason": Reason(fields["reason"]), "detail": fields["detail"]}
        return Unreadable(where=where, sample=ref.sample, kind=kind, **fields)
    return cls(where=where, sample=ref.sample, reference=ref.reference, kind=kind, **fields)


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value


def _folders(gallery: Gallery) -> Iterator[Frames]:
    seen = set()
    for ref in gallery.task.media:
        if ref.kind != "frames" or ref.file is None or ref.file in seen:
            continue
        seen.add(ref.file)
        pictures, others = _frames(ref.file, gallery.task.folder.entries)
        known = [gallery.facts.get(p.path) for p in pictures]
        yield Frames(
            where=Where(ref.file),
            sample=ref.sample,
            reference=ref.reference,
            folder=ref.file,
            names=tuple(posixpath.basename(p.path) for p in pictures),
            sizes=tuple((k.width, k.height) for k in known if hasattr(k, "width")),
            others=tuple(others),
        )


def _report(state: _State, settings: Settings) -> Report:
    findings, suppressed = kept(state.findings, settings)
    galleries = {id(g.task): g for g in state.galleries}
    return Report(
        tuple(sorted(set(findings), key=lambda f: f.order)),
        tuple(_summary(f, t, galleries.get(id(t))) for f, t in state.tasks),
        versions(),
        tuple(sorted(set(state.crashes))),
        state.complete,
        suppressed,
    )


def _summary(folder: Folder, task: Task | None, gallery: Gallery | None) -> TaskSummary:
    if task is None:
        return TaskSummary(folder.shown, None, folder.modality, folder.paradigm)
    counts: dict[str, int] = {}
    size = 0
    for facts in gallery.facts.values() if gallery else ():
        counts[facts.kind] = counts.get(facts.kind, 0) + 1
        size += facts.size if isinstance(facts, Media) else 0
    return TaskSummary(
        folder.shown,
        task.name,
        task.family.modality,
        folder.paradigm or task.family.paradigm,
        task.family.id,
        task.choice.reason,
        len(task.data),
        counts,
        size,
    )


def rules_by_code() -> Mapping[str, Rule]:
    """Return the whole catalogue by code."""
    return {one.code: one for one in RULES}


def read_tasks(
    paths: Sequence[str | Path], settings: Settings | None = None
) -> Iterator[Task]:
    """Yield the tasks below *paths* without judging them.

    What has no readable annotation is passed over; `validate` tells about it. Tasks from
    archives are unpacked for as long as the iteration goes on.
    """
    settings = settings or Settings()
    with read.opened([Path(p) for p in paths], settings.limits) as things:
        for thing in things:
            if isinstance(thing, Folder) and thing.annotations:
                name = thing.annotations[0]
                text = document.load(thing.root / name, Where(name), settings.limits)
                task = assemble(thing, text)
                if task is not None:
                    yield task
