"""Pure: the front matter of a card, from facts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cards import frontmatter
from cards.categories import category
from cards.facts import CLOSE, OPEN, REFERENCES, TITLES, Card, Task
from cards.features import listed
from cards.licences import MIXED
from cards.sizes import category as size

PAGE = "LICENSE.md"
"""The page that tells of the licences."""
EACH_ITS_OWN = "each-task-its-own"
NOT_FOR_OTHERS = "not-for-distribution"

_ON_THE_HUB = re.compile(
    r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/datasets/([\w.-]+(?:/[\w.-]+)?)"
)


def front(card: Card) -> str:
    """Return the YAML between the two lines of hyphens, with them."""
    told = {key: value for key, value in _fields(card) if value}
    return f"---\n{frontmatter.written(told)}---\n"


def _fields(card: Card) -> Iterator[tuple[str, Any]]:
    yield "pretty_name", card.title
    yield from _licence(card)
    yield "language", list(card.languages)
    yield "task_categories", sorted({category(t.family) for t in card.configs})
    yield "size_categories", [size(card.rows)]
    yield "tags", ["benchmark", "evaluation", *_modalities(card)]
    yield "source_datasets", _sources(card.tasks)
    yield from _gate(card)
    yield "configs", [_config(card, t) for t in card.configs]
    yield "dataset_info", [_info(card, t) for t in card.configs]


def _licence(card: Card) -> Iterator[tuple[str, Any]]:
    own = MIXED if card.tree == REFERENCES else card.about.licence
    yield "license", own
    if own == MIXED:
        named = NOT_FOR_OTHERS if card.tree == REFERENCES else EACH_ITS_OWN
        yield "license_name", named
        yield "license_link", PAGE


def _modalities(card: Card) -> list[str]:
    tags = list(card.tags)
    held = {k for t in card.configs if t.data for k in _kinds(t.data.features)}
    # The Hub does not see films in Parquet, whatever modality their task has.
    return tags + (["video"] if "Video" in held and "video" not in tags else [])


def _kinds(feature: Any) -> Iterator[str]:
    if isinstance(feature, dict):
        if isinstance(feature.get("_type"), str):
            yield feature["_type"]
        for inner in feature.values():
            yield from _kinds(inner)
    elif isinstance(feature, list):
        for inner in feature:
            yield from _kinds(inner)


def _sources(tasks: tuple[Task, ...]) -> list[str]:
    """Return the data sets of the Hub that tasks are from, and whether there are others."""
    named = {t.source for t in tasks if t.source}
    found = {m[1] for s in named if (m := _ON_THE_HUB.match(s))}
    others = any(not _ON_THE_HUB.match(s) for s in named)
    return sorted(found) + (["extended"] if others else [])


def _gate(card: Card) -> Iterator[tuple[str, Any]]:
    gate = card.about.gated.get(card.tree)
    if gate and card.tree in {OPEN, CLOSE}:
        yield "extra_gated_heading", f"Before you download the {TITLES[card.tree]}"
        yield "extra_gated_prompt", gate.get("prompt", "")
        yield "extra_gated_fields", gate.get("fields", {})


def _config(card: Card, task: Task) -> Any:
    path = f"data/{task.id}/{card.tree}-*.parquet"
    return {
        "config_name": task.id,
        "data_files": [{"split": card.tree, "path": path}],
    }


def _info(card: Card, task: Task) -> Any:
    assert task.data is not None
    split = {
        "name": card.tree,
        "num_bytes": task.data.size,
        "num_examples": task.data.rows,
    }
    return {
        "config_name": task.id,
        "features": listed(task.data.features),
        "splits": [split],
        "download_size": task.data.stored,
        "dataset_size": task.data.size,
    }
