"""Holds the real Hub against what the local hub assumes of it.

    HF_TOKEN=… python tests/hub/real_hub.py OWNER/THROW-AWAY

makes a private data set of that name, which must not exist yet, tries one assumption after the
other, and deletes the data set. HF_OTHER_TOKEN is a token of an account without access to it,
HF_READ_TOKEN one of the owner that only reads; what needs them is left out without them.
With HF_ENDPOINT it asks another Hub, such as a local one. Exit code 1: something differs.
"""

# ruff: noqa: T201 - what it finds is printed

from __future__ import annotations

import base64
import hashlib
import json
import os
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

Answer = tuple[int, Any, dict[str, str]]
FILE = {
    "path": "a.txt",
    "content": base64.b64encode(b"a").decode(),
    "encoding": "base64",
}


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirect."""

    def redirect_request(self, *_: Any) -> None:
        return None


class Skipped(Exception):
    """What a check needs is not there."""


@dataclass(frozen=True)
class Asked:
    """The Hub, and the data set that is thrown away."""

    repo: str
    token: str
    url: str

    @property
    def api(self) -> str:
        return f"/api/datasets/{self.repo}"

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        token: str | None = "",
        **headers: str,
    ) -> Answer:
        """Return status, JSON (or bytes) and headers (in small letters) of an answer."""
        url = path if "://" in path else self.url + path
        data = (
            body
            if isinstance(body, bytes) or body is None
            else json.dumps(body).encode()
        )
        token = self.token if token == "" else token
        if token:
            headers["Authorization"] = f"Bearer {token}"
        headers.setdefault("Content-Type", "application/json")
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            answer = urllib.request.build_opener(Stay).open(request, timeout=60)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            raw = answer.read()
        try:
            told = json.loads(raw)
        except ValueError:
            told = raw
        return answer.status, told, {k.lower(): v for k, v in answer.headers.items()}

    def commit(
        self,
        *operations: tuple[str, dict],
        rev: str = "main",
        token: str = "",
        **head: str,
    ) -> Answer:
        told = [("header", {"summary": "try", "description": "", **head}), *operations]
        lines = "\n".join(json.dumps({"key": k, "value": v}) for k, v in told)
        kind = {"Content-Type": "application/x-ndjson"}
        path = f"{self.api}/commit/{rev}"
        return self.ask("POST", path, lines.encode(), token, **kind)

    def head(self, revision: str = "main") -> str:
        return self.ask("GET", f"{self.api}/revision/{revision}")[1]["sha"]

    def text(self, path: str, content: bytes) -> tuple[str, dict]:
        told = base64.b64encode(content).decode()
        return "file", {"path": path, "content": told, "encoding": "base64"}


def large_files(hub: Asked) -> Any:
    """Which files are large ones: by name, by a zero byte, above 10 MiB; a short text is not."""
    zero = base64.b64encode(b"a\0b").decode()
    text = base64.b64encode(b"text").decode()
    files = [
        {"path": "a.parquet", "sample": text, "size": 4},
        {"path": "a.unknown", "sample": zero, "size": 3},
        {"path": "b.txt", "sample": text, "size": (10 << 20) + 1},
        {"path": "c.txt", "sample": text, "size": 10 << 20},
    ]
    told = hub.ask("POST", f"{hub.api}/preupload/main", {"files": files})[1]
    return [file["uploadMode"] for file in told["files"]]


def moved_on(hub: Asked) -> Any:
    """A commit on a branch that moved on is refused with 412."""
    old = hub.head()
    first = hub.commit(hub.text("moved.txt", b"1"), parentCommit=old)[0]
    return first, hub.commit(hub.text("moved.txt", b"2"), parentCommit=old)[0]


def short_parent(hub: Asked) -> Any:
    """The beginning of a commit's id is enough for its parent."""
    return hub.commit(hub.text("short.txt", b"1"), parentCommit=hub.head()[:8])[0]


def exists(hub: Asked) -> Any:
    """A repository that exists is refused with 409, and its address."""
    owner, _, name = hub.repo.partition("/")
    asked = {"name": name, "organization": owner, "type": "dataset"}
    status, told, _ = hub.ask("POST", "/api/repos/create", asked)
    return status, told.get("url", "").endswith(f"/datasets/{hub.repo}")


