"""Pure: boxes, points, masks, tracks and spans as the page draws them over media."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import schemas
from curation.model import Json, MediaRef
from curation.task import Task
from schemas import Pointer, Slot
from validators import runlength
from validators.shapes import BOXES, are_numbers, box_form, corners, tube

MOST = 500
"""Marks that are drawn over one sample."""
PIXELS = 25_000_000
"""Pixels of a mask that a browser is asked to paint."""
ROOM = 60_000
"""Numbers that the marks of one sample hold at most; a film can have a mask a frame."""
_NAMES = ("label", "category", "class", "name", "type")
"""Keys beside a mark that say what it marks; the first that is there."""
_BARE = frozenset({"output", "input", "text", "bbox", "box", "mask", "answer", "trajectory"})  # fmt: skip
"""Keys that hold marks and name nothing."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that is drawn: its shape in pixels or seconds, and what it is called.

    `shape` is a box [left, top, right, bottom], a point [x, y, visibility], a span
    [start, end], a mask {size, runs}, or a track [[frame, left, top, right, bottom], ...].
    """

    pointer: str
    kind: str
    shape: Any
    label: str
    reference: bool
    frame: int | None = None

    def told(self) -> dict[str, Json]:
        """Return it as JSON for the page."""
        told = {
            "at": self.pointer,
            "kind": self.kind,
            "shape": self.shape,
            "label": self.label,
            "reference": self.reference,
        }
        return told if self.frame is None else told | {"frame": self.frame}


def marks(task: Task, sample: Json) -> Iterator[Mark]:
    """Yield what is to be drawn over the media of one sample."""
    form = box_form(task.envelope)
    done: set[Pointer] = set()
    for slot in task.family.slots:
        if not slot.geometry:
            continue
        for pointer, value in schemas.find(slot.path, sample):
            if pointer in done or len(done) >= MOST:
                continue
            drawn = _drawn(slot, value, form)
            if drawn is not None:
                done.add(pointer)
                label, frame = named(sample, pointer), _frame(pointer, drawn[0])
                yield Mark(pointed(pointer), *drawn, label, slot.reference, frame)


def fitting(
    found: Iterable[Mark], frames: Collection[int] | None
) -> tuple[list[Mark], int]:
    """Return the marks that there is room for, and the number of those left out.

    Where the *frames* that are shown are known, what is of others is not needed.
    """
    kept: list[Mark] = []
    room, left = ROOM, 0
    for mark in found:
        if frames is not None and mark.frame is not None and mark.frame not in frames:
            continue
        one = mark
        if frames is not None and mark.kind == "track":
            one = replace(mark, shape=[b for b in mark.shape if b[0] in frames])
        room -= _size(one)
        if room < 0:
            left += 1
        else:
            kept.append(one)
    return kept, left


def _size(mark: Mark) -> int:
    """Return how many numbers a mark holds."""
    if mark.kind == "mask":
        return len(mark.shape["runs"])
    return 5 * len(mark.shape) if mark.kind == "track" else len(mark.shape)


_LENGTHS = {"xywh": (4,), "xyxy": (4,), "point": (2, 3), "span": (2,)}
"""How many numbers a mark of a geometry has."""


def is_mark(geometry: str, value: Json) -> bool:
    """Tell whether a value that a geometry leads to is a mark, and not a list of them."""
    if geometry in _LENGTHS:
        return are_numbers(value, *_LENGTHS[geometry])
    return isinstance(value, dict if geometry == "rle" else dict | list)


def pointed(pointer: Sequence[str | int]) -> str:
    """Return a JSON Pointer as text."""
    keys = (str(k).replace("~", "~0").replace("/", "~1") for k in pointer)
    return "".join(f"/{k}" for k in keys)


def _drawn(slot: Slot, value: Json, form: str) -> tuple[str, Any] | None:
    kind = form if slot.geometry == "xywh" else str(slot.geometry)
    if kind in BOXES and are_numbers(value, 4):
        return "box", [round(n, 2) for n in corners(kind, value)]
    if kind == "point" and are_numbers(value, 2, 3):
        return "point", value
    if kind == "span" and are_numbers(value, 2):
        return "span", value
    if kind == "rle":
        return _mask(value)
    if kind == "tube":
        boxes = [
            [number, *(round(n, 2) for n in corners(form, box))]
            for _, number, box in tube(value)
            if any(box)
        ]
        return ("track", boxes) if boxes else None
    return None


def _mask(value: Json) -> tuple[str, Any] | None:
    match value:
        case {"size": [int(), int()] as size, "counts": counts} if not runlength.fault(
            value
        ):
            if size[0] * size[1] > PIXELS:
                return None
            runs = runlength.decompressed(counts) if isinstance(counts, str) else counts
            return "mask", {"size": size, "runs": runs}
    return None


def named(sample: Json, pointer: Pointer) -> str:
    """Return what stands beside a mark to name it, or else the key that it stands under."""
    value, around = sample, []
    for key in pointer:
        around.append(value)
        value = value[key]
    for holder in reversed(around[1:]):
        if isinstance(holder, dict):
            for name in _NAMES:
                if isinstance(holder.get(name), str | int):
                    return str(holder[name])[:60]
    keys = [k for k in pointer if isinstance(k, str) and not k.isdigit()]
    named = [k for k in keys if k not in _BARE]
    return named[-1][:60] if named else ""


def _frame(pointer: Pointer, kind: str) -> int | None:
    """Return the number of the frame that a mask or a box stands under."""
    if kind not in {"mask", "box"}:
        return None
    numbers = [int(k) for k in pointer if isinstance(k, str) and k.isdecimal()]
    return numbers[-1] if numbers and len(str(numbers[-1])) < 9 else None  # noqa: PLR2004


def ground(
    refs: Sequence[MediaRef], kinds: Mapping[str, frozenset[str]], mark: Mark
) -> int | None:
    """Return which of a sample's media a mark is drawn over; inputs come first."""
    wanted = kinds["sound"] if mark.kind == "span" else kinds["sight"]
    fitting = [i for i, ref in enumerate(refs) if ref.kind in wanted]
    given = [i for i in fitting if not refs[i].reference]
    return next(iter(given or fitting), None)
