"""Pure: which family a task belongs to, and why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import schemas
from curation.model import Json, Where, modality, paradigm
from curation.objections import explained
from curation.read import Folder
from schemas import Family

PROBE = 40
"""Samples that are tried against each family when none is stated."""
FITS = 0.5
"""Share of the probed samples that must fit for a family to be inferred."""


@dataclass(frozen=True, slots=True)
class FamilyChoice:
    """Which family a task was given, and why.

    `stated` is what the annotation says, if anything; `difference` is what the nearest
    family objects to where none fitted.
    """

    where: Where
    family: str
    reason: str
    stated: str | None = None
    nearest: str | None = None
    difference: str = ""


def choose(
    envelope: Mapping[str, Json], data: Sequence[Json], folder: Folder, where: Where
) -> FamilyChoice:
    """Choose the family: the stated one, or the best fitting, or the generic one."""
    stated = _stated(envelope)
    place = where.at("family") if "family" in envelope else where
    if stated is not None and schemas.family(stated):
        return FamilyChoice(place, stated, "stated", stated)
    kind = _modality(envelope, folder)
    form = folder.paradigm or paradigm(str(envelope.get("type", "")))
    probe = _spread(data)
    candidates = [
        _Candidate.of(f, envelope, folder, probe)
        for f in schemas.families().values()
        if kind in (None, f.modality) and f.weight > GENERIC
    ]
    same = [
        c
        for c in candidates
        if form in (None, c.family.paradigm) or c.family.paradigm is None
    ]
    for group in (same, candidates):
        best = max(group, key=lambda c: c.order, default=None)
        if best is not None and (best.fit >= FITS or best.typed):
            return FamilyChoice(place, best.family.id, best.reason(len(probe)), stated)
    fallback = f"{kind or 'text'}/generic"
    if not probe:
        return FamilyChoice(
            place, fallback, "there is no sample to infer it from", stated
        )
    nearest = max(same or candidates, key=lambda c: c.nearness(probe[0]))
    return FamilyChoice(
        place,
        fallback,
        "no family fits",
        stated,
        nearest.family.id,
        nearest.difference(probe),
    )


GENERIC = -9
"""The weight of the families that take anything; they are never inferred, only fallen back to."""


@dataclass(frozen=True)
class _Candidate:
    family: Family
    fit: float
    typed: bool
    words: tuple[str, ...]

    @classmethod
    def of(
        cls,
        family: Family,
        envelope: Mapping[str, Json],
        folder: Folder,
        probe: Sequence[Json],
    ) -> _Candidate:
        said = _words(envelope, folder)
        fit = sum(map(family.is_valid, probe)) / len(probe) if probe else 0.0
        typed = str(envelope.get("type", "")).lower() in {
            t.lower() for t in family.types
        }
        words = tuple(w for w in family.words if f" {w} " in said)
        return cls(family, fit, typed, words)

    @property
    def order(self) -> tuple[object, ...]:
        enough = self.fit >= FITS
        return (
            enough,
            self.typed,
            self.fit == 1,
            len(self.words),
            self.family.weight,
            self.fit,
        )

    def nearness(self, sample: Json) -> tuple[object, ...]:
        """Sort families that do not fit: by what the task is called, then by the sample."""
        errors = sum(1 for _ in islice(self.family.errors(sample), PROBE))
        return self.typed, len(self.words), -errors, self.family.weight

    def reason(self, probed: int) -> str:
        said = [f"type says {self.family.types[0]}"] if self.typed else []
        said += [f"named {w!r}" for w in self.words[:2]]
        share = "all" if self.fit == 1 else f"{self.fit:.0%} of"
        return "; ".join([f"inferred: fits {share} {probed} samples looked at", *said])

    def difference(self, probe: Sequence[Json]) -> str:
        for sample in probe:
            for error in self.family.exact.iter_errors(sample):
                for path, _, detail in explained(error):
                    at = Where("").at(*path).pointer
                    return f"{at or 'the sample'}: {detail}"
        return ""


def _stated(envelope: Mapping[str, Json]) -> str | None:
    value = envelope.get("family")
    if isinstance(value, str):
        return value
    match = re.search(r"([a-z]+/[a-z0-9-]+)\.json$", str(envelope.get("$schema", "")))
    return match[1] if match and schemas.family(match[1]) else None


def _modality(envelope: Mapping[str, Json], folder: Folder) -> str | None:
    if folder.modality:
        return folder.modality
    sides: Any = envelope.get("modality")
    if not isinstance(sides, dict):
        return None
    kinds = [*_kinds(sides.get("out")), *_kinds(sides.get("in"))]
    # What is made counts before what is read, and anything before words.
    return next((k for k in kinds if k != "text"), kinds[0] if kinds else None)


_MORE_KINDS = {
    "motion": "mesh",
    "pointcloud": "mesh",
    "point cloud": "mesh",
    "speech": "audio",
    "sound": "audio",
    "music": "audio",
}
"""Names of what goes in or out that are no names of modality folders."""


def _kinds(names: Json) -> list[str]:
    listed = names if isinstance(names, list) else [names]
    told = [n for n in listed if isinstance(n, str)]
    return [k for n in told if (k := modality(n) or _MORE_KINDS.get(n.lower()))]


def _words(envelope: Mapping[str, Json], folder: Folder) -> str:
    said = [
        envelope.get("skill"),
        envelope.get("task"),
        envelope.get("type"),
        folder.name,
    ]
    text = " ; ".join(s for s in said if isinstance(s, str))
    # TextToVideo is three words, but Txt2Vid is one: both readings are offered.
    parted = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", text)
    return f" {' '.join(re.findall(r'[a-z0-9]+|;', f'{parted} ; {text}'.lower()))} "


def _spread(data: Sequence[Json]) -> list[Json]:
    step = max(1, len(data) // PROBE)
    return list(data[::step][:PROBE])
