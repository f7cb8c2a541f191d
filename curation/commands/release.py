"""`curate release`: from a benchmark and its key to the trees of a version."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curation import exits
from curation.commands import options

if TYPE_CHECKING:
    from curation.releasing import Made, Wanted
    from curation.review.gate import Gate

_SHOWN = 10


@click.command()
@click.argument(
    "benchmark", metavar="BENCH", type=click.Path(file_okay=False, path_type=Path)
)
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--version", required=True, metavar="X.Y.Z", help="Version of the release."
)
@options.key
@click.option(
    "--previous",
    metavar="RELEASE",
    type=click.Path(file_okay=False, path_type=Path),
    help="The release before it, which the version is checked against.",
)
@click.option(
    "--first",
    is_flag=True,
    help="No version before it was ever released, although the ledger tells of some.",
)
@click.option(
    "--check",
    is_flag=True,
    help="Make it again and compare it with what is in OUT; nothing is written.",
)
@click.option(
    "--keep-names",
    is_flag=True,
    help="To try the audit only: keep ids and file names in the Close set. The audit refuses what they give away.",
)
@click.option(
    "--ignore",
    multiple=True,
    callback=options.codes,
    metavar="CODES",
    help="Not these rules of the audit, for what was looked at and is no leak.",
)
@options.unreviewed
@options.config
@options.jobs
@options.cache
@click.option("--quiet", "-q", is_flag=True, help="Print no progress.")
def command(  # noqa: PLR0913 - one parameter an option
    benchmark: Path,
    out: Path,
    version: str,
    key_file: Path,
    previous: Path | None,
    first: bool,
    check: bool,
    keep_names: bool,
    ignore: tuple[str, ...],
    unreviewed: bool,
    config: Path | None,
    jobs: int | None,
    use_cache: bool,
    quiet: bool,
) -> int:
    """Write version X.Y.Z of the benchmark in the folder BENCH to the new folder OUT.

    OUT gets open/ and close/, which are public, references/, which must never be shared,
    and release.json. It appears when it is whole and the audit has found nothing, or not
    at all. The same inputs, key and version make the same bytes.

    Only tasks go into it that a review accepts as they are, and in which no error stands
    that was not waived; those that are left out are listed.

    Exit codes: 0 done, 1 the audit found something or --check a difference, 2 the input
    cannot be used, 3 a failure of ours, 130 interrupted.
    """  # fmt: skip
    settings = options.settings(config)
    facts = None
    if use_cache:
        from curation.cache import Cache  # noqa: PLC0415

        facts = Cache(settings)
    try:
        from curation.review.gate import Gate  # noqa: PLC0415

        gate = Gate(settings, unreviewed=unreviewed, jobs=jobs, facts=facts)
        wanted = _wanted(
            benchmark, out, version, key_file, previous, first, keep_names, quiet, gate
        )
        wanted = replace(wanted, ignored=ignore)
        return _checked(wanted) if check else _released(wanted, ignore)
    except _mistakes() as error:
        raise click.UsageError(str(error)) from None
    finally:
        if facts:
            facts.close()


def _mistakes() -> tuple[type[Exception], ...]:
    from curation.benchmark import Unfit  # noqa: PLC0415
    from curation.cutting import Uncut  # noqa: PLC0415
    from curation.facing import Unreadable  # noqa: PLC0415
    from curation.key import Refused as KeyRefused  # noqa: PLC0415
    from curation.ledger import Inconsistent  # noqa: PLC0415
    from curation.media_of import Unplaced  # noqa: PLC0415
    from curation.neutral import Uncleaned  # noqa: PLC0415
    from curation.placing import Refused  # noqa: PLC0415
    from curation.review.record import Broken  # noqa: PLC0415
    from curation.trees import NoRelease  # noqa: PLC0415
    from curation.versioning import Misnumbered  # noqa: PLC0415

    return (
        Unfit,
        KeyRefused,
        Inconsistent,
        Uncleaned,
        Uncut,
        Unplaced,
        Unreadable,
        Refused,
        Misnumbered,
        NoRelease,
        Broken,
    )


def _wanted(  # noqa: PLR0913 - what was asked for
    folder: Path,
    out: Path,
    version: str,
    key_file: Path,
    previous: Path | None,
    first: bool,
    keep_names: bool,
    quiet: bool,
    gate: Gate,
) -> Wanted:
    see_pyarrow()
    from curation import benchmark, key, ledger, releasing  # noqa: PLC0415

    ledger.parsed(version)
    apart = [folder, out, *([previous] if previous else [])]
    found, secret = benchmark.load(folder), key.load(key_file, apart)
    key.see_bound(folder, secret)
    return releasing.Wanted(
        found,
        version,
        secret,
        out,
        previous,
        first,
        not keep_names,
        releasing.epoch(),
        (lambda _: None)
        if quiet or not sys.stderr.isatty()
        else (lambda told: click.echo(told, err=True)),
        gate,
        lambda told: click.echo(f"left out: {told}", err=True),
    )


def see_pyarrow() -> None:
    """Say what is to be installed if Parquet or cards cannot be read or written."""
    try:
        import pyarrow  # noqa: F401, ICN001, PLC0415
        import yaml  # noqa: F401, PLC0415
    except ImportError:
        raise click.UsageError(
            "Parquet needs pyarrow, and cards need pyyaml: pip install 'general-bench-curation[release]'"
        ) from None


def _released(wanted: Wanted, ignore: tuple[str, ...]) -> int:
    from curation import placing, releasing  # noqa: PLC0415

    placing.refuse_existing(wanted.out)
    with releasing.made(wanted) as found:
        report = _audited(found, wanted, ignore)
        if report is not None:
            click.echo(report, nl=False)
            click.echo(
                f"{wanted.out} was not written: the audit found what is listed above.",
                err=True,
            )
            return exits.FINDINGS
        placing.move(found.folder, wanted.out)
    _tell(found, wanted)
    return exits.CLEAN


def _audited(found: Made, wanted: Wanted, ignore: tuple[str, ...]) -> str | None:
    """Return the report of the audit if it found something that must not go out.

    Nothing goes out that was not looked through: without an audit there is no release.
    """
    from curation.audit import Unauditable, Unread, audit  # noqa: PLC0415
    from curation.commands.audit import chosen  # noqa: PLC0415
    from curation.placing import Refused  # noqa: PLC0415
    from curation.report import FORMATS, Options  # noqa: PLC0415

    if ignore:
        click.echo(f"warning: the audit leaves out {', '.join(ignore)}", err=True)
    try:
        report = audit(
            found.folder, ledger=wanted.benchmark.ledger, settings=chosen((), ignore)
        )
    except (Unauditable, Unread) as error:
        raise Refused(f"the audit cannot read the release: {error}") from None
    if report.errors or report.failures or not report.complete:
        shown: str = FORMATS["text"](report, Options())
        return shown.replace(str(found.folder), str(wanted.out))
    return None


def _tell(found: Made, wanted: Wanted) -> None:
    from curation.report.wording import plural  # noqa: PLC0415

    tasks = found.release.tasks
    opened, closed = (
        sum(len(getattr(t, side)) for t in tasks) for side in ("open", "close")
    )
    click.echo(
        f"{wanted.out}: {found.release.name} {wanted.version}, {plural(len(tasks), 'task')}, {opened:,} open and {closed:,} close samples."
    )
    if found.taken.left:
        left = plural(len(found.taken.left), "task")
        click.echo(f"Left out: {left}, as told above.")
    if found.taken.unreviewed:
        bare = plural(len(found.taken.unreviewed), "task")
        click.echo(f"Without a review: {bare}, as release.json tells.")
    click.echo(f"Commitment to the hidden references: {found.root}")
    click.echo(
        f"Public: {wanted.out / 'open'} and {wanted.out / 'close'}. Never share: {wanted.out / 'references'}."
    )


def _checked(wanted: Wanted) -> int:
    from curation import placing, releasing  # noqa: PLC0415

    if not wanted.out.is_dir():
        raise placing.Refused(
            f"{wanted.out} is no folder; --check compares with a release that is there"
        )
    with releasing.made(wanted) as found:
        told = placing.differences(found.folder, wanted.out)
    for name in told[:_SHOWN]:
        click.echo(f"{wanted.out / name}: differs from what is made now")
    if len(told) > _SHOWN:
        click.echo(f"and {len(told) - _SHOWN} more")
    click.echo(f"{wanted.out}: {'not the same' if told else 'byte for byte the same'}.")
    return exits.FINDINGS if told else exits.CLEAN
