"""Edge: the reviewer's page on loopback, for the one who has the token."""

from __future__ import annotations

import hmac
import json
import re
import secrets
import sys
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import parse_qs, urlsplit

from curation.model import Json
from curation.review.desk import Desk, Undecided
from curation.review.record import Broken, Misfit, Overtaken

HOST = "127.0.0.1"
LARGEST = 16 << 20
"""Bytes of a record that are taken."""
PATIENCE = 30.0
"""Seconds in which a request must have come."""

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "frame-ancestors 'none'; base-uri 'none'; form-action 'none'; object-src 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Sent with every answer. Which script may run is told by the page itself."""


@dataclass(frozen=True)
class Address:
    """Where the page is served; `first` opens it once, and lets that browser in."""

    host: str
    first: str


@contextmanager
def serving(desk: Desk, port: int = 0) -> Iterator[Address]:
    """Serve the page of a desk on loopback until the end of the context.

    Args:
        desk: What is reviewed.
        port: The port, by default any that is free.

    Raises:
        OSError: the port is taken, or not allowed.
    """
    door = _Door()

    class Handler(_Handler):
        pass

    Handler.desk, Handler.door = desk, door
    server = ThreadingHTTPServer((HOST, port), Handler)
    server.daemon_threads = True
    door.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    host = f"http://{HOST}:{door.port}/"
    try:
        yield Address(host, f"{host}?token={door.token}")
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Door:
    """Lets in who has the token, once, and afterwards who has the cookie."""

    def __init__(self) -> None:
        self.port = 0
        self.token = secrets.token_urlsafe(24)
        self._pass = secrets.token_urlsafe(24)
        self._used = False
        self._busy = Lock()

    @property
    def _name(self) -> str:
        # Cookies are not kept apart by port, so that the name must be.
        return f"curate-review-{self.port}"

    def enter(self, token: str) -> str | None:
        """Return the cookie for a token that was not used yet."""
        with self._busy:
            if self._used or not _same(token, self.token):
                return None
            self._used = True
        return f"{self._name}={self._pass}; HttpOnly; SameSite=Strict; Path=/"

    def knows(self, cookies: str) -> bool:
        """Whether the cookie is among those that were sent."""
        pairs = (part.strip().partition("=") for part in cookies.split(";"))
        return any(
            name == self._name and _same(value, self._pass) for name, _, value in pairs
        )

    def is_host(self, host: str | None) -> bool:
        """Whether a request was meant for us, and not for a name that leads here."""
        return host in {f"{HOST}:{self.port}", f"localhost:{self.port}"}

    def is_origin(self, origin: str | None) -> bool:
        """Whether a request that changes something comes from our page."""
        return origin is None or origin in {
            f"http://{HOST}:{self.port}",
            f"http://localhost:{self.port}",
        }


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode())


