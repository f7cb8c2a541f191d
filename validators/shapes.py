"""The boxes, points, spans, masks and tracks of a task, as subjects for rules."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from curation.model import Json, Where
from schemas import Pointer
from validators.gallery import Gallery
from validators.scene import Scene, Size, scenes

TOLERANCE = 1
"""Pixels that may lie outside: annotators round, and some end boxes after the edge."""
ENOUGH_BOXES = 10
"""Boxes from which a habit of a whole task can be told from single mistakes."""
CORNERS_SHARE = 0.25
"""Share of boxes that must leave the image before all are taken for corners."""

UNKNOWN = Scene()
"""The scene of a sample whose media are missing or unreadable."""
BOXES = frozenset({"xywh", "xyxy", "centre"})
"""The forms of a box: corner and size, two corners, centre and size."""

Box = tuple[float, float, float, float]
"""Left, top, right, bottom in pixels."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """One box, point, span, mask or track, and the scene that it is held against.

    `kind` is xywh, xyxy, centre, point, span, rle or tube; `form` is that of the boxes
    of a tube.
    """

    where: Where
    kind: str
    value: Json
    sample: str | None = None
    scene: Scene = UNKNOWN
    form: str = "xywh"

    def boxes(self) -> Iterator[tuple[Where, str, Sequence[float]]]:
        """Yield place, form and numbers of each box; all zeros in a track is no box."""
        if self.kind in BOXES:
            yield self.where, self.kind, self.value
        elif self.kind == "tube":
            for steps, _, box in tube(self.value):
                if any(box):
                    yield self.where.at(*steps), self.form, box


@dataclass(frozen=True, slots=True)
class BoxHabit:
    """A convention that all boxes or points of a task keep, and that is not theirs.

    `habit` is `normalised` or `corners`; `example` is one of the `count`.
    """

    where: Where
    habit: str
    count: int
    example: Sequence[float]


def geometries(gallery: Gallery) -> Iterator[Geometry | BoxHabit]:
    """Yield all geometry of a task, or what all of it does otherwise.

    Such a habit is yielded once, and no box or point then has a frame to be held against.
    """
    found = list(_geometries(gallery))
    habit = _habit(gallery.task.where, found)
    if habit is None:
        yield from found
        return
    yield habit
    for one in found:
        apart = one.kind in {"rle", "span"}
        yield one if apart else replace(one, scene=replace(one.scene, frame=None))


def _geometries(gallery: Gallery) -> Iterator[Geometry]:
    task = gallery.task
    slots = [slot for slot in task.family.slots if slot.geometry]
    known = scenes(gallery) if slots else {}
    form = box_form(task.envelope)
    done: set[tuple[int, Pointer]] = set()
    for slot in slots:
        kind = form if slot.geometry == "xywh" else str(slot.geometry)
        for index, pointer, value in task.values(slot):
            if _SHAPED[kind](value) and (index, pointer) not in done:
                done.add((index, pointer))
                where = task.sample_at(index).at(*pointer)
                scene = known.get(index, UNKNOWN)
                yield Geometry(where, kind, value, task.ids[index], scene, form)


def are_numbers(value: Json, *lengths: int) -> bool:
    """Whether *value* is a list of one of these lengths, of numbers that are finite."""
    return (
        type(value) is list
        and len(value) in lengths
        and all(type(v) in _NUMBERS and -_LARGEST < v < _LARGEST for v in value)
    )


_NUMBERS = frozenset({int, float})
_LARGEST = 1e300


_SHAPED: Mapping[str, Callable[[Json], bool]] = {
    **dict.fromkeys(BOXES, lambda value: are_numbers(value, 4)),
    "point": lambda value: are_numbers(value, 2, 3),
    "span": lambda value: are_numbers(value, 2),
    "rle": lambda value: type(value) is dict and {"size", "counts"} <= value.keys(),
    "tube": lambda value: any(True for _ in tube(value)),
}


def box_form(envelope: Mapping[str, Json]) -> str:
    """Read from `others.bbox_format` how boxes are written: xywh, xyxy or centre."""
    others = envelope.get("others")
    said = others.get("bbox_format", "") if isinstance(others, dict) else ""
    words = re.sub("[^a-z0-9]", "", str(said).lower())
    if any(word in words for word in ("xyxy", "x2", "xmax", "right")):
        return "xyxy"
    return "centre" if re.search("^cx|xc|cent(er|re)", words) else "xywh"


def corners(form: str, box: Sequence[float]) -> Box:
    """Turn a box in any form into left, top, right, bottom."""
    a, b, c, d = box
    if form == "xyxy":
        return a, b, c, d
    if form == "centre":
        return a - c / 2, b - d / 2, a + c / 2, b + d / 2
    return a, b, a + c, b + d


def tube(value: Json) -> Iterator[tuple[Pointer, int, Sequence[float]]]:
    """Yield the steps to each box of a track, the number of its frame, and the box."""
    if type(value) is list:
        for index, item in enumerate(value):
            if are_numbers(item, 4):
                yield (index,), index, item
    elif type(value) is dict:
        for key, item in value.items():
            numbered = re.fullmatch("[0-9]{1,9}", key) and type(item) is dict
            if numbered and are_numbers(item.get("bbox"), 4):
                yield (key, "bbox"), int(key), item["bbox"]


def leaves(box: Box, frame: Size) -> bool:
    """Whether a box reaches out of a frame by more than is rounded away."""
    left, top, right, bottom = box
    width, height = frame
    return (
        min(left, top) < -TOLERANCE
        or right > width + TOLERANCE
        or bottom > height + TOLERANCE
    )


def has_area(box: Box) -> bool:
    """Whether the right of a box is right of its left, and the bottom below its top."""
    return box[2] > box[0] and box[3] > box[1]


def _habit(where: Where, found: Iterable[Geometry]) -> BoxHabit | None:
    found = list(found)
    boxes = [(g.scene.frame, form, box) for g in found for _, form, box in g.boxes()]
    points = [g.value[:2] for g in found if g.kind == "point"]
    lists = [*(box for _, _, box in boxes), *points]
    numbers = [number for numbers in lists for number in numbers]
    if all(0 <= n <= 1 for n in numbers) and any(n % 1 for n in numbers):
        return BoxHabit(where, "normalised", len(lists), lists[0])
    framed = [(frame, box) for frame, form, box in boxes if frame and form == "xywh"]
    if len(framed) < max(ENOUGH_BOXES, len(boxes)):
        return None
    out = [box for frame, box in framed if leaves(corners("xywh", box), frame)]
    fit = all(_fits(corners("xyxy", box), frame) for frame, box in framed)
    if fit and len(out) >= CORNERS_SHARE * len(framed):
        return BoxHabit(where, "corners", len(framed), out[0])
    return None


def _fits(box: Box, frame: Size) -> bool:
    return has_area(box) and not leaves(box, frame)
