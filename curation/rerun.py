"""A whole run with its cache: what has not changed since is told without being read."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from curation.looked import Looked
from curation.settings import Settings

if TYPE_CHECKING:
    from curation.cache import Cache
    from curation.finding import Report
    from curation.validation import Progress


def validate(
    paths: Sequence[Path],
    settings: Settings,
    looked: Looked,
    *,
    jobs: int | None = None,
    use_cache: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Check *paths* as `curation.validation.validate` does, or tell what it told before."""
    _warm(looked)  # before anything that takes its time
    if not use_cache:
        return _fresh(paths, settings, jobs, None, progress)
    from curation.cache import Cache, run_key  # noqa: PLC0415 - after the workers' start
    from curation.report import FORMATS, Options, from_json  # noqa: PLC0415

    cache = Cache(settings)
    try:
        key = run_key(looked.stamps, settings)
        before = cache.run(key)
        if before is not None:
            # A report that this version cannot read is as good as none.
            with contextlib.suppress(ValueError):
                return from_json(before)
        report = _fresh(paths, settings, jobs, cache, progress)
        if report.sound and looked.unchanged:
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


def _warm(looked: Looked) -> None:
    """Start the decoders that the endings of the files call for, on the other processor."""
    endings = {path.rpartition(".")[2].lower() for path, _ in looked.stamps}
    kinds = [kind for kind, some in _ENDINGS.items() if endings.intersection(some)]
    if kinds:
        from curation.forks import warm  # noqa: PLC0415 - not for words alone

        warm(kinds)


def _fresh(
    paths: Sequence[Path],
    settings: Settings,
    jobs: int | None,
    cache: Cache | None,
    progress: Progress | None,
) -> Report:
    from curation.validation import validate as run  # noqa: PLC0415 - after the workers' start

    return run(paths, settings, jobs=jobs, facts=cache, progress=progress)
