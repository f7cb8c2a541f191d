"""How long a hub is waited for, and how often it is asked again."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Self, TypeVar

from curation.publishing.port import Changed, Trouble, Unanswered

T = TypeVar("T")


class GaveUp(Trouble):
    """A hub was asked as often and as long as it may be."""


@dataclass(frozen=True)
class Patience:
    """Bounds on waiting; all are seconds but *tries*.

    Args:
        answer: How long one request may take.
        tries: How often something is tried.
        first: The first pause, which is doubled from try to try.
        longest: The longest pause.
        whole: How long all tries of one step may take, with their pauses, besides what
            sending takes.
        slowest: Bytes a second that an upload is given time for.
    """

    answer: float = 180
    tries: int = 8
    first: float = 1
    longest: float = 60
    whole: float = 1800
    slowest: int = 64 << 10
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)

    def tried(self, what: str, size: int = 0) -> Iterator[Try]:
        """Yield one try after the other to send *size* bytes; leave the loop when it is done.

        Raises:
            GaveUp: there have been enough.
        """
        begun = self.clock()
        pause = self.first
        for number in range(1, self.tries + 1):
            one = Try(what)
            yield one
            wait = max(min(pause, self.longest), one.wait)
            left = self.whole + size / self.slowest - (self.clock() - begun)
            if number == self.tries or wait > left:
                asked = (
                    f"; it asks to wait {one.wait:.0f} s"
                    if one.wait > self.longest
                    else ""
                )
                raise GaveUp(f"{what}: gave up after {number} tries{asked}; {one.told}")
            self.sleep(wait)
            pause *= 2

    def ask(self, what: str, call: Callable[[], T], size: int = 0) -> T:
        """Ask once, and wait for the answer as long as *size* bytes may take.

        Raises:
            Unanswered: there was none in time; what was asked may still be done.
        """
        box: queue.SimpleQueue[tuple[bool, T | BaseException]] = queue.SimpleQueue()

        def run() -> None:
            try:
                box.put((True, call()))
            except BaseException as error:  # handed to who waits
                box.put((False, error))

        bound = self.answer + size / self.slowest
        # The client bounds its own requests; this bounds what it does not, such as Xet.
        threading.Thread(target=run, daemon=True).start()
        try:
            done, value = box.get(timeout=bound)
        except queue.Empty:
            raise Unanswered(f"{what}: no answer within {bound:.0f} s") from None
        if isinstance(value, BaseException) and not done:
            raise value
        return value  # type: ignore[return-value]

    def read(self, what: str, call: Callable[[], T], size: int = 0) -> T:
        """Ask, again and again, what may be asked any number of times.

        Raises:
            GaveUp: there was no answer.
        """
        for one in self.tried(what, size):
            with one:
                return self.ask(what, call, size)
        raise AssertionError


class Try:
    """One try; an answer that may come later is kept and does not end the loop."""

    def __init__(self, what: str) -> None:
        self.what = what
        self.told = ""
        self.wait = 0.0

    def late(self, error: Trouble) -> None:
        """Take an answer for one that will be another one in a while."""
        self.told = str(error)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> bool:
        if isinstance(error, Unanswered | Changed):
            self.told = str(error)
            self.wait = getattr(error, "wait", 0.0)
            return True
        return False