class _Handler(BaseHTTPRequestHandler):
    """One request. What goes wrong in it is told, and the server goes on."""

    desk: Desk
    door: _Door
    protocol_version = "HTTP/1.1"
    server_version = "curate"
    sys_version = ""
    timeout = PATIENCE

    def handle(self) -> None:
        """Answer what is asked over one connection, until the browser lets go of it."""
        with suppress(ConnectionError):
            super().handle()

    def log_message(self, *_: object) -> None:
        """Say nothing: the address of a request can hold the token."""

    def do_GET(self) -> None:
        """Give the page or one sample."""
        self._answered(self._get)

    def do_PUT(self) -> None:
        """Save the record."""
        self._answered(self._put)

    def _answered(self, answer: Callable[[], None]) -> None:
        try:
            if not self.door.is_host(self.headers.get("Host")):
                self._error(HTTPStatus.FORBIDDEN, "this name is not served here")
            else:
                answer()
        except (ConnectionError, TimeoutError):
            self.close_connection = True
        except Broken as error:
            self._error(HTTPStatus.SERVICE_UNAVAILABLE, str(error))
        except Exception:  # ours; it is shown where the server was started
            traceback.print_exc(file=sys.stderr)
            self._error(HTTPStatus.INTERNAL_SERVER_ERROR, "a fault of the tool")

    def _get(self) -> None:
        place = urlsplit(self.path)
        token = parse_qs(place.query).get("token", [""])[0]
        if place.path == "/" and token:
            self._enter(token)
        elif not self._is_inside():
            return
        elif place.path == "/":
            self._send(
                HTTPStatus.OK, self.desk.page().encode(errors="replace"), "text/html"
            )
        elif match := re.fullmatch(r"/sample/(\d{1,9})/(\d{1,9})", place.path):
            self._sample(int(match[1]), int(match[2]))
        else:
            self._error(HTTPStatus.NOT_FOUND, "there is nothing of this name")

    def _enter(self, token: str) -> None:
        cookie = self.door.enter(token)
        if cookie is None and not self.door.knows(self.headers.get("Cookie", "")):
            self._error(
                HTTPStatus.FORBIDDEN,
                "this address was used already, or was never one; it opens the page once."
                " Start curate review --serve again",
            )
            return
        more = {"Location": "/"} | ({"Set-Cookie": cookie} if cookie else {})
        self._send(HTTPStatus.SEE_OTHER, b"", "text/plain", more)

    def _is_inside(self) -> bool:
        if self.door.knows(self.headers.get("Cookie", "")):
            return True
        self._error(
            HTTPStatus.FORBIDDEN,
            "open the address that curate review --serve has printed",
        )
        return False

    def _sample(self, task: int, index: int) -> None:
        try:
            found = self.desk.sample(task, index)
        except LookupError as error:
            self._error(HTTPStatus.NOT_FOUND, str(error))
        else:
            self._json(HTTPStatus.OK, found)

    def _put(self) -> None:
        # Read whole before anything is said, so that the connection can be used on.
        body = self._body()
        if body is None or not self._is_inside():
            return
        if urlsplit(self.path).path != "/review":
            self._error(HTTPStatus.NOT_FOUND, "there is nothing of this name")
        elif not self.door.is_origin(self.headers.get("Origin")):
            self._error(HTTPStatus.FORBIDDEN, "it comes from another page")
        elif self.headers.get_content_type() != "application/json":
            self._error(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "expected application/json")
        elif not (
            match := re.fullmatch(r'"?(\d{1,9})"?', self.headers["If-Match"] or "")
        ):
            self._error(
                HTTPStatus.PRECONDITION_REQUIRED, "expected If-Match with the revision"
            )
        else:
            self._save(body, int(match[1]))

    def _body(self) -> bytes | None:
        told = self.headers.get("Content-Length", "")
        if not told.isdecimal() or len(told) > len(str(LARGEST)) + 9:
            self.close_connection = True
            self._error(HTTPStatus.LENGTH_REQUIRED, "expected Content-Length")
            return None
        if int(told) > LARGEST:
            self.close_connection = True
            self._error(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                f"{int(told):,} bytes, the limit is {LARGEST:,}",
            )
            return None
        return self.rfile.read(int(told))

    def _save(self, body: bytes, revision: int) -> None:
        try:
            saved = self.desk.save(json.loads(body), revision)
        except Overtaken as error:
            told = {"revision": error.current.revision, "review": error.current.told}
            self._json(HTTPStatus.CONFLICT, told)
        except Undecided as error:
            told = {"revision": error.current.revision, "review": error.current.told}
            self._json(HTTPStatus.UNPROCESSABLE_ENTITY, {"error": str(error), **told})
        except Misfit as error:
            self._error(HTTPStatus.UNPROCESSABLE_ENTITY, str(error))
        except (ValueError, RecursionError) as error:
            self._error(HTTPStatus.BAD_REQUEST, f"not JSON: {error}")
        else:
            self._json(HTTPStatus.OK, {"revision": saved.revision})

    def _error(self, status: HTTPStatus, told: str) -> None:
        self._json(status, {"error": told})

    def _json(self, status: HTTPStatus, value: Json) -> None:
        self._send(status, json.dumps(value).encode(), "application/json")

    def _send(
        self,
        status: HTTPStatus,
        body: bytes,
        kind: str,
        more: Mapping[str, str] | None = None,
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in {**_HEADERS, **(more or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
