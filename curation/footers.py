"""Edge: what Parquet files say of themselves at their end, read without their rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import orjson

from curation.model import Json
from curation.parquet import MARK

FEATURES = b"huggingface"
"""Key of the Hub's own facts in the metadata of a file."""


class Unreadable(Exception):
    """A file whose end cannot be read as that of a Parquet file; says why."""


@dataclass(frozen=True, slots=True)
class Group:
    """One row group: its rows, its bytes uncompressed, whether its pages are indexed."""

    rows: int
    bytes: int
    indexed: bool


@dataclass(frozen=True)
class Footer:
    """One file. `features` are the Hub's, by column, and empty where it tells of none.

    `types` are Arrow's by column, in their order, `kinds` all kinds of media in it. `text`
    is how many bytes of a viewer's page its first rows take, without their media.
    """

    bytes: int
    types: Mapping[str, str]
    features: Mapping[str, Json]
    kinds: frozenset[str]
    groups: tuple[Group, ...]
    text: int

    @property
    def rows(self) -> int:
        """How many rows it has."""
        return sum(group.rows for group in self.groups)

    @property
    def size(self) -> int:
        """How many bytes its rows are, uncompressed."""
        return sum(group.bytes for group in self.groups)


FIRST = 100
"""Rows of a viewer's first page."""
_CELL = 300
"""About what the address of one media file takes on it."""


def read(file: Path) -> Footer:
    """Read the end of a file.

    Raises:
        Unreadable: it is no Parquet file, or broken.
    """
    import pyarrow as pa  # noqa: PLC0415 - 200 ms that other commands do without
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        with pq.ParquetFile(file) as source:
            found, schema = source.metadata, source.schema_arrow
            groups = tuple(_groups(found))
            text = _text(found)
    except (pa.ArrowException, OSError, ValueError) as error:
        raise Unreadable(str(error)[:200]) from None
    told = schema.metadata or {}
    features = _features(told)
    return Footer(
        file.stat().st_size,
        {field.name: str(field.type) for field in schema},
        features,
        frozenset(_kinds(features)) | frozenset(_ours(told)),
        groups,
        text,
    )


def _groups(found: Json) -> Iterator[Group]:
    for number in range(found.num_row_groups):
        group = found.row_group(number)
        columns = [group.column(i) for i in range(group.num_columns)]
        yield Group(
            group.num_rows,
            group.total_byte_size,
            all(c.has_offset_index for c in columns),
        )


def _text(found: Json) -> int:
    """Estimate the first page; bytes of media are shown by address."""
    if not found.num_row_groups:
        return 0
    group = found.row_group(0)
    share = min(1.0, FIRST / max(group.num_rows, 1))
    size = 0.0
    for number in range(group.num_columns):
        column = group.column(number)
        media = column.path_in_schema.endswith("bytes")
        size += (
            min(group.num_rows, FIRST) * _CELL
            if media
            else column.total_uncompressed_size * share
        )
    return int(size)


def _features(told: Mapping[bytes, bytes]) -> Mapping[str, Json]:
    try:
        features = orjson.loads(told[FEATURES])["info"]["features"]
    except (KeyError, TypeError, orjson.JSONDecodeError):
        return {}
    return features if isinstance(features, dict) else {}


_OF_FEATURES = {"Image": "image", "Audio": "audio", "Video": "video", "Mesh": "mesh"}


def _kinds(feature: Json) -> Iterator[str]:
    """Yield the kinds of media that a feature, or what is in it, stands for."""
    if isinstance(feature, dict):
        if feature.get("_type") in _OF_FEATURES:
            yield _OF_FEATURES[feature["_type"]]
        for inner in feature.values():
            yield from _kinds(inner)
    elif isinstance(feature, list):
        for inner in feature:
            yield from _kinds(inner)


def _ours(told: Mapping[bytes, bytes]) -> Iterator[str]:
    """Yield the kinds of media that a release has noted."""
    try:
        columns = orjson.loads(told[MARK])["columns"]
    except (KeyError, TypeError, orjson.JSONDecodeError):
        return
    yield from _noted(columns)


def _noted(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("media"), str):
            yield value["media"]
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _noted(inner)
