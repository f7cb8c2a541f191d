"""Edge: keeps worker processes busy, and replaces those that die without losing a file."""

from __future__ import annotations

import contextlib
import math
import signal
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from multiprocessing import connection, get_context
from queue import SimpleQueue
from typing import Any

from curation.bounded import IDLE, Batch, Failure, Job, Work, serve
from curation.forks import METHOD, apart
from curation.settings import Limits
from validators import decoders
from validators.decoders.source import Payload
from validators.reason import Reason

GRACE = 5.0
"""Seconds that a worker may take beyond the limits of its files before it is ended."""
RETRIES = 2
"""Times that a batch is given out again whose worker died before it read anything."""
LONGEST_WAIT = 60.0
"""Seconds; the system's call cannot wait for as long as limits can be set to."""

Result = tuple[Job, Payload]
Fate = tuple[Reason, str]
Given = tuple[Batch, int]
"""A batch, and how often it was given out in vain."""

_TOO_LATE = Reason.TIMED_OUT, "decoding did not end within the limit on time"


class Foreman(threading.Thread):
    """Hands batches to workers and gathers what they find.

    It is a thread, so that no worker waits while the documents are judged; most of the
    time it sleeps.
    """

    def __init__(
        self, processes: int, limits: Limits, work: Work, batches: Iterable[Batch]
    ) -> None:
        super().__init__(name="curate-foreman", daemon=True)
        self._processes = processes
        self._hire = (limits, work)
        self._left: deque[Given] = deque((batch, 0) for batch in batches)
        self._workers: dict[int, _Worker] = {}
        self._found: SimpleQueue[list[Result] | BaseException | None] = SimpleQueue()
        self._bell, self._rope = get_context(METHOD).Pipe(duplex=False)

    def results(self) -> Iterator[Result]:
        """Yield the facts of every job as they come; to be read once."""
        while (found := self._found.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield from found

    def stop(self) -> None:
        """End what is still under way, and wait until all workers are gone."""
        self._rope.close()
        self.join()
        self._bell.close()

    def run(self) -> None:
        """Work until nothing is left or `stop` is called."""
        try:
            marks = get_context(METHOD).RawArray("i", self._processes)
            self._fill(marks)
            while self._workers and not self._listen():
                self._fill(marks)
        except BaseException as error:  # ours, and raised where the results are read
            self._found.put(error)
        finally:
            for worker in self._workers.values():
                worker.end()
            self._found.put(None)

    def _fill(self, marks: Any) -> None:
        """Give work to all that have none, and dismiss who is not needed any more."""
        for place in range(self._processes):
            if self._left and place not in self._workers:
                self._workers[place] = _Worker(marks, place, *self._hire)
            if (worker := self._workers.get(place)) is not None:
                # One batch ahead hides the way there; not at the end, where it could
                # wait for this worker while another has nothing to do.
                ahead = 2 if len(self._left) > self._processes else 1
                while self._left and len(worker.given) < ahead:
                    worker.give(self._left.popleft())
                if not worker.given:
                    self._workers.pop(place).end()

    def _listen(self) -> bool:
        """Wait for something to happen, see to it, and tell whether to stop."""
        wires = {worker.wire: worker for worker in self._workers.values()}
        deadline = min(worker.deadline for worker in wires.values())
        patience = min(max(0.0, deadline - time.monotonic()), LONGEST_WAIT)
        ready = connection.wait([self._bell, *wires], patience)
        if self._bell in ready:
            return True
        for wire, worker in wires.items():
            if wire in ready:
                self._take(worker)
            elif time.monotonic() >= worker.deadline:
                self._lose(worker, _TOO_LATE)
        return False

    def _take(self, worker: _Worker) -> None:
        try:
            (batch, tries), answer = worker.answer()
        except (EOFError, OSError):
            self._lose(worker)
            return
        if isinstance(answer, Failure):
            self._blame(batch, tries, answer.index, (Reason.CRASHED, answer.detail))
        else:
            self._found.put(list(zip(batch.jobs, answer, strict=True)))

    def _lose(self, worker: _Worker, fate: Fate | None = None) -> None:
        """See to the batches of a worker that has ended, or is ended for its *fate*."""
        del self._workers[worker.place]
        code = worker.end(patience=0 if fate else GRACE)
        first, *others = worker.given
        self._left.extendleft(reversed(others))
        self._blame(*first, worker.mark(), fate or _fate(code))

    def _blame(self, batch: Batch, tries: int, guilty: int, fate: Fate) -> None:
        """Blame the file that was being read, and give the others another process."""
        if guilty == IDLE:
            # It died before it began: not a file's fault, unless it happens again.
            if tries < RETRIES:
                self._left.appendleft((batch, tries + 1))
                return
            guilty = 0
        self._found.put([(batch.jobs[guilty], decoders.unreadable(*fate))])
        for rest in (batch.jobs[guilty + 1 :], batch.jobs[:guilty]):
            if rest:
                self._left.appendleft((Batch(rest, batch.limits, batch.options), 1))


class _Worker:
    """A process, the batches that it was given, and when it must have done the first."""

    def __init__(self, marks: Any, place: int, limits: Limits, work: Work) -> None:
        context: Any = get_context(METHOD)
        self.place = place
        self.given: deque[Given] = deque()
        self.deadline = math.inf
        self._marks = marks
        self._marks[place] = IDLE
        self.wire, theirs = context.Pipe()
        arguments = (theirs, marks, place, limits, work)
        self._process = context.Process(target=serve, args=arguments, daemon=True)
        with apart():
            self._process.start()
        theirs.close()  # so that the wire ends where the process does

    def give(self, given: Given) -> None:
        """Hand over a batch, to be done after those that it has."""
        self.given.append(given)
        if len(self.given) == 1:
            self._set_deadline()
        with contextlib.suppress(OSError):  # that it has ended shows at its answer
            self.wire.send(given[0])

    def answer(self) -> tuple[Given, list[Payload] | Failure]:
        """Take the answer to the first batch.

        Raises:
            EOFError, OSError: the process has ended.
        """
        found = self.wire.recv()
        given = self.given.popleft()
        self._set_deadline()
        return given, found

    def _set_deadline(self) -> None:
        self.deadline = math.inf
        if self.given:
            batch, _ = self.given[0]
            bound = batch.limits.wall_seconds * len(batch.jobs) + GRACE
            self.deadline = time.monotonic() + bound

    def mark(self) -> int:
        """Return the index of the job of the first batch that is under way, or IDLE."""
        return int(self._marks[self.place])

    def end(self, patience: float = 0.0) -> int:
        """End the process, unless it ends by itself, and return its exit code."""
        if patience:
            self._process.join(patience)
        self._process.kill()
        self._process.join()
        self.wire.close()
        return self._process.exitcode or 0


def _fate(code: int) -> Fate:
    """Tell from how a worker ended what the file did to it."""
    name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    if name in {"SIGALRM", "SIGXCPU"}:
        clock = "on the clock" if name == "SIGALRM" else "of processor time"
        return Reason.TIMED_OUT, f"decoding took longer {clock} than the limit"
    return Reason.CRASHED, f"the decoder's process ended with {name}"
