"""Edge: the folder of a benchmark, with what `benchmark.toml` says and the accepted tasks."""

from __future__ import annotations

import difflib
import math
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import schemas
from cards.licences import MIXED, Licence
from curation import ledger, sources
from curation.model import Json
from curation.settings import Settings
from curation.sources import Accepted, Located, Source, Unfit, accept, task_id
from validators.licence import KNOWN

__all__ = [
    "FILE",
    "SHARE",
    "Accepted",
    "Benchmark",
    "Ids",
    "Located",
    "Source",
    "Unfit",
    "accept",
    "load",
    "located",
    "task_id",
    "tasks",
]

FILE = "benchmark.toml"
SHARE = 0.4
"""Part of each task that is open: what the public copies hold."""


@dataclass(frozen=True)
class Benchmark:
    """What `benchmark.toml` says; `share` is the part of each task that is open."""

    root: Path
    name: str
    tasks: tuple[Source, ...]
    share: float = SHARE
    licence: str = ""
    repositories: Mapping[str, str] = field(default_factory=dict)
    citation: str = ""
    contact: str = ""
    licences: Mapping[str, Licence] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    url: str = ""
    paper: str = ""
    gated: Mapping[str, Json] = field(default_factory=dict)
    rubric: Sequence[Json] = ()

    @property
    def ledger(self) -> Path:
        """The file that tells which sample went where."""
        return self.root / ledger.FILE


def load(folder: Path) -> Benchmark:
    """Read and check `benchmark.toml` in *folder*.

    Raises:
        Unfit: it is missing, broken or says something that does not fit.
    """
    file = folder / FILE
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        raise Unfit(
            f"{file} does not exist; curate benchmark init {folder} makes one"
        ) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unfit(f"{file}: {error}") from None
    for fault in _faults(told):
        raise Unfit(f"{file}: {fault}")
    listed = [{"path": s} if isinstance(s, str) else s for s in told.pop("tasks")]
    told["licences"] = {
        task: Licence(one) if isinstance(one, str) else Licence(MIXED, **one)
        for task, one in told.get("licences", {}).items()
    }
    for name in told.keys() & {"languages", "authors"}:
        told[name] = tuple(told[name])
    return Benchmark(folder, tasks=tuple(Source(**s) for s in listed), **told)


def _faults(told: dict[str, Json]) -> Iterator[str]:
    """Yield what does not fit, first in form and then in sense."""
    for error in schemas.exact_validator("benchmark.json").iter_errors(told):
        yield _explained(error)
        return
    shares = [told.get("share", SHARE)]
    shares += [s.get("share", SHARE) for s in told["tasks"] if isinstance(s, dict)]
    if not all(map(math.isfinite, shares)):
        yield "share: expected a number from 0 to 1"
    own = {"licence": told.get("licence", MIXED)}
    own |= {f"licences.{t}": one for t, one in told.get("licences", {}).items()}
    for place, licence in own.items():
        if isinstance(licence, str) and licence not in KNOWN:
            yield f"{place}: {licence!r} is no id that the Hub knows{_meant(licence, KNOWN)}"
    ids = [question["id"] for question in told.get("rubric", ())]
    if len(set(ids)) < len(ids):
        yield "rubric: two questions have one id; expected one for each, since answers are kept under it"
    names = [name.lower() for name in told.get("repositories", {}).values()]
    if len(set(names)) < len(names):
        yield "repositories: two parts are to go to one repository; expected one for each, since references must never lie beside public files"


def _explained(error: Any) -> str:
    place = ".".join(map(str, error.absolute_path))
    place = f"{place}: " if place else ""
    if error.validator == "additionalProperties":
        known = list(error.schema["properties"])
        unknown = next(k for k in error.instance if k not in known)
        return f"{place}unknown key {unknown!r}{_meant(unknown, known)}"
    if error.validator == "anyOf":
        best = max(error.context, key=lambda e: len(e.absolute_schema_path))
        return _explained(best)
    return f"{place}{error.message}"


def _meant(word: str, known: Any) -> str:
    close = difflib.get_close_matches(word, sorted(known), n=1)
    return f"; did you mean {close[0]!r}?" if close else ""


@contextmanager
def located(
    benchmark: Benchmark, settings: Settings | None = None
) -> Iterator[Iterator[Located]]:
    """Give the folders of the accepted tasks, found one after the other.

    What is unpacked for them is gone at the end of the context. While they are looked
    for, `Unfit` is raised if a path leads nowhere or outside, or has changed.
    """
    with ExitStack() as stack:
        yield sources.located(
            benchmark.root,
            benchmark.tasks,
            benchmark.share,
            settings or Settings(),
            stack,
        )


@contextmanager
def tasks(
    benchmark: Benchmark, settings: Settings | None = None
) -> Iterator[Iterator[Accepted]]:
    """Give the accepted tasks, read one after the other as they are asked for.

    What is unpacked for them is gone at the end of the context. While they are read,
    `Unfit` is raised also if an annotation cannot be read or two tasks have one id.
    """
    settings = settings or Settings()
    with located(benchmark, settings) as places:
        yield distinct(accept(place, settings) for place in places)


def distinct(accepted: Iterable[Accepted]) -> Iterator[Accepted]:
    """Pass tasks on, seeing that each has an id of its own.

    Raises:
        Unfit: two have the same.
    """
    ids = Ids()
    for one in accepted:
        ids.add(one.id, one.task.folder.shown)
        yield one


class Ids:
    """The ids of tasks, which must differ in more than upper and lower case."""

    def __init__(self) -> None:
        self._shown: dict[str, str] = {}

    def add(self, name: str, shown: str) -> None:
        """Take in a task's id, and where the task lies.

        Raises:
            Unfit: another task has it.
        """
        other = self._shown.setdefault(name.lower(), shown)
        if other != shown:
            raise Unfit(
                f"{other} and {shown} have the id {name}; give one of them another in {FILE}, as id"
            )
