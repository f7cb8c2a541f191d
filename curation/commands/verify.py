"""`curate verify`: what a hub has, held against what was released."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from curation import exits
from curation.commands import options

if TYPE_CHECKING:
    from curation.publishing.place import Place
    from curation.publishing.verify import Checked, Look, Subject


@click.command()
@click.argument("release")
@click.option(
    "--from",
    "source",
    metavar="REPO@TAG",
    help="Hold this repository against the tree of RELEASE that belongs there.",
)
@click.option(
    "--full",
    is_flag=True,
    help="Download all of it, open every configuration with datasets, and decode media of each.",
)
@options.to
@options.repositories
@options.jobs
def command(
    release: str,
    source: str | None,
    full: bool,
    to: str | None,
    repositories: dict[str, str],
    jobs: int | None,
) -> int:
    """See that what the Hub has is what was released.

    RELEASE is what curate release wrote, whose version is looked for in its repositories.
    Anyone can give a published version instead, as OWNER/NAME@TAG, which is then held
    against the manifest in it.

    The hashes that the Hub lists are compared, the tags, and who sees what. With --full
    all is downloaded into a new cache, below TMPDIR, and loaded as users load it.

    Exit codes: 0 as it was released, 1 something differs, 2 usage or no such version, 3 a
    failure of ours, 130 interrupted.
    """  # fmt: skip
    from curation.publishing.journal import Unkept  # noqa: PLC0415
    from curation.publishing.place import place, see_client  # noqa: PLC0415
    from curation.publishing.port import Refused, Trouble  # noqa: PLC0415

    try:
        see_client(full=full)
        with (
            place(to, there=True) as where,
            TemporaryDirectory(prefix="curate-verify-") as home,
        ):
            clean = [
                _told(one, where, look, jobs, full=full)
                for look, subjects in [
                    _subjects(release, source, repositories, where, Path(home))
                ]
                for one in map(look.check, subjects)
            ]
    except (Refused, Trouble, Unkept) as error:
        raise click.UsageError(str(error)) from None
    return exits.CLEAN if all(clean) else exits.FINDINGS


def _subjects(
    release: str,
    source: str | None,
    repositories: dict[str, str],
    where: Place,
    home: Path,
) -> tuple[Look, Iterator[Subject]]:
    from curation.publishing import plan, verify  # noqa: PLC0415
    from curation.publishing.huggingface import HuggingFace  # noqa: PLC0415
    from curation.publishing.journal import Journal  # noqa: PLC0415
    from curation.publishing.patience import Patience  # noqa: PLC0415

    hub = HuggingFace(where.address, where.token, where.told)
    look = verify.Look(hub, Patience(), home / "hub")
    folder = Path(release)
    if not folder.is_dir():
        return look, iter([look.published(release)])
    if source is not None:
        return look, iter([verify.of_tree(folder, source, look)])
    publication = plan.read(folder, repositories)
    return look, verify.of_release(publication, Journal.open(folder, hub.place))


def _see_room(home: Path, size: int) -> None:
    """See that the disk takes a download, and the largest of it once more as it is loaded."""
    import shutil  # noqa: PLC0415

    from curation.publishing.port import Refused  # noqa: PLC0415
    from curation.report.wording import size as told  # noqa: PLC0415

    free = shutil.disk_usage(home).free
    if free < 2 * size:
        raise Refused(
            f"{home.parent}: {told(free)} are free, and loading {told(size)} may take twice as much; set TMPDIR to a larger disk"
        )


def _told(
    checked: Checked, where: Place, look: Look, jobs: int | None, *, full: bool
) -> bool:
    """Print what was found, and return whether all is well."""
    from curation.report.wording import plural, size  # noqa: PLC0415

    subject, part = checked.subject, checked.subject.part
    lines = [f"  {fault}" for fault in checked.faults]
    if full and checked.commit:
        from curation.publishing.contents import Loading  # noqa: PLC0415

        _see_room(look.home.parent, part.bytes)
        folder = look.fetch(part.repository, checked.commit, None, part.bytes)
        loading = Loading(where, look.home.parent, jobs or os.cpu_count() or 1)
        found = loading.contents(part, subject.revision, folder)
        lines += [f"  {fault}" for fault in found.faults]
        lines.append(
            f"  opened with datasets: {plural(found.configs, 'configuration')}, {plural(found.rows, 'row')}; {plural(found.media, 'media file')} decoded"
        )
        checked.faults += found.faults
    verdict = "not as it was released" if checked.faults else "as it was released"
    at = f" ({checked.commit[:12]})" if checked.commit else ""
    click.echo(
        f"{subject.name}{at}: {plural(len(part.files), 'file')}, {size(part.bytes)}, {verdict}."
    )
    for line in lines:
        click.echo(line)
    return not checked.faults
