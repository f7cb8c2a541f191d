"""What a model scored on each task, as read from a file or given by a program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from curation.scoring.scale import Array


@dataclass(frozen=True, slots=True)
class Cell:
    """The value of one task in the unit of the task table; None is missing.

    `coverage` is the answered share of the items, 0 to 1: a task is only won with 1.
    `refused` says why a value that stands there does not count; `unscored` says what
    the metric would have needed.
    """

    value: float | None = None
    coverage: float = 1.0
    refused: str = ""
    unscored: str = ""


MISSING = Cell(None, 0.0)
"""A task of which nothing is known."""

Scores: TypeAlias = Mapping[str, "float | Cell | None"]
"""What a model scored, by task id; a task that is not there is missing."""


@dataclass(frozen=True)
class ScoreFile:
    """The scores of one model with all that is to be said of the file.

    `faults` make the exit code 1, `warnings` do not; both name the place. `scope` is
    `full` or `quick`: which of the two sets the model was run on. `replicates` are
    bootstrap values of the metric, by task id, where the file carries them.
    """

    model: str
    cells: Mapping[str, Cell]
    faults: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    scope: str = "full"
    sha256: str = ""
    replicates: Mapping[str, Array] = field(default_factory=dict, repr=False)


class Unusable(Exception):
    """A file cannot be read as scores; the message says what is wrong with it."""
