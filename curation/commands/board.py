"""`curate board`: from the scores of several models to the leaderboards."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curation import exits
from curation.commands import options
from curation.commands.options import SOTA
from curation.commands.showing import write

if TYPE_CHECKING:
    from curation.scoring.board_report import BoardReport
    from curation.scoring.cells import ScoreFile


@click.command()
@click.argument("scores", nargs=-1, required=True, type=click.Path(path_type=Path))
@options.form(
    ["json", "markdown", "html"],
    "markdown",
    "Form of the boards. html is one page that needs nothing else.",
)
@options.output("boards")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(["A", "B", "C", "D"]),
    help="Only boards of this scope; may be repeated. [default: all]",
)
@options.terms
@click.option(
    "--quick-tasks",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File with the ids or names of the quick board's tasks, one a line. [default: tasks that need no model weights and no judge]",
)
@options.draws
def command(  # noqa: PLR0913 - one parameter an option
    scores: tuple[Path, ...],
    form: str,
    output: Path | None,
    scopes: tuple[str, ...],
    table: str | None,
    policy: str,
    zero_is_missing: bool,
    exclude_suspect: bool,
    quick_tasks: Path | None,
    unit: str | None,
    replicates: int,
    seed: int,
) -> int:
    """Make the leaderboards of Scopes A to D from the scores of one or more models.

    SCORES are files that `curate level` reads: scores.json, CSV or spreadsheet, one
    model a file; a spreadsheet may hold several models, a column each.

    Exit codes: 0 all scores counted, 1 some were refused, 2 a file cannot be read or the
    options do not fit.
    """  # fmt: skip
    from curation.scoring.board_report import BoardReport  # noqa: PLC0415
    from curation.scoring.boards import boards  # noqa: PLC0415
    from curation.scoring.cells import Unusable  # noqa: PLC0415
    from curation.scoring.standing import Terms, rank  # noqa: PLC0415
    from curation.scoring.table import sota  # noqa: PLC0415

    try:
        files = _read(scores, unit, zero_is_missing=zero_is_missing)
        quick = _quick(quick_tasks) if quick_tasks else None
        shown = boards(quick, exclude_suspect=exclude_suspect)
        terms = Terms(
            sota(table or SOTA[policy == "upstream"]), policy, seed, replicates
        )
        chosen = [b for b in shown if not scopes or b.scope in scopes]
        rankings = rank(chosen, files, terms)
    except (Unusable, ValueError) as error:
        raise click.UsageError(str(error)) from None
    faults = tuple(fault for file in files for fault in _faults(file, policy))
    report = BoardReport(rankings, terms, faults, exclude_suspect)
    write(_rendered(report, form), output)
    for fault in faults:
        click.echo(f"refused: {fault}", err=True)
    return exits.FINDINGS if faults else exits.CLEAN


def _read(
    paths: tuple[Path, ...], unit: str | None, *, zero_is_missing: bool
) -> list[ScoreFile]:
    from curation.scoring.cells import Unusable  # noqa: PLC0415
    from curation.scoring.sheets import models_of, read_scores  # noqa: PLC0415

    files = [
        read_scores(path, model=model, unit=unit, zero_is_missing=zero_is_missing)
        for path in paths
        for model in models_of(path)
    ]
    twice = [
        name for name, times in Counter(f.model for f in files).items() if times > 1
    ]
    if twice:
        raise Unusable(f"two of the files are of a model called {twice[0]!r}")
    return files


def _quick(path: Path) -> list[str]:
    from curation.scoring.cells import Unusable  # noqa: PLC0415
    from curation.scoring.table import plain, task_table  # noqa: PLC0415

    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{path}: {error}") from None
    names = task_table().by_name
    return [
        names[plain(line)].id if plain(line) in names else line.strip()
        for line in lines
        if line.strip()
    ]


def _faults(file: ScoreFile, policy: str) -> list[str]:
    from curation.scoring.levels import levels  # noqa: PLC0415

    refused = levels(file.cells, policy=policy).faults
    return [f"{file.model}: {fault}" for fault in (*file.faults, *refused)]


def _rendered(report: BoardReport, form: str) -> str:
    from curation.scoring import board_report, page  # noqa: PLC0415

    match form:
        case "json":
            return board_report.json_text(report)
        case "html":
            return page.render(report)
    return board_report.markdown(report)
