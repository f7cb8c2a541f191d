"""Pure: the sections of a card of a public set, one function each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from cards import byhand, figure
from cards.facts import CLOSE, OPEN, REFERENCES, Card, Task, counted, kinds
from cards.licences import MIXED, Licence
from cards.words import code, folded, linked, plural, safe, table

Section = Callable[[Card], Iterator[str]]

LONG = 30
"""Rows beyond which a table is folded."""


def heading(card: Card) -> Iterator[str]:
    """What it is called, a picture of it, and what it is."""
    about = card.about
    yield f"# {safe(card.title)}"
    yield ""
    yield f"![{safe(figure.alternative(card))}]({figure.FILE})"
    yield ""
    whole = counted(card.tasks)
    names = " and ".join(_and([_named(m) for m in card.modalities]))
    yield (
        f"{safe(about.name)} is a benchmark of multimodal generalist models: {plural(whole.tasks, 'task')} of "
        f"comprehension and generation over {names}. This is version {about.version}"
        + (f" of {about.released}." if about.released else ".")
    )
    links = (("Home", about.url), ("Paper", about.paper))
    told = [f"{name}: {linked(address)}" for name, address in links if address]
    if told:
        yield ""
        yield " | ".join(told)


def _and(names: list[str]) -> list[str]:
    """Part a list before its last name."""
    return [", ".join(names[:-1]), names[-1]] if len(names) > 1 else names


def _named(modality: str) -> str:
    return {"mesh": "3D", "text": "language"}.get(modality, modality)


def which(card: Card) -> Iterator[str]:
    """Which set this is, and which it is not."""
    other = CLOSE if card.tree == OPEN else OPEN
    there = card.about.repositories.get(other)
    place = f" It is at {_address(there)}." if there else ""
    yield "## Which set this is"
    yield ""
    if card.tree == OPEN:
        yield (
            "**This is the Open set**: samples with their references, to develop with. Results on it are not ranked, "
            "since everybody has its answers."
        )
        yield ""
        yield f"It is not the Close set, whose questions are ranked and whose references are hidden.{place}"
    else:
        yield (
            "**This is the Close set**: questions whose references are hidden. Predictions for it are scored by the "
            "organisers, and ranked."
        )
        yield ""
        yield (
            "Ids, names of files and order were made anew and tell nothing. What only told where a file is from was taken "
            "out of it; what is seen or heard in it is the same."
        )
        yield ""
        yield f"It is not the Open set, which has references to develop with.{place}"


def _address(repository: str) -> str:
    return f"<https://huggingface.co/datasets/{repository}>"


def loading(card: Card) -> Iterator[str]:
    """How to load one task."""
    yield "## Load one task"
    yield ""
    if not card.configs:
        yield "There is no task in this set yet."
        return
    task = card.configs[0]
    place = card.repository or f"path/to/{card.tree}"
    yield "Each task is a configuration of its own, and Parquet files hold its media."
    yield ""
    yield "```python"
    yield "from datasets import load_dataset"
    yield ""
    yield "task = load_dataset("
    yield f'    "{place}",'
    yield f'    "{task.id}",'
    yield f'    split="{card.tree}",'
    if card.repository:
        yield f'    revision="{card.tag}",'
    yield ")"
    yield "print(task[0])"
    yield "```"
    yield ""
    if card.repository:
        yield f"Name the tag `{card.tag}` in what you publish: a tag never moves, and the main branch does."
        yield ""
    yield (
        f"`tasks/{task.id}.json` tells what the task was in its native form, with its labels; `curate restore` writes the "
        "folder of that form back."
    )
    if card.tree == CLOSE:
        yield (
            "`curate predictions template` writes a file to fill in with predictions, and `curate predictions check` "
            "tells before they are sent whether they are complete."
        )


def composition(card: Card) -> Iterator[str]:
    """Tables by modality and skill, and all tasks."""
    yield "## What is in it"
    yield ""
    rows = [(kind, *_counts(some)) for kind, some in kinds(card.tasks).items()]
    rows.append(("**Together**", *_counts(card.tasks)))
    yield from table(("Modality", "Tasks", "Open", "Close"), rows, 3)
    skills = {
        (kind, skill): [t for t in some if t.skill == skill]
        for kind, some in kinds(card.tasks).items()
        for skill in sorted({t.skill for t in some if t.skill})
    }
    if skills:
        lines = table(
            ("Modality", "Skill", "Tasks", "Open", "Close"),
            ((kind, safe(skill), *_counts(some)) for (kind, skill), some in skills.items()),
            3,
        )  # fmt: skip
        yield ""
        yield from folded(f"By skill ({len(skills):,})", lines)
    yield ""
    yield from folded(f"All tasks ({len(card.tasks):,})", _tasks(card))


def _counts(tasks: Iterable[Task]) -> tuple[int, int, int]:
    count = counted(tasks)
    return count.tasks, count.open, count.close


def _tasks(card: Card) -> Iterator[str]:
    metrics = any(t.metric for t in card.tasks)
    head = ["Configuration", "Task", "Kind", *(["Metric"] if metrics else [])]
    rows = (
        (
            code(t.id),
            safe(t.title),
            safe(t.family.title),
            *([safe(t.metric)] if metrics else []),
            t.open,
            t.close,
        )
        for t in card.tasks
    )
    yield from table((*head, "Open", "Close"), rows, 2)


def by_hand(card: Card) -> Iterator[str]:
    """What a maintainer wrote."""
    yield byhand.marked(card.by_hand)


def sources(card: Card) -> Iterator[str]:
    """Where the data is from, and under which licences."""
    yield "## Sources and licences"
    yield ""
    if card.about.licence == MIXED:
        yield "**Each task keeps the licence of its source.** [LICENSE.md](LICENSE.md) tells it for each of them."
    else:
        yield (
            f"**The whole is published under {code(card.about.licence)}**, which the licences of all sources permit. "
            "[LICENSE.md](LICENSE.md) tells those of each task."
        )
    yield ""
    found = Counter((t.source, _licences(t.licences)) for t in card.tasks)
    rows = [
        (linked(source) if source else "not stated", licences, number)
        for (source, licences), number in sorted(found.items(), key=lambda i: (not i[0][0], i[0]))
    ]  # fmt: skip
    lines = list(table(("Source", "Licence", "Tasks"), rows, 1))
    yield from folded(f"All sources ({len(rows):,})", lines) if len(rows) > LONG else lines  # fmt: skip


def _licences(licences: tuple[Licence, ...]) -> str:
    return ", ".join(
        f"[{safe(str(one))}]({one.link})" if one.link else safe(str(one))
        for one in licences
    )


def making(card: Card) -> Iterator[str]:
    """How it was validated and split."""
    about = card.about
    whole = counted(card.tasks)
    yield "## How it was made"
    yield ""
    yield (
        f"- **Validated.** {f'curate {about.tool}' if about.tool else 'curate'} held each task against the schema of its kind, decoded every media "
        "file to its end, and looked for duplicates, leaks of answers, licences and personal data."
    )
    reviewed = len(card.tasks) - len(about.unreviewed)
    yield (
        f"- **Reviewed.** {reviewed:,} of {plural(len(card.tasks), 'task')} were accepted by a reviewer, in a record that is bound "
        "to their content."
    )
    share = f" About {about.share:.0%} of each task is open." if about.share is not None else ""  # fmt: skip
    groups = (
        f" Samples that belong together stay on one side: {about.groups['open']:,} open and {about.groups['close']:,} close groups."
        if {"open", "close"} <= about.groups.keys()
        else ""
    )
    yield (
        f"- **Split.** A keyed hash decides for each sample whether it is open or close, and no sample changes sides silently. "
        f"{whole.open:,} samples are open, {whole.close:,} close.{share}{groups}"
    )
    ignored = f" Left out were {', '.join(map(code, about.ignored))}." if about.ignored else ""  # fmt: skip
    yield (
        "- **Audited.** Before this version appeared, all its public bytes were searched for the hidden references, and the two "
        f"sides compared with each other. A version in which an error is found does not appear.{ignored}"
    )
    yield (
        "- **Committed.** The hidden references cannot be changed unseen: their commitment (root of a Merkle tree) is "
        f"{code(about.commitment)}. `curate verify-proof` checks a single one against it."
    )
    yield (
        f"- **Marked.** {safe(about.canary)} By this line anyone can find out whether a text holds a part of the release."
    )
    yield (
        "- **Listed.** `manifest.json` has the SHA-256 of every file, `croissant.json` describes every configuration."
    )


def versions(card: Card) -> Iterator[str]:
    """Versions, and what has changed in this one."""
    yield "## Versions"
    yield ""
    before = f" after {card.about.previous}" if card.about.previous else ", the first"
    yield (
        f"This is version {card.about.version}{before}. The first number grows when samples changed, were removed or moved, the "
        "second when samples or tasks were added: only results on the same first number can be compared."
    )
    if card.about.changes:
        lines = card.about.changes.strip().splitlines()
        yield ""
        yield from folded("What has changed", lines) if len(lines) > LONG else lines
    if card.tree != REFERENCES:
        yield ""
        yield "All versions are in [CHANGELOG.md](CHANGELOG.md)."


def limits(card: Card) -> Iterator[str]:
    """What the benchmark does not tell."""
    small = sum(1 for t in card.tasks if t.open + t.close < 100)  # noqa: PLR2004
    unstated = sum(not t.source for t in card.tasks)
    yield "## Limitations"
    yield ""
    yield "- Tasks are from many sources, and differ in size, difficulty and care; a mean over them hides that."
    if card.languages:
        yield f"- Its languages are {', '.join(map(code, card.languages))}; nothing is said about others."
    if small:
        yield f"- {plural(small, 'task')} of {len(card.tasks):,} have fewer than 100 samples; their scores vary by chance."  # fmt: skip
    if unstated:
        yield f"- {plural(unstated, 'task')} of {len(card.tasks):,} do not state what they were taken from."
    yield (
        "- Much of the data was public before it came here: models may have seen it in training, and a high score may be memory."
    )


def persons(card: Card) -> Iterator[str]:
    """Personal data."""
    yield "## Personal data"
    yield ""
    yield (
        "Pictures and films may show people, recordings carry their voices. They are from the sources that are named above, "
        "under their terms; nobody was asked anew. Texts were searched for addresses, telephone numbers and the "
        "like when tasks were validated, which finds much and not all."
    )
    if card.tree == CLOSE:
        yield (
            "What files say of where, when and by whom they were made was taken out of them."
        )
    yield (
        "Do not use the data to find out who somebody is. Who wants a sample removed writes to the contact below; it is "
        "removed in the next version."
    )


def citing(card: Card) -> Iterator[str]:
    """How to cite it."""
    yield "## Citation"
    yield ""
    told = card.about.citation.strip()
    if told.startswith("@"):
        yield "```bibtex"
        yield from told.replace("```", "").splitlines()
        yield "```"
    elif told:
        yield safe(told)
    else:
        authors = f"{', '.join(card.about.authors)}: " if card.about.authors else ""
        yield safe(f"{authors}{card.title}, version {card.about.version}.")
    yield ""
    yield "[CITATION.cff](CITATION.cff) says it for machines. Cite the sources of the tasks that you use as well."


def contact(card: Card) -> Iterator[str]:
    """Where to write."""
    yield "## Contact"
    yield ""
    if card.about.contact:
        yield f"Questions, errors, and samples to be removed: {linked(card.about.contact)}"
    else:
        yield "Questions, errors, and samples to be removed: the community page of this repository."


PUBLIC: tuple[Section, ...] = (
    heading,
    which,
    loading,
    composition,
    by_hand,
    sources,
    making,
    versions,
    limits,
    persons,
    citing,
    contact,
)
"""The sections of the Open and the Close set, in their order."""
