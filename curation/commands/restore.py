"""`curate restore`: from a release back to the folders of a benchmark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from curation import exits
from curation.commands.fetching import Place, fetched
from curation.commands.release import see_pyarrow
from curation.commands.showing import said

if TYPE_CHECKING:
    from curation.commands.fetching import Given


@click.command()
@click.argument("release", type=Place(click.Path(exists=True, file_okay=False)))
@click.argument(
    "target", metavar="DIR", type=click.Path(file_okay=False, path_type=Path)
)
@click.option(
    "--set",
    "tree",
    type=click.Choice(["open", "close"]),
    default="open",
    show_default=True,
    help="Which set.",
)
@click.option(
    "--task",
    "tasks",
    multiple=True,
    metavar="TASK",
    help="Only this task, by its id; can be repeated.",
)
def command(release: Given, target: Path, tree: str, tasks: tuple[str, ...]) -> int:
    """Write the tasks of RELEASE to DIR as folders with annotation and media.

    RELEASE is what curate release wrote, or one tree of it, or a published tree:
    hf://datasets/OWNER/NAME[@REVISION][/PATH], of which only what is needed is fetched. The media of the Open set are
    byte for byte what they were.
    """  # fmt: skip
    see_pyarrow()
    if target.is_dir() and any(target.iterdir()):
        raise click.UsageError(f"{target} is not empty; expected a new folder")
    if isinstance(release, Path):
        return _restored(release, target, tree, tasks)
    from curation.published import places  # noqa: PLC0415

    with fetched(
        lambda said: places.release(release, tasks or None, said), quiet=False
    ) as folder:
        return _restored(folder, target, tree, tasks)


def _restored(release: Path, target: Path, tree: str, tasks: tuple[str, ...]) -> int:
    from curation import manifest, restore  # noqa: PLC0415

    try:
        folder = restore.tree_of(release, tree)
        begins = [b for one in tasks for b in (f"data/{one}/", f"tasks/{one}.json")]
        manifest.see(folder, *(begins or ["data/", "tasks/"]))
        done = restore.restore(folder, target, tasks or None)
    except (restore.Unrestored, manifest.Broken, ValueError, OSError) as error:
        raise click.UsageError(said(error)) from None
    if unknown := set(tasks) - {one.task for one in done}:
        raise click.UsageError(
            f"{min(unknown)!r} is no task with samples in the {tree} set"
        )
    for one in done:
        click.echo(f"{one.folder}: {one.samples:,} samples")
    return exits.CLEAN
