"""Rules on the ids of samples."""

from __future__ import annotations

from collections.abc import Iterator

from curation.finding import Fault, rule
from curation.objections import shown
from curation.task import Task


def _wants_ids(task: Task) -> bool:
    return "id" in task.family.schema["$defs"]["sample"].get("required", ("id",))


@rule("STR026")
def missing_id(task: Task) -> Iterator[Fault]:
    """A sample has no id.

    Why: predictions are joined to references by the id.
    Fix: give each sample an id that is unique in the task and says nothing of the answer.
    """
    if not {None, ""} & set(task.ids) or not _wants_ids(task):
        return
    for index, sample in enumerate(task.data):
        if isinstance(sample, dict) and sample.get("id") in (None, ""):
            missing = "id is empty" if sample.get("id") == "" else "id is missing"
            yield Fault(task.sample_at(index), missing)


@rule("STR027")
def repeated_id(task: Task) -> Iterator[Fault]:
    """Two samples have the same id.

    Why: one prediction would answer both, and one of the two is never scored.
    Fix: make the ids unique within the task.
    """
    if len(set(task.ids)) == len(task.ids):
        return
    first: dict[str, int] = {}
    for index, name in enumerate(task.ids):
        if name and first.setdefault(name, index) != index:
            yield Fault(
                task.sample_at(index).at("id"),
                f"{name!r} is the id of /data/{first[name]} too",
                name,
            )


@rule("STR028")
def id_not_text(task: Task) -> Iterator[Fault]:
    """An id is not a string.

    Why: 7 and "7" and "007" are one id to some readers and three to others.
    Fix: write the id in quotes.
    """
    for index, sample in enumerate(task.data):
        if (
            type(sample) is dict
            and type(sample.get("id", "")) is not str
            and sample["id"] is not None
        ):
            yield Fault(
                task.sample_at(index).at("id"),
                f"expected a text, found {shown(sample['id'])}",
                task.ids[index],
            )


RULES = (
    missing_id,
    repeated_id,
    id_not_text,
)
