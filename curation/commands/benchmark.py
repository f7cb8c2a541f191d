"""`curate benchmark`: the folder that a maintainer keeps a benchmark in."""

from __future__ import annotations

from pathlib import Path

import click

from curation import exits


@click.group()
def command() -> None:
    """Begin the folder of a benchmark, or pin a task that lies elsewhere."""


@command.command()
@click.argument(
    "folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path)
)
@click.option(
    "--name", help="What the benchmark is called. [default: the name of the folder]"
)
def init(folder: Path, name: str | None) -> int:
    """Write the folder of a benchmark: what it is, a place for its tasks, an empty ledger.

    There is nothing secret in it, and it is meant for version control.
    """
    from curation import foundation  # noqa: PLC0415

    try:
        foundation.write(folder, name or folder.resolve().name)
    except (foundation.NotEmpty, OSError) as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"{folder}: a benchmark without tasks.")
    click.echo(
        f"Fill in {folder / 'benchmark.toml'}, copy tasks to {folder / 'tasks'}, then run:"
    )
    click.echo("  curate review TASK, and again with --accept, for each of them")
    click.echo("  curate key new FILE, with a FILE outside of this folder")
    click.echo(f"  curate split {folder} --key FILE --dry-run")
    return exits.CLEAN


@command.command()
@click.argument(
    "paths",
    metavar="PATH...",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, path_type=Path),
)
def pin(paths: tuple[Path, ...]) -> int:
    """Print what pins each PATH, to be added to the tasks in benchmark.toml.

    There a path is relative to the folder of the benchmark.

    A pinned task may lie outside of the benchmark folder. It is refused when any byte of
    it has changed.
    """
    from curation.pin import pinned  # noqa: PLC0415

    for path in paths:
        try:
            click.echo(f'{{path = "{path.as_posix()}", sha256 = "{pinned(path)}"}},')
        except OSError as error:
            raise click.UsageError(f"{path}: {error}") from None
    return exits.CLEAN
