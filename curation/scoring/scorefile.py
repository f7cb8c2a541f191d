"""Our own file of scores, `scores.json`: read, and written the same for the same scores."""

from __future__ import annotations

import base64
import binascii
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

import schemas
from curation.model import Json
from curation.scoring.cells import Cell, Unusable
from curation.scoring.joining import Entry
from curation.scoring.scale import Array
from curation.scoring.table import task_table

FORMAT = "curate-scores/1"
SCHEMA = "scores.json"


@dataclass(frozen=True)
class Content:
    """What a file of scores says, not yet joined to the task table."""

    model: str
    scope: str
    entries: tuple[Entry, ...]
    replicates: Mapping[str, Array] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    """Names of scored tasks that are not in the task table."""


def read(content: bytes, name: str) -> Content:
    """Return what the file says.

    Raises:
        Unusable: if it does not fit `schemas/scores.json`.
    """
    document = _document(content, name)
    tasks = list(enumerate(document["tasks"]))
    ours = [(i, t) for i, t in tasks if t.get("id")]
    return Content(
        document["model"],
        document.get("scope", "full"),
        tuple(_entry(t, f"{name}#/tasks/{i}") for i, t in ours),
        dict(
            _replicates(t, f"{name}#/tasks/{i}") for i, t in ours if "replicates" in t
        ),
        tuple(t["task"] for _, t in tasks if not t.get("id")),
    )


def _document(content: bytes, name: str) -> Any:
    try:
        document = json.loads(content, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Unusable(f"{name} is not JSON: {error}") from None
    validator = schemas.fast_validator(SCHEMA)
    for fault in validator.iter_errors(document):
        pointer = "".join(f"/{step}" for step in fault.instance_path)
        raise Unusable(f"{name}#{pointer}: {fault.message[:300]}")
    return document


def _no_constant(word: str) -> float:
    raise ValueError(f'{word} is not a JSON value; write "inf" for infinity')


def _entry(task: Mapping[str, Any], where: str) -> Entry:
    items, answered = task.get("items"), task.get("answered")
    coverage = task.get("coverage")
    if coverage is None and items and answered is not None:
        coverage = answered / items
    return Entry(
        where,
        task["task"],
        task["value"],
        id=task["id"],
        sheet=task.get("sheet"),
        metric=task.get("metric"),
        # What the schema leaves unsaid is in the table's unit, and never guessed.
        unit=task.get("unit") or "percent",
        coverage=coverage,
        unscored=task.get("not_scored") or "",
    )


def _replicates(task: Mapping[str, Any], where: str) -> tuple[str, Array]:
    try:
        raw = base64.b64decode(task["replicates"], validate=True)
        values = np.frombuffer(raw, dtype="<f8").astype(np.float64)
    except (binascii.Error, ValueError) as error:
        raise Unusable(f"{where}/replicates: {error}") from None
    if np.isnan(values).any() or not values.size:
        raise Unusable(f"{where}/replicates: values are missing")
    return task["id"], values


def encode(values: Array) -> str:
    """Return replicates, shape (B,), as a file of scores holds them."""
    return base64.b64encode(
        np.ascontiguousarray(values, dtype="<f8").tobytes()
    ).decode()


def dump(document: Json) -> str:
    """Return a document with sorted keys, so that the same content is the same bytes."""
    return (
        json.dumps(
            document, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False
        )
        + "\n"
    )


def render(
    model: str, cells: Mapping[str, Cell], replicates: Mapping[str, Array] | None = None
) -> str:
    """Return the scores of a model as a file of scores, tasks in the table's order.

    Cells that were refused are left out: a wrong value is no score.
    """
    tasks = list(_tasks(cells, replicates or {}))
    return dump({"format": FORMAT, "model": model, "tasks": tasks})


def _tasks(
    cells: Mapping[str, Cell], replicates: Mapping[str, Array]
) -> Iterator[dict[str, Json]]:
    for row in task_table().rows:
        cell = cells.get(row.id)
        if cell is None or cell.refused or (cell.value is None and not cell.unscored):
            continue
        task = {
            "id": row.id, "task": row.name, "sheet": row.sheet, "metric": row.metric,
            "variant": row.variant, "direction": row.direction, "unit": row.unit,
            "value": jsonable(cell.value), "coverage": cell.coverage,
        }  # fmt: skip
        if cell.unscored:
            task["not_scored"] = cell.unscored
        if row.id in replicates:
            task["replicates"] = encode(replicates[row.id])
        yield task


def jsonable(value: float | None) -> float | str | None:
    """Return a value that JSON can hold: infinity becomes a word."""
    if value is None or math.isfinite(value):
        return value
    return str(value)
