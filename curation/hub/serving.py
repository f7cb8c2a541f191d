"""A hub that answers over loopback, for as long as it is needed."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from curation.hub import (
    api_files,
    api_pulls,
    api_refs,
    api_repositories,
    api_uploads,
    api_xet,
    storage,
)
from curation.hub.accounts import Account, owner
from curation.hub.hub import Hub
from curation.hub.server import Server
from curation.hub.site import Site
from curation.hub.web import Through

ROUTES = (
    *api_repositories.ROUTES,
    *api_refs.ROUTES,
    *api_files.ROUTES,
    *api_uploads.ROUTES,
    *api_pulls.ROUTES,
    *api_xet.ROUTES,
    *storage.ROUTES,
)


@dataclass(frozen=True)
class Address:
    """Where a hub answers, and the token of its first account."""

    url: str
    token: str = field(repr=False)

    def environment(self) -> dict[str, str]:
        """Return what makes any client of the Hub use this one."""
        return {"HF_ENDPOINT": self.url, "HF_TOKEN": self.token}


@contextmanager
def serving(
    hub: Hub,
    *,
    token: str | None = None,
    port: int = 0,
    accounts: Collection[Account] | None = None,
    through: Through | None = None,
    page: int = 1000,
) -> Iterator[Address]:
    """Serve a hub to this machine until the block is left.

    Args:
        hub: What is served.
        token: Of the one account, which may do everything; a new one by default.
        port: Where, or 0 for any free port.
        accounts: Instead of the one account.
        through: What each request goes through, for tests: it is given the request and
            who answers.
        page: Entries of a listing that are told at once.

    Raises:
        OSError: the port is taken.
    """
    hub.tidy()
    known = [owner(token)] if accounts is None else [*accounts]
    site = Site(hub, known, ROUTES, page=page)
    if through is not None:
        site.through = through
    server = Server(port, site)
    site.at(server.server_port)
    # A short poll, since leaving the block waits for it.
    thread = threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
    )
    thread.start()
    try:
        yield Address(site.url, known[0].token if known else "")
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
