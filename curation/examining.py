"""Edge: reads tasks, decodes their media, and tells what their samples are known by."""

from __future__ import annotations

import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context

from curation import judging
from curation.forks import METHOD
from curation.known import Known, known
from curation.run import Read, Run
from curation.settings import Settings
from curation.sources import Accepted, Located, accept
from curation.validation import Decoding, Facts, Progress
from curation.workers import Engine
from validators.gallery import Gallery

FILES = 4000
"""Media files that are decoded together, so that the workers need not wait."""
LARGE = 32 << 20
"""Bytes of annotations from which reading them is shared among processes."""


@dataclass(frozen=True)
class Means:
    """What tasks are read with: bounded workers, and a store of what is known already."""

    engine: Engine
    jobs: int = 1
    settings: Settings = field(default_factory=Settings)
    facts: Facts | None = None
    progress: Progress | None = None


def examined(places: Iterable[Located], means: Means) -> Iterator[Known]:
    """Yield what the samples of each task are known by, in no certain order.

    Raises:
        Unfit: a task cannot be read, or a sample has no id of its own.
    """
    places = list(places)
    waiting: list[Accepted] = []
    files = 0
    for place, told in zip(places, _told(places, means), strict=True):
        if told is not None:
            yield told
            continue
        waiting.append(accept(place, means.settings))
        files += len(waiting[-1].task.media)
        if files >= FILES:
            yield from _decoded(waiting, means)
            waiting, files = [], 0
    if waiting:
        yield from _decoded(waiting, means)


def _told(places: list[Located], means: Means) -> Iterator[Known | None]:
    """Yield what is known of each task without media, in order, and None for the others."""
    read = partial(_without_media, settings=means.settings)
    if means.jobs == 1 or sum(map(_size, places)) < LARGE:
        yield from map(read, places)
        return
    context = get_context(METHOD)
    pool = ProcessPoolExecutor(means.jobs, context, _quieten)
    try:
        yield from pool.map(read, places)
    finally:
        pool.shutdown(cancel_futures=True)


def _quieten() -> None:
    """Leave it to the first process to say that it was interrupted."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _size(place: Located) -> int:
    name = place.folder.annotations[0]
    return sum(entry.size for entry in place.folder.entries if entry.path == name)


def _without_media(place: Located, settings: Settings) -> Known | None:
    accepted = accept(place, settings)
    return None if accepted.task.media else known(accepted, Gallery(accepted.task, {}))


def _decoded(accepted: list[Accepted], means: Means) -> Iterator[Known]:
    run = Run(means.settings, [Read(o.task.folder, None, o.task) for o in accepted])
    decoding = Decoding(run, means.engine, means.facts, means.progress)
    try:
        decoding.finish()
    finally:
        decoding.close()
        if means.progress:
            means.progress.end()
    for one, gallery in zip(accepted, judging.galleries(run), strict=True):
        yield known(one, gallery)
