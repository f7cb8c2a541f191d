"""Edge: one annotation file from bytes to a value, with all that is odd about it."""

from __future__ import annotations

import contextlib
import gc
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import orjson

from curation.model import Json, Where
from curation.settings import Limits

DEEPEST = 254
"""Levels of nesting that are read; the JSON writer used here allows no more."""


class Oddity(StrEnum):
    """What can be odd about the text of a JSON file."""

    UNREADABLE = "unreadable"
    TOO_LARGE = "too-large"
    NOT_UTF8 = "not-utf-8"
    BYTE_ORDER_MARK = "byte-order-mark"
    NOT_JSON = "not-json"
    TOO_DEEP = "too-deep"
    NOT_FINITE = "not-finite"
    DUPLICATE_KEY = "duplicate-key"
    NOT_AN_OBJECT = "not-an-object"


@dataclass(frozen=True, slots=True)
class TextOddity:
    """One odd thing, where it is (`line` and `column` count from 1) and what was seen."""

    where: Where
    kind: Oddity
    detail: str


@dataclass(frozen=True)
class Document:
    """An annotation file as read. `value` is None where nothing could be made of it."""

    where: Where
    value: dict[str, Json] | None
    oddities: tuple[TextOddity, ...]


_NAMES = {list: "a list", str: "a text", bool: "true or false"}


@contextlib.contextmanager
def _no_collector() -> Iterator[None]:
    """Parse without the cycle collector, which costs more than the parsing itself."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            # What was parsed has no cycles, and need not be looked through ever again.
            gc.freeze()
            gc.enable()


def load(file: Path, where: Where, limits: Limits) -> Document:
    """Read *file*; whatever is wrong with it is a value, not an exception."""

    def failed(kind: Oddity, detail: str) -> Document:
        return Document(where, None, (TextOddity(where, kind, detail),))

    try:
        size = file.stat().st_size
        if size > limits.json_bytes:
            return failed(
                Oddity.TOO_LARGE,
                f"{size:,} bytes, the limit is {limits.json_bytes:,}",
            )
        raw = file.read_bytes()
    except OSError as error:
        return failed(Oddity.UNREADABLE, error.strerror or "cannot be read")
    return parse(raw, where)


def parse(raw: bytes, where: Where) -> Document:
    """Make a value of the bytes of an annotation file."""
    oddities = []

    def note(kind: Oddity, detail: str) -> None:
        oddities.append(TextOddity(where, kind, detail))

    def done(value: Json) -> Document:
        if value is not None and not isinstance(value, dict):
            what = _NAMES.get(type(value), "a number")
            note(
                Oddity.NOT_AN_OBJECT,
                f"expected an object with task and data, found {what}",
            )
            value = None
        return Document(where, value, tuple(oddities))

    if raw.startswith(b"\xef\xbb\xbf"):
        note(Oddity.BYTE_ORDER_MARK, "the file starts with EF BB BF")
        raw = raw[3:]
    try:
        with _no_collector():
            value = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        return done(_second_try(raw, error, note))
    for kind, detail in _hidden(raw, value):
        note(kind, detail)
        if kind is Oddity.TOO_DEEP:
            value = None
    return done(value)


def _second_try(raw: bytes, error: orjson.JSONDecodeError, note: object) -> Json:
    """Tell why the strict parser refused, and read on if only NaN stood in the way."""
    assert callable(note)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        line = raw.count(b"\n", 0, fault.start) + 1
        byte = raw[fault.start]
        wide = raw[:4] in {b"\xff\xfe\0\0", b"\0\0\xfe\xff"}
        marked = raw[:2] in {b"\xff\xfe", b"\xfe\xff"}
        guess = "UTF-32" if wide else "UTF-16" if marked else "not UTF-8"
        note(
            Oddity.NOT_UTF8,
            f"line {line}: byte 0x{byte:02X} at offset {fault.start} ({guess})",
        )
        return None
    if "recursion" in error.msg.lower() or "depth" in error.msg.lower():
        note(
            Oddity.TOO_DEEP,
            f"more than {DEEPEST} levels of nesting at line {error.lineno}",
        )
        return None
    found: list[str] = []

    def constant(name: str) -> float:
        found.append(name)
        return float(name.replace("Infinity", "inf"))

    try:
        value = json.loads(text, parse_constant=constant)
    except RecursionError:
        note(Oddity.TOO_DEEP, f"more than {DEEPEST} levels of nesting")
        return None
    except ValueError:
        note(
            Oddity.NOT_JSON,
            f"line {error.lineno} column {error.colno}: {_reason(error, text)}",
        )
        return None
    if not found:
        note(Oddity.NOT_JSON, f"line {error.lineno} column {error.colno}: {error.msg}")
        return None
    if not _is_text(value):
        note(Oddity.NOT_JSON, "half a surrogate pair stands in a text")
        return None
    line, column = _first_constant(text)
    note(
        Oddity.NOT_FINITE,
        f"line {line} column {column}: {found[0]}"
        + (f" and {len(found) - 1} more" if len(found) > 1 else ""),
    )
    return value


def _is_text(value: Json) -> bool:
    """Tell whether all texts of a value are whole characters."""
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _reason(error: orjson.JSONDecodeError, text: str) -> str:
    if not text.strip():
        return "the file is empty"
    return error.msg.partition(": line ")[0]


def _first_constant(text: str) -> tuple[int, int]:
    """Find NaN or Infinity outside strings."""
    token = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN', re.DOTALL)
    for match in token.finditer(text):
        if not match[0].startswith('"'):
            line = text.count("\n", 0, match.start()) + 1
            return line, match.start() - text.rfind("\n", 0, match.start())
    return 1, 1


def _hidden(raw: bytes, value: Json) -> Iterator[tuple[Oddity, str]]:
    """Find what a parser passes in silence: duplicate keys, and nesting beyond sense."""
    try:
        again = orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS)
    except (TypeError, orjson.JSONEncodeError):
        yield Oddity.TOO_DEEP, f"more than {DEEPEST} levels of nesting"
        return
    # Written again, each key stands once before a colon. As many in the file: no key
    # was lost. The two guards name the spellings in which the count would not hold.
    if (
        raw.count(b'":') == again.count(b'":')
        and b"\\u0022" not in raw
        and re.search(rb'"\s+:', raw) is None
    ):
        return
    del again
    yield from ((Oddity.DUPLICATE_KEY, detail) for detail in _duplicates(raw))


_TOKEN = re.compile(rb'"(?:[^"\\]|\\.)*"|[{}\[\],:]', re.DOTALL)


def _duplicates(raw: bytes) -> Iterator[str]:
    """Tell each key that is repeated in an object: where first, and how often."""
    found: dict[str, list[int]] = {}
    known: list[set[str] | None] = []
    last: re.Match[bytes] | None = None
    for token in _TOKEN.finditer(raw):
        match token[0]:
            case b"{":
                known.append(set())
            case b"[":
                known.append(None)
            case b"}" | b"]":
                known.pop()
            case b":" if last is not None and (keys := known[-1]) is not None:
                key = json.loads(last[0])
                if key in keys:
                    found.setdefault(key, []).append(last.start())
                keys.add(key)
        last = token
    for key, places in found.items():
        line = raw.count(b"\n", 0, places[0]) + 1
        column = places[0] - raw.rfind(b"\n", 0, places[0])
        more = f", in {len(places)} places" if len(places) > 1 else ""
        yield (
            f"line {line} column {column}: the key {key!r} is repeated{more};"
            " only the last one counts"
        )
