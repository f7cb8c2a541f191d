"""Makes tasks, and galleries of facts that were never decoded, in memory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import orjson

from curation.document import parse
from curation.finding import Finding, Rule, examine
from curation.model import Where
from curation.read import Entry, Folder
from curation.task import Task, assemble
from validators.gallery import Gallery
from validators.hints import hints
from validators.image import Image
from validators.media import Media, Unreadable
from validators.questions import repeats
from validators.shapes import geometries
from validators.video import Video


def task(
    family: str,
    samples: Iterable[Any],
    files: Iterable[str] = (),
    shown: str = "x",
    **envelope: Any,
) -> Task:
    """Assemble a task of these samples; what is not numbered is numbered from 1."""
    data = [{"id": f"s{n}"} | s for n, s in enumerate(samples, 1)]
    said = {"task": "A task", "family": family} | envelope | {"data": data}
    document = parse(orjson.dumps(said), Where("annotation.json"))
    folder = Folder(Path("x"), shown, tuple(_entries(files)), ("annotation.json",))
    made = assemble(folder, document)
    assert made is not None
    return made


def _entries(files: Iterable[str]) -> Iterable[Entry]:
    files = list(files)
    folders = {str(p) for f in files for p in PurePosixPath(f).parents} - {"."}
    yield from (Entry(folder, "folder", 0) for folder in sorted(folders))
    yield from (Entry(file, "file", 1) for file in files)


def gallery(
    family: str,
    samples: Iterable[Any],
    facts: Sequence[Media | Unreadable] = (),
    shown: str = "x",
    **envelope: Any,
) -> Gallery:
    """Make a gallery whose folder holds just the files that the facts are of."""
    files = [f.where.path for f in facts]
    made = task(family, samples, files, shown, **envelope)
    return Gallery(made, {f.where.path: f for f in facts})


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def image(path: str, width: int = 320, height: int = 240, **facts: Any) -> Image:
    """Make the facts of a picture; bytes and content are its own unless given."""
    own: dict[str, Any] = {
        "size": 1000,
        "sha256": _digest(path),
        "content": _digest(f"content of {path}"),
        "format": "png",
        "mode": "RGB",
        "highest": 255.0,
        "kind": "image",
    }
    return Image(where=Where(path), width=width, height=height, **own | facts)


def media(path: str, kind: str, **facts: Any) -> Media:
    """Make the facts that every file has."""
    own: dict[str, Any] = {
        "size": 1000,
        "sha256": _digest(path),
        "content": _digest(f"content of {path}"),
        "format": "",
    }
    return Media(where=Where(path), kind=kind, **own | facts)


def film(path: str, **facts: Any) -> Video:
    """Make the facts of a film of 50 frames in two seconds."""
    own: dict[str, Any] = {
        "size": 1000,
        "sha256": _digest(path),
        "format": "mp4",
        "codec": "h264",
        "kind": "video",
        "width": 320,
        "height": 240,
        "frames": 50,
        "fps": 25.0,
        "seconds": 2.0,
    }
    return Video(where=Where(path), **own | facts)


def found(rules: Sequence[Rule], *subjects: object) -> list[str]:
    """Ask the rules about the subjects, and print what they find, in order."""
    told = list(examine(subjects, rules))
    findings = [t for t in told if isinstance(t, Finding)]
    assert told == findings
    return [str(f) for f in sorted(findings, key=lambda f: f.order)]


def about(one: Gallery) -> list[object]:
    """List a gallery with all that is drawn from it for rules to be asked about."""
    return [one, *geometries(one), *repeats(one), *hints(one)]
