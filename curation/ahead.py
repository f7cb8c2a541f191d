"""Edge: begins what a check will need while the command that asks for it still loads."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence

from curation.endings import kind_of
from curation.forks import warm

CHECKS = ("validate", "review")
"""Commands that decode what lies below the paths among their words."""
ENOUGH = 20_000
"""Names of files that are looked at; it is a guess, and only saves time."""


def foresee(words: Sequence[str]) -> None:
    """Start the decoders that the endings of files call for, on the other processor.

    Where there are none, that is free to load what the task is probed with.
    """
    if words and words[0] in CHECKS:
        # What stands against it, be it that the folder was deleted one is in, is said
        # by the command, which needs the same. Folders that lie very deep are not worth
        # another way to walk.
        with contextlib.suppress(OSError, RecursionError):
            _begin(words)


def _begin(words: Sequence[str]) -> None:
    endings = {os.path.splitext(name)[1] for name in _names(words[1:])}
    kinds = {kind for ending in endings if (kind := kind_of(f"a{ending}"))}
    if kinds:
        warm(kinds)
    elif words[0] == "review":
        warm((), "curation.review.probes")


def _names(words: Sequence[str]) -> Iterator[str]:
    left = ENOUGH
    for word in words:
        folder = os.path.dirname(word) if word.endswith(".json") else word
        for _, _, names in os.walk(folder):
            yield from names
            left -= len(names)
            if left < 0:
                return
