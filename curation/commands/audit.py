"""`curate audit`: searches a release for its own answers, from a path to an exit code."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curation import exits
from curation.commands import options
from curation.commands.fetching import Place, fetched
from curation.commands.showing import shown

if TYPE_CHECKING:
    from curation.audit.history import Past
    from curation.commands.fetching import Given
    from curation.finding import Report
    from curation.settings import Settings


@click.command()
@click.argument("release", type=Place())
@click.option(
    "--references",
    metavar="DIR",
    type=Place(),
    help="The hidden references, or the tasks with their answers; by default references/ of the release.",
)
@click.option(
    "--ledger",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The ledger, for what was open in earlier versions.",
)
@click.option(
    "--history",
    multiple=True,
    metavar="CLONE",
    type=Place(click.Path(exists=True, file_okay=False)),
    help="A local clone of a repository, or hf://datasets/OWNER/NAME; all commits, tags and refs are searched.",
)
@options.findings
@click.option(
    "--p-value",
    type=click.FloatRange(0, 1),
    default=0.01,
    show_default=True,
    help="Probability up to which side channels count: that one of all that are tried tells so much by chance.",
)
@click.option(
    "--auc",
    type=click.FloatRange(0.5, 1),
    default=0.95,
    show_default=True,
    help="AUC from which sizes, lengths and codecs that tell the label are an error.",
)
@options.jobs
@options.verdict
def command(  # noqa: PLR0913 - one parameter an option
    release: Given,
    references: Given | None,
    ledger: Path | None,
    history: tuple[Given, ...],
    form: str,
    output: Path | None,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    p_value: float,
    auc: float,
    jobs: int | None,
    fail_on: str,
    quiet: bool,
    verbose: bool,
    color: str,
) -> int:
    """Search the public trees of RELEASE for hidden answers, and compare its two sides.

    RELEASE is a release, one of its public trees, any folder, an archive of those, or what
    is published: hf://datasets/OWNER/NAME[@REVISION]. No answer is quoted in the report. All
    that was ever pushed to a repository is searched too with --history.

    Exit codes: 0 clean, 1 findings, 2 usage or configuration, 3 a failure of ours, 130
    interrupted.
    """  # fmt: skip
    from curation.commands.release import see_pyarrow  # noqa: PLC0415

    see_pyarrow()
    with ExitStack() as stack:
        names: dict[str, str] = {}
        near = _Near(stack, names, quiet=quiet)
        report = _audited(
            near.files(release),
            None if references is None else near.files(references),
            ledger,
            tuple(near.past(one) for one in history),
            chosen(select, ignore),
            p_value,
            auc,
            jobs,
        )
        return shown(
            report,
            form,
            output,
            names,
            fail_on=fail_on,
            quiet=quiet,
            verbose=verbose,
            color=color,
        )


@dataclass(frozen=True)
class _Near:
    """Brings near what lies on the Hub, and keeps how that is called."""

    stack: ExitStack
    names: dict[str, str]
    quiet: bool

    def files(self, given: Given) -> Path:
        """Return where the files are."""
        if isinstance(given, Path):
            return given
        from curation.published import places  # noqa: PLC0415

        folder = self.stack.enter_context(
            fetched(lambda said: places.files(given, said), quiet=self.quiet)
        )
        self.names[str(folder)] = str(given)
        return folder

    def past(self, given: Given) -> Path | Past:
        """Return what tells of the past."""
        if isinstance(given, Path):
            return given
        from curation.published import places  # noqa: PLC0415

        return self.stack.enter_context(
            fetched(lambda said: places.past(given, said), quiet=self.quiet)
        )


def _audited(  # noqa: PLR0913 - what was asked for
    release: Path,
    references: Path | None,
    ledger: Path | None,
    history: tuple[Path | Past, ...],
    settings: Settings,
    p_value: float,
    auc: float,
    jobs: int | None,
) -> Report:
    from curation.audit import Strictness, Unauditable, Unread, audit  # noqa: PLC0415
    from curation.ledger import Inconsistent  # noqa: PLC0415

    strict = replace(Strictness(), p_value=p_value, nearly=auc)
    try:
        return audit(release, references, ledger, history, settings, strict, jobs)
    except (Unauditable, Unread, Inconsistent) as error:
        raise click.UsageError(str(error)) from None
    except KeyboardInterrupt:
        sys.exit(exits.INTERRUPTED)


def chosen(
    select: tuple[str, ...], ignore: tuple[str, ...], codes: tuple[str, ...] = ()
) -> Settings:
    """Make settings of the codes of rules that are chosen or left out.

    *codes* are those there are; without them, those of the audit.

    Raises:
        click.UsageError: no rule has such a code.
    """
    from curation import configuration  # noqa: PLC0415
    from curation.audit import RULES  # noqa: PLC0415
    from curation.settings import Settings  # noqa: PLC0415

    settings = Settings(select=select, ignore=ignore)
    try:
        configuration.check_codes(
            settings, codes or tuple(r.code for r in RULES), "command line"
        )
    except configuration.Misconfigured as error:
        raise click.UsageError(str(error)) from None
    return settings
