"""The levels of one model as text, JSON or CSV."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curation.model import Json
from curation.scoring.cells import ScoreFile
from curation.scoring.drawing import Interval
from curation.scoring.intervals import LevelIntervals
from curation.scoring.ladder import Ladder
from curation.scoring.levels import Levels
from curation.scoring.lift import Lift, Near
from curation.scoring.marks import Mark, Tally
from curation.scoring.scorefile import dump, jsonable
from curation.scoring.table import TITLES, task_table

FORMS = ("text", "json", "csv")
NAMED = 3
"""Tasks that the text names for each need; JSON names more."""
UPSTREAM = "the public scorer with its faults, for comparison only"


@dataclass(frozen=True)
class LevelReport:
    """All that is said of one model's levels."""

    file: ScoreFile
    levels: Levels
    lift: Lift
    intervals: tuple[LevelIntervals, ...] = ()

    @property
    def faults(self) -> tuple[str, ...]:
        """What was refused: entries without a task, then values that cannot be."""
        return (*self.file.faults, *self.levels.faults)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was read with a doubt."""
        return (*self.file.warnings, *self.levels.warnings)


def render(report: LevelReport, form: str) -> str:
    """Return the report in one of `FORMS`."""
    match form:
        case "json":
            return dump(document(report))
        case "csv":
            return _csv(report)
    return "\n".join(_text(report)) + "\n"


def document(report: LevelReport) -> dict[str, Json]:
    """Return the report as what JSON holds.

    `overall` and each modality by its title (`Image`, `Video`, `Audio`, `3D`) have
    `L2` to `L5` in full precision, and `level`.
    """
    found = report.levels
    places = {"overall": found.overall, **found.modalities}
    return {
        "model": report.file.model,
        "policy": found.policy,
        "sota": {"name": found.sota.name, "sha256": found.sota.sha256},
        "table": {"tasks": len(found.marks), "sha256": task_table().sha256},
        "scores": {"sha256": report.file.sha256, "scope": report.file.scope},
        **{
            TITLES.get(name, name): _place(report, name, ladder)
            for name, ladder in places.items()
        },
        "NLP": _language(report),
        "next": _next(report.lift),
        "tasks": [_task(m, report.intervals) for m in found.marks],
        "rejected": [*report.faults],
        "warnings": [*report.warnings],
        "notes": [*found.notes],
    }


def _place(report: LevelReport, name: str, ladder: Ladder) -> dict[str, Json]:
    found = {
        **{f"L{k}": score for k, score in ladder.scores},
        "level": ladder.level,
        **_counts(report.levels.tallies[name]),
        "intervals": {
            i.kind: {f"L{k}": [*span] for k, span in enumerate(i.levels[name], 2)}
            for i in report.intervals
        },
    }
    if name == "overall":
        found |= {"w_L": report.levels.language, "micro_L2": report.levels.micro}
    return found


def _counts(tally: Tally) -> dict[str, Json]:
    return {
        "tasks": tally.tasks,
        "supported": tally.supported,
        "nonzero": tally.nonzero,
        "wins": tally.wins,
        "coverage": tally.coverage,
    }


def _language(report: LevelReport) -> dict[str, Json]:
    points = [m.points for m in report.levels.marks if m.row.modality == "text"]
    return {
        **_counts(report.levels.tallies["text"]),
        "L2": math.fsum(points) / len(points) if points else 0.0,
        "L3": 100.0 * report.levels.language,
        "w_L": report.levels.language,
        "intervals": {i.kind: {"w_L": [*i.language]} for i in report.intervals},
    }


def _next(lift: Lift) -> dict[str, Json]:
    return {
        "level": lift.level,
        "target": lift.target,
        "text": lift.text,
        "needs": [
            {"text": need.text, "nearest": [_near(near) for near in need.nearest]}
            for need in lift.needs
        ],
    }


def _near(near: Near) -> dict[str, Json]:
    return {
        "id": near.mark.row.id,
        "task": near.mark.row.name,
        "gap": near.gap,
        "reason": near.reason,
    }


def _task(m: Mark, intervals: Sequence[LevelIntervals]) -> dict[str, Json]:
    chances = [i.wins[m.row.id] for i in intervals if m.row.id in i.wins]
    return {
        "id": m.row.id,
        "task": m.row.name,
        "metric": m.row.metric,
        "unit": m.row.unit,
        "value": jsonable(m.value),
        "sota": m.bar,
        "points": m.points,
        "win": m.win,
        "coverage": m.coverage,
        "suspect": m.row.suspect,
        **({"chance_of_win": chances[0]} if chances else {}),
        **({"not_scored": m.unscored} if m.unscored else {}),
    }


def _csv(report: LevelReport) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    head = ("model", "place", "policy", "sota", "L2", "L3", "L4", "L5", "level")
    writer.writerow((*head, "tasks", "supported", "nonzero", "wins"))
    found = report.levels
    for name, ladder in {"overall": found.overall, **found.modalities}.items():
        scores = ("" if score is None else repr(score) for _, score in ladder.scores)
        t = found.tallies[name]
        writer.writerow((
            report.file.model, TITLES.get(name, name), found.policy, found.sota.name,
            *scores, ladder.level, t.tasks, t.supported, t.nonzero, t.wins,
        ))  # fmt: skip
    return out.getvalue()


def _text(report: LevelReport) -> Iterator[str]:
    found = report.levels
    yield from _head(report)
    yield ""
    yield f"{'':<10}{'L2':>9}{'L3':>9}{'L4':>9}{'L5':>9}{'level':>7}{'won':>6}{'answered':>10}{'of':>5}"
    for name, ladder in {"overall": found.overall, **found.modalities}.items():
        yield _line(TITLES.get(name, name), ladder, found.tallies[name])
        for i in report.intervals if name == "overall" else ():
            yield f"  95 % from {i.kind} drawn anew: {_spans(i.levels[name])}"
    text = found.tallies["text"]
    yield f"{'NLP':<10}{f'w = {found.language:.4f}':>43}{text.wins:>6}{text.supported:>10}{text.tasks:>5}"
    yield f"L2 as the mean over all {found.tallies['overall'].tasks} multimodal tasks: {found.micro:.2f}"
    yield from found.notes
    yield ""
    yield from _lift_lines(report.lift)
    yield from _listed("refused, and counted as missing", report.faults)
    warned = report.warnings
    yield from _listed("warning" if len(warned) == 1 else "warnings", warned)


def _head(report: LevelReport) -> Iterator[str]:
    found = report.levels
    yield f"{report.file.model}: Level {found.overall.level}"
    policy = (
        f"{found.policy} ({UPSTREAM})" if found.policy == "upstream" else found.policy
    )
    yield f"policy {policy}"
    yield f"state of the art {found.sota.name}, sha256 {found.sota.sha256}"
    suspects = (
        "" if any(m.row.suspect for m in found.marks) else ", suspect rows left out"
    )
    yield f"{len(found.marks)} tasks{suspects}, sha256 {task_table().sha256}"


def _line(title: str, ladder: Ladder, tally: Tally) -> str:
    scores = "".join(f"{_shown(score):>9}" for _, score in ladder.scores)
    return f"{title:<10}{scores}{ladder.level:>7}{tally.wins:>6}{tally.supported:>10}{tally.tasks:>5}"


def _shown(score: float | None) -> str:
    return "-" if score is None else f"{score:.2f}"


def _spans(spans: Sequence[Interval]) -> str:
    return ", ".join(f"L{k} {a:.2f} to {b:.2f}" for k, (a, b) in enumerate(spans, 2))


def _lift_lines(lift: Lift) -> Iterator[str]:
    if lift.target == lift.level:
        yield lift.text
        return
    yield f"To Level {lift.target}: {lift.text}"
    for need in lift.needs:
        yield f"  {need.text}, nearest first:"
        for near in need.nearest[:NAMED]:
            yield f"    {near.mark.row.name} ({near.mark.row.label}): {near.reason}"


def _listed(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield f"{len(lines)} {title}:"
        yield from (f"  {line}" for line in lines)
