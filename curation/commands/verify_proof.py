"""`curate verify-proof`: holds a proof against what a release committed to."""

from __future__ import annotations

import re
from pathlib import Path

import click

from curation import exits


@click.command()
@click.argument("proof", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("commitment", metavar="ROOT")
def command(proof: Path, commitment: str) -> int:
    """Say whether PROOF leads to ROOT, and what the reference is.

    ROOT is the commitment that was published: its 64 digits, release.json, or the folder
    that holds it. Exit code 1 if the proof does not lead there.
    """
    import orjson  # noqa: PLC0415

    from curation.commitment import Malformed, heard  # noqa: PLC0415

    root = _root(commitment)
    try:
        found = heard(orjson.loads(proof.read_bytes()))
    except (orjson.JSONDecodeError, Malformed) as error:
        raise click.UsageError(f"{proof}: {error}") from None
    there = found.root
    if there is None or there.hex() != root:
        click.echo(
            f"{proof}: NOT the reference that was committed to; it leads to {there.hex() if there else 'no root'}, expected {root}."
        )
        return exits.FINDINGS
    click.echo(
        f"{proof}: sample {found.sample} of {found.task} has the reference that was committed to:"
    )
    click.echo(found.reference.decode("utf-8", "replace"))
    return exits.CLEAN


def _root(told: str) -> str:
    if re.fullmatch(r"[0-9a-fA-F]{64}", told):
        return told.lower()
    from curation.trees import NoRelease, told_by  # noqa: PLC0415

    path = Path(told)
    try:
        folder = path.parent if path.name == "release.json" else path
        return str(told_by(folder)["commitment"])
    except NoRelease as error:
        raise click.UsageError(
            f"{error}; ROOT is a release, its release.json, or 64 digits"
        ) from None
