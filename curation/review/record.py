"""Edge: the record of a review, saved whole, and never over what somebody else saved."""

from __future__ import annotations

import datetime as dt
import hashlib
import stat
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import orjson

import schemas
from curation import cache
from curation.model import Json
from curation.writing import write_whole

FORM = "curate-review-1"


class Broken(Exception):
    """A record that cannot be read or written; says which, why, and how to mend it."""


class Misfit(ValueError):
    """What is to be saved does not fit the schema of a record; says where and how."""


class Overtaken(Exception):
    """Somebody else has saved since; holds what there is now."""

    def __init__(self, current: Record) -> None:
        super().__init__(f"the record is at revision {current.revision} by now")
        self.current = current


class Verdict(StrEnum):
    """What a reviewer decides."""

    ACCEPT = "accept"
    REQUEST_CHANGES = "request-changes"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Waiver:
    """A finding that does not stand against accepting: its rule, its place, and why."""

    code: str
    path: str
    reason: str

    def __str__(self) -> str:
        return f"{self.code} {self.path}"


@dataclass(frozen=True)
class Record:
    """What is known of a review, as `schemas/review.json` describes it.

    `content` is the digest of all that a verdict is of, `tasks` that of each task in it, by
    its path. `samples`, `findings` and `rubric` are kept as the schema has them.
    """

    content: str = "0" * 64
    tasks: Mapping[str, str] = field(default_factory=dict)
    revision: int = 0
    tool: str = ""
    reviewer: str = ""
    verdict: Verdict | None = None
    reason: str = ""
    time: str | None = None
    samples: tuple[Mapping[str, Json], ...] = ()
    findings: tuple[Mapping[str, Json], ...] = ()
    waivers: tuple[Waiver, ...] = ()
    rubric: tuple[Mapping[str, Json], ...] = ()

    @property
    def told(self) -> dict[str, Json]:
        """The record as JSON."""
        return {
            "form": FORM,
            "revision": self.revision,
            "content": self.content,
            "tasks": dict(self.tasks),
            "tool": self.tool,
            "reviewer": self.reviewer,
            "verdict": self.verdict.value if self.verdict else None,
            "reason": self.reason,
            "time": self.time,
            "samples": [dict(one) for one in self.samples],
            "findings": [dict(one) for one in self.findings],
            "waivers": [
                {"code": w.code, "path": w.path, "reason": w.reason}
                for w in self.waivers
            ],
            "rubric": [dict(one) for one in self.rubric],
        }


def parsed(told: Json) -> Record:
    """Make a record of JSON.

    Raises:
        Misfit: it does not fit the schema.
    """
    for fault in schemas.exact_validator("review.json").iter_errors(told):
        place = "/".join(map(str, fault.absolute_path))
        message = fault.message if len(fault.message) < _LONGEST else "does not fit"
        raise Misfit(f"{place}: {message}" if place else message)
    fields: dict[str, Any] = {k: v for k, v in told.items() if k not in _UNUSED}
    for name in ("samples", "findings", "rubric"):
        fields[name] = tuple(fields.get(name, ()))
    fields["waivers"] = tuple(Waiver(**w) for w in fields.get("waivers", ()))
    fields["verdict"] = Verdict(fields["verdict"]) if fields["verdict"] else None
    return Record(**fields)


_UNUSED = frozenset({"form", "parts"})
"""What is not kept of a record: it is known, or of earlier versions."""
_LONGEST = 300
LARGEST = 64 << 20
"""Bytes of a record that is read."""
_WAIT = 30.0
"""Seconds that another process may take to save."""


def load(file: Path) -> Record | None:
    """Read a record; None if there is none.

    Raises:
        Broken: it cannot be read, or is none, or is what a submission could bring instead.
    """
    size = own(file, "a record")
    if size is None:
        return None
    if size > LARGEST:
        raise Broken(
            f"{file} has {size:,} bytes, and a record at most {LARGEST:,}; it is none,"
            " remove it"
        )
    try:
        return parsed(orjson.loads(file.read_bytes()))
    except OSError as error:
        raise Broken(f"{file} cannot be read: {error.strerror}") from None
    except (orjson.JSONDecodeError, Misfit) as error:
        raise Broken(
            f"{file} is no record of a review: {error}; mend it by hand, or take it back "
            "from version control"
        ) from None


def own(file: Path, what: str) -> int | None:
    """Return the bytes of a file that is to be *what* of the record; None if there is none.

    Raises:
        Broken: it is a link, a pipe or the like, which a submission could bring.
    """
    try:
        facts = file.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Broken(f"{file} cannot be read: {error.strerror}") from None
    if stat.S_ISREG(facts.st_mode):
        return facts.st_size
    kind = "a link" if stat.S_ISLNK(facts.st_mode) else "no regular file"
    raise Broken(f"{file} is {kind}; {what} is a file of its own, remove what is there")


def save(file: Path, record: Record, revision: int) -> Record:
    """Save a record that was made from the one of that *revision*, 0 if there was none.

    Returns:
        The record as it was saved, with the next revision.

    Raises:
        Overtaken: there is another revision by now; nothing is written.
        Misfit: it does not fit the schema.
        Broken: it cannot be written, or what is there cannot be read.
    """
    return change(file, lambda _: record, revision)


def change(
    file: Path, make: Callable[[Record], Record], revision: int | None = None
) -> Record:
    """Save what *make* makes of the record that is there, while nobody else can save.

    Raises:
        Overtaken: a *revision* is named, and there is another by now.
        Misfit: what is made does not fit the schema.
        Broken: it cannot be written, or what is there cannot be read.
    """
    with _alone(file):
        current = load(file) or Record()
        if revision is not None and current.revision != revision:
            raise Overtaken(current)
        made = replace(make(current), revision=current.revision + 1)
        parsed(made.told)
        try:
            text = orjson.dumps(made.told, option=orjson.OPT_INDENT_2).decode() + "\n"
        except orjson.JSONEncodeError as error:
            # Half of a character, or a number that JSON in UTF-8 has not.
            raise Misfit(f"it cannot be written as JSON: {error}") from None
        try:
            write_whole(file, text, synced=True)
        except OSError as error:
            raise Broken(f"{file} cannot be written: {error.strerror}") from None
        return made


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Keep other processes from saving the same record."""
    import filelock  # noqa: PLC0415 - only who saves needs it

    name = hashlib.sha256(str(file.resolve()).encode("utf-8", "surrogateescape"))
    folder = cache.folder() / "locks"
    lock = filelock.FileLock(folder / f"{name.hexdigest()[:40]}.lock", timeout=_WAIT)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock.acquire()
    except filelock.Timeout:
        raise Broken(f"{file} is being saved by another process; try again") from None
    except OSError as error:
        raise Broken(f"{folder} cannot be written to: {error.strerror}") from None
    try:
        yield
    finally:
        lock.release()


def key(task: str) -> str:
    """Return the path of a task as JSON can have it."""
    whole = task.encode("utf-8", "surrogateescape")
    return whole.decode("utf-8", "backslashreplace")


def now() -> str:
    """Return the time as a record has it."""
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
