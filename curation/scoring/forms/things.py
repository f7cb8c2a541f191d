"""Answers that say where things are: boxes, masks of things, keypoints, tracks, triples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from curation.model import Json
from curation.scoring import media, rle
from curation.scoring.extraction import plain
from curation.scoring.forms.base import (
    Form,
    Misshapen,
    Setting,
    items,
    mapping,
    number,
    numbers,
    words,
)
from curation.scoring.metric import Floats
from curation.scoring.precision import Thing

_BOX, _SCORED = 4, 5
_XY, _XYV = 2, 3
_DIGITS = 12
_PIXELS = 500_000_000
"""Pixels of all masks of one image together."""


def read_box(value: Json, *pointer: str | int) -> Floats:
    """Return a box, (x_min, y_min, width, height); a fifth number, its score, is left out.

    Raises:
        Misshapen: it is something else.
    """
    found = numbers(value, None, *pointer)
    if len(found) not in {_BOX, _SCORED}:
        raise Misshapen(
            f"expected a box [x_min, y_min, width, height], found {len(found)} numbers",
            *pointer,
        )
    if found[2] < 0 or found[3] < 0:
        raise Misshapen("a box with a negative width or height", *pointer)
    return np.array(found[:_BOX])


def boxes(value: Json, setting: Setting) -> tuple[Thing, ...]:
    """Read boxes by class, or as a list of objects.

    Raises:
        Misshapen: it is something else.
    """
    del setting
    if isinstance(value, dict):
        return tuple(_by_class(value))
    found: list[Thing] = []
    for index, one in enumerate(items(value)):
        part = mapping(one, index)
        if "label" in part and "bbox" in part:
            found.append(
                Thing(
                    read_label(part, index),
                    read_box(part["bbox"], index, "bbox"),
                    read_score(part, index),
                )
            )
        else:
            found += _by_class(part, index)
    return tuple(found)


def _by_class(value: Json, *pointer: str | int) -> Iterator[Thing]:
    for label, listed in mapping(value, *pointer).items():
        flat = bool(items(listed, *pointer, label)) and not isinstance(listed[0], list)
        for index, one in enumerate([listed] if flat else listed):
            place = (*pointer, label) if flat else (*pointer, label, index)
            found = read_box(one, *place)
            yield Thing(
                plain(label), found, float(one[_BOX]) if len(one) == _SCORED else 1.0
            )


def read_label(part: Json, *pointer: str | int) -> str:
    """Return the label of an object, in plain form.

    Raises:
        Misshapen: it is no text.
    """
    return plain(words(part.get("label", ""), *pointer, "label"))


def read_score(part: Json, *pointer: str | int) -> float:
    """Return the score of an object, 1 where it states none.

    Raises:
        Misshapen: it is no number.
    """
    return (
        1.0 if part.get("score") is None else number(part["score"], *pointer, "score")
    )


def runs(value: Json, *pointer: str | int) -> Any:
    """Return run lengths of COCO that fit their size; the mask is not made yet.

    Raises:
        Misshapen: it is something else.
    """
    part = mapping(value, *pointer)
    if not {"size", "counts"} <= part.keys():
        raise Misshapen("expected run lengths {size, counts}", *pointer)
    numbers(part["size"], 2, *pointer, "size")
    if not isinstance(part["counts"], str):
        numbers(part["counts"], None, *pointer, "counts")
    try:
        rle.checked(part)
    except ValueError as error:
        raise Misshapen(str(error), *pointer) from None
    return part


def mask(value: Json, *pointer: str | int) -> Any:
    """Read a mask in COCO's run lengths.

    Raises:
        Misshapen: it is something else.
    """
    return rle.decode(runs(value, *pointer))


def _instances(value: Json, setting: Setting) -> tuple[Thing, ...]:
    del setting
    parts = [(i, p, runs(p.get("mask"), i, "mask")) for i, p in objects(value)]
    pixels = sum(int(np.prod(r["size"])) for _, _, r in parts)
    if pixels > _PIXELS:
        raise Misshapen(
            f"masks of {pixels:,} pixels together; at most {_PIXELS:,} are read"
        )
    return tuple(
        Thing(read_label(p, i), rle.decode(r), read_score(p, i), bool(p.get("iscrowd")))
        for i, p, r in parts
    )


def objects(value: Json) -> Iterator[tuple[int, Any]]:
    """Yield the objects of a list with their places.

    Raises:
        Misshapen: it is no list, or one of them no object.
    """
    for index, one in enumerate(items(value)):
        yield index, mapping(one, index)


def _keypoint_things(value: Json, setting: Setting) -> tuple[Thing, ...]:
    listed = (
        value
        if isinstance(value, list) and all(isinstance(v, dict) for v in value)
        else None
    )
    if listed is None:
        listed = [{"keypoints": value}]
    return tuple(_keypoint_thing(part, i, setting) for i, part in enumerate(listed))


def _keypoint_thing(part: Json, index: int, setting: Setting) -> Thing:
    points = part.get("keypoints")
    names = setting.others.get("keypoint_names")
    if isinstance(points, dict):
        order = names if isinstance(names, list) else sorted(points)
        points = [points.get(str(n), [0, 0, 0]) for n in order]
    rows = [
        _keypoint(p, index, "keypoints", k)
        for k, p in enumerate(items(points, index, "keypoints"))
    ]
    table = np.array(rows).reshape(-1, _XYV)
    labelled = table[:, 2] > 0
    return Thing(read_label(part, index), table, read_score(part, index), not labelled.any() or bool(part.get("iscrowd")),
                 _area(part, table[labelled]))  # fmt: skip


def _keypoint(value: Json, *pointer: str | int) -> list[float]:
    found = numbers(value, None, *pointer)
    if len(found) not in {_XY, _XYV}:
        raise Misshapen(
            f"expected a point [x, y, visibility], found {len(found)} numbers", *pointer
        )
    return [*found, 2.0] if len(found) == _XY else found


def _area(part: Json, points: Floats) -> float:
    """The area of the subject: as stated, of its box, or of the extent of its points."""
    if isinstance(part.get("area"), int | float):
        return float(part["area"])
    if isinstance(part.get("bbox"), list):
        return float(np.prod(read_box(part["bbox"])[2:]))
    return float(np.prod(np.ptp(points[:, :2], axis=0))) if len(points) else 0.0


def _point_instances(value: Json, setting: Setting) -> tuple[Thing, ...]:
    """Read a list of instances, or an array of instance ids, 0 for none, with classes."""
    if isinstance(value, dict) and "instance_file" in value:
        return tuple(_stored(value, setting))
    listed = value.get("instances") if isinstance(value, dict) else value
    return tuple(
        Thing(
            read_label(part, i),
            tuple(int(n) for n in numbers(part.get("points"), None, i, "points")),
            read_score(part, i),
        )
        for i, part in objects(listed)
    )


def _stored(value: Json, setting: Setting) -> Iterator[Thing]:
    path = setting.files.path(words(value["instance_file"], "instance_file"), "array")
    ids = media.array(path, "instances", "instance").ravel()
    for key, label in mapping(value.get("classes"), "classes").items():
        if not key.isdecimal() or len(key) > _DIGITS:
            raise Misshapen(f"{key!r} is not the number of an instance", "classes")
        name = plain(words(label, "classes", key))
        yield Thing(name, tuple(np.flatnonzero(ids == int(key)).tolist()))


FORMS = (
    Form("boxes", 'boxes by class: {"bird": [[x_min, y_min, width, height]]}, a fifth number being the score; '
         'or a list: [{"label": "bird", "bbox": [...], "score": 0.9}]',
         ("text", "bbox", "boxes"), boxes, boxes),
    Form("instances", 'a list: [{"label": "car", "mask": {"size": [h, w], "counts": ...}, "score": 0.9}]',
         ("instances",), _instances, _instances),
    Form("keypoints", 'a list: [{"keypoints": [[x, y, visibility], ...], "score": 0.9}]',
         ("instances", "keypoints"), _keypoint_things, _keypoint_things),
    Form("point_instances", 'a list: [{"label": "chair", "points": [indices], "score": 0.9}]',
         ("instance_file",), _point_instances, _point_instances, "array", whole=True),
)  # fmt: skip
