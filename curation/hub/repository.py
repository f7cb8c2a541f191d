"""One repository of the hub: a bare git repository, its large files and its settings."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from http import HTTPStatus
from pathlib import Path

from dulwich.errors import NotTreeError
from dulwich.file import FileLocked
from dulwich.index import commit_tree
from dulwich.object_store import iter_tree_contents, tree_lookup_path
from dulwich.objects import Blob, Commit, ObjectID, Tag, Tree
from dulwich.refs import Ref
from dulwich.repo import Repo

from curation.hub import lfs
from curation.hub.problems import Problem, bad, no_entry, no_revision
from curation.writing import write_whole

MAIN = "refs/heads/main"
PULLS = "refs/pr/"
_SETTINGS = "curate.json"
_FILE_MODE = 0o100644
_SHORTEST = 7
"""Digits that a commit must be named with."""
_KNOWN: dict[ObjectID, tuple[int, lfs.Pointer | None]] = {}
"""Size and pointer of each blob that was looked at; an id of git is for ever the same bytes."""


@dataclass(frozen=True)
class Settings:
    """Who may see a repository; `gated` is False, "auto" or "manual"."""

    private: bool = False
    gated: str | bool = False
    granted: tuple[str, ...] = ()
    created: str = ""


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


class Repository:
    """A folder `NAMESPACE/NAME.git`; it is opened for each request and keeps no state."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.namespace = folder.parent.name
        self.name = folder.name.removesuffix(".git")
        self.id = f"{self.namespace}/{self.name}"
        self.large = lfs.Store(folder / "lfs")
        self._repo = Repo(str(folder))
        self._objects = self._repo.object_store

    # Settings

    @property
    def settings(self) -> Settings:
        """Read the settings."""
        told = json.loads((self.folder / _SETTINGS).read_text(encoding="utf-8"))
        return Settings(**told | {"granted": tuple(told["granted"])})

    def set(self, settings: Settings) -> None:
        """Write the settings."""
        write_whole(self.folder / _SETTINGS, json.dumps(asdict(settings), indent=2))

    # Refs

    def refs(self) -> dict[str, str]:
        """Return the commit of each ref, by its full name."""
        return {
            name.decode(): self._peeled(oid)
            for name, oid in sorted(self._repo.refs.as_dict().items())
            if name != b"HEAD"
        }

    def _peeled(self, oid: ObjectID) -> str:
        found = self._objects[oid]
        while isinstance(found, Tag):
            found = self._objects[ObjectID(found.object[1])]
        return found.id.decode()

    def commit_of(self, revision: str) -> str:
        """Return the full id of a branch, tag, ref or commit.

        Raises:
            Problem: there is none.
        """
        refs = self.refs()
        for name in (f"refs/heads/{revision}", f"refs/tags/{revision}", revision):
            if name in refs:
                return refs[name]
        if len(revision) >= _SHORTEST and not set(revision) - set("0123456789abcdef"):
            found = [*self._objects.iter_prefix(revision.encode())]
            if len(found) == 1 and isinstance(self._objects[found[0]], Commit):
                return found[0].decode()
        raise no_revision(revision)

    def create_ref(
        self, name: str, commit: str, message: Message | None = None
    ) -> None:
        """Make a ref that is not there yet; with a message, an annotated tag.

        Raises:
            Problem: it exists.
        """
        oid = _oid(commit)
        if message is not None:
            oid = self._annotated(name.removeprefix("refs/tags/"), commit, message)
        if not self._locked(
            name, lambda: self._repo.refs.add_if_new(Ref(name.encode()), oid)
        ):
            raise Problem(HTTPStatus.CONFLICT, f"Reference {name} already exists")

    def _annotated(self, name: str, commit: str, message: Message) -> ObjectID:
        tag = Tag()
        tag.name = name.encode()
        tag.object = (Commit, commit.encode())
        tag.message = f"{message.title}\n".encode()
        tag.tagger = _person(message.author)
        tag.tag_time, tag.tag_timezone = int(time.time()), 0
        self._objects.add_object(tag)
        return tag.id

    def delete_ref(self, name: str) -> None:
        """Remove a ref.

        Raises:
            Problem: there is none.
        """
        if name not in self.refs():
            raise no_revision(name.split("/", 2)[-1])
        self._locked(
            name, lambda: self._repo.refs.remove_if_equals(Ref(name.encode()), None)
        )

    def move_ref(self, name: str, old: str, new: str) -> None:
        """Let a ref name another commit, if it still names *old*.

        Raises:
            Problem: it does not.
        """
        moved = self._locked(
            name,
            lambda: self._repo.refs.set_if_equals(
                Ref(name.encode()), _oid(old), _oid(new)
            ),
        )
        if not moved:
            raise outdated()

    @staticmethod
    def _locked(name: str, change: Callable[[], bool]) -> bool:
        try:
            return change()
        except FileLocked as error:
            raise Problem(
                HTTPStatus.CONFLICT,
                f"Another commit operation is in progress for this repository ({name})."
                f" Please try again later; if there is none, remove {error.lockfilename!r}.",
            ) from None

    # Trees

    def entries(
        self, commit: str, path: str = "", *, recursive: bool = False
    ) -> Iterator[Entry]:
        """Yield what is in a folder of a commit, in git's order.

        Raises:
            Problem: there is no such folder.
        """
        tree = self._tree(commit, path)
        if recursive:
            items = iter_tree_contents(self._objects, tree, include_trees=True)
        else:
            folder = self._objects[tree]
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
                self._objects.__getitem__,
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
        return _oid(found.oid)

    def _entry(self, path: str, mode: int, oid: ObjectID) -> Entry:
        if mode == 0o040000:  # noqa: PLR2004 - git's mode of a folder
            return Entry(path, oid.decode(), folder=True)
        if oid not in _KNOWN:
            blob = self._objects[oid].as_raw_string()
            _KNOWN[oid] = len(blob), lfs.pointer(blob)
        size, large = _KNOWN[oid]
        return Entry(
            path, oid.decode(), size=large.size if large else size, large=large
        )

    def read(self, entry: Entry) -> bytes:
        """Return what git keeps of a file: its bytes, or the pointer to them."""
        return self._objects[_oid(entry.oid)].as_raw_string()

    # Commits

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
            self._objects,
            [(path.encode(), oid, _FILE_MODE) for path, oid in files.items()],
        )
        made.parents = [_oid(parent) for parent in parents]
        made.author = made.committer = _person(message.author)
        made.author_time = made.commit_time = int(time.time())
        made.author_timezone = made.commit_timezone = 0
        text = f"{message.title}\n\n{message.text}".rstrip() + "\n"
        made.encoding, made.message = b"UTF-8", text.encode()
        self._objects.add_object(made)
        return made.id.decode()

    def _commit(self, commit: str) -> Commit:
        found = self._objects[_oid(commit)]
        assert isinstance(found, Commit)
        return found

    def add(self, data: bytes) -> ObjectID:
        """Keep the bytes of a file, and return the id of its blob."""
        blob = Blob.from_string(data)
        self._objects.add_object(blob)
        return blob.id

    def files(self, commit: str) -> dict[str, ObjectID]:
        """Return the id of the blob of each file of a commit."""
        tree = self._commit(commit).tree
        return {
            item.path.decode(): item.sha
            for item in iter_tree_contents(self._objects, tree)
        }

    def log(self, commit: str) -> Iterator[tuple[str, Message, int]]:
        """Yield id, message and time (seconds) of a commit and all before it, newest first."""
        for step in self._repo.get_walker([_oid(commit)]):
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
        from dulwich.graph import find_merge_base  # noqa: PLC0415

        bases = find_merge_base(self._repo, [_oid(one), _oid(other)])
        if not bases:
            raise bad("the two have no commit in common")
        return bases[0].decode()


def outdated() -> Problem:
    """Say that a branch moved on since it was read."""
    return Problem(
        HTTPStatus.PRECONDITION_FAILED,
        "The branch was updated since you opened this page. Please refresh and try again.",
    )


def initialise(
    folder: Path, settings: Settings, files: Mapping[str, bytes], author: str
) -> None:
    """Make a repository with a first commit in an empty folder."""
    repo = Repo.init_bare(str(folder), default_branch=b"main")
    repo.close()
    write_whole(folder / _SETTINGS, json.dumps(asdict(settings), indent=2))
    new = Repository(folder)
    blobs = {path: new.add(data) for path, data in files.items()}
    new.create_ref(MAIN, new.make(blobs, Message("initial commit", "", author), ()))


def _oid(commit: str) -> ObjectID:
    return ObjectID(commit.encode())


def _person(name: str) -> bytes:
    return f"{name} <{name}@localhost>".encode()
