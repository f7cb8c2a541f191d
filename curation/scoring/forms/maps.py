"""Answers for every pixel or point: masks, maps of classes, scores, depth, flow, normals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from curation.model import Json
from curation.scoring import media
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
from curation.scoring.forms.things import boxes, mask
from curation.scoring.masks import NOTHING, UNSCORED
from curation.scoring.metric import Floats
from curation.scoring.panoptic import Segments

_IGNORED = 255
_DIGITS = 12
_LABELS_BELOW = 1 << 31
_SIDE = 20_000
"""Pixels of the longer side of a canvas on which boxes are filled in."""
_CENTIMETRES = {"m": 1.0, "metre": 1.0, "meter": 1.0, "cm": 0.01, "mm": 0.001}


def _path(value: Json, setting: Setting, kind: str) -> Path:
    return setting.files.path(words(value), kind)


def _mask(value: Json, setting: Setting) -> NDArray[np.bool_]:
    """Read a mask: a file that is not 0 inside, run lengths, or boxes that are filled in."""
    if isinstance(value, str):
        return np.asarray(media.indices(_path(value, setting, "mask")) != 0)
    if isinstance(value, dict) and "counts" in value:
        return np.asarray(mask(value))
    return _filled([t.shape for t in boxes(value, setting)], setting)


def _filled(boxes: list[Floats], setting: Setting) -> NDArray[np.bool_]:
    """Fill boxes in on the canvas of the sample's picture."""
    place = setting.sample.get("input")
    name = place.get("image_file") if isinstance(place, dict) else None
    height, width = media.picture(setting.files.path(str(name), "image")).shape[:2]
    canvas = np.zeros((height, width), dtype=bool)
    for x, y, w, h in boxes:
        rows, columns = (
            np.clip(np.round([a, a + b]), 0, _SIDE).astype(int)
            for a, b in ((y, h), (x, w))
        )
        canvas[rows[0] : rows[1], columns[0] : columns[1]] = True
    return canvas


def _class_map(value: Json, setting: Setting) -> NDArray[np.int64]:
    if isinstance(value, str):
        values = media.indices(_path(value, setting, "mask"))
        if np.isin(values, (0, _IGNORED)).all():
            return np.asarray(np.where(values == _IGNORED, 1, values))
        return np.asarray(np.where(values == _IGNORED, UNSCORED, values))
    part = mapping(value)
    if "counts" in part:
        return np.where(mask(part), 1, NOTHING)
    labels = [plain(o) for o in setting.options] or sorted(plain(k) for k in part)
    layers = {plain(k): mask(v, k) for k, v in part.items()}
    if not layers:
        raise Misshapen("no mask")
    out = np.full(next(iter(layers.values())).shape, NOTHING)
    for name, layer in layers.items():
        if layer.shape != out.shape:
            raise Misshapen("masks of different sizes", name)
        out[layer] = labels.index(name) if name in labels else len(labels)
    return out


def _found_map(value: Json, setting: Setting) -> NDArray[np.int64]:
    found = _class_map(value, setting)
    # Only a reference may leave a pixel open.
    return np.where(found == UNSCORED, NOTHING, found)


def _score_map(value: Json, setting: Setting) -> NDArray[np.float32]:
    if isinstance(value, dict) and "counts" in value:
        return np.asarray(mask(value), dtype=np.float32)
    path = _path(value, setting, "array")
    raw = (
        media.array(path)
        if path.suffix.lower() in {".npy", ".npz"}
        else media.grey(path)
    )
    return np.asarray(np.squeeze(raw), dtype=np.float32)


def _anomaly(value: Json, setting: Setting) -> NDArray[np.bool_]:
    """Read the mask of a defect; a sample with a label alone is normal everywhere."""
    if isinstance(value, dict) and "counts" not in value:
        return _filled([], setting)
    return _mask(value, setting)


def _matte(value: Json, setting: Setting) -> Floats:
    return media.grey(_path(value, setting, "image"))


def _depth(value: Json, setting: Setting) -> Floats:
    """Read depth in metres; 0, or what is not finite, is not known and becomes NaN."""
    path = _path(value, setting, "array")
    names = media.names_in(path)
    raw = np.asarray(media.array(path, "depth", "disparity"), dtype=np.float64)
    raw = np.squeeze(raw)
    known = np.isfinite(raw) & (raw > 0)
    if "disparity" in names and "depth" not in names:
        return np.where(known, 1 / np.where(known, raw, 1.0), np.nan)
    scale = setting.others.get("depth_scale")
    divided = (
        raw / number(scale)
        if scale and path.suffix.lower() in {".png", ".tif", ".tiff"}
        else raw
    )
    unit = str(setting.others.get("depth_unit", "m")).lower().removesuffix("s")
    return np.where(known, divided * _CENTIMETRES.get(unit, 1.0), np.nan)


