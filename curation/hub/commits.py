"""Commits of a bare repository: what is in one, and how one is made."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from dulwich.errors import NotTreeError
from dulwich.graph import find_merge_base
from dulwich.index import commit_tree
from dulwich.object_store import iter_tree_contents, tree_lookup_path
from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.repo import Repo

from curation.hub import lfs
from curation.hub.problems import bad, no_entry

_FILE_MODE = 0o100644
_FOLDER_MODE = 0o040000
_KNOWN: dict[ObjectID, tuple[int, lfs.Pointer | None]] = {}
"""Size and pointer of each blob that was looked at; an id of git is for ever the same bytes."""


@dataclass(frozen=True)
class Entry:
    """A file or a folder of a commit; `oid` is that of git, `size` in bytes."""

    path: str
    oid: str
    folder: bool = False
    size: int = 0
    large: lfs.Pointer | None = None


@dataclass(frozen=True)
class Message:
    """What a commit says of itself."""

    title: str
    text: str
    author: str


@dataclass(frozen=True)
class Commits:
    """The commits, by their full ids."""

    repo: Repo

    def entries(
        self, commit: str, path: str = "", *, recursive: bool = False
    ) -> Iterator[Entry]:
        """Yield what is in a folder of a commit, in git's order.

        Raises:
            Problem: there is no such folder.
        """
        tree = self._tree(commit, path)
        if recursive:
            items = iter_tree_contents(self.repo.object_store, tree, include_trees=True)
        else:
            folder = self.repo.object_store[tree]
            assert isinstance(folder, Tree)
            items = folder.iteritems()
        for item in items:
            if item.path:
                inner = item.path.decode()
                yield self._entry(
                    f"{path}/{inner}" if path else inner, item.mode, item.sha
                )

    def entry(self, commit: str, path: str) -> Entry:
        """Return one file or folder of a commit.

        Raises:
            Problem: there is none.
        """
        try:
            mode, oid = tree_lookup_path(
                self.repo.object_store.__getitem__,
                self._commit(commit).tree,
                path.encode(),
            )
        except (KeyError, NotTreeError):
            raise no_entry(path, commit) from None
        return self._entry(path, mode, oid)

    def _tree(self, commit: str, path: str) -> ObjectID:
        if not path:
            tree: ObjectID = self._commit(commit).tree
            return tree
        found = self.entry(commit, path)
        if not found.folder:
            raise no_entry(path, commit)
        return oid_of(found.oid)

    def _entry(self, path: str, mode: int, oid: ObjectID) -> Entry:
        if mode == _FOLDER_MODE:
            return Entry(path, oid.decode(), folder=True)
        if oid not in _KNOWN:
            blob = self.repo.object_store[oid].as_raw_string()
            _KNOWN[oid] = len(blob), lfs.pointer(blob)
        size, large = _KNOWN[oid]
        return Entry(
            path, oid.decode(), size=large.size if large else size, large=large
        )

    def read(self, entry: Entry) -> bytes:
        """Return what git keeps of a file: its bytes, or the pointer to them."""
        return self.repo.object_store[oid_of(entry.oid)].as_raw_string()

    def make(
        self, files: Mapping[str, ObjectID], message: Message, parents: Sequence[str]
    ) -> str:
        """Make a commit that holds just these files, of which no ref knows yet.

        Args:
            files: For each path the id of its blob.
            message: What the commit says.
            parents: The commits it stands on.
        """
        made = Commit()
        made.tree = commit_tree(
            self.repo.object_store,
            [(path.encode(), oid, _FILE_MODE) for path, oid in files.items()],
        )
        made.parents = [oid_of(parent) for parent in parents]
        made.author = made.committer = person(message.author)
        made.author_time = made.commit_time = int(time.time())
        made.author_timezone = made.commit_timezone = 0
        text = f"{message.title}\n\n{message.text}".rstrip() + "\n"
        made.encoding, made.message = b"UTF-8", text.encode()
        self.repo.object_store.add_object(made)
        return made.id.decode()

    def _commit(self, commit: str) -> Commit:
        found = self.repo.object_store[oid_of(commit)]
        assert isinstance(found, Commit)
        return found

    def add(self, data: bytes) -> ObjectID:
        """Keep the bytes of a file, and return the id of its blob."""
        blob = Blob.from_string(data)
        self.repo.object_store.add_object(blob)
        return blob.id

    def files(self, commit: str) -> dict[str, ObjectID]:
        """Return the id of the blob of each file of a commit."""
        tree = self._commit(commit).tree
        return {
            item.path.decode(): item.sha
            for item in iter_tree_contents(self.repo.object_store, tree)
        }

    def log(self, commit: str) -> Iterator[tuple[str, Message, int]]:
        """Yield id, message and time (seconds) of a commit and all before it, newest first."""
        for step in self.repo.get_walker([oid_of(commit)], order="topo"):
            title, _, text = step.commit.message.decode(errors="replace").partition(
                "\n"
            )
            author = step.commit.author.decode(errors="replace").partition(" <")[0]
            yield (
                step.commit.id.decode(),
                Message(title, text.strip(), author),
                step.commit.commit_time,
            )

    def fork(self, one: str, other: str) -> str:
        """Return the last commit that two commits have in common.

        Raises:
            Problem: they have none.
        """
        bases = find_merge_base(self.repo, [oid_of(one), oid_of(other)])
        if not bases:
            raise bad("the two have no commit in common")
        return bases[0].decode()


def oid_of(commit: str) -> ObjectID:
    """Return the id of a commit as git's library has it."""
    return ObjectID(commit.encode())


def person(name: str) -> bytes:
    """Return a user as commits and tags name one."""
    return f"{name} <{name}@localhost>".encode()
