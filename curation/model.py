"""The words of the benchmark as frozen values: where a thing is, tasks, samples, media."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""What a JSON file holds: dict, list, str, int, float, bool or None."""

MODALITIES = ("image", "video", "audio", "mesh", "text")
PARADIGMS = ("comprehension", "generation")

_MODALITY_NAMES = {
    "image": "image", "images": "image",
    "video": "video", "videos": "video",
    "audio": "audio", "audios": "audio",
    "mesh": "mesh", "3d": "mesh", "3-d": "mesh",
    "text": "text", "nlp": "text", "language": "text",
}  # fmt: skip


def modality(name: str) -> str | None:
    """Return the modality that *name* stands for, in any case, or None.

    The benchmark's own folders say `3D` and `nlp` for what is `mesh` and `text` here.
    """
    return _MODALITY_NAMES.get(name.lower())


def paradigm(name: str) -> str | None:
    """Return the paradigm that *name* stands for, in any case, or None."""
    return name.lower() if name.lower() in PARADIGMS else None


@dataclass(frozen=True, slots=True, order=True)
class Where:
    """A file, relative to its task folder, and a JSON Pointer in it."""

    path: str
    pointer: str = ""

    def __str__(self) -> str:
        return f"{self.path}#{self.pointer}" if self.pointer else self.path

    def at(self, *keys: str | int) -> Where:
        """Return the place *keys* further down."""
        steps = "".join(
            "/" + str(k).replace("~", "~0").replace("/", "~1") for k in keys
        )
        return Where(self.path, self.pointer + steps)


@dataclass(frozen=True, slots=True)
class Question:
    """What a model sees of a sample. It has no field that could hold an answer."""

    id: str
    input: Json
    where: Where


@dataclass(frozen=True, slots=True)
class Reference:
    """The answer of a sample, by the JSON Pointers at which it stood."""

    values: Mapping[str, Json] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Sample:
    """A question with its reference, and the group that must stay together."""

    question: Question
    reference: Reference
    group: str | None = None

    @property
    def id(self) -> str:
        """The id of the question."""
        return self.question.id


@dataclass(frozen=True, slots=True)
class MediaRef:
    """A path to a media file as a sample names it, and the file that it means.

    `file` is relative to the task folder, with forward slashes; None where nothing fits.
    """

    where: Where
    kind: str
    given: str
    file: str | None
    reference: bool
    sample: str | None
