"""Every rule of the catalogue broken once, each fault planted in a small clean task."""

from __future__ import annotations

from collections.abc import Mapping

from curation.demo.faults import (
    answers,
    files,
    films,
    leaks,
    models,
    pictures,
    shapes,
    sounds,
    structure,
    words,
)
from curation.demo.faults.fault import Fault

FAULTS: tuple[Fault, ...] = (
    *structure.FAULTS,
    *shapes.SCHEMA,
    *files.FAULTS,
    *pictures.FAULTS,
    *sounds.FAULTS,
    *films.FAULTS,
    *models.FAULTS,
    *words.TEXT,
    *shapes.GEOMETRY,
    *words.LICENCE,
    *answers.DUPLICATES,
    *leaks.FAULTS,
    *answers.BALANCE,
)
"""One for each rule but the exceptions, in the order of the catalogue."""

HOSTILE: tuple[Fault, ...] = files.HOSTILE
"""More that a reader must survive, under rules that have a fault already."""

EXCEPTIONS: Mapping[str, str] = {
    "MED007": "how long a file takes depends on the machine; tests of the workers hang on purpose",
    "MED008": "what brings a decoder down is mended in its next version; tests of the workers crash on purpose",
    "STR031": "a folder that nobody may read could not be deleted again, and an administrator reads it anyway",
}
"""The rules that no file breaks everywhere, and why."""
