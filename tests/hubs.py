"""A hub in a test: real clients against a real server, which fails where it is told to."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from curation.hub import Account, Hub, changes, serving
from curation.hub.web import Dropped, Response, Stream

LOOPBACK = ["127.0.0.1", "localhost", "::1"]
OWNER = Account("owner", "hf_owner", namespaces=("org",))
READER = Account("reader", "hf_reader", role="read", namespaces=("org",))
STRANGER = Account("stranger", "hf_stranger")
ACCOUNTS = (OWNER, READER, STRANGER)
SMALL = 1000
"""Bytes above which a file is a large one, so that tests need no large ones."""


@dataclass
class Fault:
    """What goes wrong with requests whose method and path fit.

    Attributes:
        request: A pattern of `METHOD path`.
        skip: How many such requests go well at first.
        times: How many fail then.
        status: Answered instead of doing the work.
        drop: The connection ends before the work, in the middle of what is sent or
            received, or after the work, before the answer.
        delay: Seconds to wait at first.
        stale: Answer what was answered the time before.
    """

    request: str
    skip: int = 0
    times: int = 1
    status: int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"{}"
    drop: str | None = None
    delay: float = 0
    stale: bool = False
    seen: int = 0

    def strikes(self, asked: str) -> bool:
        if not re.fullmatch(self.request, asked):
            return False
        self.seen += 1
        return self.skip < self.seen <= self.skip + self.times


@dataclass
class Watch:
    """Records what a hub is asked, lets it fail, and keeps what it has no answer for."""

    faults: list[Fault] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    answers: dict[str, Response] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, request, answer):
        asked = f"{request.method} {request.path}"
        with self.lock:
            self.asked.append(asked)
            fault = next((f for f in self.faults if f.strikes(asked)), None)
        if fault:
            time.sleep(fault.delay)
            if fault.stale:
                return self.answers[asked]
            if fault.status:
                return Response(fault.status, fault.headers, fault.body)
            if fault.drop == "before":
                raise Dropped
            if fault.drop == "mid" and request.method in {"PUT", "POST"}:
                request.stream.read(int(request.headers["Content-Length"]) // 2)
                raise Dropped
        response = answer(request)
        if request.route is None and response.status == HTTPStatus.NOT_FOUND:
            self.unknown.append(asked)
        if isinstance(response.body, bytes):
            self.answers[asked] = response
        if fault and fault.drop == "after":
            raise Dropped
        if fault and fault.drop == "mid":
            return Response(response.status, response.headers, _half(response.body))
        return response

    def count(self, request: str) -> int:
        return sum(bool(re.fullmatch(request, one)) for one in self.asked)


def _half(body: bytes | Stream) -> Stream:
    whole = body if isinstance(body, bytes) else b"".join(body.chunks)

    def chunks() -> Iterator[bytes]:
        yield whole[: len(whole) // 2]
        raise Dropped

    return Stream(len(whole), chunks())


@dataclass
class Served:
    """A hub, where it answers, and what it was asked."""

    hub: Hub
    url: str
    watch: Watch
    home: Path

    def environment(
        self,
        token: str | None = OWNER.token,
        *,
        xet: bool = False,
        more: Mapping[str, str] | None = None,
    ) -> dict[str, str]:
        """Return the environment of a client with a home of its own."""
        env = {k: v for k, v in os.environ.items() if not k.startswith("HF_")}
        env |= {
            "HF_ENDPOINT": self.url,
            "HF_HOME": str(self.home),
            "HF_HUB_DISABLE_TELEMETRY": "1",
            "HF_UPDATE_DOWNLOAD_COUNTS": "0",
            "HF_HUB_DISABLE_PROGRESS_BARS": "1",
            "PYTHONPATH": os.pathsep.join(p for p in sys.path if p),
        }
        env |= {"HF_TOKEN": token} if token else {}
        env |= {} if xet else {"HF_HUB_DISABLE_XET": "1"}
        return env | (more or {})

    def run(self, code: str, *arguments: str, **options) -> str:
        """Run code with a real client in a process of its own, and return what it prints."""
        done = subprocess.run(
            [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)],
            env=self.environment(**options),
            capture_output=True,
            check=False,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@contextmanager
def served(folder: Path, *, strict: bool = True, **options) -> Iterator[Served]:
    """Serve a new hub; a request that it has no answer for is a failure."""
    watch = Watch()
    hub = Hub(
        folder / "hub",
        threshold=options.pop("threshold", SMALL),
        part=options.pop("part", 5 << 30),
    )
    options = {"accounts": ACCOUNTS, "through": watch} | options
    with serving(hub, **options) as address:
        yield Served(hub, address.url, watch, folder / "home")
    # The client asks this once a day, and wants no answer.
    unknown = [r for r in watch.unknown if "agent-harnesses" not in r]
    assert not (strict and unknown), f"the hub has no answer to {unknown}"


def put(
    hub: Hub, name: str, files: Mapping[str, bytes], tag: str = "", **options
) -> str:
    """Put files into a repository without a client, make it if need be; return the commit."""
    space, _, short = name.partition("/")
    repository = hub.find(space, short) or hub.create(space, short, "owner", **options)
    told = []
    for path, data in files.items():
        if len(data) > hub.threshold or path.endswith(".parquet"):
            oid = hashlib.sha256(data).hexdigest()
            repository.large.put(oid, [data])
            told.append(("lfsFile", {"path": path, "oid": oid}))
        else:
            content = base64.b64encode(data).decode()
            told.append(
                ("file", {"path": path, "content": content, "encoding": "base64"})
            )
    asked = changes.Changes("files", "", None, tuple(told))
    made = changes.apply(repository, "refs/heads/main", asked, "owner")
    if tag:
        repository.refs.create(f"refs/tags/{tag}", made)
    repository.close()
    return made


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files of a folder by their paths."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
