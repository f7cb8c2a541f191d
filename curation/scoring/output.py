"""Scores of a run as `scores.json`, as a CSV, and as a table for people."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from curation.model import Json
from curation.scoring import scorefile, tokens
from curation.scoring.cells import Cell
from curation.scoring.metric import Silence
from curation.scoring.run import Run, Scored
from curation.scoring.table import task_table
from curation.versions import DISTRIBUTION, versions


def document(
    run: Run,
    model: str,
    inputs: Mapping[str, str],
    *,
    scope: str = "full",
    seed: int = 0,
) -> Json:
    """Return `scores.json` as a value: the same run, the same value."""
    tasks = sorted(
        (_task(s) for s in run.tasks), key=lambda t: (t["id"] or "~", t["task"])
    )
    return {
        "format": scorefile.FORMAT,
        "model": model,
        "scope": scope,
        "versions": at_work() | {"seed": str(seed)},
        "inputs": {**inputs, "task_table": task_table().sha256},
        "tasks": tasks,
    }


def at_work() -> dict[str, str]:
    """Return the versions that scores depend on: the scorer, its tokenizers, its decoders."""
    found = versions()
    return {
        **found,
        DISTRIBUTION: found.get(DISTRIBUTION, "0"),
        "tokenizers": str(tokens.VERSION),
    }


def dump(value: Json) -> str:
    """Return JSON with sorted keys: the same value, the same bytes."""
    return scorefile.dump(value)


def _task(one: Scored) -> dict[str, Json]:
    row, result = one.choice.row, one.score
    name, _, variant = one.choice.id.partition("/")
    # A row is judged in its own variant, of which ours may be one way to compute it.
    found: dict[str, Json] = {
        "id": row.id if row else None,
        "task": row.name if row else one.name,
        "sheet": row.sheet if row else None,
        "metric": row.metric if row else name or None,
        "variant": row.variant if row else variant or None,
        "value": None,
        "items": one.items,
        "not_scored": None,
    }
    if row or one.choice.metric:
        metric = one.choice.metric
        found["direction"] = (
            row.direction if row else str(metric.direction) if metric else "higher"
        )
        found["unit"] = row.unit if row else metric.unit if metric else None
    if result is None or result.value is None:
        return found | _silent(one)
    return found | {
        "value": number(result.value),
        "interval": [number(v) for v in result.interval] if result.interval else None,
        "answered": result.answered,
        "missing": result.missing,
        "invalid": result.invalid,
        "coverage": result.coverage,
    } | ({} if result.replicates is None else {"replicates": scorefile.encode(result.replicates)})  # fmt: skip


def _silent(one: Scored) -> dict[str, Json]:
    """Say of a task without a value why that is; one without predictions is just missing."""
    counts = {"answered": 0, "missing": one.items, "invalid": 0, "coverage": 0.0}
    if one.score is not None:
        counts = {
            "answered": one.score.answered, "missing": one.score.missing,
            "invalid": one.score.invalid, "coverage": one.score.coverage,
        }  # fmt: skip
    note = one.note.removeprefix("not scored: ")
    return counts | {"not_scored": note if note and note != "no predictions" else None}


def number(value: float) -> Json:
    """Return a number as JSON can hold it."""
    return ("inf" if value > 0 else "-inf") if math.isinf(value) else value


def cells(run: Run) -> dict[str, Cell]:
    """Return what the task table has of the run, by task id, for levels and spreadsheets."""
    found = {}
    for one in run.tasks:
        if one.choice.row is None:
            continue
        value = one.score.value if one.score else None
        note = _silent(one)["not_scored"] if value is None else None
        coverage = one.score.coverage if one.score else 0.0
        found[one.choice.row.id] = Cell(value, coverage, unscored=str(note or ""))
    return found


_WORDS = 2
"""Columns of words, which come first; the others are numbers."""


def lines(run: Run) -> Iterator[str]:
    """Yield the table for people: a line a task, and what is to be known of it."""
    rows = [_row(one) for one in run.tasks]
    head = (
        "task",
        "metric",
        "value",
        "95 % interval",
        "items",
        "answered",
        "missing",
        "invalid",
    )
    widths = [max(len(r[k]) for r in [head, *rows]) for k in range(len(head))]
    for row in (head, *rows):
        cells = [
            c.ljust(w) if k < _WORDS else c.rjust(w)
            for k, (c, w) in enumerate(zip(row, widths, strict=False))
        ]
        yield "  ".join(cells).rstrip() + (
            f"  {row[-1]}" if len(row) > len(head) and row[-1] else ""
        )


def _row(one: Scored) -> tuple[str, ...]:
    result = one.score
    id_ = one.choice.id or "-"
    if result is None or result.value is None:
        return one.name, id_, "-", "", str(one.items), "", "", "", one.note
    unit = one.choice.metric.unit if one.choice.metric else result.metric.unit
    span = (
        ""
        if result.interval is None
        else f"{shown(result.interval[0])} to {shown(result.interval[1])}"
    )
    counts = (
        str(n) for n in (result.items, result.answered, result.missing, result.invalid)
    )
    mark = "" if unit == "percent" else f" {unit}"
    return one.name, id_, shown(result.value) + mark, span, *counts, _remark(one)


def _remark(one: Scored) -> str:
    """Say what the numbers of a row do not: who chose the metric, what silence costs."""
    result = one.score
    assert result is not None
    said = [one.note] if one.note else []
    if one.choice.by.startswith("the family"):
        said.append(f"metric of {one.choice.by}")
    if result.metric.silence is Silence.SCALED and result.answered < result.items:
        said.append(
            f"value of the answered items; points are multiplied by {result.coverage:.3g}"
            if result.answered
            else "nothing answered: no points"
        )
    return "; ".join(said)


def shown(value: float) -> str:
    """Write a value for people: two decimals, or four digits where it is small."""
    if math.isinf(value) or value == 0 or abs(value) >= 0.01:  # noqa: PLR2004
        return f"{value:,.2f}"
    return f"{value:.4g}"
