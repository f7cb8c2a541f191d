"""Edge: the file that tells of each sample where it went and in which version."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import orjson

import schemas
from curation.entries import (
    DIGITS,
    FIRST,
    Entry,
    Inconsistent,
    Side,
    added,
    consistent,
    current,
    following,
    latest,
    parsed,
    sides,
    uid,
)
from curation.model import Json

__all__ = [
    "DIGITS",
    "FILE",
    "FIRST",
    "Entry",
    "Inconsistent",
    "Side",
    "added",
    "append",
    "current",
    "following",
    "latest",
    "line",
    "parsed",
    "read",
    "sides",
    "uid",
]

FILE = "ledger.jsonl"
"""Its name in the folder of a benchmark."""

_MEND = "take the file back from version control; entries are made by curate split and curate retire"


def read(file: Path) -> tuple[Entry, ...]:
    """Read a ledger; one that does not exist is empty.

    Raises:
        Inconsistent: it cannot be read, is not in order, or contradicts itself.
    """
    try:
        with file.open("rb") as lines:
            return tuple(consistent(_entries(lines), "line {}: "))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise Inconsistent(f"{file}: {error.strerror}") from None
    except Inconsistent as error:
        raise Inconsistent(f"{file} {error}; {_MEND}") from None


def append(file: Path, entries: Iterable[Entry]) -> int:
    """Add entries to a ledger, which is then written whole or left as it was.

    What is told again of the same sample, version and side takes the place of the former.

    Returns:
        How many entries are new.

    Raises:
        Inconsistent: an entry contradicts what is there, or its version is over.
    """
    new = list(entries)
    if not new:
        return 0
    before = read(file)
    whole = added(before, new)
    count = len(set(new).difference(before)) if before else len(new)
    if count:
        _write(file, whole)
    return count


def _entries(lines: Iterable[bytes]) -> Iterator[Entry]:
    is_valid = schemas.fast_validator("ledger.json").is_valid
    for number, line in enumerate(lines, 1):
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError as error:
            raise Inconsistent(f"line {number}: not JSON, {error.msg}") from None
        if not is_valid(value):
            raise Inconsistent(f"line {number}: {_objection(value)}")
        yield _entry(value)


def _objection(value: Json) -> str:
    for error in schemas.exact_validator("ledger.json").iter_errors(value):
        place = ".".join(map(str, error.absolute_path))
        return f"{place}: {error.message}" if place else error.message
    return "not an entry"


_SIDES = {side.value: side for side in Side}


def _entry(value: dict[str, Json]) -> Entry:
    # Few tasks and versions, many entries: each name is kept once.
    return Entry(
        value["sample"],
        sys.intern(value["task"]),
        _SIDES[value["side"]],
        sys.intern(value["version"]),
        value.get("group", ""),
        value.get("question", ""),
        tuple(value.get("media", ())),
    )


def line(entry: Entry) -> bytes:
    """Return the line of the file that an entry is."""
    told: dict[str, Json] = {
        "sample": entry.sample,
        "task": entry.task,
        "side": entry.side.value,
        "version": entry.version,
    }
    for name in ("group", "question", "media"):
        if value := getattr(entry, name):
            told[name] = value
    return orjson.dumps(told, option=orjson.OPT_APPEND_NEWLINE)


def _write(file: Path, entries: Iterable[Entry]) -> None:
    """Put a whole file in the place of the former one, at once."""
    home = file.resolve()
    partial = home.with_name(f".{home.name}.{os.getpid()}.part")
    try:
        with partial.open("wb") as out:
            out.writelines(map(line, entries))
            out.flush()
            os.fsync(out.fileno())
        partial.replace(home)
    except OSError as error:
        raise Inconsistent(f"{file}: cannot be written, {error.strerror}") from None
    finally:
        partial.unlink(missing_ok=True)
