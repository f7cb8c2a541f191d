"""Files of predictions, joined to the tasks that they answer: by name, never by position."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from curation.model import Where
from curation.scoring.choice import plainest
from curation.scoring.predictions import PredictionFile, Problem
from curation.scoring.references import ReferenceTask


@dataclass(frozen=True)
class Pairs:
    """The file of each task, by its place in the list of tasks, and what fitted nowhere."""

    files: Mapping[int, PredictionFile]
    problems: tuple[Problem, ...]


def pair(files: Sequence[PredictionFile], tasks: Sequence[ReferenceTask]) -> Pairs:
    """Give each task the file that answers it.

    A file says its task in `task`; else its own name says it. A single file is taken for
    a single task if it says nothing else.
    """
    places: dict[str, list[int]] = {}
    for index, task in enumerate(tasks):
        places.setdefault(plainest(task.name), []).append(index)
    given: dict[int, PredictionFile] = {}
    problems = [p for f in files for p in f.problems]
    for file in files:
        found = _place(file, places, alone=len(files) == len(tasks) == 1)
        if isinstance(found, Problem):
            problems.append(found)
        elif found in given:
            where = Where(file.shown)
            problems.append(
                Problem(
                    where,
                    "repeated-task",
                    f"{tasks[found].name!r} is answered by {given[found].shown} too",
                )
            )
        elif found is not None:
            given[found] = file
    return Pairs(given, tuple(problems))


def _place(
    file: PredictionFile, places: Mapping[str, list[int]], *, alone: bool
) -> int | Problem | None:
    name = file.task or file.named
    where = Where(file.shown).at("task") if file.task else Where(file.shown)
    found = places.get(plainest(name), [])
    if not found and not file.task and alone:
        found = next(iter(places.values()))
    if not found and file.problems and not file.entries:
        return None
    if not found:
        return Problem(
            where,
            "unknown-task",
            f"{name!r} is no task of the set{_near(name, places)}",
        )
    if len(found) > 1:
        return Problem(
            where, "unclear-task", f"{len(found)} tasks of the set are called {name!r}"
        )
    return found[0]


def _near(name: str, places: Iterable[str]) -> str:
    import difflib  # noqa: PLC0415 - only a mistake needs it

    close = difflib.get_close_matches(plainest(name), list(places), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""
