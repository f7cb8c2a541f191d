"""Edge: everything that a public file holds, as columns of words and as single files."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from posixpath import basename

import orjson

from curation.audit import tables
from curation.audit.mapped import Bytes
from curation.model import Json

DEEPEST = 3
"""Archives within archives that are opened."""
INFLATED = 1 << 30
"""Bytes that one archive may inflate to."""


class Kind(StrEnum):
    """What a column of words is."""

    QUESTION = "question"
    REFERENCE = "reference"
    OPTIONS = "options"
    ID = "id"
    NAME = "name"
    TEXT = "text"
    """Any other words: cards, metadata, statistics, names of what lies around."""


@dataclass(frozen=True, slots=True)
class Column:
    """Words that stand at like places; `ids` tells whose each are, where they are a row's."""

    path: str
    kind: Kind
    name: str
    texts: Sequence[str] = field(repr=False)
    ids: Sequence[str | None] = field(repr=False)
    task: str = ""


@dataclass(frozen=True, slots=True)
class Blob:
    """The bytes of one file, wherever they lie."""

    path: str
    name: str
    data: Bytes = field(repr=False)
    sample: str | None = None
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Unsearched:
    """What could not be opened, and why; its bytes are searched all the same."""

    path: str
    why: str


Piece = Column | Blob | Unsearched


def words(path: str, name: str, text: str, kind: Kind = Kind.TEXT) -> Column:
    """Return a text that belongs to no one sample."""
    return Column(path, kind, name, [text], [None])


def of_file(path: str, data: Bytes, reading: tables.Reading) -> Iterator[Piece]:
    """Yield all that a file holds: its bytes, its words, and what is packed in it."""
    yield Blob(path, path, data)
    if data[:4] == b"PAR1":
        try:
            yield from _table(path, data, reading)
        except (OSError, ValueError) as error:
            yield Unsearched(path, f"cannot be read as Parquet: {str(error)[:200]}")
        return
    yield from _packed(path, path, data, None, DEEPEST)
    yield from _told(path, data, reading)


def _told(path: str, data: Bytes, reading: tables.Reading) -> Iterator[Piece]:
    """Yield the words of a file that is a text."""
    if b"\0" in data[:4096]:
        return
    try:
        text = bytes(data).decode("utf-8-sig")
    except UnicodeDecodeError:
        return
    value: Json = None
    with suppress(orjson.JSONDecodeError):
        value = orjson.loads(text)
    rows = value.get("data") if isinstance(value, dict) else None
    if isinstance(rows, list) and rows and all(isinstance(r, dict) for r in rows):
        yield from _rows(path, value, rows, reading)
    else:
        said = "\n".join([text, *tables.strings(value)]) if "\\" in text else text
        yield words(path, "text", said)


def _rows(
    path: str, whole: dict[str, Json], rows: list[Json], reading: tables.Reading
) -> Iterator[Piece]:
    """Yield the samples of an annotation file as columns."""
    rest = {k: v for k, v in whole.items() if k != "data"}
    yield words(path, "envelope", "\n".join(tables.strings(rest)))
    ids = [str(r["id"]) if "id" in r else None for r in rows]
    found: dict[tuple[str, ...], list[str]] = {}
    for number, row in enumerate(rows):
        for place, value in tables.flat(row):
            column = found.setdefault(place, [""] * len(rows))
            column[number] = "\n".join(tables.strings(value))
    task = reading.task_of(path)
    for place, texts in found.items():
        kind = Kind(reading.kind(path, place))
        yield Column(path, kind, "/".join(place), texts, ids, task)


def _table(path: str, data: Bytes, reading: tables.Reading) -> Iterator[Piece]:
    """Yield the cells, the statistics and the metadata of a Parquet file."""
    for name, text in tables.metadata(data):
        yield words(path, name, text)
    task = reading.task_of(path)
    for group in tables.groups(data):
        for name, place, values in group.columns:
            kind = Kind(reading.kind(path, place))
            texts: list[str] = []
            names: list[str] = []
            for owner, cell in zip(group.ids, values, strict=True):
                found = tables.parted(cell)
                texts.append("\n".join(found.texts))
                names.append("\n".join(found.names))
                for called, blob in found.blobs:
                    yield Blob(path, called, blob, owner, kind)
                    yield from _packed(path, called, blob, owner, DEEPEST)
            yield Column(path, kind, name, texts, group.ids, task)
            if any(names):
                of_name = Kind.REFERENCE if kind is Kind.REFERENCE else Kind.NAME
                yield Column(path, of_name, name, names, group.ids, task)


def _packed(
    path: str, name: str, data: Bytes, owner: str | None, depth: int
) -> Iterator[Piece]:
    """Yield what lies in an archive, and the names in it."""
    if depth == 0:
        return
    for inner, raw in _members(data):
        whole = f"{name}!{inner}"
        yield Column(path, Kind.TEXT, "names in an archive", [inner], [owner])
        yield Blob(path, whole, raw, owner)
        yield from _packed(path, whole, raw, owner, depth - 1)


def _members(data: Bytes) -> Iterator[tuple[str, bytes]]:
    with suppress(
        OSError, EOFError, ValueError, RuntimeError, NotImplementedError,
        zipfile.BadZipFile, tarfile.TarError, zlib.error,
    ):  # fmt: skip
        if data[:4] == b"PK\3\4" or data[:4] == b"PK\5\6":
            yield from _zipped(data)
        elif data[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(data)) as source:
                yield "content", source.read(INFLATED)
        elif data[257:262] == b"ustar":
            with tarfile.open(fileobj=io.BytesIO(data)) as tar:
                for member in tar:
                    if (inner := tar.extractfile(member)) is not None:
                        yield member.name, inner.read(INFLATED)


def _zipped(data: Bytes) -> Iterator[tuple[str, bytes]]:
    left = INFLATED
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if archive.comment:
            yield "comment", archive.comment
        for member in archive.infolist():
            left -= member.file_size
            if left >= 0 and not member.is_dir():
                yield member.filename, archive.read(member)


def shown(column: Column) -> str:
    """Return the place of a column in words."""
    return f"{column.name} ({basename(column.path)})"
