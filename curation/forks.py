"""Edge: the process that workers are forked from, started early and with decoders in it."""

from __future__ import annotations

import contextlib
import signal
import sys
import threading
from collections.abc import Collection, Iterator
from multiprocessing import forkserver, set_forkserver_preload

METHOD = "forkserver" if sys.platform != "win32" else "spawn"
"""How workers are started: from a process that has the decoders, and no more."""


def warm(decoders: Collection[str]) -> None:
    """Start what the workers come from, with these decoders in it, and do not wait.

    Called early, it gets ready on another processor while the annotations are still
    being read. Only the first call counts.
    """
    if METHOD == "forkserver":
        modules = sorted(f"validators.decoders.{name}" for name in decoders)
        # Each worker imports the program that started it, too.
        set_forkserver_preload([*modules, "curation.cli", "curation.workers", "pebble"])
        with _undisturbed():
            forkserver.ensure_running()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Let what is started ignore Ctrl-C, which is for the command alone."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
