"""Rules on words that lead to a person."""

from __future__ import annotations

import re
from collections.abc import Iterator

from curation.finding import Fault, Severity, rule
from curation.texts import Texts
from validators import columns

_ADDRESS = re.compile(
    r"@(?<=[\w+-]@)(?<!\bgit@)(?P<domain>[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){0,8}"
    r"\.(?:com|org|net|edu|gov|mil|int|info|biz|name|[a-z]{2}))(?![\w-]|\.\w)"
)
_RESERVED = re.compile(
    r"(^|\.)(example\.(com|org|net|edu)|example|test|invalid|localhost)$", re.IGNORECASE
)


@rule("TXT031", Severity.WARNING)
def email_address(column: Texts) -> Iterator[Fault]:
    """A text holds an e-mail address.

    Why: it is personal data, and a published benchmark cannot be called back.
    Fix: write an address at example.org instead, or remove it.
    """

    def counts(match: re.Match[str], _: str) -> bool:
        return _RESERVED.search(match["domain"]) is None

    for position, match in columns.spots(column, _ADDRESS, "@", counts):
        detail = f"an address at {match['domain']}"
        yield Fault(column.where(position), detail, column.sample(position))


_AREA = r"[2-9]\d\d"
# Both begin with a plain character, which is searched for faster than anything else.
_NORTH_AMERICAN = re.compile(
    rf"-\d{{4}}(?![\w-])(?:(?<=\({_AREA}\) {_AREA}-\d{{4}})|(?<=\({_AREA}\){_AREA}-\d{{4}})"
    rf"|(?<![\w.+*/=(-]{_AREA}-{_AREA}-\d{{4}})(?<={_AREA}-{_AREA}-\d{{4}}))"
)
_INTERNATIONAL = re.compile(
    r"\+(?<![\w)+.]\+)(?<!\d \+)\d{1,3}[ -]?(?:\(\d{1,4}\)[ -]?)?"
    r"\d{1,4}(?:[ -]?\d{2,4}){1,4}(?![\w-]|\.\d)(?! ?[=*/^])"
)
_DIGITS = range(9, 16)
"""Digits of a number with its country, of which the standard allows fifteen."""


def _is_dialled(match: re.Match[str], _: str) -> bool:
    number = re.sub(r"\D", "", match[0])
    return len(number) in _DIGITS and not (number[0] == "1" and "555" in number[1:7])


def _number(match: re.Match[str]) -> str:
    """Return the North American number of which a match is the end."""
    return match.string[match.end() - 13 : match.end()]


def _is_not_fiction(match: re.Match[str], _: str) -> bool:
    # Films and textbooks use 555, which is given to nobody.
    return "555" not in _number(match)[:-5]


def _area(match: re.Match[str]) -> str:
    whole = match[0] if match[0].startswith("+") else _number(match)
    area = re.search(r"\+?\d{1,3}", whole)
    return area[0] if area else whole


@rule("TXT032", Severity.WARNING)
def telephone_number(column: Texts) -> Iterator[Fault]:
    """A text holds a telephone number.

    Why: it is personal data, and people have been called because of data sets.
    Fix: use a number that is given to nobody, such as +1 212 555 0100, or remove it.
    """
    if columns.is_code(column):
        return
    found = dict(columns.spots(column, _NORTH_AMERICAN, "-", _is_not_fiction))
    found |= columns.spots(column, _INTERNATIONAL, "+", _is_dialled)
    for position in sorted(found):
        detail = f"a number that begins with {_area(found[position])}"
        yield Fault(column.where(position), detail, column.sample(position))


RULES = (email_address, telephone_number)
