"""`curate retire`: moves close samples to the Open set, for good."""

from __future__ import annotations

from pathlib import Path

import click

from curation import exits


@click.command()
@click.argument(
    "benchmark", metavar="BENCH", type=click.Path(file_okay=False, path_type=Path)
)
@click.argument("samples", metavar="ID...", nargs=-1, required=True)
@click.option(
    "--whole-group",
    is_flag=True,
    help="Retire also all close samples that must stay together with these.",
)
@click.option(
    "--version",
    metavar="X.Y.Z",
    help="The version from which they are open. [default: the next major one]",
)
@click.option(
    "--dry-run",
    is_flag=True,
    help="Say what would be done, and leave the ledger as it is.",
)
def command(
    benchmark: Path,
    samples: tuple[str, ...],
    whole_group: bool,
    version: str | None,
    dry_run: bool,
) -> int:
    """Retire close samples of the benchmark BENCH: from the next version on they are open.

    An ID is that of a sample, with TASK: before it if several tasks have it, or the name of
    the sample in the ledger. What was open is never close again, so this cannot be undone.

    Exit codes: 0 retired, 2 one of them is not close, or would leave its group behind.
    """  # fmt: skip
    from curation import benchmark as benchmarks  # noqa: PLC0415
    from curation import ledger, retirement  # noqa: PLC0415
    from curation.division_report import written  # noqa: PLC0415

    try:
        file = benchmarks.load(benchmark).ledger
        before = ledger.read(file)
        new = retirement.retired(before, samples, version, whole_group=whole_group)
        if dry_run:
            ledger.added(before, new)
        else:
            ledger.append(file, new)
    except (benchmarks.Unfit, ledger.Inconsistent, retirement.Refused) as error:
        raise click.UsageError(str(error)) from None
    for entry in new:
        click.echo(
            f"{entry.sample} of {entry.task}: open from version {entry.version} on"
        )
    click.echo(written(file, len(new), dry_run=dry_run))
    return exits.CLEAN
