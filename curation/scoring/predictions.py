"""Edge: files of predictions, in the documented forms, bounded and never trusted.

One task a file: an object `{task, skill, type, data: [{id, prediction}]}`, the list of
`data` alone, or the same as lines of JSON (`.jsonl`). Several tasks: a folder of such files.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from curation import elements
from curation.elements import Elements
from curation.model import Json, Where
from curation.scoring.jsonlines import Bad, Entries, Prediction, lines, parsed
from curation.settings import Limits

SUFFIXES = (".json", ".jsonl")
_GENERAL = frozenset(
    {"prediction", "predictions", "annotation", "submission", "answers", "data"}
)
"""Names of files that do not name a task."""
_FIELDS = frozenset(
    {"task", "skill", "type", "data", "family", "version", "model", "$schema"}
)


class Unusable(Exception):
    """There are no predictions at a path; the message says why."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a prediction: where, which kind, what was seen."""

    where: Where
    kind: str
    detail: str
    id: str | None = None
    grave: bool = True

    def __str__(self) -> str:
        return f"{self.where}: {self.kind}: {self.detail}"


@dataclass(frozen=True)
class PredictionFile:
    """The predictions of one task, by id; a repeated id is a problem and has none.

    `root` is the folder that paths to media are relative to.
    """

    path: Path
    shown: str
    task: str | None
    named: str
    entries: Mapping[str, Prediction]
    problems: tuple[Problem, ...]
    skill: str | None = None
    type: str | None = None
    repeated: frozenset[str] = field(default_factory=frozenset)

    @property
    def root(self) -> Path:
        """The folder that paths to media are relative to."""
        return self.path.parent


def read(path: Path, limits: Limits | None = None) -> list[PredictionFile]:
    """Read a file of predictions, or all of them below a folder.

    Raises:
        Unusable: there is none.
    """
    limits = limits or Limits()
    if path.is_dir():
        files = sorted(
            p for p in path.rglob("*") if p.suffix.lower() in SUFFIXES and p.is_file()
        )
        found = [
            f
            for p in files
            if (f := _file(p, p.relative_to(path).as_posix(), limits, strict=False))
        ]
        if not found:
            raise Unusable(f"{path}: no file of predictions (.json or .jsonl) in it")
        return found
    if not path.is_file():
        raise Unusable(
            f"{path}: {'not a file or a folder' if path.exists() else 'no such file or folder'}"
        )
    one = _file(path, path.name, limits, strict=True)
    assert one is not None
    return [one]


def _file(
    path: Path, shown: str, limits: Limits, *, strict: bool
) -> PredictionFile | None:
    """Read one file; in a folder, JSON of another kind is none of ours."""
    where = Where(shown)
    size = path.stat().st_size
    if size > limits.json_bytes:
        detail = f"{size:,} bytes, the limit is {limits.json_bytes:,}"
        return _nothing(path, shown, Problem(where, "too-large", detail))
    if path.suffix.lower() == ".jsonl":
        return _gathered(path, shown, {}, Entries(lines(path), where))
    try:
        value = elements.listed(path, limits)
        if value is None:
            value = parsed(path.read_bytes())
    except ValueError as error:
        return _nothing(path, shown, Problem(where, "not-json", str(error)))
    envelope, data, place = _data(value, where)
    if data is None:
        if not strict:
            return None
        detail = "expected {task, data: [{id, prediction}]}, or the list alone"
        return _nothing(path, shown, Problem(where, "not-predictions", detail))
    answers = any(isinstance(d, dict) and _has_answer(d) for d in data)
    if not strict and not answers and (data or not envelope):
        return None
    return _gathered(path, shown, envelope, Entries(data, place))


def _has_answer(entry: Mapping[str, Json]) -> bool:
    return "prediction" in entry or "prediction_final" in entry


def _nothing(path: Path, shown: str, problem: Problem) -> PredictionFile:
    return PredictionFile(path, shown, None, _stem(path), {}, (problem,))


def _stem(path: Path) -> str:
    return path.parent.name if path.stem.lower() in _GENERAL else path.stem


def _data(
    value: Json, where: Where
) -> tuple[Mapping[str, Json], Sequence[Json] | None, Where]:
    match value:
        case {"data": list() | Elements() as data}:
            return (
                {k: v for k, v in value.items() if k != "data"},
                data,
                where.at("data"),
            )
        case list() | Elements() as data:
            return {}, data, where
    return {}, None, where


def _gathered(
    path: Path, shown: str, envelope: Mapping[str, Json], entries: Entries
) -> PredictionFile:
    problems: list[Problem] = []
    repeated: set[str] = set()
    for row, entry in enumerate(entries.data):
        key = _key(entry)
        if key is None:
            problems.append(_useless(entry, entries.place.at(row)))
        elif not entries.add(key, row):
            where = entries.place.at(row, "id")
            detail = f"{key!r} has been answered before"
            problems.append(Problem(where, "repeated-id", detail, key))
            repeated.add(key)
    task, skill, type_ = (
        _named(envelope, k, Where(shown), problems) for k in ("task", "skill", "type")
    )
    return PredictionFile(
        path,
        shown,
        task,
        _stem(path),
        entries,
        tuple(problems),
        skill,
        type_,
        frozenset(repeated),
    )


def _named(
    envelope: Mapping[str, Json], key: str, where: Where, problems: list[Problem]
) -> str | None:
    value = envelope.get(key)
    if value is not None and not isinstance(value, str):
        problems.append(
            Problem(
                where.at(key),
                "wrong-type",
                f"expected a text, found {type(value).__name__}",
            )
        )
        return None
    return value or None


def _key(entry: Json) -> str | None:
    """Return the id of an entry with an answer, a number taken as it is written."""
    if not isinstance(entry, dict) or not _has_answer(entry):
        return None
    return _id(entry)


def _id(entry: Mapping[str, Json]) -> str | None:
    found = entry.get("id")
    given = isinstance(found, str | int) and not isinstance(found, bool)
    return str(found) if given and found != "" else None


def _useless(entry: Json, where: Where) -> Problem:
    """Say why an entry answers nothing."""
    if isinstance(entry, Bad):
        return Problem(where, "not-json", entry.detail)
    if not isinstance(entry, dict):
        return Problem(where, "not-predictions", "expected {id, prediction}")
    key = _id(entry)
    if key is None:
        return Problem(where, "no-id", "an entry without id")
    return Problem(where, "no-prediction", "an entry without prediction", key)
