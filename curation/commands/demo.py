"""`curate demo`: contributions to look at, clean and broken."""

from __future__ import annotations

import importlib
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from curation import exits

if TYPE_CHECKING:
    from curation.demo import Written


@click.command()
@click.argument(
    "folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path)
)
@click.option(
    "--broken",
    is_flag=True,
    help="Write DIR-broken as well: a twin in which every rule is broken once, as its FAULTS.md tells.",
)
@click.option(
    "--publish",
    "journey",
    is_flag=True,
    help="Go all of the way in DIR: contributions, review, split, release, a local hub, verification.",
)
def command(folder: Path, broken: bool, journey: bool) -> int:
    """Write a small contribution for each modality and paradigm, media made by code.

    The nine tasks stand in DIR as the benchmark has them, such as
    DIR/Image/comprehension/Car-Park-Vehicle-Detection, and are clean.

    With --publish they stand in DIR/contributed, and each command that takes them to a
    published and verified benchmark on the local hub DIR/hub is printed and run.

    With --broken, the folder DIR-broken beside it has one task for each rule of the
    catalogue, in which that rule is broken, and more with hostile files.
    """  # fmt: skip
    from curation import demo  # noqa: PLC0415

    if journey:
        if broken:
            raise click.UsageError("--broken and --publish do not go together")
        return _travelled(folder)
    twin = _beside(folder) if broken else None
    try:
        written = demo.write(folder, twin)
    except (demo.NotEmpty, OSError) as error:
        raise click.UsageError(str(error)) from None
    click.echo("\n".join(_told(folder, twin, written)))
    return exits.CLEAN


def _travelled(folder: Path) -> int:
    """Run one command after the other, up to the first that does not succeed."""
    from curation import demo  # noqa: PLC0415
    from curation.demo import journey  # noqa: PLC0415
    from curation.publishing.place import see_client  # noqa: PLC0415
    from curation.publishing.port import Refused  # noqa: PLC0415

    try:
        see_client(full=True)
        for verb, *arguments in journey.steps(folder):
            click.echo(f"$ curate {verb} {shlex.join(arguments)}")
            module: Any = importlib.import_module(f"curation.commands.{verb}")
            code = module.command.main(
                arguments, prog_name=f"curate {verb}", standalone_mode=False
            )
            if code != exits.CLEAN:
                return int(code)
            click.echo()
    except (demo.NotEmpty, Refused, OSError) as error:
        raise click.UsageError(str(error)) from None
    hub = _quoted(folder / journey.HUB)
    click.echo(f"Serve it to any client of the Hub with: curate hub serve {hub}")
    return exits.CLEAN


def _beside(folder: Path) -> Path:
    whole = folder if folder.name not in {"", ".."} else folder.resolve()
    return whole.with_name(f"{whole.name}-broken")


def _told(folder: Path, twin: Path | None, written: Written) -> list[str]:
    lines = [
        f"{folder}: {len(written.tasks)} clean tasks with {written.samples} samples."
    ]
    if twin is not None:
        there = [p for p in written.planted if not p.impossible]
        lines += [
            f"{twin}: {len(there)} broken tasks; FAULTS.md says what is broken in each."
        ]
        lines += [
            f"  not planted: {p.fault.code}, {p.impossible}"
            for p in written.planted
            if p.impossible
        ]
    lines += ["", "Now run:"]
    for one in (folder, twin):
        if one is not None:
            lines.append(
                f"  curate validate {_quoted(one)} --config {_quoted(one / 'curate.toml')}"
            )
    return [
        *lines,
        "",
        "That configuration allows so few samples; without --config it holds for commands that",
        "are started beside it. `curate rules CODE` explains what a finding means.",
    ]


def _quoted(path: Path) -> str:
    return shlex.quote(str(path))
