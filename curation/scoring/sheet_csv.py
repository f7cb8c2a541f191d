"""Scores as CSV with the columns `sheet,task,metric,score`, both ways."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Mapping

from curation.scoring.cells import Cell, Unusable
from curation.scoring.joining import Entry
from curation.scoring.table import task_table

COLUMNS = ("sheet", "task", "metric", "score")
"""What is written; `unit` (percent or fraction) and `coverage` (0 to 1) may be added."""
_NEEDED = {"task", "score"}
_KNOWN = {*COLUMNS, "unit", "coverage"}


def read(content: bytes, name: str) -> Iterator[Entry]:
    """Yield the entries of a CSV file in UTF-8; column and row order mean nothing.

    Raises:
        Unusable: if it is not such a file.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusable(
            f"{name} is not UTF-8: {error.reason} at byte {error.start}"
        ) from None
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        columns = _columns(reader.fieldnames or (), name)
        for record in reader:
            yield _entry(record, columns, f"{name} line {reader.line_num}")
    except csv.Error as error:
        raise Unusable(f"{name} line {reader.line_num}: {error}") from None


def _columns(header: object, name: str) -> dict[str, str]:
    given = [str(column) for column in header] if isinstance(header, list) else []
    if not given:
        raise Unusable(f"{name} is empty; the first line must be {','.join(COLUMNS)}")
    columns = {column.strip().lower(): column for column in given}
    if len(columns) != len(given):
        raise Unusable(f"{name}: a column stands there twice: {', '.join(given)}")
    missing = sorted(_NEEDED - columns.keys())
    if missing:
        raise Unusable(
            f"{name}: the column {missing[0]!r} is missing; "
            f"the first line must be {','.join(COLUMNS)}{_parted(given)}"
        )
    unknown = sorted(columns.keys() - _KNOWN)
    if unknown:
        raise Unusable(
            f"{name}: the column {unknown[0]!r} is unknown; known are {', '.join(sorted(_KNOWN))}"
        )
    return columns


def _parted(header: list[str]) -> str:
    """Say that columns are parted by something else than commas, where they are."""
    marks = {";": "semicolons", "\t": "tabs"}
    found = [marks[m] for m in marks if len(header) == 1 and m in header[0]]
    return f", parted by commas, not by {found[0]}" if found else ""


def _entry(
    record: Mapping[str | None, object], columns: Mapping[str, str], where: str
) -> Entry:
    if None in record or None in record.values():
        raise Unusable(f"{where}: not as many values as the first line has columns")
    text = {name: str(record[column]).strip() for name, column in columns.items()}
    return Entry(
        where,
        text["task"],
        text["score"],
        sheet=text.get("sheet") or None,
        metric=text.get("metric") or None,
        unit=text.get("unit") or None,
        coverage=text.get("coverage", ""),
    )


def write(cells: Mapping[str, Cell]) -> str:
    """Return all 699 tasks in the table's order, missing ones with an empty score."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*COLUMNS, "coverage"))
    for row in task_table().rows:
        cell = cells.get(row.id, Cell())
        score = "" if cell.value is None or cell.refused else shown(cell.value)
        coverage = shown(cell.coverage) if score else ""
        writer.writerow((row.sheet, row.task, row.label, score, coverage))
    return out.getvalue()


def shown(value: float) -> str:
    """Return a number in the shortest form that reads back as the same number."""
    if math.isinf(value):
        return "inf" if value > 0 else "-inf"
    return repr(value).removesuffix(".0")
