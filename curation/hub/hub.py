"""A folder of repositories."""

from __future__ import annotations

import json
import re
import secrets
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path

from curation.hub import attributes
from curation.hub.problems import Problem, bad
from curation.hub.repository import Repository, Settings, initialise
from curation.writing import write_whole

MARK = "hub.json"
_FORM = "curate-hub-1"
_DAY = 24 * 3600
_NAME = re.compile(
    r"(?!.*(--|\.\.))[A-Za-z0-9_](?:[\w.-]{0,94}[A-Za-z0-9_])?", re.ASCII
)


class NoHub(Exception):
    """A folder is not a hub and cannot become one; says which and why."""


@dataclass
class Hub:
    """Bare git repositories of datasets in a folder, `datasets/NAMESPACE/NAME.git`.

    Args:
        root: The folder; an empty or a new one becomes a hub.
        threshold: Bytes above which a file is a large one whatever its name is.
        part: Bytes above which a large file is sent in parts of this size.

    Raises:
        NoHub: there is something else in the folder.
    """

    root: Path
    threshold: int = 10 << 20
    part: int = 5 << 30
    locks: dict[str, threading.Lock] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        mark = self.root / MARK
        if mark.is_file():
            try:
                form = json.loads(mark.read_text(encoding="utf-8"))["form"]
            except (ValueError, LookupError, TypeError):
                form = None
            if form != _FORM:
                raise NoHub(
                    f"{mark} is not of the form {_FORM!r}; expected a hub of this version"
                )
            return
        if self.root.exists() and (not self.root.is_dir() or any(self.root.iterdir())):
            raise NoHub(
                f"{self.root} is no hub: there is no {MARK} in it; expected a hub, or an"
                " empty or new folder"
            )
        self.root.mkdir(parents=True, exist_ok=True)
        write_whole(mark, json.dumps({"form": _FORM}) + "\n")

    def lock(self, repository: Repository) -> threading.Lock:
        """Return the lock under which commits to a repository are made."""
        return self.locks.setdefault(repository.id, threading.Lock())

    def find(self, namespace: str, name: str) -> Repository | None:
        """Return a repository, or None if there is none."""
        if not _NAME.fullmatch(namespace) or not _NAME.fullmatch(name):
            return None
        folder = self._folder(namespace, name)
        return Repository(folder) if folder.is_dir() else None

    def namespaces(self) -> Iterator[str]:
        """Yield the names of those who have repositories, or had."""
        for folder in sorted((self.root / "datasets").glob("*")):
            yield folder.name

    def create(
        self, namespace: str, name: str, author: str, *, private: bool = False
    ) -> Repository:
        """Make a repository whose first commit holds `.gitattributes`.

        Raises:
            Problem: it exists, or the name is none.
        """
        for part in (namespace, name):
            if not _NAME.fullmatch(part) or part.endswith(".git"):
                raise bad(
                    f"{part!r} is no name; expected up to 96 of letters, digits, '_', '-' and"
                    " '.', without '--', '..' or '.git' at its end"
                )
        folder = self._folder(namespace, name)
        partial = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
        partial.mkdir(parents=True)
        try:
            created = datetime.now(UTC).isoformat(timespec="milliseconds")
            settings = Settings(private, created=created.replace("+00:00", "Z"))
            initialise(partial, settings, {attributes.FILE: attributes.INITIAL}, author)
            if folder.exists():
                raise exists()
            try:
                partial.rename(folder)
            except OSError:  # somebody else was faster
                if not folder.exists():
                    raise
                raise exists() from None
        finally:
            shutil.rmtree(partial, ignore_errors=True)
        return Repository(folder)

    def delete(self, repository: Repository) -> None:
        """Remove a repository, first from sight and then from disk."""
        gone = repository.folder.with_name(f".{repository.name}.{secrets.token_hex(4)}")
        repository.folder.rename(gone)
        shutil.rmtree(gone)

    def move(self, repository: Repository, namespace: str, name: str) -> None:
        """Give a repository another name.

        Raises:
            Problem: there is one of that name.
        """
        if not _NAME.fullmatch(namespace) or not _NAME.fullmatch(name):
            raise bad(f"{namespace}/{name} is no name of a repository")
        folder = self._folder(namespace, name)
        if folder.exists():
            raise exists()
        folder.parent.mkdir(parents=True, exist_ok=True)
        repository.folder.rename(folder)

    def tidy(self) -> None:
        """Remove what runs that were killed left half-written, a day ago or longer.

        What is younger may be of another process that is still writing it.
        """
        before = time.time() - _DAY
        for left in (
            *self.root.glob("datasets/*/.*"),
            *self.root.glob("datasets/*/*.git/lfs/incomplete/*"),
            *self.root.glob("datasets/*/*.git/lfs/parts/*"),
            *self.root.glob("datasets/*/*.git/xet/xorbs/*/.*"),
        ):
            with suppress(FileNotFoundError):
                if left.stat().st_mtime > before:
                    continue
                if left.is_dir():
                    shutil.rmtree(left)
                else:
                    left.unlink()

    def _folder(self, namespace: str, name: str) -> Path:
        return self.root / "datasets" / namespace / f"{name}.git"


def exists() -> Problem:
    """Say that there is a repository of that name."""
    return Problem(HTTPStatus.CONFLICT, "You already created this dataset repo")
