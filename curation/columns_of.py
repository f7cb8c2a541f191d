"""Pure: the columns of a task, and how a sample becomes a row and a row a sample again."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson

from curation.model import Json
from curation.shapes import (
    Guide,
    Kind,
    Medium,
    Part,
    Shape,
    Tree,
    join,
    loose,
    raw,
    settled,
    shape,
)

FILES = "files"
"""The column for files that are named where there is nothing but JSON text."""
PREVIEW = "preview"
"""The column for a rendered picture of a mesh or a cloud of points."""
FRAMES = "frames"

Cell: TypeAlias = Any
"""What Arrow takes and gives for a value."""
Blob: TypeAlias = Callable[[Part], bytes]
"""Gives the bytes of a file that are to be published."""
Keep: TypeAlias = Callable[[str, bytes], None]
"""Takes the name and the bytes of a file that a row holds."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name, the keys that lead to it in a sample, the shape of it."""

    name: str
    path: tuple[str, ...]
    shape: Shape


@dataclass(frozen=True)
class Layout:
    """The columns of a task. `files` tells whether there is a column for loose files."""

    columns: tuple[Column, ...]
    files: bool = False
    preview: bool = False


def layout(trees: Iterable[Tree], told: Guide, *, preview: bool = False) -> Layout:
    """Make the columns that hold all of these samples."""
    trees = list(trees)
    whole = settled(join(shape(tree, told) for tree in trees))
    files = any(True for tree in trees for _ in loose(tree, whole))
    if whole.kind is not Kind.RECORD:
        return Layout((Column("sample", (), whole),), files, preview)
    taken = {FILES, PREVIEW}
    found = [Column(_name(path, taken), path, s) for path, s in _flat(whole, ())]
    return Layout(tuple(found), files, preview)


def _flat(
    whole: Shape, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], Shape]]:
    """Take records apart, unless it would no longer be seen that an empty one is there."""
    for key, inner in whole.fields.items():
        if inner.kind is Kind.RECORD and not inner.bare:
            yield from _flat(inner, (*path, key))
        else:
            yield (*path, key), inner


def _name(path: tuple[str, ...], taken: set[str]) -> str:
    plain = re.sub(r"[^A-Za-z0-9]+", "_", "_".join(path)).strip("_")[:100] or "column"
    name, count = plain, 1
    while name.lower() in taken:
        count += 1
        name = f"{plain}_{count}"
    taken.add(name.lower())
    return name


def row(tree: Tree, form: Layout, blob: Blob) -> dict[str, Cell]:
    """Return the cells of a sample, by the names of the columns."""
    cells: dict[str, Cell] = {}
    strays: list[Medium] = []
    for column in form.columns:
        there, value = _at(tree, column.path)
        cells[column.name] = cell(value, column.shape, blob) if there else None
        strays += loose(value, column.shape) if there else ()
    if form.files:
        parts = {part.name: part for medium in strays for part in medium.parts}
        cells[FILES] = [_file(part, blob) for part in parts.values()]
    return cells


def _at(tree: Tree, path: tuple[str, ...]) -> tuple[bool, Tree]:
    for key in path:
        if not isinstance(tree, dict) or key not in tree:
            return False, None
        tree = tree[key]
    return True, tree


def cell(value: Tree, form: Shape, blob: Blob) -> Cell:
    """Return what Arrow takes for a value of that shape."""
    item = form.item
    if form.kind is Kind.RAW:
        return raw(value)
    if form.kind is Kind.MEDIA:
        files = [_file(part, blob) for part in value.parts]
        return files if form.media == FRAMES else files[0]
    if form.kind is Kind.LIST and item is not None:
        return [cell(v, item, blob) for v in value]
    if form.kind is Kind.MAP and item is not None:
        return [{"key": k, "value": cell(v, item, blob)} for k, v in value.items()]
    if form.kind is Kind.RECORD:
        return {
            k: cell(value[k], s, blob) if k in value else None
            for k, s in form.fields.items()
        }
    return float(value) if form.kind is Kind.REAL else value


def _file(part: Part, blob: Blob) -> dict[str, Cell]:
    return {"bytes": blob(part), "path": part.name}


def sample(cells: Mapping[str, Cell], form: Layout, keep: Keep) -> Json:
    """Return the sample that a row was made of; hand on the files that it holds."""
    if form.columns and not form.columns[0].path:
        found = value(cells[form.columns[0].name], form.columns[0].shape, keep)
    else:
        found = _record(cells, form, keep)
    for file in cells.get(FILES) or () if form.files else ():
        keep(file["path"], file["bytes"])
    return found


def _record(cells: Mapping[str, Cell], form: Layout, keep: Keep) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for column in form.columns:
        if cells[column.name] is not None:
            place = found
            for key in column.path[:-1]:
                place = place.setdefault(key, {})
            place[column.path[-1]] = value(cells[column.name], column.shape, keep)
    return found


def value(given: Cell, form: Shape, keep: Keep) -> Json:
    """Return the value that a cell was made of."""
    item = form.item
    if form.kind is Kind.RAW:
        return _parsed(given)
    if form.kind is Kind.MEDIA:
        files = given if form.media == FRAMES else [given]
        for file in files:
            keep(file["path"], file["bytes"])
        path: str = files[0]["path"]
        return posixpath.dirname(path) if form.media == FRAMES else path
    if form.kind is Kind.LIST and item is not None:
        return [value(v, item, keep) for v in given]
    if form.kind is Kind.MAP and item is not None:
        return {entry["key"]: value(entry["value"], item, keep) for entry in given}
    if form.kind is Kind.RECORD:
        return {
            k: value(given[k], s, keep)
            for k, s in form.fields.items()
            if given[k] is not None
        }
    return given


def _parsed(text: str) -> Json:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        import json  # noqa: PLC0415 - for numbers and surrogates that others refuse

        return json.loads(text)
