"""Scores that people or language models gave, imported from a file; nothing is judged here."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import schemas
from curation.model import Json
from curation.scoring.metric import (
    PERCENT,
    Better,
    Floats,
    Metric,
    Seen,
    additive,
    mean_percent,
    ratio,
)

FORMAT = "curate-judgements/1"
SCHEMA = "judgement.json"
LARGEST = 256 << 20
"""Bytes of a file of judgements that are read."""


class Unusable(Exception):
    """A file of judgements cannot be used; the message says why, with the JSON Pointer."""


def _mean(ratings: list[float] | None, reference: object) -> Seen:
    """See the mean of one item's ratings; an item that nobody rated has the worst."""
    del reference
    return (1.0 if not ratings else math.fsum(ratings) / len(ratings)), 1.0


def _share(ratings: list[float] | None, reference: object) -> Seen:
    del reference
    return (math.fsum(ratings) / len(ratings) if ratings else 0.0), 1.0


def _opinion() -> Metric:
    def finish(sums: Floats) -> Floats:
        return ratio(sums[..., 0], sums[..., 1], 1.0)

    add_up, replicate = additive(2, finish)
    return Metric(
        "mos", "human_1to5", "judgement", Better.HIGHER, 5.0, 1.0, (1.0, 5.0), "1-5",
        "mean over items of the mean opinion of the listeners, 1 to 5", "ITU-T P.800",
        _mean, add_up, replicate, reference_free=True,
    )  # fmt: skip


def _judged(name: str, variant: str, definition: str) -> Metric:
    add_up, replicate = additive(2, mean_percent)
    return Metric(
        name, variant, "judgement", Better.HIGHER, PERCENT, 0.0, (0.0, PERCENT), "percent",
        definition, "imported", _share, add_up, replicate, reference_free=True,
    )  # fmt: skip


METRICS = (
    _opinion(),
    _judged(
        "user_preference",
        "human",
        "mean over items of the share of raters who prefer the model",
    ),
    _judged("llm_judge", "text", "share of answers that a language model judged right"),
)


@dataclass(frozen=True)
class Judgement:
    """The ratings of one task by item id, and who gave them."""

    task: str
    metric: str
    judge: str
    ratings: Mapping[str, list[float]]


def read(file: Path) -> list[Judgement]:
    """Read a file of judgements.

    Raises:
        Unusable: it does not fit `schemas/judgement.json`, or a rating is out of range.
    """
    try:
        raw = file.read_bytes() if file.stat().st_size <= LARGEST else None
    except OSError as error:
        raise Unusable(f"{file}: {error.strerror}") from None
    if raw is None:
        raise Unusable(f"{file}: more than {LARGEST:,} bytes")
    return list(_judgements(_document(raw, file.name), file.name))


def _document(raw: bytes, name: str) -> Json:
    try:
        document = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise Unusable(f"{name} is not JSON: {error}") from None
    for fault in schemas.fast_validator(SCHEMA).iter_errors(document):
        pointer = "".join(f"/{step}" for step in fault.instance_path)
        raise Unusable(f"{name}#{pointer}: {fault.message[:300]}")
    return document


def _judgements(document: Json, name: str) -> Iterator[Judgement]:
    known = {m.name: m for m in METRICS}
    for index, part in enumerate(document["tasks"]):
        low, high = (1.0, 5.0) if part["metric"] == "mos" else (0.0, 1.0)
        ratings: dict[str, list[float]] = {}
        for place, item in enumerate(part["items"]):
            where = f"{name}#/tasks/{index}/items/{place}"
            if item["id"] in ratings:
                raise Unusable(f"{where}/id: {item['id']!r} is repeated")
            ratings[item["id"]] = _in_range(item["ratings"], low, high, where)
        yield Judgement(part["task"], known[part["metric"]].id, part["judge"], ratings)


def _in_range(given: list[Any], low: float, high: float, where: str) -> list[float]:
    found = [float(g) for g in given]
    for index, value in enumerate(found):
        if not low <= value <= high:
            raise Unusable(
                f"{where}/ratings/{index}: {value:g} is outside of {low:g} to {high:g}"
            )
    return found
