"""The interface for what is in a repository: listing it, and reading files."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs, quote

from curation.hub import xet
from curation.hub.commits import Entry
from curation.hub.problems import Problem, no_entry
from curation.hub.repository import Repository
from curation.hub.web import Request, Response, file_response, items, page, route, told

_REPOSITORY = "/api/datasets/{}/{}"


def tree(request: Request) -> Response:
    """List a folder of a commit."""
    repository = request.site.visible(request)
    commit = repository.refs.commit_of(request.parts[2])
    path = request.parts[3] if len(request.parts) > 3 else ""  # noqa: PLR2004
    found = repository.commits.entries(
        commit, path.strip("/"), recursive=request.true("recursive")
    )
    size = request.site.page
    return page(request, [_listed(repository, entry) for entry in found], size)


def _listed(repository: Repository, entry: Entry) -> dict[str, Any]:
    if entry.folder:
        return {"type": "directory", "path": entry.path, "oid": entry.oid, "size": 0}
    listed: dict[str, Any] = {
        "type": "file",
        "path": entry.path,
        "oid": entry.oid,
        "size": entry.size,
    }
    if entry.large:
        listed["lfs"] = {
            "oid": entry.large.oid,
            "size": entry.size,
            "pointerSize": len(entry.large.told()),
        }
        if file := xet.Cas(repository).file_of(entry.large.oid):
            listed["xetHash"] = file
    return listed


def paths_info(request: Request) -> Response:
    """List the paths that are asked for, without those that do not exist."""
    repository = request.site.visible(request)
    commit = repository.refs.commit_of(request.parts[2])
    if request.headers.get("Content-Type", "").startswith("application/json"):
        asked = request.json()
        one = asked.get("paths")
        paths = [one] if isinstance(one, str) else items(asked, "paths", str)
    else:
        body = request.body().decode(errors="replace")
        paths = parse_qs(body, keep_blank_values=True).get("paths", [])
    found = []
    for path in paths:
        try:
            entry = repository.commits.entry(commit, path.strip("/"))
        except Problem:
            continue
        found.append(_listed(repository, entry))
    return told(found)


def resolve(request: Request) -> Response:
    """Give a file, or the link to a large one."""
    repository = request.site.readable(request)
    revision, path = request.parts[2:]
    commit = repository.refs.commit_of(revision)
    entry = repository.commits.entry(commit, path)
    if entry.folder:
        raise no_entry(path, commit)
    headers = {"X-Repo-Commit": commit}
    if entry.large is None:
        headers["ETag"] = f'"{entry.oid}"'
        return file_response(request, repository.commits.read(entry), headers)
    oid = entry.large.oid
    headers |= {
        "ETag": f'"{oid}"',
        "X-Linked-Etag": f'"{oid}"',
        "X-Linked-Size": str(entry.size),
        "Location": request.site.link("get", repository, oid),
    }
    if file := xet.Cas(repository).file_of(oid):
        token = f"{request.site.url}/api/datasets/{quote(repository.id)}/xet-read-token"
        headers["X-Xet-Hash"] = file
        headers["Link"] = f'<{token}/{commit}>; rel="xet-auth"'
    return Response(HTTPStatus.FOUND, headers)


ROUTES = (
    route("GET", _REPOSITORY + "/tree/{}", tree),
    route("GET", _REPOSITORY + "/tree/{}/{*}", tree),
    route("POST", _REPOSITORY + "/paths-info/{}", paths_info),
    route("GET", "/datasets/{}/{}/resolve/{}/{*}", resolve),
)
