"""`curate key`: makes the key file of a benchmark, and sees that it is kept well."""

from __future__ import annotations

from pathlib import Path

import click

from curation import exits

_FILE = click.Path(dir_okay=False, path_type=Path)
_APART = click.option(
    "--apart-from",
    "apart_from",
    multiple=True,
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="A benchmark or release that it must not lie in.",
)


@click.group()
def command() -> None:
    """Make or check the key file, the one secret of a benchmark.

    It decides which samples are hidden and under which names. It is never shared.
    """


@command.command()
@click.argument("file", type=_FILE)
@_APART
def new(file: Path, apart_from: tuple[Path, ...]) -> int:
    """Write a new key to FILE, which only its owner can read."""
    from curation import key  # noqa: PLC0415

    try:
        made = key.new(file, apart_from)
    except key.Refused as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"{file}: a new key with the fingerprint {made.fingerprint}.")
    click.echo(
        "Never share it. Keep a copy in a safe place: later versions need the same key."
    )
    _remark(file)
    return exits.CLEAN


@command.command()
@click.argument("file", type=_FILE)
@_APART
def check(file: Path, apart_from: tuple[Path, ...]) -> int:
    """Say whether FILE holds a key and is kept as it must be.

    Exit code 2 if it would be refused.
    """
    from curation import key  # noqa: PLC0415

    try:
        found = key.load(file, apart_from)
    except key.Refused as error:
        raise click.UsageError(str(error)) from None
    click.echo(
        f"{file}: a key with the fingerprint {found.fingerprint}; nobody else can read it."
    )
    _remark(file)
    return exits.CLEAN


def _remark(file: Path) -> None:
    from curation import key  # noqa: PLC0415

    for remark in key.remarks(file):
        click.echo(f"warning: {remark}", err=True)
