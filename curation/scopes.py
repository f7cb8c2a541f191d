"""Pure: the scoped subsets of a release, as lists of configurations."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from curation.model import Json

SCOPES = ("A", "B", "C", "D", "quick")
QUICK = 50
"""Samples of each task in the quick set at most."""
_MODALITIES = {
    "image": "image",
    "video": "video",
    "audio": "audio",
    "mesh": "3D",
    "text": "nlp",
}


@dataclass(frozen=True, slots=True)
class Board:
    """One board of a scope: its name, and the tasks that are on it."""

    name: str
    tasks: tuple[str, ...]


def boards(scope: str, tasks: Iterable[Mapping[str, Json]]) -> tuple[Board, ...]:
    """Return the boards of a scope.

    A has all tasks on one board; B a board for each modality; C for each modality and
    paradigm; D for each skill within those; quick has all tasks, with few samples each.
    """
    found: dict[str, list[str]] = {}
    for told in tasks:
        name = _name(scope, told)
        if name is not None:
            found.setdefault(name, []).append(told["id"])
    return tuple(Board(name, tuple(sorted(found[name]))) for name in sorted(found))


def _name(scope: str, told: Mapping[str, Json]) -> str | None:
    kind, _, rest = told["id"].partition(".")
    modality = _MODALITIES.get(kind, kind)
    paradigm = rest.partition(".")[0] if kind != "text" else ""
    if scope in {"A", "quick"}:
        return "S-A-Quick" if scope == "quick" else "S-A"
    if scope == "B":
        return f"S-B-{modality}"
    if scope == "C":
        return f"S-C-{modality}-{paradigm}" if paradigm else None
    skill = (
        re.sub(
            r"[^A-Za-z0-9]+", "-", str(told["envelope"].get("skill", "other"))
        ).strip("-")
        or "other"
    )
    return "-".join(filter(None, ["S-D", modality, paradigm, skill]))


def quick(ids: Iterable[str], limit: int = QUICK) -> frozenset[str]:
    """Return the few samples of a task that the quick set has, by a hash of their ids."""
    return frozenset(
        sorted(ids, key=lambda i: hashlib.sha256(f"quick\0{i}".encode()).digest())[
            :limit
        ]
    )
