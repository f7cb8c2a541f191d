"""Faults of whole tasks: what is there twice, and what is always the answer."""

from __future__ import annotations

from pathlib import Path

from curation.demo.faults.fault import (
    Fault,
    Planter,
    both,
    copy,
    duplicate,
    each,
    picture,
    put,
)
from curation.demo.pictures import CLOCKS
from curation.demo.plan import ANNOTATION, Plan
from curation.demo.sounds import HUM
from curation.demo.words import CROSSINGS, REVIEWS, TIMETABLES

_FIRST, _THIRD = "images/0001.png", "images/0003.png"
_ASKED = put("/data/2/input/question", "Which hour comes next on this clock?")


def _beside(name: str, plan: Plan, shared: str) -> Planter:
    """Write another clean task beside this one, and copy a file of it into this one."""

    def plant(folder: Path) -> None:
        other = folder.with_name(name)
        plan.write(other, 3, name)
        (folder / shared).write_bytes((other / shared).read_bytes())

    return plant


DUPLICATES = (
    Fault("DUP001", CLOCKS, _THIRD, "the third picture is a copy of the first", both(duplicate(_FIRST, _THIRD), _ASKED)),
    Fault(
        "DUP002",
        CLOCKS,
        _THIRD,
        "the third picture is the first, compressed otherwise",
        both(duplicate(_FIRST, _THIRD), picture(_THIRD, lambda p: p, compress_level=1), _ASKED),
    ),
    Fault(
        "DUP003",
        CLOCKS,
        _THIRD,
        "the third picture is the first, a little brighter",
        both(duplicate(_FIRST, _THIRD), picture(_THIRD, lambda p: p.point(lambda value: value + 2))),
    ),
    Fault("DUP004", HUM, "annotation.json#/data/1/output/audio_file", "a reference is the recording that is given", duplicate("audios/0002.wav", "targets/0002.wav")),
    Fault("DUP005", TIMETABLES, "annotation.json#/data/2", "the third sample is the first once more", both(copy("/data/0/input", "/data/2/input"), copy("/data/0/output", "/data/2/output"))),
    Fault(
        "DUP006",
        REVIEWS,
        "annotation.json#/data/2",
        "the third sample asks what the first asks, and has another answer",
        both(copy("/data/0/input", "/data/2/input"), put("/data/0/output/category", "neutral"), put("/data/2/output/category", "negative")),
    ),
    Fault(
        "DUP007",
        TIMETABLES,
        "annotation.json#/data/2",
        "the third sample asks what the first asks, and is answered in other words",
        both(copy("/data/0/input", "/data/2/input"), put("/data/2/output/answer", "half past nine")),
    ),
    Fault("DUP008", CLOCKS, ANNOTATION, "a picture of the task DUP008-another-task", _beside("DUP008-another-task", CLOCKS, _FIRST)),
    Fault("DUP009", TIMETABLES, ANNOTATION, "all questions of the task DUP009-another-task", _beside("DUP009-another-task", TIMETABLES, ANNOTATION)),
)  # fmt: skip

BALANCE = (
    Fault("BAL001", REVIEWS, "annotation.json#/data", "all ten reviews are called positive", each("/output/category", lambda _: "positive"), samples=10),
    Fault(
        "BAL002",
        REVIEWS,
        "annotation.json#/data",
        "19 of 20 reviews are called positive",
        both(each("/output/category", lambda _: "positive"), put("/data/11/output/category", "neutral")),
        samples=20,
    ),
    Fault(
        "BAL003",
        CROSSINGS,
        "annotation.json#/data",
        "C is right in 48 of 50 samples",
        both(each("/output/answer", lambda _: "C"), put("/data/7/output/answer", "A"), put("/data/30/output/answer", "D")),
        samples=50,
    ),
)  # fmt: skip
