"""A small task as a plan: its place in the tree, its envelope, how a sample is made."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

import schemas
from cards.stub import card
from curation.model import Json

ANNOTATION = "annotation.json"

Dice: TypeAlias = np.random.Generator
Make: TypeAlias = Callable[[Path, str, Dice], dict[str, Json]]
"""Writes the media of one sample, of that number, and returns its input and output."""


@dataclass(frozen=True)
class Plan:
    """One task made by code.

    `place` is where the documented tree has it, such as Image/comprehension; `more` are
    fields of the envelope that only this task has.
    """

    place: str
    name: str
    family: str
    skill: str
    modality: tuple[tuple[str, ...], tuple[str, ...]]
    make: Make
    more: Mapping[str, Json] = field(default_factory=dict)

    @property
    def folder(self) -> str:
        """Where the task is written, below the folder of the contribution."""
        return f"{self.place}/{self.name.replace(' ', '-')}"

    @property
    def envelope(self) -> dict[str, Json]:
        """All that the annotation says besides its samples."""
        into, out = self.modality
        paradigm = self.place.partition("/")[2]
        return {
            "family": self.family,
            "task": self.name,
            "type": paradigm or schemas.families()[self.family].types[0],
            "modality": {"in": [*into], "out": [*out]},
            "skill": self.skill,
            "domain": ["General"],
            "general_capability": ["Content Generation" if paradigm == "generation" else "Content Recognition"],
            "data_source": f"https://example.org/{self.name.replace(' ', '-').lower()}",
            "license": "cc0-1.0",
            "version": "1.0",
            "set_type": "openset",
            **self.more,
        }  # fmt: skip

    def write(self, folder: Path, number: int, seed: str) -> None:
        """Write the task into *folder* with *number* samples; the same seed, the same bytes."""
        folder.mkdir(parents=True, exist_ok=True)
        data = []
        for index in range(1, number + 1):
            dice = np.random.default_rng([zlib.crc32(seed.encode()), index])
            made = self.make(folder, f"{index:04}", dice)
            data.append({"id": f"s{index:04}", **made})
        document = {**self.envelope, "data": data}
        store(folder, document)
        text = card(document, schemas.families()[self.family])
        (folder / "README.md").write_text(text, "utf-8")


def store(folder: Path, document: Mapping[str, Json]) -> None:
    """Write the annotation, each sample on a line of its own."""
    envelope = {key: value for key, value in document.items() if key != "data"}
    head = json.dumps(envelope, indent=2, ensure_ascii=False).removesuffix("\n}")
    rows = ",\n".join(
        f"    {json.dumps(s, ensure_ascii=False)}" for s in document["data"]
    )
    body = f"[\n{rows}\n  ]" if rows else "[]"
    (folder / ANNOTATION).write_text(f'{head},\n  "data": {body}\n}}\n', "utf-8")


def place(folder: Path, kind: str, name: str) -> Path:
    """Return the path of a media file of a task, its folder being there."""
    (folder / kind).mkdir(exist_ok=True)
    return folder / kind / name


def pick(dice: Dice, *choices: Any) -> Any:
    """Return one of the choices."""
    return choices[int(dice.integers(len(choices)))]
