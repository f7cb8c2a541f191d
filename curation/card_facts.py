"""Edge: gathers the facts of a card from the trees of a release as they lie on the disk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import orjson

import schemas
from cards import byhand
from cards.facts import About, Card, Data, Task
from cards.languages import code
from cards.licences import of_task
from cards.page import README
from curation import footers
from curation.model import Json
from curation.trees import OPEN

LOG = "CHANGELOG.md"
_ABOUT = frozenset(f.name for f in fields(About))


class Faceless(Exception):
    """No card can be made of a folder; says what is missing, and what was expected."""


def card(
    folder: Path,
    tree: str,
    told: Mapping[str, Json],
    log: str,
    by_hand: str = "",
) -> Card:
    """Return the facts of one tree's card.

    Args:
        folder: The release, whose trees hold their data already.
        tree: open, close or references.
        told: What release.json says; the digests of the trees may be missing.
        log: The text of the change log.
        by_hand: What a maintainer wrote.

    Raises:
        Faceless: a file of the release cannot be read.
    """
    try:
        tasks = tuple(
            _task(folder, tree, name, counts)
            for name, counts in sorted(told["tasks"].items())
        )
    except (OSError, footers.Unreadable, orjson.JSONDecodeError, KeyError) as error:
        raise Faceless(
            f"{folder}: {error}; expected a whole release, as curate release writes it"
        ) from None
    return Card(tree, _about(told, log), tasks, by_hand)


def _about(told: Mapping[str, Json], log: str) -> About:
    own: dict[str, Json] = {k: told[k] or "" for k in told.keys() & _ABOUT}
    own |= {k: v for k, v in told.get("about", {}).items() if k in _ABOUT}
    for name in ("languages", "authors", "ignored", "unreviewed"):
        own[name] = tuple(own.get(name, ()))
    return About(**own, changes=changes(log))


def changes(log: str) -> str:
    """Return what a change log says of its latest version, without its heading."""
    _, _, section = log.partition("\n## ")
    section = section.partition("\n## ")[0]
    return section.partition("\n")[2].strip()


def _task(folder: Path, tree: str, name: str, counts: Mapping[str, Json]) -> Task:
    said = orjson.loads((folder / OPEN / "tasks" / f"{name}.json").read_bytes())
    family = schemas.family(said["family"])
    if family is None:
        raise KeyError(f"there is no family {said['family']!r}")
    envelope = said["envelope"]
    languages = envelope.get("language", "")
    return Task(
        name,
        _text(envelope, "task") or name,
        family,
        counts["open"],
        counts["close"],
        _text(envelope, "skill"),
        _text(envelope, "metric"),
        _text(envelope, "data_source"),
        tuple(filter(None, (code(part) for part in str(languages).split(",")))),
        of_task(said),
        _data(folder / tree, tree, name),
    )


def _text(envelope: Mapping[str, Json], key: str) -> str:
    value = envelope.get(key)
    return " ".join(value.split()) if isinstance(value, str) else ""


def _data(home: Path, tree: str, name: str) -> Data | None:
    files = sorted((home / "data" / name).glob(f"{tree}-*.parquet"))
    if not files:
        return None
    found = [footers.read(file) for file in files]
    return Data(
        sum(f.rows for f in found),
        sum(f.size for f in found),
        sum(f.bytes for f in found),
        found[0].features,
        tuple(file.relative_to(home).as_posix() for file in files),
    )


def written_by_hand(home: Path) -> str:
    """Return what was written by hand in the card of a tree.

    Raises:
        Faceless: there is no card, or its marks are gone.
    """
    file = home / README
    try:
        return byhand.found(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, byhand.Unmarked) as error:
        raise Faceless(f"{file}: {error}; expected a card that curate wrote") from None


def change_log(folder: Path) -> str:
    """Return the change log of a release.

    Raises:
        Faceless: there is none.
    """
    file = folder / OPEN / LOG
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Faceless(f"{file}: {error}; expected a whole release") from None
