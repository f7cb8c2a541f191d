"""Finds pictures that look almost the same, by their thumbnails, in near-linear time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import itemgetter, sub

SIDE = 16
"""Rows and columns of a thumbnail, one byte of grey each."""
CELLS = SIDE * SIDE
MEAN_DIFFERENCE = 3.0
"""Grey levels by which two alike thumbnails differ at most, on average."""
CELL_DIFFERENCE = 12
"""Grey levels at most in any one cell: another word or hand of a clock is local."""
SHARE_OF_CONTRAST = 0.06
"""The mean difference against the contrast: pages are all white but for their words."""
LEAST_CONTRAST = 2.0
"""Mean deviation from the mean; blank pictures below it are never alike."""
BIN = 256
"""Width of the bins by which candidates are found, for sums over 32 cells."""
NEIGHBOURS = 16
"""Pictures of one bin, sorted by brightness, that each is compared with at most."""
_BANDS = (
    (0, 2, 4, 6, 8, 10, 12, 14),
    (1, 3, 5, 7, 9, 11, 13, 15),
    (0, 3, 4, 7, 9, 10, 13, 14),
)
"""Sums that make up one key each: of pairs of rows, from 8 on of pairs of columns."""
_LARGEST = int(MEAN_DIFFERENCE * CELLS)


def alike(thumbs: Sequence[bytes]) -> Iterator[tuple[int, int, float]]:
    """Yield the indices of alike pictures, the lower first, and their mean difference.

    Each is compared with those only that share a bin with it, so that the time grows
    with the number of pictures and not with its square. Nearly all pairs are found: a
    pair is missed if some sum falls into another bin in each of four ways of sorting.
    """
    sums = [_sums(thumb) for thumb in thumbs]
    done: set[tuple[int, int]] = set()
    for band in _BANDS:
        for first, second in _candidates(sums, band):
            pair = (first, second) if first < second else (second, first)
            if pair not in done:
                done.add(pair)
                difference = likeness(thumbs[first], thumbs[second])
                if difference is not None:
                    yield *pair, difference


def likeness(one: bytes, other: bytes) -> float | None:
    """Return the mean difference of two thumbnails; None if they are not alike."""
    differences: list[int] = list(map(abs, map(sub, one, other)))
    mean = sum(differences) / CELLS
    if mean > MEAN_DIFFERENCE or max(differences) > CELL_DIFFERENCE:
        return None
    contrast = min(_contrast(one), _contrast(other))
    if contrast < LEAST_CONTRAST or mean > SHARE_OF_CONTRAST * contrast:
        return None
    return mean


def _contrast(thumb: bytes) -> float:
    mean = sum(thumb) / CELLS
    return sum(abs(cell - mean) for cell in thumb) / CELLS


def _sums(thumb: bytes) -> tuple[int, ...]:
    """Return the sums of eight pairs of rows, eight pairs of columns, and the whole."""
    rows = [sum(thumb[i : i + 2 * SIDE]) for i in range(0, CELLS, 2 * SIDE)]
    columns = [
        sum(thumb[i::SIDE]) + sum(thumb[i + 1 :: SIDE]) for i in range(0, SIDE, 2)
    ]
    return (*rows, *columns, sum(rows))


def _candidates(
    sums: Sequence[tuple[int, ...]], band: tuple[int, ...]
) -> Iterator[tuple[int, int]]:
    """Sort into bins by the deviations from the mean: those stay when all gets brighter."""
    bins: dict[tuple[int, ...], list[int]] = {}
    pick = itemgetter(*band)
    for index, own in enumerate(sums):
        mean = own[-1] * 2 // SIDE
        key = tuple([(s - mean) // BIN for s in pick(own)])
        bins.setdefault(key, []).append(index)
    for members in bins.values():
        if len(members) > 1:
            yield from _close(sums, members)


def _close(
    sums: Sequence[tuple[int, ...]], members: list[int]
) -> Iterator[tuple[int, int]]:
    """Yield the pairs in a bin whose sums do not rule out that they are alike."""
    members.sort(key=lambda index: sums[index][-1])
    for place, first in enumerate(members):
        one = sums[first]
        for second in members[place + 1 : place + 1 + NEIGHBOURS]:
            other = sums[second]
            if other[-1] - one[-1] > _LARGEST:
                break
            # What differs in the sums differs in the cells.
            if (
                sum(map(abs, map(sub, one[:8], other))) <= _LARGEST
                and sum(map(abs, map(sub, one[8:16], other[8:16]))) <= _LARGEST
            ):
                yield first, second
