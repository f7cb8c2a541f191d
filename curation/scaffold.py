"""Edge: writes a task folder to start from, out of the example that its schema carries."""

from __future__ import annotations

import json
import shutil
import tempfile
from pathlib import Path

import schemas
from cards.stub import card
from curation import making
from curation.model import Json
from schemas import Family

SCHEMA = "annotation.schema.json"
"""A copy of the schema beside the annotation, for editors that know nothing of this tool."""


class NotEmpty(Exception):
    """The folder that was to be written exists and holds something."""


def write(folder: Path, family: Family, task: str | None = None) -> None:
    """Write a task of *family* with two samples, its media, a card and its schema.

    The folder appears whole or not at all.

    Raises:
        NotEmpty: *folder* exists and is not an empty folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise NotEmpty(f"{folder} exists and is not empty")
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".curate-") as scratch:
        whole = Path(scratch) / "task"
        whole.mkdir(mode=0o755)
        _fill(whole, family, task)
        if folder.exists():
            folder.rmdir()
        shutil.move(whole, folder)


def _fill(folder: Path, family: Family, task: str | None) -> None:
    document = {"$schema": f"./{SCHEMA}", **family.examples[0]}
    if task:
        document["task"] = task
    for path, kind in media(family, document["data"]):
        making.make(kind, folder / path)
    _text(
        folder / "annotation.json", json.dumps(document, indent=2, ensure_ascii=False)
    )
    _text(
        folder / SCHEMA,
        json.dumps(schemas.bundled(family), indent=1, ensure_ascii=False),
    )
    _text(folder / "README.md", card(document, family))


def media(family: Family, data: list[Json]) -> list[tuple[str, str]]:
    """List the media files that samples name, each once, with its kind."""
    found = {}
    for slot in family.slots:
        if slot.media:
            for sample in data:
                for _, value in schemas.find(slot.path, sample):
                    if isinstance(value, str):
                        found[value] = slot.media
    return list(found.items())


def _text(file: Path, text: str) -> None:
    file.write_text(text.rstrip("\n") + "\n", encoding="utf-8")
