"""Pure: what a release makes public, and apart from it the answers that stay hidden.

A `Release` has samples for its Open set, and questions for its Close set; a `Question` has
no field that could hold an answer. `cutting` alone parts the two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from cards.licences import Licence
from curation import commitment
from curation.model import Json, Question
from curation.shapes import Part, Tree
from schemas import Family

Marks: TypeAlias = Mapping[str, Mapping[str, str]]
"""By task and uid: the side of a sample and a keyed digest, which tells if it changes.

The mark of a task as a whole stands under the empty string.
"""


@dataclass(frozen=True)
class Facts:
    """What is public of a task besides its samples."""

    id: str
    family: Family
    envelope: Mapping[str, Json]
    folder: str
    annotation: str
    licences: tuple[Licence, ...] = ()


@dataclass(frozen=True)
class Opened:
    """An open sample as a whole, and its question."""

    tree: Tree
    question: Question


@dataclass(frozen=True)
class PublicTask:
    """A task of a release: samples that are open, and questions of those that are not."""

    facts: Facts
    open: tuple[Opened, ...]
    close: tuple[Question, ...]


@dataclass(frozen=True)
class Release:
    """What is published. There is no field in it for a hidden answer."""

    name: str
    version: str
    guid: str
    tasks: tuple[PublicTask, ...]

    @property
    def canary(self) -> str:
        """The line by which anyone finds out whether a text holds part of the release."""
        return (
            f"CANARY {self.guid}: benchmark data of {self.name} {self.version}. "
            "It must never be part of what a model is trained on."
        )


@dataclass(frozen=True)
class Hidden:
    """The reference of a close sample, and what leads back to where it came from."""

    id: str
    original: str
    uid: str
    reference: bytes = field(repr=False)
    files: tuple[Part, ...] = field(repr=False)
    nonce: bytes = field(repr=False)
    origin: Mapping[str, Json] = field(repr=False)

    @property
    def leaf(self) -> bytes:
        """The commitment to it."""
        return commitment.leaf(self.nonce, self.id, self.reference)


@dataclass(frozen=True)
class AnswerKey:
    """The hidden references of a release, by task. It is never a part of the release."""

    tasks: Mapping[str, tuple[Hidden, ...]] = field(repr=False)
    marks: Marks = field(repr=False)

    @property
    def root(self) -> bytes:
        """The commitment to all references together."""
        return commitment.release_root(self.roots)

    @property
    def roots(self) -> dict[str, tuple[int, bytes]]:
        """How many references each task has, and the root over their commitments."""
        return {
            task: commitment.rooted(h.leaf for h in hidden)
            for task, hidden in self.tasks.items()
        }
