"""Pure: finds many byte strings at once, in one pass over what is searched."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

SHORTEST = 8
"""Bytes of the shortest string that can be found."""
WIDE = 16
"""Bytes from which a string is looked for by 16 of them, so that few places are tried."""
_CHUNK = 4 << 20
_BITS = 24
_FIRST = np.uint64(0x9E3779B97F4A7C15)
_SECOND = np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT = np.uint64(64 - _BITS)

_Keys = NDArray[np.uint64]


class Index:
    """Byte strings that are looked for; each is known by its place in the sequence."""

    def __init__(self, needles: Sequence[bytes]) -> None:
        self._needles = needles
        wide = [i for i, n in enumerate(needles) if len(n) >= WIDE]
        narrow = [i for i, n in enumerate(needles) if SHORTEST <= len(n) < WIDE]
        self._tables = [
            _Table(needles, members, width)
            for members, width in ((wide, WIDE), (narrow, SHORTEST))
            if members
        ]

    def hits(self, text: bytes) -> Iterator[tuple[int, int]]:
        """Yield the place of each string that stands in a text, and which it is."""
        for table in self._tables:
            for start in range(0, max(1, len(text)), _CHUNK):
                # Windows that begin in this part may end in the next.
                part = text[start : start + _CHUNK + table.width - 1]
                for place, needle, before in table.candidates(part):
                    begin = start + place - before
                    own = self._needles[needle]
                    if begin >= 0 and text[begin : begin + len(own)] == own:
                        yield begin, needle


class _Table:
    """Finds strings by one window of each: the one that fewest others have."""

    def __init__(
        self, needles: Sequence[bytes], members: Sequence[int], width: int
    ) -> None:
        self.width = width
        places = [_places(len(needles[i]), width) for i in members]
        windows = [
            needles[i][p : p + width]
            for i, own in zip(members, places, strict=True)
            for p in own
        ]
        counts = Counter(windows)
        rest = iter(windows)
        chosen: list[tuple[int, int, bytes]] = []
        for index, own in zip(members, places, strict=True):
            pairs = [(next(rest), place) for place in own]
            window, place = min(pairs, key=lambda pair: counts[pair[0]])
            chosen.append((index, place, window))
        keys = _hashed(
            np.frombuffer(b"".join(w for _, _, w in chosen), "<u8").reshape(
                -1, width // 8
            )
        )
        self._seen = np.zeros(1 << _BITS, bool)
        self._seen[keys >> _SHIFT] = True
        self._keys = np.unique(keys)
        self._owners: dict[int, list[tuple[int, int]]] = {}
        for (index, place, _), key in zip(chosen, keys.tolist(), strict=True):
            self._owners.setdefault(key, []).append((index, place))

    def candidates(self, text: bytes) -> Iterator[tuple[int, int, int]]:
        """Yield a place, the string that may stand there, and where in it the place is."""
        for offset in range(8):
            count = (len(text) - offset) // 8
            if count < self.width // 8:
                continue
            words: _Keys = np.frombuffer(text, "<u8", count, offset)
            keys: _Keys = words * _FIRST
            if self.width == WIDE:
                keys = keys[:-1] + words[1:] * _SECOND
            found = np.flatnonzero(self._seen[keys >> _SHIFT])
            sure = found[self._known(keys[found])]
            for place, key in zip(sure.tolist(), keys[sure].tolist(), strict=True):
                for needle, before in self._owners[key]:
                    yield offset + 8 * place, needle, before

    def _known(self, keys: _Keys) -> NDArray[np.bool_]:
        places = np.searchsorted(self._keys, keys).clip(max=len(self._keys) - 1)
        known: NDArray[np.bool_] = self._keys[places] == keys
        return known


def _places(length: int, width: int) -> tuple[int, ...]:
    last = length - width
    return tuple(sorted({0, last // 3, 2 * last // 3, last}))


def _hashed(windows: _Keys) -> _Keys:
    keys: _Keys = windows[:, 0] * _FIRST
    if windows.shape[1] > 1:
        keys = keys + windows[:, 1] * _SECOND
    return keys
