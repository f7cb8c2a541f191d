"""Listens on the loopback, reads requests and writes answers."""

from __future__ import annotations

import os
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from curation.hub.site import Site
from curation.hub.web import Dropped, Request, Response


class Server(ThreadingHTTPServer):
    """Listens on this machine alone; each connection has a thread."""

    daemon_threads = True
    # Elsewhere two servers could then listen on one port.
    allow_reuse_address = os.name == "posix"
    request_queue_size = 128

    def __init__(self, port: int, site: Site) -> None:
        self.site = site
        super().__init__(("127.0.0.1", port), _Connection)

    def handle_error(self, request: object, client_address: object) -> None:
        """Show a failure of ours; a client that went away is none."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Connection(BaseHTTPRequestHandler):
    """Reads requests of one connection and writes the answers."""

    protocol_version = "HTTP/1.1"
    server_version = "curate-hub"
    server: Server
    # Answers go out in two writes; without this each would wait for the other side.
    disable_nagle_algorithm = True

    def _answer(self) -> None:
        split = urlsplit(self.path)
        request = Request(
            self.command,
            split.path,
            parse_qs(split.query, keep_blank_values=True),
            self.headers,
            self.rfile,
            self.server.site,
        )
        try:
            response = self.server.site.answer(request)
            # What was not read would be taken for the next request.
            for _ in request.chunks():
                pass
            self._send(response)
        except Dropped:
            self.close_connection = True

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _answer  # noqa: N815

    def _send(self, response: Response) -> None:
        body = response.body
        length = len(body) if isinstance(body, bytes) else body.length
        self.send_response(response.status)
        for name, value in {"Content-Length": str(length), **response.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        for chunk in (body,) if isinstance(body, bytes) else body.chunks:
            self.wfile.write(chunk)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        """Say nothing; what a server is asked is no news."""
