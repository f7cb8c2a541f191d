"""Rules on Parquet files: what the viewer refuses, and what does not load as one table."""

from __future__ import annotations

from collections.abc import Iterator

from curation.finding import Fault, Rule, Severity, rule
from curation.preflight.subjects import Config, Table
from curation.report.wording import size

COLUMNS = 1000
"""Columns from which on the viewer shows nothing: dataset-viewer, August 2026."""
NAME = 500
"""Characters of the name of a column at most: the same."""
GROUP = 300 * 10**6
"""Bytes of a row group that the viewer reads at most: the same."""
PAGE = 200_000
"""Bytes of a first page beyond which the viewer cuts cells short: the same."""


@rule("HUB141")
def unreadable_table(table: Table) -> Iterator[Fault]:
    """A Parquet file cannot be read.

    Why: nothing of its configuration loads.
    Fix: copy it again from where it was made, or make the release again.
    """
    if table.footer is None:
        yield Fault(table.where, table.fault)


@rule("HUB142")
def splits_differ(config: Config) -> Iterator[Fault]:
    """The files of a configuration have different columns or types.

    Why: datasets and the viewer take one schema for all of them, and fail.
    Fix: write all of them with one schema, or make configurations of them.
    """
    found = [(t, t.footer) for some in config.tables.values() for t in some if t.footer]
    for other, two in found[1:]:
        first, one = found[0]
        names = sorted(
            name
            for name in one.types.keys() | two.types.keys()
            if one.types.get(name) != two.types.get(name)
            or one.features.get(name) != two.features.get(name)
        )
        if names:
            yield Fault(
                other.where,
                f"config {config.name!r}: other than in {first.where} are {', '.join(names[:5])}",
            )
            return


@rule("HUB143")
def too_many_columns(table: Table) -> Iterator[Fault]:
    """A table has more columns than the viewer takes.

    Why: beyond 1,000 it shows nothing.
    Fix: put what belongs together into lists or structures.
    """
    if table.footer and (number := len(table.footer.types)) > COLUMNS:
        yield Fault(table.where, f"{number:,}, expected {COLUMNS:,} or fewer")


@rule("HUB144")
def long_column_name(table: Table) -> Iterator[Fault]:
    """The name of a column is longer than the viewer takes.

    Why: beyond 500 characters it shows nothing.
    Fix: rename the column.
    """
    for name in table.footer.types if table.footer else ():
        if len(name) > NAME:
            yield Fault(
                table.where,
                f"{len(name):,} characters, {name[:40]}..., expected {NAME} or fewer",
            )


@rule("HUB145")
def large_row_group(table: Table) -> Iterator[Fault]:
    """A row group is larger than the viewer reads at once.

    Why: beyond 300 MB it says TooBigContentError instead of showing rows.
    Fix: write smaller row groups; curate release takes 100 rows or 100 MiB.
    """
    groups = table.footer.groups if table.footer else ()
    largest = max((g.bytes for g in groups), default=0)
    if largest > GROUP:
        yield Fault(table.where, f"{size(largest)}, expected {size(GROUP)} or less")


@rule("HUB146", Severity.WARNING)
def no_page_index(table: Table) -> Iterator[Fault]:
    """A table has no page index.

    Why: the viewer then reads whole row groups for one page of rows.
    Fix: write it with write_page_index=True, as curate release does.
    """
    if table.footer and not all(g.indexed for g in table.footer.groups):
        yield Fault(table.where, "some columns have no index of their pages")


@rule("HUB147", Severity.NOTE)
def long_first_page(table: Table) -> Iterator[Fault]:
    """The first rows of a table are more text than the viewer shows.

    Why: beyond 200 kB it cuts cells short; what is loaded is whole.
    Fix: nothing has to be mended, unless the first page is what people are to look at.
    """
    if table.footer and table.footer.text > PAGE:
        yield Fault(
            table.where,
            f"about {size(table.footer.text)} in its first rows, up to {size(PAGE)} are shown",
        )


@rule("HUB148", Severity.WARNING)
def media_without_feature(table: Table) -> Iterator[Fault]:
    """A column has files in it, and the table does not say of what kind.

    Why: datasets and the viewer show bytes instead of pictures, sounds or films.
    Fix: write the features of the Hub into the metadata of the schema.
    """
    footer = table.footer
    for name, kind in footer.types.items() if footer else ():
        if (
            footer
            and "binary" in kind
            and "path: string" in kind
            and name not in footer.features
        ):
            yield Fault(table.where, f"column {name!r}")


RULES: tuple[Rule, ...] = (
    unreadable_table,
    splits_differ,
    too_many_columns,
    long_column_name,
    large_row_group,
    no_page_index,
    long_first_page,
    media_without_feature,
)
