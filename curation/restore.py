"""Edge: the folders of a benchmark out of the trees of a release."""

from __future__ import annotations

import posixpath
from collections.abc import Container, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import orjson

from curation import parquet
from curation.columns_of import sample
from curation.model import Json
from curation.trees import CLOSE, OPEN

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
    data = []
    kind = OPEN

    def keep(name: str, raw: bytes) -> None:
        put(folder, head + moved.get(name, name), raw)

    for sheet, cells in parquet.read(files):
        kind = sheet.facts["tree"]
        if ids is None or str(sample(cells, sheet.layout, _leave)["id"]) in ids:
            data.append(sample(cells, sheet.layout, keep))
    envelope = {**told["envelope"], "set_type": _SETS[kind], "data": data}
    put(
        folder,
        told["annotation"],
        orjson.dumps(envelope, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE),
    )
    return Restored(told["id"], folder, len(data))


def _leave(_: str, __: bytes) -> None:
    """Take a file and do nothing with it."""


def put(folder: Path, path: str, raw: bytes) -> None:
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
            out.write(raw)
        return
    if file.is_symlink() or file.read_bytes() != raw:
        raise Unrestored(
            f"{file} is there already with another content; restore into an empty folder"
        )
