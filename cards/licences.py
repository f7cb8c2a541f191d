"""Pure: whether works under several licences may go out together under one.

Licences are compared by what they forbid or ask for beyond naming the author. A release
under one licence must forbid and ask for at least what each of its sources does. Facts:
the deeds and FAQ of Creative Commons, and the texts of the others. This is no legal advice:
it finds what is certainly wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

MIXED = "other"
"""The licence of a release in which each task keeps its own."""
UNNAMED = frozenset({"", "unknown"})
"""What tells of no licence at all."""

_SHARE_ALIKE = frozenset(
    {"agpl-3.0", "cdla-sharing-1.0", "eupl-1.1", "eupl-1.2", "gfdl", "gpl", "gpl-2.0",
     "gpl-3.0", "lgpl", "lgpl-2.1", "lgpl-3.0", "lgpl-lr", "odbl", "osl-3.0"}
)  # fmt: skip
"""Licences without a word for it in their ids that ask for the same licence."""
_NON_COMMERCIAL = frozenset(
    {"apple-amlr", "c-uda", "deepfloyd-if-license", "fair-noncommercial-research-license",
     "h-research", "intel-research"}
)  # fmt: skip
"""Licences for research alone."""
_OWN_TERMS = re.compile(r".*(openrail|-rail-).*|llama.*|gemma|grok2-community")
"""Licences of models, with conditions that no other licence passes on."""
_LATER = {
    "cc-by-sa-3.0": {"cc-by-sa-4.0"},
    "cc-by-nc-sa-2.0": {"cc-by-nc-sa-3.0", "cc-by-nc-sa-4.0"},
    "cc-by-nc-sa-3.0": {"cc-by-nc-sa-4.0"},
    "cc-by-sa-4.0": {"gpl-3.0"},
    "lgpl-2.1": {"lgpl-3.0", "gpl-2.0", "gpl-3.0"},
    "lgpl-3.0": {"gpl-3.0"},
}
"""Under which other licences what is made of a share-alike work may go out."""


@dataclass(frozen=True, order=True)
class Licence:
    """A licence by the Hub's id; `other` has a name, and mostly an address."""

    id: str
    name: str = ""
    link: str = ""

    @property
    def known(self) -> bool:
        """Whether it says what may be done."""
        return self.id not in UNNAMED and (self.id != MIXED or bool(self.name))

    def __str__(self) -> str:
        return self.name if self.id == MIXED and self.name else self.id or "none"


def given(task: str, licences: Mapping[str, Licence]) -> Licence | None:
    """Return the licence that a table of ids and patterns has for a task.

    Its own id comes before patterns, and a longer pattern before a shorter one.
    """
    fits = (name for name in licences if name == task or fnmatchcase(task, name))
    best = max(fits, key=lambda name: (name == task, len(name), name), default=None)
    return None if best is None else licences[best]


def settled(stated: Iterable[str], known: Licence | None) -> tuple[Licence, ...]:
    """Return the licences of a task: those stated, and what is known where none is."""
    found = {Licence(name.strip()) for name in stated}
    return tuple(sorted({one if one.known else known or one for one in found}))


@dataclass(frozen=True)
class Conflict:
    """Why a task may not go out as part of a release."""

    task: str
    reason: str


def of_task(told: Mapping[str, Any]) -> tuple[Licence, ...]:
    """Return the licences that `tasks/ID.json` of a release states."""
    stated = told.get("licences")
    if stated is None:
        own = told["envelope"].get("license")
        stated = [{"id": own}] if isinstance(own, str) else []
    return tuple(Licence(**one) for one in stated)


def conflicts(
    release: str, tasks: Iterable[tuple[str, Iterable[Licence]]]
) -> Iterator[Conflict]:
    """Yield why tasks with those licences may not go out under the licence *release*.

    Under `other` each task keeps its own licence, and only unknown ones are in the way.
    """
    for task, licences in tasks:
        stated = sorted(set(licences))
        if not stated:
            yield Conflict(task, "it states no licence")
        for licence in stated:
            if reason := _objection(release, licence):
                yield Conflict(task, reason)


def _objection(release: str, source: Licence) -> str:
    """Return why a work under *source* cannot go out under *release*, or nothing."""
    if not source.known:
        what = repr(source.id) if source.id else "an empty text"
        return f"its licence is given as {what}, which names none"
    if release in {MIXED, source.id}:
        return ""
    if source.id == MIXED or _OWN_TERMS.fullmatch(source.id):
        return f"{source} has terms of its own, which {release} does not pass on"
    if _has("nd", source.id):
        return (
            f"{source} (ND) forbids to publish it under another licence, as {release}"
        )
    if _non_commercial(source.id) and not _non_commercial(release):
        return f"{source} (NC) forbids commercial use, which {release or 'the release'} permits"
    alike = _has("sa", source.id) or source.id in _SHARE_ALIKE
    if alike and release not in _LATER.get(source.id, ()):
        return f"{source} (SA) asks for the same licence, and the release has {release or 'none'}"
    return ""


def _has(word: str, licence: str) -> bool:
    return licence.startswith("cc-") and word in licence.split("-")


def _non_commercial(licence: str) -> bool:
    return _has("nc", licence) or licence in _NON_COMMERCIAL
