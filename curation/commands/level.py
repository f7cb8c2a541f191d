"""`curate level`: from one model's scores to its levels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from curation import exits

if TYPE_CHECKING:
    from curation.scoring.cells import ScoreFile
    from curation.scoring.level_report import LevelReport
    from curation.scoring.levels import Levels

POLICIES = ("paper", "pooled", "upstream")
SOTA = ("paper-v1", "repo-420b8eb")


@click.command()
@click.argument("scores", type=click.Path(path_type=Path))
@click.option(
    "--sota",
    "table",
    type=click.Choice(SOTA),
    help="Table of the state of the art. [default: paper-v1; repo-420b8eb with --policy upstream]",
)
@click.option(
    "--policy",
    type=click.Choice(POLICIES),
    default="paper",
    show_default=True,
    help="How tasks are added up. upstream is the public scorer with its faults, for comparison only.",
)
@click.option(
    "--zero-is-missing",
    is_flag=True,
    help="Read 0, and an infinite error, as a task that was not run, as the paper's tables write it.",
)
@click.option(
    "--exclude-suspect",
    is_flag=True,
    help="Leave out the rows whose metric or state of the art is doubted.",
)
@click.option(
    "--model",
    help="Which column of a spreadsheet is meant, or what to call the model of a CSV.",
)
@click.option(
    "--unit",
    type=click.Choice(["percent", "fraction"]),
    help="Unit of percentages in a CSV or spreadsheet that does not declare it.",
)
@click.option(
    "--replicates",
    type=click.IntRange(min=0, max=100_000),
    default=1000,
    show_default=True,
    help="Draws for intervals; 0 for none.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Seed of the draws.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="Form of the answer.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the answer to a file instead of the terminal.",
)
def command(  # noqa: PLR0913 - one parameter an option
    scores: Path,
    table: str | None,
    policy: str,
    zero_is_missing: bool,
    exclude_suspect: bool,
    model: str | None,
    unit: str | None,
    replicates: int,
    seed: int,
    form: str,
    output: Path | None,
) -> int:
    """Compute Levels 2 to 5 of a model, in each modality and overall.

    SCORES is a scores.json of `curate score`, a CSV with the columns
    sheet,task,metric,score (an empty score is missing), or a spreadsheet in the layout of
    the public scorer. Rows are joined by task name; missing tasks count as 0.

    Exit codes: 0 all scores counted, 1 some were refused, 2 SCORES cannot be read or the
    options do not fit.
    """  # fmt: skip
    from curation.scoring.cells import Unusable  # noqa: PLC0415
    from curation.scoring.level_report import render  # noqa: PLC0415
    from curation.scoring.sheets import read_scores  # noqa: PLC0415

    try:
        file = read_scores(
            scores, model=model, unit=unit, zero_is_missing=zero_is_missing
        )
        found = _levels(file, table, policy, exclude_suspect=exclude_suspect)
        report = _report(file, found, replicates, seed)
    except Unusable as error:
        raise click.UsageError(str(error)) from None
    write(render(report, form), output)
    return exits.FINDINGS if report.faults else exits.CLEAN


def _levels(
    file: ScoreFile, table: str | None, policy: str, *, exclude_suspect: bool
) -> Levels:
    from curation.scoring.levels import levels  # noqa: PLC0415
    from curation.scoring.table import sota, task_table  # noqa: PLC0415

    # The public scorer is only reproduced with its own table.
    name = table or SOTA[policy == "upstream"]
    rows = [r for r in task_table().rows if not (exclude_suspect and r.suspect)]
    return levels(file.cells, bars=sota(name), policy=policy, rows=rows)


def _report(file: ScoreFile, found: Levels, replicates: int, seed: int) -> LevelReport:
    from curation.scoring import intervals  # noqa: PLC0415
    from curation.scoring.cells import Unusable  # noqa: PLC0415
    from curation.scoring.drawing import Stored  # noqa: PLC0415
    from curation.scoring.level_report import LevelReport  # noqa: PLC0415
    from curation.scoring.lift import lift  # noqa: PLC0415

    spans: list[intervals.LevelIntervals] = []
    if replicates and found.policy != "upstream":
        if file.replicates:
            try:
                spans.append(
                    intervals.item_intervals(found, Stored(file.replicates), seed=seed)
                )
            except ValueError as error:
                raise Unusable(str(error)) from None
        spans.append(intervals.task_intervals(found, seed=seed, count=replicates))
    return LevelReport(file, found, lift(found), tuple(spans))


def write(text: str, output: Path | None) -> None:
    """Print *text*, or put it into a file that is never half written.

    Raises:
        click.UsageError: if the file cannot be written.
    """
    if output is None:
        click.echo(text, nl=False)
        return
    from curation.writing import write_whole  # noqa: PLC0415

    try:
        write_whole(output, text)
    except OSError as error:
        raise click.UsageError(f"--output {output}: {error.strerror}") from None
