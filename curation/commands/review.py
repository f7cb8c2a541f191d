"""`curate review`: shows a submission to its reviewer, and records what is decided."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curation import exits
from curation.commands import options

if TYPE_CHECKING:
    from curation.cache import Cache
    from curation.review.model import Overview
    from curation.review.record import Record
    from curation.review.submission import Submission
    from curation.settings import Settings

_DONE = {
    "accept": "accepted",
    "request-changes": "changes requested",
    "reject": "rejected",
}


@dataclass(frozen=True)
class _Means:
    """How submissions are looked at."""

    settings: Settings
    jobs: int | None
    use_cache: bool
    quiet: bool


@dataclass(frozen=True)
class _Said:
    """What a reviewer says on the command line."""

    verdict: str
    reviewer: str
    reason: str
    waive: tuple[tuple[str, str, str], ...]


def _verdict(name: str, help_: str) -> options.Decorator:
    return click.option(
        f"--{name}", "verdict", flag_value=name, default=None, help=help_
    )


@click.command()
@click.argument("paths", metavar="PATH...", nargs=-1, type=click.Path(path_type=Path))
@options.form(["markdown", "json"], "markdown", "Form of what is shown.")
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write one file for each PATH into this folder.",
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
@options.config
@options.jobs
@options.cache
@click.option("--quiet", "-q", is_flag=True, help="Print no progress.")
def command(  # noqa: PLR0913 - one parameter an option
    paths: tuple[Path, ...],
    form: str,
    out: Path | None,
    against: Path | None,
    verdict: str | None,
    reviewer: str,
    reason: str,
    waive: tuple[tuple[str, str, str], ...],
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

    Exit codes: 0 done, 1 an error stands, or stands against accepting, 2 usage or an input
    that cannot be read, 3 a failure of ours, 130 interrupted.
    """  # fmt: skip
    from curation.benchmark import Unfit  # noqa: PLC0415
    from curation.review.record import Broken  # noqa: PLC0415
    from curation.review.submission import Unreviewable  # noqa: PLC0415

    if not paths:
        raise click.UsageError(
            "missing PATH: the folder of a submission, or an archive"
        )
    if (reviewer or reason or waive) and verdict is None:
        raise click.UsageError(
            "--reviewer, --reason and --waive go with one of --accept, --request-changes"
            " and --reject"
        )
    if against is not None:
        from curation.commands.release import see_pyarrow  # noqa: PLC0415

        see_pyarrow()
    means = _Means(options.settings(config), jobs, use_cache, quiet)
    code = exits.CLEAN
    try:
        for path in paths:
            with _looked(path, means) as (submission, record, facts):
                if verdict is not None:
                    said = _Said(verdict, reviewer, reason, waive)
                    own = _decided(submission, said)
                else:
                    from curation.review.overview import overview  # noqa: PLC0415

                    found = overview(
                        submission, record, against=against, jobs=jobs, facts=facts
                    )
                    own = _shown(submission, record, found, form, out)
            code = max(code, own)
    except (Broken, Unfit, Unreviewable) as error:
        raise click.UsageError(str(error)) from None
    return code


@contextmanager
def _looked(
    path: Path, means: _Means
) -> Iterator[tuple[Submission, Record | None, Cache | None]]:
    """Give a submission, the record of its review, and the store of facts."""
    from curation.cache import Cache  # noqa: PLC0415
    from curation.review import record, submission  # noqa: PLC0415

    submission.see(path)
    found = record.load(submission.record_of(path))
    progress = None
    if not means.quiet and sys.stderr.isatty():
        from curation.progress import Bar  # noqa: PLC0415

        progress = Bar()
    facts = Cache(means.settings) if means.use_cache else None
    try:
        with submission.looked(
            path, means.settings, jobs=means.jobs, facts=facts, progress=progress
        ) as looked:
            yield looked, found, facts
    finally:
        if facts:
            facts.close()


def _decided(submission: Submission, said: _Said) -> int:
    from dataclasses import replace  # noqa: PLC0415

    from curation.review import record  # noqa: PLC0415
    from curation.review.deciding import Refused, decided  # noqa: PLC0415

    wanted = record.Verdict(said.verdict)
    for option in ("reviewer", "reason"):
        if not getattr(said, option).strip():
            raise click.UsageError(f"--{wanted} asks for --{option}")

    def make(current: record.Record) -> record.Record:
        added = tuple(record.Waiver(*one) for one in said.waive)
        waivers = tuple(dict.fromkeys((*current.waivers, *added)))
        whole = replace(current, waivers=waivers)
        return decided(whole, submission, wanted, said.reviewer, said.reason)

    try:
        record.change(submission.record, make)
    except Refused as refused:
        click.echo(f"{submission.path}: not recorded")
        for one in refused.reasons:
            click.echo(f"  {one}")
        return exits.FINDINGS
    except record.Misfit as error:
        raise click.UsageError(str(error)) from None
    click.echo(
        f"{submission.path}: {_DONE[said.verdict]} by {said.reviewer}, in {submission.record}"
    )
    return exits.CLEAN


def _shown(
    submission: Submission,
    record: Record | None,
    found: Overview,
    form: str,
    out: Path | None,
) -> int:
    from curation.commands.showing import write  # noqa: PLC0415
    from curation.review import telling  # noqa: PLC0415

    text = telling.as_json(found) if form == "json" else telling.as_markdown(found)
    file = None
    if out is not None:
        ending = {"json": "overview.json", "markdown": "review.md"}[form]
        file = _file(out, f"{submission.name}.{ending}")
    write(text, file)
    if file is not None:
        click.echo(f"{submission.path}: {file}")
    return exits.FINDINGS if _stands(submission, record) else exits.CLEAN


def _file(out: Path, name: str) -> Path:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"--out {out}: {error.strerror}") from None
    return out / name


def _stands(submission: Submission, record: Record | None) -> bool:
    """Whether an error stands that no waiver is for."""
    from curation.review.waiving import waived  # noqa: PLC0415

    found = waived(submission, record.waivers if record else ())
    return any(error not in found.reasons for error in submission.report.errors)
