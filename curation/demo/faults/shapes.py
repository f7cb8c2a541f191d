"""Faults against the schema of a family, and of geometry against what is shown."""

from __future__ import annotations

from typing import Any

from curation.demo.faults.fault import Fault, both, drop, each, picture, put
from curation.demo.films import MARBLES, TRAFFIC
from curation.demo.landscapes import LANDSCAPES
from curation.demo.pictures import (
    CAR_PARKS,
    CLOCK_HANDS,
    CLOCKS,
    HEIGHT,
    ISLANDS,
    WIDTH,
)
from curation.demo.plan import ANNOTATION
from curation.demo.words import TIMETABLES

_MASK = "/data/1/output/instances/0/mask"


def _scaled(boxes: dict[str, list[list[float]]]) -> dict[str, list[list[float]]]:
    sizes = (WIDTH, HEIGHT, WIDTH, HEIGHT)
    return {
        label: [
            [round(v / s, 4) for v, s in zip(box, sizes, strict=True)] for box in some
        ]
        for label, some in boxes.items()
    }


def _cornered(boxes: dict[str, list[list[int]]]) -> dict[str, list[list[int]]]:
    return {
        label: [[x, y, x + width, y + height] for x, y, width, height in some]
        for label, some in boxes.items()
    }


def _riddle(given: dict[str, Any]) -> dict[str, Any]:
    return {"riddle": given["question"]}


SCHEMA = (
    Fault("SCH001", TIMETABLES, "annotation.json#/data/1/input", "a sample has no question", drop("/data/1/input/question")),
    Fault("SCH002", CLOCKS, "annotation.json#/data/1/input/question", "a question is the number 12", put("/data/1/input/question", 12)),
    Fault("SCH003", CLOCKS, "annotation.json#/data/1/input/weather", "a field weather that the schema does not know", put("/data/1/input/weather", "rain")),
    Fault("SCH004", CAR_PARKS, "annotation.json#/data/1/output/text/car/0", "a box has three numbers", put("/data/1/output/text/car", [[30, 40, 20]])),
    Fault(
        "SCH005",
        TIMETABLES,
        ANNOTATION,
        "no family is stated, and the samples have fields of their own",
        both(put("/type", "Timetables"), drop("/family"), each("/input", _riddle), each("/output", lambda answer: {"verdict": answer})),
    ),
)  # fmt: skip

GEOMETRY = (
    Fault("ANN001", CAR_PARKS, "annotation.json#/data/1/output/text/car/0", "a box reaches over the right edge", put("/data/1/output/text/car", [[310, 100, 40, 20]])),
    Fault("ANN002", CAR_PARKS, "annotation.json#/data/1/output/text/car/0", "a box is 0 pixels wide", put("/data/1/output/text/car", [[100, 100, 0, 20]])),
    Fault("ANN003", CLOCK_HANDS, "annotation.json#/data/1/output/instances/0/keypoints/2", "a hand ends above the picture", put("/data/1/output/instances/0/keypoints/2", [160, -25, 2])),
    Fault("ANN004", ISLANDS, f"annotation.json#{_MASK}", "the runs add up to too few pixels", put(f"{_MASK}/counts", [30_000, 500, 30_000])),
    Fault("ANN005", ISLANDS, f"annotation.json#{_MASK}", "height and width of a mask are mixed up", put(f"{_MASK}/size", [WIDTH, HEIGHT])),
    Fault("ANN006", TRAFFIC, "annotation.json#/data/1/output/annotations/2/segment", "a span ends four seconds after the film", put("/data/1/output/annotations/2/segment", [1.5, 6.0])),
    Fault("ANN007", MARBLES, "annotation.json#/data/1/output/answer", "boxes for 20 frames, there are 16", put("/data/1/output/answer", [[20 + 2 * i, 30, 14, 14] for i in range(20)])),
    Fault("ANN008", LANDSCAPES, "annotation.json#/data/1/input/mask_file", "a mask has half the size of its picture", picture("masks/0002.png", lambda mask: mask.resize((WIDTH // 2, HEIGHT // 2), 0))),
    Fault("ANN009", CAR_PARKS, "annotation.json#/data/1/output/text/lorry", "a box of a lorry, which is no label of the task", put("/data/1/output/text/lorry", [[30, 40, 20, 60]])),
    Fault("ANN010", CAR_PARKS, ANNOTATION, "all boxes are divided by width and height", each("/output/text", _scaled)),
    Fault("ANN011", CAR_PARKS, ANNOTATION, "all boxes are two corners", each("/output/text", _cornered)),
)  # fmt: skip
