"""Leaderboards as one self-contained HTML page, which loads nothing and runs offline."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from pathlib import Path

from curation.scoring.board_report import BoardReport, document, facts, tasks_of
from curation.scoring.standing import Ranking
from curation.selfcontained import embedded, filled, policy

WEB = Path(__file__).parent / "web"
TITLE = "General-Bench leaderboards"


def render(report: BoardReport) -> str:
    """Return the page; the same scores, the same bytes.

    The board of all modalities is in it as a table, for readers without scripts.

    Raises:
        ValueError: if there is no board.
    """
    if not report.rankings:
        raise ValueError("there is no board to show")
    style = (WEB / "page.css").read_text(encoding="utf-8")
    script = (WEB / "page.js").read_text(encoding="utf-8")
    parts = {
        "POLICY": policy(style, script, img="data:"),
        "TITLE": html.escape(TITLE),
        "FACTS": html.escape(facts(report)),
        "STYLE": style,
        "SCRIPT": script,
        "TABLE": "\n".join(_table(report.rankings[0])),
        "DATA": _data(report),
    }
    return filled((WEB / "page.html").read_text(encoding="utf-8"), parts)


def _data(report: BoardReport) -> str:
    """Return the boards as JSON that stands in a script."""
    text = json.dumps(
        document(report), ensure_ascii=True, sort_keys=True, separators=(",", ":")
    )
    return embedded(text)


def _table(ranking: Ranking) -> Iterator[str]:
    board = ranking.board
    yield f"<table><caption>{html.escape(board.title)}, {tasks_of(board)} tasks</caption>"
    levels = "".join(f'<th scope="col">L{k}</th>' for k in range(2, board.highest + 1))
    yield (
        '<thead><tr><th scope="col">Rank</th><th scope="col" class="name">Model</th>'
        f'<th scope="col">Level</th>{levels}<th scope="col">Won</th></tr></thead><tbody>'
    )
    for s in ranking.standings:
        scores = "".join(
            f"<td>{'-' if score is None else f'{score:.2f}'}</td>"
            for k, score in s.ladder.scores
            if k <= board.highest
        )
        yield (
            f'<tr><td>{s.rank}</td><th scope="row">{html.escape(s.model)}</th>'
            f"<td>{s.ladder.level}</td>{scores}<td>{s.tally.wins}</td></tr>"
        )
    yield "</tbody></table>"
