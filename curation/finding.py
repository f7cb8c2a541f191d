"""Rules, what they find, and the report that findings are gathered in."""

from __future__ import annotations

import inspect
import re
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any, NamedTuple

from curation.model import Where
from curation.settings import Settings


class Severity(StrEnum):
    """How much a finding weighs; only errors keep a task out of the benchmark."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


class Fault(NamedTuple):
    """What a rule yields: the place, what was seen there, and whose sample it is."""

    where: Where
    detail: str
    sample: str | None = None


Check = Callable[..., Iterator[Fault]]


@dataclass(frozen=True)
class Rule:
    """One defect: its code, how grave it is, what it is asked about, and the check."""

    code: str
    severity: Severity
    subject: type
    check: Check
    wants_settings: bool

    @property
    def slug(self) -> str:
        """The defect in words joined by hyphens, such as `truncated`."""
        return self.check.__name__.replace("_", "-")

    @cached_property
    def _parts(self) -> tuple[str, str, str]:
        text = inspect.cleandoc(self.check.__doc__ or "")
        match = re.fullmatch(
            r"(?P<title>.+?)\n\nWhy: (?P<why>.+?)\nFix: (?P<fix>.+)", text, re.DOTALL
        )
        if match is None:
            raise TypeError(f"{self.code}: the docstring lacks a title, Why: or Fix:")
        title, why, fix = (" ".join(part.split()) for part in match.groups())
        return title, why, fix

    @property
    def title(self) -> str:
        """The defect as one sentence."""
        return self._parts[0]

    @property
    def why(self) -> str:
        """What harm the defect does."""
        return self._parts[1]

    @property
    def fix(self) -> str:
        """How to mend it."""
        return self._parts[2]


def rule(code: str, severity: Severity = Severity.ERROR) -> Callable[[Check], Rule]:
    """Make a rule of a generator function.

    The annotation of its first parameter says which subjects the rule is asked about;
    a second parameter, where there is one, receives the settings.
    """

    def wrap(check: Check) -> Rule:
        parameters = list(inspect.signature(check).parameters)
        hints = typing.get_type_hints(check)
        return Rule(code, severity, hints[parameters[0]], check, len(parameters) > 1)

    return wrap


@dataclass(frozen=True, slots=True)
class Finding:
    """One defect at one place of one task."""

    rule: Rule
    where: Where
    detail: str
    task: str
    severity: Severity
    sample: str | None = None

    @property
    def path(self) -> str:
        """The file, as reached from where the command was started."""
        return "/".join(filter(None, (self.task, self.where.path)))

    @property
    def order(self) -> tuple[object, ...]:
        """Sorts by task, gravity, rule and place, numbers in pointers by value."""
        steps = re.split(r"(\d+)", f"{self.where.path}#{self.where.pointer}")
        place = tuple((0, int(s), "") if s.isdecimal() else (1, 0, s) for s in steps)
        return self.task, self.severity.rank, self.rule.code, place, self.detail

    def __str__(self) -> str:
        return f"{self.where}: {self.rule.code} {self.detail}"


@dataclass(frozen=True)
class TaskSummary:
    """What a report says of a task besides its findings."""

    path: str
    name: str | None = None
    modality: str | None = None
    paradigm: str | None = None
    family: str | None = None
    family_reason: str = ""
    samples: int = 0
    media: Mapping[str, int] = field(default_factory=dict)
    media_bytes: int = 0


@dataclass(frozen=True)
class Report:
    """All findings of a run, sorted, and the counts of what was checked."""

    findings: tuple[Finding, ...]
    tasks: tuple[TaskSummary, ...]
    versions: Mapping[str, str]
    failures: tuple[str, ...] = ()
    complete: bool = True
    suppressed: int = 0

    @property
    def sound(self) -> bool:
        """Whether everything was checked, so that it would be found again."""
        return self.complete and not self.failures

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """Return the findings of one severity."""
        return tuple(f for f in self.findings if f.severity is severity)

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep a task out of the benchmark."""
        return self.of(Severity.ERROR)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """The findings that a reviewer will ask about."""
        return self.of(Severity.WARNING)

    @property
    def counts(self) -> dict[str, int]:
        """How much was checked: tasks, samples, media files by kind, bytes."""
        kinds: dict[str, int] = {}
        for task in self.tasks:
            for kind, number in task.media.items():
                kinds[kind] = kinds.get(kind, 0) + number
        return {
            "tasks": len(self.tasks),
            "samples": sum(t.samples for t in self.tasks),
            "media": sum(kinds.values()),
            **dict(sorted(kinds.items())),
            "bytes": sum(t.media_bytes for t in self.tasks),
        }


class RuleCrash(Exception):
    """A rule of ours failed; names the rule and the subject."""


def examine(
    subjects: Iterable[object],
    rules: Sequence[Rule],
    settings: Settings | None = None,
    task: str = "",
) -> Iterator[Finding | RuleCrash]:
    """Ask every rule about the subjects of its type and yield what it finds.

    A rule that fails is our bug: it is yielded as a `RuleCrash`, and the others go on.
    """
    settings = settings or Settings()
    asked: dict[type, list[Rule]] = {}
    for subject in _drawn(subjects, task):
        if isinstance(subject, RuleCrash):
            yield subject
            continue
        kind = type(subject)
        if kind not in asked:
            asked[kind] = [r for r in rules if issubclass(kind, r.subject)]
        for one in asked[kind]:
            try:
                yield from _ask(one, subject, settings, task)
            except Exception as error:  # our bug, whatever it is; reported with exit 3
                crash = RuleCrash(
                    f"{one.code} {one.slug} failed on {_name(subject)}: {error!r}"
                )
                crash.__cause__ = error
                yield crash


def _drawn(subjects: Iterable[object], task: str) -> Iterator[object]:
    """Yield the subjects; if making them fails, that is our bug, and yielded too."""
    try:
        yield from subjects
    except Exception as error:  # our bug, whatever it is; reported with exit 3
        crash = RuleCrash(f"{task}: failed to prepare what is examined: {error!r}")
        crash.__cause__ = error
        yield crash


def _ask(one: Rule, subject: Any, settings: Settings, task: str) -> Iterator[Finding]:
    faults = one.check(subject, settings) if one.wants_settings else one.check(subject)
    owner = getattr(subject, "sample", None)
    for fault in faults:
        where, detail, sample = Fault(*fault)
        yield Finding(one, where, detail, task, one.severity, sample or owner)


def _name(subject: object) -> str:
    return f"{type(subject).__name__} {getattr(subject, 'where', '')}".strip()
