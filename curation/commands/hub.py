"""`curate hub`: serves a local hub, a folder that stands in for the Hugging Face Hub."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import click

from curation import exits
from curation.commands.waiting import until_interrupted

_BUSY = {errno.EADDRINUSE, errno.EACCES}


@click.group()
def command() -> None:
    """Serve a local hub: a folder that stands in for the Hugging Face Hub."""


@command.command()
@click.argument(
    "folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path)
)
@click.option(
    "--port",
    type=click.IntRange(1, 65535),
    help="Where it listens; any free port by default.",
)
def serve(folder: Path, port: int | None) -> int:
    """Serve DIR to this machine until Ctrl-C, for any client of the Hugging Face Hub.

    A new or empty DIR becomes a hub. Datasets are kept in it as bare git repositories. Only
    whoever has the token that is printed can write or see what is private.
    """
    see_installed()
    from curation.hub import Hub, NoHub, serving  # noqa: PLC0415

    try:
        hub = Hub(folder)
    except (NoHub, OSError) as error:
        raise click.UsageError(str(error)) from None
    try:
        with serving(hub, port=port or 0) as address, until_interrupted():
            click.echo(f"{folder} is served at {address.url} until Ctrl-C.\n")
            click.echo("To use it from another terminal, instead of the real Hub:\n")
            set_ = "set" if os.name == "nt" else "export"
            for name, value in address.environment().items():
                click.echo(f"  {set_} {name}={value}")
            click.echo(
                "\nWith HF_HUB_DISABLE_XET=1 beside them, files are kept once instead of twice."
            )
    except OSError as error:
        if error.errno not in _BUSY:
            raise
        raise click.UsageError(
            f"--port {port} is taken or not allowed; choose another one, or leave it out for"
            " any that is free"
        ) from None
    click.echo("\nstopped", err=True)
    return exits.CLEAN


def see_installed() -> None:
    """See that the libraries of the local hub are there.

    Raises:
        click.UsageError: they are not; says how to get them.
    """
    from importlib.util import find_spec  # noqa: PLC0415

    if missing := [name for name in ("dulwich", "yaml") if find_spec(name) is None]:
        raise click.UsageError(
            f"a local hub needs {' and '.join(missing)}; install"
            " general-bench-curation[hub]"
        )
