"""Edge: a release, or a tree of one, as folders whose hidden references lie beside them.

What is read is seen to be what was released: each tree is held against its manifest, and
the hidden references against the commitment that was published.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import orjson

from curation import commitment, manifest, parquet, restore
from curation.columns_of import sample
from curation.model import Json
from curation.trees import CLOSE, FILE, REFERENCES, NoRelease, told_by

Values = Mapping[str, Json]
"""What a reference consists of, by JSON Pointer into its sample."""
Hidden = Callable[[], Iterator[tuple[str, Values]]]
"""Yields id and reference of each sample of a task, in the order of its annotation."""


@dataclass(frozen=True)
class Unpacked:
    """A tree as folders: what it is, and by folder the references that are apart from it.

    `sha256` covers all files of the trees that were read.
    """

    sha256: str
    version: str
    commitment: str | None = None
    hidden: Mapping[Path, Hidden] = field(default_factory=dict)


def is_one(path: Path) -> bool:
    """Tell whether a path is a release, its `release.json`, or a tree of one."""
    if path.name == FILE or (path / FILE).is_file():
        return True
    return (path / manifest.FILE).is_file() and (path / "data").is_dir()


def unpacked(path: Path, target: Path) -> Unpacked:
    """Write the Close set of a release, or the tree that is named, as folders to *target*.

    Raises:
        NoRelease: it is not whole, or not what was released.
    """
    if find_spec("pyarrow") is None:
        raise NoRelease(
            f"{path}: a release is read with pyarrow: pip install 'general-bench-curation[release]'"
        )
    top = path.parent if path.name in {FILE, REFERENCES} else path
    try:
        return _release(top, target) if (top / FILE).is_file() else _tree(top, target)
    except (manifest.Broken, restore.Unrestored, OSError) as error:
        raise NoRelease(str(error)) from None


def _tree(folder: Path, target: Path) -> Unpacked:
    told = manifest.verify(folder)
    restore.restore(restore.tree_of(folder, told.tree), target)
    return Unpacked(_digest(folder), told.version)


def _release(folder: Path, target: Path) -> Unpacked:
    told = told_by(folder)
    there = [t for t in (CLOSE, REFERENCES) if (folder / t).is_dir()]
    for tree in there:
        manifest.verify(folder / tree)
        if manifest.digest(folder / tree / manifest.FILE) != told["trees"][tree]:
            raise NoRelease(
                f"{folder / tree} is not the tree that {folder / FILE} tells of; take both from the same release"
            )
    done = restore.restore(restore.tree_of(folder, CLOSE), target)
    if REFERENCES not in there:
        return Unpacked(_digest(folder / CLOSE), told["version"], told["commitment"])
    places = {one.task: one.folder for one in done}
    hidden = _hidden(folder / REFERENCES, places)
    root = commitment.release_root(hidden.roots(told["tasks"])).hex()
    if root != told["commitment"]:
        raise NoRelease(
            f"{folder / REFERENCES} does not hold the references that were committed to: their root is {root}, expected {told['commitment']}"
        )
    return Unpacked(
        _digest(*(folder / tree for tree in there)),
        told["version"],
        root,
        hidden.readers,
    )


def _digest(*folders: Path) -> str:
    told = [manifest.digest(folder / manifest.FILE) for folder in folders]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


@dataclass(frozen=True)
class _Answers:
    readers: Mapping[Path, Hidden]
    known: Mapping[str, tuple[int, bytes]]

    def roots(self, tasks: Mapping[str, Json]) -> dict[str, tuple[int, bytes]]:
        return {task: self.known.get(task, commitment.rooted([])) for task in tasks}


def _hidden(folder: Path, places: Mapping[str, Path]) -> _Answers:
    """Write the files of hidden references to their tasks, and keep where the values are."""
    readers: dict[Path, Hidden] = {}
    roots: dict[str, tuple[int, bytes]] = {}
    for task, place in places.items():
        files = sorted((folder / "data" / task).glob("*.parquet"))
        readers[place] = _reader(files)
        leaves = (_leaf(cells, place) for cells in _rows(files, place))
        roots[task] = commitment.rooted(leaves)
    return _Answers(readers, roots)


def _rows(files: list[Path], place: Path | None) -> Iterator[Mapping[str, Json]]:
    """Yield the rows of references; their files are written where there is a place."""

    def keep(name: str, raw: bytes) -> None:
        written[name] = hashlib.sha256(raw).hexdigest()
        if place is not None:
            restore.put(place, name, [raw])

    for sheet, cells in parquet.read(files):
        written: dict[str, str] = {}
        yield {**sample(cells, sheet.layout, keep), "written": written}


def _leaf(row: Mapping[str, Json], place: Path) -> bytes:
    reference = row["reference"].encode("utf-8", "surrogatepass")
    if orjson.loads(reference)["media"] != row["written"]:
        raise NoRelease(
            f"{place.name}: the files of the reference of {row['id']} are not those that were committed to"
        )
    return commitment.leaf(bytes.fromhex(row["nonce"]), row["id"], reference)


def _reader(files: list[Path]) -> Hidden:
    def read() -> Iterator[tuple[str, Values]]:
        for row in _rows(files, None):
            yield row["id"], orjson.loads(row["reference"])["values"]

    return read
