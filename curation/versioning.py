"""Pure: how two versions of a benchmark differ, and which number that asks for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from curation.ledger import parsed
from curation.release import Marks
from curation.report.wording import plural

TITLE = "# Changes"


class Level(IntEnum):
    """Which number of a version must grow."""

    PATCH = 0
    MINOR = 1
    MAJOR = 2


class Misnumbered(Exception):
    """A version that says less than has happened; says what, and what is expected."""


@dataclass(frozen=True, slots=True)
class Change:
    """How one task differs from what it was: numbers of samples, and `new` or `gone`."""

    task: str
    new: bool = False
    gone: bool = False
    added: int = 0
    changed: int = 0
    removed: int = 0
    retired: int = 0
    moved: int = 0
    facts: bool = False

    @property
    def level(self) -> Level:
        """Which number it asks for."""
        if self.gone or self.changed or self.removed or self.retired or self.moved:
            return Level.MAJOR
        return Level.MINOR if self.new or self.added or self.facts else Level.PATCH

    def __str__(self) -> str:
        counts = (
            (self.added, "added"),
            (self.changed, "changed"),
            (self.removed, "removed"),
            (self.retired, "retired from close to open"),
            (self.moved, "moved from open to close"),
        )
        told = [
            f"{number:,} {_samples(number)} {what}" for number, what in counts if number
        ]
        told += ["what is said of the task changed"] if self.facts else []
        state = "new task" if self.new else "task removed" if self.gone else ""
        return f"{self.task}: {', '.join(filter(None, [state, *told]))}"


def _samples(number: int) -> str:
    return "sample" if number == 1 else "samples"


def changes(before: Marks, after: Marks) -> tuple[Change, ...]:
    """Return how each task differs, sorted; those that are the same are not there."""
    found = (
        _change(task, before.get(task), after.get(task))
        for task in sorted(before.keys() | after.keys())
    )
    return tuple(change for change in found if change != Change(change.task))


def _change(
    task: str, before: Mapping[str, str] | None, after: Mapping[str, str] | None
) -> Change:
    was, now = dict(before or {}), dict(after or {})
    facts = was.pop("", None) != now.pop("", None)
    both = was.keys() & now.keys()
    sides = [(was[uid].split(), now[uid].split()) for uid in both]
    return Change(
        task,
        new=before is None,
        gone=after is None,
        added=len(now.keys() - was.keys()),
        changed=sum(old[1] != new[1] for old, new in sides),
        removed=len(was.keys() - now.keys()),
        retired=sum((old[0], new[0]) == ("close", "open") for old, new in sides),
        moved=sum((old[0], new[0]) == ("open", "close") for old, new in sides),
        facts=facts and before is not None and after is not None,
    )


def needed(found: Iterable[Change]) -> Level:
    """Return which number all changes together ask for."""
    return max((change.level for change in found), default=Level.PATCH)


def see(version: str, previous: str, found: Iterable[Change]) -> None:
    """See that a version is late enough, and large enough for what has changed.

    Raises:
        Misnumbered: it is not.
    """
    new, old = parsed(version), parsed(previous)
    if new <= old:
        raise Misnumbered(
            f"version {version} does not come after {previous}; expected {_next(previous, Level.PATCH)} or later"
        )
    found = tuple(found)
    level = needed(found)
    if level is not Level.PATCH and new[: 3 - level] <= old[: 3 - level]:
        cause = next(change for change in found if change.level is level)
        raise Misnumbered(
            f"version {version} after {previous} is too small a step, since {cause}: changed, removed or moved samples ask "
            f"for a major version, additions for a minor one; expected {_next(previous, level)} or later"
        )


def _next(version: str, level: Level) -> str:
    major, minor, patch = parsed(version)
    if level is Level.MAJOR:
        return f"{major + 1}.0.0"
    return (
        f"{major}.{minor + 1}.0"
        if level is Level.MINOR
        else f"{major}.{minor}.{patch + 1}"
    )


def changelog(
    version: str,
    released: str | None,
    found: Iterable[Change],
    before: str,
    canary: str,
) -> str:
    """Return `CHANGELOG.md` with a section for this version above what was there before."""
    earlier = before.partition("\n## ")[2]
    parts = [TITLE, "", canary, "", *_section(version, released, tuple(found))]
    return "\n".join([*parts, ""]) + (f"\n## {earlier}" if earlier else "")


def _section(
    version: str, released: str | None, found: tuple[Change, ...]
) -> Iterator[str]:
    yield f"## {version}" + (f" ({released})" if released else "")
    yield ""
    added = sum(c.added for c in found)
    if found:
        yield (
            f"{plural(sum(c.new for c in found), 'new task')}, {plural(added, 'sample')} added, "
            f"{sum(c.changed for c in found):,} changed, {sum(c.removed for c in found):,} removed, "
            f"{sum(c.retired for c in found):,} retired."
        )
        yield ""
        yield from (f"- {change}" for change in found)
    else:
        yield "The samples are the same; only how they are packed has changed."
