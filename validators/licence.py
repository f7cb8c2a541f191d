"""Rules on licences and sources."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches

import schemas
from curation.finding import Fault, Severity, rule
from curation.model import Json
from curation.task import Task
from validators import columns

KNOWN: frozenset[str] = frozenset(
    schemas.document("card.json")["$defs"]["license"]["enum"]
)
"""The ids that the Hub takes in a card: hub-docs, `repositories-licenses.md`, August 2026."""

OPEN_ENDED = frozenset({"other", "unknown"})
"""Ids that name no licence."""
ALIKE = 0.85
"""How like an id a licence must be written for the id to be suggested."""

_SPOKEN = {
    "creativecommons": "cc",
    "opendatacommons": "odc",
    "attribution": "by",
    "noncommercial": "nc",
    "noderivatives": "nd",
    "noderivs": "nd",
    "sharealike": "sa",
    "gnugeneralpublic": "gpl",
    "international": "",
    "unported": "",
    "universal": "",
    "licence": "",
    "license": "",
    "version": "",
    "orlater": "",
    "only": "",
    "the": "",
}
_SHORT = {"cc0": "cc0-1.0", "odcby1": "odc-by", "odbl1": "odbl", "pddl1": "pddl"}
_ADDRESS = re.compile(r"creativecommons\.org/(licenses|publicdomain)/([\w./-]+)")


def _squashed(name: str) -> str:
    """Leave of a licence's name only what tells it from others."""
    text = name.lower()
    if address := _ADDRESS.search(text):
        kind = "cc" if address[1] == "licenses" else "cc0"
        text = kind + address[2].removeprefix("zero")
    text = re.sub(r"[^a-z0-9+]", "", text)
    for word, short in _SPOKEN.items():
        text = text.replace(word, short)
    return re.sub(r"v(?=\d)|(?<=\d)0$", "", text)


def _suggestion(name: str) -> str:
    """Return the known id that *name* must mean, or an empty string."""
    ids = _SHORT | {_squashed(known): known for known in sorted(KNOWN)}
    given = _squashed(name)
    if given in ids:
        return ids[given]
    # Another version, and one letter of these two, is another licence.
    if re.search("cc|gpl", given):
        return ""
    digits = re.sub(r"\D", "", given)
    alike = [squashed for squashed in ids if re.sub(r"\D", "", squashed) == digits]
    near = get_close_matches(given, alike, 1, ALIKE)
    return ids[near[0]] if near else ""


def _licences(task: Task) -> Iterator[tuple[str, Fault]]:
    """Yield each licence with the place where it stands first, and how often it does."""
    own = task.envelope.get("license")
    if isinstance(own, str) and own.strip():
        yield own, Fault(task.where.at("license"), "")
    each = columns.at(task, ("license",))
    if each.count(None) == len(each):
        return
    for name, number in Counter(v for v in each if type(v) is str).items():
        first = each.index(name)
        times = f" in {number} samples" if number > 1 else ""
        yield name, Fault(task.sample_at(first).at("license"), times, task.ids[first])


def stated(task: Task) -> list[str]:
    """Return the licences that a task and its samples state, the task's own first."""
    return list(dict.fromkeys(licence.strip() for licence, _ in _licences(task)))


def _is_given(value: Json) -> bool:
    return value is not None and bool(str(value).strip())


def _lack(task: Task, own: str, each: str) -> str:
    """Say where a field is missing: in the envelope, and in some samples too."""
    if _is_given(task.envelope.get(own)):
        return ""
    bare = sum(not _is_given(value) for value in columns.at(task, (each,)))
    if bare == 0 and task.data:
        return ""
    some = "" if bare == len(task.data) else f", and no {each} in {bare} samples"
    return f"found no {own} in the task{some}"


@rule("LIC001", Severity.WARNING)
def licence_missing(task: Task) -> Iterator[Fault]:
    """Neither the task nor each of its samples states a licence.

    Why: without one nobody may use the data, and no release can be made of it. It is a
    warning, since a task can be checked and mended before its licence is settled.
    Fix: state the licence of the source in license, as an id such as cc-by-4.0.
    """
    if detail := _lack(task, "license", "license"):
        yield Fault(task.where, detail)


@rule("LIC002")
def unknown_licence(task: Task) -> Iterator[Fault]:
    """A licence is not an id that the Hub knows.

    Why: the Hub refuses such a card, and nobody finds the data set by its licence.
    Fix: use the id that is shown; for a licence without one, write other and give its
    name and address in the card.
    """
    for name, (where, times, sample) in _licences(task):
        if name not in KNOWN:
            meant = _suggestion(name) or "one of the Hub's ids, or other"
            yield Fault(where, f"{name!r}{times}, expected {meant}", sample)


@rule("LIC003", Severity.WARNING)
def licence_not_named(task: Task) -> Iterator[Fault]:
    """The licence is given as other or unknown.

    Why: nobody can tell what may be done with the data, and a release has to say it.
    Fix: find out the licence of the source; for other, give name and address in the card.
    """
    for name, (where, times, sample) in _licences(task):
        if name in OPEN_ENDED:
            yield Fault(where, f"{name!r}{times} names no licence", sample)


@rule("LIC004", Severity.WARNING)
def source_missing(task: Task) -> Iterator[Fault]:
    """Neither the task nor each of its samples says where the data comes from.

    Why: licence, consent and errors can only be followed up at the source.
    Fix: give the address or the name of the source in data_source.
    """
    if detail := _lack(task, "data_source", "source"):
        yield Fault(task.where, detail)


_HOST = re.compile(r"https?://(?!x+\b)[\w-]+(\.[\w-]+)+", re.IGNORECASE)
_LOCAL = re.compile(r"[./~\\]|file:|[a-z]:[\\/]|https?:", re.IGNORECASE)
_NO_NAMES = frozenset(
    {"unknown", "none", "n/a", "na", "null", "todo", "tbd", "xxx", "internet", "web", "the internet",
     "the web", "online", "various", "multiple", "other", "others", "private", "self", "google"}
)  # fmt: skip


def _names_something(source: str) -> bool:
    text = source.strip()
    if _HOST.search(text):
        return True
    letters = sum(map(str.isalpha, text))
    return letters > 1 and not _LOCAL.match(text) and text.lower() not in _NO_NAMES


@rule("LIC005", Severity.NOTE)
def unclear_source(task: Task) -> Iterator[Fault]:
    """The source is a placeholder: neither an address nor the name of anything.

    Why: nobody else can find what the data was taken from.
    Fix: give an address, a DOI, or the name under which the source is published.
    """
    source = task.envelope.get("data_source")
    if isinstance(source, str) and source.strip() and not _names_something(source):
        detail = f"expected an address or a name, found the placeholder {source[:60]!r}"
        yield Fault(task.where.at("data_source"), detail)


RULES = (
    licence_missing,
    unknown_licence,
    licence_not_named,
    source_missing,
    unclear_source,
)
