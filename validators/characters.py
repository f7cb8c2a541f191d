"""Rules on single characters of a text: lost, damaged, unseen."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from curation.finding import Fault, Severity, rule
from curation.texts import Texts
from validators import columns, garbled


def _named(character: str) -> str:
    """Return the code point and the name of what would not show in a report."""
    return f"U+{ord(character):04X} {unicodedata.name(character, '')}".rstrip()


def _before(match: re.Match[str]) -> str:
    """Quote the little that comes before a match in the same value."""
    start = match.start()
    lead = match.string[max(0, start - 12) : start].rpartition("\n")[2]
    return f"after {lead!r}" if lead else "at the beginning"


def _is_its_own(match: re.Match[str], value: str) -> bool:
    """Tell a character from one of those that mojibake is made of."""
    return match[0] in _LOW or garbled.PATTERN.search(value) is None


_LOW = "".join(map(chr, [*range(9), 11, 12, *range(14, 32), 127]))
_HIGH = "".join(map(chr, range(0x80, 0xA0)))
_CONTROL = re.compile(f"[{re.escape(_LOW + _HIGH)}]")


@rule("TXT011")
def control_character(column: Texts) -> Iterator[Fault]:
    """A text holds a control character other than tab and line break.

    Why: it does not show, breaks CSV and XML, and models read other than people do.
    Fix: remove it; after a conversion from PDF or Windows-1252, convert again.
    """
    needles = _LOW if column.joined.isascii() else _LOW + _HIGH
    for position, match in columns.spots(column, _CONTROL, needles, _is_its_own):
        detail = f"{_named(match[0])} {_before(match)}"
        yield Fault(column.where(position), detail, column.sample(position))


_REPLACED = re.compile("\ufffd")


@rule("TXT012")
def replacement_character(column: Texts) -> Iterator[Fault]:
    """A text holds U+FFFD, which stands for a character that could not be read.

    Why: what stood there is lost, in a question as in an answer.
    Fix: convert the text again from its source, in the encoding that it really has.
    """
    for position, match in columns.spots(column, _REPLACED, "\ufffd"):
        number = column.values[position].count("\ufffd")
        detail = f"{number} lost, the first {_before(match)}"
        yield Fault(column.where(position), detail, column.sample(position))


@rule("TXT013", Severity.WARNING)
def mojibake(column: Texts) -> Iterator[Fault]:
    """A text holds UTF-8 that was read as Latin-1 or Windows-1252.

    Why: people guess the words, models are asked about noise, and no answer matches it.
    Fix: text.encode("cp1252").decode("utf-8") undoes it; or read the source as UTF-8.
    """
    found = dict(columns.spots(column, garbled.LONE, "Â"))
    found |= columns.foreign_spots(
        column, garbled.PATTERN, lambda match, _: garbled.meant(match[0]) is not None
    )
    for position in sorted(found):
        text = found[position][0]
        detail = f"{text!r} stands for {garbled.meant(text)!r}"
        yield Fault(column.where(position), detail, column.sample(position))


_UNSEEN = "\u200b\u2060\ufeff\u00ad\u180e\u200c\u200d"
_SOME_TAGS = "\U000e0001" + "".join(chr(0xE0000 + ord(c)) for c in " aeioutn")
"""Tags spell words that nobody sees; there is none without one of these."""
_TAGS = "\U000e0001\U000e0020-\U000e007f"
_INVISIBLE = re.compile(
    "[\u2060\ufeff\u00ad\u180e\u200b]"
    # Persian, Indian scripts and emoji need joiners; Latin letters never do.
    "|(?<=[A-Za-z])[\u200c\u200d](?=[A-Za-z])"
    # The flags of England, Scotland and Wales are written with tags.
    f"|(?<![\U0001f3f4{_TAGS}])[{_TAGS}]"
)
_WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff]")
"""Thai, Lao, Burmese and Khmer, whose lines are broken at spaces of no width."""


def _is_unseen(match: re.Match[str], value: str) -> bool:
    needed = match[0] == "\u200b" and _WITHOUT_SPACES.search(value)
    return not needed and _is_its_own(match, value)


@rule("TXT014", Severity.WARNING)
def invisible_character(column: Texts) -> Iterator[Fault]:
    """A text holds characters of no width, which nobody sees.

    Why: two texts that look alike differ, and hidden words can steer a model.
    Fix: remove them; they come along when text is copied from web pages.
    """
    needles = "" if column.joined.isascii() else _UNSEEN + _SOME_TAGS
    for position, match in columns.spots(column, _INVISIBLE, needles, _is_unseen):
        detail = f"{_named(match[0])} {_before(match)}"
        yield Fault(column.where(position), detail, column.sample(position))


_TURNS = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_TURN = re.compile(f"[{_TURNS}]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")


@rule("TXT015", Severity.WARNING)
def reordered_text(column: Texts) -> Iterator[Fault]:
    """A text holds characters that turn the order in which it is shown.

    Why: people read other words than the models do. Arabic and Hebrew need embedding
    marks at times, but no other script does, and none needs an override.
    Fix: remove them, and write the text in the order in which it is spoken.
    """

    def counts(match: re.Match[str], value: str) -> bool:
        return match[0] in "\u202d\u202e" or _RIGHT_TO_LEFT.search(value) is None

    needles = "" if column.joined.isascii() else _TURNS
    for position, match in columns.spots(column, _TURN, needles, counts):
        detail = f"{_named(match[0])} {_before(match)}"
        yield Fault(column.where(position), detail, column.sample(position))


RULES = (
    control_character,
    replacement_character,
    mojibake,
    invisible_character,
    reordered_text,
)
