"""`curate predictions`: a participant's own check, and empty files to fill in."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from curation import exits
from curation.commands import options
from curation.commands.showing import said
from curation.report.wording import plural

if TYPE_CHECKING:
    from curation.scoring.predictions import Problem
    from curation.scoring.run import Check


@click.group()
def command() -> None:
    """Check files of predictions, or write empty ones.

    A file of predictions is {"task": ..., "skill": ..., "type": ..., "data": [{"id": ...,
    "prediction": ...}]}, the list of data alone, or the same as lines of JSON (.jsonl).
    Several tasks: a folder with a file for each.
    """


@command.command()
@click.argument("predictions", type=click.Path(path_type=Path))
@click.option(
    "--against",
    "set_",
    required=True,
    type=click.Path(path_type=Path),
    help="The set that was answered: a folder, an annotation file, an archive or a release.",
)
@options.form(["text", "json"], "text", "Form of the report.")
@options.jobs
@click.option(
    "--verbose",
    "-v",
    is_flag=True,
    help="Show every problem, not the first ones of each kind.",
)
def check(
    predictions: Path, set_: Path, form: str, jobs: int | None, verbose: bool
) -> int:
    """Check PREDICTIONS before they are submitted. No reference is needed.

    Names, with their JSON Pointers: ids that are unknown, repeated or missing; answers of
    the wrong shape for their task; media that are missing or cannot be decoded; and says
    how much of each task is answered.

    Exit codes: 0 nothing wrong, 1 errors were found (a file that is no JSON is one of
    them), 2 PREDICTIONS is not there or the set cannot be read. Items without an answer
    are warnings: they cost points, and are allowed.
    """
    from curation.scoring import run  # noqa: PLC0415
    from curation.scoring.predictions import Unusable  # noqa: PLC0415
    from curation.scoring.references import opened  # noqa: PLC0415
    from curation.trees import NoRelease  # noqa: PLC0415

    try:
        with opened(set_) as references:
            options = run.Options(jobs=jobs or os.cpu_count() or 1)
            found = run.check(predictions, references, options, teller())
    except (Unusable, NoRelease, OSError) as error:
        raise click.UsageError(said(error)) from None
    for fault in references.faults:
        click.echo(f"warning: {fault}", err=True)
    lines = (
        [json.dumps(_document(found), ensure_ascii=False, indent=1)]
        if form == "json"
        else _text(found, verbose=verbose)
    )
    click.echo("\n".join(lines))
    return exits.FINDINGS if found.errors else exits.CLEAN


def teller() -> Any:
    """Return what shows the name of the task at work on a terminal, and nowhere else."""
    if not sys.stderr.isatty():
        return lambda _: None
    return lambda name: click.echo(f"\r\033[K{name[:70]}\r", nl=False, err=True)


def _document(found: Check) -> dict[str, Any]:
    return {
        "tasks": [
            {
                "task": t.name, "family": t.family, "metric": t.choice.id or None, "file": t.file,
                "items": t.items, "answered": t.answered, "missing": t.missing, "invalid": t.invalid,
            }
            for t in found.tasks
        ],
        "problems": [
            {
                "severity": "error" if p.grave else "warning", "kind": p.kind, "file": p.where.path,
                "pointer": p.where.pointer, "id": p.id, "detail": p.detail,
            }
            for p in found.problems
        ],
    }  # fmt: skip


_SHOWN = 5


def shortened(
    problems: Sequence[Problem],
    word: Callable[[Problem], str],
    *,
    shown: int = _SHOWN,
    more: str,
) -> Iterator[str]:
    """Yield a line a problem, the first ones of each kind in a file, then how many more."""
    counts: dict[tuple[str, str, bool], int] = {}
    for problem in problems:
        key = problem.where.path, problem.kind, problem.grave
        counts[key] = counts.get(key, 0) + 1
        if counts[key] <= shown:
            yield f"{word(problem)}: {problem}"
    for (path, kind, _), number in counts.items():
        if number > shown:
            yield f"{path}: {kind}: {number - shown:,} more; {more}"


def _text(found: Check, *, verbose: bool) -> Iterable[str]:
    yield from shortened(
        found.problems,
        lambda p: "error" if p.grave else "warning",
        shown=len(found.problems) if verbose else _SHOWN,
        more="--verbose shows them",
    )
    for task in found.tasks:
        share = f"{task.answered / task.items:.1%}" if task.items else "no items"
        parts = f"{task.answered:,} of {task.items:,} items answered ({share})"
        more = [
            f"{n:,} {w}"
            for n, w in ((task.missing, "missing"), (task.invalid, "invalid"))
            if n
        ]
        yield f"{task.name}: {', '.join([parts, *more])}" + (
            "" if task.file else "; no file of predictions"
        )
    warnings = len(found.problems) - found.errors
    yield f"{plural(found.errors, 'error')}, {plural(warnings, 'warning')}"


@command.command()
@click.argument("set_", metavar="SET", type=click.Path(path_type=Path))
@click.option(
    "--output",
    default="predictions",
    show_default=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder to write to; it must be empty or new.",
)
def template(set_: Path, output: Path) -> int:
    """Write an empty file of predictions for each task of SET.

    Each file has the ids of its task with null for an answer, and says under
    "prediction_form" what an answer looks like.
    """
    from curation.scoring.answers import reading  # noqa: PLC0415
    from curation.scoring.choice import choose  # noqa: PLC0415
    from curation.scoring.references import opened  # noqa: PLC0415
    from curation.trees import NoRelease  # noqa: PLC0415

    if output.exists() and any(output.iterdir()):
        raise click.UsageError(f"{output} is not empty")
    written: set[str] = set()
    try:
        with opened(set_) as references:
            output.mkdir(parents=True, exist_ok=True)
            for task in references.tasks:
                form = reading(choose(task.name, task.family, task.envelope)).prediction
                name = _file_name(task.name, written)
                (output / name).write_text(
                    _empty(task, form.says if form else ""), encoding="utf-8"
                )
    except (NoRelease, OSError) as error:
        raise click.UsageError(said(error)) from None
    click.echo(f"{plural(len(written), 'file')} in {output}")
    return exits.CLEAN


def _file_name(task: str, written: set[str]) -> str:
    """Make a file name of a task's, another one for each task."""
    plain = (
        "".join(c if c.isalnum() or c in "-_" else "-" for c in task).strip("-")
        or "task"
    )
    name, number = f"{plain}.json", 2
    while name.lower() in written:
        name, number = f"{plain}-{number}.json", number + 1
    written.add(name.lower())
    return name


def _empty(task: Any, says: str) -> str:
    envelope = task.envelope
    document = {
        "task": task.name,
        "skill": envelope.get("skill"),
        "type": envelope.get("type"),
        "prediction_form": says,
        "data": [{"id": key, "prediction": None} for key in task.ids],
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"
