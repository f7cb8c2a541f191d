"""Pure: the composition of the benchmark as a picture, readable on light and on dark pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from cards.facts import Card, Count, Task, counted, kinds
from cards.words import plural

FILE = "composition.svg"
WIDTH = 760
ROW = 34
TOP = 84
LEFT, RIGHT = 196, 212
"""Room for what a row is called, and for its numbers, in pixels."""

_STYLE = """
    .page { fill: #ffffff; stroke: #d0d7de }
    .text { fill: #1f2328 } .faint { fill: #59636e }
    .open { fill: #1a7f8e } .close { fill: #e09f3e }
    @media (prefers-color-scheme: dark) {
      .page { fill: #151b23; stroke: #3d444d }
      .text { fill: #f0f6fc } .faint { fill: #9198a1 }
      .open { fill: #35a7b8 } .close { fill: #e9b25f }
    }
"""


def alternative(card: Card) -> str:
    """Say in words what the picture shows."""
    rows = (
        f"{kind}: {plural(c.tasks, 'task')}, {c.open:,} open and {c.close:,} close samples"
        for kind, c in _rows(card.tasks)
    )
    return f"Composition of {card.about.name} {card.about.version}. {'; '.join(rows)}."


def _rows(tasks: Iterable[Task]) -> Iterator[tuple[str, Count]]:
    for kind, some in kinds(tasks).items():
        yield kind, counted(some)


def figure(card: Card) -> str:
    """Return the picture: for each modality and paradigm a bar of open and close samples."""
    rows = list(_rows(card.tasks))
    height = TOP + ROW * max(len(rows), 1) + 18
    whole = counted(card.tasks)
    most = max((c.open + c.close for _, c in rows), default=0) or 1
    title = f"Composition of {card.about.name} {card.about.version}"
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" role="img" aria-labelledby="title desc" font-family="system-ui, sans-serif" font-size="14">',
        f'  <title id="title">{escape(title)}</title>',
        f'  <desc id="desc">{escape(alternative(card))}</desc>',
        f"  <style>{_STYLE}  </style>",
        f'  <rect class="page" x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1}" rx="8"/>',
        f'  <text class="text" x="20" y="32" font-size="17" font-weight="600">{escape(_cut(title, 70))}</text>',
        f'  <text class="faint" x="20" y="56">{plural(whole.tasks, "task")}</text>',
        *_legend(whole),
        *(line for n, row in enumerate(rows) for line in _row(n, row, most)),
        "</svg>",
    ]
    return "\n".join([*lines, ""])


def _legend(whole: Count) -> Iterator[str]:
    for x, name, number in ((LEFT, "open", whole.open), (LEFT + 210, "close", whole.close)):  # fmt: skip
        yield f'  <rect class="{name}" x="{x}" y="45" width="13" height="13" rx="2"/>'
        yield f'  <text class="text" x="{x + 20}" y="56">{name}: {plural(number, "sample")}</text>'


def _row(number: int, row: tuple[str, Count], most: int) -> Iterator[str]:
    kind, count = row
    y = TOP + ROW * number
    room = WIDTH - LEFT - RIGHT
    x = float(LEFT)
    yield f'  <text class="text" x="20" y="{y + 16}">{kind}</text>'
    for name, part in (("open", count.open), ("close", count.close)):
        width = part / most * room
        if part:
            yield f'  <rect class="{name}" x="{x:.1f}" y="{y + 2}" width="{max(width, 1):.1f}" height="20"/>'
        x += width
    samples = plural(count.open + count.close, "sample")
    told = f"{plural(count.tasks, 'task')}, {samples}"
    yield f'  <text class="faint" x="{x + 10:.1f}" y="{y + 16}">{told}</text>'


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 3] + "..."
