"""Requests and answers over loopback, without any meaning yet."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from http import HTTPStatus
from io import BufferedIOBase
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import unquote, urlencode

from curation.hub.lfs import chunks_of
from curation.hub.problems import Problem, bad

if TYPE_CHECKING:
    from curation.hub.repository import Repository
    from curation.hub.site import Site

LARGEST = 2 << 30
"""Bytes that a request may have, but for the files themselves."""
_CHUNK = 1 << 20
_T = TypeVar("_T")
RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
LONGEST_NUMBER = 18
"""Digits of a number in a request, which no size of anything exceeds."""


class Dropped(Exception):
    """The connection ends here, without an answer; only tests raise it."""


@dataclass(frozen=True)
class Stream:
    """The bytes of an answer that are not held in memory."""

    length: int
    chunks: Iterator[bytes]


@dataclass(frozen=True)
class Response:
    """What is answered."""

    status: int = HTTPStatus.OK
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | Stream = b""


def told(
    value: Any, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> Response:
    """Answer with JSON."""
    return Response(
        status,
        {"Content-Type": "application/json; charset=utf-8", **(headers or {})},
        json.dumps(value).encode(),
    )


def refused(problem: Problem) -> Response:
    """Answer with an error, as clients read it: in headers and in JSON."""
    # A line break in it would begin another header.
    message = re.sub(r"[^ -~]", "?", problem.message)
    headers = {"X-Error-Message": message, **problem.headers}
    if problem.code:
        headers["X-Error-Code"] = problem.code
    return told({"error": problem.message, **problem.more}, problem.status, headers)


@dataclass
class Request:
    """What is asked; `path` is as it was sent, the `parts` of it are unquoted."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Message
    stream: BufferedIOBase
    site: Site
    parts: tuple[str, ...] = ()
    route: str | None = None
    opened: list[Repository] = field(default_factory=list)
    _left: int | None = None

    def first(self, name: str, default: str = "") -> str:
        """Return a value of the query."""
        return self.query.get(name, [default])[0]

    def number(self, name: str, default: int) -> int:
        """Return a value of the query that is a number.

        Raises:
            Problem: it is none.
        """
        text = self.first(name, str(default))
        if not text.isdecimal() or len(text) > LONGEST_NUMBER:
            raise bad(f"{name}: {text[:40]!r} is no number")
        return int(text)

    def true(self, name: str) -> bool:
        """Tell whether a value of the query says yes."""
        return self.first(name).lower() in {"1", "true"}

    def chunks(self) -> Iterator[bytes]:
        """Yield what is left of the body."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            yield from self._chunked()
            return
        if self._left is None:
            told_length = self.headers.get("Content-Length") or "0"
            if not told_length.isdecimal() or len(told_length) > LONGEST_NUMBER:
                raise Dropped
            self._left = int(told_length)
        while self._left > 0:
            chunk = self.stream.read(min(_CHUNK, self._left))
            if not chunk:
                raise Dropped
            self._left -= len(chunk)
            yield chunk

    def _chunked(self) -> Iterator[bytes]:
        while self._left != 0:
            told = self.stream.readline(64).split(b";")[0].strip()
            if not re.fullmatch(rb"[0-9a-fA-F]{1,16}", told):
                raise Dropped
            self._left = int(told, 16)
            if self._left:
                yield self.stream.read(self._left)
            self.stream.readline(64)

    def body(self) -> bytes:
        """Return the whole body.

        Raises:
            Problem: it is larger than what is no file may be.
        """
        found = bytearray()
        for chunk in self.chunks():
            found += chunk
            if len(found) > LARGEST:
                raise Problem(
                    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                    f"expected at most {LARGEST} bytes",
                )
        return bytes(found)

    def json(self) -> dict[str, Any]:
        """Return the body as an object of JSON.

        Raises:
            Problem: it is none.
        """
        try:
            value = json.loads(self.body() or b"{}")
        except (ValueError, RecursionError):
            raise bad("expected JSON") from None
        if not isinstance(value, dict):
            raise bad("expected an object of JSON")
        return value


def items(asked: Mapping[str, Any], name: str, kind: type[_T]) -> list[_T]:
    """Return a list out of an object of JSON, empty where there is none.

    Raises:
        Problem: it is no list, or something else than a *kind* is in it.
    """
    value = asked.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, kind) for one in value):
        raise bad(f"{name}: expected a list of {_KINDS[kind]}")
    return value


_KINDS: Mapping[type, str] = {dict: "objects", str: "texts"}

Handler = Callable[[Request], Response]
Through = Callable[[Request, Handler], Response]
"""What each request goes through; tests record requests here, and let them fail."""


@dataclass(frozen=True)
class Route:
    """A method, a pattern of whole paths as they are sent, and who answers."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler


def route(method: str, pattern: str, handler: Handler) -> Route:
    """Make a route; `{}` is one part of a path, `{*}` what is left of it."""
    plain = re.escape(pattern).replace(r"\{\*\}", "(.+)").replace(r"\{\}", "([^/]+)")
    return Route(method, re.compile(plain), handler)


def written(seconds: float) -> str:
    """Return a time as the interface has it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def page(request: Request, items: Sequence[Any], size: int) -> Response:
    """Answer with some of many, and with where the next ones are."""
    start = request.number("cursor", 0)
    size = min(max(request.number("limit", size), 1), size)
    headers = {}
    if start + size < len(items):
        query = {**{k: v[0] for k, v in request.query.items()}, "cursor": start + size}
        headers["Link"] = (
            f'<{request.site.url}{request.path}?{urlencode(query)}>; rel="next"'
        )
    return told(items[start : start + size], headers=headers)


def find(routes: tuple[Route, ...], request: Request) -> Handler:
    """Return who answers, and keep in the request what the path says.

    Paths are taken apart before they are unquoted, since `%2F` in a revision is no border.

    Raises:
        Problem: nobody does.
    """
    wanted = "GET" if request.method == "HEAD" else request.method
    for one in routes:
        match = one.pattern.fullmatch(request.path)
        if match and one.method == wanted:
            request.parts = tuple(unquote(part) for part in match.groups())
            request.route = one.pattern.pattern
            return one.handler
    raise Problem(HTTPStatus.NOT_FOUND, f"there is no {request.method} {request.path}")


def file_response(
    request: Request, data: bytes | Path, headers: Mapping[str, str]
) -> Response:
    """Answer with the bytes or the file, or with the range of it that is asked for."""
    size = len(data) if isinstance(data, bytes) else data.stat().st_size
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Type": "application/octet-stream",
        **headers,
    }
    start, end, status = 0, size, HTTPStatus.OK
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    if asked and (asked[1] or asked[2]):
        if asked[1]:
            start = int(asked[1])
            end = min(int(asked[2]) + 1, size) if asked[2] else size
        else:
            start = max(size - int(asked[2]), 0)
        if start >= end:
            raise Problem(
                HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
                f"there are only {size} bytes",
                headers={"Content-Range": f"bytes */{size}"},
            )
        status = HTTPStatus.PARTIAL_CONTENT
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{size}"
    if isinstance(data, bytes):
        return Response(status, headers, data[start:end])
    return Response(
        status, headers, Stream(end - start, chunks_of(data, start, end - start))
    )
