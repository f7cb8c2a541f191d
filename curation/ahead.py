"""Edge: begins what a check will need while the command that asks for it still loads."""

from __future__ import annotations

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
    if not words or words[0] not in CHECKS:
        return
    try:
        endings = {os.path.splitext(name)[1] for name in _names(words[1:])}
    except RecursionError:  # folders that lie very deep; not worth another way to walk
        return
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
