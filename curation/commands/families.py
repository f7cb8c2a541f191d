"""`curate families`: what kinds of tasks there are."""

from __future__ import annotations

import click

from curation import exits
from curation.model import MODALITIES, PARADIGMS, modality


@click.command()
@click.option(
    "--modality", "kind", metavar="NAME", help="Only image, video, audio, 3d or nlp."
)
@click.option(
    "--paradigm",
    type=click.Choice(PARADIGMS, case_sensitive=False),
    help="Only this one.",
)
def command(kind: str | None, paradigm: str | None) -> int:
    """Print the families of tasks; each is one JSON Schema."""
    import schemas  # noqa: PLC0415

    if kind and modality(kind) is None:
        raise click.UsageError(
            f"--modality {kind}: expected one of {', '.join(MODALITIES)}"
        )
    chosen = [
        f
        for f in schemas.families().values()
        if (not kind or f.modality == modality(kind))
        and (not paradigm or f.paradigm == paradigm)
    ]
    for family in chosen:
        click.echo(f"{family.id:<32}  {family.paradigm or '-':<13}  {family.title}")
    click.echo(
        f"\n{len(chosen)} families. `curate schema FAMILY` prints one, `curate init DIR --family FAMILY` starts a task."
    )
    return exits.CLEAN
