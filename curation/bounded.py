"""Edge: what a worker process does: files decoded one by one, each within its bounds."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Callable, Iterator, MutableSequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from curation.settings import Limits
from validators import decoders
from validators.decoders.source import Payload

try:
    import resource
except ImportError:  # pragma: no cover - Windows bounds time only, through the pool
    resource = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Job:
    """One file to decode as one kind of media. Plain data, so that any engine can take it."""

    path: str
    kind: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """What is given to an engine at once."""

    jobs: tuple[Job, ...]
    limits: Limits
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with a batch, and the index of the job that was under way."""

    index: int
    detail: str


Mark = Callable[[int], None]
"""Is told the index of the job that begins, so that it is known whose fault an end is."""
Work = Callable[[Batch, Mark], list[Payload]]
"""What is done with a batch in a worker."""


One = Callable[[Job, Limits, dict[str, str]], Payload]
"""What is done with one file; it raises for no bad file."""


def each(one: One, batch: Batch, mark: Mark = lambda _: None) -> list[Payload]:
    """Do something with the files of a batch one after the other, each within its limits."""
    found = []
    for index, job in enumerate(batch.jobs):
        mark(index)
        with bounded(batch.limits):
            found.append(one(job, batch.limits, dict(batch.options)))
    return found


def decode_batch(batch: Batch, mark: Mark = lambda _: None) -> list[Payload]:
    """Decode the files of a batch one after the other, each within its own limits."""
    return each(_decoded, batch, mark)


def _decoded(job: Job, limits: Limits, options: dict[str, str]) -> Payload:
    return decoders.decode(Path(job.path), job.kind, limits, options)


_sacrificial = False


@contextlib.contextmanager
def bounded(limits: Limits) -> Iterator[None]:
    """End this very process, by the kernel's hand, if one file takes too long."""
    if resource is None or not _sacrificial:
        yield
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    spent = int(usage.ru_utime + usage.ru_stime) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (spent + limits.cpu_seconds, hard))
    signal.setitimer(signal.ITIMER_REAL, limits.wall_seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


IDLE = -1
"""The mark of a worker that has begun no job of its batch."""


def serve(
    wire: Connection,
    marks: MutableSequence[int],
    place: int,
    limits: Limits,
    work: Work,
) -> None:
    """Be a worker: answer each batch with its facts, or with what went wrong.

    Args:
        wire: Where batches come from and answers go to; its end is the end of the work.
        marks: Shared by all workers: the index of the job that is under way in each.
        place: Which of the marks is its own.
        limits: The bounds of this process.
        work: What is done with a batch.
    """
    bound_process(limits)
    while True:
        try:
            batch: Batch = wire.recv()
        except EOFError:
            return
        answer: list[Payload] | Failure
        try:
            answer = work(batch, lambda index: marks.__setitem__(place, index))
        except Exception as error:  # a surprise is told of the file it came from
            answer = Failure(marks[place], f"{type(error).__name__}: {error}"[:300])
        # Before the answer goes: what comes after it is not this batch's doing.
        marks[place] = IDLE
        wire.send(answer)


def bound_process(limits: Limits) -> None:
    """Bound address space, forbid files and core dumps to be written, and be silent."""
    global _sacrificial  # noqa: PLW0603 - said once, and true as long as the process lives
    _sacrificial = True
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.dup2(os.open(os.devnull, os.O_RDWR), 2)
    if resource is None:
        return
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    bounds = {resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0}
    if sys.platform == "linux":
        bounds[resource.RLIMIT_AS] = limits.memory_bytes
    for name, bound in bounds.items():
        hard = resource.getrlimit(name)[1]
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(name, (bound, hard))
