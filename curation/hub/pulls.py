"""Pull requests of a repository: a ref beside the branches, and a file that tells of it."""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

from dulwich.objects import ObjectID

from curation.hub.commits import Message
from curation.hub.problems import Problem, bad
from curation.hub.refs import MAIN, PULLS
from curation.hub.repository import Repository
from curation.writing import write_whole

STATES = ("draft", "open", "closed", "merged")


@dataclass(frozen=True)
class Pull:
    """A discussion, and the changes that it is about if it is a pull request."""

    number: int
    title: str
    author: str
    created: str
    status: str
    base: str | None
    events: tuple[dict[str, Any], ...] = ()
    merged: str | None = None

    @property
    def ref(self) -> str:
        """Return the ref that holds the changes."""
        return f"{PULLS}{self.number}"


def create(
    repository: Repository,
    title: str,
    text: str,
    author: str,
    *,
    base: str | None = MAIN,
    status: str = "open",
) -> int:
    """Make a discussion, or a pull request that starts where its base is.

    The caller holds the lock of the repository.
    """
    refs = repository.refs.all()
    taken = [
        int(r.removeprefix(PULLS)) for r in refs if re.fullmatch(PULLS + r"\d+", r)
    ]
    number = max([*taken, *(pull.number for pull in listed(repository))], default=0) + 1
    pull = Pull(number, title, author, _now(), status, base)
    if base is not None:
        repository.refs.create(pull.ref, repository.refs.commit_of(base))
    comment = {"edited": False, "hidden": False, "latest": {"raw": text}}
    write(repository, event(pull, "comment", author, comment))
    return number


def event(pull: Pull, kind: str, author: str, data: dict[str, Any]) -> Pull:
    """Return a pull request to which something happened."""
    what = {
        "id": f"{pull.number}-{len(pull.events) + 1}",
        "type": kind,
        "author": {"name": author},
        "createdAt": _now(),
        "data": data,
    }
    return replace(pull, events=(*pull.events, what))


def write(repository: Repository, pull: Pull) -> None:
    """Keep what is told of a pull request."""
    folder = repository.folder / "discussions"
    folder.mkdir(exist_ok=True)
    write_whole(folder / f"{pull.number}.json", json.dumps(asdict(pull), indent=2))


def listed(repository: Repository) -> list[Pull]:
    """Return all, the newest first."""
    files = (repository.folder / "discussions").glob("*.json")
    return [
        read(repository, n)
        for n in sorted(
            (int(f.stem) for f in files if f.stem.isdecimal()), reverse=True
        )
    ]


def read(repository: Repository, number: int) -> Pull:
    """Return one.

    Raises:
        Problem: there is none.
    """
    try:
        text = (repository.folder / "discussions" / f"{number}.json").read_text("utf-8")
    except FileNotFoundError:
        raise Problem(
            HTTPStatus.NOT_FOUND, f"there is no discussion {number}"
        ) from None
    told = json.loads(text)
    return Pull(**told | {"events": tuple(told["events"])})


def author(repository: Repository, ref: str) -> str:
    """Return whose pull request a ref is of.

    Raises:
        Problem: there is none.
    """
    number = ref.removeprefix(PULLS)
    if not number.isdecimal():
        raise bad(f"{ref!r} is no pull request")
    return read(repository, int(number)).author


def conflicts(repository: Repository, pull: Pull) -> list[str]:
    """Return the paths that were changed in the pull request and otherwise in its base."""
    return _merged(repository, pull)[1]


def merge(repository: Repository, pull: Pull, account: str) -> Pull:
    """Bring the changes into the base, by a commit that stands on both.

    The caller holds the lock of the repository.

    Raises:
        Problem: it is not open, or the same paths were changed in the base.
    """
    if pull.base is None or pull.status not in {"open", "draft"}:
        raise Problem(HTTPStatus.CONFLICT, f"pull request {pull.number} is not open")
    files, clash = _merged(repository, pull)
    if clash:
        raise Problem(
            HTTPStatus.CONFLICT, f"the same files were changed: {', '.join(clash[:5])}"
        )
    base = repository.refs.commit_of(pull.base)
    head = repository.refs.commit_of(pull.ref)
    message = Message(f"{pull.title} (#{pull.number})", "", account)
    made = repository.commits.make(files, message, [base, head])
    repository.refs.move(pull.base, base, made)
    done = event(pull, "status-change", account, {"status": "merged"})
    done = replace(done, status="merged", merged=made)
    write(repository, done)
    return done


def _merged(
    repository: Repository, pull: Pull
) -> tuple[dict[str, ObjectID], list[str]]:
    """Return the files after a merge, and those that clash."""
    base, head = (
        repository.refs.commit_of(pull.base or MAIN),
        repository.refs.commit_of(pull.ref),
    )
    old = repository.commits.files(repository.commits.fork(base, head))
    theirs, ours = repository.commits.files(base), repository.commits.files(head)
    changed = {p for p in {*old, *ours} if old.get(p) != ours.get(p)}
    clash = [
        p for p in sorted(changed) if theirs.get(p) not in {old.get(p), ours.get(p)}
    ]
    files = {p: oid for p, oid in theirs.items() if p not in changed}
    return files | {p: ours[p] for p in changed if p in ours}, clash


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
