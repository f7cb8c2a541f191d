"""`curate prove`: opens the commitment to one hidden reference."""

from __future__ import annotations

import json
from pathlib import Path

import click

from curation import exits
from curation.commands.release import see_pyarrow


@click.command()
@click.argument("sample", metavar="ID")
@click.option(
    "--release",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The release with its references.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the proof to a file instead of the terminal.",
)
def command(sample: str, release: Path, output: Path | None) -> int:
    """Write the proof that the reference of ID is the one that was committed to.

    ID is that of the Close set, or TASK:ID with the original one. The proof holds the
    reference: whoever has it knows this answer, and no other.
    """  # fmt: skip
    see_pyarrow()
    from curation import proving  # noqa: PLC0415

    try:
        proof = proving.prove(release, sample)
    except proving.Unproved as error:
        raise click.UsageError(str(error)) from None
    text = json.dumps(proof.told(), indent=2, ensure_ascii=True) + "\n"
    if output is None:
        click.echo(text, nl=False)
        return exits.CLEAN
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"--output {output}: {error.strerror}") from None
    click.echo(
        f"{output}: the proof for {proof.sample} of {proof.task}. It tells this answer to whoever has it."
    )
    return exits.CLEAN