def tags(hub: Asked) -> Any:
    """A tag that exists is refused with 409; one with a message stands for the commit."""
    tag = {"tag": "v1", "message": "the first"}
    answers = [hub.ask("POST", f"{hub.api}/tag/main", tag)[0] for _ in range(2)]
    told = hub.ask("GET", f"{hub.api}/refs")[1]["tags"]
    return answers, told[0]["targetCommit"] == hub.head(), hub.head("v1") == hub.head()


def merged(hub: Asked) -> Any:
    """After a merge the commits of a pull request are in the history of main."""
    asked = {"title": "a pull request", "description": "", "pullRequest": True}
    number = hub.ask("POST", f"{hub.api}/discussions", asked)[1]["num"]
    made = hub.commit(hub.text("pull.txt", b"1"), rev=f"refs%2Fpr%2F{number}")[1]
    hub.commit(hub.text("beside.txt", b"1"))
    hub.ask("POST", f"{hub.api}/discussions/{number}/status", {"status": "open"})
    status = hub.ask("POST", f"{hub.api}/discussions/{number}/merge", {})[0]
    ids = [one["id"] for one in hub.ask("GET", f"{hub.api}/commits/main")[1]]
    return status, made["commitOid"] in ids


def never_sent(hub: Asked) -> Any:
    """A commit that names a large file that was never sent is refused, and changes nothing."""
    before = hub.head()
    oid = hashlib.sha256(os.urandom(8)).hexdigest()
    large = {"path": "large.bin", "algo": "sha256", "oid": oid, "size": 8}
    status = hub.commit(("lfsFile", large), hub.text("with.txt", b"1"))[0]
    return status // 100, hub.head() == before


def delete_missing(hub: Asked) -> Any:
    """Deleting what does not exist is refused with 404, and changes nothing."""
    before = hub.head()
    status, _, headers = hub.commit(
        ("deletedFile", {"path": "none.txt"}), hub.text("with.txt", b"1")
    )
    return status, headers.get("x-error-code"), hub.head() == before


def no_change(hub: Asked) -> Any:
    """A commit without a change makes an empty commit."""
    first = hub.commit(("file", FILE))[1]["commitOid"]
    return hub.commit(("file", FILE))[1]["commitOid"] != first


def read_after_write(hub: Asked) -> Any:
    """The head is the new commit right after it was made, five times in a row."""
    return [
        hub.commit(hub.text("lag.txt", b"%d" % n))[1]["commitOid"] == hub.head()
        for n in range(5)
    ]


