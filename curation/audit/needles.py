"""Pure: which strings give hidden references away wherever they stand."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from curation.audit import tables
from curation.audit.search import SHORTEST, WIDE
from curation.audit.secrets import Secret
from curation.model import Json
from curation.words import plain

COMMON = 2
"""Samples beyond which a value that they share is a label or a phrase, and tells nothing."""
DIGITS = 6
"""Digits from which a number, or a short value, does not stand anywhere by chance."""
WORDS = 5
"""Words from which a text is a sample's own; fewer stand in many a text."""
LONG = 40
TOKEN = 20
"""Bytes from which a text, and one without blanks, is a sample's own whatever it is."""
PRECISE = 9
"""Digits from which a number among others in a list is a sample's own."""
MOST_NUMBERS = 50
"""Such numbers of one sample that are searched."""
LONGEST = 400
"""Bytes of a value that are searched; that much of it is enough to know it by."""


_DIGIT = re.compile(rb"\d")


class Sort(StrEnum):
    """What a string is that must not be public."""

    VALUE = "a value of the reference"
    DIGEST = "the SHA-256 of a file of the reference"
    NONCE = "the nonce of the commitment"


@dataclass(frozen=True, slots=True)
class Needle:
    """A string, and the secrets that it belongs to, by their places.

    `apart` asks for something else than a letter or a digit on both sides of it.
    """

    text: bytes = field(repr=False)
    sort: Sort
    owners: tuple[int, ...]
    apart: bool = False
    coded: bool = False


def normal(text: str) -> bytes:
    """Return the bytes of a text in the form in which it is searched."""
    return tables.tight(plain(text)).encode("utf-8", "surrogatepass")


def exact(value: bytes) -> bool:
    """Whether a value in its normal form is one that stands nowhere by chance."""
    if len(value) >= SHORTEST and len(_DIGIT.findall(value)) >= DIGITS:
        return True
    if len(value) < WIDE or len(set(value)) < DIGITS:
        return False
    blanks = value.count(b" ")
    return (
        blanks >= WORDS - 1
        or len(value) >= LONG
        or (not blanks and len(value) >= TOKEN)
    )


def values(reference: Json) -> Iterator[str]:
    """Yield the words and numbers of a reference, the keys of its objects too."""
    yield from tables.strings(reference)
    yield from islice(_precise(reference), MOST_NUMBERS)


def _precise(value: Json) -> Iterator[str]:
    """Yield the numbers of lists that are so exact that they are one sample's own."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from _precise(inner)
    elif type(value) in {int, float}:
        told = tables.number(value)
        if sum(map(str.isdecimal, told)) >= PRECISE:
            yield told


def needles(secrets: Sequence[Secret], printed: AbstractSet[bytes]) -> list[Needle]:
    """Return what is searched for; what is *printed*, such as choices, is no secret."""
    owners: dict[bytes, list[int]] = {}
    given: dict[bytes, str] = {}
    for place, secret in enumerate(secrets):
        own = {normal(v): v for v in _told(secret)}
        for value, text in own.items():
            if exact(value) and value not in printed:
                owners.setdefault(value, []).append(place)
                given.setdefault(value, text)
    found = [
        one
        for value, places in owners.items()
        if len(places) <= COMMON
        for one in _forms(value, given[value], tuple(places))
    ]
    return [*found, *_marks(secrets)]


def _told(secret: Secret) -> Iterator[str]:
    """Yield what a secret says; of the pointers to it the keys, since schemas have paths."""
    for pointer, value in secret.values.items():
        yield from (s for s in pointer.split("/") if s)
        yield from values(value)


def _forms(value: bytes, text: str, owners: tuple[int, ...]) -> Iterator[Needle]:
    """Yield a value as it is, and as it stands in encoded form."""
    apart = len(value) < WIDE or re.fullmatch(rb"[\d.,+-]+", value) is not None
    yield Needle(value[:LONGEST], Sort.VALUE, owners, apart)
    if apart:
        return
    raw = text.encode("utf-8", "surrogatepass")
    others = {
        raw.lower()[:LONGEST],
        text.lower().encode("utf-16-le", "surrogatepass")[:LONGEST],
        raw.hex()[:LONGEST].encode(),
        *_base64(raw[:LONGEST]),
    }
    for form in sorted(others - {value[:LONGEST]}):
        if len(form) >= WIDE:
            yield Needle(form, Sort.VALUE, owners, coded=True)


def _base64(raw: bytes) -> Iterator[bytes]:
    """Yield what is the same in any text that has the bytes inside, for each alignment."""
    for shift in range(3):
        told = base64.b64encode(bytes(shift) + raw)
        first = (shift * 8 + 5) // 6
        yield told[first : (len(raw) + shift) * 8 // 6].lower()


def _marks(secrets: Sequence[Secret]) -> Iterator[Needle]:
    for place, secret in enumerate(secrets):
        if secret.nonce:
            yield Needle(secret.nonce.encode(), Sort.NONCE, (place,))
            yield Needle(bytes.fromhex(secret.nonce).lower(), Sort.NONCE, (place,))
        for digest in secret.files:
            yield Needle(digest.encode(), Sort.DIGEST, (place,))


def printed(texts: Iterable[str]) -> set[bytes]:
    """Return texts that stand in print, in the form in which they are searched."""
    return {normal(text) for text in texts}
