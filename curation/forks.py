"""Edge: the process that workers are forked from, started early and with decoders in it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Collection, Iterator
from multiprocessing import forkserver, resource_tracker, set_forkserver_preload
from types import ModuleType

METHOD = "forkserver" if sys.platform != "win32" else "spawn"
"""How workers are started: from a process that has the decoders, and no more."""

_SURROUNDINGS = {
    # One thread a worker: more of them only fight for the processors.
    "OPENBLAS_NUM_THREADS": "1",
    # What one file has freed is there for the next. By itself glibc gives it back to the
    # kernel and takes it anew, which costs a fifth of the decoding of a short recording.
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(64 << 20),
}
"""Variables of the environment that workers begin with, unless the user has set them."""

# Python looks for the modules of a program that it starts by `-c`, as it starts workers, in
# the current folder first: in that of a submission, a multiprocessing.py would be run.
os.environ["PYTHONSAFEPATH"] = "1"

_main = threading.Lock()


@contextlib.contextmanager
def apart() -> Iterator[None]:
    """Let a process that is started not import the program that starts it.

    It needs nothing of it, and that program may have no guard against being run twice, or
    may be no file at all.
    """
    with _main:
        program = sys.modules["__main__"]
        sys.modules["__main__"] = ModuleType("__main__")
        try:
            yield
        finally:
            sys.modules["__main__"] = program


def warm(decoders: Collection[str], *others: str) -> None:
    """Start what the workers come from, with these decoders and modules in it; do not wait.

    Called early, it gets ready on another processor while the annotations are still
    being read. Only the first call counts.
    """
    if METHOD == "forkserver":
        modules = sorted(f"validators.decoders.{name}" for name in decoders)
        set_forkserver_preload([*modules, *others, "curation.bounded"])
        with _undisturbed(), _surrounded():
            forkserver.ensure_running()


@contextlib.contextmanager
def _undisturbed() -> Iterator[None]:
    """Let what is started never see Ctrl-C, which is for the command alone.

    It is held back meanwhile, not ignored, so that the command meets it at the end.
    """
    # When this starts, it lets the signal through again: so it is started before.
    resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def _surrounded() -> Iterator[None]:
    """Let what is started find `_SURROUNDINGS` in its environment."""
    new = {k: v for k, v in _SURROUNDINGS.items() if k not in os.environ}
    os.environ.update(new)
    try:
        yield
    finally:
        for name in new:
            del os.environ[name]
