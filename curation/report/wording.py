"""How texts, numbers and sizes are put into words, safely for whoever reads them."""

from __future__ import annotations


def shown(text: str, limit: int = 0) -> str:
    r"""Return *text* on one line, whatever does not print written as an escape.

    File names and details come from data that may be hostile: terminal escapes, line
    breaks, marks that turn the direction of writing and halves of characters are shown
    as `\x1b` and the like. Beyond *limit* characters, where one is given, it is cut.
    """
    if limit and len(text) > limit:
        text = f"{text[:limit]}... ({len(text):,} characters)"
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escape(c) for c in text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def plural(number: int, noun: str) -> str:
    """Count things: `1 task`, `1,240 samples`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def size(number: int) -> str:
    """Say how many bytes: `0 B`, `21.4 MB`."""
    if number < 1000:  # noqa: PLR2004
        return f"{number} B"
    amount = float(number)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        if amount < 999.95:  # noqa: PLR2004 - would be rounded to 1000.0
            return f"{amount:.1f} {unit}"
    return f"{amount / 1000:,.1f} TB"
