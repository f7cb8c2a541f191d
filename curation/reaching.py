"""Pure: what a path of the schema leads to, in all samples at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from operator import itemgetter

import schemas
from curation.model import Json
from schemas import ANY, DEEP, Pointer, Step


def _plain(step: Step) -> bool:
    """Whether a step of a path is a key, and leads to one place at most."""
    return type(step) is str and step not in {ANY, DEEP} and not step.isdigit()


def walk(
    owners: Sequence[int], values: Sequence[Json], path: Sequence[Step]
) -> tuple[Sequence[int], Sequence[Json], int]:
    """Follow the keys that a path begins with through all samples at once.

    Indices and values are kept apart: a hundred thousand pairs keep the collector busy.
    """
    for taken, step in enumerate(path):
        if not _plain(step):
            return owners, values, taken
        try:
            values = list(map(itemgetter(step), values))
        except (KeyError, TypeError):
            kept = [i for i, v in enumerate(values) if type(v) is dict and step in v]
            owners, values = [owners[i] for i in kept], [values[i][step] for i in kept]
    return owners, values, len(path)


def reach(
    owners: Sequence[int],
    values: Sequence[Json],
    path: tuple[Step, ...],
    at: Pointer = (),
) -> Iterator[tuple[int, Pointer, Json]]:
    """Yield sample index, pointer and value wherever a path leads to."""
    owners, values, taken = walk(owners, values, path)
    here, rest = (*at, *map(str, path[:taken])), path[taken:]
    if not rest:
        for index, value in zip(owners, values, strict=True):
            yield index, here, value
    elif isinstance(rest[0], re.Pattern):
        for key, rows in _by_key(owners, values, rest[0]).items():
            yield from reach(*rows, rest[1:], (*here, key))
    else:
        for index, value in zip(owners, values, strict=True):
            for pointer, found in schemas.find(rest, value, here):
                yield index, pointer, found


def _by_key(
    owners: Sequence[int], values: Sequence[Json], pattern: re.Pattern[str]
) -> dict[str, tuple[list[int], list[Json]]]:
    """Sort by key what stands under the keys that *pattern* is found in."""
    keys = {k for v in values if type(v) is dict for k in v}
    found: dict[str, tuple[list[int], list[Json]]] = {
        k: ([], []) for k in sorted(keys) if pattern.search(k)
    }
    for index, value in zip(owners, values, strict=True) if found else ():
        for key in value if type(value) is dict else ():
            if key in found:
                found[key][0].append(index)
                found[key][1].append(value[key])
    return found
