"""Answers that say where one thing is, or what stands where to what: boxes, tracks, triples."""

from __future__ import annotations

import numpy as np

from curation.model import Json
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
from curation.scoring.forms.things import objects, read_box, read_label, read_score
from curation.scoring.graphs import Triple
from curation.scoring.metric import Floats
from curation.scoring.precision import Thing

_NO_BOX = (np.nan,) * 4


def _spans(value: Json, setting: Setting) -> tuple[Thing, ...]:
    del setting
    found = []
    for index, part in objects(value):
        start, end = numbers(part.get("segment"), 2, index, "segment")
        if end < start:
            raise Misshapen("a segment that ends before it begins", index, "segment")
        found.append(
            Thing(read_label(part, index), (start, end), read_score(part, index))
        )
    return tuple(found)


def _one_box(value: Json, setting: Setting) -> Floats:
    del setting
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        return read_box(value[0], 0)
    return read_box(value)[:4]


def _track(value: Json, setting: Setting) -> Floats:
    del setting
    rows = [
        _NO_BOX if box is None else read_box(box, i)
        for i, box in enumerate(items(value))
    ]
    return np.array(rows, dtype=np.float64).reshape(-1, 4)


def _tube(value: Json, setting: Setting) -> dict[int, Floats]:
    del setting
    part = mapping(value)
    boxes = part.get("trajectory", part if "tube_start_frame" not in part else None)
    if isinstance(boxes, dict):
        return {
            _frame(k): read_box(_inner(b), "trajectory", k) for k, b in boxes.items()
        }
    start = int(number(part.get("tube_start_frame"), "tube_start_frame"))
    return {
        start + i: read_box(b, "trajectory", i)
        for i, b in enumerate(items(boxes, "trajectory"))
    }


def _frame(key: str) -> int:
    if not key.isdecimal() or len(key) > 12:  # noqa: PLR2004
        raise Misshapen(f"{key!r} is not the number of a frame", "trajectory")
    return int(key)


def _inner(value: Json) -> Json:
    return value.get("bbox") if isinstance(value, dict) else value


def _triples(value: Json, setting: Setting) -> tuple[Triple, ...]:
    del setting
    return tuple(_triple(one, i) for i, one in enumerate(items(value)))


def _triple(value: Json, index: int) -> Triple:
    names = ("subject", "predicate", "object")
    if isinstance(value, list):
        if len(value) != len(names):
            raise Misshapen(
                f"expected subject, predicate and object, found {len(value)} parts",
                index,
            )
        value = dict(zip(names, value, strict=True))
    part = mapping(value, index)
    ends = [part.get("subject"), part.get("object")]
    labels = [
        plain(words(e.get("label") if isinstance(e, dict) else e, index)) for e in ends
    ]
    boxes = tuple(
        read_box(e["bbox"], index) if isinstance(e, dict) and e.get("bbox") else None
        for e in ends
    )
    predicate = plain(words(part.get("predicate"), index, "predicate"))
    return Triple(
        (labels[0], predicate, labels[1]), (boxes[0], boxes[1]), read_score(part, index)
    )


FORMS = (
    Form("spans", 'a list: [{"label": "jump", "segment": [start, end], "score": 0.9}]', ("annotations",),
         _spans, _spans),
    Form("box", "a box: [x_min, y_min, width, height]", ("bbox", "text", "answer"), _one_box, _one_box),
    Form("track", "a list of boxes, one for each frame, null where there is none", ("answer", "text"), _track, _track),
    Form("tube", '{"tube_start_frame": 5, "trajectory": [box, ...]} or {"trajectory": {"5": {"bbox": box}}}',
         (), _tube, _tube, whole=True),
    Form("triples", 'a list: [["man", "rides", "horse"]] or [{"subject": {"label": "man", "bbox": box}, ...}]',
         ("triples",), _triples, _triples),
)  # fmt: skip
