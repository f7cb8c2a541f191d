"""Reads COCO run lengths far enough to know whether they are whole."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

from curation.model import Json

_NUMBER = re.compile("[P-o]*[0-O]")
"""One number: characters of five bits each, the lowest first, `P` to `o` before the last."""
LONGEST_NUMBER = 8
"""Characters; more would be a run of over 10^12 pixels."""


LARGEST = 1 << 40
"""Pixels of one run, or of one side, that are taken for a mistake."""


class _Numbers(dict[str, int]):
    """What each group of characters stands for; few occur, and often."""

    def __missing__(self, text: str) -> int:
        if len(text) > LONGEST_NUMBER:
            raise ValueError(f"counts holds a number of {len(text)} characters")
        value = sum((ord(c) - 48 & 31) << 5 * i for i, c in enumerate(text))
        if ord(text[-1]) - 48 & 16:
            value -= 1 << 5 * len(text)
        if len(self) > _KEPT:
            self.clear()
        self[text] = value
        return value


_KEPT = 1 << 16
_numbers = _Numbers()


def decompressed(text: str) -> list[int]:
    """Return the run lengths that a compressed text stands for.

    From the fourth on, each is written as its difference to the one two before.

    Raises:
        ValueError: it holds other characters, ends within a number, or is absurd.
    """
    groups = _NUMBER.findall(text)
    if sum(map(len, groups)) != len(text):
        rest = _NUMBER.sub("", text)
        raise ValueError(
            f"counts ends within a number ({rest[-8:]!r})"
            if re.fullmatch("[P-o]+", rest)
            else f"counts holds {re.sub('[0-o]', '', rest)[:8]!r}"
        )
    written = [_numbers[group] for group in groups]
    runs = written[:1] + [0] * (len(written) - 1)
    runs[1::2] = accumulate(written[1::2])
    runs[2::2] = accumulate(written[2::2])
    return runs


def fault(mask: Json) -> str:
    """Say what is wrong with a mask of `size` and `counts`; '' if nothing is."""
    counts = mask["counts"]
    try:
        height, width = _whole("size", mask["size"])
        runs = decompressed(counts) if type(counts) is str else _whole("counts", counts)
    except ValueError as error:
        return str(error)
    if min(runs, default=0) < 0:
        return f"a run of {min(runs)} pixels"
    total = sum(runs)
    if total != height * width:
        area = f"{height} x {width} are {height * width:,}"
        return f"the runs add up to {total:,} pixels, {area}"
    return ""


def _whole(name: str, value: Json) -> Sequence[int]:
    if type(value) is not list or not all(type(v) is int for v in value):
        raise ValueError(f"{name} is {_shown(value)}, expected whole numbers")
    if any(abs(v) > LARGEST for v in value):
        raise ValueError(f"{name} holds a number beyond {LARGEST:,}")
    if name == "size" and len(value) != 2:  # noqa: PLR2004
        raise ValueError(f"size is {_shown(value)}, expected [height, width]")
    return value


def _shown(value: Json) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."  # noqa: PLR2004
