"""Makes tasks in memory, and asks rules about them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from curation.document import parse
from curation.finding import Finding, Rule, examine
from curation.model import Where
from curation.read import Folder
from curation.task import Task, assemble
from curation.texts import texts_of


def task(family: str, *samples: Any, **envelope: Any) -> Task:
    """Assemble a task of *samples*; ids are added where there are none."""
    data = [
        {"id": f"s{i}"} | s if isinstance(s, dict) else s for i, s in enumerate(samples)
    ]
    value = {"family": family, "task": "A task", **envelope, "data": data}
    folder = Folder(Path("x"), "x", (), ("annotation.json",))
    made = assemble(folder, parse(orjson.dumps(value), Where("annotation.json")))
    assert made is not None
    assert made.family.id == family
    return made


def found(rules: Rule | Iterable[Rule], *tasks: Task) -> list[str]:
    """Return what *rules* say of tasks and of their columns of words, as text."""
    asked = (rules,) if isinstance(rules, Rule) else tuple(rules)
    results = (
        result for one in tasks for result in examine([one, *texts_of(one)], asked)
    )
    return [_shown(result) for result in results]


def _shown(result: object) -> str:
    if not isinstance(result, Finding):
        raise TypeError(result)
    return str(result).removeprefix("annotation.json#").removeprefix("annotation.json")


def many(number: int, **parts: Any) -> Iterator[dict[str, Any]]:
    """Yield samples; a part that is a function is given the index."""
    for index in range(number):
        yield {k: v(index) if callable(v) else v for k, v in parts.items()}
