"""What a form of answer is, and where in a file its value stands."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from curation.model import Json
from curation.scoring.files import Files, no_files

LONGEST = 100_000
"""Characters of one answer in words: two of this length are compared in seconds."""
MOST = 2_000_000
"""Numbers, or parts, of one answer."""


class Misshapen(ValueError):
    """An answer that is not of its form: the JSON Pointer below it, and what was seen."""

    def __init__(self, detail: str, *pointer: str | int) -> None:
        super().__init__(detail)
        self.detail = detail
        self.pointer = pointer

    def below(self, *pointer: str | int) -> Misshapen:
        """Return the same, seen from further up."""
        return Misshapen(self.detail, *pointer, *self.pointer)


@dataclass(frozen=True)
class Setting:
    """What a value is read with: the task's envelope, the sample's open part, its files."""

    envelope: Mapping[str, Json] = field(default_factory=dict)
    sample: Mapping[str, Json] = field(default_factory=dict)
    files: Files = field(default_factory=no_files)

    @property
    def others(self) -> Mapping[str, Json]:
        """The conventions that the task states."""
        others = self.envelope.get("others")
        return others if isinstance(others, dict) else {}

    @property
    def options(self) -> tuple[str, ...]:
        """The label space: the sample's options, else the task's labels."""
        place = self.sample.get("input")
        listed = place.get("options") if isinstance(place, dict) else None
        listed = listed or self.sample.get("options") or self.envelope.get("labels")
        return tuple(map(str, listed)) if isinstance(listed, list) else ()

    @property
    def has_options(self) -> bool:
        """Whether the sample lists its own options, in an order that letters can name."""
        place = self.sample.get("input")
        return isinstance(place, dict) and isinstance(place.get("options"), list)


Read = Callable[[Any, Setting], Any]


@dataclass(frozen=True)
class Form:
    """One form of answer.

    `says` describes what a prediction looks like. A value may be wrapped in objects; `keys`
    are the properties in which it is then looked for, the first that is there. `prediction`
    and `reference` make of the value what the metrics take; they raise `Misshapen`.
    `media` is the kind of file that a prediction names, if it names files.
    """

    name: str
    says: str
    keys: tuple[str, ...]
    prediction: Read
    reference: Read
    media: str | None = None
    whole: bool = False
    """Whether the object itself is the value, not one of its properties."""

    def find(self, value: Json) -> tuple[tuple[str, ...], Json]:
        """Return where the value stands below *value*, and the value."""
        pointer: tuple[str, ...] = ()
        while type(value) is dict and not self.whole:
            key = next((k for k in self.keys if value.get(k) is not None), None)
            if key is None:
                break
            pointer, value = (*pointer, key), value[key]
        return pointer, value

    def read_prediction(self, value: Json, setting: Setting) -> Any:
        """Make of a prediction what the metrics take.

        Raises:
            Misshapen: it is not of this form.
        """
        pointer, inner = self.find(value)
        try:
            return self.prediction(inner, setting)
        except Misshapen as error:
            raise error.below(*pointer) from None

    def read_reference(self, value: Json, setting: Setting) -> Any:
        """Make of a reference what the metrics take.

        Raises:
            Misshapen: it is not of this form.
        """
        pointer, inner = self.find(value)
        try:
            return self.reference(inner, setting)
        except Misshapen as error:
            raise error.below(*pointer) from None

    def paths(self, value: Json) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """Yield pointer and path of each file that a prediction of this form names."""
        if self.media is None:
            return
        pointer, inner = self.find(value)
        listed = inner if isinstance(inner, list) else [inner]
        for index, path in enumerate(listed):
            if isinstance(path, str):
                yield (*pointer, index) if isinstance(inner, list) else pointer, path
        if self.whole and isinstance(inner, dict):
            yield from (
                ((k,), v) for k in self.keys if isinstance(v := inner.get(k), str)
            )


def kind(value: Json) -> str:
    """Name the type of a JSON value."""
    names = {
        dict: "an object",
        list: "a list",
        str: "a string",
        bool: "a truth value",
        type(None): "null",
    }
    return names.get(type(value), "a number")


def number(value: Json, *pointer: str | int) -> float:
    """Return a finite number.

    Raises:
        Misshapen: it is something else.
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Misshapen(f"expected a number, found {kind(value)}", *pointer)
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise Misshapen(f"{value} is not a finite number", *pointer)
    return found


def numbers(value: Json, size: int | None = None, *pointer: str | int) -> list[float]:
    """Return a list of finite numbers, of that size if one is given.

    Raises:
        Misshapen: it is something else.
    """
    if not isinstance(value, list):
        raise Misshapen(f"expected a list of numbers, found {kind(value)}", *pointer)
    if size is not None and len(value) != size:
        raise Misshapen(f"expected {size} numbers, found {len(value)}", *pointer)
    if len(value) > MOST:
        raise Misshapen(f"{len(value):,} numbers; at most {MOST:,} are read", *pointer)
    return [number(v, *pointer, i) for i, v in enumerate(value)]


def items(value: Json, *pointer: str | int) -> Sequence[Json]:
    """Return a list.

    Raises:
        Misshapen: it is something else, or too long.
    """
    if not isinstance(value, list):
        raise Misshapen(f"expected a list, found {kind(value)}", *pointer)
    if len(value) > MOST:
        raise Misshapen(
            f"a list of {len(value):,}; at most {MOST:,} are read", *pointer
        )
    return value


def mapping(value: Json, *pointer: str | int) -> Mapping[str, Json]:
    """Return an object.

    Raises:
        Misshapen: it is something else.
    """
    if not isinstance(value, dict):
        raise Misshapen(f"expected an object, found {kind(value)}", *pointer)
    return value


def words(value: Json, *pointer: str | int) -> str:
    """Return a text; a number or a truth value is taken as it is written.

    Raises:
        Misshapen: it is something else, or too long.
    """
    if type(value) is str and len(value) <= LONGEST:
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        if isinstance(value, int) and value.bit_length() > LONGEST:
            raise Misshapen("a number of too many digits", *pointer)
        return (
            str(value)
            if isinstance(value, int) or not value.is_integer()
            else str(int(value))
        )
    if not isinstance(value, str):
        raise Misshapen(f"expected a text, found {kind(value)}", *pointer)
    if len(value) > LONGEST:
        raise Misshapen(
            f"{len(value):,} characters; at most {LONGEST:,} are read", *pointer
        )
    return value
