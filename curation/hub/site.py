"""A hub as it is served: who asks, for what, and with which right."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
import traceback
from collections.abc import Collection
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import quote, urlencode

from curation.hub import accounts
from curation.hub.accounts import Account
from curation.hub.hub import Hub
from curation.hub.problems import Problem
from curation.hub.repository import Repository
from curation.hub.web import (
    Dropped,
    Handler,
    Request,
    Response,
    Route,
    Through,
    find,
    refused,
)

STORAGE = "/storage/"
VALID = 3600
"""Seconds that a link to storage is good for."""


def _straight(request: Request, handler: Handler) -> Response:
    return handler(request)


@dataclass
class Site:
    """What all handlers need.

    `url` is where the Hub's interface is, `storage` where files lie: the same server by
    another name, so that clients take it for another origin, as on the real Hub.
    """

    hub: Hub
    accounts: Collection[Account]
    routes: tuple[Route, ...]
    through: Through = _straight
    page: int = 1000
    url: str = ""
    storage: str = ""
    secret: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def at(self, port: int) -> None:
        """Keep where the server listens."""
        self.url = f"http://127.0.0.1:{port}"
        self.storage = f"http://localhost:{port}"

    def answer(self, request: Request) -> Response:
        """Answer one request."""
        return self.through(request, self._routed)

    def _routed(self, request: Request) -> Response:
        try:
            self._see_host(request)
            return find(self.routes, request)(request)
        except Problem as problem:
            return refused(problem)
        except Dropped:  # nobody is there to be told
            raise
        except Exception:  # ours: shown here, and told there
            traceback.print_exc()
            return refused(
                Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "a fault of the hub")
            )
        finally:
            for repository in request.opened:
                repository.close()

    def _see_host(self, request: Request) -> None:
        """See that the server is called by its own name, and not by a page's trick."""
        host = request.headers.get("Host", "")
        if host not in {self.url.split("/")[-1], self.storage.split("/")[-1]}:
            raise Problem(
                HTTPStatus.MISDIRECTED_REQUEST, f"there is no host {host!r} here"
            )

    # Rights

    def account(self, request: Request) -> Account | None:
        """Return whose token was sent, or None if there was none.

        Raises:
            Problem: nobody has it.
        """
        sent = request.headers.get("Authorization", "")
        if not sent:
            return None
        token = sent.removeprefix("Bearer ").encode()
        for account in self.accounts:
            if hmac.compare_digest(account.token.encode(), token):
                return account
        raise Problem(
            HTTPStatus.UNAUTHORIZED, "Invalid credentials in Authorization header"
        )

    def find(self, request: Request, namespace: str, name: str) -> Repository | None:
        """Return a repository that is open until the request is answered, if there is one."""
        repository = self.hub.find(namespace, name)
        if repository is not None:
            request.opened.append(repository)
        return repository

    def _found(self, request: Request) -> tuple[Repository, Account | None]:
        account = self.account(request)
        repository = self.find(request, *request.parts[:2])
        if repository is None:
            raise accounts.unknown(account)
        return repository, account

    def visible(self, request: Request) -> Repository:
        """Return the repository that a path begins with, for who may know of it."""
        repository, account = self._found(request)
        accounts.see_visible(account, repository)
        return repository

    def readable(self, request: Request) -> Repository:
        """Return the repository, for who may read its files."""
        repository, account = self._found(request)
        accounts.see_readable(account, repository)
        return repository

    def writable(self, request: Request) -> tuple[Repository, Account]:
        """Return the repository, for who may change it."""
        repository, account = self._found(request)
        accounts.see_visible(account, repository)
        return repository, accounts.see_writable(account, repository.namespace)

    def proposable(self, request: Request) -> tuple[Repository, Account]:
        """Return the repository, for who may propose a change of it."""
        repository, account = self._found(request)
        accounts.see_readable(account, repository)
        name = account.name if account else ""
        return repository, accounts.see_writable(account, name)

    # Links to storage

    def link(
        self, what: str, repository: Repository, oid: str, **more: str | int
    ) -> str:
        """Make a link that is a right by itself, for a while.

        Args:
            what: What may be done: get, put, part, join or xorb.
            repository: Where.
            oid: Which file.
            **more: What else the one who answers must know.
        """
        path = f"{STORAGE}{what}/{quote(repository.id)}/{oid}"
        query = urlencode({**more, "expires": int(time.time()) + VALID})
        return f"{self.storage}{path}?{query}&signature={self.sign(path, query)}"

    def sign(self, *parts: str) -> str:
        """Return what only this server can know of some words."""
        text = "\0".join(parts).encode()
        return hmac.new(self.secret, text, hashlib.sha256).hexdigest()

    def linked(self, request: Request) -> Repository:
        """Return the repository of a link.

        Raises:
            Problem: the link was not made here, or long ago; or a token came along, which no
                storage may see.
        """
        if "Authorization" in request.headers:
            raise Problem(
                HTTPStatus.BAD_REQUEST,
                "a token was sent to storage, where it must not go",
            )
        plain = {k: v[0] for k, v in request.query.items() if k != "signature"}
        signed = self.sign(request.path, urlencode(plain))
        if not hmac.compare_digest(signed, request.first("signature")):
            raise Problem(HTTPStatus.FORBIDDEN, "the link has no valid signature")
        if int(plain["expires"]) < time.time():
            raise Problem(HTTPStatus.FORBIDDEN, "the link has expired")
        repository = self.find(request, *request.parts[:2])
        if repository is None:
            raise Problem(HTTPStatus.NOT_FOUND, "there is no such file")
        return repository
