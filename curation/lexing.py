"""Pure: where the values in a JSON text end, found without parsing them."""

from __future__ import annotations

import re

STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
SPACE = rb"[ \t\r\n]*+"
_PLAIN = re.compile(STRING + rb'|[^ \t\r\n,:"\[\]{}]++', re.DOTALL)
_NEXT = re.compile(SPACE + rb"([,\]}])" + SPACE)
_BLANK = re.compile(SPACE)
_BRACKET = re.compile(
    rb'[^"\[\]{}]*+(?:' + STRING + rb'[^"\[\]{}]*+)*+([\[\]{}])', re.DOTALL
)


class Broken(Exception):
    """The text is not JSON from here on, or it ends here."""


class TooDeep(Broken):
    """A value is nested more deeply than is followed."""


def past_blank(raw: bytes, at: int) -> int:
    """Return where the next thing stands that is not blank."""
    blank = _BLANK.match(raw, at)
    return blank.end() if blank else at


def after(raw: bytes, at: int) -> tuple[bytes, int]:
    """Return the comma or closing bracket that follows a value, and what comes next.

    Raises:
        Broken: something else follows.
    """
    mark = _NEXT.match(raw, at)
    if mark is None:
        raise Broken
    return mark[1], mark.end()


def skipped(raw: bytes, at: int, deepest: int | None = None) -> int:
    """Return where the value at *at* ends.

    Raises:
        Broken: there is none, or it does not end.
        TooDeep: it has more than *deepest* levels of nesting.
    """
    if raw[at : at + 1] in {b"{", b"["}:
        return closed(raw, at + 1, deepest)
    plain = _PLAIN.match(raw, at)
    if plain is None:
        raise Broken
    return plain.end()


def closed(raw: bytes, at: int, deepest: int | None = None) -> int:
    """Return where the object or list ends that *at* is inside of.

    Raises:
        Broken: it does not end.
        TooDeep: it has more than *deepest* levels of nesting.
    """
    depth = 1
    match = _BRACKET.match
    while depth:
        bracket = match(raw, at)
        if bracket is None:
            raise Broken
        depth += 1 if bracket[1] in b"[{" else -1
        if deepest is not None and depth > deepest:
            raise TooDeep
        at = bracket.end()
    return at
