"""Pure: the page that tells of the licence of each task."""

from __future__ import annotations

from collections.abc import Iterator

from cards.facts import REFERENCES, Card
from cards.licences import MIXED
from cards.words import code, linked, safe, table


def page(card: Card) -> str:
    """Return `LICENSE.md`."""
    return "\n".join([*_lines(card), ""])


def _lines(card: Card) -> Iterator[str]:
    if card.tree == REFERENCES:
        yield f"# {safe(card.title)}: not for distribution"
        yield ""
        yield "Nobody but the organisers may have these files. They may not be copied, published or trained on."
        return
    yield f"# Licences of {safe(card.title)}"
    yield ""
    if card.about.licence == MIXED:
        yield "Each task keeps the licence of its source. Who uses a task is bound by its licence, and names its authors."
    else:
        yield (
            f"The whole is published under {code(card.about.licence)}. Each task is from the source, and under the licence, "
            "that is named here; its authors want to be named too."
        )
    yield ""
    rows = (
        (
            code(task.id),
            ", ".join(safe(str(one)) + (f" ({linked(one.link)})" if one.link else "") for one in task.licences),
            linked(task.source) if task.source else "not stated",
        )
        for task in card.tasks
    )  # fmt: skip
    yield from table(("Task", "Licence", "Source"), rows, 0)
    yield ""
    yield safe(card.about.canary)
