"""Edge: takes Parquet files and JSON apart, without trusting what they say of themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import orjson

from curation.audit.mapped import Bytes
from curation.columns_of import Cell
from curation.model import Json
from curation.parquet import MARK, described

DEEPEST = 4
"""Keys within keys that are columns of their own, where samples are objects."""
_STATISTICS = 1 << 16


@dataclass(frozen=True)
class Reading:
    """How places in a tree are to be understood: what kind a column is, and whose file."""

    kind: Callable[[str, tuple[str, ...]], str]
    task_of: Callable[[str], str]


@dataclass(frozen=True)
class Group:
    """Some rows: the id of each, and for each column its name, its path and its cells."""

    ids: Sequence[str | None]
    columns: Sequence[tuple[str, tuple[str, ...], Sequence[Cell]]]


@dataclass(frozen=True)
class Parts:
    """A cell in its parts: words, names of files, and files."""

    texts: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    blobs: list[tuple[str, bytes]] = field(default_factory=list)


def _source(data: Bytes) -> Any:
    """Return what Parquet is read from, without a copy of it."""
    import pyarrow as pa  # noqa: PLC0415

    return pa.BufferReader(pa.py_buffer(data))


def groups(data: Bytes) -> Iterator[Group]:
    """Yield the rows of a Parquet file, all columns that are there."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    with pq.ParquetFile(_source(data)) as file:
        places = _places(file.schema_arrow.metadata)
        for number in range(file.num_row_groups):
            table = file.read_row_group(number)
            columns = [
                (name, places.get(name, (name,)), column.to_pylist())
                for name, column in zip(table.column_names, table.columns, strict=True)
            ]
            ids = next((v for n, p, v in columns if p == ("id",)), None)
            yield Group(
                [None if i is None else str(i) for i in ids or [None] * len(table)],
                columns,
            )


def _places(metadata: dict[bytes, bytes] | None) -> dict[str, tuple[str, ...]]:
    try:
        return {c.name: c.path for c in described(metadata).layout.columns}
    except (ValueError, KeyError, TypeError):
        return {}


def known(data: Bytes) -> set[str] | None:
    """Return the columns that a file of a release says it has; None if it is none."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        form = described(pq.read_schema(_source(data)).metadata).layout
    except (ValueError, KeyError, TypeError):
        return None
    more = {
        n for n, there in (("files", form.files), ("preview", form.preview)) if there
    }
    return {c.name for c in form.columns} | more


def columns(data: Bytes) -> list[str]:
    """Return the names of the columns of a Parquet file."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    return list(pq.read_schema(_source(data)).names)


def places(data: Bytes) -> list[tuple[str, tuple[str, ...]]]:
    """Return the name of each column, and the keys that lead to it in a sample."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    schema = pq.read_schema(_source(data))
    told = _places(schema.metadata)
    return [(name, told.get(name, (name,))) for name in schema.names]


def keys(data: Bytes) -> set[bytes]:
    """Return the keys of the metadata of a Parquet file."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    with pq.ParquetFile(_source(data)) as file:
        return {*(file.metadata.metadata or {}), *(file.schema_arrow.metadata or {})}


KEYS = frozenset({MARK, b"huggingface", b"ARROW:schema"})
"""Keys of the metadata that a file of a release has."""


def metadata(data: Bytes) -> Iterator[tuple[str, str]]:
    """Yield what a Parquet file says of itself: its metadata, names, and statistics."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    with pq.ParquetFile(_source(data)) as file:
        for key, text in (file.schema_arrow.metadata or {}).items():
            yield (
                f"metadata {key.decode(errors='replace')}",
                text.decode(errors="replace"),
            )
        for key, text in (file.metadata.metadata or {}).items():
            if key != b"ARROW:schema":
                yield (
                    f"footer {key.decode(errors='replace')}",
                    text.decode(errors="replace"),
                )
        yield "schema", str(file.schema)
        yield "statistics", "\n".join(_statistics(file.metadata))


def _statistics(told: Cell) -> Iterator[str]:
    for group in range(told.num_row_groups):
        for column in range(told.num_columns):
            statistics = told.row_group(group).column(column).statistics
            if statistics is not None and statistics.has_min_max:
                yield from (_text(statistics.min), _text(statistics.max))


def _text(value: Cell) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def untrue(data: Bytes) -> Iterator[str]:
    """Yield the columns of which the statistics tell of a value that no row has."""
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.compute as pc  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    with pq.ParquetFile(_source(data)) as file:
        for group in range(file.num_row_groups):
            told = file.metadata.row_group(group)
            table = file.read_row_group(group)
            for number in range(told.num_columns):
                one = told.column(number)
                statistics = one.statistics
                if statistics is None or not statistics.has_min_max:
                    continue
                name = one.path_in_schema
                if name not in table.column_names:
                    continue
                values = table.column(name)
                if pa.types.is_string(values.type) or pa.types.is_integer(values.type):
                    range_ = pc.min_max(values).as_py()
                    if (statistics.min, statistics.max) != (
                        range_["min"],
                        range_["max"],
                    ):
                        yield name


def parted(cell: Cell) -> Parts:
    """Take a cell apart, however deep it is."""
    found = Parts()
    if cell is not None:
        _part(cell, found)
    return found


def _part(cell: Cell, found: Parts) -> None:
    if isinstance(cell, bytes):
        found.blobs.append(("", cell))
    elif isinstance(cell, dict) and cell.keys() == {"bytes", "path"}:
        found.names.append(cell["path"] or "")
        if cell["bytes"] is not None:
            found.blobs.append((cell["path"] or "", cell["bytes"]))
    elif isinstance(cell, dict):
        for key, value in cell.items():
            found.texts.append(key)
            _part(value, found)
    elif isinstance(cell, list) and not _numeric(cell):
        for value in cell:
            _part(value, found)
    else:
        found.texts.extend(strings(cell))


def _numeric(values: Sequence[Json]) -> bool:
    return bool(values) and all(type(v) in {int, float} for v in values)


def number(value: Json) -> str:
    """Write a number, or another scalar, in the one way that is searched for."""
    if isinstance(value, float) and value.is_integer() and abs(value) < 1 << 53:
        return str(int(value))
    return str(value)


def series(values: Sequence[Json]) -> str:
    """Write a list of numbers in the one way that is searched for."""
    return ",".join(map(number, values))


_NUMBERS = re.compile(r"(?<=\d), +(?=-?\d)")


def strings(value: Json) -> Iterator[str]:
    """Yield all words and numbers of a JSON value, keys too; JSON in strings is read."""
    if isinstance(value, str):
        yield value
        if value[:1] in {"{", "["}:
            try:
                yield from strings(orjson.loads(value))
            except orjson.JSONDecodeError:
                return
    elif isinstance(value, dict):
        yield from chain.from_iterable((k, *strings(v)) for k, v in value.items())
    elif isinstance(value, list):
        if _numeric(value):
            yield series(value)
        else:
            yield from chain.from_iterable(map(strings, value))
    elif value is not None:
        yield number(value)


def flat(
    value: dict[str, Json], above: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Json]]:
    """Yield the values of an object by the keys that lead to them."""
    for key, inner in value.items():
        if isinstance(inner, dict) and len(above) < DEEPEST:
            yield from flat(inner, (*above, key))
        else:
            yield (*above, key), inner


def tight(text: str) -> str:
    """Write lists of numbers without blanks."""
    return _NUMBERS.sub(",", text)
