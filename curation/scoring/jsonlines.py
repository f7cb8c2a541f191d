"""JSON of predictions: whole, or line by line with memory that stays flat."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from curation.model import Json, Where

LONGEST = 64 << 20
"""Bytes of one line."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model answered to one item, and where that stands."""

    value: Json
    where: Where


def parsed(raw: bytes) -> Json:
    """Parse JSON; NaN and infinities pass, and are refused where a number is wanted.

    Raises:
        ValueError: it is not JSON.
    """
    raw = raw.removeprefix(b"\xef\xbb\xbf")
    try:
        return orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        try:
            return json.loads(raw)
        except RecursionError:
            raise ValueError("nested too deeply") from None
        except ValueError:
            raise ValueError(
                f"line {error.lineno} column {error.colno}: {error.msg.partition(': line')[0]}"
            ) from None


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that is not JSON."""

    detail: str


Row = tuple[Where, Json, tuple[int, int] | None]
"""Where an entry stands, the entry, and its bytes (offset, size) if it is a line."""


def lines(path: Path, where: Where) -> Iterator[Row]:
    """Yield the entries of lines of JSON; a line that is none as `Bad`."""
    with path.open("rb") as source:
        offset = index = 0
        while line := source.readline(LONGEST):
            if line.strip():
                yield where.at(index), _entry(line), (offset, len(line))
                index += 1
            offset += len(line)


def _entry(line: bytes) -> Json:
    try:
        return parsed(line)
    except ValueError as error:
        # Of a line, its own number is told by its place; "line 1" would mislead.
        return Bad(re.sub(r"^line \d+ ", "", str(error)))


def answered(entry: Mapping[str, Json], where: Where) -> Prediction:
    """Return what an entry answers; with a final answer, both. NaN is no answer."""
    first, final = (_said(entry.get(k)) for k in ("prediction", "prediction_final"))
    if final is None:
        return Prediction(first, where.at("prediction"))
    return Prediction({"prediction": first, "prediction_final": final}, where)


def _said(value: Json) -> Json:
    return None if isinstance(value, float) and math.isnan(value) else value


class Lines(Mapping[str, Prediction]):
    """Predictions in lines of JSON, read again when they are asked for."""

    def __init__(
        self, path: Path, spans: Mapping[str, tuple[Where, tuple[int, int]]]
    ) -> None:
        self._source = path.open("rb")
        self._spans = spans

    def __getitem__(self, key: str) -> Prediction:
        where, (offset, size) = self._spans[key]
        self._source.seek(offset)
        return answered(parsed(self._source.read(size)), where)

    def __iter__(self) -> Iterator[str]:
        return iter(self._spans)

    def __len__(self) -> int:
        return len(self._spans)

    def __contains__(self, key: object) -> bool:
        return key in self._spans

    def __del__(self) -> None:
        self._source.close()
