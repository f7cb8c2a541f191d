"""Pure: texts of others in Markdown, and numbers in words. What others wrote is not trusted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_LINK = re.compile(r"https?://[^\s<>()\[\]|\\`\"']+")
_MARKS = re.compile(r"([\\`*_{}\[\]<>#|~$])")


def safe(text: str) -> str:
    """Return a text on one line that no Markdown or HTML can be read in."""
    plain = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return _MARKS.sub(r"\\\1", plain).replace("&", "&amp;").replace("\\<", "&lt;").replace("\\>", "&gt;")  # fmt: skip


def linked(text: str) -> str:
    """Return a text, as a link if it is an address and nothing else."""
    stripped = text.strip()
    return f"<{stripped}>" if _LINK.fullmatch(stripped) else safe(text)


def code(text: str) -> str:
    """Return an id in the type of code."""
    return "`" + re.sub(r"[`\s|]+", " ", text) + "`"


def plural(number: int, noun: str) -> str:
    """Count things: `1 task`, `1,240 samples`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def table(
    head: Iterable[str], rows: Iterable[Iterable[object]], numbers: int
) -> Iterator[str]:
    """Yield the lines of a table whose last columns, as many as *numbers*, are numbers."""
    titles = list(head)
    yield f"| {' | '.join(titles)} |"
    left = len(titles) - numbers
    yield "|" + "---|" * left + "---:|" * numbers
    for row in rows:
        shown = (f"{v:,}" if isinstance(v, int) else str(v) for v in row)
        yield f"| {' | '.join(shown)} |"


def folded(title: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield lines that are shown once their title is clicked."""
    yield f"<details><summary>{title}</summary>"
    yield ""
    yield from lines
    yield ""
    yield "</details>"
