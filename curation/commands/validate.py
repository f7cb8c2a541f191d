"""`curate validate`: the main job, from paths to a report and an exit code."""

from __future__ import annotations

import stat
import sys
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curation import told
from curation.commands import options
from curation.commands.fetching import Place, fetched
from curation.commands.showing import see_output, shown
from curation.looked import Looked

if TYPE_CHECKING:
    from curation.commands.fetching import Given
    from curation.finding import Report
    from curation.published.places import Tasks
    from curation.settings import Settings


@click.command()
@click.argument("paths", nargs=-1, required=True, type=Place())
@options.findings
@options.config
@options.jobs
@options.cache
@options.verdict
@click.pass_obj
def command(  # noqa: PLR0913 - one parameter an option
    name: str | None,
    paths: tuple[Given, ...],
    form: str,
    output: Path | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    config: Path | None,
    jobs: int | None,
    use_cache: bool,
    fail_on: str,
    quiet: bool,
    verbose: bool,
    color: str,
) -> int:
    """Check tasks against the schema of their family, and decode every media file.

    PATHS are task folders, trees of tasks, annotation files, or .zip, .tar and .tar.gz
    archives of those; or hf://datasets/OWNER/NAME[@REVISION][/PATH] for what is published.

    The report goes to stdout, progress to stderr. Exit codes: 0 clean, 1 findings,
    2 usage or configuration, 3 a failure of ours, 130 interrupted.
    """  # fmt: skip
    see_output(output)
    settings = options.settings(config, select, ignore)
    for path in paths:
        if isinstance(path, Path):
            _see(path)
    with ExitStack() as stack:
        far: list[Tasks] = []
        here = tuple(_here(path, far, stack, quiet=quiet) for path in paths)
        names = {one.above.as_posix(): one.name for one in far}
        looked = None
        if use_cache:
            looked = Looked(map(str, (*here, *filter(None, [config]))))
        report = _checked(here, settings, looked, jobs=jobs, quiet=quiet)
        if far:
            from curation.published.withheld import without  # noqa: PLC0415

            report = without(
                report, {k: v for one in far for k, v in one.close.items()}
            )
        keep = None
        if name and looked and not (output or names) and report.sound:
            keep = partial(told.keep, name, looked)
        return shown(
            report,
            form,
            output,
            names,
            keep,
            fail_on=fail_on,
            quiet=quiet,
            verbose=verbose,
            color=color,
        )


def _see(path: Path) -> None:
    """See that a path is one that can hold tasks.

    Raises:
        click.UsageError: it is none.
    """
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        raise click.UsageError(f"{path} does not exist") from None
    except OSError as error:  # its folder may not be entered, its name is too long
        raise click.UsageError(f"{path}: {error.strerror}") from None
    if stat.S_ISDIR(mode):
        return
    if not stat.S_ISREG(mode):
        raise click.UsageError(f"{path} is not a file or folder")
    from curation.archive import SUFFIXES  # noqa: PLC0415 - a folder needs none

    if not path.name.lower().endswith((".json", *SUFFIXES)):
        raise click.UsageError(
            f"{path}: expected a folder, an annotation file (.json), or an archive"
            f" ({', '.join(SUFFIXES)})"
        )


def _here(given: Given, far: list[Tasks], stack: ExitStack, *, quiet: bool) -> Path:
    """Return where the tasks are; fetch those that are far, and keep what is known of them."""
    if isinstance(given, Path):
        return given
    from curation.commands.release import see_pyarrow  # noqa: PLC0415
    from curation.published import places  # noqa: PLC0415

    see_pyarrow()
    far.append(
        stack.enter_context(
            fetched(lambda said: places.tasks(given, said), quiet=quiet)
        )
    )
    return far[-1].path


def _checked(
    paths: tuple[Path, ...],
    settings: Settings,
    looked: Looked | None,
    *,
    jobs: int | None,
    quiet: bool,
) -> Report:
    from curation import rerun  # noqa: PLC0415

    progress = None
    if not quiet and sys.stderr.isatty():
        from curation.progress import Bar  # noqa: PLC0415

        progress = Bar()
    return rerun.validate(paths, settings, looked, jobs=jobs, progress=progress)
