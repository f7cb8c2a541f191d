"""Searches all that was ever in a repository: old files, messages, and names of refs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from curation.audit import pieces
from curation.audit.clone import Clone
from curation.audit.content import Search, judged
from curation.audit.mapped import Bytes
from curation.audit.signs import Sign, Way
from curation.audit.source import Source, Tree
from curation.model import Where


class Past(Protocol):
    """All that a repository ever held, as far as it can be had."""

    @property
    def shown(self) -> str:
        """What it is called."""

    def objects(self) -> Iterator[tuple[str, Bytes]]:
        """Yield a path and the content of each file, message and pointer."""

    def names(self) -> Iterable[str]:
        """Return the paths of all files and the names of all refs, once all was yielded."""

    def unseen(self) -> Iterator[str]:
        """Tell what could not be had, once all was yielded."""


def signs(past: Path | Past, search: Search, source: Source) -> Iterator[Sign]:
    """Search a local clone, or what else can tell of its past.

    Raises:
        Unauditable: it is no clone, or git is not installed.
    """
    if isinstance(past, Path):
        past = Clone(past)
    families = {k: v for tree in source.trees for k, v in tree.families.items()}
    reading = Tree("close", Path(), ours=False, families=families).reading
    known = Search(search.secrets, search.needles)
    for path, data in past.objects():
        for piece in pieces.of_file(path, data, reading) if data else ():
            known.piece(piece, _side(path))
    for name in sorted(past.names()):
        known.column(pieces.words("", "a name in it", name), "close")
    for sign in judged(known, {}):
        where = Where(sign.where.path)
        if sign.way not in {Way.UNSURE, Way.QUESTION}:
            yield replace(
                sign,
                where=where,
                detail=f"{past.shown}: {sign.detail}",
                tree="history",
            )
    for detail in past.unseen():
        yield Sign(Way.UNSEEN, Where(""), f"{past.shown}: {detail}", tree="history")


def _side(path: str) -> str:
    """Return the side that a path is of; what is open in a clone of both says so itself."""
    parts = path.split("/")
    return "open" if "open" in parts[:-1] or parts[-1].startswith("open-") else "close"
