"""What a planted fault is, and the small tools that plant one."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from PIL import Image

from curation.demo import sounds
from curation.demo.plan import ANNOTATION, Plan, store
from curation.demo.sounds import Samples
from curation.model import Json

SAMPLES = 3
"""Samples of a small clean task, and how many the broken twin asks for."""

Planter: TypeAlias = Callable[[Path], None]
"""Breaks the small clean task in a folder in one way."""


class CannotPlant(Exception):
    """The system that runs this cannot hold such a file; the message says why."""


@dataclass(frozen=True)
class Fault:
    """One fault: the rule that it breaks, the task that it is planted in, where, and how.

    `at` is where the rule finds it, as the report has it: a path below the task's folder
    and a JSON Pointer, nothing for the folder itself. `besides` are the codes of rules
    that cannot but see it too. `name` and `place` are those of the task's folder, where
    they are not made of the code and of the plan.
    """

    code: str
    plan: Plan
    at: str
    what: str
    plant: Planter
    besides: tuple[str, ...] = ()
    name: str = ""
    place: str = ""
    samples: int = SAMPLES


def both(*planters: Planter) -> Planter:
    """Do several things, one after the other."""

    def plant(folder: Path) -> None:
        for planter in planters:
            planter(folder)

    return plant


def put(pointer: str, value: Json) -> Planter:
    """Set a value in the annotation."""

    def plant(folder: Path) -> None:
        document = json.loads((folder / ANNOTATION).read_text("utf-8"))
        owner, key = _reached(document, pointer)
        owner[key] = value
        store(folder, document)

    return plant


def drop(pointer: str) -> Planter:
    """Take a value out of the annotation."""

    def plant(folder: Path) -> None:
        document = json.loads((folder / ANNOTATION).read_text("utf-8"))
        owner, key = _reached(document, pointer)
        del owner[key]
        store(folder, document)

    return plant


def copy(source: str, target: str) -> Planter:
    """Set a value in the annotation to what stands elsewhere in it."""

    def plant(folder: Path) -> None:
        document = json.loads((folder / ANNOTATION).read_text("utf-8"))
        owner, key = _reached(document, source)
        put(target, owner[key])(folder)

    return plant


def order(how: Callable[[list[Any]], list[Any]]) -> Planter:
    """Put the samples in another order, or others in their place."""

    def plant(folder: Path) -> None:
        document = json.loads((folder / ANNOTATION).read_text("utf-8"))
        store(folder, {**document, "data": how(document["data"])})

    return plant


def each(pointer: str, how: Callable[[Any], Json]) -> Planter:
    """Change a value of every sample; *pointer* is that below the sample."""

    def plant(folder: Path) -> None:
        document = json.loads((folder / ANNOTATION).read_text("utf-8"))
        for sample in document["data"]:
            owner, key = _reached(sample, pointer)
            owner[key] = how(owner[key])
        store(folder, document)

    return plant


def _reached(document: Json, pointer: str) -> tuple[Any, Any]:
    """Return what holds the value at *pointer*, and its key there."""
    *steps, last = pointer.removeprefix("/").split("/")
    for step in steps:
        document = document[int(step) if isinstance(document, list) else step]
    return document, int(last) if isinstance(document, list) else last


def text(old: str, new: str) -> Planter:
    """Replace some text of the annotation once."""
    return change(ANNOTATION, lambda data: _replaced(data, old.encode(), new.encode()))


def _replaced(data: bytes, old: bytes, new: bytes) -> bytes:
    if old not in data:
        raise ValueError(f"the annotation has no {old!r} to be replaced")
    return data.replace(old, new, 1)


def change(path: str, how: Callable[[bytes], bytes]) -> Planter:
    """Change the bytes of a file."""

    def plant(folder: Path) -> None:
        file = folder / path
        file.write_bytes(how(file.read_bytes()))

    return plant


def fill(path: str, data: bytes) -> Planter:
    """Write a file, new or instead of what was there."""

    def plant(folder: Path) -> None:
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(data)

    return plant


def remove(path: str) -> Planter:
    """Delete a file."""
    return lambda folder: (folder / path).unlink()


def duplicate(source: str, target: str) -> Planter:
    """Copy the bytes of a file over another."""
    return lambda folder: fill(target, (folder / source).read_bytes())(folder)


def picture(
    path: str, how: Callable[[Image.Image], Image.Image], **saving: Any
) -> Planter:
    """Change a picture and write it again in the form that its name tells, or *format*."""

    def plant(folder: Path) -> None:
        changed = how(Image.open(io.BytesIO((folder / path).read_bytes())))
        stream = io.BytesIO()
        changed.save(
            stream,
            **{"format": Image.registered_extensions()[Path(path).suffix], **saving},
        )
        (folder / path).write_bytes(stream.getvalue())

    return plant


def sound(
    path: str, how: Callable[[Samples], Samples], rate: int = sounds.RATE, **saving: Any
) -> Planter:
    """Change a recording and write it again."""
    import soundfile  # noqa: PLC0415

    def plant(folder: Path) -> None:
        samples, _ = soundfile.read(folder / path, dtype="float64")
        soundfile.write(
            folder / path,
            how(np.asarray(samples)),
            rate,
            **{"subtype": "PCM_16", **saving},
        )

    return plant


def become(pointer: str, path: str) -> Planter:
    """Give the file that the annotation names at *pointer* another name, in both places."""

    def plant(folder: Path) -> None:
        document = json.loads((folder / ANNOTATION).read_text("utf-8"))
        owner, key = _reached(document, pointer)
        (folder / owner[key]).rename(folder / path)
        put(pointer, path)(folder)

    return plant
