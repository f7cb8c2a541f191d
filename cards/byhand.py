"""Pure: the part of a card that a maintainer writes, which survives when it is made anew."""

from __future__ import annotations

BEGIN = "<!-- written by hand: begin -->"
END = "<!-- written by hand: end -->"


class Unmarked(Exception):
    """A text that cannot stand in the part, or a card whose part cannot be found."""


def marked(text: str) -> str:
    """Return the part with its marks.

    Raises:
        Unmarked: the text has one of the marks in it.
    """
    if BEGIN in text or END in text:
        raise Unmarked(
            f"the text has a mark of its own ({BEGIN}); leave both marks out of it"
        )
    inner = text.strip("\r\n")
    return "\n".join([BEGIN, *([inner] if inner else []), END])


def found(card: str) -> str:
    """Return what was written by hand in a card.

    Raises:
        Unmarked: a mark is missing, or stands twice.
    """
    if card.count(BEGIN) != 1 or card.count(END) != 1:
        raise Unmarked(f"expected {BEGIN} and {END} once each")
    _, _, rest = card.partition(BEGIN)
    inner, end, _ = rest.partition(END)
    if not end:
        raise Unmarked(f"{END} stands before {BEGIN}")
    return inner.strip("\r\n")
