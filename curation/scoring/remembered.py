"""Pure: results of functions of short texts, which come again and again."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Generic, TypeVar

T = TypeVar("T")

LONGEST = 100
"""Characters of a text whose result is remembered: labels are shorter, stories are not."""


class Remembered(Generic[T]):
    """A function of a text that knows its last results, and holds no long texts for it."""

    def __init__(self, function: Callable[[str], T], most: int) -> None:
        self.__wrapped__ = function
        self._known = lru_cache(maxsize=most)(function)
        self.cache_clear = self._known.cache_clear

    def __call__(self, text: str) -> T:
        """Return the result for a text."""
        return self._known(text) if len(text) <= LONGEST else self.__wrapped__(text)


def remembered(most: int) -> Callable[[Callable[[str], T]], Remembered[T]]:
    """Make a function remember its results for the last *most* different texts."""
    return lambda function: Remembered(function, most)
