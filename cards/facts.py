"""Pure: what a card is made of. It has no field for an answer, or for what is secret."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from cards.licences import MIXED, Licence
from schemas import Family

OPEN, CLOSE, REFERENCES = "open", "close", "references"
TITLES = {OPEN: "Open set", CLOSE: "Close set", REFERENCES: "Hidden references"}
MODALITIES = {
    "image": "Image",
    "video": "Video",
    "audio": "Audio",
    "mesh": "3D",
    "text": "Language",
}
"""What is shown for each modality, in the order of tables and figures."""


@dataclass(frozen=True)
class Data:
    """The files of one task in one tree: rows, bytes as rows and as files, features."""

    rows: int
    size: int
    stored: int
    features: Mapping[str, Any]
    files: tuple[str, ...]


@dataclass(frozen=True)
class Task:
    """What is public of a task. `data` is what the tree of the card holds of it."""

    id: str
    title: str
    family: Family
    open: int
    close: int
    skill: str = ""
    metric: str = ""
    source: str = ""
    languages: tuple[str, ...] = ()
    licences: tuple[Licence, ...] = ()
    data: Data | None = None

    @property
    def modality(self) -> str:
        """The modality, by its id."""
        return self.id.partition(".")[0]

    @property
    def paradigm(self) -> str:
        """`comprehension`, `generation`, or nothing for language."""
        parts = self.id.split(".")
        return parts[1] if len(parts) > 2 else ""  # noqa: PLR2004

    @property
    def kind(self) -> str:
        """Modality and paradigm as they are shown."""
        return " ".join(filter(None, (MODALITIES[self.modality], self.paradigm)))


@dataclass(frozen=True)
class About:
    """What is said of the benchmark as a whole, from release.json and its change log."""

    name: str
    version: str
    guid: str
    canary: str
    commitment: str
    licence: str = MIXED
    released: str = ""
    previous: str = ""
    repositories: Mapping[str, str] = field(default_factory=dict)
    languages: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    url: str = ""
    paper: str = ""
    contact: str = ""
    citation: str = ""
    gated: Mapping[str, Any] = field(default_factory=dict)
    share: float | None = None
    groups: Mapping[str, int] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    unreviewed: tuple[str, ...] = ()
    tool: str = ""
    changes: str = ""


@dataclass(frozen=True)
class Card:
    """All that the card of one tree is made of, with what was written by hand."""

    tree: str
    about: About
    tasks: tuple[Task, ...]
    by_hand: str = ""

    @property
    def title(self) -> str:
        """What the tree is called."""
        return f"{self.about.name} {TITLES[self.tree]}"

    @property
    def repository(self) -> str:
        """Where it goes on the Hub, or nothing."""
        return self.about.repositories.get(self.tree, "")

    @property
    def tag(self) -> str:
        """The tag of the version in the repository."""
        return f"v{self.about.version}"

    @cached_property
    def configs(self) -> tuple[Task, ...]:
        """The tasks that have data in this tree."""
        return tuple(t for t in self.tasks if t.data is not None)

    @property
    def rows(self) -> int:
        """How many samples this tree has."""
        return sum(t.data.rows for t in self.tasks if t.data)

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """All languages, by ISO 639 code."""
        found = {*self.about.languages, *(c for t in self.tasks for c in t.languages)}
        return tuple(sorted(found))

    @property
    def modalities(self) -> tuple[str, ...]:
        """The modalities there are, in their order."""
        found = {t.modality for t in self.tasks}
        return tuple(m for m in MODALITIES if m in found)

    @property
    def tags(self) -> tuple[str, ...]:
        """The modalities by the tags that the Hub has for them."""
        return tuple("3d" if m == "mesh" else m for m in self.modalities)


@dataclass(frozen=True)
class Count:
    """How many tasks and samples there are of something."""

    tasks: int
    open: int
    close: int


def counted(tasks: Iterable[Task]) -> Count:
    """Count tasks and their samples."""
    some = tuple(tasks)
    return Count(len(some), sum(t.open for t in some), sum(t.close for t in some))


def kinds(tasks: Iterable[Task]) -> dict[str, tuple[Task, ...]]:
    """Sort tasks by modality and paradigm, both in their order."""
    order = {m: n for n, m in enumerate(MODALITIES)}
    found: dict[str, list[Task]] = {}
    for task in sorted(tasks, key=lambda t: (order[t.modality], t.paradigm, t.id)):
        found.setdefault(task.kind, []).append(task)
    return {kind: tuple(some) for kind, some in found.items()}
