"""Entries of a score sheet, joined to the task table by task and never by position."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from curation.scoring.cells import Cell
from curation.scoring.table import Row, plain, task_table

UNITS = ("percent", "fraction")
"""What may be declared for scores whose unit in the table is percent."""

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_INFINITE = {"inf", "+inf", "infinity", "∞", "-inf"}
_ZERO_MEANS_NOTHING = {"mos", "ms_ssim"}
"""Metrics whose scale neither begins nor ends at 0: in a sheet a 0 is nobody's score."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a sheet says of one task, as it stands there.

    `id` is the stable id where the file has one, else `task` is the public name.
    """

    where: str
    task: str
    value: object
    id: str | None = None
    sheet: str | None = None
    metric: str | None = None
    unit: str | None = None
    coverage: object = None
    unscored: str = ""


@dataclass(frozen=True)
class Joined:
    """Cells by task id, what belongs to no task, and what was read with a doubt."""

    cells: Mapping[str, Cell]
    faults: tuple[str, ...]
    warnings: tuple[str, ...]


class Unreadable(ValueError):
    """A value that stands in a sheet is not a score."""


def join(
    entries: Iterable[Entry], *, unit: str | None = None, zero_is_missing: bool = False
) -> Joined:
    """Give each entry to its task, and refuse what cannot be meant.

    *unit* declares percentages or fractions for entries that do not say it themselves.
    With *zero_is_missing* a 0, and an infinite error, means that the task was not run,
    as in the paper's tables and the public scorer's.
    """
    placed: list[tuple[Row, Entry]] = []
    faults: list[str] = []
    for entry in entries:
        try:
            placed.append((_row(entry), entry))
        except Unreadable as error:
            faults.append(f"{entry.where}: {error}")
    times = Counter(row.id for row, _ in placed)
    cells: dict[str, Cell] = {}
    warnings: list[str] = []
    for row, entry in placed:
        stated = replace(entry, unit=entry.unit or unit)
        cell, warning = _cell(row, stated, zero_is_missing=zero_is_missing)
        if times[row.id] > 1:
            cell = replace(
                cell,
                refused=f"{entry.where}: the task stands there {times[row.id]} times",
            )
        if warning:
            warnings.append(f"{entry.where}: {row.name}: {warning}")
        cells.setdefault(row.id, cell)
    undeclared = [row for row, entry in placed if not (entry.unit or unit)]
    return Joined(_refuse_fractions(cells, undeclared), tuple(faults), tuple(warnings))


def _row(entry: Entry) -> Row:
    table = task_table()
    row = (
        table.by_id.get(entry.id) if entry.id else table.by_name.get(plain(entry.task))
    )
    if row is None:
        named = f"id {entry.id!r}" if entry.id else f"name {entry.task.strip()!r}"
        raise Unreadable(f"no task has the {named}{hint(entry.task)}")
    if entry.sheet and plain(entry.sheet) != plain(row.sheet):
        raise Unreadable(f"{row.name!r} is a task of {row.sheet}, not of {entry.sheet}")
    return row


def hint(task: str, cutoff: float = 0.8) -> str:
    """Name the task of the table that is called almost like *task*, if there is one."""
    import difflib  # noqa: PLC0415 - only a mistake needs it

    close = difflib.get_close_matches(
        plain(task.replace("_", " ")), task_table().by_name, n=1, cutoff=cutoff
    )
    return f"; did you mean {task_table().by_name[close[0]].name!r}?" if close else ""


def _cell(row: Row, entry: Entry, *, zero_is_missing: bool) -> tuple[Cell, str]:
    try:
        value = number(entry.value)
        coverage = _coverage(entry.coverage)
        value = _in_table_unit(row, value, entry)
    except Unreadable as error:
        return Cell(refused=f"{entry.where}: {error}"), ""
    if entry.metric and plain(entry.metric) not in (
        plain(row.label),
        plain(row.metric),
    ):
        refused = f"{entry.where}: scored by {entry.metric}, but the task's metric is {row.label}"
        return Cell(value, coverage, refused), ""
    if value is not None and math.isnan(value):
        return Cell(None, 0.0), "NaN is read as missing"
    if value == 0.0 and not zero_is_missing and row.metric in _ZERO_MEANS_NOTHING:
        return Cell(
            None, 0.0
        ), f"0 {row.label} is read as missing, as sheets write 0 for it"
    if zero_is_missing and (value == 0.0 or (row.lower and value == math.inf)):
        return Cell(None, 0.0), ""
    return Cell(value, coverage, unscored=entry.unscored), ""


def number(value: object) -> float | None:
    """Return the score that stands in a cell; None for an empty one.

    Raises:
        Unreadable: if it is neither a number nor infinity.
    """
    match value:
        case None:
            return None
        case bool():
            raise Unreadable(f"{value} is not a number")
        case int() | float():
            return float(value)
        case str():
            return _from_text(value.strip())
    raise Unreadable(f"{value!r} is not a number")


def _from_text(text: str) -> float | None:
    lowered = text.lower()
    if not text:
        return None
    if lowered == "nan":
        return math.nan
    if lowered in _INFINITE:
        return -math.inf if lowered.startswith("-") else math.inf
    if not _NUMBER.fullmatch(text):
        raise Unreadable(f"{text[:40]!r} is not a number")
    return float(text)


def _coverage(value: object) -> float:
    share = number(value)
    if share is None:
        return 1.0
    if not 0.0 <= share <= 1.0:
        raise Unreadable(f"a coverage of {share:g} is outside of 0 to 1")
    return share


def _in_table_unit(row: Row, value: float | None, entry: Entry) -> float | None:
    unit = entry.unit
    if unit in (None, "", row.unit) or (unit == "percent" and not row.scale.fractional):
        return value
    if unit != "fraction":
        raise Unreadable(f"the unit {unit!r} is not the task's, which is {row.unit}")
    if value is None or not row.scale.fractional or not math.isfinite(value):
        return value
    # In decimal, so that 0.57 is 57 and ties with it.
    return float(Decimal(repr(value)) * 100)


def _refuse_fractions(
    cells: Mapping[str, Cell], undeclared: Sequence[Row]
) -> dict[str, Cell]:
    refused = dict(cells)
    for sheet, ids in _suspects(cells, undeclared):
        reason = (
            f"looks like a fraction of 1, and no percentage of {sheet} is above 1; "
            "declare the unit as fraction or percent"
        )
        for id_ in ids:
            refused[id_] = replace(cells[id_], refused=f"{cells[id_].value:g} {reason}")
    return refused


def _suspects(
    cells: Mapping[str, Cell], undeclared: Sequence[Row]
) -> Iterator[tuple[str, list[str]]]:
    """Yield each sheet whose percentages are all at most 1, with those above 0."""
    sheets: dict[str, dict[str, float]] = {}
    for row in undeclared:
        value = cells[row.id].value
        if row.scale.fractional and value is not None and not cells[row.id].refused:
            sheets.setdefault(row.sheet, {})[row.id] = value
    for sheet, values in sheets.items():
        ids = [id_ for id_, value in values.items() if value > 0.0]
        if ids and max(values.values()) <= 1.0:
            yield sheet, ids
