"""Edge: the samples of a JSON file, which stay in the file until they are asked for."""

from __future__ import annotations

import os
import re
from array import array
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import chain, islice
from pathlib import Path
from typing import IO, overload

import orjson

from curation import document
from curation.document import Document
from curation.lexing import Broken, TooDeep, after, past_blank, skipped
from curation.model import Json, Where
from curation.settings import Limits

CHUNK = 1 << 20
"""Bytes that are searched at a time for where elements begin and end."""
BLOCK = 1 << 16
"""Bytes that are read at a time for the elements in them."""
DEEPEST = 200
"""Levels of nesting in one element, under those that `document.parse` refuses."""

_OPENING = re.compile(
    rb'[ \t\r\n]*+(?:\[|\{.*?"data"[ \t\r\n]*+:[ \t\r\n]*+\[)', re.DOTALL
)


State = tuple[int, ...]
"""What tells whether a file is still what it was: which one it is, its size, its time."""


class Changed(OSError):
    """A file, or a folder, is no longer what it was when it was first looked at."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"{path} was changed while it was read; run this again when nothing writes to it"
        )


class Elements(Sequence[Json]):
    """Values that stand one after the other in a file, of which no more is held.

    8 bytes are kept of each: where it begins. *parse* is given all from there to where the
    next one begins; *end* is where the last one ends. *state* is that of the file before
    they were looked for.

    Raises:
        Changed: on reading, if the file is gone or no longer in that state.
    """

    def __init__(
        self,
        file: Path,
        state: State,
        starts: array[int],
        end: int,
        parse: Callable[[bytes], Json],
    ) -> None:
        self.file = file
        self._state = state
        self._starts = starts
        self._end = end
        self._parse = parse

    def __len__(self) -> int:
        return len(self._starts)

    @overload
    def __getitem__(self, index: int) -> Json: ...

    @overload
    def __getitem__(self, index: slice) -> list[Json]: ...

    def __getitem__(self, index: int | slice) -> Json:
        if isinstance(index, slice):
            return [self[i] for i in range(*index.indices(len(self)))]
        place = range(len(self))[index]
        last = place + 1 == len(self)
        return self._at(
            self._starts[place], self._end if last else self._starts[place + 1]
        )

    def __iter__(self) -> Iterator[Json]:
        ends = chain(islice(self._starts, 1, None), (self._end,))
        return map(self._at, self._starts, ends)

    def _at(self, start: int, end: int) -> Json:
        first, last = start // BLOCK, (end - 1) // BLOCK
        before = first * BLOCK
        raw = b"".join(_block(self, number) for number in range(first, last + 1))
        return self._parse(raw[start - before : end - before])

    def read(self, start: int, size: int) -> bytes:
        """Return bytes of the file, as it was when the elements were found."""
        try:
            with self.file.open("rb") as source:
                if state(source) == self._state:
                    source.seek(start)
                    return source.read(size)
        except OSError:
            raise Changed(self.file) from None
        raise Changed(self.file)


@lru_cache(maxsize=8)
def _block(elements: Elements, number: int) -> bytes:
    """Return the last few blocks that were read without reading them again.

    No file is kept open, however many tasks there are.
    """
    return elements.read(number * BLOCK, BLOCK)


def state(source: IO[bytes]) -> State:
    """Return the state of an open file, which is another one after it was written to."""
    facts = os.fstat(source.fileno())
    return facts.st_dev, facts.st_ino, facts.st_size, facts.st_mtime_ns


def load(file: Path, where: Where, limits: Limits) -> Document:
    """Read an annotation file as `document.load` does, and leave its samples in the file.

    The value is the same. A file that cannot be read so, since it is no JSON, holds NaN
    or begins with a byte order mark, is read whole; of others, repeated keys are not told.
    """
    value = listed(file, limits)
    if isinstance(value, dict):
        return Document(where, value, ())
    return document.load(file, where, limits)


def listed(file: Path, limits: Limits) -> dict[str, Json] | Elements | None:
    """Return the list that a JSON file is, or the object with a list under `data`.

    Every element has been parsed once, and is what it would be if the file were parsed
    whole. None where the file is anything else, or not strictly JSON.
    """
    try:
        if file.stat().st_size > limits.json_bytes:
            return None
        with file.open("rb") as source:
            return _listed(file, source)
    except (OSError, Broken, orjson.JSONDecodeError):
        return None


def _listed(file: Path, source: IO[bytes]) -> dict[str, Json] | Elements | None:
    before = state(source)
    opened, starts, end = _searched(source)
    source.seek(0)
    head = source.read(opened)
    source.seek(end)
    tail = source.read()
    # What is around the list is parsed with one number and with another in its place.
    # If both come out as `data`, it is the list that counts, of however many.
    one, other = (orjson.loads(head + mark + tail) for mark in (b"0", b"1"))
    found = Elements(file, before, starts, end, _element)
    match one, other:
        case [0], [1]:
            return found
        case {"data": [0]}, {"data": [1]} if _shallow(one):
            return {**one, "data": found}
    return None


def _element(raw: bytes) -> Json:
    """Parse an element, after which the blanks and the comma before the next one stand."""
    return orjson.loads(raw.rstrip(b" \t\r\n,"))


def _shallow(value: Json) -> bool:
    try:
        orjson.dumps(value)
    except orjson.JSONEncodeError:
        return False
    return True


def _searched(source: IO[bytes]) -> tuple[int, array[int], int]:
    """Find the first list: where it opens, where its elements begin, where the last ends.

    Raises:
        Broken: there is none, or one that is not strictly JSON.
    """
    window = _Window(source)
    while (opening := _OPENING.match(window.raw)) is None:
        if not window.moved(0):
            raise Broken
    opened = end = opening.end()
    starts: array[int] = array("q")
    at = past_blank(window.raw, end)
    mark = b"," if window.raw[at : at + 1] != b"]" else b"]"
    while mark == b",":
        try:
            stop = skipped(window.raw, at, DEEPEST)
            mark, following = after(window.raw, stop)
        except TooDeep:
            raise
        except Broken:
            if not window.moved(at):
                raise
            at = past_blank(window.raw, 0)
            continue
        orjson.loads(window.raw[at:stop])
        starts.append(window.base + at)
        end, at = window.base + stop, following
    return opened, starts, end


class _Window:
    """A part of a file that is looked at; `base` is where it begins."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self.raw = b""
        self.base = 0

    def moved(self, at: int) -> bool:
        """Leave what is before *at*, and read on; False at the end of the file."""
        more = self._source.read(max(CHUNK, len(self.raw) - at))
        self.raw = self.raw[at:] + more
        self.base += at
        return bool(more)
