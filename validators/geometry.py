"""Rules on boxes, points, spans, masks, tracks and labels: do they fit what is shown?"""

from __future__ import annotations

from collections.abc import Iterator

from curation.finding import Fault, Severity, rule
from validators import labels, runlength
from validators.gallery import Gallery
from validators.image import Image
from validators.scene import scenes
from validators.shapes import (
    BoxHabit,
    Geometry,
    corners,
    has_area,
    leaves,
    tube,
)

SLACK_SECONDS = 0.5
"""Seconds that a span may end after the media: containers and annotators round."""
SLACK_FRAMES = 1
"""Frames by which a track may be off: sources count from 0 or 1, with or without the end."""


def _short(*values: float) -> str:
    return ", ".join(f"{value:.10g}" for value in values)


@rule("ANN001")
def box_outside(geometry: Geometry) -> Iterator[Fault]:
    """A box reaches out of its image.

    Why: it belongs to another image, another scale or another convention, and no answer
    inside the image can overlap it fully.
    Fix: give [x_min, y_min, width, height] in pixels of the file that is named, or state
    another form in others.bbox_format.
    """
    frame = geometry.scene.frame
    for where, form, box in geometry.boxes() if frame else ():
        edges = corners(form, box)
        if frame and has_area(edges) and leaves(edges, frame):
            reach = f"from ({_short(*edges[:2])}) to ({_short(*edges[2:])})"
            yield Fault(where, f"reaches {reach}, the image is {frame[0]}x{frame[1]}")


@rule("ANN002")
def box_without_area(geometry: Geometry) -> Iterator[Fault]:
    """A box has no width or no height, or a negative one.

    Why: nothing overlaps such a box, so that no answer can be right.
    Fix: correct the box or leave it out; [0, 0, 0, 0] says "not seen" in a track only.
    """
    for where, form, box in geometry.boxes():
        left, top, right, bottom = corners(form, box)
        if not has_area((left, top, right, bottom)):
            size = f"{_short(right - left)}x{_short(bottom - top)}"
            yield Fault(where, f"[{_short(*box)}], read as {form}, is {size} large")


@rule("ANN003")
def point_outside(geometry: Geometry) -> Iterator[Fault]:
    """A point lies outside its image.

    Why: it belongs to another image or another scale.
    Fix: give [x, y] in pixels of the file that is named, or visibility 0 to a point that
    is not labelled.
    """
    frame = geometry.scene.frame
    if geometry.kind != "point" or frame is None:
        return
    x, y, *visibility = geometry.value
    if visibility != [0] and leaves((x, y, x, y), frame):
        detail = f"at ({_short(x, y)}), the image is {frame[0]}x{frame[1]}"
        yield Fault(geometry.where, detail)


@rule("ANN004")
def broken_run_lengths(geometry: Geometry) -> Iterator[Fault]:
    """A mask in run lengths cannot be decoded, or does not fill its size.

    Why: readers of such a mask crash, or shift all that comes after the mistake.
    Fix: encode the mask again, column by column, and keep size and counts together.
    """
    if geometry.kind == "rle":
        fault = runlength.fault(geometry.value)
        if fault:
            yield Fault(geometry.where, fault)


@rule("ANN005")
def run_lengths_of_other_size(geometry: Geometry) -> Iterator[Fault]:
    """A mask in run lengths has another size than its image.

    Why: it cannot be laid over the image, and scoring compares pixel with pixel.
    Fix: encode a mask that is as large as the file that is named; size is
    [height, width].
    """
    frame = geometry.scene.frame
    if geometry.kind != "rle" or frame is None:
        return
    match geometry.value["size"]:
        case [int(height), int(width)] if (width, height) != frame:
            size = f"size [{height}, {width}] is [height, width]"
            yield Fault(geometry.where, f"{size}, the image is {frame[0]}x{frame[1]}")


@rule("ANN006")
def span_outside(geometry: Geometry) -> Iterator[Fault]:
    """A span of time ends after its film or recording, or before it starts.

    Why: it was measured in another unit, or on another cut of the film.
    Fix: give [start, end] in seconds from the beginning of the file that is named.
    """
    if geometry.kind != "span":
        return
    start, end = geometry.value
    seconds = geometry.scene.seconds
    if end < start:
        yield Fault(geometry.where, f"[{_short(start, end)}] ends before it starts")
    elif seconds is not None and end > seconds + SLACK_SECONDS:
        detail = f"[{_short(start, end)}], the file lasts {seconds:.2f} s"
        yield Fault(geometry.where, detail)


