r"""Which label a free answer names: the declared rules, from strict to lenient.

1. The whole answer is a label (letter case, spacing, surrounding punctuation and the
   spelling of numbers aside), or the letter of an option: `B`, `(b)`, `B.`, `B) red`.
2. So is what follows the last `answer:`, `answer is` or `\boxed{`, or its first clause.
3. Where the label space is known, exactly one label of it stands in the answer, as whole
   words that are not part of a longer label that stands there too.

Nothing else is looked for: `12` does not name `2`, nor does `know` name `no`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from curation.scoring.remembered import Remembered, remembered

AROUND = " \t\r\n.,;:!?\"'`*_()[]{}<>\u2018\u2019\u201c\u201d\u3002\uff0c"
_NUMBER = re.compile(r"[-+]?[$\u20ac\u00a3]?\d[\d,]{0,30}(?:\.\d{0,30})?%?")
_MARKER = re.compile(
    r"(?:answer|option|choice)(?:\s+is)?\s*[:\uff1a]?\s+|answer\s*[:\uff1a]\s*",
    re.IGNORECASE,
)
_BOXED = re.compile(r"\\boxed\{([^{}]*)\}")
_LETTER = re.compile(r"[(\[]?([a-z])(?:[)\].:](?:\s.*)?)?\s*$", re.DOTALL)
_LONGEST = 20_000
"""Characters of an answer that are searched for labels."""


def folded(text: str) -> str:
    """Bring a label into the form in which labels are compared."""
    if text.isascii():
        found = text.lower().strip(AROUND)
        # The common case is done: nothing inside that is wider than a space.
        if found and "  " not in found and found.isprintable():
            return found
    else:
        text = unicodedata.normalize("NFKC", text).casefold()
    found = " ".join(text.lower().split())
    return found.strip(AROUND) or found


plain = Remembered(folded, 1 << 16)
"""The same, remembered: for labels, which come again and again."""


@remembered(1 << 16)
def canonical(text: str) -> str:
    """Bring a label into its plain form, a number into its shortest spelling."""
    label = plain(text)
    if not _NUMBER.fullmatch(label):
        return label
    digits = label.strip("%").replace(",", "").translate(_CURRENCY)
    sign = "-" if digits.startswith("-") else ""
    whole, _, part = digits.lstrip("+-").partition(".")
    whole, part = whole.lstrip("0") or "0", part.rstrip("0")
    number = whole + ("." + part if part else "")
    return number if number == "0" else sign + number


_CURRENCY = {ord(c): None for c in "$\u20ac\u00a3"}


@dataclass(frozen=True)
class Gold:
    """The reference of a question that is answered by a label.

    `accepted` are labels of equal right; `space` is the label space in its order, empty
    where it is not known; `lettered` says that options may be named by letters, the first
    one A.
    """

    accepted: tuple[str, ...]
    space: tuple[str, ...] = ()
    lettered: bool = False

    @cached_property
    def labels(self) -> frozenset[str]:
        """The accepted labels in the form in which they are compared."""
        found = {canonical(a) for a in self.accepted}
        if self.lettered:
            letters = (_index(f) for f in found if f not in self.options)
            found |= {self.options[i] for i in letters if 0 <= i < len(self.options)}
        return frozenset(found)

    @cached_property
    def options(self) -> tuple[str, ...]:
        """The label space in the form in which labels are compared."""
        return tuple(
            canonical(_unlettered(s, i) if self.lettered else s)
            for i, s in enumerate(self.space)
        )

    @property
    def first(self) -> str:
        """The label that a right answer is counted under."""
        return min(self.labels) if self.labels else ""


def _index(letter: str) -> int:
    return ord(letter) - ord("a") if len(letter) == 1 and "a" <= letter <= "z" else -1


def _unlettered(option: str, index: int) -> str:
    """Take the letter off an option that is written with it: `A. red`."""
    match = re.match(r"\s*[(\[]?([A-Za-z])[)\].:]\s+(?=\S)", option)
    return (
        option[match.end() :] if match and _index(match[1].lower()) == index else option
    )


def answered(answer: str, gold: Gold) -> str:
    """Return the label that *answer* names, in its plain form, or the plain answer."""
    for candidate in _candidates(answer):
        label = _named(candidate, gold)
        if label is not None:
            return label
    return _mentioned(answer, gold) or canonical(answer[:_LONGEST])


def right(answer: str, gold: Gold) -> bool:
    """Tell whether *answer* names an accepted label."""
    return (
        canonical(answer[:_LONGEST]) in gold.labels
        or answered(answer, gold) in gold.labels
    )


def _candidates(answer: str) -> Iterator[str]:
    text = answer[:_LONGEST]
    yield text
    boxed = _BOXED.findall(text)
    if boxed:
        yield boxed[-1]
    marks = list(_MARKER.finditer(text))
    if marks:
        rest = text[marks[-1].end() :]
        yield rest
        yield re.split(r"\n|(?<=[^\s.])[.,;](?:\s|$)", rest, maxsplit=1)[0]


def _named(candidate: str, gold: Gold) -> str | None:
    label = canonical(candidate)
    if label in gold.labels or label in gold.options:
        return label
    if not gold.lettered or not gold.options:
        return None
    match = _LETTER.fullmatch(" ".join(candidate.lower().split()))
    index = _index(match[1]) if match else -1
    return gold.options[index] if 0 <= index < len(gold.options) else None


def _mentioned(answer: str, gold: Gold) -> str | None:
    if not gold.options:
        return None
    found = mentions(answer, gold.options)
    return found[0] if len(found) == 1 else None


def mentions(answer: str, labels: Sequence[str]) -> list[str]:
    """List the plain *labels* that stand in *answer* as whole words, the longest first."""
    text = " ".join(unicodedata.normalize("NFKC", answer[:_LONGEST]).casefold().split())
    found = []
    for label in sorted(set(labels), key=lambda s: (-len(s), s)):
        if label and label in text:
            text, times = re.subn(rf"(?<!\w){re.escape(label)}(?!\w)", "\0", text)
            found += [label] * bool(times)
    return found
