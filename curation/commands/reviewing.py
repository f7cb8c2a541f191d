"""What `curate review` does: show, record a verdict, serve, list a queue."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curation import exits
from curation.cache import Cache
from curation.commands.showing import write
from curation.commands.waiting import until_interrupted
from curation.report.wording import shown
from curation.review import listing, record, rendering
from curation.review import submission as submissions
from curation.review.deciding import Refused, decided
from curation.review.overview import overview
from curation.review.page import page
from curation.review.prober import Prober
from curation.review.waiving import waived

if TYPE_CHECKING:
    from curation.review.model import Overview
    from curation.settings import Settings

_DONE = {
    "accept": "accepted",
    "request-changes": "changes requested",
    "reject": "rejected",
}
_ENDINGS = {"page": "review.html", "markdown": "review.md", "json": "overview.json"}
QUEUE = "queue.html"
"""Name of the page of a queue."""


@dataclass(frozen=True)
class Means:
    """How submissions are looked at, and what they are compared with."""

    settings: Settings
    jobs: int | None
    use_cache: bool
    quiet: bool
    against: Path | None


@dataclass(frozen=True)
class Said:
    """What a reviewer says on the command line."""

    verdict: str
    reviewer: str
    reason: str
    waive: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True)
class Seen:
    """A submission, the record of its review, and the store of facts."""

    submission: submissions.Submission
    record: record.Record | None
    facts: Cache | None


@contextmanager
def _looked(path: Path, means: Means) -> Iterator[Seen]:
    """Give a submission with the record of its review, which is read first."""
    submissions.see(path)
    found = record.load(submissions.record_of(path))
    progress = None
    if not means.quiet and sys.stderr.isatty():
        from curation.progress import Bar  # noqa: PLC0415

        progress = Bar()
    with (
        _store(means) as facts,
        submissions.looked(
            path, means.settings, jobs=means.jobs, facts=facts, progress=progress
        ) as looked,
    ):
        yield Seen(looked, found, facts)


@contextmanager
def _store(means: Means) -> Iterator[Cache | None]:
    facts = Cache(means.settings) if means.use_cache else None
    try:
        yield facts
    finally:
        if facts:
            facts.close()


def decide(path: Path, means: Means, said: Said) -> int:
    """Record a verdict on one submission, unless something stands against it."""
    with _looked(path, means) as seen:
        submission = seen.submission

        def make(current: record.Record) -> record.Record:
            added = tuple(record.Waiver(*one) for one in said.waive)
            waivers = tuple(dict.fromkeys((*current.waivers, *added)))
            whole = replace(current, waivers=waivers)
            wanted = record.Verdict(said.verdict)
            found = decided(whole, submission, wanted, said.reviewer, said.reason)
            listing.keep(submission.record, submission.held)
            return found

        try:
            record.change(submission.record, make)
        except Refused as refused:
            click.echo(f"{path}: not recorded")
            for one in refused.reasons:
                click.echo(f"  {shown(one)}")
            return exits.FINDINGS
        except record.Misfit as error:
            raise click.UsageError(str(error)) from None
    done = _DONE[said.verdict]
    click.echo(f"{path}: {done} by {said.reviewer}, in {submission.record}")
    return exits.CLEAN


def show(
    paths: Sequence[Path], means: Means, form: str, out: Path | None, *, open_: bool
) -> int:
    """Print what is known of submissions, or write it, one file for each."""
    if open_ and form != "page":
        raise click.UsageError("--open goes with a page")
    printed = out is None and form != "page"
    home = out or Path()
    if not printed:
        _see_beside(home, paths)
    _folder(home)
    code = exits.CLEAN
    with Prober(means.settings.limits) as prober:
        for path, name in zip(paths, _names(paths), strict=True):
            with _looked(path, means) as seen:
                text = _told(seen, _overview(seen, means, prober), form, means)
                stands = _stands(seen)
            file = None if printed else home / f"{name}.{_ENDINGS[form]}"
            write(text, file)
            if file is not None:
                click.echo(f"{path}: {file}")
                _opened(file.resolve().as_uri(), wanted=open_)
            code = max(code, exits.FINDINGS if stands else exits.CLEAN)
    return code


def _see_beside(home: Path, paths: Sequence[Path]) -> None:
    """See that what is written becomes no part of what is reviewed."""
    whole = home.resolve()
    inside = (path for path in paths if whole.is_relative_to(path.resolve()))
    if (path := next(inside, None)) is not None:
        raise click.UsageError(
            f"the page would lie in {path}, and be part of what is reviewed; name a folder"
            " beside it with --out"
        )


def _names(paths: Sequence[Path]) -> list[str]:
    """Name what is written for each submission, with the folders above where two are alike."""
    names = [path.resolve().name for path in paths]
    return [
        name if names.count(name) == 1 else "-".join(path.resolve().parts[1:])
        for path, name in zip(paths, names, strict=True)
    ]


def _overview(seen: Seen, means: Means, prober: Prober) -> Overview:
    return overview(
        seen.submission,
        seen.record,
        against=means.against,
        jobs=means.jobs,
        facts=seen.facts,
        prober=prober,
    )


def _told(seen: Seen, found: Overview, form: str, means: Means) -> str:
    if form == "page":
        engine = rendering.pool(_processes(means), means.settings.limits)
        return page(seen.submission, found, engine, record=seen.record)
    from curation.review import telling  # noqa: PLC0415 - a page needs none of it

    return telling.as_json(found) if form == "json" else telling.as_markdown(found)


def _processes(means: Means) -> int:
    return means.jobs or os.cpu_count() or 1


def _stands(seen: Seen) -> bool:
    """Whether an error stands that no waiver is for."""
    waivers = seen.record.waivers if seen.record else ()
    found = waived(seen.submission, waivers)
    return any(e not in found.reasons for e in seen.submission.report.errors)


def _folder(out: Path) -> Path:
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise click.UsageError(f"--out {out}: {error.strerror}") from None
    return out


def _opened(address: str, *, wanted: bool) -> None:
    if not wanted:
        return
    import webbrowser  # noqa: PLC0415

    if not webbrowser.open(address):
        click.echo(f"no browser was found; open {address}", err=True)


def serve(path: Path, means: Means, port: int | None, *, open_: bool) -> int:
    """Serve the page of one submission until Ctrl-C."""
    from curation.review import serve as server  # noqa: PLC0415
    from curation.review.desk import Desk  # noqa: PLC0415

    with _looked(path, means) as seen:
        engine = rendering.pool(_processes(means), means.settings.limits)
        with Prober(means.settings.limits) as prober:
            desk = Desk(seen.submission, _overview(seen, means, prober), engine)
        desk.prepare()
        try:
            with server.serving(desk, port or 0) as address, until_interrupted():
                click.echo(f"{path} is shown to this machine until Ctrl-C, at")
                click.echo(f"  {address.first}")
                click.echo(
                    "The address opens it once, and that browser may come back. What is"
                    f" decided is saved in {seen.submission.record}."
                )
                _opened(address.first, wanted=open_)
        except OSError as error:
            raise click.UsageError(
                f"port {port or ''} cannot be had: {error.strerror}; choose another one, or"
                " leave out --port for any that is free"
            ) from None
    click.echo("\nstopped", err=True)
    return exits.CLEAN


def list_queue(
    folder: Path, means: Means, form: str | None, out: Path | None, *, open_: bool
) -> int:
    """List the submissions in a folder."""
    from curation.report.json_ import dumped  # noqa: PLC0415
    from curation.review import queue, queue_page  # noqa: PLC0415

    if form == "markdown" or (open_ and out is None):
        raise click.UsageError(
            "a queue is shown as a table, with --format json as JSON, and with --out DIR as"
            " a page"
        )
    with _store(means) as facts:
        rows = queue.rows(folder, means.settings, jobs=means.jobs, facts=facts)
    if form == "json":
        told = {"format": 1, "submissions": [asdict(row) for row in rows]}
        click.echo(dumped(told), nl=False)
    elif rows:
        click.echo(queue.as_text(rows), nl=False)
    else:
        click.echo(f"{folder}: there is no submission in it")
    if out is not None:
        file = _folder(out) / QUEUE
        pages = {row.path: f"{Path(row.path).name}.{_ENDINGS['page']}" for row in rows}
        linked = [
            replace(row, page=pages[row.path])
            if (out / pages[row.path]).is_file()
            else row
            for row in rows
        ]
        write(queue_page.as_page(linked, folder), file)
        click.echo(f"{folder}: {file}", err=True)
        _opened(file.resolve().as_uri(), wanted=open_)
    return exits.CLEAN
