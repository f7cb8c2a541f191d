"""Faults that give the answer away."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import PngImagePlugin

from curation.demo.faults.fault import Fault, Planter, order, picture
from curation.demo.pictures import CLOCKS
from curation.demo.plan import ANNOTATION, store
from curation.demo.words import REVIEWS

_NAMED = 5
"""Samples whose answers are given away: fewer could be chance."""


def _moved(path: Callable[[str, str], str]) -> Planter:
    """Name each picture after its number and its answer, in both places."""

    def plant(folder: Path) -> None:
        document = json.loads((folder / ANNOTATION).read_text("utf-8"))
        for sample in document["data"]:
            old = sample["input"]["image_file"]
            new = path(Path(old).stem, sample["output"]["text"].replace(":", "-"))
            (folder / new).parent.mkdir(exist_ok=True)
            (folder / old).rename(folder / new)
            sample["input"]["image_file"] = new
        store(folder, document)

    return plant


def _titled(folder: Path) -> None:
    for sample in json.loads((folder / ANNOTATION).read_text("utf-8"))["data"]:
        title = PngImagePlugin.PngInfo()
        title.add_text("Title", f"A clock at {sample['output']['text']}")
        picture(sample["input"]["image_file"], lambda p: p, pnginfo=title)(folder)


def _told(samples: list[Any]) -> list[Any]:
    return [
        {**s, "id": f"clock-{s['output']['text'].replace(':', '-')}"} for s in samples
    ]


def _mood(sample: Any) -> str:
    return str(sample["output"]["category"])


def _numbered(samples: list[Any]) -> list[Any]:
    """Number the samples in the order of their answers, and leave them where they are."""
    ids = {
        s["id"]: f"s{number:04}"
        for number, s in enumerate(sorted(samples, key=_mood), 1)
    }
    return [{**s, "id": ids[s["id"]]} for s in samples]


FAULTS = (
    Fault(
        "LEK001",
        CLOCKS,
        ANNOTATION,
        "each picture is named after the time that it shows",
        _moved(lambda _, time: f"images/clock-{time}.png"),
        besides=("LEK001",) * _NAMED,
        samples=_NAMED,
    ),
    Fault(
        "LEK002",
        CLOCKS,
        ANNOTATION,
        "each picture lies in a folder that is named after the time that it shows",
        _moved(lambda number, time: f"images/{time}/{number}.png"),
        besides=("LEK002",) * _NAMED,
        samples=_NAMED,
    ),
    Fault(
        "LEK003",
        CLOCKS,
        ANNOTATION,
        "each id is the time that the clock shows",
        order(_told),
        besides=("LEK003",) * _NAMED,
        samples=_NAMED,
    ),
    Fault(
        "LEK004",
        CLOCKS,
        ANNOTATION,
        "each picture has the time that it shows in its title",
        _titled,
        besides=("LEK004", "IMG008") * _NAMED,
        samples=_NAMED,
    ),
    Fault(
        "LEK005",
        REVIEWS,
        "annotation.json#/data",
        "the samples are sorted by their answers",
        order(lambda samples: sorted(samples, key=_mood)),
        samples=24,
    ),
    Fault(
        "LEK006",
        REVIEWS,
        "annotation.json#/data",
        "the samples are numbered in the order of their answers, and then shuffled",
        order(_numbered),
        samples=24,
    ),
)
