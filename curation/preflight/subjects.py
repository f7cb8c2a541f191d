"""What the rules of preflight are asked about: a repository, its card, configs, tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from cards.frontmatter import Front
from cards.licences import Licence
from curation.footers import Footer
from curation.model import Where

CARD = "README.md"
ATTRIBUTES = ".gitattributes"
AT_CARD = Where(CARD)
WHOLE = Where("")

_BUILDERS = {
    "parquet": "parquet",
    "json": "json jsonl ndjson",
    "csv": "csv tsv",
    "arrow": "arrow",
    "text": "txt",
    "webdataset": "tar",
    "xml": "xml",
    "pdffolder": "pdf",
    "imagefolder": "png jpg jpeg gif webp tif tiff bmp ppm pgm pbm",
    "audiofolder": "wav flac mp3 ogg opus aiff aif au wma mpg webm m4v 3gp flv",
    "videofolder": "mkv mp4 avi mpeg mov",
    "meshfolder": "glb gltf ply stl",
}
_FORMATS = {end: name for name, ends in _BUILDERS.items() for end in ends.split()}
"""The builder that `datasets` 5 takes for files of an extension."""


def builder(path: str) -> str | None:
    """Return the builder that loads a file, by its extension, or None."""
    name = path.lower()
    for packed in (".gz", ".zst", ".xz", ".bz2"):
        name = name.removesuffix(packed)
    return _FORMATS.get(PurePosixPath(name).suffix.removeprefix("."))


@dataclass(frozen=True, slots=True)
class File:
    """One file of a repository; `plain` unless it is a link or a device."""

    path: str
    bytes: int
    plain: bool = True


@dataclass(frozen=True)
class Card:
    """README.md. `front` is None where there is no front matter that can be read.

    `fault` says why; `broken` whether it is there and no YAML.
    """

    text: str
    front: Front | None
    fault: str = ""
    broken: bool = False
    where: Where = AT_CARD

    @property
    def told(self) -> Mapping[str, Any]:
        """What the front matter says, empty if it is no mapping."""
        value = self.front.value if self.front else None
        return value if isinstance(value, dict) else {}


@dataclass(frozen=True)
class Split:
    """One split of a config: its patterns, and the files that each means."""

    name: str
    files: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Table:
    """One Parquet file, and what it says of itself, or why that cannot be read."""

    where: Where
    footer: Footer | None
    fault: str = ""


@dataclass(frozen=True)
class Config:
    """One config of a card, with its tables by split."""

    name: str
    splits: tuple[Split, ...]
    tables: Mapping[str, tuple[Table, ...]] = field(default_factory=dict)
    where: Where = AT_CARD

    @property
    def files(self) -> tuple[str, ...]:
        """All its files."""
        return tuple(p for s in self.splits for some in s.files.values() for p in some)


@dataclass(frozen=True)
class Repository:
    """A dataset repository as it would be published.

    `tree` is open, close or references for those of a release. `attributes` are the lines
    of .gitattributes; `licences` those of its tasks, None where nothing tells of them.
    """

    tree: str
    files: tuple[File, ...]
    card: Card
    configs: tuple[Config, ...]
    tables: tuple[Table, ...]
    attributes: tuple[str, ...] | None = None
    licences: Mapping[str, tuple[Licence, ...]] | None = None
    where: Where = WHOLE

    @cached_property
    def loose(self) -> tuple[File, ...]:
        """The data files that are no Parquet."""
        return tuple(
            f for f in self.files if builder(f.path) not in {None, "parquet"}
            and not f.path.endswith((".json", ".txt", ".xml")) and "/" in f.path
        )  # fmt: skip

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of media in it, as far as they can be told."""
        found = {k for t in self.tables if t.footer for k in t.footer.kinds}
        folders = {"videofolder": "video", "meshfolder": "mesh"}
        found |= {
            folders[b] for f in self.loose if (b := builder(f.path)) and b in folders
        }
        return frozenset(found)
