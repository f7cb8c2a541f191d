"""JSON of predictions, whole or in lines, and the answers in it by the ids of their items."""

from __future__ import annotations

import json
import math
import re
from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import orjson

from curation.elements import Elements, state
from curation.model import Json, Where
from curation.scoring.ids import Ids

LONGEST = 64 << 20
"""Bytes of one line."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a model answered to one item, and where that stands: *steps* below *place*."""

    value: Json
    place: Where
    steps: tuple[str | int, ...] = ()

    @property
    def where(self) -> Where:
        """Where the answer stands, which is asked only if something is wrong with it."""
        return self.place.at(*self.steps)


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


def lines(path: Path) -> Elements:
    """Return the entries of lines of JSON that are not blank; a line that is none is `Bad`."""
    starts: array[int] = array("q")
    offset = 0
    with path.open("rb") as source:
        before = state(source)
        while line := source.readline(LONGEST):
            if line.strip():
                starts.append(offset)
            offset += len(line)
    return Elements(path, before, starts, offset, _line)


def _line(raw: bytes) -> Json:
    """Parse a line, after which blank ones may stand."""
    return _entry(raw[: raw.find(b"\n") + 1] or raw)


def _entry(line: bytes) -> Json:
    try:
        return parsed(line)
    except ValueError as error:
        # Of a line, its own number is told by its place; "line 1" would mislead.
        return Bad(re.sub(r"^line \d+ ", "", str(error)))


def answered(entry: Mapping[str, Json], place: Where, row: int) -> Prediction:
    """Return what an entry answers; with a final answer, both. NaN is no answer."""
    first, final = (_said(entry.get(k)) for k in ("prediction", "prediction_final"))
    if final is None:
        return Prediction(first, place, (row, "prediction"))
    both = {"prediction": first, "prediction_final": final}
    return Prediction(both, place, (row,))


def _said(value: Json) -> Json:
    return None if isinstance(value, float) and math.isnan(value) else value


class Entries(Mapping[str, Prediction]):
    """Predictions by id, made of their entries when they are asked for.

    About 50 bytes are kept of each, if *data* stays in its file. *place* is where *data* is.
    """

    def __init__(self, data: Sequence[Json], place: Where) -> None:
        self.data = data
        self.place = place
        self._ids = Ids()
        self._rows: array[int] = array("q")

    def add(self, key: str, row: int) -> bool:
        """Take in the entry of an item; False if the item has one already."""
        new = self._ids.add(key)
        if new:
            self._rows.append(row)
        return new

    def __getitem__(self, key: str) -> Prediction:
        place = self._ids.find(key)
        if place is None:
            raise KeyError(key)
        row = self._rows[place]
        return answered(self.data[row], self.place, row)

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __contains__(self, key: object) -> bool:
        return key in self._ids
