"""`curate score`: from predictions and references to scores, a receipt and levels."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from curation import exits
from curation.commands import options
from curation.commands.predictions import shortened, teller
from curation.commands.showing import said, write
from curation.report.wording import plural

if TYPE_CHECKING:
    from curation.scoring.references import References
    from curation.scoring.run import Options, Run


@click.command()
@click.argument("predictions", type=click.Path(path_type=Path))
@click.option(
    "--references",
    "set_",
    required=True,
    type=click.Path(path_type=Path),
    help="The references: a release with its references, an Open set, or a contributed folder.",
)
@click.option("--model", help="Name of the model. [default: the name of PREDICTIONS]")
@click.option(
    "--scope",
    type=click.Choice(["full", "quick"]),
    default="full",
    show_default=True,
    help="Whether the whole set was run or the quick one.",
)
@click.option(
    "--output",
    default="scores.json",
    show_default=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where the scores go; the receipt goes beside it.",
)
@click.option(
    "--also",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the scores as .csv, or as .xlsx in the layout of the public scorer, too.",
)
@click.option(
    "--backends",
    type=click.Path(dir_okay=False, path_type=Path),
    help="JSON file that names models for the metrics that need weights; see docs/backends.md.",
)
@click.option(
    "--judgements",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="JSON file of what people or language models judged.",
)
@click.option(
    "--replicates",
    type=click.IntRange(0, 100_000),
    default=1000,
    show_default=True,
    help="Draws of the bootstrap behind the intervals; 0 for none.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    help="Seed of the bootstrap.",
)
@options.jobs
@click.option("--quiet", "-q", is_flag=True, help="Do not print the table.")
def command(  # noqa: PLR0913 - one parameter an option
    predictions: Path,
    set_: Path,
    model: str | None,
    scope: str,
    output: Path,
    also: tuple[Path, ...],
    backends: Path | None,
    judgements: tuple[Path, ...],
    replicates: int,
    seed: int,
    jobs: int | None,
    quiet: bool,
) -> int:
    """Score PREDICTIONS against references, task by task, and print what came out.

    Every item of the references counts: one without an answer, or with an answer that
    cannot be read, is counted and has its price. A task whose metric needs model weights
    or judges that are not given is reported as not scored.

    Writes scores.json and its receipt, which `curate verify-receipt` computes again.
    Then: `curate level scores.json`, `curate board scores.json`.

    Exit codes: 0 all was scored as given, 1 something was refused (see stderr), 2 the
    input cannot be used, 3 a task failed through a fault of this tool.
    """  # fmt: skip
    for path in also:
        if path.suffix.lower() not in {".csv", ".xlsx"}:
            raise click.UsageError(f"--also {path}: expected .csv or .xlsx")
    for path in (output, *also):
        # Said before the work is done, not after it.
        if not path.parent.is_dir():
            raise click.UsageError(f"{path}: there is no folder {path.parent}")
        if path.resolve().is_relative_to(predictions.resolve()):
            raise click.UsageError(
                f"{path} would be one of the predictions, and their receipt no longer hold; "
                f"write it to another place than {predictions}"
            )
    options = prepared(backends, judgements, replicates, seed, jobs)
    name = model or predictions.stem or "model"
    found, text, receipt = computed(
        predictions, set_, name, scope, options, backends, judgements
    )
    write(text, output)
    write(receipt, output.with_name(f"{output.stem}.receipt.json"))
    _exchange(also, name, found)
    for line in shortened(
        [p for p in found.problems if p.grave],
        lambda _: "refused",
        more="`curate predictions check --verbose` shows them",
    ):
        click.echo(line, err=True)
    for failure in found.failures:
        click.echo(f"failed: {failure}", err=True)
    if not quiet:
        _show(found, output)
    if found.failures:
        return exits.FAILURE
    return exits.FINDINGS if any(p.grave for p in found.problems) else exits.CLEAN


def prepared(
    backends: Path | None,
    judgements: tuple[Path, ...],
    replicates: int,
    seed: int,
    jobs: int | None,
) -> Options:
    """Load what a run needs besides predictions and references."""
    from curation.scoring import judgements as judges  # noqa: PLC0415
    from curation.scoring import loading as models  # noqa: PLC0415
    from curation.scoring.run import Options  # noqa: PLC0415

    try:
        loaded = models.load(backends) if backends else {}
        judged = [j for file in judgements for j in judges.read(file)]
    except (models.Misconfigured, judges.Unusable) as error:
        raise click.UsageError(str(error)) from None
    return Options(
        jobs=jobs or os.cpu_count() or 1,
        loaded=loaded,
        judged=judged,
        count=replicates,
        seed=seed,
    )


def computed(  # noqa: PLR0913 - what a run consists of
    predictions: Path,
    set_: Path,
    name: str,
    scope: str,
    options: Options,
    backends: Path | None,
    judgements: tuple[Path, ...],
) -> tuple[Run, str, str]:
    """Score, and return the run, the text of its scores and the text of its receipt."""
    from curation.elements import Changed  # noqa: PLC0415
    from curation.scoring import output as out  # noqa: PLC0415
    from curation.scoring import run  # noqa: PLC0415
    from curation.scoring.predictions import Unusable  # noqa: PLC0415
    from curation.scoring.receipt import predictions_digest  # noqa: PLC0415
    from curation.scoring.references import opened  # noqa: PLC0415
    from curation.trees import NoRelease  # noqa: PLC0415

    try:
        with opened(set_) as references:
            scored = predictions_digest(predictions)
            found = run.score(predictions, references, options, teller())
            extra = _extra(backends, judgements)
            inputs = {
                "predictions": scored,
                "references": references.sha256,
                **{k: v for k, v in extra.items() if v},
            }
            text = out.dump(
                out.document(found, name, inputs, scope=scope, seed=options.seed)
            )
            receipt = _receipt(name, scored, references, text, scope, options, extra)
            # What is hashed is then what was scored, however long that took.
            if predictions_digest(predictions) != scored:
                raise Changed(predictions)
    except (Unusable, NoRelease, OSError) as error:
        raise click.UsageError(said(error)) from None
    for fault in references.faults:
        click.echo(f"warning: {fault}", err=True)
    return found, text, receipt


def _extra(backends: Path | None, judgements: tuple[Path, ...]) -> dict[str, str]:
    from curation.scoring.receipt import predictions_digest  # noqa: PLC0415

    found = {
        f"judgements_{i}": predictions_digest(j) for i, j in enumerate(judgements, 1)
    }
    if backends is not None:
        from curation.scoring import loading  # noqa: PLC0415

        found = {"backends": loading.digest(backends)} | found
    return found


def _receipt(  # noqa: PLR0913
    name: str,
    predictions: str,
    references: References,
    text: str,
    scope: str,
    options: Options,
    extra: dict[str, str],
) -> str:
    from curation.scoring import receipt  # noqa: PLC0415
    from curation.scoring.output import dump  # noqa: PLC0415

    made = receipt.make(
        name,
        predictions,
        references,
        text,
        scope=scope,
        count=options.count,
        seed=options.seed,
        extra=extra,
    )
    return dump(made)


def _exchange(also: tuple[Path, ...], name: str, found: Run) -> None:
    from curation.scoring import cells, output, sheets  # noqa: PLC0415

    for path in also:
        try:
            sheets.write_scores(path, name, output.cells(found))
        except (cells.Unusable, OSError) as error:
            raise click.UsageError(f"--also {path}: {error}") from None


def _show(found: Run, output: Path) -> None:
    from curation.scoring.output import at_work, cells, lines  # noqa: PLC0415
    from curation.versions import DISTRIBUTION  # noqa: PLC0415

    for line in lines(found):
        click.echo(line)
    in_table = len(cells(found))
    click.echo(
        f"{plural(len(found.tasks), 'task')}, {in_table} of them in the task table; "
        f"scorer {at_work()[DISTRIBUTION]}; written to {output}"
    )
    if in_table:
        _levels(output)
        click.echo(
            f"Levels in full: curate level {output}. Boards: curate board {output}."
        )


def _levels(output: Path) -> None:
    """Print the levels that follow, without intervals, which `curate level` computes."""
    from curation.scoring.level_report import LevelReport, render  # noqa: PLC0415
    from curation.scoring.levels import levels  # noqa: PLC0415
    from curation.scoring.lift import lift  # noqa: PLC0415
    from curation.scoring.sheets import read_scores  # noqa: PLC0415

    file: Any = read_scores(output)
    found = levels(file.cells)
    click.echo()
    click.echo(render(LevelReport(file, found, lift(found), ()), "text").rstrip("\n"))
