"""Pure: what stands in print by right, and how often open questions hold their answers."""

from __future__ import annotations

from collections.abc import Mapping

from curation.audit import needles
from curation.audit.gather import Side
from curation.audit.pieces import Kind

LONGEST = 60
"""Characters of an open answer up to which it is a label or a phrase."""


def printed(sides: Mapping[str, Side]) -> set[bytes]:
    """Return what stands in print: choices, label spaces, short open answers."""
    found: set[str] = set()
    for name, side in sides.items():
        for shown in side.shown:
            given = shown.gallery.task.envelope.get("labels")
            found.update(map(str, given if isinstance(given, list) else ()))
        for column in side.columns:
            short = column.kind is Kind.REFERENCE and name == "open"
            if column.kind is Kind.OPTIONS or short:
                for text in column.texts:
                    lines = text.split("\n")
                    found.update(line for line in lines if not short or _plain(line))
    return needles.printed(found)


def _plain(line: str) -> bool:
    """Whether an open answer is a label or a few words, and no unique value."""
    return len(line) <= LONGEST and sum(map(str.isdecimal, line)) < needles.DIGITS


def opened(side: Side | None) -> dict[tuple[str, str], tuple[int, int]]:
    """Count for each task and column how many open questions hold their own answer."""
    answers: dict[tuple[str, str], set[bytes]] = {}
    for column in side.columns if side else ():
        if column.kind is Kind.REFERENCE:
            for text, name in zip(column.texts, column.ids, strict=True):
                told = {needles.normal(line) for line in text.split("\n")}
                answers.setdefault((column.task, name or ""), set()).update(
                    filter(needles.exact, told)
                )
    found: dict[tuple[str, str], list[int]] = {}
    for (task, _), own in answers.items():
        found.setdefault((task, ""), [0, 0])[1] += bool(own)
    for column in side.columns if side else ():
        if column.kind is Kind.QUESTION:
            count = found.setdefault((column.task, column.name), [0, 0])
            for text, name in zip(column.texts, column.ids, strict=True):
                known = answers.get((column.task, name or ""))
                if known:
                    said = needles.normal(text)
                    count[0] += any(one in said for one in known)
                    count[1] += 1
    return {key: (held, could) for key, (held, could) in found.items()}