@rule("ANN007")
def track_outside(geometry: Geometry) -> Iterator[Fault]:
    """A track has boxes for frames that are not there, or not among those it states.

    Why: boxes and frames are matched by number; one too many shifts all the rest.
    Fix: give one box for each frame, counted as the description of the family says.
    """
    if geometry.kind != "tube":
        return
    numbers = [number for _, number, _ in tube(geometry.value)]
    if type(geometry.value) is list:
        fault = _misfit(geometry, 0, len(numbers), f"{len(numbers)} boxes")
    else:
        first, last = min(numbers), max(numbers)
        what = f"boxes for the frames {first} to {last}"
        fault = _misfit(geometry, first, last + 1, what)
    if fault:
        yield Fault(geometry.where, fault)


def _misfit(geometry: Geometry, first: int, end: int, boxes: str) -> str:
    """Say how a track from frame *first* to before *end* departs from what is stated."""
    frames, extent = geometry.scene.frames, geometry.scene.extent
    if extent is None:
        beyond = frames is not None and end > frames + SLACK_FRAMES
        return f"{boxes}, there are {frames} frames" if beyond else ""
    stated = f"the track is stated from frame {extent[0]} to before {extent[1]}"
    if extent[1] <= extent[0]:
        return stated
    if frames is not None and extent[1] > frames + SLACK_FRAMES:
        return f"{stated}, there are {frames} frames"
    if type(geometry.value) is list:
        off = abs(end - (extent[1] - extent[0])) > SLACK_FRAMES
    else:
        off = first < extent[0] - SLACK_FRAMES or end > extent[1] + SLACK_FRAMES
    return f"{boxes}, {stated}" if off else ""


@rule("ANN008")
def mask_of_other_size(gallery: Gallery) -> Iterator[Fault]:
    """A mask file has another size than the image that it belongs to.

    Why: scoring compares pixel with pixel; a mask that is scaled to fit has new edges.
    Fix: export the mask as large as the file that is named, without interpolation.
    """
    masks = [ref for ref in gallery.task.media if ref.kind == "mask"]
    known = scenes(gallery) if masks else {}
    for ref in masks:
        mask = gallery.facts.get(ref.file or "")
        if not isinstance(mask, Image):
            continue
        sizes = known[int(ref.where.pointer.split("/")[2])].sizes
        if sizes and (mask.width, mask.height) not in sizes:
            image = f"the image is {sizes[0][0]}x{sizes[0][1]}"
            detail = f"{ref.given!r} is {mask.width}x{mask.height}, {image}"
            yield Fault(ref.where, detail, ref.sample)


@rule("ANN009")
def label_outside_the_label_space(gallery: Gallery) -> Iterator[Fault]:
    """A label is not among those that the task or its sample states.

    Why: whoever chooses among the stated labels cannot give this answer.
    Fix: correct the label, or add it to labels or options.
    """
    for where, label, space, sample in labels.strays(gallery.task):
        shown = repr(label)[: labels.LONGEST]
        yield Fault(where, f"{shown} is not among {space}", sample)


@rule("ANN010", Severity.WARNING)
def normalised_coordinates(habit: BoxHabit) -> Iterator[Fault]:
    """All boxes or points of a task lie between 0 and 1.

    Why: the convention is pixels; whoever answers in pixels is scored as all wrong.
    Fix: multiply x by the width and y by the height of each image.
    """
    if habit.habit == "normalised":
        detail = f"all {habit.count}, such as [{_short(*habit.example)}]"
        yield Fault(habit.where, detail)


@rule("ANN011")
def corners_for_sizes(habit: BoxHabit) -> Iterator[Fault]:
    """The boxes of a task give two corners where a corner and a size are read.

    Why: read as [x_min, y_min, width, height], the boxes leave the image.
    Fix: subtract x_min and y_min, or state xyxy in others.bbox_format.
    """
    if habit.habit == "corners":
        detail = f"all {habit.count} fit as corners, such as [{_short(*habit.example)}]"
        yield Fault(habit.where, detail)


RULES = (
    box_outside,
    box_without_area,
    point_outside,
    broken_run_lengths,
    run_lengths_of_other_size,
    span_outside,
    track_outside,
    mask_of_other_size,
    label_outside_the_label_space,
    normalised_coordinates,
    corners_for_sizes,
)
