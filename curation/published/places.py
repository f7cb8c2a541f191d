"""Edge: what a command needs of a published data set, as folders that are gone afterwards."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from curation import manifest, restore
from curation.archive import is_archive
from curation.published.address import Address, Unreachable
from curation.published.repository import ATTRIBUTES, Published, Said, Stored, scratch
from curation.published.tree import Tree
from curation.trees import CLOSE
from schemas import Family

if TYPE_CHECKING:
    from curation.published.past import Past

_RULES = re.compile(r"(?:\s*(?:#.*|\*\S* filter=lfs diff=lfs merge=lfs -text)?\n?)*")
"""What the Hub itself writes to .gitattributes: which endings are large files."""


@dataclass(frozen=True)
class Tasks:
    """Folders of tasks: what is to be read, and how the folder above it is called.

    `close` has the family of each of them that is of a Close set, by its folder.
    """

    path: Path
    above: Path
    name: str
    close: Mapping[str, Family] = field(default_factory=dict)


@contextmanager
def tasks(address: Address, said: Said) -> Iterator[Tasks]:
    """Give the tasks at an address as folders with annotations and media.

    Those of a release are restored from its tables, all others are fetched as they are.

    Raises:
        Unreachable: they cannot be had.
    """
    with scratch() as folder:
        published = Published(address, said)
        if _is_tree(published):
            tree = Tree(published, folder / "tree")
            tree.see_public()
            ids = tree.tasks_at(address.path) if address.path else None
            tree.fetch_tasks(ids)
            made = folder / "tasks"
            made.mkdir()
            try:
                done = restore.restore(tree.folder, made, ids)
            except (restore.Unrestored, ValueError, KeyError) as error:
                told = str(error).replace(str(folder), "").lstrip("/")
                raise Unreachable(f"{address}: {told}") from None
            close = {}
            if tree.manifest.tree == CLOSE:
                said("It is a Close set: that answers are missing is as it should be.")
                close = {one.folder.as_posix(): tree.family(one.task) for one in done}
            yield Tasks(made, made, address.root, close)
        else:
            made = folder / "files"
            path = address.path
            files = published.listed(path)
            if [file.path for file in files] == [path] and not is_archive(path):
                # An annotation file is read with the media that lie around it.
                files = published.listed(path.rpartition("/")[0])
            published.say_what_is_known()
            published.fetch(files, made)
            yield Tasks(made / path, made, address.root)


def _is_tree(published: Published) -> bool:
    return any(file.path == manifest.FILE for file in _top(published))


def _top(published: Published) -> list[Stored]:
    try:
        return published.listed(manifest.FILE)
    except Unreachable:
        return []


@contextmanager
def files(address: Address, said: Said) -> Iterator[Path]:
    """Give all files of a data set, or of a folder of it, as they are.

    Only `.gitattributes` is left out, if it holds nothing but what the Hub writes there.

    Raises:
        Unreachable: they cannot be had.
    """
    with scratch() as folder:
        published = Published(address, said)
        made = folder / "files"
        made.mkdir()
        published.fetch(published.listed(address.path), made)
        attributes = made / ATTRIBUTES
        if attributes.is_file() and _RULES.fullmatch(
            attributes.read_text("utf-8", "replace")
        ):
            attributes.unlink()
        yield made / address.path


@contextmanager
def past(address: Address, said: Said) -> Iterator[Past]:
    """Give all that was ever in a data set.

    Raises:
        Unreachable: it cannot be had.
    """
    # Searching needs far more than fetching does.
    from curation.published.past import Past  # noqa: PLC0415

    with scratch() as folder:
        yield Past(address, folder, said)


@contextmanager
def release(
    address: Address, only: Collection[str] | None, said: Said
) -> Iterator[Path]:
    """Give the tree of a release with the tasks that are wanted, by their ids.

    Raises:
        Unreachable: it cannot be had, or there is no such task.
    """
    with scratch() as folder:
        tree = Tree(Published(address, said), folder / "tree")
        tree.see_public()
        if unknown := set(only or ()) - set(tree.ids):
            raise Unreachable(f"{address}: {min(unknown)!r} is no task of it")
        if address.path:
            found = tree.tasks_at(address.path)
            only = found if only is None else [one for one in only if one in found]
        tree.fetch_tasks(only)
        yield tree.folder
