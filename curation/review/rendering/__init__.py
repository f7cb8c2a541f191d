"""Makes what the reviewer's page shows of a file: small, and inside the bounded workers."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from curation.settings import Limits
from curation.workers import Batch, Job, LocalPool, each
from validators.decoders import source, unreadable
from validators.decoders.source import Bad, Payload, Source
from validators.reason import Reason

DRAWERS = {
    "image": "picture",
    "mask": "picture",
    "frame": "picture",
    "audio": "sound",
    "video": "film",
    "mesh": "solid",
    "pointcloud": "solid",
    "array": "table",
}
"""The module of this package that draws each kind."""
ROOM = 200_000
"""Bytes that what is shown of one file may take where nothing else is asked for."""

Drawer = Callable[[Source, str, int, Limits], Payload]


def pool(processes: int, limits: Limits) -> LocalPool:
    """Return an engine that draws instead of decoding."""
    return LocalPool(processes, limits, work=draw_batch)


def draw_batch(
    batch: Batch, mark: Callable[[int], None] = lambda _: None
) -> list[Payload]:
    """Draw the files of a batch one after the other, each within its own limits.

    The option `room` tells the bytes that each may take.
    """
    return each(_one, batch, mark)


def _one(job: Job, limits: Limits, options: dict[str, str]) -> Payload:
    return draw(Path(job.path), job.kind, int(options.get("room", ROOM)), limits)


def draw(path: Path, kind: str, room: int, limits: Limits) -> Payload:
    """Return what is shown of a file; never raises for a bad one.

    `type` is `Drawn` or `Unreadable`. Values that are bytes are files of their own: a
    picture, a recording, coordinates.
    """
    try:
        with source.opened(path, limits) as opened:
            source.refuse_pickles(opened.suffix, opened.head)
            shown = _drawer(kind)(opened, kind, room, limits)
            return {"type": "Drawn", "kind": kind} | shown
    except Bad as error:
        return unreadable(error.reason, error.detail.replace(str(path), path.name))
    except MemoryError:
        told = f"it takes more than {limits.memory_bytes >> 20:,} MiB of memory"
        return unreadable(Reason.OVER_LIMIT, told)
    except Exception as error:  # what a file does to a library is told, not raised
        return unreadable(Reason.CRASHED, f"{type(error).__name__}: {error}"[:300])


def _drawer(kind: str) -> Drawer:
    module: Any = importlib.import_module(f"{__name__}.{DRAWERS[kind]}")
    drawer: Drawer = module.draw
    return drawer
