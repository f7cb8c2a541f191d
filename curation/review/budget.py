"""Pure: how many bytes each file may take on the page, so that the page stays small."""

from __future__ import annotations

from collections.abc import Collection

import orjson

from curation.model import Json

PAGE = 20_000_000
"""Bytes of a page of a typical task."""
TEXTS = 6_000_000
"""Bytes of the words of all samples."""
FIXED = 300_000
"""Bytes of what is always there: style, scripts, overview."""
LEAST = 6_000
"""Bytes below which nothing can be made out."""
MOST = 4_000_000
"""Bytes of one file at most."""
_BASE64 = 4 / 3
_NEEDS = {"image": 120_000, "mask": 20_000, "frame": 25_000, "array": 60_000, "mesh": 250_000, "pointcloud": 200_000}  # fmt: skip
"""Bytes that a file takes at most, however large it is."""
_SURELY = {"audio": 40_000, "video": 100_000}
"""Bytes that are drawn of a file besides what is played."""
EXCERPT = 1000
"""Characters that are left of a text where all of them are too many."""
LONGEST = 50_000
"""Characters of one text that are shown."""


def room(files: list[tuple[str, int]], spent: int) -> int:
    """Return the bytes that each file, of a kind and size, may take when *spent* are gone.

    Small files leave what they do not need to the large ones.
    """
    left = float(media(spent))
    needs = sorted(_need(kind, size) for kind, size in files)
    for place, need in enumerate(needs):
        share = left / (len(needs) - place)
        if need > share:
            return max(LEAST, min(MOST, int(share)))
        left -= need
    return MOST


def media(spent: int) -> int:
    """Return the bytes that all that is drawn may take when *spent* are gone."""
    return max(0, int((PAGE - FIXED - spent) / _BASE64))


def _need(kind: str, size: int) -> int:
    if kind in _NEEDS:
        return min(_NEEDS[kind], size * 2 + LEAST)
    return size + _SURELY.get(kind, LEAST)


def shortened(
    samples: list[Json], kept: Collection[int] = ()
) -> tuple[list[Json], int]:
    """Cut long texts until all samples fit; return them and the bytes that they take.

    Those at *kept*, which are looked at first, have half of the room for themselves.
    """
    size = len(_written(samples))
    if size <= TEXTS:
        return samples, size
    first, spent = _within([samples[i] for i in kept], TEXTS // 2)
    places = set(kept)
    others = [sample for i, sample in enumerate(samples) if i not in places]
    rest, size = _within(others, TEXTS - spent)
    looked, left = dict(zip(kept, first, strict=True)), iter(rest)
    whole = [looked[i] if i in places else next(left) for i in range(len(samples))]
    return whole, spent + size


def _within(samples: list[Json], room: int) -> tuple[list[Json], int]:
    """Cut all texts at the same length until the samples fit into *room* bytes."""
    longest = LONGEST
    while True:
        cut = [_cut(sample, longest) for sample in samples]
        size = len(_written(cut))
        if size <= room or longest <= EXCERPT // 10:
            return cut, size
        fitting = int(longest * room / size)
        longest = min(longest // 2, max(EXCERPT // 10, fitting))


def _written(value: Json) -> bytes:
    try:
        return orjson.dumps(value)
    except (TypeError, orjson.JSONEncodeError):
        import json  # noqa: PLC0415 - for numbers and surrogates that others refuse

        return json.dumps(value).encode()


DEEPEST = 40
ITEMS = 2000


def _cut(value: Json, longest: int, depth: int = 0) -> Json:
    """Copy a value; what is too long ends with a word about how much is left out."""
    if isinstance(value, str):
        rest = len(value) - longest
        return value if rest <= 0 else f"{value[:longest]} … [{rest:,} more characters]"
    if isinstance(value, dict):
        if depth >= DEEPEST:
            return "{ … }"
        return {k[:longest]: _cut(v, longest, depth + 1) for k, v in value.items()}
    if isinstance(value, list):
        if depth >= DEEPEST:
            return "[ … ]"
        items = [_cut(v, longest, depth + 1) for v in value[:ITEMS]]
        rest = len(value) - ITEMS
        return items if rest <= 0 else [*items, f"… [{rest:,} more]"]
    return value
