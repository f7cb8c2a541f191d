"""`curate rules`: the catalogue, or one rule as a page."""

from __future__ import annotations

import click

from curation import exits


@click.command()
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "markdown", "json"]),
    default="text",
    show_default=True,
)
def command(codes: tuple[str, ...], form: str) -> int:
    """Print all rules, or those whose code starts with CODE with their why and fix."""
    from curation.catalogue import every, render  # noqa: PLC0415

    rules = every()

    wanted = tuple(code.upper() for code in codes)
    chosen = [
        r for r in rules if not wanted or r.code.startswith(wanted) or r.slug in codes
    ]
    for code in codes:
        if not any(r.code.startswith(code.upper()) or r.slug == code for r in rules):
            raise click.UsageError(
                f"no rule has the code {code!r}; `curate rules` lists them all"
            )
    click.echo(render(chosen, form, whole=bool(codes)))
    return exits.CLEAN
