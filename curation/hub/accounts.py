"""Who asks, and what they may see and change."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Literal

from curation.hub.problems import Problem, no_repository
from curation.hub.repository import Repository


@dataclass(frozen=True)
class Account:
    """A user with one token.

    `role` is what the token allows. `namespaces` are the organisations they are a member
    of besides their own name; None means all, which is the one account of a hub that
    somebody serves to themselves.
    """

    name: str
    token: str = field(repr=False)
    role: Literal["read", "write"] = "write"
    namespaces: Collection[str] | None = ()

    def belongs(self, namespace: str) -> bool:
        """Tell whether what is in a namespace is theirs."""
        return (
            self.namespaces is None
            or namespace == self.name
            or namespace in self.namespaces
        )


def owner(token: str | None = None) -> Account:
    """Make the one account of a local hub, with a new token if none is given."""
    return Account("local", token or f"hf_{secrets.token_hex(17)}", namespaces=None)


def see_visible(account: Account | None, repository: Repository) -> None:
    """See that one may know of a repository.

    Raises:
        Problem: it is private, and not theirs.
    """
    if not repository.settings.private:
        return
    if account is None:
        # The same for what does not exist, so that nothing can be learned from it.
        raise unknown(account)
    if not account.belongs(repository.namespace):
        raise unknown(account)


def unknown(account: Account | None) -> Problem:
    """Say that there is no such repository: 401 to strangers, 404 to who has a token."""
    if account is None:
        return Problem(
            HTTPStatus.UNAUTHORIZED,
            "Invalid username or password.",
            "RepoNotFound",
        )
    return no_repository()


def see_readable(account: Account | None, repository: Repository) -> None:
    """See that one may read the files of a repository.

    Raises:
        Problem: it is private, or gated and access was not granted.
    """
    see_visible(account, repository)
    settings = repository.settings
    if not settings.gated:
        return
    if account is None:
        raise Problem(
            HTTPStatus.UNAUTHORIZED,
            f"Access to dataset {repository.id} is restricted. You must have access to it"
            " and be authenticated to access it. Please log in.",
            "GatedRepo",
        )
    if (
        not account.belongs(repository.namespace)
        and account.name not in settings.granted
    ):
        raise Problem(
            HTTPStatus.FORBIDDEN,
            f"Access to dataset {repository.id} is restricted and you are not in the"
            " authorized list.",
            "GatedRepo",
        )


def see_writable(account: Account | None, namespace: str) -> Account:
    """See that one may change what is in a namespace.

    Raises:
        Problem: no token, one that only reads, or the namespace of others.
    """
    if account is None:
        raise Problem(HTTPStatus.UNAUTHORIZED, "Invalid username or password.")
    if account.role != "write":
        raise Problem(
            HTTPStatus.FORBIDDEN,
            "You must use a write token to access this resource.",
        )
    if not account.belongs(namespace):
        raise Problem(
            HTTPStatus.FORBIDDEN,
            f"You don't have the rights to change anything under the namespace {namespace!r}.",
        )
    return account
