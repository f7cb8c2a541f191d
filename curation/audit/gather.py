"""Edge: gathers the pieces of each tree, and of what lies beside the trees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from curation.audit.pieces import Column, Kind, Piece, of_file, words
from curation.audit.source import Source, Tree
from curation.audit.twins import Shown


@dataclass
class Side:
    """What one tree holds."""

    tree: Tree
    columns: list[Column] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)


def of_side(side: Side) -> Iterator[Piece]:
    """Yield all that a tree holds, and what its media say of themselves."""
    reading = side.tree.reading
    for path in side.tree.files():
        yield words(path, "its name", path)
        file = side.tree.folder / path
        if file.is_file() and not file.is_symlink():
            yield from of_file(path, file.read_bytes(), reading)
    for shown in side.shown:
        yield from _metadata(shown)


def beside(source: Source) -> Iterator[Piece]:
    """Yield what lies beside the trees."""
    reading = source.trees[0].reading
    for name in source.loose:
        assert source.top is not None
        yield words(name, "its name", name)
        yield from of_file(name, (source.top / name).read_bytes(), reading)


def _metadata(shown: Shown) -> Iterator[Column]:
    """Yield what media say of themselves, of packed metadata too."""
    found: dict[str, tuple[list[str], list[str | None]]] = {}
    for media in shown.gallery.facts.values():
        for name, text in getattr(media, "metadata", ()):
            texts, ids = found.setdefault(name, ([], []))
            texts.append(text)
            ids.append(media.sample)
    for name, (texts, ids) in found.items():
        yield Column(
            f"data/{shown.task}",
            Kind.TEXT,
            f"metadata {name} of media",
            texts,
            ids,
            shown.task,
        )
