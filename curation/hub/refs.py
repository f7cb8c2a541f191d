"""The refs of a bare repository; one moves only from where it is known to be."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus

from dulwich.file import FileLocked
from dulwich.objects import Commit, ObjectID, Tag
from dulwich.refs import Ref, check_ref_format
from dulwich.repo import Repo

from curation.hub.commits import Message, oid_of, person
from curation.hub.problems import Problem, bad, no_revision

MAIN = "refs/heads/main"
PULLS = "refs/pr/"
LONGEST = 200
"""Characters of the full name of a ref, which every file system takes."""
_SHORTEST = 7
"""Digits that a commit must be named with."""


@dataclass(frozen=True)
class Refs:
    """Branches, tags, pull requests and converted copies, by their full names."""

    repo: Repo

    def all(self) -> dict[str, str]:
        """Return the commit of each ref, by its full name."""
        return {
            name.decode(): self._peeled(oid)
            for name, oid in sorted(self.repo.refs.as_dict().items())
            if name != b"HEAD"
        }

    def _peeled(self, oid: ObjectID) -> str:
        found = self.repo.object_store[oid]
        while isinstance(found, Tag):
            found = self.repo.object_store[ObjectID(found.object[1])]
        return found.id.decode()

    def commit_of(self, revision: str) -> str:
        """Return the full id of a branch, tag, ref or commit.

        Raises:
            Problem: there is none.
        """
        refs = self.all()
        for name in (f"refs/heads/{revision}", f"refs/tags/{revision}", revision):
            if name in refs:
                return refs[name]
        if len(revision) >= _SHORTEST and not set(revision) - set("0123456789abcdef"):
            found = [*self.repo.object_store.iter_prefix(revision.encode())]
            if len(found) == 1 and isinstance(self.repo.object_store[found[0]], Commit):
                return found[0].decode()
        raise no_revision(revision)

    def create(self, name: str, commit: str, message: Message | None = None) -> None:
        """Make a ref that is not there yet; with a message, an annotated tag.

        Raises:
            Problem: it exists, or git has no refs of such a name.
        """
        if len(name) > LONGEST or not check_ref_format(Ref(name.encode())):
            raise bad(f"{name[:80]!r} is no name for a branch or a tag")
        oid = oid_of(commit)
        if message is not None:
            oid = self._annotated(name.removeprefix("refs/tags/"), commit, message)
        if not self._locked(
            name, lambda: self.repo.refs.add_if_new(Ref(name.encode()), oid)
        ):
            raise Problem(HTTPStatus.CONFLICT, f"Reference {name} already exists")

    def _annotated(self, name: str, commit: str, message: Message) -> ObjectID:
        tag = Tag()
        tag.name = name.encode()
        tag.object = (Commit, commit.encode())
        tag.message = f"{message.title}\n".encode()
        tag.tagger = person(message.author)
        tag.tag_time, tag.tag_timezone = int(time.time()), 0
        self.repo.object_store.add_object(tag)
        return tag.id

    def delete(self, name: str) -> None:
        """Remove a ref.

        Raises:
            Problem: there is none.
        """
        if name not in self.all():
            raise no_revision(name.split("/", 2)[-1])
        self._locked(
            name, lambda: self.repo.refs.remove_if_equals(Ref(name.encode()), None)
        )

    def move(self, name: str, old: str, new: str) -> None:
        """Let a ref name another commit, if it still names *old*.

        Raises:
            Problem: it does not.
        """
        moved = self._locked(
            name,
            lambda: self.repo.refs.set_if_equals(
                Ref(name.encode()), oid_of(old), oid_of(new)
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
                f" Please try again later; if there is none, remove"
                f" {os.fsdecode(error.lockfilename)}.",
            ) from None


def outdated() -> Problem:
    """Say that a branch moved on since it was read."""
    return Problem(
        HTTPStatus.PRECONDITION_FAILED,
        "The branch was updated since you opened this page. Please refresh and try again.",
    )
