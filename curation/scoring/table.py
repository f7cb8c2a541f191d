"""The table of the 699 tasks, and the state of the art that it is held against."""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path

from curation.scoring.scale import Scale, scale_of

DATA = Path(__file__).parent / "data" / "tasks.csv"

MULTIMODAL = ("image", "video", "audio", "mesh")
"""The modalities of Levels 2 to 4, in the order of the boards."""
TITLES = {
    "image": "Image",
    "video": "Video",
    "audio": "Audio",
    "mesh": "3D",
    "text": "NLP",
}
"""What the benchmark calls each modality."""
SOTA_NAMES = ("paper-v1", "repo-420b8eb")
"""Tables of the state of the art, the default first.

`paper-v1` is arXiv 2505.04620v1; `repo-420b8eb` is commit 420b8eb of the public scorer.
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One task of the table.

    `task` and `label` are written exactly as in the public tables, stray spaces included.
    `unit` is the unit of scores and of the state of the art; `weights` and `judge` name
    what a metric needs besides the predictions, `suspect` why the row is doubted.
    `modality` is `image`, `video`, `audio`, `mesh` or `text`, `paradigm` is empty for
    language tasks, and `group` are the tasks that are averaged together: `image-c`,
    `image-g`, ..., `text`.
    """

    id: str
    sheet: str
    number: int
    task: str
    short: str
    label: str
    metric: str
    variant: str
    direction: str
    unit: str
    skill: str
    skill_name: str
    weights: str
    judge: str
    suspect: str
    modality: str
    paradigm: str
    group: str
    scale: Scale = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """The task's name without stray spaces."""
        return " ".join(self.task.split())

    @property
    def lower(self) -> bool:
        """Whether a lower value is better."""
        return self.direction == "lower"

    @property
    def offline(self) -> bool:
        """Whether the metric needs neither model weights nor a judge."""
        return not self.weights and not self.judge

    def beats(self, value: float, bar: float) -> bool:
        """Tell whether *value* equals or betters *bar*, both raw and in the table's unit."""
        return value <= bar if self.lower else value >= bar


_PARADIGMS = {"c": "comprehension", "g": "generation"}


@dataclass(frozen=True)
class Sota:
    """A named table of the best known value of each task, raw, by task id."""

    name: str
    values: Mapping[str, float]

    @cached_property
    def sha256(self) -> str:
        """The table's identity: a hash of its ids and values, sorted by id."""
        return _digest(sorted(self.values.items()))


@dataclass(frozen=True)
class TaskTable:
    """All rows in the order of the public tables, with the ways to find one."""

    rows: tuple[Row, ...]

    @cached_property
    def by_id(self) -> Mapping[str, Row]:
        """The rows by their stable id."""
        return {row.id: row for row in self.rows}

    @cached_property
    def by_name(self) -> Mapping[str, Row]:
        """The rows by task name in its plainest form; names are unique over all sheets."""
        return {plain(row.task): row for row in self.rows}

    @cached_property
    def sha256(self) -> str:
        """The table's identity: a hash of all that a score depends on but the values."""
        return _digest(
            [r.id, r.sheet, r.task, r.metric, r.variant, r.direction, r.unit]
            for r in sorted(self.rows, key=lambda r: r.id)
        )

    @property
    def sheets(self) -> tuple[str, ...]:
        """The names of the sheets, in order."""
        return tuple(dict.fromkeys(row.sheet for row in self.rows))


def plain(name: str) -> str:
    """Return *name* in the form that names are compared in: one space, no case."""
    return " ".join(name.split()).casefold()


def _digest(content: Iterable[object]) -> str:
    text = json.dumps(list(content), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


@cache
def _records() -> tuple[Mapping[str, str], ...]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


_TEXTS = (
    "id", "sheet", "task", "short", "label", "metric", "variant", "direction", "unit",
    "skill", "skill_name", "weights", "judge", "suspect",
)  # fmt: skip


@cache
def task_table() -> TaskTable:
    """Return the 699 tasks: NLP 115, Image 316, Video 172, Audio 44, 3D 52."""
    return TaskTable(tuple(_row(record) for record in _records()))


def _row(record: Mapping[str, str]) -> Row:
    group = record["id"].rpartition("-")[0]
    modality, _, paradigm = group.partition("-")
    return Row(
        **{name: record[name] for name in _TEXTS},
        number=int(record["number"]),
        modality=modality,
        paradigm=_PARADIGMS.get(paradigm, ""),
        group=group,
        scale=scale_of(record["metric"], record["variant"]),
    )


@cache
def sota(name: str = SOTA_NAMES[0]) -> Sota:
    """Return the table of the state of the art with that name.

    Raises:
        ValueError: if there is no such table.
    """
    if name not in SOTA_NAMES:
        raise ValueError(f"no table of the state of the art is called {name!r}")
    column = name.replace("-", "_")
    return Sota(name, {r["id"]: float(r[column]) for r in _records()})
