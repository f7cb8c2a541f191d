"""Edge: what a release says of itself, and the texts at the top of its trees."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from cards import byhand, page
from cards.licences import MIXED
from curation import card_facts
from curation.benchmark import Benchmark
from curation.card_facts import LOG
from curation.ledger import Entry, Side, current
from curation.model import Json
from curation.trees import REFERENCES, TREES
from curation.versions import DISTRIBUTION, versions

CARDS = "cards"
"""The folder of a benchmark that holds what a maintainer says on the cards."""
_SIDES = {Side.OPEN: "open", Side.RETIRED: "open", Side.CLOSE: "close"}

Texts: TypeAlias = Callable[[str, Mapping[str, Json], Path], Mapping[str, str]]


class Unreadable(Exception):
    """A text that a maintainer wrote cannot be taken; says which, and why."""


def by_hand(benchmark: Benchmark) -> Mapping[str, str]:
    """Return what `cards/TREE.md` in the folder of a benchmark say.

    Raises:
        Unreadable: one of them is no text, or has the marks of the part in it.
    """
    found: dict[str, str] = {}
    folder = benchmark.root / CARDS
    known = {f"{tree}.md" for tree in TREES}
    for file in sorted(folder.glob("*.md")):
        if file.name not in known:
            raise Unreadable(
                f"{file}: expected {', '.join(sorted(known))}, for the card of each tree"
            )
        try:
            found[file.stem] = file.read_text("utf-8")
            byhand.marked(found[file.stem])
        except (OSError, UnicodeDecodeError, byhand.Unmarked) as error:
            raise Unreadable(f"{file}: {error}") from None
    return found


def about(
    benchmark: Benchmark, entries: Iterable[Entry], ignored: Iterable[str]
) -> dict[str, Json]:
    """Return what `release.json` says of the benchmark; *entries* are of its tasks."""
    told: dict[str, Json] = {
        "licence": benchmark.licence or MIXED,
        "languages": list(benchmark.languages),
        "authors": list(benchmark.authors),
        "url": benchmark.url,
        "paper": benchmark.paper,
        "contact": benchmark.contact,
        "citation": benchmark.citation,
        "gated": dict(benchmark.gated),
        "share": benchmark.share,
        "groups": _groups(entries),
        "ignored": list(ignored),
        "tool": versions().get(DISTRIBUTION, ""),
    }
    return {name: value for name, value in told.items() if value}


def _groups(entries: Iterable[Entry]) -> dict[str, int]:
    found: dict[str, set[str]] = {"open": set(), "close": set()}
    for sample, entry in current(entries).items():
        if side := _SIDES.get(entry.side):
            found[side].add(entry.group or sample)
    return {side: len(groups) for side, groups in found.items()}


def texts(log: str, hands: Mapping[str, str]) -> Texts:
    """Return what makes the texts of a tree, given the change log and what was written."""

    def made(tree: str, told: Mapping[str, Json], folder: Path) -> Mapping[str, str]:
        card = card_facts.card(folder, tree, told, log, hands.get(tree, ""))
        own = page.texts(card)
        return own if tree == REFERENCES else {**own, LOG: log}

    return made
