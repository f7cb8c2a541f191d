"""The interface for pull requests."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from curation.hub import pulls
from curation.hub.accounts import see_writable
from curation.hub.problems import bad
from curation.hub.pulls import Pull
from curation.hub.refs import MAIN
from curation.hub.repository import Repository
from curation.hub.web import Request, Response, route, told

_DISCUSSIONS = "/api/datasets/{}/{}/discussions"
_DISCUSSION = _DISCUSSIONS + "/{}"


def create(request: Request) -> Response:
    """Open a discussion, or a pull request as a draft."""
    repository, account = request.site.proposable(request)
    asked = request.json()
    pull = bool(asked.get("pullRequest"))
    with request.site.hub.lock(repository):
        number = pulls.create(
            repository,
            str(asked.get("title", "")),
            str(asked.get("description", "")),
            account.name,
            base=MAIN if pull else None,
            status="draft" if pull else "open",
        )
    return told({"num": number, "pullRequest": pull})


def listed(request: Request) -> Response:
    """List discussions."""
    repository = request.site.visible(request)
    found = [_told(repository, pull) for pull in pulls.listed(repository)]
    start = request.number("p", 0) * request.site.page
    some = found[start : start + request.site.page]
    return told({"discussions": some, "count": len(found), "start": start})


def details(request: Request) -> Response:
    """Tell all of one discussion."""
    repository = request.site.visible(request)
    pull = pulls.read(repository, _number(request))
    more: dict[str, Any] = {"events": [*pull.events]}
    if pull.base is not None:
        open_still = pull.status in {"open", "draft"}
        more |= {
            "changes": {"base": pull.base, "mergeCommitId": pull.merged},
            "filesWithConflicts": (
                pulls.conflicts(repository, pull) if open_still else []
            ),
            "diff": None,
        }
    return told(_told(repository, pull) | more)


def _told(repository: Repository, pull: Pull) -> dict[str, Any]:
    return {
        "num": pull.number,
        "title": pull.title,
        "author": {"name": pull.author},
        "createdAt": pull.created,
        "status": pull.status,
        "isPullRequest": pull.base is not None,
        "repo": {"name": repository.id, "type": "dataset"},
    }


def _number(request: Request) -> int:
    if not request.parts[2].isdecimal():
        raise bad(f"{request.parts[2]!r} is no number")
    return int(request.parts[2])


def merge(request: Request) -> Response:
    """Bring a pull request into its base."""
    repository, account = request.site.writable(request)
    with request.site.hub.lock(repository):
        pulls.merge(repository, pulls.read(repository, _number(request)), account.name)
    return told({})


def status(request: Request) -> Response:
    """Open or close a discussion."""
    repository, account = request.site.proposable(request)
    wanted = request.json().get("status")
    if wanted not in {"open", "closed"}:
        raise bad("status: expected open or closed")
    with request.site.hub.lock(repository):
        pull = pulls.read(repository, _number(request))
        if pull.author != account.name:
            see_writable(account, repository.namespace)
        new = pulls.event(pull, "status-change", account.name, {"status": wanted})
        pulls.write(repository, replace(new, status=wanted))
    return told({"newStatus": new.events[-1]})


def comment(request: Request) -> Response:
    """Say something in a discussion."""
    repository, account = request.site.proposable(request)
    text = str(request.json().get("comment", ""))
    data = {"edited": False, "hidden": False, "latest": {"raw": text}}
    with request.site.hub.lock(repository):
        pull = pulls.read(repository, _number(request))
        new = pulls.event(pull, "comment", account.name, data)
        pulls.write(repository, new)
    return told({"newMessage": new.events[-1]})


ROUTES = (
    route("POST", _DISCUSSIONS, create),
    route("GET", _DISCUSSIONS, listed),
    route("GET", _DISCUSSION, details),
    route("POST", _DISCUSSION + "/merge", merge),
    route("POST", _DISCUSSION + "/status", status),
    route("POST", _DISCUSSION + "/comment", comment),
)
