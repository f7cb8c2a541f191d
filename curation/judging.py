"""Asks the rules about documents and media, and gathers the report."""

from __future__ import annotations

import difflib
import os
import posixpath
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from curation import document
from curation.configuration import kept
from curation.finding import Finding, Report, RuleCrash, TaskSummary, examine
from curation.frames import others, pictures
from curation.model import MediaRef, Where
from curation.read import Unusable
from curation.run import Payload, Read, Run
from curation.settings import Settings
from curation.task import Task
from curation.texts import texts_of
from curation.versions import versions
from validators import FACTS, RULES
from validators.gallery import Collection, Gallery
from validators.hints import hints
from validators.image import Image
from validators.media import Media, Named, Unreadable
from validators.questions import repeats
from validators.reason import Reason
from validators.schema import departures
from validators.shapes import geometries
from validators.video import Frames

HINTS = 50
"""Missing files per task for which the nearest name is looked for."""


def documents(run: Run) -> None:
    """Ask the rules that need no media: about folders, annotation files and words."""
    for thing in run.unusable:
        _ask(run, [thing], thing.shown)
    for one in run.tasks:
        _ask(run, [one.folder, *_flaws(one)], one.folder.shown)
        if one.task is not None:
            task = one.task
            for group in (
                (task.choice, *task.drifts, task),
                departures(task),
                texts_of(task),
                _named(task),
            ):
                _ask(run, group, one.folder.shown)


def media(run: Run) -> None:
    """Ask the rules about each file, about the files of each task, and about all tasks."""
    for gallery in galleries(run):
        run.galleries.append(gallery)
        files = (
            f
            for f in gallery.facts.values()
            if f.kind != "frame" or isinstance(f, Unreadable)
        )
        for group in (
            files,
            _folders(gallery),
            [gallery],
            geometries(gallery),
            repeats(gallery),
            hints(gallery),
        ):
            _ask(run, group, gallery.task.folder.shown)
    if len(run.galleries) > 1:
        _gather(run, _across(Collection(tuple(run.galleries)), run.settings))


def galleries(run: Run) -> Iterator[Gallery]:
    """Yield each task with the facts of its media, as far as they are known."""
    for one in run.tasks:
        if one.task is not None:
            yield Gallery(one.task, dict(_facts(one.task, run.payloads)))


def report(run: Run) -> Report:
    """Sort what was found, leave out what is not wanted, and count what was checked."""
    findings, suppressed = kept(run.findings, run.settings)
    known = {id(g.task): g for g in run.galleries}
    return Report(
        tuple(sorted(set(findings), key=lambda f: f.order)),
        tuple(_summary(one, known.get(id(one.task))) for one in run.tasks),
        versions(),
        tuple(sorted(set(run.crashes))),
        run.complete,
        suppressed,
    )


def _ask(run: Run, subjects: Iterable[object], shown: str) -> None:
    _gather(run, examine(subjects, RULES, run.settings, shown))


def _gather(run: Run, found: Iterable[Finding | RuleCrash]) -> None:
    for one in found:
        if isinstance(one, RuleCrash):
            run.crashes.append(str(one))
        else:
            run.findings.append(one)


def _flaws(one: Read) -> Iterator[object]:
    """Yield what is wrong with an annotation file as a text."""
    if one.text is None:
        kinds = {e.path: e.kind for e in one.folder.entries}
        kind = kinds.get("annotation.json")
        told = f"annotation.json is a {kind}, expected a file"
        told = told if kind else "no annotation.json in it"
        yield Unusable(one.folder.shown, "no-task", told)
        return
    for oddity in one.text.oddities:
        if oddity.kind is document.Oddity.UNREADABLE:
            told = f"{oddity.where} cannot be read: {oddity.detail}"
            yield Unusable(one.folder.shown, "denied", told)
        else:
            yield oddity
    if one.task is None and one.text.value is not None:
        yield document.TextOddity(
            one.text.where,
            document.Oddity.NOT_AN_OBJECT,
            "data, the list of samples, is missing or not a list",
        )


def _named(task: Task) -> Iterator[Named]:
    entries = {e.path: e.kind for e in task.folder.entries}
    files = [p for p, kind in entries.items() if kind == "file"]
    closed = [p for p, kind in entries.items() if kind == "closed"]
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
            convention=_convention(ref, closed),
        )


def _nearest(given: str, files: Sequence[str]) -> str | None:
    base = posixpath.basename(given.replace("\\", "/"))
    names = {posixpath.basename(f): f for f in files}
    for name, file in names.items():
        if name.casefold() == base.casefold():
            return file
    close = difflib.get_close_matches(base, names, n=1, cutoff=0.7)
    return names[close[0]] if close else None


def _convention(ref: MediaRef, closed: Sequence[str]) -> str:
    path = ref.given.replace("\\", "/")
    if path.startswith(("/", "~")) or path[1:3] == ":/" or "://" in path:
        return "absolute"
    plain = posixpath.normpath(path)
    if plain == ".." or plain.startswith("../"):
        return "outside" if ref.file is None else "task"
    if ref.file is None and any(f"/{folder}/" in f"/{plain}" for folder in closed):
        return "closed"
    return "task" if ref.file == plain else "folder"


def _across(
    collection: Collection, settings: Settings
) -> Iterator[Finding | RuleCrash]:
    """Faults that show across tasks name the task themselves, before a double slash."""
    for found in examine([collection], RULES, settings):
        if isinstance(found, Finding):
            task, _, path = found.where.path.rpartition("//")
            where = Where(path, found.where.pointer)
            yield replace(found, task=task, where=where)
        else:
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
            for frame in pictures(task.folder, file):
                owners[frame.path, "frame"] = ref
        else:
            owners[file, kind] = ref
    root = task.folder.root
    for (path, kind), ref in owners.items():
        payload = payloads.get((f"{root}{os.sep}{path}", kind))
        if payload is not None:
            yield path, built(payload, Where(path), kind, ref)


def built(
    payload: Payload, where: Where, kind: str, ref: MediaRef
) -> Media | Unreadable:
    """Make the facts of a file from what a worker or the cache tells."""
    fields = {k: _frozen(v) for k, v in payload.items() if k != "type"}
    cls = FACTS.get(payload["type"])
    if cls is None:
        fields = {"reason": Reason(fields["reason"]), "detail": fields["detail"]}
        return Unreadable(where=where, sample=ref.sample, kind=kind, **fields)
    return cls(
        where=where, sample=ref.sample, reference=ref.reference, kind=kind, **fields
    )


def _frozen(value: Any) -> Any:
    return tuple(map(_frozen, value)) if isinstance(value, list | tuple) else value


def _folders(gallery: Gallery) -> Iterator[Frames]:
    folder = gallery.task.folder
    kinds = {e.path: e.kind for e in folder.entries}
    seen = set()
    for ref in gallery.task.media:
        if ref.kind != "frames" or ref.file is None or ref.file in seen:
            continue
        seen.add(ref.file)
        if kinds[ref.file] != "folder":
            continue
        inside = pictures(folder, ref.file)
        known = [gallery.facts.get(p.path) for p in inside]
        yield Frames(
            where=Where(ref.file),
            sample=ref.sample,
            reference=ref.reference,
            folder=ref.file,
            names=tuple(posixpath.basename(p.path) for p in inside),
            sizes=tuple((k.width, k.height) for k in known if isinstance(k, Image)),
            others=others(folder, ref.file),
        )


def _summary(one: Read, gallery: Gallery | None) -> TaskSummary:
    folder, task = one.folder, one.task
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
