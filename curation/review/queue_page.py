"""Pure: the queue of submissions as a page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from curation import selfcontained
from curation.review.markup import Markup, el
from curation.review.queue import HEADS, Row, cells, summed
from curation.review.standing import NONE, STANDINGS

_STYLE = (Path(__file__).parent / "static" / "queue.css").read_text(encoding="utf-8")


def as_page(found: Sequence[Row], folder: Path) -> str:
    """Return the queue as one page, which loads nothing and runs nothing."""
    policy = selfcontained.policy(_STYLE, "", img="data:")
    title = f"Submissions in {folder.name}"
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        el("meta", name="color-scheme", content="light dark"),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        el("title", title),
        el("link", rel="icon", href="data:,"),
        Markup(f"<style>{_STYLE}</style>"),
    )
    *numbers, name = HEADS[1:]
    heads = (HEADS[0], name, *numbers)
    table = el(
        "table",
        el("thead", el("tr", (el("th", one, scope="col") for one in heads))),
        el("tbody", map(_line, found)),
    )
    main = el("main", el("h1", title), el("p", summed(found)), table)
    return f"<!doctype html>\n{el('html', head, el('body', main), lang='en')}\n"


def _line(row: Row) -> Markup:
    """Return a row; each cell carries its head, which a narrow screen shows beside it."""
    name = el("a", row.path, href=row.page) if row.page else row.path
    # That there is no record is what unreviewed says.
    told = row.reason if row.reason != NONE else ""
    reason = el("div", told, class_="reason") if told else None
    _, *numbers = cells(row)
    return el(
        "tr",
        el("td", el("span", STANDINGS[row.state], class_=f"chip {row.state.value}")),
        el("th", name, reason, scope="row"),
        (
            el("td", cell, class_="number", data_head=head)
            for head, cell in zip(HEADS[1:-1], numbers, strict=True)
        ),
    )
