"""How text is cut into words: one pinned tokenizer for each use, with no outside data.

Words of scripts that are written without spaces (Chinese, Japanese) are cut by character.
Changing anything here changes scores: raise `VERSION` with it.
"""

from __future__ import annotations

import re
import string
import sys
import unicodedata
from functools import cache

from curation.scoring.stem import stem

VERSION = 1

_CJK = (
    "\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
_JOINED = r"(?:[-.,/]{w}+|['\u2019](?!(?:[sSmMdDtT]|ll|LL|re|RE|ve|VE)\b){w}+)*"
_WORDS = (
    r"[a-zA-Z]+(?=[nN]['\u2019][tT]\b)|[nN]['\u2019][tT]\b"
    r"|['\u2019](?:[sSmMdD]|ll|LL|re|RE|ve|VE)\b|{w}+" + _JOINED + r"|[^\s]"
)
_ASCII_WORDS = re.compile(_WORDS.replace("{w}", "[a-zA-Z0-9]"))
_ASCII_PLAIN = re.compile(r"[a-z0-9]+")
_DROP_PUNCTUATION = {ord(c): None for c in string.punctuation}
_MARKS = string.punctuation.encode()
_LOWER = bytes(range(256)).lower()
_ARTICLES = frozenset({"a", "an", "the"})
_STEMMED = 3


@cache
def _marks() -> str:
    """All combining marks, which belong to the letter before them, as a character class."""
    found = [
        c
        for c in range(0x300, sys.maxunicode + 1)
        if unicodedata.category(chr(c))[0] == "M"
    ]
    ranges: list[list[int]] = []
    for code in found:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in ranges)


@cache
def _letter() -> str:
    return rf"(?:(?![{_CJK}_])[\w{_marks()}])"


@cache
def _unicode_words() -> re.Pattern[str]:
    return re.compile(rf"[{_CJK}]|" + _WORDS.replace("{w}", _letter()))


@cache
def _unicode_plain() -> re.Pattern[str]:
    return re.compile(rf"[{_CJK}]|{_letter()}+")


@cache
def _unicode_punctuation() -> dict[int, None]:
    codes = (
        c for c in range(sys.maxunicode + 1) if unicodedata.category(chr(c))[0] == "P"
    )
    return dict.fromkeys(codes) | _DROP_PUNCTUATION


@cache
def _cjk() -> re.Pattern[str]:
    return re.compile(f"([{_CJK}])")


def words(text: str) -> list[str]:
    """Cut *text* into words and marks of punctuation, case kept: the tokens of BLEU.

    English clitics stand alone (do n't, Ann 's), numbers and hyphenated words stay whole.
    """
    if text.isascii():
        return _ASCII_WORDS.findall(text)
    return _unicode_words().findall(unicodedata.normalize("NFC", text))


def stems(text: str) -> list[str]:
    """Cut *text* into lower-case words without punctuation, stemmed: the tokens of ROUGE.

    Words of up to three letters are not stemmed.
    """
    if text.isascii():
        found = _ASCII_PLAIN.findall(text.lower())
    else:
        found = _unicode_plain().findall(unicodedata.normalize("NFKC", text).lower())
    return [stem(w) if len(w) > _STEMMED else w for w in found]


def bare(text: str) -> list[str]:
    """Cut *text* as SQuAD does: lower case, no punctuation, no English articles."""
    if text.isascii():
        # As bytes, letters are lowered and marks dropped in one pass.
        found = text.encode().translate(_LOWER, _MARKS).decode().split()
    else:
        plain = unicodedata.normalize("NFKC", text).casefold()
        plain = plain.translate(_unicode_punctuation())
        found = _cjk().sub(r" \1 ", plain).split()
    if _ARTICLES.isdisjoint(found):
        return found
    return [w for w in found if w not in _ARTICLES]


def spoken(text: str) -> list[str]:
    """Cut *text* as transcripts are compared: lower case, no punctuation, articles kept.

    An apostrophe inside a word stays, since it is heard.
    """
    plain = unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'")
    found = re.findall(r"[\w']+", plain) if plain.isascii() else _heard(plain)
    return [w for w in (f.strip("'_") for f in found) if w]


def _heard(plain: str) -> list[str]:
    return re.findall(rf"[{_CJK}]|(?:{_letter()}|')+", plain)
