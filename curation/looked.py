"""Edge: what lies below the paths that a run looks at, as far as it shows what changed.

A run that is known is told again from here and `told` alone, so that neither imports much.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import cached_property

CONFIGURATIONS = ("curate.toml", "pyproject.toml")
"""Names of the files that can hold a configuration, in the order in which they count."""

Stamp = tuple[str, tuple[int, ...]]
"""A path, and what changes when its content does; nothing where it cannot be seen."""


class Looked:
    """What lies below some paths when this is made."""

    def __init__(self, paths: Iterable[str]) -> None:
        self.paths = tuple(paths)
        self.stamps = _stamps(self.paths)

    @cached_property
    def unchanged(self) -> bool:
        """Whether all is as it was; to be asked once, after all was read."""
        return _stamps(self.paths) == self.stamps


def _stamps(paths: Iterable[str]) -> list[Stamp]:
    found: list[Stamp] = []
    for path in paths:
        real = os.path.realpath(path)
        found += [(path, ()), _seen(real)]
        whole = path
        # A single annotation file is read together with the folder it lies in.
        if real.lower().endswith(".json") and not os.path.isdir(real):
            whole = os.path.dirname(real)
        if os.path.basename(whole) == "json":
            whole = os.path.dirname(whole)
        todo = [whole] if os.path.isdir(whole) else []
        while todo:
            found += _below(todo)
    found += map(_seen, _configurations())
    return found


def _configurations() -> Iterator[str]:
    """Yield where a configuration may lie that holds here, whether one does or not."""
    try:
        folder, above = "", os.getcwd()
    except FileNotFoundError:  # it was deleted, and holds none
        return
    while folder != above:
        folder, above = above, os.path.dirname(above)
        yield from (os.path.join(folder, name) for name in CONFIGURATIONS)


def _seen(path: str) -> Stamp:
    try:
        return path, _stamp(os.stat(path))
    except OSError:
        return path, ()


def _below(todo: list[str]) -> list[Stamp]:
    found: list[Stamp] = []
    try:
        inside = list(os.scandir(todo.pop()))
    except OSError:
        return found
    for entry in sorted(inside, key=lambda e: e.name):
        try:
            stamp = _stamp(entry.stat(follow_symlinks=False))
        except OSError:  # it went while the folder was read, or must not be seen
            stamp = ()
        found.append((entry.path, stamp))
        if entry.is_dir(follow_symlinks=False):
            todo.append(entry.path)
    return found


def _stamp(facts: os.stat_result) -> tuple[int, ...]:
    return (
        facts.st_mode,
        facts.st_dev,
        facts.st_ino,
        facts.st_size,
        facts.st_mtime_ns,
        facts.st_ctime_ns,
    )
