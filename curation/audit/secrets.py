"""Edge: reads what must not be public, from the references of a release or from tasks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from curation import parquet
from curation.columns_of import sample
from curation.manifest import digest
from curation.model import Json
from curation.task import Task
from curation.validation import read_tasks


class Unread(Exception):
    """References that cannot be read; says where, why, and what was expected."""


@dataclass(frozen=True)
class Secret:
    """What is hidden of one sample.

    `id` is the opaque one, `original` the contributor's. `values` are by the pointers at
    which they stood. `files` maps the digests of files to where they can be read; files
    that the question names too are not among them. `names` are what the files of the
    question were called.
    """

    task: str
    id: str
    original: str
    values: Mapping[str, Json] = field(repr=False)
    files: Mapping[str, Path] = field(repr=False)
    names: frozenset[str] = field(default=frozenset(), repr=False)
    nonce: str = field(default="", repr=False)


def read(folder: Path, scratch: Path) -> list[Secret]:
    """Read the references of a release, or else the samples of task folders or archives.

    Files that lie in Parquet are written to *scratch*, so that they can be decoded.

    Raises:
        Unread: there are none, or they cannot be read.
    """
    files = sorted(folder.rglob("*.parquet")) if folder.is_dir() else []
    try:
        if files:
            found = list(_released(files, scratch))
        else:
            found = [s for task in read_tasks([folder]) for s in _contributed(task)]
    except (OSError, ValueError, KeyError, orjson.JSONDecodeError) as error:
        raise Unread(
            f"{folder}: {error}; expected the references/ of a release, or tasks"
        ) from None
    if not found and not (folder / "manifest.json").is_file():
        raise Unread(
            f"{folder}: there is no reference in it; expected the references/ of a release, or tasks"
        )
    return found


def _released(files: list[Path], scratch: Path) -> Iterator[Secret]:
    for file in files:
        for sheet, cells in parquet.read([file]):
            kept: dict[str, bytes] = {}
            row = sample(cells, sheet.layout, kept.__setitem__)
            origin = orjson.loads(row["origin"])
            asked = frozenset(origin.get("names", {}).values())
            places = {
                hashlib.sha256(raw).hexdigest(): _kept(scratch, name, raw)
                for name, raw in kept.items()
                if name not in asked
            }
            told = orjson.loads(row["reference"].encode("utf-8", "surrogatepass"))
            yield Secret(
                sheet.facts["task"],
                row["id"],
                row["original_id"],
                told["values"],
                places,
                asked,
                row["nonce"],
            )


def _kept(scratch: Path, name: str, raw: bytes) -> Path:
    place = scratch / hashlib.sha256(raw).hexdigest() / Path(name).name
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(raw)
    return place


def _contributed(task: Task) -> Iterator[Secret]:
    root = task.folder.root
    asked = {r.file for r in task.media if not r.reference}
    files: dict[str | None, dict[str, Path]] = {}
    for ref in task.media:
        if ref.reference and ref.file and ref.file not in asked:
            place = root / ref.file
            inside = sorted(place.iterdir()) if place.is_dir() else [place]
            own = files.setdefault(ref.sample, {})
            own |= {digest(file): file for file in inside if file.is_file()}
    for one in task.samples():
        yield Secret(
            task.name, one.id, one.id, one.reference.values, files.get(one.id, {})
        )
