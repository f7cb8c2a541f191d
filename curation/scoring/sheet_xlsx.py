"""Scores in the spreadsheet layout of the public scorer, both ways.

Nine sheets, one a group; in each `No`, `Task Name`, `Short Name`, `Metrics`, and a
column a model. Rows are joined by task name; `No` is not unique and is not read.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias

from curation.scoring.cells import Cell, Unusable
from curation.scoring.joining import Entry
from curation.scoring.table import plain, task_table

if TYPE_CHECKING:
    from openpyxl import Workbook

_Sheets: TypeAlias = "dict[str, list[tuple[object, ...]]]"
HEADER = ("No", "Task Name", "Short Name", "Metrics")
_RESERVED = {plain(name) for name in (*HEADER, "SoTA Performance")}
_SUMMARY = "level-scores"
LARGEST = 20 * 2**20
"""Bytes of a spreadsheet that is read."""
_INFLATION = 10
"""How much larger than `LARGEST` it may unpack."""


def read(
    content: bytes, name: str, model: str | None = None
) -> tuple[str, list[Entry]]:
    """Return the model's name and its entries.

    *model* chooses a column, in any case; it may be left out where there is only one.

    Raises:
        Unusable: if the file is not such a spreadsheet or has no such column.
    """
    sheets, columns = _layout(content, name)
    chosen = _choose(columns, model, name)
    entries = [
        entry
        for title, rows in sheets.items()
        for entry in _entries(rows, columns[title], chosen, (name, title))
    ]
    return chosen, entries


def models(content: bytes, name: str) -> tuple[str, ...]:
    """Return the names of the models that have a column, in order.

    Raises:
        Unusable: if the file is not such a spreadsheet or has no model.
    """
    found = _models(_layout(content, name)[1])
    if not found:
        raise Unusable(f"{name} has no column with scores of a model")
    return tuple(found)


def _layout(content: bytes, name: str) -> tuple[_Sheets, dict[str, dict[str, int]]]:
    book = _open(content, name)
    sheets = {t: list(_rows(book, t)) for t in _known(book.sheetnames, name)}
    return sheets, {t: _columns(r, f"{name} sheet {t}") for t, r in sheets.items()}


def _library() -> Any:
    try:
        import openpyxl  # noqa: PLC0415 - an extra
    except ImportError:
        raise Unusable(
            "spreadsheets need openpyxl, which is not installed: "
            "pip install 'general-bench-curation[xlsx]'"
        ) from None
    return openpyxl


def _open(content: bytes, name: str) -> Workbook:
    library = _library()
    if len(content) > LARGEST:
        raise Unusable(f"{name} is larger than {LARGEST:,} bytes")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        book: Workbook | None = None
        if unpacked <= _INFLATION * LARGEST:
            book = library.load_workbook(io.BytesIO(content), keep_links=False)
    except Exception as error:
        raise Unusable(f"{name} is not a readable spreadsheet: {error}") from None
    if book is None:
        raise Unusable(f"{name} unpacks to {unpacked:,} bytes")
    return book


def _known(titles: list[str], name: str) -> list[str]:
    known = {plain(sheet) for sheet in task_table().sheets}
    unknown = [t for t in titles if plain(t) not in known and plain(t) != _SUMMARY]
    if unknown:
        raise Unusable(
            f"{name}: the sheet {unknown[0]!r} is none of {', '.join(task_table().sheets)}"
        )
    found = [t for t in titles if plain(t) in known]
    if not found:
        raise Unusable(
            f"{name} has none of the sheets {', '.join(task_table().sheets)}"
        )
    return found


def _rows(book: Workbook, title: str) -> Iterator[tuple[object, ...]]:
    for row in book[title].iter_rows(values_only=True):
        yield tuple(row)


def _columns(rows: list[tuple[object, ...]], where: str) -> dict[str, int]:
    header = [str(v) if v is not None else "" for v in rows[0]] if rows else []
    columns: dict[str, int] = {}
    for index, title in enumerate(header):
        if title.strip() and columns.setdefault(title.strip(), index) != index:
            raise Unusable(f"{where}: the column {title.strip()!r} stands there twice")
    if HEADER[1] not in columns:
        raise Unusable(f"{where}: the column {HEADER[1]!r} is missing")
    return columns


def _choose(
    columns: Mapping[str, Mapping[str, int]], model: str | None, name: str
) -> str:
    """Return the spelled name of the model's column; a column of the layout is no model."""
    models = _models(columns)
    wanted = [m for m in models if model is None or plain(m) == plain(model)]
    if len(wanted) == 1:
        return wanted[0]
    known = ", ".join(models) or "none"
    if model is not None:
        raise Unusable(
            f"{name} has no scores of a model {model!r}; its models: {known}"
        )
    raise Unusable(
        f"{name}: name the model whose scores are meant; its models: {known}"
    )


def _models(columns: Mapping[str, Mapping[str, int]]) -> list[str]:
    titles = (title for sheet in columns.values() for title in sheet)
    return list(dict.fromkeys(t for t in titles if plain(t) not in _RESERVED))


def _entries(
    rows: list[tuple[object, ...]],
    columns: Mapping[str, int],
    model: str,
    place: tuple[str, str],
) -> Iterator[Entry]:
    name, title = place
    at, task, metric = columns.get(model), columns[HEADER[1]], columns.get(HEADER[3])
    for number, row in enumerate(rows[1:], 2):
        if row[task] is None:
            continue
        where = f"{name} sheet {title} row {number}"
        label = row[metric] if metric is not None else None
        value = row[at] if at is not None else None
        yield Entry(
            where,
            str(row[task]),
            value,
            sheet=title,
            metric=str(label) if label else None,
        )


_LONG_AGO = (1980, 1, 1, 0, 0, 0)
_DATE = "1980-01-01T00:00:00Z"


def write(cells: Mapping[str, Cell], model: str) -> bytes:
    """Return a spreadsheet that the public scorer reads; the same scores, the same bytes.

    Raises:
        Unusable: if openpyxl is not installed, or the model is called like a column.
    """
    if plain(model) in _RESERVED:
        raise Unusable(
            f"a model cannot be called {model!r}: the layout has a column of that name"
        )
    book: Workbook = _library().Workbook()
    book.remove(book.worksheets[0])
    for sheet in task_table().sheets:
        page = book.create_sheet(sheet)
        page.append((*HEADER, model))
        for row in task_table().rows:
            if row.sheet == sheet:
                value = _written(cells.get(row.id, Cell()))
                page.append((row.number, row.task, row.short, row.label, value))
    out = io.BytesIO()
    book.save(out)
    return _timeless(out.getvalue())


def _written(cell: Cell) -> float | str | None:
    if cell.value is None or cell.refused:
        return None
    return cell.value if math.isfinite(cell.value) else str(cell.value)


def _timeless(content: bytes) -> bytes:
    """Take out the times of writing, so that equal scores are equal files."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for member in sorted(old.namelist()):
            data = old.read(member)
            if member == "docProps/core.xml":
                data = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", _DATE.encode(), data)
            new.writestr(zipfile.ZipInfo(member, _LONG_AGO), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()
