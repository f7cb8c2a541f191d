"""What is known of a submission before a person looks: frozen values that JSON can hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bar:
    """How often one value comes up."""

    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Bin:
    """How many values lie from `low` to below `high`; in the last bin `high` is included."""

    low: float
    high: float
    count: int


@dataclass(frozen=True, slots=True)
class Distribution:
    """How one quantity is distributed: over `bars`, or where it is a number over `bins`.

    `kind` is what it is of: labels, words, bytes, seconds, pixels, vertices or another
    unit. `total` counts all values, `distinct` the different ones; bars are the most
    frequent, so `distinct` can be more than there are bars.
    """

    name: str
    title: str
    kind: str
    total: int
    distinct: int = 0
    bars: tuple[Bar, ...] = ()
    bins: tuple[Bin, ...] = ()
    least: float | None = None
    median: float | None = None
    most: float | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule found something; `index` is that of the sample in its task, if of one.

    `path` is relative to the submission. `waived` is the reason of the waiver that holds
    for it, empty if none does.
    """

    path: str
    pointer: str
    detail: str
    sample: str | None = None
    index: int | None = None
    waived: str = ""


@dataclass(frozen=True, slots=True)
class FindingGroup:
    """All that one rule found in one task; `places` are at most the first thousand."""

    code: str
    slug: str
    severity: str
    title: str
    why: str
    fix: str
    count: int
    waived: int
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Probe:
    """What an answer costs that was not thought about, by the task's own metric.

    `name` is majority, longest, first, text, input, empty or oracle. `score` is None where the
    probe cannot be made or scored, and `note` says why. `points` is the score from 0 (the
    worst) to 100 (the best), where the metric has finite ends.
    """

    name: str
    title: str
    score: float | None
    points: float | None
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Probes:
    """The probes of a task, the metric they were scored by, and who chose it."""

    metric: str
    by: str
    direction: str
    items: int
    probes: tuple[Probe, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A sample that has something in common with one of the accepted benchmark.

    `how` is bytes, content, question or near; `side` is open or close. `other` names the
    sample there; that of a close one is opaque, and nothing of its reference is told.
    """

    index: int
    sample: str
    how: str
    side: str
    task: str
    other: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Overlap:
    """What is new against an accepted benchmark.

    `counts` are samples by how they match: new, bytes, content, question, near; each is
    counted once, under the closest. `open` and `close` are how many match one of that
    side. `matches` are at most the first thousand.
    """

    against: str
    counts: Mapping[str, int]
    open: int
    close: int
    matches: tuple[Match, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class TaskOverview:
    """One task. `path` is relative to the submission, empty if it is the submission."""

    path: str
    name: str
    modality: str
    paradigm: str | None
    skill: str
    family: str
    family_title: str
    family_reason: str
    licence: str
    source: str
    samples: int
    media: Mapping[str, int]
    media_bytes: int
    distributions: tuple[Distribution, ...]
    findings: tuple[FindingGroup, ...]
    probes: Probes | None = None
    overlap: Overlap | None = None


@dataclass(frozen=True, slots=True)
class Hint:
    """What a machine can say to a question of the rubric: yes, no or nothing, and why."""

    question: str
    answer: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the rubric; `evidence` names what a machine is to say beside it."""

    id: str
    question: str
    help: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True)
class Overview:
    """All that a machine knows of a submission.

    `passed` is the verdict of validation, waivers aside; `others` are findings that
    belong to no one task. `standing` is what the record says of it now: unreviewed,
    accepted, changes-requested, rejected or void, with the reason.
    """

    path: str
    name: str
    content: str
    tool: str
    versions: Mapping[str, str]
    passed: bool
    counts: Mapping[str, int]
    tasks: tuple[TaskOverview, ...]
    others: tuple[FindingGroup, ...] = ()
    failures: tuple[str, ...] = ()
    rubric: tuple[Question, ...] = ()
    hints: tuple[Hint, ...] = ()
    standing: str = "unreviewed"
    standing_reason: str = ""
    against: str = ""
