"""`curate doctor`: what is installed, what it reads, and whether the packages are ours."""

from __future__ import annotations

import click

from curation import exits


@click.command()
def command() -> int:
    """Say what is installed, which formats are read and shown on the Hub, and what is amiss.

    Exit code 1 if one of the packages is not ours or a decoder is missing.
    """
    from curation import doctor  # noqa: PLC0415

    lines, healthy = doctor.examine()
    click.echo("\n".join(lines))
    return exits.CLEAN if healthy else exits.FINDINGS
