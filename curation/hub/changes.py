"""A commit as clients send it: lines of JSON, and what they make of a repository."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import PurePosixPath
from typing import Any

from dulwich.objects import ObjectID

from curation.hub import card
from curation.hub.commits import Message
from curation.hub.problems import Problem, bad, no_entry
from curation.hub.refs import outdated
from curation.hub.repository import Repository

README = "README.md"
_LONGEST = 4096


@dataclass(frozen=True)
class Changes:
    """The head of a commit and its operations, each a key and a value."""

    title: str
    text: str
    parent: str | None
    operations: tuple[tuple[str, dict[str, Any]], ...]


def read(body: bytes) -> Changes:
    """Read the lines of a commit.

    Raises:
        Problem: a line is no operation, or a path is named twice.
    """
    told = [*_lines(body)]
    if not told or told[0][0] != "header":
        raise bad("expected a header in the first line")
    head = told[0][1]
    operations = tuple(told[1:])
    seen = set()
    for key, value in operations:
        if key not in _KINDS:
            raise bad(
                f"there is no operation {key!r}; expected one of {', '.join(_KINDS)}"
            )
        path = checked(value.get("path"), folder=key == "deletedFolder")
        if not key.startswith("deleted"):
            if path in seen:
                raise bad(f"{path!r} is in this commit twice")
            seen.add(path)
    parent = head.get("parentCommit")
    return Changes(
        str(head.get("summary", "")),
        str(head.get("description", "")),
        parent,
        operations,
    )


def _lines(body: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in enumerate(body.splitlines(), 1):
        if not line.strip():
            continue
        try:
            told = json.loads(line)
            key, value = told["key"], told["value"]
        except (ValueError, LookupError, TypeError):
            raise bad(f"line {number}: expected JSON with key and value") from None
        if not isinstance(key, str) or not isinstance(value, dict):
            raise bad(f"line {number}: expected JSON with key and value")
        yield key, value


def checked(path: object, *, folder: bool = False) -> str:
    """Return a path if it is one that stays inside of a repository.

    Raises:
        Problem: it does not.
    """
    if not isinstance(path, str):
        raise bad(f"path: {path!r} is no path")
    plain = path.removesuffix("/") if folder else path
    parts = plain.split("/")
    if (
        not all(parts)
        or {".", "..", ".git"} & {part.lower() for part in parts}
        or any(
            ord(c) < ord(" ") or c == "\\" or "\ud800" <= c <= "\udfff" for c in plain
        )
        or len(plain.encode(errors="surrogatepass")) > _LONGEST
        or str(PurePosixPath(plain)) != plain
    ):
        raise bad(f"{path!r} is no path inside of a repository")
    return plain


def plan(
    repository: Repository, ref: str, changes: Changes
) -> tuple[dict[str, ObjectID], str]:
    """Return the files that the commit would hold, and the commit it would stand on.

    Raises:
        Problem: the branch moved on, a file that is deleted does not exist, a large file was
            never sent, or the README has broken metadata.
    """
    head = repository.refs.commit_of(ref)
    if changes.parent and not head.startswith(changes.parent):
        raise outdated()
    files = repository.commits.files(head)
    for key, value in changes.operations:
        _KINDS[key](repository, files, value)
    _see_folders(files)
    return files, head


def apply(repository: Repository, ref: str, changes: Changes, author: str) -> str:
    """Make the commit, all of it or nothing, and return its id.

    The caller holds the lock of the repository.

    Raises:
        Problem: as `plan` does.
    """
    files, head = plan(repository, ref, changes)
    made = repository.commits.make(
        files, Message(changes.title, changes.text, author), [head]
    )
    repository.refs.move(ref, head, made)
    return made


def _file(
    repository: Repository, files: dict[str, ObjectID], value: dict[str, Any]
) -> None:
    path = value["path"]
    content = value.get("content", "")
    try:
        data = (
            base64.b64decode(content, validate=True)
            if value.get("encoding") == "base64"
            else str(content).encode()
        )
    except (binascii.Error, TypeError, ValueError):
        raise bad(f"{path}: its content is not base64") from None
    if path == README:
        errors, _ = card.problems(data.decode(errors="replace"))
        if errors:
            raise bad(errors[0], errors=[{"message": error} for error in errors])
    files[path] = repository.commits.add(data)


def _large(
    repository: Repository, files: dict[str, ObjectID], value: dict[str, Any]
) -> None:
    from curation.hub.lfs import Pointer  # noqa: PLC0415

    oid = str(value.get("oid"))
    size = repository.large.size(oid)
    if size is None:
        raise bad(
            "Your push was rejected because an LFS pointer pointed to a file that does not"
            f" exist: {value['path']}, {oid}"
        )
    if value.get("size") not in {None, size}:
        raise bad(f"{value['path']}: expected {size} bytes, not {value['size']}")
    files[value["path"]] = repository.commits.add(Pointer(oid, size).told())


def _deleted(_: Repository, files: dict[str, ObjectID], value: dict[str, Any]) -> None:
    path = value["path"]
    if path not in files:
        raise Problem(
            HTTPStatus.NOT_FOUND, "A file with this name doesn't exist", "EntryNotFound"
        )
    del files[path]


def _deleted_folder(
    _: Repository, files: dict[str, ObjectID], value: dict[str, Any]
) -> None:
    head = value["path"].removesuffix("/") + "/"
    inside = [path for path in files if path.startswith(head)]
    if not inside:
        raise no_entry(value["path"])
    for path in inside:
        del files[path]


def _see_folders(files: dict[str, ObjectID]) -> None:
    """See that no path is a file and a folder at once."""
    for path in files:
        for above in PurePosixPath(path).parents:
            if str(above) in files:
                raise bad(f"{str(above)!r} is a file and cannot hold {path!r}")


_KINDS: dict[str, Callable[[Repository, dict[str, ObjectID], dict[str, Any]], None]] = {
    "file": _file,
    "lfsFile": _large,
    "deletedFile": _deleted,
    "deletedFolder": _deleted_folder,
}
