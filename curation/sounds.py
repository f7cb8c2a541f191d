"""Pure: which recordings of samples are almost the same, by how their loudness goes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

LEVEL_DIFFERENCE = 0.5
"""Levels of loudness, 4 dB each, by which two alike recordings differ on average."""
LARGEST_LEVEL_DIFFERENCE = 3
"""Levels in any one part."""
LIVELINESS = 24
"""Sum of the steps between levels from which the course of loudness is a recording's own."""
LENGTH_DIFFERENCE = 0.01
"""Difference in length against the whole; encoders add some silence at the ends."""
LEAST_LENGTH_DIFFERENCE = 0.12
"""Seconds that may be added or lost in any case."""
NEIGHBOURS = 24
"""Recordings of one bin, sorted by length, that each is compared with at most."""

_QUARTER = 4
_BIN = 8
_BANDS = ((0, 1, 2), (3, 4, 5), (5, 6, 7), (0, 3, 6), (1, 4, 7))
_OFFSETS = (0, _BIN // 2)


@dataclass(frozen=True, slots=True)
class Sound:
    """How the loudness of a recording goes that the sample with that index names."""

    owner: int
    path: str
    levels: str
    seconds: float


def sounds(
    given: Sequence[Sound], uids: Sequence[str]
) -> Iterator[tuple[tuple[int, ...], str]]:
    """Yield the samples, sorted by uid, whose recordings are as long and go alike, and why."""
    lively = [s for s in given if _liveliness(s.levels) >= LIVELINESS]
    lively.sort(key=lambda s: (s.seconds, s.levels, uids[s.owner], s.path))
    levels = [[int(digit, 16) for digit in s.levels] for s in lively]
    for first, second in sorted(_candidates(lively, levels)):
        one, other = lively[first], lively[second]
        if one.owner != other.owner and _as_loud(levels[first], levels[second]):
            members = sorted((one.owner, other.owner), key=uids.__getitem__)
            names = sorted(filter(None, {one.path, other.path}))
            yield tuple(members), " sounds like ".join(names)


def _liveliness(levels: str) -> int:
    numbers = [int(digit, 16) for digit in levels]
    return sum(abs(a - b) for a, b in pairwise(numbers))


def _candidates(
    lively: Sequence[Sound], levels: Sequence[Sequence[int]]
) -> set[tuple[int, int]]:
    """Return the pairs that are as long and fall into one bin, by their places."""
    found: set[tuple[int, int]] = set()
    for members in _bins(levels).values():
        for place, first in enumerate(members):
            for second in members[place + 1 : place + 1 + NEIGHBOURS]:
                if not _as_long(lively[first], lively[second]):
                    break
                found.add((first, second))
    return found


def _bins(levels: Sequence[Sequence[int]]) -> Mapping[tuple[int, ...], list[int]]:
    """Sort into bins by parts of the course, so that few are compared with each other."""
    bins: dict[tuple[int, ...], list[int]] = {}
    for index, own in enumerate(levels):
        sums = [sum(own[i : i + _QUARTER]) for i in range(0, len(own), _QUARTER)]
        for number, band in enumerate(_BANDS):
            for offset in _OFFSETS:
                key = (number, offset, *[(sums[b] + offset) // _BIN for b in band])
                bins.setdefault(key, []).append(index)
    return bins


def _as_long(one: Sound, other: Sound) -> bool:
    allowed = max(LEAST_LENGTH_DIFFERENCE, LENGTH_DIFFERENCE * one.seconds)
    return other.seconds - one.seconds <= allowed


def _as_loud(one: Sequence[int], other: Sequence[int]) -> bool:
    apart = [abs(a - b) for a, b in zip(one, other, strict=True)]
    return max(apart) <= LARGEST_LEVEL_DIFFERENCE and sum(
        apart
    ) <= LEVEL_DIFFERENCE * len(apart)
