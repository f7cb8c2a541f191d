"""Edge: decoding in worker processes that are bounded, and that may die."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Protocol, cast

from curation.bounded import Batch, Job, Work, decode_batch, each
from curation.forks import warm
from curation.settings import Limits
from validators import decoders
from validators.decoders.source import Payload

__all__ = ["Batch", "Engine", "Job", "LocalPool", "batched", "decode_batch", "each"]


class Engine(Protocol):
    """Something that runs batches somewhere, and survives what they do there."""

    def run(self, batches: Sequence[Batch]) -> Generator[tuple[Job, Payload]]:
        """Begin, and yield the facts of every job of every batch once, in any order.

        Closing the generator ends what is still under way.
        """


class LocalPool:
    """The engine of this machine: a pool of processes that replaces those that die."""

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
        kinds = {job.kind for batch in batches for job in batch.jobs}
        warm({decoders.DECODERS[kind] for kind in kinds})
        results = self._begun(batches)
        next(results)  # until the work is under way; the facts follow
        return cast("Generator[tuple[Job, Payload]]", results)

    def _begun(self, batches: Sequence[Batch]) -> Generator[tuple[Job, Payload] | None]:
        from curation.foreman import Foreman  # noqa: PLC0415 - after the workers' start

        processes = min(self._processes, max(1, len(batches)))
        foreman = Foreman(processes, self._limits, self._work, batches)
        foreman.start()
        try:
            yield None
            yield from foreman.results()
        finally:
            foreman.stop()


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
