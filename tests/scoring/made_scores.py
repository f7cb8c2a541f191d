"""Makes score files of models that tests need, by rule and without files of their own."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path

from curation.scoring import Cell, ScoreFile, sota, task_table

DATA = Path(__file__).parent / "data"
GOLDEN = json.loads((DATA / "golden.json").read_text(encoding="utf-8"))["models"]
REPOSITORY = sota("repo-420b8eb")
PAPER = sota("paper-v1")
ROWS = task_table().rows


def row(name):
    """The row with that task name."""
    return next(r for r in ROWS if r.name == name)


def best(r):
    """The best possible value of a task, in the unit of the table."""
    special = {"psnr": math.inf, "mos": 5.0, "ms_ssim": 1.0}
    return 0.0 if r.lower else special.get(r.metric, 100.0)


def worse(r, bar, share=0.01):
    """A value that is *share* worse than the bar."""
    return bar * (1 + share) if r.lower else bar * (1 - share)


def golden_scores(name):
    """Scores by id of a golden model; None is an empty cell."""
    if "Audio-Generation" in GOLDEN[name]:
        rows = [r for r in ROWS if r.sheet == "Audio-Generation"]
        values = map(float, (GOLDEN[name]["Audio-Generation"]))
        return dict.fromkeys((r.id for r in ROWS), None) | {
            r.id: v for r, v in zip(rows, values, strict=True)
        }
    return {r.id: golden_value(name, i, r) for i, r in enumerate(ROWS)}


def golden_value(name, index, r):
    bar = REPOSITORY.values[r.id]
    match name:
        case "equal to the state of the art":
            return bar
        case "every second task missing":
            return None if index % 2 else bar
        case "one percent worse everywhere":
            return worse(r, bar)
        case "perfect":
            return best(r)
        case "zero everywhere":
            return 0.0
        case "empty":
            return None
    raise ValueError(name)


def csv_text(scores, rows=ROWS, columns=("sheet", "task", "metric", "score")):
    """A CSV of scores in the documented layout."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    for r in rows:
        value = scores.get(r.id)
        cells = {
            "sheet": r.sheet,
            "task": r.task,
            "metric": r.label,
            "score": ""
            if value is None
            else repr(value)
            if isinstance(value, float)
            else value,
        }
        writer.writerow([cells[c] for c in columns])
    return out.getvalue()


def csv_file(folder, scores, name="model.csv", **layout):
    path = folder / name
    path.write_text(csv_text(scores, **layout), encoding="utf-8")
    return path


def score_file(model, scores, scope="full", **more):
    cells = {id_: Cell(value) for id_, value in scores.items()}
    return ScoreFile(model, cells, scope=scope, **more)


ACCENT = row("Accent Classification")


def values(file):
    """What a file of scores has, by task id."""
    return {k: c.value for k, c in file.cells.items() if c.value is not None}
