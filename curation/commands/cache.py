"""`curate cache`: where the store of facts lies, how large it is, and how to empty it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from curation import exits


@click.group()
def command() -> None:
    """Show or empty the store of what files were found to be."""


@command.command()
def show() -> int:
    """Print where the cache lies and how large it is."""
    from curation import cache  # noqa: PLC0415

    with _said():
        size = sum(file.stat().st_size for file in cache.files())
    click.echo(f"{cache.folder()}: {size:,} bytes")
    return exits.CLEAN


@command.command()
def clear() -> int:
    """Delete all that was remembered; the next run decodes everything again."""
    from curation import cache  # noqa: PLC0415

    with _said():
        freed = cache.clear()
    click.echo(f"{freed:,} bytes freed in {cache.folder()}")
    return exits.CLEAN


@contextmanager
def _said() -> Iterator[None]:
    """Say in a line what stands against looking at the cache, or emptying it."""
    try:
        yield
    except OSError as error:
        raise click.UsageError(f"{error.filename}: {error.strerror}") from None
