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
    looked: Looked | None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check *paths* as `curation.validation.validate` does, or tell what it told before.

    *looked* is what lies below them; without it nothing is known, and nothing is kept.
    """
    if looked is None:
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


def _fresh(
    paths: Sequence[Path],
    settings: Settings,
    jobs: int | None,
    cache: Cache | None,
    progress: Progress | None,
) -> Report:
    from curation.validation import validate as run  # noqa: PLC0415 - after the workers' start

    return run(paths, settings, jobs=jobs, facts=cache, progress=progress)
