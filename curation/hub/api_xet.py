"""The interface for Xet: tokens for it, xorbs and shards in, and how to make files again."""

from __future__ import annotations

import hmac
import time
from http import HTTPStatus
from typing import Any

from curation.hub.problems import Problem, bad
from curation.hub.repository import Repository
from curation.hub.site import VALID
from curation.hub.web import RANGE, Request, Response, file_response, route, told
from curation.hub.xet import Cas, Term, chunks_in

_REPOSITORY = "/api/datasets/{}/{}"
_CAS = "/xet/{}/{}"


def write_token(request: Request) -> Response:
    """Give the right to send."""
    repository, _ = request.site.proposable(request)
    return _token(request, repository, "write")


def read_token(request: Request) -> Response:
    """Give the right to fetch."""
    return _token(request, request.site.readable(request), "read")


def _token(request: Request, repository: Repository, right: str) -> Response:
    expires = int(time.time()) + VALID
    signature = request.site.sign(right, repository.id, str(expires))
    token = f"{right}.{expires}.{signature}"
    cas = f"{request.site.storage}/xet/{repository.id}"
    return told(
        {"accessToken": token, "exp": expires, "casUrl": cas},
        headers={
            "X-Xet-Cas-Url": cas,
            "X-Xet-Access-Token": token,
            "X-Xet-Token-Expiration": str(expires),
        },
    )


def _allowed(request: Request, *rights: str) -> Cas:
    """Return the xorbs of the repository that a token is for.

    Raises:
        Problem: the token is not for it, or for another right.
    """
    repository = request.site.find(request, *request.parts[:2])
    sent = request.headers.get("Authorization", "").removeprefix("Bearer ")
    right, _, rest = sent.partition(".")
    expires, _, signature = rest.partition(".")
    known = request.site.sign(right, "/".join(request.parts[:2]), expires)
    if (
        repository is None
        or right not in rights
        or not hmac.compare_digest(known, signature)
        or int(expires) < time.time()
    ):
        raise Problem(HTTPStatus.UNAUTHORIZED, "the token of Xet is not valid here")
    return Cas(repository)


def absent(request: Request) -> Response:
    """Say that there is no such thing; clients go on by another way."""
    _allowed(request, "read", "write")
    raise Problem(HTTPStatus.NOT_FOUND, "not here")


def put_xorb(request: Request) -> Response:
    """Take a xorb."""
    cas = _allowed(request, "write")
    return told({"was_inserted": cas.put_xorb(request.parts[2], request.chunks())})


def put_shard(request: Request) -> Response:
    """Take a shard, and put its files together."""
    cas = _allowed(request, "write")
    cas.put_shard(request.body())
    return told({"result": 1})


def reconstruction(request: Request) -> Response:
    """Tell which bytes of which xorbs make a file, or a range of it."""
    cas = _allowed(request, "read", "write")
    terms = cas.terms(request.parts[2])
    if terms is None:
        raise Problem(HTTPStatus.NOT_FOUND, "there is no such file")
    wanted, skipped = _within(request, terms)
    runs: dict[str, list[tuple[int, int]]] = {}
    for term in wanted:
        runs.setdefault(term.xorb, []).append((term.start, term.end))
    fetch = {xorb: _fetched(request, cas, xorb, runs[xorb]) for xorb in runs}
    listed = [
        {
            "hash": term.xorb,
            "unpacked_length": term.size,
            "range": {"start": term.start, "end": term.end},
        }
        for term in wanted
    ]
    return told(
        {"offset_into_first_range": skipped, "terms": listed, "fetch_info": fetch}
    )


def _within(request: Request, terms: tuple[Term, ...]) -> tuple[list[Term], int]:
    """Return the terms that a range of bytes touches, and how much of the first is before."""
    asked = RANGE.fullmatch(request.headers.get("Range", ""))
    if not asked:
        return list(terms), 0
    if not asked[1]:
        raise bad("expected a range that says where it begins")
    first = int(asked[1])
    last = int(asked[2]) if asked[2] else None
    found: list[Term] = []
    skipped = at = 0
    for term in terms:
        if at + term.size > first and (last is None or at <= last):
            skipped = skipped if found else first - at
            found.append(term)
        at += term.size
    if not found:
        raise Problem(
            HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, f"there are only {at} bytes"
        )
    return found, max(skipped, 0)


def _fetched(
    request: Request, cas: Cas, xorb: str, runs: list[tuple[int, int]]
) -> list[dict[str, Any]]:
    """Tell where runs of chunks lie; clients need runs that do not overlap."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(runs):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    chunks = chunks_in(cas.xorb(xorb))
    url = request.site.link("xorb", cas.repository, xorb)
    return [
        {
            "range": {"start": start, "end": end},
            "url": url,
            "url_range": {
                "start": chunks[start].offset,
                "end": chunks[end - 1].stop - 1,
            },
        }
        for start, end in merged
    ]


def get_xorb(request: Request) -> Response:
    """Give a range of a xorb."""
    repository = request.site.linked(request)
    return file_response(request, Cas(repository).xorb(request.parts[2]), {})


ROUTES = (
    route("GET", _REPOSITORY + "/xet-write-token/{}", write_token),
    route("GET", _REPOSITORY + "/xet-read-token/{}", read_token),
    route("GET", _CAS + "/v1/chunks/{}/{}", absent),
    route("POST", _CAS + "/v1/xorb-grants/{}/{}", absent),
    route("POST", _CAS + "/v1/xorbs/default/{}", put_xorb),
    route("POST", _CAS + "/v2/shards", absent),
    route("POST", _CAS + "/v1/shards", put_shard),
    route("GET", _CAS + "/v2/reconstructions/{}", absent),
    route("GET", _CAS + "/v1/reconstructions/{}", reconstruction),
    route("GET", "/storage/xorb/{}/{}/{}", get_xorb),
)
