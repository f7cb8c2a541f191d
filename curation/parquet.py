"""Edge: tasks as Parquet, with the types and features that the Hub knows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from curation import shapes
from curation.columns_of import FILES, FRAMES, PREVIEW, Cell, Column, Layout
from curation.model import Json
from curation.shapes import Kind, Shape

if TYPE_CHECKING:
    import pyarrow as pa

ROWS = 100
"""Rows of a row group at most."""
GROUP = 100 << 20
"""Bytes of a row group, from which the next begins."""
SHARD = 500 << 20
"""Bytes of a file, from which the next begins."""
MARK = b"curate"
"""Key of our own facts in the metadata of a file."""

_FEATURES = {
    "image": "Image",
    "mask": "Image",
    "audio": "Audio",
    "video": "Video",
    "frames": "Image",
}
"""The feature of the Hub for each kind of media; the others are bytes with a name."""
_DTYPES = {
    Kind.TEXT: "string",
    Kind.RAW: "string",
    Kind.INTEGER: "int64",
    Kind.REAL: "float64",
    Kind.BOOLEAN: "bool",
}


@dataclass(frozen=True)
class Sheet:
    """What a file of rows is: its columns and what it says of itself."""

    layout: Layout
    facts: Mapping[str, Json]

    @property
    def arrow(self) -> pa.Schema:
        """The schema, with the features and our own facts as its metadata."""
        import pyarrow as pa  # noqa: PLC0415 - 200 ms that other commands do without

        features = {name: _feature(form) for name, form in _all(self.layout)}
        told = {
            **self.facts,
            "columns": [
                [c.name, list(c.path), c.shape.told()] for c in self.layout.columns
            ],
            "files": self.layout.files,
            "preview": self.layout.preview,
        }
        return pa.schema(
            [(name, _type(form)) for name, form in _all(self.layout)],
            {
                b"huggingface": orjson.dumps({"info": {"features": features}}),
                MARK: orjson.dumps(told),
            },
        )


def _all(form: Layout) -> Iterator[tuple[str, Shape]]:
    for column in form.columns:
        yield column.name, column.shape
    if form.files:
        yield FILES, Shape(Kind.LIST, Shape(Kind.MEDIA, media="file"))
    if form.preview:
        yield PREVIEW, Shape(Kind.MEDIA, media="image")


def _type(form: Shape) -> pa.DataType:
    import pyarrow as pa  # noqa: PLC0415

    if form.kind is Kind.MEDIA:
        file = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
        return pa.list_(file) if form.media == FRAMES else file
    if form.kind is Kind.LIST and form.item is not None:
        return pa.list_(_type(form.item))
    if form.kind is Kind.MAP and form.item is not None:
        return pa.list_(pa.struct([("key", pa.string()), ("value", _type(form.item))]))
    if form.kind is Kind.RECORD:
        return pa.struct([(k, _type(s)) for k, s in form.fields.items()])
    return pa.type_for_alias(_DTYPES[form.kind])


def _feature(form: Shape) -> Json:
    """Return the feature of the Hub that fits a shape."""
    if form.kind is Kind.MEDIA:
        name = _FEATURES.get(form.media)
        file = (
            {"_type": name}
            if name
            else {"bytes": _value("binary"), "path": _value("string")}
        )
        return _list(file) if form.media == FRAMES else file
    if form.kind is Kind.LIST and form.item is not None:
        return _list(_feature(form.item))
    if form.kind is Kind.MAP and form.item is not None:
        return _list({"key": _value("string"), "value": _feature(form.item)})
    if form.kind is Kind.RECORD:
        return {k: _feature(s) for k, s in form.fields.items()}
    return _value(_DTYPES[form.kind])


def _value(dtype: str) -> Json:
    return {"dtype": dtype, "_type": "Value"}


def _list(feature: Json) -> Json:
    return {"feature": feature, "_type": "List"}


def write(
    folder: Path, split: str, sheet: Sheet, rows: Iterable[Mapping[str, Cell]]
) -> tuple[Path, ...]:
    """Write rows as `SPLIT-00000-of-0000N.parquet`, one file or several.

    The same rows make the same bytes. At least one file is written.
    """
    folder.mkdir(parents=True)
    writer = _Writer(folder, sheet)
    for group in _groups(rows):
        writer.add(group)
    parts = writer.finished()
    return tuple(
        part.rename(folder / f"{split}-{number:05}-of-{len(parts):05}.parquet")
        for number, part in enumerate(parts)
    )


def _groups(rows: Iterable[Mapping[str, Cell]]) -> Iterator[list[Mapping[str, Cell]]]:
    group: list[Mapping[str, Cell]] = []
    size = 0
    for row in rows:
        heavy = weight(row)
        if group and (len(group) == ROWS or size + heavy > GROUP):
            yield group
            group, size = [], 0
        group.append(row)
        size += heavy
    if group:
        yield group


def weight(given: Cell) -> int:
    """Return about how many bytes a cell, or a row of them, takes."""
    if isinstance(given, str | bytes):
        return len(given) + 8
    if isinstance(given, Mapping):
        return sum(map(weight, given.values()))
    if isinstance(given, Sequence):
        return sum(map(weight, given))
    return 8


class _Writer:
    """Writes row groups, and begins a new file where one is full."""

    def __init__(self, folder: Path, sheet: Sheet) -> None:
        self._folder = folder
        self._schema = sheet.arrow
        self._parts: list[Path] = []
        self._open: Any = None
        self._size = 0

    def add(self, group: list[Mapping[str, Cell]]) -> None:
        import pyarrow as pa  # noqa: PLC0415

        heavy = sum(map(weight, group))
        if self._open is None or (self._size and self._size + heavy > SHARD):
            self._next()
        self._open.write_table(pa.Table.from_pylist(group, self._schema))
        self._size += heavy

    def _next(self) -> None:
        import pyarrow.parquet as pq  # noqa: PLC0415

        if self._open is not None:
            self._open.close()
        part = self._folder / f".part-{len(self._parts)}"
        self._parts.append(part)
        self._size = 0
        self._open = pq.ParquetWriter(
            part,
            self._schema,
            compression="zstd",
            write_page_index=True,
            use_content_defined_chunking=True,
            store_schema=True,
        )

    def finished(self) -> list[Path]:
        if self._open is None:
            self._next()
        self._open.close()
        return self._parts


def read(files: Iterable[Path]) -> Iterator[tuple[Sheet, Mapping[str, Cell]]]:
    """Yield the rows of files that `write` wrote, each with what its file is."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    for file in sorted(files):
        with pq.ParquetFile(file) as source:
            sheet = described(source.schema_arrow.metadata)
            for number in range(source.num_row_groups):
                for cells in source.read_row_group(number).to_pylist():
                    yield sheet, cells


def sheet(file: Path) -> Sheet:
    """Return what a file is."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    return described(pq.read_schema(file).metadata)


def described(metadata: Mapping[bytes, bytes] | None) -> Sheet:
    """Read what a file is from the metadata of its schema.

    Raises:
        ValueError: it is no file of a release.
    """
    if not metadata or MARK not in metadata:
        raise ValueError(
            "it is not a Parquet file of a release: the metadata tell of no columns"
        )
    told = orjson.loads(metadata[MARK])
    columns = tuple(
        Column(n, tuple(path), shapes.heard(s)) for n, path, s in told.pop("columns")
    )
    form = Layout(columns, told.pop("files"), told.pop("preview"))
    return Sheet(form, told)
