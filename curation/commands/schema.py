"""`curate schema`: one schema, whole, for an editor or another tool."""

from __future__ import annotations

import json

import click

from curation import exits


@click.command()
@click.argument("family")
def command(family: str) -> int:
    """Print the JSON Schema of FAMILY, such as image/detection, with all its parts inside."""
    import schemas  # noqa: PLC0415
    from curation.commands.init import find_family  # noqa: PLC0415

    click.echo(
        json.dumps(schemas.bundled(find_family(family)), indent=2, ensure_ascii=False)
    )
    return exits.CLEAN
