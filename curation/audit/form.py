"""Edge: sees that a tree holds what a release has, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator

import orjson

import schemas
from cards.page import NAMES
from curation import manifest
from curation.audit import tables
from curation.audit.mapped import Bytes, content
from curation.audit.signs import Sign, Way
from curation.audit.source import Source, Tree, told_by
from curation.model import Where
from curation.trees import FILE, REFERENCES

_PLACES = re.compile(
    r"CHANGELOG\.md|manifest\.json|tasks/[^/]+\.json"
    r"|data/[^/]+/(open|close)-\d{5}-of-\d{5}\.parquet|"
    + "|".join(map(re.escape, sorted(NAMES)))
)
_TASK = frozenset(
    {"id", "family", "envelope", "folder", "annotation", "samples", "canary", "places",
     "licences"}
)  # fmt: skip
_BESIDE = frozenset({FILE, "README.md", "CHANGELOG.md", "LICENSE"})


def of_release(source: Source) -> Iterator[Sign]:
    """Tell what beside the trees is out of place."""
    told = told_by(source)
    if source.top is None or not (source.top / FILE).is_file():
        return
    faults = [
        f.message for f in schemas.exact_validator("release.json").iter_errors(told)
    ]
    if told is None or faults:
        detail = faults[0] if faults else "it is not JSON"
        yield Sign(Way.STRANGER, Where(FILE), detail[:200])
        return
    for name in source.loose:
        if name not in _BESIDE:
            yield Sign(
                Way.STRANGER, Where(name), "a release has no such file beside its trees"
            )
    for tree in source.trees:
        file = tree.folder / manifest.FILE
        stated = told["trees"].get(tree.side)
        if not file.is_file() or manifest.digest(file) != stated:
            detail = (
                f"the manifest of {tree.side}/ is not the one that release.json names"
            )
            yield Sign(Way.MANIFEST, Where(manifest.FILE), detail, tree=tree.side)


def of_tree(tree: Tree) -> Iterator[Sign]:
    """Tell what in a tree that curate release wrote is out of place."""
    if not tree.ours:
        return
    try:
        manifest.verify(tree.folder)
    except manifest.Broken as error:
        detail = str(error).replace(f"{tree.folder}/", "")
        yield Sign(Way.MANIFEST, Where(manifest.FILE), detail, tree=tree.side)
    for path in tree.files():
        if not _PLACES.fullmatch(path) or (tree.folder / path).is_symlink():
            what = "references" if REFERENCES in path.split("/") else "such a file"
            yield Sign(
                Way.STRANGER,
                Where(path),
                f"a release has no {what} in {tree.side}/",
                tree=tree.side,
            )
        elif path.endswith(".parquet"):
            yield from _table(tree, path)
        elif path.startswith("tasks/"):
            yield from _task(tree, path)


def _task(tree: Tree, path: str) -> Iterator[Sign]:
    try:
        told = orjson.loads((tree.folder / path).read_bytes())
        more = sorted(told.keys() - _TASK)
    except (orjson.JSONDecodeError, AttributeError):
        more = ["something that is not an object"]
    if more:
        detail = f"a release has no {', '.join(more)[:200]} there"
        yield Sign(Way.STRANGER, Where(path), detail, tree=tree.side)


def _table(tree: Tree, path: str) -> Iterator[Sign]:
    import pyarrow as pa  # noqa: PLC0415

    data = content(tree.folder / path)
    try:
        known = tables.known(data)
        for name in tables.columns(data):
            if known is not None and name not in known:
                yield Sign(
                    Way.STRANGER,
                    Where(path),
                    f"column {name!r} is none that the release wrote",
                    tree=tree.side,
                )
        for key in sorted(tables.keys(data) - tables.KEYS):
            yield Sign(
                Way.STRANGER,
                Where(path),
                f"metadata {key.decode(errors='replace')!r} are none that the release wrote",
                tree=tree.side,
            )
        for name in sorted(set(tables.untrue(data))):
            yield Sign(
                Way.STATISTIC,
                Where(path),
                f"column {name!r}: least and greatest value are not those of its rows",
                tree=tree.side,
            )
        yield from _fields(tree, path, data)
    except (pa.ArrowException, OSError, ValueError) as error:
        yield Sign(
            Way.UNSEEN,
            Where(path),
            f"cannot be read as Parquet: {str(error)[:200]}",
            tree=tree.side,
        )


def _fields(tree: Tree, path: str, data: Bytes) -> Iterator[Sign]:
    if tree.side != "close":
        return
    for name, place in tables.places(data):
        if tree.reading.kind(path, place) == "reference":
            yield Sign(
                Way.FIELD,
                Where(path),
                f"column {name!r} stands where the reference stands",
                tree=tree.side,
            )
