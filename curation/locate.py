"""Edge: finds the line and column at which the values of a JSON file stand."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from curation.lexing import SPACE, STRING, Broken, after, closed, past_blank, skipped
from curation.model import Where

Place = tuple[int, int]
"""Line and column, both counted from 1; the column counts characters."""

LARGEST = 512 << 20
"""Bytes of a file beyond which no place is looked for."""
DEEPEST = 256
"""Steps of a pointer beyond which it is not followed."""

_KEY = re.compile(rb"(" + STRING + rb")" + SPACE + rb":" + SPACE, re.DOTALL)
_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_STATED = re.compile(r"line (\d{1,9})(?: column (\d{1,9}))?\b")


class Found(Protocol):
    """What is to be located: a finding."""

    @property
    def path(self) -> str:
        """The file, as reached from where the command was started."""

    @property
    def where(self) -> Where:
        """The place in the file."""

    @property
    def detail(self) -> str:
        """What was seen there."""


class Locator:
    """Tells where findings stand; reads each file once, and only when asked for it.

    It is made with all findings that it may be asked about, so that one pass over a
    file answers for all of them. A finding that has no pointer may say itself where it
    is, with a detail that begins `line 3 column 7`.
    """

    def __init__(self, findings: Iterable[Found]) -> None:
        self._pointers: dict[str, set[str]] = {}
        for finding in findings:
            if finding.where.pointer:
                pointers = self._pointers.setdefault(finding.path, set())
                pointers.add(finding.where.pointer)
        self._known: dict[str, dict[str, Place]] = {}

    def __call__(self, finding: Found) -> Place | None:
        """Return where *finding* stands, or None if that cannot be told."""
        if not finding.where.pointer:
            return _stated(finding.detail)
        path = finding.path
        if path not in self._known:
            raw = _read(Path(path))
            self._known[path] = places(raw, self._pointers.get(path, ()))
        return self._known[path].get(finding.where.pointer)


def _stated(detail: str) -> Place | None:
    match = _STATED.match(detail)
    return (int(match[1]), int(match[2] or 1)) if match else None


def _read(file: Path) -> bytes:
    """Return the bytes of a regular file; none of anything else, without blocking."""
    try:
        handle = os.open(file, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
        with os.fdopen(handle, "rb") as source:
            facts = os.fstat(handle)
            usable = stat.S_ISREG(facts.st_mode) and facts.st_size <= LARGEST
            return source.read(LARGEST) if usable else b""
    except (OSError, ValueError):  # a name with a zero byte is a ValueError
        return b""


def places(raw: bytes, pointers: Iterable[str]) -> dict[str, Place]:
    """Find the values that JSON Pointers lead to, in one pass over the text.

    What cannot be found is left out. In a file that is broken, all before the break
    is found.
    """
    root = _Node()
    for pointer in pointers:
        root.add(pointer)
    start = 3 if raw.startswith(b"\xef\xbb\xbf") else 0
    found: dict[str, int] = {}
    with suppress(Broken, RecursionError):
        _value(raw, past_blank(raw, start), root, found)
    return _lines(raw, start, found)


@dataclass(slots=True)
class _Node:
    """What is wanted of a value: its own place, and those of some values below it."""

    pointer: str | None = None
    below: dict[str, _Node] = field(default_factory=dict)

    def add(self, pointer: str) -> None:
        steps = pointer.split("/")[1:]
        if len(steps) > DEEPEST or not pointer.startswith("/"):
            return
        node = self
        for step in steps:
            key = step.replace("~1", "/").replace("~0", "~")
            node = node.below.setdefault(key, _Node())
        node.pointer = pointer


def _value(raw: bytes, at: int, node: _Node, found: dict[str, int]) -> int:
    """Note what is wanted of the value at *at*, and return where it ends."""
    opener = raw[at : at + 1]
    if opener in b",:]}":  # also true at the end of the text, where it is empty
        raise Broken
    if node.pointer is not None:
        found[node.pointer] = at
    if node.below and opener == b"{":
        return _object(raw, past_blank(raw, at + 1), node, found)
    if node.below and opener == b"[":
        return _array(raw, past_blank(raw, at + 1), node, found)
    return skipped(raw, at)


def _object(raw: bytes, at: int, node: _Node, found: dict[str, int]) -> int:
    if raw[at : at + 1] == b"}":
        return at + 1
    while True:
        key = _KEY.match(raw, at)
        if key is None:
            raise Broken
        below = node.below.get(_text(key[1]))
        start = key.end()
        end = _value(raw, start, below, found) if below else skipped(raw, start)
        mark, at = after(raw, end)
        if mark != b",":
            return at


def _array(raw: bytes, at: int, node: _Node, found: dict[str, int]) -> int:
    if raw[at : at + 1] == b"]":
        return at + 1
    index = 0
    for wanted in sorted(int(k) for k in node.below if _INDEX.fullmatch(k)):
        while index <= wanted:
            below = node.below.get(str(index)) if index == wanted else None
            end = _value(raw, at, below, found) if below else skipped(raw, at)
            mark, at = after(raw, end)
            if mark != b",":
                return at
            index += 1
    return closed(raw, at)


def _text(key: bytes) -> str:
    """Return a key as a string, the escapes in it resolved."""
    if b"\\" not in key:
        return key[1:-1].decode("utf-8", "replace")
    import json  # noqa: PLC0415 - keys with escapes are rare

    try:
        return str(json.loads(key))
    except ValueError:
        return ""


def _lines(raw: bytes, start: int, found: dict[str, int]) -> dict[str, Place]:
    """Turn offsets into lines and columns, going over the text once."""
    located = {}
    line, column, last = 1, 1, start
    for pointer, offset in sorted(found.items(), key=lambda item: item[1]):
        passed = raw[last:offset]
        breaks = passed.count(b"\n")
        if breaks:
            line, column = line + breaks, 1
            passed = passed[passed.rfind(b"\n") + 1 :]
        column += len(passed.decode("utf-8", "replace"))
        located[pointer] = (line, column)
        last = offset
    return located
