"""The options that several commands have, each written once, and what is made of them."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from curation.settings import Settings

FORMATS = ("text", "json", "sarif", "junit", "github", "markdown")
"""Forms of a report of findings."""
POLICIES = ("paper", "pooled", "upstream")
SOTA = ("paper-v1", "repo-420b8eb")
TREES = ("open", "close", "references")
REPOSITORY = r"[A-Za-z0-9][A-Za-z0-9._-]*/[A-Za-z0-9][A-Za-z0-9._-]*"

Decorator = Callable[[Any], Any]


def stacked(*options: Decorator) -> Decorator:
    """Make one decorator of several options, shown in their order."""

    def wrap(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return wrap


def form(choices: Sequence[str], default: str, help_: str) -> Decorator:
    """Return the option --format."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(list(choices)),
        default=default,
        show_default=True,
        help=help_,
    )


def output(what: str) -> Decorator:
    """Return the option --output for what is otherwise printed."""
    return click.option(
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        help=f"Write the {what} to a file instead of the terminal.",
    )


def codes(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Read codes of rules that are given one by one, or joined by commas."""
    parts = (code.strip().upper() for value in values for code in value.split(","))
    return tuple(code for code in parts if code)


select = click.option(
    "--select",
    multiple=True,
    callback=codes,
    metavar="CODES",
    help="Only these rules, by code or its beginning: IMG,LEK001.",
)
ignore = click.option(
    "--ignore", multiple=True, callback=codes, metavar="CODES", help="Not these rules."
)
config = click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Configuration file; by default curate.toml or [tool.curate] in pyproject.toml, here or above.",
)
jobs = click.option(
    "--jobs",
    "-j",
    type=click.IntRange(min=1),
    help="Decoding processes. [default: one for each processor]",
)
cache = click.option(
    "--cache/--no-cache",
    "use_cache",
    default=True,
    help="Remember what files were found to be. [default: cache]",
)
key = click.option(
    "--key",
    "key_file",
    required=True,
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The key file of the benchmark; `curate key new` makes one.",
)
to = click.option(
    "--to",
    metavar="URL|DIR",
    help="Another hub, or a folder that stands in for one. [default: HF_ENDPOINT, or the Hub]",
)


def named(
    _: click.Context, __: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    """Read SET=OWNER/NAME, each set once."""
    found: dict[str, str] = {}
    for value in values:
        tree, _equals, name = value.partition("=")
        if tree not in TREES or not re.fullmatch(REPOSITORY, name) or tree in found:
            raise click.BadParameter(
                f"{value!r}; expected open, close or references once each, as open=OWNER/NAME"
            )
        found[tree] = name
    return found


repositories = click.option(
    "--repository",
    "repositories",
    multiple=True,
    callback=named,
    metavar="SET=OWNER/NAME",
    help="The repository of open, close or references, instead of the one in benchmark.toml.",
)
unreviewed = click.option(
    "--unreviewed",
    is_flag=True,
    help="Take tasks that have no record of a review too, for a benchmark that is older than reviews. A release says so.",
)
findings = stacked(
    form(FORMATS, "text", "Form of the report."), output("report"), select, ignore
)
"""How a report of findings is made: its form, its file, its rules."""
verdict = stacked(
    click.option(
        "--fail-on",
        type=click.Choice(["error", "warning"]),
        default="error",
        show_default=True,
        help="Least severity that makes the exit code 1.",
    ),
    click.option(
        "--quiet", "-q", is_flag=True, help="Print the verdict only, and no progress."
    ),
    click.option(
        "--verbose",
        "-v",
        is_flag=True,
        help="Show every place, whole details, and why each rule is there.",
    ),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colour the report.",
    ),
)
"""How a report of findings is shown, and what its exit code is."""
terms = stacked(
    click.option(
        "--sota",
        "table",
        type=click.Choice(SOTA),
        help="Table of the state of the art. [default: paper-v1; repo-420b8eb with --policy upstream]",
    ),
    click.option(
        "--policy",
        type=click.Choice(POLICIES),
        default="paper",
        show_default=True,
        help="How tasks are added up. upstream is the public scorer with its faults, for comparison only.",
    ),
    click.option(
        "--zero-is-missing",
        is_flag=True,
        help="Read 0, and an infinite error, as a task that was not run, as the paper's tables write it.",
    ),
    click.option(
        "--exclude-suspect",
        is_flag=True,
        help="Leave out the rows whose metric or state of the art is doubted.",
    ),
)
"""On which terms scores are added up to levels."""
draws = stacked(
    click.option(
        "--unit",
        type=click.Choice(["percent", "fraction"]),
        help="Unit of percentages in CSVs and spreadsheets that do not declare it.",
    ),
    click.option(
        "--replicates",
        type=click.IntRange(min=0, max=100_000),
        default=1000,
        show_default=True,
        help="Draws for intervals; 0 for none.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        help="Seed of the draws.",
    ),
)
"""In which unit scores are, and how their intervals are drawn."""


def settings(
    file: Path | None,
    chosen: tuple[str, ...] = (),
    left_out: tuple[str, ...] = (),
) -> Settings:
    """Read the configuration that holds, and let options have the last word.

    Raises:
        click.UsageError: the file or a code of a rule does not fit.
    """
    from curation import configuration  # noqa: PLC0415
    from curation.settings import Settings  # noqa: PLC0415

    here = _here()
    try:
        found = file or configuration.find(here)
        if not (found or chosen or left_out):
            return Settings()
        from validators import CODES  # noqa: PLC0415 - 80 ms that plain runs can do without

        given = configuration.load(found, CODES) if found else Settings()
        given = replace(
            given, select=chosen or given.select, ignore=(*given.ignore, *left_out)
        )
        configuration.check_codes(given, CODES, "command line")
    except configuration.Misconfigured as error:
        raise click.UsageError(str(error)) from None
    _see_backend(given)
    return given


def _here() -> Path:
    """Return the folder that this runs in, which each worker has to enter as well."""
    try:
        here = Path.cwd()
        os.stat(f"{here}/.")
    except FileNotFoundError:
        raise click.UsageError("the folder that this runs in was deleted") from None
    except PermissionError:
        raise click.UsageError(
            f"the folder that this runs in may not be entered: {here}; start from another"
        ) from None
    return here


def _see_backend(given: Settings) -> None:
    if given.video_backend == "decord":
        from validators.decoders.video import available_backends  # noqa: PLC0415

        if "decord" not in available_backends():
            raise click.UsageError(
                "the video backend decord is not installed: pip install 'general-bench-curation[decord]'"
            )
