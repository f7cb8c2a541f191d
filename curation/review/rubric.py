"""The questions that only a person can answer, and what a machine can say to them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import schemas
from curation import benchmark as benchmarks
from curation.model import Json
from curation.review.model import Question


def default() -> tuple[Question, ...]:
    """Return the questions of a benchmark that has none of its own."""
    return questions(schemas.document("rubric.json")["default"])


def questions(listed: Sequence[Json]) -> tuple[Question, ...]:
    """Make questions of JSON that fits `schemas/rubric.json`."""
    return tuple(
        Question(
            one["id"],
            one["question"],
            one.get("help", ""),
            tuple(one.get("evidence", ())),
        )
        for one in listed
    )


def of(path: Path) -> tuple[Question, ...]:
    """Return the rubric of the benchmark that *path* lies in, or else the default.

    Raises:
        Unfit: the benchmark's file is broken.
    """
    for folder in path.resolve().parents:
        if (folder / benchmarks.FILE).is_file():
            own = benchmarks.load(folder).rubric
            return questions(own) if own else default()
    return default()
