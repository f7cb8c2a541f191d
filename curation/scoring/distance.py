"""Edit distance and longest common subsequence of two sequences, in words of bits."""

from __future__ import annotations

from collections.abc import Hashable, Sequence


def _places(pattern: Sequence[Hashable]) -> dict[Hashable, int]:
    """Say at which positions each symbol stands, as the bits of a number."""
    places: dict[Hashable, int] = {}
    for index, symbol in enumerate(pattern):
        places[symbol] = places.get(symbol, 0) | 1 << index
    return places


def common(left: Sequence[Hashable], right: Sequence[Hashable]) -> int:
    """Return the length of the longest common subsequence (Hyyro 2004)."""
    places = _places(left)
    every = (1 << len(left)) - 1
    row = every
    for symbol in right:
        matches = row & places.get(symbol, 0)
        row = ((row + matches) | (row - matches)) & every
    return len(left) - row.bit_count()


def edits(left: Sequence[Hashable], right: Sequence[Hashable]) -> int:
    """Return the fewest insertions, deletions and substitutions (Myers 1999)."""
    if not left:
        return len(right)
    places = _places(left)
    every, last = (1 << len(left)) - 1, 1 << (len(left) - 1)
    up, down, distance = every, 0, len(left)
    for symbol in right:
        equal = places.get(symbol, 0)
        across = (((equal & up) + up) ^ up) | equal | down
        plus, minus = (down | ~(across | up)) & every, up & across
        distance += bool(plus & last) - bool(minus & last)
        plus, minus = (plus << 1 | 1) & every, (minus << 1) & every
        # The vertical differences follow from the horizontal ones of this column.
        diagonal = equal | down
        up, down = (minus | ~(diagonal | plus)) & every, plus & diagonal
    return distance
