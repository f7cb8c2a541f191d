"""Leaderboards as JSON and Markdown; the page is made of the JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curation.model import Json
from curation.scoring.boards import SCOPES, Board
from curation.scoring.drawing import Interval
from curation.scoring.ladder import Ladder
from curation.scoring.scorefile import dump
from curation.scoring.standing import Ranking, Standing, Terms
from curation.scoring.table import TITLES, task_table

DECIMALS = 6
"""Of every score on a board; raw values of metrics are not among them."""
INTERVALS = (
    "In parentheses: 95 % intervals, from the items of each task or from the tasks drawn anew. "
    "Items say how sure the scores are on these tasks, tasks how much hangs on their choice."
)


@dataclass(frozen=True)
class BoardReport:
    """All boards with the terms that they were made under, and what was refused."""

    rankings: tuple[Ranking, ...]
    terms: Terms
    faults: tuple[str, ...] = ()
    suspects_left_out: bool = False


def document(report: BoardReport) -> dict[str, Json]:
    """Return the boards as what JSON holds; scores are 0 to 100 with six decimals."""
    terms = report.terms
    return {
        "policy": terms.policy,
        "sota": {"name": terms.bars.name, "sha256": terms.bars.sha256},
        "table": {"tasks": len(task_table().rows), "sha256": task_table().sha256},
        "suspects_left_out": report.suspects_left_out,
        "replicates": terms.count,
        "seed": terms.seed,
        "scopes": dict(SCOPES),
        "rejected": [*report.faults],
        "boards": [_board(ranking) for ranking in report.rankings],
    }


def json_text(report: BoardReport) -> str:
    """Return the boards as JSON: the same scores, the same bytes."""
    return dump(document(report))


def _board(ranking: Ranking) -> dict[str, Json]:
    board = ranking.board
    return {
        "id": board.id,
        "scope": board.scope,
        "title": board.title,
        "tasks": tasks_of(board),
        "modalities": [TITLES[m] for m in board.modalities],
        "highest": board.highest,
        "standings": [_standing(s, board) for s in ranking.standings],
    }


def tasks_of(board: Board) -> int:
    """Count the tasks of Levels 2 to 4; language tasks only weigh in Level 5."""
    return sum(row.modality in board.modalities for row in board.rows)


def _standing(s: Standing, board: Board) -> dict[str, Json]:
    found: dict[str, Json] = {
        "rank": s.rank,
        "model": s.model,
        "wins": s.tally.wins,
        "tasks": s.tally.tasks,
        "supported": s.tally.supported,
        "nonzero": s.tally.nonzero,
        "coverage": round(s.tally.coverage, DECIMALS),
        "drawn": s.drawn,
        **_scores(s.ladder, s.spans, board),
    }
    if s.parts:
        found["modalities"] = {
            TITLES[m]: _scores(ladder, spans, board)
            for m, (ladder, spans) in s.parts.items()
        }
    return found


def _scores(ladder: Ladder, spans: Sequence[Interval], board: Board) -> dict[str, Json]:
    return {
        "level": ladder.level,
        **{
            f"L{k}": None if score is None else round(score, DECIMALS)
            for k, score in ladder.scores
            if k <= board.highest
        },
        "intervals": {
            f"L{k}": [round(end, DECIMALS) for end in span]
            for k, span in enumerate(spans, 2)
        },
    }


def markdown(report: BoardReport) -> str:
    """Return the boards as Markdown, a section a scope and a table a board."""
    return "\n".join(_markdown(report)) + "\n"


def facts(report: BoardReport) -> str:
    """Say in a line under which terms the boards were made."""
    terms = report.terms
    left_out = "; suspect rows left out" if report.suspects_left_out else ""
    caution = " (the public scorer with its faults, for comparison only)"
    return (
        f"Policy {terms.policy}{caution if terms.policy == 'upstream' else ''}; "
        f"state of the art {terms.bars.name}, sha256 {terms.bars.sha256}; "
        f"task table sha256 {task_table().sha256}{left_out}."
    )


def _markdown(report: BoardReport) -> Iterator[str]:
    yield "# Leaderboards"
    yield ""
    yield facts(report)
    if any(s.drawn for r in report.rankings for s in r.standings):
        yield from ("", INTERVALS)
    scope = ""
    for ranking in report.rankings:
        if ranking.board.scope != scope:
            scope = ranking.board.scope
            yield from ("", f"## Scope {scope}: {SCOPES[scope]}")
        yield from (
            "",
            f"### {ranking.board.title} ({tasks_of(ranking.board)} tasks)",
            "",
        )
        yield from _table(ranking)


def _table(ranking: Ranking) -> Iterator[str]:
    levels = [f"L{k}" for k in range(2, ranking.board.highest + 1)]
    drawn = any(s.drawn for s in ranking.standings)
    yield (
        f"| Rank | Model | Level | {' | '.join(levels)} | Won | Answered |"
        f"{' Intervals from |' if drawn else ''}"
    )
    yield f"|---:|:---|---:|{'---:|' * len(levels)}---:|---:|{':---|' if drawn else ''}"
    for s in ranking.standings:
        scores = [score for k, score in s.ladder.scores if k <= ranking.board.highest]
        cells = " | ".join(
            _cell(score, span)
            for score, span in zip(scores, _padded(s, len(scores)), strict=True)
        )
        yield (
            f"| {s.rank} | {escaped(s.model)} | {s.ladder.level} | {cells} "
            f"| {s.tally.wins} | {s.tally.supported} of {s.tally.tasks} |"
            + (f" {s.drawn or '-'} |" if drawn else "")
        )


def _padded(s: Standing, length: int) -> tuple[Interval | None, ...]:
    return (*s.spans, *(None,) * length)[:length]


def _cell(score: float | None, span: Interval | None) -> str:
    if score is None:
        return "-"
    return (
        f"{score:.2f}"
        if span is None
        else f"{score:.2f} ({span[0]:.2f} to {span[1]:.2f})"
    )


def escaped(text: str) -> str:
    """Return a name that Markdown shows as it is, in one line."""
    return re.sub(r"([\\`*_{}\[\]<>|#~&!])", r"\\\1", " ".join(text.split()))
