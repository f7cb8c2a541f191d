"""Edge: decoding in worker processes that are bounded, and that may die."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Protocol, cast

from curation.forks import METHOD, warm
from curation.settings import Limits
from validators import decoders
from validators.decoders.source import Payload
from validators.reason import Reason

GRACE = 5.0
"""Seconds that a worker may take beyond the limits of its files before it is ended."""

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


class Engine(Protocol):
    """Something that runs batches somewhere, and survives what they do there."""

    def run(self, batches: Sequence[Batch]) -> Generator[tuple[Job, Payload]]:
        """Begin, and yield the facts of every job of every batch once, in any order.

        Closing the generator ends what is still under way.
        """


One = Callable[[Job, Limits, dict[str, str]], Payload]
"""What is done with one file; it raises for no bad file."""


def each(
    one: One, batch: Batch, mark: Callable[[int], None] = lambda _: None
) -> list[Payload]:
    """Do something with the files of a batch one after the other, each within its limits.

    *mark* is told the index of the file that is being read, so that it is known whose
    fault it was if the process does not come back.
    """
    found = []
    for index, job in enumerate(batch.jobs):
        mark(index)
        with _bounded(batch.limits):
            found.append(one(job, batch.limits, dict(batch.options)))
    return found


def decode_batch(
    batch: Batch, mark: Callable[[int], None] = lambda _: None
) -> list[Payload]:
    """Decode the files of a batch one after the other, each within its own limits."""
    return each(_decoded, batch, mark)


def _decoded(job: Job, limits: Limits, options: dict[str, str]) -> Payload:
    return decoders.decode(Path(job.path), job.kind, limits, options)


@contextlib.contextmanager
def _bounded(limits: Limits) -> Iterator[None]:
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


_sacrificial = False
_progress: Any = None


def _begin(progress: Any, limits: Limits) -> None:
    """Prepare a worker process: bounds, silence, and where it marks its progress."""
    global _sacrificial, _progress
    _progress, _sacrificial = progress, True
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if resource is not None:
        _bound_process(limits)
    os.dup2(os.open(os.devnull, os.O_RDWR), 2)


def _bound_process(limits: Limits) -> None:
    """Bound address space, and forbid files and core dumps to be written."""
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    bounds = {resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0}
    if sys.platform == "linux":
        bounds[resource.RLIMIT_AS] = limits.memory_bytes
    for name, bound in bounds.items():
        hard = resource.getrlimit(name)[1]
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(name, (bound, hard))


Work = Callable[[Batch, Callable[[int], None]], list[Payload]]
"""What is done with a batch in a worker; it marks the index of each job it begins."""


def _work(work: Work, batch: Batch, ticket: int) -> list[Payload]:
    def mark(index: int) -> None:
        _progress[ticket] = index

    return work(batch, mark)


class LocalPool:
    """The engine of this machine: a pool of processes that replaces those that die."""

    _TICKETS = 1 << 16

    def __init__(
        self, processes: int, limits: Limits, work: Work = decode_batch
    ) -> None:
        self._processes = max(1, processes)
        self._limits = limits
        self._work = work

    def run(self, batches: Sequence[Batch]) -> Generator[tuple[Job, Payload]]:
        """Begin at once, and yield the facts of every job as they come.

        A job that kills its process is named, once.
        """
        work = self._begun(batches)
        next(work)  # until everything is handed out; the facts follow
        return cast("Generator[tuple[Job, Payload]]", work)

    def _begun(self, batches: Sequence[Batch]) -> Generator[tuple[Job, Payload] | None]:
        kinds = {job.kind for batch in batches for job in batch.jobs}
        warm({decoders.DECODERS[kind] for kind in kinds})
        import pebble  # noqa: PLC0415 - 70 ms that a known run does not need

        context = get_context(METHOD)
        progress = context.Array("i", self._TICKETS, lock=False)
        pool: Any = pebble.ProcessPool(
            min(self._processes, max(1, len(batches))),
            initializer=_begin,
            initargs=(progress, self._limits),
            context=context,
        )
        try:
            run = _Run(pool, progress, self._TICKETS, self._work)
            run.begin(batches)
            yield None
            yield from run.results()
            pool.close()
        except BaseException:
            pool.stop()
            raise
        finally:
            pool.join()


class _Run:
    """The batches under way in a pool, and what becomes of those that do not come back."""

    def __init__(self, pool: Any, progress: Any, tickets: int, work: Work) -> None:
        self._pool = pool
        self._work = work
        self._progress = progress
        self._tickets = tickets
        self._issued = 0
        self._waiting: deque[tuple[Any, Batch, int, int]] = deque()

    def begin(self, batches: Sequence[Batch]) -> None:
        """Hand out all batches."""
        for batch in batches:
            self._submit(batch)

    def results(self) -> Iterator[tuple[Job, Payload]]:
        """Yield what comes back, and give out again what did not."""
        while self._waiting:
            future, batch, ticket, tries = self._waiting.popleft()
            try:
                facts = future.result()
            except Exception as error:
                yield from self._lost(batch, ticket, tries, _fate(error))
            else:
                yield from zip(batch.jobs, facts, strict=True)

    def _submit(self, batch: Batch, tries: int = 0) -> None:
        ticket = self._issued % self._tickets
        self._issued += 1
        self._progress[ticket] = -1
        bound = batch.limits.wall_seconds * len(batch.jobs) + GRACE
        future = self._pool.schedule(
            _work, args=(self._work, batch, ticket), timeout=bound
        )
        entry = (future, batch, ticket, tries)
        self._waiting.appendleft(entry) if tries else self._waiting.append(entry)

    def _lost(
        self, batch: Batch, ticket: int, tries: int, fate: tuple[Reason, str]
    ) -> Iterator[tuple[Job, Payload]]:
        """Blame the file that was being read, and give the others another process."""
        guilty = self._progress[ticket]
        if guilty < 0:
            # It died before it began: not a file's fault, unless it happens again.
            if tries < RETRIES:
                self._submit(batch, tries + 1)
                return
            guilty = 0
        yield batch.jobs[guilty], decoders.unreadable(*fate)
        for rest in (batch.jobs[:guilty], batch.jobs[guilty + 1 :]):
            if rest:
                self._submit(Batch(rest, batch.limits, batch.options), 1)


RETRIES = 2
"""Times that a batch is given out again whose worker died before it read anything."""


def _fate(error: Exception) -> tuple[Reason, str]:
    """Tell from how a worker ended what the file did to it."""
    if isinstance(error, TimeoutError):
        return Reason.TIMED_OUT, "decoding did not end within the limit on time"
    code = getattr(error, "exitcode", None)
    if code is None:
        return Reason.CRASHED, f"{type(error).__name__}: {error}"[:300]
    name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    if name in {"SIGALRM", "SIGXCPU"}:
        clock = "on the clock" if name == "SIGALRM" else "of processor time"
        return Reason.TIMED_OUT, f"decoding took longer {clock} than the limit"
    return Reason.CRASHED, f"the decoder's process ended with {name}"


_BATCHES = {"image": 32, "mask": 32, "frame": 32, "audio": 8, "video": 1, "mesh": 4, "pointcloud": 4, "array": 4}  # fmt: skip
"""Files that are handed over at once: enough to hide its cost, few enough to share the work."""
_BATCH_BYTES = 32 << 20


def batched(
    jobs: Sequence[Job], limits: Limits, options: dict[str, str]
) -> list[Batch]:
    """Part *jobs* into batches of one kind, the costliest first."""
    batches: list[Batch] = []
    given = tuple(sorted(options.items()))
    kinds = sorted({j.kind for j in jobs}, key=lambda k: (_BATCHES[k], k))
    for kind in kinds:
        pile: list[Job] = []
        size = 0
        for job in (j for j in jobs if j.kind == kind):
            pile.append(job)
            size += job.size
            if len(pile) == _BATCHES[kind] or size > _BATCH_BYTES:
                batches.append(Batch(tuple(pile), limits, given))
                pile, size = [], 0
        if pile:
            batches.append(Batch(tuple(pile), limits, given))
    return batches