def paths_out(hub: Asked) -> Any:
    """A path that leads out of the repository is refused."""
    before = hub.head()
    answers = [hub.commit(hub.text(path, b"1"))[0] // 100 for path in ("../a", "a//b")]
    return answers, hub.head() == before


def broken_card(hub: Asked) -> Any:
    """A card with broken metadata is refused by the check and by the commit; keys that stand twice too."""
    card = "---\na: [\n---\n"
    asked = {"content": card, "repoType": "dataset"}
    twice = {**asked, "content": "---\nlicense: mit\nlicense: mit\n---\n"}
    return (
        hub.ask("POST", "/api/validate-yaml", asked)[0],
        hub.ask("POST", "/api/validate-yaml", twice)[0],
        hub.commit(hub.text("README.md", card.encode()))[0],
    )


def downloads(hub: Asked) -> Any:
    """A large file lies on another origin, behind a link that needs no token and gives ranges."""
    name = f"{os.urandom(4).hex()}.bin"
    data = os.urandom(2000)
    oid = hashlib.sha256(data).hexdigest()
    asked = {
        "operation": "upload",
        "transfers": ["basic"],
        "objects": [{"oid": oid, "size": len(data)}],
        "hash_algo": "sha256",
    }
    kind = {"Content-Type": "application/vnd.git-lfs+json"}
    kind["Accept"] = kind["Content-Type"]
    batch = f"/datasets/{hub.repo}.git/info/lfs/objects/batch"
    actions = hub.ask("POST", batch, asked, **kind)[1]["objects"][0]["actions"]
    plain = {"Content-Type": "application/octet-stream"}
    sent = hub.ask("PUT", actions["upload"]["href"], data, None, **plain)[0]
    hub.commit(("lfsFile", {"path": name, "algo": "sha256", "oid": oid, "size": 2000}))
    path = f"/datasets/{hub.repo}/resolve/main/{name}"
    status, _, headers = hub.ask("HEAD", path)
    link = headers.get("location", "")
    part = hub.ask("GET", link, None, None, Range="bytes=5-9") if link else (0, b"", {})
    origin = link.split("/")[2:3] != hub.url.split("/")[2:3]
    return sent, status, origin, part[0], part[2].get("content-range")


def linked(hub: Asked) -> Any:
    """A file is told with its commit; one that is missing too, as EntryNotFound."""
    there = hub.ask("HEAD", f"/datasets/{hub.repo}/resolve/main/a.txt")
    missing = hub.ask("HEAD", f"/datasets/{hub.repo}/resolve/main/none.txt")
    return (
        there[2].get("x-repo-commit") == hub.head(),
        missing[0],
        missing[2].get("x-error-code"),
        missing[2].get("x-repo-commit") == hub.head(),
    )


def hidden(hub: Asked) -> Any:
    """What is private is answered to nobody with 401."""
    return hub.ask("GET", hub.api, token=None)[0]


def hidden_from_others(hub: Asked) -> Any:
    """What is private is answered to others with 404, as RepoNotFound."""
    status, _, headers = hub.ask("GET", hub.api, token=_other("HF_OTHER_TOKEN"))
    return status, headers.get("x-error-code")


def only_reads(hub: Asked) -> Any:
    """A token that only reads is refused with 403 at the first step and at the commit."""
    token = _other("HF_READ_TOKEN")
    files = {"files": [{"path": "r.txt", "sample": "", "size": 0}]}
    return (
        hub.ask("POST", f"{hub.api}/preupload/main", files, token)[0],
        hub.commit(hub.text("r.txt", b""), token=token)[0],
    )


def _other(name: str) -> str:
    if name not in os.environ:
        raise Skipped(f"{name} is not set")
    return os.environ[name]


def pieces(hub: Asked) -> Any:
    """A token for Xet is given with where to send, in the body and in headers."""
    status, told, headers = hub.ask("GET", f"{hub.api}/xet-write-token/main")
    known = {"accessToken", "casUrl", "exp"} <= told.keys()
    return status, known, headers.get("x-xet-cas-url") == told.get("casUrl")


CHECKS: tuple[tuple[Any, Any], ...] = (
    (large_files, ["lfs", "lfs", "lfs", "regular"]),
    (moved_on, (200, 412)),
    (short_parent, 200),
    (exists, (409, True)),
    (tags, ([200, 409], True, True)),
    (merged, (200, True)),
    (never_sent, (4, True)),
    (delete_missing, (404, "EntryNotFound", True)),
    (no_change, True),
    (read_after_write, [True] * 5),
    (paths_out, ([4, 4], True)),
    (broken_card, (400, 400, 400)),
    (downloads, (200, 302, True, 206, "bytes 5-9/2000")),
    (linked, (True, 404, "EntryNotFound", True)),
    (hidden, 401),
    (hidden_from_others, (404, "RepoNotFound")),
    (only_reads, (403, 403)),
    (pieces, (200, True, True)),
)
"""What is tried, and what comes of it on a local hub."""


def tried(hub: Asked) -> bool:
    """Try all, print what came of it, and tell whether all is as assumed."""
    same = True
    for check, expected in CHECKS:
        try:
            seen = check(hub)
        except Skipped as error:
            print(f"left out    {check.__doc__} ({error})")
            continue
        except Exception as error:  # an answer of another form is a difference as well
            seen = f"{type(error).__name__}: {error}"
        if seen == expected:
            print(f"as assumed  {check.__doc__}")
        else:
            same = False
            print(
                f"DIFFERS     {check.__doc__}\n            assumed {expected}, seen {seen}"
            )
    return same


def main() -> int:
    if len(sys.argv) != 2 or "/" not in sys.argv[1]:
        print(__doc__, file=sys.stderr)
        return 2
    url = os.environ.get("HF_ENDPOINT", "https://huggingface.co").rstrip("/")
    hub = Asked(sys.argv[1], os.environ["HF_TOKEN"], url)
    owner, _, name = hub.repo.partition("/")
    whole = {"name": name, "organization": owner, "type": "dataset"}
    made = hub.ask("POST", "/api/repos/create", {**whole, "visibility": "private"})
    if made[0] != 200:
        print(f"{hub.repo} cannot be made: {made[:2]}", file=sys.stderr)
        return 2
    try:
        if hub.ask("GET", hub.api)[1].get("private") is not True:
            print(f"{hub.repo} is not private", file=sys.stderr)
            return 2
        return 0 if tried(hub) else 1
    finally:
        hub.ask("DELETE", "/api/repos/delete", whole)


if __name__ == "__main__":
    sys.exit(main())
