"""What publishing needs of a hub, and how asking it can fail."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

MAIN = "main"


class Refused(Exception):
    """It must not be done as things stand; says why, and how to mend it."""


class Trouble(Exception):
    """A hub did not do what it was asked; says what it answered."""


class Unanswered(Trouble):
    """No answer, or none that tells whether it was done; `wait` seconds are asked for."""

    def __init__(self, told: str, wait: float = 0) -> None:
        super().__init__(told)
        self.wait = wait


class Changed(Trouble):
    """It was not done, because something else was changed or is being changed there."""


class Denied(Trouble):
    """The token does not allow it."""


class Absent(Trouble):
    """There is no such thing, or not for this token."""


class Rejected(Trouble):
    """What was sent does not please the hub, and never will."""


@dataclass(frozen=True, slots=True)
class File:
    """A file of a release: where it goes, what it is, where it lies."""

    path: str
    bytes: int
    sha256: str
    source: Path


@dataclass(frozen=True, slots=True)
class Stored:
    """A file as a hub lists it: a large one by its SHA-256, any other by its git blob id."""

    bytes: int
    blob: str
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class State:
    """A repository: its last commit, and who may see it; `private` is None if untold.

    `gated` is auto or manual if people have to ask before they may download it.
    """

    head: str
    private: bool | None
    gated: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """Whose token it is, and what it may do; `role` is empty if untold."""

    name: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What one commit does."""

    add: Sequence[File]
    delete: Collection[str]


class Hub(Protocol):
    """A place for dataset repositories. Any method may raise `Trouble`."""

    place: str
    """What it is called where it is told of."""

    def account(self) -> Account:
        """Tell whose token is used."""

    def state(self, repository: str) -> State | None:
        """Tell of a repository, or None if there is none that the token may see."""

    def seen_by_all(self, repository: str) -> bool:
        """Tell whether someone without any token sees it."""

    def create(self, repository: str) -> None:
        """Make a private repository; it is no error if there is one."""

    def gate(self, repository: str, access: str) -> None:
        """Let people ask before they may download it; *access* is auto or manual."""

    def show(self, repository: str) -> None:
        """Make a repository public."""

    def tags(self, repository: str) -> Mapping[str, str]:
        """Return the commit of each tag."""

    def files(self, repository: str, revision: str) -> Mapping[str, Stored]:
        """List all files of a revision."""

    def commit_of(self, repository: str, revision: str) -> str:
        """Return the commit of a branch, a tag or a ref."""

    def fetch(
        self, repository: str, commit: str, into: Path, only: Sequence[str] | None
    ) -> Path:
        """Download files, or all, into a cache, and return the folder that shows them."""

    def upload(
        self, repository: str, revision: str, files: Sequence[File]
    ) -> Collection[str]:
        """Store large files where nobody sees them yet; return the paths of the small ones.

        What is stored already is not sent again.
        """

    def commit(
        self, repository: str, revision: str, change: Change, message: str, parent: str
    ) -> str:
        """Make one commit of all or nothing upon *parent*, and return its id."""

    def tag(self, repository: str, name: str, commit: str) -> None:
        """Tag a commit."""

    def request(self, repository: str, title: str) -> int:
        """Open a pull request that changes nothing yet."""

    def requests(self, repository: str, title: str) -> Sequence[int]:
        """Return the numbers of those that are open and have that title."""

    def merge(self, repository: str, number: int) -> None:
        """Merge a pull request."""


def request_branch(number: int) -> str:
    """Return the ref of a pull request."""
    return f"refs/pr/{number}"
