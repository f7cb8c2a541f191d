"""Where files lie: links that are rights by themselves, and no tokens."""

from __future__ import annotations

from curation.hub.problems import no_entry
from curation.hub.web import Request, Response, file_response, route, told


def get(request: Request) -> Response:
    """Give a large file, or a range of it."""
    repository = request.site.linked(request)
    oid = request.parts[2]
    if repository.large.size(oid) is None:
        raise no_entry(oid)
    return file_response(request, repository.large.path(oid), {"ETag": f'"{oid}"'})


def put(request: Request) -> Response:
    """Take a large file."""
    repository = request.site.linked(request)
    repository.large.put(request.parts[2], request.chunks())
    return told({})


def put_part(request: Request) -> Response:
    """Take a part of a large file."""
    repository = request.site.linked(request)
    number = request.number("number", 0)
    tag = repository.large.put_part(request.parts[2], number, request.chunks())
    return told({}, headers={"ETag": f'"{tag}"'})


def join(request: Request) -> Response:
    """Make one file of the parts that were sent."""
    repository = request.site.linked(request)
    parts = request.json().get("parts", [])
    tags = [(int(p["partNumber"]), str(p["etag"]).strip('"')) for p in parts]
    repository.large.join(request.parts[2], tags)
    return told({})


ROUTES = (
    route("GET", "/storage/get/{}/{}/{}", get),
    route("PUT", "/storage/put/{}/{}/{}", put),
    route("PUT", "/storage/part/{}/{}/{}", put_part),
    route("POST", "/storage/join/{}/{}/{}", join),
)
