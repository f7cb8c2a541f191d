"""Files of scores of all kinds, read into one form by their suffix."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from curation.scoring import scorefile, sheet_csv, sheet_xlsx
from curation.scoring.cells import Cell, ScoreFile, Unusable
from curation.scoring.joining import hint, join

SUFFIXES = (".json", ".csv", ".xlsx")
_ALMOST = 0.9
"""How alike two names of tasks are, 0 to 1, for one to be a slip for the other."""


def read_scores(
    path: Path,
    *,
    model: str | None = None,
    unit: str | None = None,
    zero_is_missing: bool = False,
) -> ScoreFile:
    """Read `scores.json`, a CSV, or a spreadsheet in the public scorer's layout.

    *model* chooses a column of a spreadsheet, and names the model of a CSV. *unit* is
    `percent` or `fraction` for sheets that do not declare it.

    Raises:
        Unusable: if the file cannot be read as scores.
    """
    kind = path.suffix.lower()
    if kind not in SUFFIXES:
        raise Unusable(f"{path}: scores are read from {', '.join(SUFFIXES)}")
    content = _content(path)
    found = _found(path, content, model)
    joined = join(found.entries, unit=unit, zero_is_missing=zero_is_missing)
    others = (
        f"{path.name}: {task!r} is not in the task table and on no board"
        f"{hint(task, _ALMOST)}"
        for task in found.others
    )
    return ScoreFile(
        found.model if kind == ".json" or model is None else model,
        joined.cells,
        joined.faults,
        (*others, *joined.warnings),
        found.scope,
        hashlib.sha256(content).hexdigest(),
        found.replicates,
    )


def _found(path: Path, content: bytes, model: str | None) -> scorefile.Content:
    match path.suffix.lower():
        case ".json":
            return scorefile.read(content, path.name)
        case ".csv":
            entries = tuple(sheet_csv.read(content, path.name))
            return scorefile.Content(path.stem, "full", entries)
    name, listed = sheet_xlsx.read(content, path.name, model)
    return scorefile.Content(name, "full", tuple(listed))


def models_of(path: Path) -> tuple[str | None, ...]:
    """Return the models of a spreadsheet; (None,) for a file that holds one.

    Raises:
        Unusable: if a spreadsheet cannot be read.
    """
    if path.suffix.lower() != ".xlsx":
        return (None,)
    return sheet_xlsx.models(_content(path), path.name)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror}") from None


def write_scores(path: Path, model: str, cells: Mapping[str, Cell]) -> None:
    """Write scores in the form that the suffix of *path* says.

    Raises:
        Unusable: for an unknown suffix, or a file that cannot be written.
    """
    match path.suffix.lower():
        case ".json":
            content = scorefile.render(model, cells).encode()
        case ".csv":
            content = sheet_csv.write(cells).encode()
        case ".xlsx":
            content = sheet_xlsx.write(cells, model)
        case _:
            raise Unusable(f"{path}: scores are written as {', '.join(SUFFIXES)}")
    try:
        path.write_bytes(content)
    except OSError as error:
        raise Unusable(f"{path}: {error.strerror}") from None
