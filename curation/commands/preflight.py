"""`curate preflight`: what the Hub would refuse, from a folder to an exit code."""

from __future__ import annotations

from pathlib import Path

import click

from curation.commands import options
from curation.commands.showing import shown


@click.command()
@click.argument("release", type=click.Path(path_type=Path))
@options.findings
@options.verdict
def command(  # noqa: PLR0913 - one parameter an option
    release: Path,
    form: str,
    output: Path | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    fail_on: str,
    quiet: bool,
    verbose: bool,
    color: str,
) -> int:
    """Find what the Hugging Face Hub and its viewer would refuse or silently break.

    RELEASE is a release that curate release wrote, or the folder of any data set. Nothing is
    changed or uploaded, and no network is used.

    Exit codes: 0 clean, 1 findings, 2 usage or configuration, 3 a failure of ours, 130
    interrupted.
    """  # fmt: skip
    from curation import preflight  # noqa: PLC0415
    from curation.commands.audit import chosen  # noqa: PLC0415
    from curation.commands.release import see_pyarrow  # noqa: PLC0415

    see_pyarrow()
    settings = chosen(select, ignore, tuple(r.code for r in preflight.RULES))
    try:
        report = preflight.examine(release, settings)
    except preflight.Unreadable as error:
        raise click.UsageError(str(error)) from None
    return shown(
        report,
        form,
        output,
        fail_on=fail_on,
        quiet=quiet,
        verbose=verbose,
        color=color,
    )
