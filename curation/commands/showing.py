"""What commands do with a report of findings: print or write it, make an exit code of it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from curation import exits

if TYPE_CHECKING:
    from curation.finding import Report


def shown(
    report: Report,
    form: str,
    output: Path | None,
    names: Mapping[str, str] | None = None,
    keep: Callable[[int, str], None] | None = None,
    **wanted: Any,
) -> int:
    """Print or write a report, and return the exit code that it makes.

    *names* are how folders are called in it, if not by where they are; *keep* is given the
    exit code and the text once it is printed. *wanted* are the values of
    `options.verdict`: fail_on, quiet, verbose and color.

    Raises:
        click.UsageError: it cannot be printed or written.
    """
    code = _code(report, wanted["fail_on"])
    try:
        text = _rendered(report, form, output, names or {}, **wanted)
        write(text, output)
        if keep is not None:
            keep(code, text)
    except BrokenPipeError:
        # The reader has what it wanted; the exit code still tells what was found.
        sys.stderr.close()
    except OSError as error:
        raise click.UsageError(
            f"the report cannot be printed: {error.strerror}"
        ) from None
    return code


def said(error: Exception) -> str:
    """Return what an exception says; of one of the system the file, and what is wrong."""
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename is not None else ""
        return f"{where}{error.strerror}"
    return str(error)


def see_output(output: Path | None) -> None:
    """See, before all the work, that there is a place for what will be written.

    Raises:
        click.UsageError: there is none.
    """
    if output is None:
        return
    if os.path.isdir(output):  # '' is the folder one is in
        raise click.UsageError(f"--output {output} is a folder")
    if not os.path.isdir(output.parent):
        raise click.UsageError(f"--output {output}: there is no folder {output.parent}")


def _rendered(
    report: Report,
    form: str,
    output: Path | None,
    names: Mapping[str, str],
    **wanted: Any,
) -> str:
    from curation.finding import Severity  # noqa: PLC0415
    from curation.report import FORMATS as FORMS  # noqa: PLC0415
    from curation.report import Options, brief  # noqa: PLC0415

    # There is no stdout where it was closed before the start, as by `>&-`.
    terminal = output is None and sys.stdout is not None and sys.stdout.isatty()
    told = report
    if names:
        from curation.published.naming import renamed  # noqa: PLC0415

        told = renamed(report, names)
    locate = {}
    if form != "markdown":
        from curation.locate import Locator  # noqa: PLC0415

        locator = Locator(report.findings)
        # Lines are looked up where the files are, whatever they are called.
        first = dict(zip(told.findings, report.findings, strict=True))
        locate = {"locate": lambda one: locator(first[one])}
    options = Options(
        color=_colored(wanted["color"], terminal=terminal),
        width=shutil.get_terminal_size().columns if terminal else 0,
        verbose=wanted["verbose"],
        fail_on=Severity(wanted["fail_on"]),
        **locate,
    )
    quiet = wanted["quiet"] and form == "text"
    return brief(told, options) if quiet else FORMS[form](told, options)


def _colored(choice: str, *, terminal: bool) -> bool:
    """Colour where it is asked for, or where a terminal shows it and nobody objects."""
    return choice == "always" or (
        choice == "auto" and terminal and "NO_COLOR" not in os.environ
    )


def write(text: str, output: Path | None) -> None:
    """Print *text*, or put it into a file that is never half written.

    Raises:
        click.UsageError: the file cannot be written.
    """
    if output is None:
        # Whether there is colour in it was decided where it was made.
        click.echo(text, nl=False, color=True)
        return
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
