"""Answers in space and sound: pictures, films, clouds, poses, seats, recordings, notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from curation.model import Json
from curation.scoring import media, midi
from curation.scoring.driving import Seat
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

_PLACES = 7
_ROWS = 12
_DIGITS = 12


def _picture(value: Json, setting: Setting) -> Any:
    given = value[0] if isinstance(value, list) and len(value) == 1 else value
    return media.picture(setting.files.path(words(given), "image"))


def _film(value: Json, setting: Setting) -> media.Film:
    if isinstance(value, list):
        return media.Film(
            tuple(setting.files.path(words(v, i), "image") for i, v in enumerate(value))
        )
    return media.film(setting.files.path(words(value), "video"))


def _anything(value: Json, setting: Setting) -> Any:
    """Read the reference of a metric that looks at the prediction alone."""
    del value, setting


def _cloud(value: Json, setting: Setting) -> Floats:
    return media.cloud(setting.files.path(words(value), "pointcloud"))


def _poses(value: Json, setting: Setting) -> Floats:
    if isinstance(value, str):
        table = np.asarray(
            media.array(setting.files.path(value, "array"), "poses"), dtype=np.float64
        )
        rows = [r.ravel().tolist() for r in table]
    else:
        listed = items(value)
        flat = bool(listed) and not isinstance(listed[0], list)
        rows = [
            _flat(row, *(() if flat else (i,)))
            for i, row in enumerate([listed] if flat else listed)
        ]
    if not all(len(r) in {_ROWS, 16} for r in rows):
        raise Misshapen("expected poses of 3 x 4 numbers")
    return np.array([r[:_ROWS] for r in rows]).reshape(-1, 3, 4)


def _flat(value: Json, *pointer: str | int) -> list[float]:
    if isinstance(value, list) and value and isinstance(value[0], list):
        return [
            n for i, row in enumerate(value) for n in numbers(row, None, *pointer, i)
        ]
    return numbers(value, None, *pointer)


def _seats(value: Json, setting: Setting) -> tuple[Seat, ...]:
    del setting
    if isinstance(value, dict):
        return tuple(_by_class(value))
    found: list[Seat] = []
    for index, one in enumerate(items(value)):
        part = mapping(one, index)
        named = {"box", "translation", "location"} & part.keys()
        found += [_seat(part, index)] if named else list(_by_class(part, index))
    return tuple(found)


def _by_class(value: Json, *pointer: str | int) -> Iterator[Seat]:
    for label, listed in mapping(value, *pointer).items():
        flat = bool(items(listed, *pointer, label)) and not isinstance(listed[0], list)
        for index, one in enumerate([listed] if flat else listed):
            box = numbers(one, None, *pointer, label, index)
            if len(box) not in {_PLACES, _PLACES + 1}:
                raise Misshapen(
                    f"expected a box of {_PLACES} numbers, found {len(box)}",
                    *pointer,
                    label,
                    index,
                )
            yield Seat(
                plain(label),
                box[0],
                box[1],
                box[_PLACES] if len(box) > _PLACES else 1.0,
            )


_NAMES = ("label", "type", "detection_name", "tracking_name", "category_name")
_TRACKS = ("track_id", "tracking_id", "instance_token")
_SCORES = ("score", "detection_score", "tracking_score")


def _first(part: Any, names: tuple[str, ...]) -> Json:
    return next((part[n] for n in names if part.get(n) is not None), None)


def _seat(part: Any, *pointer: str | int) -> Seat:
    """Read one box in any of the three conventions; the ground is x y, or x z of a camera."""
    score = _first(part, _SCORES)
    if "box" in part:
        x, y = numbers(part["box"], _PLACES, *pointer, "box")[:2]
    elif "translation" in part:
        x, y = numbers(part["translation"], 3, *pointer, "translation")[:2]
    else:
        x, _, y = numbers(part.get("location"), 3, *pointer, "location")
    return Seat(
        plain(words(_first(part, _NAMES), *pointer)), x, y,
        1.0 if score is None else number(score, *pointer),
        str(_first(part, _TRACKS) or ""),
    )  # fmt: skip


def _tracks(value: Json, setting: Setting) -> tuple[tuple[Seat, ...], ...]:
    """Read scans in their order; a map is ordered by number, else by name."""
    del setting
    if isinstance(value, dict):
        order = sorted(value, key=_rank)
        scans = [(k, value[k]) for k in order]
    else:
        scans = list(enumerate(items(value)))
    return tuple(
        tuple(_seat(mapping(o, key, i), key, i) for i, o in enumerate(items(scan, key)))
        for key, scan in scans
    )


def _rank(key: str) -> tuple[int, int, str]:
    """Sort numbers by value, before names."""
    is_number = key.isdecimal() and len(key) < _DIGITS
    return (0, int(key), "") if is_number else (1, 0, key)


def _recording(value: Json, setting: Setting) -> tuple[Floats, int]:
    return media.recording(setting.files.path(words(value), "audio"))


def _motion(value: Json, setting: Setting) -> Floats:
    given = (
        value[0]
        if isinstance(value, list) and value and isinstance(value[0], str)
        else value
    )
    return np.asarray(
        media.array(setting.files.path(words(given), "array")), dtype=np.float64
    )


def _roll(value: Json, setting: Setting) -> Any:
    if isinstance(value, str):
        table = np.asarray(media.array(setting.files.path(value, "array"), "pianoroll"))
    else:
        table = np.array([numbers(row, None, i) for i, row in enumerate(items(value))])
    if table.ndim != 2:  # noqa: PLR2004
        raise Misshapen(f"expected steps x pitches, found {table.ndim} dimensions")
    return table > 0


def _notes(value: Json, setting: Setting) -> tuple[tuple[int, int], ...]:
    if isinstance(value, str):
        return midi.notes(setting.files.path(value, "audio"))
    found = []
    for index, one in enumerate(items(value)):
        if isinstance(one, dict):
            one = [one.get("bar"), one.get("pitch")]  # noqa: PLW2901
        bar, pitch = numbers(one, 2, index)
        found.append((int(bar), int(pitch)))
    return tuple(found)


_FILM = (
    "video_file",
    "video_file_list",
    "video_folder",
    "pred_dir",
    "gt_dir",
    "image_file_list",
)
_CLOUD = ("pointcloud_file", "mesh_file")

FORMS = (
    Form("picture", "the path of a picture as large as the reference", ("image_file", "sketch_file"),
         _picture, _picture, "image"),
    Form("film", "the path of a film, of a folder of frames, or a list of frames", _FILM, _film, _film, "video"),
    Form("cloud", "the path of a point cloud or a mesh", _CLOUD, _cloud, _cloud, "pointcloud"),
    Form("poses", "a list of poses of 3 x 4 numbers, or the path of an array", ("poses", "pose", "pose_file"),
         _poses, _poses, "array"),
    Form("seats", 'boxes by class: {"car": [[x, y, z, dx, dy, dz, yaw, score]]}, or a list of objects as in '
         "nuScenes or KITTI", ("boxes", "text", "bbox"), _seats, _seats),
    Form("seat_tracks", 'scans: [[{"track_id": 1, "label": "car", "box": [...], "score": 0.9}]]', ("tracks",),
         _tracks, _tracks),
    Form("recording", "the path of a recording", ("audio_file",), _recording, _recording, "audio"),
    Form("motion", "the path of an array of a motion", ("motion_file", "motion_file_list"), _motion, _motion, "array"),
    Form("roll", "a piano roll, steps x 128, or the path of an array", ("pianoroll_file",), _roll, _roll, "array"),
    Form("notes", "a list of notes [bar, pitch], or the path of a MIDI file", ("notes", "midi_file", "audio_file"),
         _notes, _anything, "audio"),
)  # fmt: skip
