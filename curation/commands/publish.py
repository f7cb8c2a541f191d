"""`curate publish`: a release to the Hub, or to a folder that stands in for it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curation import exits
from curation.commands import options

if TYPE_CHECKING:
    from curation.publishing.look import Standing
    from curation.publishing.place import Place
    from curation.publishing.plan import Publication
    from curation.publishing.terms import How


@click.command()
@click.argument("release", type=click.Path(file_okay=False, path_type=Path))
@options.to
@options.repositories
@click.option("--dry-run", is_flag=True, help="Print the plan, and change nothing.")
@click.option("--yes", "-y", is_flag=True, help="Do not ask before it begins.")
@click.option("--quiet", "-q", is_flag=True, help="Print no plan and no progress.")
def command(
    release: Path,
    to: str | None,
    repositories: dict[str, str],
    dry_run: bool,
    yes: bool,
    quiet: bool,
) -> int:
    """Publish RELEASE, which curate release wrote, as a tagged version of its repositories.

    The hidden references go first, to a repository that is seen to be private, or nothing
    is published at all. Each repository gets one commit, which is compared with the
    release and tagged; those that are new are made public at the very end. When it fails,
    run it again: it goes on where it stopped. A version that exists never changes.

    HF_TOKEN, HF_ENDPOINT and HF_HOME hold as for any client of the Hub.

    Exit codes: 0 done, 1 what the release is found to have would break on the Hub, 2 it
    cannot be published as things stand, 3 a failure of ours, 130 interrupted.
    """  # fmt: skip
    from curation.publishing import plan  # noqa: PLC0415
    from curation.publishing.journal import Unkept  # noqa: PLC0415
    from curation.publishing.place import place, see_client  # noqa: PLC0415
    from curation.publishing.port import Refused, Trouble  # noqa: PLC0415
    from curation.publishing.publish import Unpublished  # noqa: PLC0415

    try:
        see_client()
        publication = plan.read(release, repositories)
        if not _passes(release):
            return exits.FINDINGS
        with place(to, keep=not dry_run) as where:
            how, standings = _looked(release, publication, where, quiet=quiet)
            if not quiet or dry_run:
                _plan(publication, standings, how)
            if dry_run or all(s.done for s in standings):
                return exits.CLEAN
            if not yes and not where.local:
                _ask()
            return _published(publication, standings, how)
    except (Refused, Trouble, Unpublished, Unkept) as error:
        raise click.UsageError(str(error)) from None
    except KeyboardInterrupt:
        click.echo(
            "interrupted; nothing that was sent is lost: run the same command again, and it goes on from there. What is complete is told by curate verify.",
            err=True,
        )
        return exits.INTERRUPTED


def _passes(release: Path) -> bool:
    """See that the Hub will take it, and show it in full; otherwise say what is wrong."""
    from curation import preflight  # noqa: PLC0415
    from curation.publishing.port import Refused  # noqa: PLC0415
    from curation.report import FORMATS, Options  # noqa: PLC0415

    try:
        report = preflight.examine(release)
    except preflight.Unreadable as error:
        raise Refused(str(error)) from None
    if not (report.errors or report.failures):
        return True
    click.echo(FORMATS["text"](report, Options()), nl=False)
    click.echo(
        f"{release} was not published: preflight found what is listed above.", err=True
    )
    return False


def _looked(
    release: Path, publication: Publication, where: Place, *, quiet: bool
) -> tuple[How, tuple[Standing, ...]]:
    from curation.publishing.huggingface import HuggingFace  # noqa: PLC0415
    from curation.publishing.journal import Journal  # noqa: PLC0415
    from curation.publishing.look import look  # noqa: PLC0415
    from curation.publishing.terms import How, Silent  # noqa: PLC0415

    shown = not quiet and sys.stderr.isatty()
    if shown:
        from curation.progress import Sent  # noqa: PLC0415

    hub = HuggingFace(where.address, where.token, where.told)
    how = How(
        hub,
        Journal.open(release, hub.place),
        progress=Sent() if shown else Silent(),
        said=(lambda _: None) if quiet else (lambda told: click.echo(told, err=True)),
    )
    return how, look(publication, hub, how.patience, how.journal)


def _plan(publication: Publication, standings: tuple[Standing, ...], how: How) -> None:
    from curation.publishing import telling  # noqa: PLC0415

    for line in telling.plan(publication, standings, how.hub.place):
        click.echo(line)
    click.echo()


def _ask() -> None:
    """Ask, or refuse where nobody can be asked: what is public once is public for ever."""
    if not sys.stdin.isatty():
        raise click.UsageError(
            "there is no terminal to ask on; look at --dry-run, then give --yes"
        )
    click.confirm("Publish this?", abort=True, err=True)


def _published(
    publication: Publication, standings: tuple[Standing, ...], how: How
) -> int:
    from curation.publishing.publish import publish  # noqa: PLC0415

    commits = publish(publication, standings, how)
    for part in publication.parts:
        who = "private" if part.private else "public"
        click.echo(
            f"{part.repository}: {publication.tag} is published ({who}), commit {commits[part.repository][:12]}."
        )
    click.echo(f"What was done is kept in {how.journal.file}.")
    return exits.CLEAN
