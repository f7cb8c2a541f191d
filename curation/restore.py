"""Edge: the folders of a benchmark out of the trees of a release."""

from __future__ import annotations

import posixpath
import tempfile
from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

import orjson

from curation import parquet
from curation.columns_of import sample
from curation.model import Json
from curation.trees import CLOSE, OPEN

_INDENTED = orjson.OPT_INDENT_2
_INSET = b"\n    "
"""What stands before each line of a sample in an annotation."""
_PIECE = 1 << 20
"""Bytes that are written at a time."""
_SETS = {OPEN: "openset", CLOSE: "closeset"}


class Unrestored(Exception):
    """A tree cannot be written as folders; says where, why, and how to mend it."""


@dataclass(frozen=True)
class Restored:
    """One task that was written: its id, its folder, its number of samples."""

    task: str
    folder: Path
    samples: int


def tree_of(release: Path, wanted: str) -> Path:
    """Return the folder of a tree, from that of a release or of the tree itself.

    Raises:
        Unrestored: there is none.
    """
    for folder in (release / wanted, release):
        if (folder / "tasks").is_dir() and (folder / "manifest.json").is_file():
            return folder
    raise Unrestored(
        f"{release}: there is no tree {wanted!r} in it; expected a release, or its folder {wanted}"
    )


def tasks(tree: Path) -> Iterable[Mapping[str, Json]]:
    """Yield what a tree tells of each of its tasks, sorted by id."""
    for file in sorted((tree / "tasks").glob("*.json")):
        yield orjson.loads(file.read_bytes())


def restore(
    tree: Path,
    target: Path,
    only: Iterable[str] | None = None,
    ids: Mapping[str, Container[str]] | None = None,
) -> tuple[Restored, ...]:
    """Write each task of a tree as a folder with its annotation and its media.

    Args:
        tree: The folder of the tree.
        target: Where the folders go.
        only: Ids of the tasks that are wanted, if not all are.
        ids: For each task the samples that are wanted, if not all are.

    Raises:
        Unrestored: a file would be written outside of *target*, or over another one.
    """
    wanted = None if only is None else set(only)
    return tuple(
        _task(
            tree,
            told,
            target / told["folder"],
            None if ids is None else ids[told["id"]],
        )
        for told in tasks(tree)
        if told["samples"] and (wanted is None or told["id"] in wanted)
    )


def _task(
    tree: Path, told: Mapping[str, Json], folder: Path, ids: Container[str] | None
) -> Restored:
    files = (tree / "data" / told["id"]).glob("*.parquet")
    places = told.get("places", {})
    head, moved = places.get("folder", ""), places.get("files", {})
    kind, count = OPEN, 0

    def keep(name: str, raw: bytes) -> None:
        put(folder, head + moved.get(name, name), [raw])

    # The samples are many, and the annotation is written once all their files are there.
    with tempfile.TemporaryFile() as data:
        for sheet, cells in parquet.read(files):
            kind = sheet.facts["tree"]
            if ids is None or str(sample(cells, sheet.layout, _leave)["id"]) in ids:
                data.write(_listed(sample(cells, sheet.layout, keep), first=not count))
                count += 1
        envelope = {**told["envelope"], "set_type": _SETS[kind], "data": []}
        put(folder, told["annotation"], _annotation(envelope, data))
    return Restored(told["id"], folder, count)


def _annotation(envelope: Mapping[str, Json], data: IO[bytes]) -> Iterator[bytes]:
    """Yield the text of an annotation around that of its samples."""
    text = orjson.dumps(envelope, option=_INDENTED | orjson.OPT_APPEND_NEWLINE)
    head, opening, tail = text.rpartition(b'"data": [')
    yield head + opening
    if data.tell():
        data.seek(0)
        yield from iter(partial(data.read, _PIECE), b"")
        yield b"\n  "
    yield tail


def _listed(value: Json, *, first: bool) -> bytes:
    """Return the text of a sample as it stands in the list of an annotation."""
    text = orjson.dumps(value, option=_INDENTED)
    return (b"" if first else b",") + _INSET + text.replace(b"\n", _INSET)


def _leave(_: str, __: bytes) -> None:
    """Take a file and do nothing with it."""


def put(folder: Path, path: str, pieces: Iterable[bytes]) -> None:
    """Write a file below a folder; the same file of two samples is written once.

    Raises:
        Unrestored: it would be outside of the folder, or another file is there.
    """
    plain = PurePosixPath(posixpath.normpath(path))
    if plain.is_absolute() or ".." in plain.parts or "\\" in path or "\0" in path:
        raise Unrestored(
            f"{path!r} leads out of {folder}; the release is not one of ours, do not trust it"
        )
    file = folder / plain
    file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        with file.open("xb") as out:
            out.writelines(pieces)
        return
    if file.is_symlink() or not _holds(file, pieces):
        raise Unrestored(
            f"{file} is there already with another content; restore into an empty folder"
        )


def _holds(file: Path, pieces: Iterable[bytes]) -> bool:
    """Whether a file consists of these pieces and nothing else."""
    with file.open("rb") as there:
        return all(there.read(len(p)) == p for p in pieces) and not there.read(1)
