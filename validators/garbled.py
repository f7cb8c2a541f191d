"""Finds UTF-8 that was read as Latin-1 or Windows-1252, and what it was meant to be."""
# ruff: noqa: RUF001, RUF003 - the characters that are mistaken for others are what is looked for

from __future__ import annotations

import re

_LEADS_END = 0xC0
_UNDEFINED = frozenset({0x81, 0x8D, 0x8F, 0x90, 0x9D})
_WINDOWS = {
    bytes([b]).decode("cp1252"): b for b in range(0x80, 0xA0) if b not in _UNDEFINED
}
_BYTES = {chr(b): b for b in range(0x80, 0x100)} | _WINDOWS
"""The byte that a character was read from, in either encoding."""

_FOLLOWS = "".join(re.escape(c) for c, b in _BYTES.items() if b < _LEADS_END)
"""What the second and later bytes of a character in UTF-8 are read as."""
_MARKS = "\xa0«»·…–—‘’“”‹›•™"
"""Those of them that can follow a word that ends in a capital with an accent."""
_SURE = "".join(re.escape(c) for c in _BYTES if c in _FOLLOWS and c not in _MARKS)
_NO_CAPITAL = "(?<![A-ZÀ-ÖØ-ÞĐ«'‘’\"“]..)"

# It begins with two plain classes, without which the search is twenty times slower; so
# what comes before a match, and its first letter, are looked at in hindsight.
PATTERN = re.compile(
    f"[Â-ð][{_FOLLOWS}](?:"
    # Two in a row or more: Cyrillic, Greek, Arabic, Chinese ...
    f"(?:(?<=[Â-ß].)|(?<=[à-ï].)[{_FOLLOWS}])"
    f"(?:[Â-ß][{_FOLLOWS}]|[à-ï][{_FOLLOWS}]{{2}}){{1,20}}"
    # Letters of western Europe, such as Ã© for é.
    f"|(?<=Ã[{_SURE}])|(?<=Ã[{_MARKS}]){_NO_CAPITAL}"
    # Signs such as Â° for °, and the space that does not break.
    f"|(?<=Â[¡-ª¬-¶¸-º¼-¿])|(?<=Â[\xa0«»·]){_NO_CAPITAL}"
    # Typographic quotes, dashes, arrows and signs, such as â€™ for ’.
    f"|(?<=â[€„†ˆ‚\x80\x84\x86\x88\x82])[{_FOLLOWS}]"
    # Emoji, and the byte order mark.
    f"|(?<=ð[Ÿ\x9f])[{_FOLLOWS}]{{2}}|(?<=ï»)¿"
    # Letters of eastern Europe, within a word.
    f"|(?<=[a-z][Ä-ÖØ-Þ][{_FOLLOWS}])(?=[a-z])"
    ")"
)
LONE = re.compile(r"Â (?<=[a-z0-9.,;:!?)]Â )(?=[ \w])")
"""A space that does not break, of which an editor then made a plain one."""


def meant(garbled: str) -> str | None:
    """Return the text whose bytes *garbled* was made of, or None if they are no UTF-8."""
    try:
        return bytes(_BYTES[c] for c in garbled.replace(" ", "\xa0")).decode("utf-8")
    except (KeyError, UnicodeDecodeError):
        return None
