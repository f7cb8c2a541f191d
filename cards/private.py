"""Pure: the sections of the card of the hidden references."""

from __future__ import annotations

from collections.abc import Iterator

from cards.facts import Card, counted, kinds
from cards.sections import Section, by_hand, contact, versions
from cards.words import code, folded, plural, safe, table


def warning(card: Card) -> Iterator[str]:
    """What this is, so that nobody takes it for anything else."""
    yield f"# NEVER SHARE: {safe(card.title)}"
    yield ""
    yield (
        "> **This repository holds the answers to the Close set. Whoever has them can end the benchmark.**"
    )
    yield ">"
    yield (
        "> Keep it private. Do not copy files from it into a public place, a log, an issue or a prompt. If it was ever "
        "public, even for a minute, tell the maintainers: the samples must be retired with `curate retire`."
    )


def use(card: Card) -> Iterator[str]:
    """What it is for."""
    whole = counted(card.tasks)
    yield "## What it is for"
    yield ""
    yield (
        f"It scores predictions for the Close set of {safe(card.about.name)} {card.about.version}: "
        f"{plural(whole.close, 'reference')} of {plural(len(card.configs), 'task')}, with the nonces of their commitments, the "
        "original ids, and where each sample is from."
    )
    yield ""
    yield "```"
    yield "curate score predictions --references FOLDER"
    yield "curate prove FOLDER TASK SAMPLE"
    yield "```"
    yield ""
    yield (
        f"The commitment that is public is {code(card.about.commitment)}. `samples.json` has a keyed digest of every sample, by "
        "which the next version finds what has changed."
    )


def content(card: Card) -> Iterator[str]:
    """How many references there are."""
    yield "## What is in it"
    yield ""
    rows = [
        (kind, counted(some).tasks, counted(some).close)
        for kind, some in kinds(card.configs).items()
    ]
    yield from table(("Modality", "Tasks", "References"), rows, 2)
    lines = table(
        ("Configuration", "References"),
        ((code(t.id), t.close) for t in card.configs),
        1,
    )
    yield ""
    yield from folded(f"All tasks ({len(card.configs):,})", lines)
    yield ""
    yield safe(card.about.canary)


PRIVATE: tuple[Section, ...] = (warning, use, content, by_hand, versions, contact)
"""The sections of the references, in their order."""
