"""`curate split`: decides which samples are open and which are close, once and for all."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curation import exits
from curation.commands import options

if TYPE_CHECKING:
    from curation.division import Division
    from curation.settings import Settings


@click.command()
@click.argument(
    "benchmark", metavar="BENCH", type=click.Path(file_okay=False, path_type=Path)
)
@options.key
@click.option(
    "--dry-run",
    is_flag=True,
    help="Report what would be done, and leave the ledger as it is.",
)
@click.option(
    "--version",
    metavar="X.Y.Z",
    help="The version that new samples come in. [default: 1.0.0, later the next minor one]",
)
@options.unreviewed
@options.form(["text", "json"], "text", "Form of the report.")
@options.config
@options.jobs
@options.cache
@click.option(
    "--verbose", "-v", is_flag=True, help="List all groups, and not only the largest."
)
def command(  # noqa: PLR0913 - one parameter an option
    benchmark: Path,
    key_file: Path,
    dry_run: bool,
    version: str | None,
    unreviewed: bool,
    form: str,
    config: Path | None,
    jobs: int | None,
    use_cache: bool,
    verbose: bool,
) -> int:
    """Divide the tasks of the benchmark BENCH into an Open and a Close set.

    A keyed hash decides for each group of samples that must not be torn apart: those with
    the same or almost the same media, the same question, or the same group. What was
    divided before stays where it is; a new sample that ties an open one to a close one is
    held back. The result is written to ledger.jsonl.

    Only tasks that a review accepts are taken; the report lists those that are left out.

    Exit codes: 0 divided, 2 the benchmark, its ledger or the key cannot be used.
    """  # fmt: skip
    from curation import ledger  # noqa: PLC0415
    from curation.benchmark import Unfit  # noqa: PLC0415
    from curation.key import Refused  # noqa: PLC0415
    from curation.review.record import Broken  # noqa: PLC0415

    settings = options.settings(config)
    # Millions of values stay to the end: to look for cycles among them costs more than
    # all that is done with them.
    gc.disable()
    try:
        found = _divided(
            benchmark,
            key_file,
            settings,
            version,
            dry_run=dry_run,
            unreviewed=unreviewed,
            jobs=jobs,
            use_cache=use_cache,
        )
        if not dry_run:
            ledger.append(found.benchmark.ledger, found.entries)
    except (Unfit, Refused, Broken, ledger.Inconsistent) as error:
        raise click.UsageError(str(error)) from None
    finally:
        gc.enable()
    from curation.division_report import as_json, as_text  # noqa: PLC0415

    text = (
        as_json(found, dry_run=dry_run)
        if form == "json"
        else as_text(found, dry_run=dry_run, verbose=verbose)
    )
    click.echo(text, nl=False)
    return exits.CLEAN


def _divided(  # noqa: PLR0913 - what was asked for
    folder: Path,
    key_file: Path,
    settings: Settings,
    version: str | None,
    *,
    dry_run: bool,
    unreviewed: bool,
    jobs: int | None,
    use_cache: bool,
) -> Division:
    from curation import benchmark, division, key  # noqa: PLC0415
    from curation.cache import Cache  # noqa: PLC0415
    from curation.examining import Means  # noqa: PLC0415
    from curation.workers import LocalPool  # noqa: PLC0415

    found = benchmark.load(folder)
    secret = key.load(key_file, [folder])
    key.see_bound(folder, secret)
    progress = None
    if sys.stderr.isatty():
        from curation.progress import Bar  # noqa: PLC0415

        progress = Bar()
    facts = Cache(settings) if use_cache else None
    jobs = jobs or os.cpu_count() or 1
    engine = LocalPool(jobs, settings.limits)
    means = Means(engine, jobs, settings, facts, progress)
    try:
        divided = division.divide(found, secret, means, version, unreviewed=unreviewed)
        if not dry_run:
            # Before the ledger tells of anything that this key has placed.
            key.bind(folder, secret)
        return divided
    finally:
        if facts:
            facts.close()