def _flow(value: Json, setting: Setting) -> Floats:
    listed = value if isinstance(value, list) and value else [value]
    fields = [media.flow(setting.files.path(words(v), "array")) for v in listed]
    if len({f.shape for f in fields}) > 1:
        raise Misshapen("flow fields of different sizes")
    return np.stack(fields)


def _normals(value: Json, setting: Setting) -> Floats:
    if isinstance(value, str):
        table = np.asarray(
            media.array(_path(value, setting, "array"), "normals"), dtype=np.float64
        )
    else:
        table = np.array(
            [numbers(row, 3, i) for i, row in enumerate(items(value))]
        ).reshape(-1, 3)
    return table.reshape(-1, 3)


def _point_labels(value: Json, setting: Setting) -> NDArray[np.int64]:
    if isinstance(value, str):
        raw = media.array(_path(value, setting, "array"), "labels").ravel()
    else:
        raw = np.array(numbers(value))
    if not ((np.abs(raw) < _LABELS_BELOW).all() and (raw == np.round(raw)).all()):
        raise Misshapen("labels of points that are not whole numbers")
    labels = raw.astype(np.int64)
    ignored = setting.others.get("ignore_label")
    return (
        np.where(labels == ignored, UNSCORED, labels)
        if isinstance(ignored, int)
        else labels
    )


def _found_labels(value: Json, setting: Setting) -> NDArray[np.int64]:
    found = _point_labels(value, setting)
    return np.where(found < 0, NOTHING, found)


def _shape_parts(
    value: Json, setting: Setting
) -> tuple[NDArray[np.int64], tuple[int, ...]]:
    """Read the labels of a shape, and the parts of its category if the task states them."""
    labels = _point_labels(value, setting)
    place = setting.sample.get("input")
    category = place.get("category") if isinstance(place, dict) else None
    parts = setting.others.get("parts")
    known = parts.get(category) if isinstance(parts, dict) else None
    found = (
        known if isinstance(known, list) else np.unique(labels[labels >= 0]).tolist()
    )
    return labels, tuple(int(p) for p in found)


def _segments(value: Json, setting: Setting) -> Segments:
    part = mapping(value)
    given = part.get("panoptic_file", part.get("mask_file"))
    ids = media.indices(_path(given, setting, "mask"))
    labels, crowds = {}, set()
    for index, one in enumerate(items(part.get("segments_info"), "segments_info")):
        segment = mapping(one, "segments_info", index)
        key = int(number(segment.get("id"), "segments_info", index, "id"))
        labels[key] = plain(
            words(segment.get("label"), "segments_info", index, "label")
        )
        if segment.get("iscrowd"):
            crowds.add(key)
    return Segments(ids, labels, frozenset(crowds))


_MASKS = ("mask_file", "mask", "masks", "alpha_file", "text", "bbox")
_LABELS = ("labels", "label_file")

FORMS = (
    Form("mask", 'the path of a mask, not 0 inside, or run lengths {"size": [h, w], "counts": ...}',
         _MASKS, _mask, _mask, "mask"),
    Form("class_map", "the path of a label map as large as the image, or run lengths of one class or by class",
         _MASKS, _found_map, _class_map, "mask"),
    Form("score_map", "the path of a map of scores as large as the image: .npy, .npz or a grey picture",
         ("score_file", "array_file", "mask_file", "mask"), _score_map, _anomaly, "array"),
    Form("matte", "the path of an alpha matte as large as the image, 0 to 255", ("alpha_file", "mask_file"),
         _matte, _matte, "image"),
    Form("depth", "the path of an array of depths as large as the image or the film", ("depth_file",),
         _depth, _depth, "array"),
    Form("flow", "the path of a flow field (.flo, .png of 16 bits, .npy), or a list of them", ("flow",),
         _flow, _flow, "array"),
    Form("normals", "a list of normals [x, y, z], or the path of an array", ("normals", "normal_file"),
         _normals, _normals, "array"),
    Form("point_labels", "a list of labels, one for each point, or the path of an array", _LABELS,
         _found_labels, _point_labels, "array"),
    Form("part_labels", "a list of labels, one for each point, or the path of an array", _LABELS,
         _found_labels, _shape_parts, "array"),
    Form("segments", '{"mask_file": "path", "segments_info": [{"id": 1, "label": "car"}]}',
         ("panoptic_file", "mask_file"), _segments, _segments, "mask", whole=True),
)  # fmt: skip
