"""What the hub refuses, as its clients read it: a status, a code and a sentence."""

from __future__ import annotations

from http import HTTPStatus


class Problem(Exception):
    """A request is refused.

    `code` is what clients tell errors apart by: RepoNotFound, RevisionNotFound,
    EntryNotFound, GatedRepo. `more` goes into the JSON of the answer, `headers` beside it.
    """

    def __init__(
        self,
        status: HTTPStatus,
        message: str,
        code: str = "",
        *,
        more: dict[str, object] | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.more = more or {}
        self.headers = headers or {}


def bad(message: str, **more: object) -> Problem:
    """Make the answer to a request that can never succeed."""
    return Problem(HTTPStatus.BAD_REQUEST, message, more=more)


def no_repository() -> Problem:
    """Say that a repository does not exist, or that one may not know of it."""
    return Problem(HTTPStatus.NOT_FOUND, "Repository not found", "RepoNotFound")


def no_revision(revision: str) -> Problem:
    """Say that a repository has no such branch, tag or commit."""
    return Problem(
        HTTPStatus.NOT_FOUND, f"Invalid rev id: {revision}", "RevisionNotFound"
    )


def no_entry(path: str, commit: str = "") -> Problem:
    """Say that a commit has no such file or folder."""
    headers = {"X-Repo-Commit": commit} if commit else {}
    return Problem(
        HTTPStatus.NOT_FOUND,
        f"Entry not found: {path}",
        "EntryNotFound",
        headers=headers,
    )
