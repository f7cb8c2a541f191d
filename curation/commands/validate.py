"""`curate validate`: the main job, from paths to a report and an exit code."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from curation import exits
from curation.archive import SUFFIXES

if TYPE_CHECKING:
    from curation.finding import Report
    from curation.settings import Settings

FORMATS = ("text", "json", "sarif", "junit", "github", "markdown")


def _codes(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    return tuple(
        code.strip().upper()
        for value in values
        for code in value.split(",")
        if code.strip()
    )


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="Form of the report.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the report to a file instead of the terminal.",
)
@click.option(
    "--select",
    multiple=True,
    callback=_codes,
    metavar="CODES",
    help="Only these rules, by code or its beginning: IMG,LEK001.",
)
@click.option(
    "--ignore", multiple=True, callback=_codes, metavar="CODES", help="Not these rules."
)
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Configuration file; by default curate.toml or [tool.curate] in pyproject.toml, here or above.",
)
@click.option(
    "--jobs",
    "-j",
    type=click.IntRange(min=1),
    help="Decoding processes. [default: one for each processor]",
)
@click.option(
    "--cache/--no-cache",
    "use_cache",
    default=True,
    help="Remember what files were found to be. [default: cache]",
)
@click.option(
    "--fail-on",
    type=click.Choice(["error", "warning"]),
    default="error",
    show_default=True,
    help="Least severity that makes the exit code 1.",
)
@click.option(
    "--quiet", "-q", is_flag=True, help="Print the verdict only, and no progress."
)
@click.option(
    "--verbose",
    "-v",
    is_flag=True,
    help="Show every place, whole details, and why each rule is there.",
)
@click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour the report.",
)
def command(  # noqa: PLR0913 - one parameter an option
    paths: tuple[Path, ...],
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
    archives of those.

    The report goes to stdout, progress to stderr. Exit codes: 0 clean, 1 findings,
    2 usage or configuration, 3 a failure of ours, 130 interrupted.
    """  # fmt: skip
    if output is not None and output.is_dir():  # '' is the folder one is in
        raise click.UsageError(f"--output {output} is a folder")
    settings = _settings(config, select, ignore)
    for path in paths:
        if not path.is_dir() and not path.is_file():
            what = "is not a file or folder" if path.exists() else "does not exist"
            raise click.UsageError(f"{path} {what}")
        if path.is_file() and not path.name.lower().endswith((".json", *SUFFIXES)):
            raise click.UsageError(
                f"{path}: expected a folder, an annotation file (.json), or an archive"
                f" ({', '.join(SUFFIXES)})"
            )
    report = _checked(paths, settings, jobs=jobs, use_cache=use_cache, quiet=quiet)
    try:
        _show(
            report,
            form,
            output,
            fail_on=fail_on,
            quiet=quiet,
            verbose=verbose,
            color=color,
        )
    except BrokenPipeError:
        # The reader has what it wanted; the exit code still tells what was found.
        sys.stderr.close()
    except OSError as error:
        raise click.UsageError(
            f"the report cannot be printed: {error.strerror}"
        ) from None
    return _code(report, fail_on)


def _settings(
    config: Path | None, select: tuple[str, ...], ignore: tuple[str, ...]
) -> Settings:
    from curation import configuration  # noqa: PLC0415
    from curation.settings import Settings  # noqa: PLC0415

    try:
        file = config or configuration.find(_here())
        if not (file or select or ignore):
            return Settings()
        from validators import CODES  # noqa: PLC0415 - 80 ms that plain runs can do without

        settings = configuration.load(file, CODES) if file else Settings()
        settings = replace(
            settings,
            select=select or settings.select,
            ignore=(*settings.ignore, *ignore),
        )
        configuration.check_codes(settings, CODES, "command line")
    except configuration.Misconfigured as error:
        raise click.UsageError(str(error)) from None
    _see_backend(settings)
    return settings


def _here() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise click.UsageError("the folder that this runs in was deleted") from None


def _see_backend(settings: Settings) -> None:
    if settings.video_backend == "decord":
        from validators.decoders.video import available_backends  # noqa: PLC0415

        if "decord" not in available_backends():
            raise click.UsageError(
                "the video backend decord is not installed: pip install 'general-bench-curation[decord]'"
            )


def _checked(
    paths: tuple[Path, ...],
    settings: Settings,
    *,
    jobs: int | None,
    use_cache: bool,
    quiet: bool,
) -> Report:
    from curation import rerun  # noqa: PLC0415

    progress = None
    if not quiet and sys.stderr.isatty():
        from curation.progress import Bar  # noqa: PLC0415

        progress = Bar()
    return rerun.validate(
        paths, settings, jobs=jobs, use_cache=use_cache, progress=progress
    )


def _show(report: Report, form: str, output: Path | None, **wanted: Any) -> None:
    from curation.finding import Severity  # noqa: PLC0415
    from curation.report import FORMATS as FORMS  # noqa: PLC0415
    from curation.report import Options, brief  # noqa: PLC0415

    # There is no stdout where it was closed before the start, as by `>&-`.
    terminal = output is None and sys.stdout is not None and sys.stdout.isatty()
    locate = {}
    if form != "markdown":
        from curation.locate import Locator  # noqa: PLC0415

        locate = {"locate": Locator(report.findings)}
    options = Options(
        color=_colored(wanted["color"], terminal=terminal),
        width=shutil.get_terminal_size().columns if terminal else 0,
        verbose=wanted["verbose"],
        fail_on=Severity(wanted["fail_on"]),
        **locate,
    )
    quiet = wanted["quiet"] and form == "text"
    text = brief(report, options) if quiet else FORMS[form](report, options)
    if output is None:
        click.echo(text, nl=False, color=True)
    else:
        _write(output, text)


def _colored(choice: str, *, terminal: bool) -> bool:
    """Colour where it is asked for, or where a terminal shows it and nobody objects."""
    return choice == "always" or (
        choice == "auto" and terminal and "NO_COLOR" not in os.environ
    )


def _write(output: Path, text: str) -> None:
    from curation.writing import write_whole  # noqa: PLC0415

    try:
        write_whole(output, text)
    except OSError as error:
        raise click.UsageError(f"--output {output}: {error.strerror}") from None


def _code(report: Report, fail_on: str) -> int:
    if not report.complete:
        return exits.INTERRUPTED
    if report.failures:
        return exits.FAILURE
    if report.errors or (fail_on == "warning" and report.warnings):
        return exits.FINDINGS
    return exits.CLEAN
