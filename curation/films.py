"""Pure: which films show the same, by a few of their pictures, in near-linear time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain

from curation.traits import Thumb
from validators.likeness import CELLS, SIDE

SHAPES_APART = 1.03
"""Factor by which the shapes of two versions of a film differ at most."""
LEAST_CONTRAST = 4
"""Mean deviation of grey levels below which a picture is a fade, and tells nothing."""
BITS_APART = 6
"""Of the 64 that tell where a picture is brighter than on average."""
ONE_IS_ENOUGH = 97
"""Correlation, in hundredths, from which one picture shows that films are the same."""
TWO_ARE_ENOUGH = 90
"""The same for two pictures, if hardly a bit of them differs."""
FEW_BITS_APART = 2
COMMON = 10
"""Films beyond which a picture that they share is a title, and not enough alone."""
NEIGHBOURS = 24
"""Pictures of one bin, in the order of their bits, that each is compared with at most."""

_BANDS = 4
_WIDTH = 16


class _View:
    """One picture of a film, prepared to be compared."""

    def __init__(self, film: int, thumb: Thumb) -> None:
        cells = thumb.grey
        self.film = film
        self.shape = thumb.width, thumb.height
        self.cells = cells
        self.sum = sum(cells)
        self.variance = CELLS * sum(c * c for c in cells) - self.sum**2
        self.bits = _bits(cells)

    @property
    def dull(self) -> bool:
        """Whether it has too little contrast."""
        return (
            sum(abs(CELLS * c - self.sum) for c in self.cells)
            < LEAST_CONTRAST * CELLS**2
        )

    def correlates(self, other: _View, hundredths: int) -> bool:
        """Tell in whole numbers whether the correlation is that high."""
        products = sum(a * b for a, b in zip(self.cells, other.cells, strict=True))
        covariance = CELLS * products - self.sum * other.sum
        limit = hundredths**2 * self.variance * other.variance
        return covariance > 0 and covariance**2 * 10_000 >= limit


def _bits(cells: bytes) -> int:
    """Tell of each of 64 squares whether it is brighter than half of them."""
    squares = [
        cells[at] + cells[at + 1] + cells[at + SIDE] + cells[at + SIDE + 1]
        for row in range(0, SIDE, 2)
        for at in range(row * SIDE, row * SIDE + SIDE, 2)
    ]
    middle = sorted(squares)[len(squares) // 2]
    return sum((square > middle) << place for place, square in enumerate(squares))


def matching(films: Sequence[Sequence[Thumb]]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of films that show the same, by their indices, the lower first.

    One picture that is much alike is enough unless many films have it; of less alike ones
    it takes two of either film.
    """
    views = [_View(number, t) for number, thumbs in enumerate(films) for t in thumbs]
    views = [view for view in views if not view.dull]
    sharing: dict[int, set[int]] = {}
    sure: dict[tuple[int, int], list[tuple[int, int]]] = {}
    fair: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for first, second in sorted(_candidates(views)):
        one, other = views[first], views[second]
        pair = one.film, other.film
        if one.correlates(other, ONE_IS_ENOUGH):
            sure.setdefault(pair, []).append((first, second))
            fair.setdefault(pair, []).append((first, second))
            sharing.setdefault(first, {one.film}).add(other.film)
            sharing.setdefault(second, {other.film}).add(one.film)
        elif (one.bits ^ other.bits).bit_count() <= FEW_BITS_APART and one.correlates(
            other, TWO_ARE_ENOUGH
        ):
            fair.setdefault(pair, []).append((first, second))
    for pair, matches in sorted(fair.items()):
        rare = any(
            max(map(len, (sharing[first], sharing[second]))) <= COMMON
            for first, second in sure.get(pair, ())
        )
        if rare or min(len(set(side)) for side in zip(*matches, strict=True)) > 1:
            yield pair


def _candidates(views: Sequence[_View]) -> set[tuple[int, int]]:
    """Return the pairs of pictures of two films that share a quarter of their bits."""
    bins: dict[tuple[int, int], list[int]] = {}
    for index, view in enumerate(views):
        for band in range(_BANDS):
            part = view.bits >> band * _WIDTH & (1 << _WIDTH) - 1
            bins.setdefault((band, part), []).append(index)
    return set(chain.from_iterable(_close(views, members) for members in bins.values()))


def _close(views: Sequence[_View], members: list[int]) -> Iterator[tuple[int, int]]:
    members.sort(key=lambda index: (views[index].bits, index))
    for place, one in enumerate(members):
        for other in members[place + 1 : place + 1 + NEIGHBOURS]:
            first, second = sorted((one, other))
            if views[first].film != views[second].film and _may_be(
                views[first], views[second]
            ):
                yield first, second


def _may_be(one: _View, other: _View) -> bool:
    shapes = one.shape[0] * other.shape[1], other.shape[0] * one.shape[1]
    apart = (one.bits ^ other.bits).bit_count()
    return apart <= BITS_APART and max(shapes) <= SHAPES_APART * min(shapes)
