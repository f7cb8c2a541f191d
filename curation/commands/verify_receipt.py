"""`curate verify-receipt`: computes a score again and holds it against its receipt."""

from __future__ import annotations

import json
from pathlib import Path

import click

from curation import exits
from curation.commands import options
from curation.commands.score import computed, prepared
from curation.report.wording import plural


@click.command()
@click.argument("receipt", type=click.Path(path_type=Path))
@click.option(
    "--predictions",
    required=True,
    type=click.Path(path_type=Path),
    help="The predictions that were scored.",
)
@click.option(
    "--references",
    "set_",
    required=True,
    type=click.Path(path_type=Path),
    help="The references that they were scored against.",
)
@click.option(
    "--backends",
    type=click.Path(dir_okay=False, path_type=Path),
    help="The backends, if any were used.",
)
@click.option(
    "--judgements",
    multiple=True,
    type=click.Path(dir_okay=False, path_type=Path),
    help="The judgements, if any were used, in the same order.",
)
@options.jobs
def command(
    receipt: Path,
    predictions: Path,
    set_: Path,
    backends: Path | None,
    judgements: tuple[Path, ...],
    jobs: int | None,
) -> int:
    """Compute the scores of a RECEIPT again, and say what differs, if anything does.

    Compares the hashes of predictions, references, tables and versions, and then the
    scores themselves, byte by byte.

    Exit codes: 0 all is the same, 1 something differs, 2 the input cannot be used.
    """
    from curation.scoring import receipt as receipts  # noqa: PLC0415

    try:
        before = receipts.load(receipt)
    except receipts.Unusable as error:
        raise click.UsageError(str(error)) from None
    settings = before["settings"]
    options = prepared(
        backends, judgements, settings["replicates"], settings["seed"], jobs
    )
    scope = str(before.get("scope", "full"))
    _, _, text = computed(
        predictions, set_, str(before["model"]), scope, options, backends, judgements
    )
    found = list(receipts.differences(before, json.loads(text)))
    for name, one, other in found:
        click.echo(f"{name}: {one} in the receipt, {other} now")
    if found:
        click.echo(
            f"{receipt}: {plural(len(found), 'difference')}; the score is not confirmed"
        )
        return exits.FINDINGS
    click.echo(
        f"{receipt}: confirmed; predictions, references, tables, versions and scores are the same"
    )
    return exits.CLEAN
