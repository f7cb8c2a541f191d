"""The interface for repositories themselves: making them, and their settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from curation.hub import accounts, card, changes
from curation.hub.commits import Entry
from curation.hub.problems import Problem, bad
from curation.hub.repository import Repository
from curation.hub.web import Request, Response, route, told, written

_PRIVATE = {"private": True, "public": False}
_REPOSITORY = "/api/datasets/{}/{}"


def whoami(request: Request) -> Response:
    """Tell whose token it is, and what it may do."""
    account = request.site.account(request)
    if account is None:
        raise Problem(HTTPStatus.UNAUTHORIZED, "Invalid username or password.")
    spaces = account.namespaces
    if spaces is None:
        spaces = {*request.site.hub.namespaces()} - {account.name}
    return told(
        {
            "type": "user",
            "name": account.name,
            "fullname": account.name,
            "orgs": [{"type": "org", "name": name} for name in sorted(spaces)],
            "auth": {
                "type": "access_token",
                "accessToken": {"displayName": "token", "role": account.role},
            },
        }
    )


def validate_yaml(request: Request) -> Response:
    """Check the metadata of a README."""
    errors, warnings = card.problems(str(request.json().get("content", "")))
    return told(
        {
            "errors": [{"message": error} for error in errors],
            "warnings": [{"message": warning} for warning in warnings],
        },
        HTTPStatus.BAD_REQUEST if errors else HTTPStatus.OK,
    )


def create(request: Request) -> Response:
    """Make a repository; if there is one, say where."""
    asked = request.json()
    account = request.site.account(request)
    name = asked.get("name")
    space = asked.get("organization") or (account.name if account else "")
    if not isinstance(name, str) or not isinstance(space, str):
        raise bad("name, organization: expected texts")
    owner = accounts.see_writable(account, space)
    _see_dataset(asked)
    url = {"url": f"{request.site.url}/datasets/{space}/{name}"}
    try:
        made = request.site.hub.create(
            space, name, owner.name, private=_private(asked, default=False)
        )
    except Problem as problem:
        if problem.status == HTTPStatus.CONFLICT:
            problem.more |= url
        raise
    return told({**url, "name": made.id})


def _see_dataset(asked: dict[str, Any]) -> None:
    if asked.get("type") != "dataset":
        raise bad(f"this hub keeps datasets only, not a {asked.get('type') or 'model'}")


def _private(asked: dict[str, Any], *, default: bool) -> bool:
    if "visibility" in asked:
        try:
            return _PRIVATE[asked["visibility"]]
        except (KeyError, TypeError):
            raise bad("visibility: expected public or private") from None
    private = asked.get("private", default)
    if not isinstance(private, bool):
        raise bad("private: expected true or false")
    return private


def delete(request: Request) -> Response:
    """Remove a repository."""
    asked = request.json()
    account = request.site.account(request)
    _see_dataset(asked)
    space = asked.get("organization") or (account.name if account else "")
    repository = request.site.find(request, str(space), str(asked.get("name")))
    if repository is None:
        raise accounts.unknown(account)
    accounts.see_visible(account, repository)
    accounts.see_writable(account, repository.namespace)
    request.site.hub.delete(repository)
    return told({})


def move(request: Request) -> Response:
    """Give a repository another name."""
    asked = request.json()
    account = request.site.account(request)
    _see_dataset(asked)
    old, new = (str(asked.get(k, "")).partition("/") for k in ("fromRepo", "toRepo"))
    repository = request.site.find(request, old[0], old[2])
    if repository is None:
        raise accounts.unknown(account)
    accounts.see_visible(account, repository)
    accounts.see_writable(account, repository.namespace)
    accounts.see_writable(account, new[0])
    request.site.hub.move(repository, new[0], new[2])
    return told({})


def info(request: Request) -> Response:
    """Tell about a repository at its main branch or at a revision."""
    repository = request.site.visible(request)
    revision = request.parts[2] if len(request.parts) > 2 else "main"  # noqa: PLR2004
    commit = repository.refs.commit_of(revision)
    facts = _facts(repository, commit, sizes=request.true("blobs"))
    if wanted := request.query.get("expand"):
        facts = {k: v for k, v in facts.items() if k in {"_id", "id", "sha", *wanted}}
    return told(facts)


def _facts(repository: Repository, commit: str, *, sizes: bool) -> dict[str, Any]:
    settings = repository.settings
    files = [
        e for e in repository.commits.entries(commit, recursive=True) if not e.folder
    ]
    when = next(repository.commits.log(commit))[2]
    readme = next((e for e in files if e.path == changes.README), None)
    metadata = {}
    if readme is not None and not readme.large:
        metadata = card.metadata(
            repository.commits.read(readme).decode(errors="replace")
        )
    return {
        "_id": repository.id,
        "id": repository.id,
        "author": repository.namespace,
        "sha": commit,
        "private": settings.private,
        "gated": settings.gated,
        "disabled": False,
        "createdAt": settings.created,
        "lastModified": written(when),
        "tags": [*_tags(metadata)],
        "downloads": 0,
        "likes": 0,
        "cardData": _plain(metadata),
        "siblings": [_sibling(e, sizes=sizes) for e in files],
    }


def _sibling(entry: Entry, *, sizes: bool) -> dict[str, Any]:
    told_of: dict[str, Any] = {"rfilename": entry.path}
    if sizes:
        told_of |= {"blobId": entry.oid, "size": entry.size}
        if entry.large:
            pointer_size = len(entry.large.told())
            told_of["lfs"] = {
                "sha256": entry.large.oid,
                "size": entry.size,
                "pointerSize": pointer_size,
            }
    return told_of


def _tags(metadata: dict[str, object]) -> Iterator[str]:
    for key in ("task_categories", "language", "license", "size_categories"):
        values = metadata.get(key)
        for value in values if isinstance(values, list) else [values] if values else []:
            yield f"{key}:{value}"
    tags = metadata.get("tags")
    yield from (str(tag) for tag in tags) if isinstance(tags, list) else ()


def _plain(value: Any) -> Any:
    """Return what JSON has no form for, such as dates, as text."""
    match value:
        case dict():
            return {str(k): _plain(v) for k, v in value.items()}
        case list():
            return [_plain(v) for v in value]
        case str() | int() | float() | None:
            return value
    return str(value)


def settings(request: Request) -> Response:
    """Change who may see a repository."""
    repository, _ = request.site.writable(request)
    asked = request.json()
    old = repository.settings
    new = replace(old, private=_private(asked, default=old.private))
    if "gated" in asked:
        if asked["gated"] is not False and asked["gated"] not in ("auto", "manual"):
            raise bad("gated: expected false, auto or manual")
        new = replace(new, gated=asked["gated"])
    repository.set(new)
    return told({"private": new.private, "gated": new.gated})


def grant(request: Request) -> Response:
    """Let somebody read a gated repository."""
    repository, _ = request.site.writable(request)
    old = repository.settings
    name = request.json().get("user")
    if not isinstance(name, str) or not name:
        raise bad("user: expected a name")
    repository.set(replace(old, granted=tuple(sorted({*old.granted, name}))))
    return told({})


def check(request: Request) -> Response:
    """Tell whether one may read the files."""
    request.site.readable(request)
    return told({})


ROUTES = (
    route("GET", "/api/whoami-v2", whoami),
    route("POST", "/api/validate-yaml", validate_yaml),
    route("POST", "/api/repos/create", create),
    route("DELETE", "/api/repos/delete", delete),
    route("POST", "/api/repos/move", move),
    route("GET", _REPOSITORY, info),
    route("GET", _REPOSITORY + "/revision/{}", info),
    route("PUT", _REPOSITORY + "/settings", settings),
    route("POST", _REPOSITORY + "/user-access-request/grant", grant),
    route("GET", _REPOSITORY + "/auth-check", check),
)
