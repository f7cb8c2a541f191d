"""`curate init`: a task folder that validates, to be filled with real samples."""

from __future__ import annotations

import difflib
from pathlib import Path
from typing import TYPE_CHECKING

import click

from curation import exits
from curation.model import PARADIGMS, modality

if TYPE_CHECKING:
    from schemas import Family


@click.command()
@click.argument(
    "folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path)
)
@click.option(
    "--modality",
    "kind",
    metavar="NAME",
    help="image, video, audio, 3d (mesh) or nlp (text).",
)
@click.option(
    "--paradigm",
    type=click.Choice(PARADIGMS, case_sensitive=False),
    help="Not needed for language tasks.",
)
@click.option(
    "--family",
    metavar="NAME",
    help="The kind of task, such as detection or image/detection; `curate families` lists them.",
)
@click.option("--task", metavar="NAME", help="The name of the task.")
def command(
    folder: Path,
    kind: str | None,
    paradigm: str | None,
    family: str | None,
    task: str | None,
) -> int:
    """Write a task folder to start from: two samples, media made by code, a card.

    Without --family, those that fit --modality and --paradigm are listed. What is
    written passes `curate validate`; replace the samples by real ones.
    """
    from curation import scaffold  # noqa: PLC0415

    if family is None:
        raise click.UsageError(_choices(kind, paradigm))
    chosen = find_family(family, kind)
    if paradigm and chosen.paradigm and chosen.paradigm != paradigm:
        raise click.UsageError(
            f"{chosen.id} is a task of {chosen.paradigm}, not of {paradigm}"
        )
    try:
        scaffold.write(folder, chosen, task)
    except (scaffold.NotEmpty, OSError) as error:
        raise click.UsageError(str(error)) from None
    click.echo(f"{folder}: a task of the family {chosen.id} with two samples.")
    click.echo(f"Replace them by your own, then run: curate validate {folder}")
    return exits.CLEAN


def find_family(name: str, kind: str | None = None) -> Family:
    """Return the family that a user means.

    Raises:
        click.UsageError: there is none, or the name fits several modalities.
    """
    import schemas  # noqa: PLC0415

    registry = schemas.families()
    if kind is not None and modality(kind) is None:
        raise click.UsageError(
            f"--modality {kind}: expected image, video, audio, 3d or nlp"
        )
    prefix, _, last = name.lower().rpartition("/")
    wanted = modality(prefix) if prefix else None
    if wanted and kind and wanted != modality(kind):
        raise click.UsageError(f"{name} is not a family of the modality {kind}")
    wanted = wanted or (modality(kind) if kind else None)
    fitting = [
        f
        for f in registry.values()
        if f.id.endswith(f"/{last}") and wanted in (None, f.modality)
    ]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        ids = ", ".join(f.id for f in fitting)
        raise click.UsageError(f"{name!r} is a family of several modalities: {ids}")
    known = [f.id for f in registry.values() if wanted in (None, f.modality)]
    near = difflib.get_close_matches(f"{wanted or ''}/{last}", known, n=3, cutoff=0.4)
    hint = f" Did you mean {' or '.join(near)}?" if near else ""
    raise click.UsageError(
        f"there is no family {name!r}.{hint} `curate families` lists all."
    )


def _choices(kind: str | None, paradigm: str | None) -> str:
    import schemas  # noqa: PLC0415

    if kind is not None and modality(kind) is None:
        return f"--modality {kind}: expected image, video, audio, 3d or nlp"
    ids = [
        f.id
        for f in schemas.families().values()
        if (kind is None or f.modality == modality(kind))
        and (paradigm is None or f.paradigm in (None, paradigm.lower()))
    ]
    return "--family is missing; it can be one of " + ", ".join(ids)
