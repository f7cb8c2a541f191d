"""`curate export`: the scoped subsets of a release."""

from __future__ import annotations

import json
from pathlib import Path

import click

from curation import exits
from curation.commands.release import see_pyarrow
from curation.scopes import QUICK, SCOPES


@click.command()
@click.argument(
    "release", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
@click.option(
    "--scope",
    required=True,
    type=click.Choice(SCOPES),
    help="A all, B by modality, C by modality and paradigm, D by skill, quick a few samples of each task.",
)
@click.option(
    "--set",
    "tree",
    type=click.Choice(["open", "close"]),
    default="close",
    show_default=True,
    help="Of which set.",
)
@click.option(
    "--folders",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write folders of tasks there, instead of a list.",
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=QUICK,
    show_default=True,
    help="Samples of each task in the quick set at most.",
)
def command(
    release: Path, scope: str, tree: str, folders: Path | None, limit: int
) -> int:
    """Print the boards of a scope with their configurations, as JSON, or write them.

    The samples of the quick set are listed by their ids.
    """  # fmt: skip
    see_pyarrow()
    from curation import exporting, restore  # noqa: PLC0415

    try:
        found = exporting.export(restore.tree_of(release, tree), scope, limit)
        if folders is None:
            click.echo(json.dumps(found.told(), indent=2, ensure_ascii=False))
            return exits.CLEAN
        if folders.is_dir() and any(folders.iterdir()):
            raise click.UsageError(f"{folders} is not empty; expected a new folder")
        for board, done in exporting.folders(found, folders):
            click.echo(
                f"{folders / board}: {len(done)} tasks, {sum(one.samples for one in done):,} samples"
            )
    except restore.Unrestored as error:
        raise click.UsageError(str(error)) from None
    return exits.CLEAN
