"""`curate review`: shows a submission to its reviewer, and records what is decided."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curation.commands import options

if TYPE_CHECKING:
    from curation.commands.reviewing import Said


def _verdict(name: str, help_: str) -> options.Decorator:
    return click.option(
        f"--{name}", "verdict", flag_value=name, default=None, help=help_
    )


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["page", "markdown", "json"]),
    help="Form of what is shown; markdown is short enough for a pull request. [default: page]",
)
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where files go, one for each PATH. [default: the current folder for pages; markdown and json are printed]",
)
@click.option(
    "--against",
    metavar="RELEASE",
    type=click.Path(exists=True, path_type=Path),
    help="Tell what of it is in this release, or in this folder of accepted tasks, already.",
)
@_verdict("accept", "Record that it is accepted; refused while an error stands.")
@_verdict("request-changes", "Record that changes are requested.")
@_verdict("reject", "Record that it is rejected.")
@click.option("--reviewer", metavar="NAME", default="", help="Who decides.")
@click.option("--reason", metavar="TEXT", default="", help="Why it is so decided.")
@click.option(
    "--waive",
    nargs=3,
    multiple=True,
    metavar="CODE PLACE REASON",
    help="With a verdict: waive the findings of a rule at a place, as in MED003 'images/*' 'cut on purpose'.",
)
@click.option(
    "--serve",
    is_flag=True,
    help="Serve the page to this machine until Ctrl-C; what is decided in it is saved at once.",
)
@click.option(
    "--port",
    type=click.IntRange(min=1, max=65535),
    help="With --serve: the port. [default: any that is free]",
)
@click.option(
    "--open",
    "open_",
    is_flag=True,
    help="Open the page in the browser.",
)
@click.option(
    "--queue",
    metavar="DIR",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="List the submissions in DIR: state, age, findings, size. With --out as a page, too.",
)
@options.config
@options.jobs
@options.cache
@click.option("--quiet", "-q", is_flag=True, help="Print no progress.")
def command(  # noqa: PLR0913 - one parameter an option
    paths: tuple[Path, ...],
    form: str | None,
    out: Path | None,
    against: Path | None,
    verdict: str | None,
    reviewer: str,
    reason: str,
    waive: tuple[tuple[str, str, str], ...],
    serve: bool,
    port: int | None,
    open_: bool,
    queue: Path | None,
    config: Path | None,
    jobs: int | None,
    use_cache: bool,
    quiet: bool,
) -> int:
    """Show submissions to their reviewer, or record a verdict on them.

    Each PATH is a submission: the folder of a task, a tree of tasks, or an archive. What
    is decided stands in review.json in its folder, or in NAME.review.json beside an
    archive. A verdict holds for the content that was reviewed, and is void when a file of
    it changes.

    The page is one file that needs no network. Served, it saves what is decided.

    Exit codes: 0 done, 1 an error stands, or stands against accepting, 2 usage or an input
    that cannot be read, 3 a failure of ours, 130 interrupted; Ctrl-C ends --serve with 0.
    """  # fmt: skip
    from curation.benchmark import Unfit  # noqa: PLC0415
    from curation.commands import reviewing  # noqa: PLC0415
    from curation.review.record import Broken  # noqa: PLC0415
    from curation.review.submission import Unreviewable  # noqa: PLC0415

    said = reviewing.Said(verdict, reviewer, reason, waive) if verdict else None
    _see_usage(paths, queue, said, bool(reviewer or reason or waive), serve=serve)
    if port is not None and not serve:
        raise click.UsageError("--port goes with --serve")
    if against is not None:
        from curation.commands.release import see_pyarrow  # noqa: PLC0415

        see_pyarrow()
    means = reviewing.Means(options.settings(config), jobs, use_cache, quiet, against)
    try:
        if queue is not None:
            return reviewing.list_queue(queue, means, form, out, open_=open_)
        if serve:
            return reviewing.serve(paths[0], means, port, open_=open_)
        if said is not None:
            return max(reviewing.decide(path, means, said) for path in paths)
        return reviewing.show(paths, means, form or "page", out, open_=open_)
    except (Broken, Unfit, Unreviewable) as error:
        raise click.UsageError(str(error)) from None


def _see_usage(
    paths: Sequence[Path],
    queue: Path | None,
    said: Said | None,
    loose: bool,
    *,
    serve: bool,
) -> None:
    """See that what was asked for goes together."""
    if queue is not None:
        if paths or said or serve:
            raise click.UsageError("--queue goes with no PATH, verdict or --serve")
        return
    if not paths:
        raise click.UsageError(
            "missing PATH: the folder of a submission, or an archive; or --queue DIR"
        )
    if serve and (said or len(paths) > 1):
        raise click.UsageError("--serve goes with one PATH, and with no verdict")
    if loose and said is None:
        raise click.UsageError(
            "--reviewer, --reason and --waive go with one of --accept, --request-changes"
            " and --reject"
        )
    if said is not None:
        for option in ("reviewer", "reason"):
            if not getattr(said, option).strip():
                raise click.UsageError(f"--{said.verdict} asks for --{option}")
