"""`curate level`: from one model's scores to its levels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from curation import exits
from curation.commands import options
from curation.commands.options import SOTA
from curation.commands.showing import write

if TYPE_CHECKING:
    from curation.scoring.cells import ScoreFile
    from curation.scoring.level_report import LevelReport
    from curation.scoring.levels import Levels


@click.command()
@click.argument("scores", type=click.Path(path_type=Path))
@options.terms
@click.option(
    "--model",
    help="Which column of a spreadsheet is meant, or what to call the model of a CSV.",
)
@options.draws
@options.form(["text", "json", "csv"], "text", "Form of the answer.")
@options.output("answer")
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
