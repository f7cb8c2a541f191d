"""The four scores of a board and the level that they reach."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ladder:
    """Levels 2 to 5, each 0 to 100, higher is better; None is not on this board."""

    l2: float | None
    l3: float | None = None
    l4: float | None = None
    l5: float | None = None

    @property
    def scores(self) -> tuple[tuple[int, float | None], ...]:
        """The levels with their scores."""
        return (2, self.l2), (3, self.l3), (4, self.l4), (5, self.l5)

    @property
    def level(self) -> int:
        """The highest level with a score above 0, or 1."""
        return max((k for k, score in self.scores if score and score > 0.0), default=1)


def harmonic(one: float, other: float) -> float:
    """Return the harmonic mean, 0 where one of the two is 0.

    It is held to the arithmetic mean, which rounding could otherwise pass, so that
    Level 4 is never above Level 3.
    """
    if one <= 0.0 or other <= 0.0:
        return 0.0
    return min(2.0 * one * (other / (one + other)), (one + other) / 2.0)
