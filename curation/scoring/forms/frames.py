"""Answers frame by frame: masks of one object, and folders of grey maps."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from curation.model import Json
from curation.scoring import media, rle
from curation.scoring.files import members
from curation.scoring.forms.base import Form, Misshapen, Setting, mapping, words
from curation.scoring.forms.things import runs

_DIGITS = 12


class Masks(Mapping[int, Any]):
    """Masks by frame, kept as run lengths; one is made when it is asked for."""

    def __init__(self, runs_by_frame: Mapping[int, Json]) -> None:
        self._runs = runs_by_frame

    def __getitem__(self, frame: int) -> Any:
        packed = self._runs[frame]
        return None if packed is None else rle.decode(packed)

    def __iter__(self) -> Iterator[int]:
        return iter(self._runs)

    def __len__(self) -> int:
        return len(self._runs)


def _mask_frames(value: Json, setting: Setting) -> Masks:
    del setting
    found: dict[int, Json] = {}
    for key, frame in mapping(value).items():
        if not key.isdecimal() or len(key) > _DIGITS:
            raise Misshapen(f"{key!r} is not the number of a frame")
        inner = frame.get("mask", frame) if isinstance(frame, dict) else frame
        found[int(key)] = runs(inner, key, "mask") if inner else None
    return Masks(found)


@dataclass(frozen=True)
class Frames(Mapping[str, Any]):
    """Maps by the name of their frame, each read when it is asked for."""

    files: Mapping[str, Path]
    read: Any

    def __getitem__(self, name: str) -> Any:
        return self.read(self.files[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)


def _frames(value: Json, setting: Setting, read: Any) -> Frames:
    if isinstance(value, list):
        paths = [setting.files.path(words(v, i), "frame") for i, v in enumerate(value)]
    else:
        folder = setting.files.path(words(value), "frames")
        if not folder.is_dir():
            raise Misshapen(f"{value!r} is not a folder of frames")
        paths = members(folder)
    return Frames({p.stem: p for p in paths}, read)


def _saliency(value: Json, setting: Setting) -> Frames:
    return _frames(value, setting, media.grey)


def _salient(value: Json, setting: Setting) -> Frames:
    return _frames(value, setting, lambda path: media.grey(path) >= 0.5)  # noqa: PLR2004


FORMS = (
    Form("mask_frames", 'run lengths by frame: {"0": {"mask": {"size": [h, w], "counts": ...}}}, {} where not seen',
         (), _mask_frames, _mask_frames, whole=True),
    Form("saliency_film", "the path of a folder of grey maps, named as the frames are, or a list of such files",
         ("pred_dir", "gt_dir", "video_folder"), _saliency, _salient, "frames"),
)  # fmt: skip
