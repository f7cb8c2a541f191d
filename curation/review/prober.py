"""Edge: probes tasks in a bounded process of its own, while the page is being made."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from threading import Thread
from types import TracebackType
from typing import Any, Self

from curation.bounded import bound_process
from curation.forks import METHOD, apart
from curation.review.excerpt import excerpt
from curation.review.model import Probes
from curation.settings import Limits
from validators.gallery import Gallery

WAIT = 600.0
"""Seconds that the probes of one task may take."""


class Prober:
    """A process that probes one task after the other; it is begun when this is made.

    What is probed was decoded before, by workers that are bounded. A metric opens it
    again, so that this is done apart too; and the metrics load while files are decoded.
    A task that ends the process is told so, and the next one has a new process.
    """

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._begin()

    def _begin(self) -> None:
        context: Any = get_context(METHOD)
        self._wire, theirs = context.Pipe()
        self._fault = ""
        arguments = (theirs, self._limits)
        self._process = context.Process(target=_serve, args=arguments, daemon=True)
        self._start = Thread(target=self._hire, args=(theirs,), daemon=True)
        self._start.start()  # it waits until the decoders are loaded, and nobody else has to

    def _hire(self, theirs: Connection) -> None:
        try:
            with apart():
                self._process.start()
        except (OSError, EOFError) as error:  # told with the probes that cannot be
            self._fault = f"no process could be started for it: {error}"
        finally:
            theirs.close()  # so that the wire ends where the process does

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End the process, whatever it does."""
        self._end()

    def _end(self) -> None:
        self._start.join()
        if not self._fault:
            self._process.kill()
            self._process.join()
        self._wire.close()

    def begin(self, gallery: Gallery) -> Callable[[], Probes]:
        """Hand over a task; what is returned waits for its probes.

        One is to be waited for before the next is handed over.
        """
        some = excerpt(gallery)
        if self._wire.closed:
            self._begin()
        self._start.join()
        with suppress(OSError):  # that it has ended is said where it is waited for
            self._wire.send(some)
        return self._answer

    def _answer(self) -> Probes:
        try:
            if self._wire.poll(WAIT):
                found: Probes = self._wire.recv()
                return found
            why = f"that takes longer than {WAIT:g} s"
        except (EOFError, OSError):
            why = self._fault or f"its process ended with exit code {self._ended()}"
        self._end()  # or its answer would be taken for that of the next
        return Probes("", "", "", 0, (), f"it could not be probed: {why}")

    def _ended(self) -> int | None:
        self._process.join()
        code: int | None = self._process.exitcode
        return code


def _serve(wire: Connection, limits: Limits) -> None:
    """Be the process: answer each excerpt with its probes, until there are no more."""
    bound_process(limits)
    from curation.review.probes import probed  # noqa: PLC0415 - where nobody waits for it

    while True:
        try:
            some = wire.recv()
        except EOFError:
            return
        wire.send(probed(some))
