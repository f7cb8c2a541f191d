"""A whole run with its cache: what has not changed since is told without being read."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from curation.settings import Settings

if TYPE_CHECKING:
    from curation.cache import Cache
    from curation.finding import Report
    from curation.validation import Progress


def validate(
    paths: Sequence[Path],
    settings: Settings,
    *,
    jobs: int | None = None,
    use_cache: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Check *paths* as `curation.validation.validate` does, or tell what it told before."""
    stamps = _stamps(paths)
    if not use_cache:
        _warm(stamps)
        return _fresh(paths, settings, jobs, None, progress)
    from curation.cache import Cache, run_key  # noqa: PLC0415 - after the workers' start
    from curation.report import FORMATS, Options, from_json  # noqa: PLC0415

    cache = Cache(settings)
    try:
        key = run_key(stamps, settings)
        before = cache.run(key)
        if before is not None:
            # A report that this version cannot read is as good as none.
            with contextlib.suppress(ValueError):
                return from_json(before)
        _warm(stamps)
        report = _fresh(paths, settings, jobs, cache, progress)
        # The key is taken again: what changed while it was read must be read again.
        if (
            report.complete
            and not report.failures
            and run_key(_stamps(paths), settings) == key
        ):
            cache.keep_run(key, FORMATS["json"](report, Options()))
        return report
    finally:
        cache.close()


_ENDINGS = {
    "image": ("png", "jpg", "jpeg", "gif", "webp", "bmp", "tif", "tiff"),
    "audio": ("wav", "flac", "mp3", "ogg", "opus", "m4a"),
    "video": ("mp4", "mkv", "webm", "avi", "mov"),
    "mesh": ("glb", "gltf", "obj", "ply", "stl", "off"),
    "array": ("npy", "npz", "flo"),
}
"""Which decoder the ending of a file calls for, as a guess that only saves time."""


def _warm(stamps: Sequence[tuple[str, tuple[int, ...]]]) -> None:
    """Start the decoders that the endings of the files call for, on the other processor."""
    endings = {path.rpartition(".")[2].lower() for path, _ in stamps}
    kinds = [kind for kind, some in _ENDINGS.items() if endings.intersection(some)]
    if kinds:
        from curation.forks import warm  # noqa: PLC0415 - not for a known run

        warm(kinds)


def _fresh(
    paths: Sequence[Path],
    settings: Settings,
    jobs: int | None,
    cache: Cache | None,
    progress: Progress | None,
) -> Report:
    from curation.validation import validate as run  # noqa: PLC0415 - not for a known run

    return run(paths, settings, jobs=jobs, facts=cache, progress=progress)


def _stamps(paths: Sequence[Path]) -> list[tuple[str, tuple[int, ...]]]:
    """List all that lies below *paths*, with what changes when its content does."""
    found: list[tuple[str, tuple[int, ...]]] = []
    for path in paths:
        # A single annotation file is read together with the folder it lies in.
        whole = (
            path
            if path.is_dir() or path.suffix.lower() != ".json"
            else path.resolve().parent
        )
        if whole.name == "json":
            whole = whole.parent
        found += [(str(path), ()), (str(path.resolve()), _stamp(os.stat(path)))]
        todo = [str(whole)] if whole.is_dir() else []
        while todo:
            found += _below(todo)
    return found


def _below(todo: list[str]) -> list[tuple[str, tuple[int, ...]]]:
    found: list[tuple[str, tuple[int, ...]]] = []
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
