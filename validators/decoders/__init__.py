"""Which decoder reads which kind of media; each is imported when it is first needed."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from curation.settings import Limits
from validators.decoders import source
from validators.decoders.source import Bad, Payload, Source
from validators.reason import Reason

DECODERS = {
    "image": "image",
    "mask": "image",
    "frame": "image",
    "audio": "audio",
    "video": "video",
    "mesh": "mesh",
    "pointcloud": "mesh",
    "array": "array",
}
"""The module of this package that decodes each kind."""


def decode(path: Path, kind: str, limits: Limits, options: dict[str, str]) -> Payload:
    """Read the file at *path* whole and return its facts; never raises for a bad file.

    The facts are JSON: `type` names a class of facts, or is `Unreadable`.
    """
    try:
        with source.opened(path, limits) as opened:
            source.refuse_pickles(opened.suffix, opened.head)
            facts = _decoder(kind)(opened, kind, limits, options)
            return facts | {"size": opened.size, "sha256": opened.sha256()}
    except Bad as error:
        return unreadable(error.reason, error.detail.replace(str(path), path.name))
    except MemoryError:
        return unreadable(
            Reason.OVER_LIMIT,
            f"decoding needs more than {limits.memory_bytes >> 20:,} MiB of memory",
        )
    except Exception as error:  # a decoder's surprise is a finding, and the run goes on
        return unreadable(Reason.CRASHED, f"{type(error).__name__}: {error}"[:300])


def unreadable(reason: Reason, detail: str) -> Payload:
    """Make the facts of a file that could not be read."""
    return {"type": "Unreadable", "reason": reason.value, "detail": detail}


def _decoder(kind: str) -> Callable[[Source, str, Limits, dict[str, str]], Payload]:
    module: Any = importlib.import_module(f"validators.decoders.{DECODERS[kind]}")
    decoder: Callable[[Source, str, Limits, dict[str, str]], Payload] = module.decode
    return decoder
