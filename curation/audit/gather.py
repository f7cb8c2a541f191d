"""Edge: gathers the pieces of each tree, and of what lies beside the trees."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from curation.audit.mapped import Bytes, content
from curation.audit.pieces import Blob, Column, Kind, Piece, Unsearched, of_file, words
from curation.audit.source import Source, Tree
from curation.audit.twins import Shown


@dataclass
class Side:
    """What one tree holds."""

    tree: Tree
    columns: list[Column] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    unsearched: list[Unsearched] = field(default_factory=list)
    packed: set[str] = field(default_factory=set)
    """Files that hold other files."""


def gather(side: Side) -> None:
    """Gather the words of a tree, and what its media say of themselves.

    Files are passed over one by one, since all of them do not fit into memory.
    """
    reading = side.tree.reading
    for path in side.tree.files():
        side.columns.append(words(path, "its name", path))
        if (data := _content(side.tree, path)) is not None:
            for piece in of_file(path, data, reading):
                if isinstance(piece, Column):
                    side.columns.append(piece)
                elif isinstance(piece, Unsearched):
                    side.unsearched.append(piece)
                elif piece.name != path:
                    side.packed.add(path)
    for shown in side.shown:
        side.columns += _metadata(shown)


def pieces(side: Side) -> Iterator[Piece]:
    """Yield the words of a tree, and all files in it and in its files, one by one."""
    yield from side.columns
    yield from side.unsearched
    for path in side.tree.files():
        if (data := _content(side.tree, path)) is not None:
            yield Blob(path, path, data)
            if path in side.packed:
                inside = of_file(path, data, side.tree.reading)
                yield from (p for p in inside if isinstance(p, Blob) and p.name != path)


def _content(tree: Tree, path: str) -> Bytes | None:
    file = tree.folder / path
    return content(file) if file.is_file() and not file.is_symlink() else None


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
