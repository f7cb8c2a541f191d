"""The interface for branches, tags and the commits that they lead to."""

from __future__ import annotations

from http import HTTPStatus

from curation.hub import changes
from curation.hub.commits import Message
from curation.hub.problems import Problem
from curation.hub.refs import MAIN, PULLS
from curation.hub.web import Request, Response, page, route, told, written

_REPOSITORY = "/api/datasets/{}/{}"


def listed(request: Request) -> Response:
    """List branches, tags, converted copies and pull requests."""
    repository = request.site.visible(request)
    kinds = {
        "branches": "refs/heads/",
        "tags": "refs/tags/",
        "converts": "refs/convert/",
    }
    if request.true("include_prs"):
        kinds["pullRequests"] = PULLS
    found = repository.refs.all()
    return told(
        {
            kind: [
                {"name": ref.removeprefix(head), "ref": ref, "targetCommit": commit}
                for ref, commit in found.items()
                if ref.startswith(head)
            ]
            for kind, head in kinds.items()
        }
    )


def create_tag(request: Request) -> Response:
    """Name a commit for ever."""
    repository, account = request.site.writable(request)
    asked = request.json()
    commit = repository.refs.commit_of(request.parts[2])
    tag = changes.checked(asked.get("tag"))
    text = asked.get("message")
    message = Message(str(text), "", account.name) if text else None
    repository.refs.create(f"refs/tags/{tag}", commit, message)
    return told({})


def delete_tag(request: Request) -> Response:
    """Remove a tag."""
    repository, _ = request.site.writable(request)
    repository.refs.delete(f"refs/tags/{request.parts[2]}")
    return told({})


def create_branch(request: Request) -> Response:
    """Make a branch from main or from a revision."""
    repository, _ = request.site.writable(request)
    start = repository.refs.commit_of(
        str(request.json().get("startingPoint") or "main")
    )
    branch = changes.checked(request.parts[2])
    name = branch if branch.startswith("refs/convert/") else f"refs/heads/{branch}"
    repository.refs.create(name, start)
    return told({})


def delete_branch(request: Request) -> Response:
    """Remove a branch, but not main."""
    repository, _ = request.site.writable(request)
    name = f"refs/heads/{request.parts[2]}"
    if name == MAIN:
        raise Problem(HTTPStatus.FORBIDDEN, "Cannot delete the main branch")
    repository.refs.delete(name)
    return told({})


def squash(request: Request) -> Response:
    """Make one commit of all that led to a branch."""
    repository, account = request.site.writable(request)
    name = f"refs/heads/{request.parts[2]}"
    with request.site.hub.lock(repository):
        head = repository.refs.commit_of(name)
        text = str(request.json().get("message") or "Super-squash branch")
        message = Message(text, "", account.name)
        made = repository.commits.make(repository.commits.files(head), message, ())
        repository.refs.move(name, head, made)
    return told({})


def log(request: Request) -> Response:
    """List a commit and all before it."""
    repository = request.site.visible(request)
    found = [
        {
            "id": commit,
            "title": message.title,
            "message": message.text,
            "authors": [{"user": message.author}],
            "date": written(seconds),
        }
        for commit, message, seconds in repository.commits.log(
            repository.refs.commit_of(request.parts[2])
        )
    ]
    return page(request, found, request.site.page)


ROUTES = (
    route("GET", _REPOSITORY + "/refs", listed),
    route("POST", _REPOSITORY + "/tag/{}", create_tag),
    route("DELETE", _REPOSITORY + "/tag/{}", delete_tag),
    route("POST", _REPOSITORY + "/branch/{}", create_branch),
    route("DELETE", _REPOSITORY + "/branch/{}", delete_branch),
    route("POST", _REPOSITORY + "/super-squash/{}", squash),
    route("GET", _REPOSITORY + "/commits/{}", log),
)
