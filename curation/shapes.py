"""Pure: what values of a task have in common, so that each gets a column of one type."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import reduce
from pathlib import Path
from typing import Any, TypeAlias

import orjson

from curation.model import Json
from schemas import ANY, Slot, Step

FIELDS = 100
"""Keys beyond which an object is a map, whatever its schema says."""
DEEPEST = 10
"""Levels of nesting that have types; what lies deeper is kept as JSON text."""
_INT64 = 1 << 63
_EXACT = 1 << 53


class Kind(StrEnum):
    """What a value is. RAW stands for what has no one type, and is kept as JSON text."""

    NOTHING = "nothing"
    TEXT = "text"
    INTEGER = "integer"
    REAL = "real"
    BOOLEAN = "boolean"
    LIST = "list"
    RECORD = "record"
    MAP = "map"
    MEDIA = "media"
    RAW = "raw"


@dataclass(frozen=True, slots=True)
class Part:
    """One file: the name that it is published under, and where it lies.

    `file` is where it belongs below the folder of the task when that is written again.
    """

    name: str
    file: str
    source: Path = field(repr=False)


@dataclass(frozen=True, slots=True)
class Medium:
    """A media file, or a folder of frames, in the place of the path that named it."""

    kind: str
    name: str
    parts: tuple[Part, ...]
    reference: bool = False


Tree: TypeAlias = Any
"""A JSON value in which a `Medium` stands where a path stood."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The form that all values at one place have.

    `item` is that of the items of a list or the values of a map. A record is `bare` if
    some occurrence of it had no field, and an integer if it is too large to be a real
    number as well. `media` is the kind of a medium.
    """

    kind: Kind
    item: Shape | None = None
    fields: Mapping[str, Shape] = field(default_factory=dict)
    media: str = ""
    bare: bool = False

    def told(self) -> Json:
        """Return the shape as JSON, which `heard` reads."""
        told: dict[str, Json] = {"kind": self.kind.value}
        if self.item is not None:
            told["item"] = self.item.told()
        if self.fields:
            told["fields"] = {k: s.told() for k, s in self.fields.items()}
        if self.media:
            told["media"] = self.media
        return told


def heard(told: Json) -> Shape:
    """Read a shape from JSON."""
    return Shape(
        Kind(told["kind"]),
        heard(told["item"]) if "item" in told else None,
        {k: heard(s) for k, s in told.get("fields", {}).items()},
        told.get("media", ""),
    )


NOTHING = Shape(Kind.NOTHING)
RAW = Shape(Kind.RAW)
_SCALARS = {str: Kind.TEXT, int: Kind.INTEGER, float: Kind.REAL, bool: Kind.BOOLEAN}
_NUMBERS = frozenset({Kind.INTEGER, Kind.REAL})


@dataclass(frozen=True)
class Guide:
    """Where a schema has maps: objects whose keys are data and not names of fields."""

    maps: bool = False
    below: Mapping[str, Guide] = field(default_factory=dict)
    any: Guide | None = None

    def at(self, key: str | int) -> Guide:
        """Return the guide for what stands under a key or an index."""
        if isinstance(key, str) and key in self.below:
            return self.below[key]
        return self.any or _LOST


_LOST = Guide()


def guide(slots: Iterable[Slot]) -> Guide:
    """Read from the slots of a family which of its objects are maps."""
    return _guide([slot.path for slot in slots])


def _guide(paths: Sequence[tuple[Step, ...]]) -> Guide:
    named: dict[str, list[tuple[Step, ...]]] = {}
    free: list[tuple[Step, ...]] = []
    for path in paths:
        if path and isinstance(path[0], str) and path[0] != ANY:
            named.setdefault(path[0], []).append(path[1:])
        elif path:
            free.append(path[1:])
    return Guide(
        bool(free) and not named,
        {key: _guide(rest) for key, rest in named.items()},
        _guide(free) if free else None,
    )


def shape(value: Tree, told: Guide = _LOST, depth: int = 0) -> Shape:
    """Return the shape of one value."""
    if isinstance(value, Medium):
        return Shape(Kind.MEDIA, media=value.kind)
    if isinstance(value, dict) and depth < DEEPEST:
        return _object(value, told, depth + 1)
    if isinstance(value, list) and depth < DEEPEST:
        below = told.at(ANY)
        return Shape(Kind.LIST, join(shape(v, below, depth + 1) for v in value))
    kind = _SCALARS.get(type(value))
    if kind is None or not _fits(value):
        return RAW
    return Shape(kind, bare=kind is Kind.INTEGER and abs(value) > _EXACT)


def _fits(value: str | int | float) -> bool:
    """Whether a scalar can be kept as it is: text as UTF-8, an integer in 64 bits."""
    if isinstance(value, str):
        return value.isascii() or not any("\ud800" <= c <= "\udfff" for c in value)
    if isinstance(value, float):
        return math.isfinite(value)
    return -_INT64 <= value < _INT64


def _object(value: dict[str, Tree], told: Guide, depth: int) -> Shape:
    if not all(map(_fits, value)) or "_type" in value:
        return RAW
    if told.maps or len(value) > FIELDS:
        parts = (shape(v, told.at(k), depth) for k, v in value.items())
        return Shape(Kind.MAP, join(parts))
    fields = {k: shape(v, told.at(k), depth) for k, v in value.items()}
    return Shape(Kind.RECORD, fields=fields, bare=not fields)


def join(shapes: Iterable[Shape]) -> Shape:
    """Return the one shape that all of them fit."""
    return reduce(_joined, shapes, NOTHING)


def _joined(one: Shape, other: Shape) -> Shape:
    if one is other or other.kind is Kind.NOTHING:
        return one
    if one.kind is Kind.NOTHING:
        return other
    if one.kind is not other.kind:
        if {one.kind, other.kind} == _NUMBERS and not (one.bare or other.bare):
            return Shape(Kind.REAL)
        if {one.kind, other.kind} == {Kind.MAP, Kind.RECORD}:
            return Shape(Kind.MAP, join([*_values(one), *_values(other)]))
        return RAW
    if one.kind in {Kind.LIST, Kind.MAP}:
        return Shape(one.kind, join([*_values(one), *_values(other)]))
    if one.kind is Kind.RECORD:
        return _records(one, other)
    if one.media != other.media:
        return RAW
    return other if other.bare else one


def _values(whole: Shape) -> Iterator[Shape]:
    if whole.item is not None:
        yield whole.item
    yield from whole.fields.values()


def _records(one: Shape, other: Shape) -> Shape:
    names = dict.fromkeys([*one.fields, *other.fields])
    fields = {
        name: _joined(one.fields.get(name, NOTHING), other.fields.get(name, NOTHING))
        for name in names
    }
    if len(fields) > FIELDS:
        return Shape(Kind.MAP, join(fields.values()))
    return Shape(Kind.RECORD, fields=fields, bare=one.bare or other.bare)


def settled(found: Shape) -> Shape:
    """Return the shape that can be written: what never had a value is kept as JSON."""
    if found.kind is Kind.NOTHING or (found.kind is Kind.RECORD and not found.fields):
        return RAW
    return Shape(
        found.kind,
        settled(found.item) if found.item is not None else None,
        {k: settled(s) for k, s in found.fields.items()},
        found.media,
        found.bare,
    )


def media(value: Tree) -> Iterator[Medium]:
    """Yield all media in a value, in their order."""
    if isinstance(value, Medium):
        yield value
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from media(item)


def loose(value: Tree, found: Shape) -> Iterator[Medium]:
    """Yield the media that stand where there is nothing but JSON text."""
    if found.kind is Kind.RAW:
        yield from media(value)
    elif found.kind is Kind.RECORD:
        for key, item in value.items():
            yield from loose(item, found.fields[key])
    elif found.kind in {Kind.LIST, Kind.MAP} and found.item is not None:
        for item in value.values() if isinstance(value, dict) else value:
            yield from loose(item, found.item)


def plain(value: Tree) -> Json:
    """Return the value with the names of media in the place of media."""
    if isinstance(value, Medium):
        return value.name
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def raw(value: Tree) -> str:
    """Return a value as JSON text, of ASCII where it cannot be UTF-8."""
    try:
        return orjson.dumps(plain(value)).decode()
    except (TypeError, orjson.JSONEncodeError):
        import json  # noqa: PLC0415 - for numbers and surrogates that others refuse

        return json.dumps(plain(value))
