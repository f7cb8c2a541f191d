"""The interface for uploads: what kind each file is of, large files, and the commit."""

from __future__ import annotations

import base64
import binascii
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from curation.hub import attributes, changes, pulls
from curation.hub.accounts import see_writable
from curation.hub.problems import Problem, bad
from curation.hub.refs import PULLS
from curation.hub.repository import Repository
from curation.hub.web import Request, Response, items, route, told

_REPOSITORY = "/api/datasets/{}/{}"
_LFS = {"Content-Type": "application/vnd.git-lfs+json"}


def preupload(request: Request) -> Response:
    """Say of each file whether it is a large one, and what is at its path now."""
    repository, _ = _allowed(request)
    commit = repository.refs.commit_of(_ref(request.parts[2]))
    asked = request.json()
    present = {e.path: e for e in repository.commits.entries(commit, recursive=True)}
    rules = attributes.Rules(
        repository.commits.read(present[attributes.FILE])
        if attributes.FILE in present
        else b""
    )
    ignored = _ignored(asked.get("gitIgnore"))
    answers = []
    for file in items(asked, "files", dict):
        path = changes.checked(file.get("path"))
        large = rules.large(path) or _looks_large(request, file)
        answer: dict[str, Any] = {
            "path": path,
            "uploadMode": "lfs" if large else "regular",
            "shouldIgnore": ignored(path),
        }
        if (there := present.get(path)) and not there.folder:
            answer["oid"] = there.large.oid if there.large else there.oid
        answers.append(answer)
    return told({"files": answers})


def _looks_large(request: Request, file: dict[str, Any]) -> bool:
    try:
        sample = base64.b64decode(file.get("sample") or "", validate=True)
        return int(file.get("size", 0)) > request.site.hub.threshold or b"\0" in sample
    except (binascii.Error, TypeError, ValueError):
        raise bad(
            f"{file.get('path')}: expected a sample in base64 and a size"
        ) from None


def _ignored(text: Any) -> Any:
    """Return what tells whether a path is left out by a `.gitignore`."""
    if not text:
        return lambda _: False
    if not isinstance(text, str):
        raise bad("gitIgnore: expected a text")
    from dulwich.ignore import IgnoreFilter  # noqa: PLC0415

    rules = IgnoreFilter([line.encode() for line in text.splitlines() if line.strip()])
    return lambda path: bool(rules.is_ignored(path))


def _ref(revision: str) -> str:
    return revision if revision.startswith("refs/") else f"refs/heads/{revision}"


def _allowed(request: Request) -> tuple[Repository, Any]:
    """Return repository and account; whoever may read may propose, and go on proposing."""
    if request.true("create_pr"):
        return request.site.proposable(request)
    repository, account = request.site.proposable(request)
    ref = _ref(request.parts[2])
    if not ref.startswith(PULLS) or pulls.author(repository, ref) != account.name:
        see_writable(account, repository.namespace)
    return repository, account


def commit(request: Request) -> Response:
    """Make a commit on a branch, or as a new pull request."""
    repository, account = _allowed(request)
    asked = changes.read(request.body())
    ref = _ref(request.parts[2])
    answer: dict[str, Any] = {"success": True}
    with request.site.hub.lock(repository):
        if request.true("create_pr"):
            # Tried on main first: what is refused shall leave no pull request behind.
            changes.plan(repository, ref, asked)
            number = pulls.create(
                repository, asked.title, asked.text, account.name, base=ref
            )
            ref = f"{PULLS}{number}"
            answer["pullRequestUrl"] = (
                f"{request.site.url}/datasets/{repository.id}/discussions/{number}"
            )
        made = changes.apply(repository, ref, asked, account.name)
    url = f"{request.site.url}/datasets/{repository.id}/commit/{made}"
    return told({**answer, "commitOid": made, "commitUrl": url})


def batch(request: Request) -> Response:
    """Say of each large file where it goes; one that is here already goes nowhere."""
    repository, _ = request.site.proposable(request)
    asked = request.json()
    if asked.get("operation") != "upload":
        raise bad("operation: expected upload; files are read by resolve")
    parts = "multipart" in items(asked, "transfers", str)
    objects = [
        _placed(request, repository, str(o.get("oid")), _size(o), parts)
        for o in items(asked, "objects", dict)
    ]
    many = any("chunk_size" in _header(o) for o in objects)
    transfer = "multipart" if many else "basic"
    return told({"transfer": transfer, "objects": objects}, headers=_LFS)


def _size(large: dict[str, Any]) -> int:
    size = large.get("size")
    if type(size) is not int or size < 0:
        raise bad(f"{large.get('oid')}: expected a size in bytes")
    return size


def _header(placed: dict[str, Any]) -> dict[str, str]:
    header: dict[str, str] = (
        placed.get("actions", {}).get("upload", {}).get("header", {})
    )
    return header


def _placed(
    request: Request, repository: Repository, oid: str, size: int, parts: bool
) -> dict[str, Any]:
    site = request.site
    if repository.large.size(oid) == size:
        return {"oid": oid, "size": size}
    verify = {
        "href": f"{site.url}/datasets/{quote(repository.id)}.git/info/lfs/objects/verify"
    }
    upload: dict[str, Any] = {"href": site.link("put", repository, oid)}
    if parts and size > site.hub.part:
        count = -(-size // site.hub.part)
        upload = {
            "href": site.link("join", repository, oid),
            "header": {
                "chunk_size": str(site.hub.part),
                **{
                    f"{number:05}": site.link("part", repository, oid, number=number)
                    for number in range(1, count + 1)
                },
            },
        }
    actions = {"upload": upload, "verify": verify}
    return {"oid": oid, "size": size, "authenticated": True, "actions": actions}


def verify(request: Request) -> Response:
    """Say whether a large file arrived."""
    repository, _ = request.site.proposable(request)
    asked = request.json()
    there = repository.large.size(str(asked.get("oid")))
    if there is None or there != asked.get("size"):
        raise Problem(HTTPStatus.NOT_FOUND, "the file did not arrive")
    return told({}, headers=_LFS)


ROUTES = (
    route("POST", _REPOSITORY + "/preupload/{}", preupload),
    route("POST", _REPOSITORY + "/commit/{}", commit),
    route("POST", "/datasets/{}/{}.git/info/lfs/objects/batch", batch),
    route("POST", "/datasets/{}/{}.git/info/lfs/objects/verify", verify),
)
