"""Edge: reads the folder of a repository into what the rules are asked about."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from cards import frontmatter
from cards.licences import Licence, of_task
from curation import footers
from curation.model import Json, Where
from curation.preflight.patterns import matching
from curation.preflight.subjects import (
    ATTRIBUTES,
    CARD,
    Card,
    Config,
    File,
    Repository,
    Split,
    Table,
)
from curation.trees import REFERENCES

_LARGEST = 64 << 20
"""Bytes of a text that is read whole."""


def repository(folder: Path, tree: str) -> Repository:
    """Read a folder; nothing is judged.

    Raises:
        OSError: it cannot be listed.
    """
    files = tuple(sorted(_files(folder, ""), key=lambda f: f.path))
    paths = [f.path for f in files if f.plain]
    card = _card(folder, paths)
    tables = {p: _table(folder / p, Where(p)) for p in paths if p.endswith(".parquet")}
    return Repository(
        tree,
        files,
        card,
        tuple(_configs(card.told, paths, tables)),
        tuple(tables.values()),
        _attributes(folder, paths),
        None if tree == REFERENCES else _licences(folder, paths),
    )


def _files(folder: Path, prefix: str) -> Iterator[File]:
    for entry in os.scandir(folder):
        if entry.is_dir(follow_symlinks=False):
            if prefix or entry.name != ".git":
                yield from _files(Path(entry.path), f"{prefix}{entry.name}/")
        else:
            facts = entry.stat(follow_symlinks=False)
            plain = stat.S_ISREG(facts.st_mode)
            yield File(prefix + entry.name, facts.st_size, plain)


def _text(file: Path) -> str:
    if file.stat().st_size > _LARGEST:
        raise ValueError(f"it is larger than {_LARGEST >> 20} MiB")
    return file.read_text("utf-8")


def _card(folder: Path, paths: Sequence[str]) -> Card:
    if CARD not in paths:
        return Card("", None, "there is none")
    try:
        text = _text(folder / CARD)
    except (OSError, ValueError) as error:
        return Card("", None, f"it cannot be read: {error}")
    front, _ = frontmatter.parted(text)
    if front is None:
        return Card(text, None, "it has no front matter between two lines of ---")
    try:
        return Card(text, frontmatter.read(front))
    except frontmatter.NotYaml as error:
        return Card(text, None, str(error), broken=True)


def _table(file: Path, where: Where) -> Table:
    try:
        return Table(where, footers.read(file))
    except footers.Unreadable as error:
        return Table(where, None, str(error))


def _configs(
    told: Mapping[str, Any], paths: Sequence[str], tables: Mapping[str, Table]
) -> Iterator[Config]:
    configs = told.get("configs")
    for one in configs if isinstance(configs, list) else ():
        if isinstance(one, dict):
            root = str(one.get("data_dir") or "").strip("/")
            splits = tuple(
                Split(name, {p: matching(_below(root, p), paths) for p in patterns})
                for name, patterns in _patterns(one.get("data_files"), root)
            )
            held = {
                s.name: tuple(
                    tables[p] for some in s.files.values() for p in some if p in tables
                )
                for s in splits
            }
            yield Config(str(one.get("config_name", "")), splits, held)


def _below(root: str, pattern: str) -> str:
    return f"{root}/{pattern}" if root else pattern


def _patterns(told: Json, root: str) -> Iterator[tuple[str, list[str]]]:
    """Yield the splits of a config with their patterns, in all forms of `data_files`."""
    match told:
        case None:
            if root:
                yield "train", ["**"]
        case str():
            yield "train", [told]
        case dict():
            for name, paths in told.items():
                yield str(name), _listed(paths)
        case list() if all(isinstance(one, dict) for one in told):
            for one in told:
                yield str(one.get("split", "train")), _listed(one.get("path"))
        case list():
            yield "train", _listed(told)


def _listed(paths: Json) -> list[str]:
    """Return patterns as a list; what is no text is none, and HUB104 tells of it."""
    told = paths if isinstance(paths, list) else [paths]
    return [path for path in told if isinstance(path, str)]


def _attributes(folder: Path, paths: Sequence[str]) -> tuple[str, ...] | None:
    if ATTRIBUTES not in paths:
        return None
    try:
        return tuple(_text(folder / ATTRIBUTES).splitlines())
    except (OSError, ValueError):
        return ()


def _licences(
    folder: Path, paths: Sequence[str]
) -> Mapping[str, tuple[Licence, ...]] | None:
    """Return the licences of tasks as `tasks/ID.json` tell of them, None without those."""
    found: dict[str, tuple[Licence, ...]] = {}
    for path in paths:
        if path.startswith("tasks/") and path.endswith(".json"):
            try:
                told = orjson.loads((folder / path).read_bytes())
                found[told["id"]] = of_task(told)
            except (OSError, ValueError, KeyError, TypeError):
                continue  # the audit tells of it
    return found or None
