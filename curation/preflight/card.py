"""Rules on a card: what the Hub refuses, and what makes a data set hard to find."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import schemas
from cards.licences import MIXED, conflicts
from curation.finding import Fault, Rule, Severity, rule
from curation.preflight.subjects import Card, Repository

SHOWN = 5
"""How many faults of one kind are told of one by one."""
TAGS = {"video": "video", "mesh": "3d", "pointcloud": "3d"}
"""The tag for each kind of media that the Hub does not see in Parquet."""


@rule("HUB101")
def no_card(card: Card) -> Iterator[Fault]:
    """There is no card, or it has no front matter.

    Why: the Hub then knows neither licence nor configurations, and guesses splits by the
    names of folders.
    Fix: make the release again, or write README.md anew with curate card --write.
    """
    if card.front is None and not card.broken:
        yield Fault(card.where, card.fault)


@rule("HUB102")
def card_not_yaml(card: Card) -> Iterator[Fault]:
    """The front matter of the card is no YAML, or no mapping.

    Why: the Hub refuses the commit.
    Fix: mend the line that is named; texts with colons or hashes stand in quotes.
    """
    if card.broken:
        yield Fault(card.where, card.fault)
    elif card.front and not isinstance(card.front.value, dict):
        kind = type(card.front.value).__name__
        yield Fault(card.where, f"expected fields with values, found {kind}")


@rule("HUB103")
def repeated_key(card: Card) -> Iterator[Fault]:
    """A key stands twice in one mapping of the front matter.

    Why: the Hub keeps one of the two values, and datasets refuses to load anything.
    Fix: remove one of them.
    """
    for one in card.front.repeated if card.front else ():
        yield Fault(card.where, f"line {one.line} has {one.key!r} again")


@rule("HUB104")
def unknown_to_the_hub(card: Card) -> Iterator[Fault]:
    """A field of the card has a value that the Hub does not know.

    Why: the Hub refuses the commit, or the data set is found by nobody.
    Fix: take an id from the Hub's lists; they stand in schemas/card.json.
    """
    if card.told:
        validator = schemas.exact_validator("card.json")
        for number, error in enumerate(validator.iter_errors(dict(card.told))):
            if number == SHOWN:
                yield Fault(card.where, "and more")
                return
            place = ".".join(map(str, error.absolute_path))
            yield Fault(card.where, _said(f"{place}: " if place else "", error))


def _said(place: str, error: Any) -> str:
    """Say what is wrong with a value without quoting all that would be right."""
    if error.validator in {"anyOf", "enum"}:
        return f"{place}{str(error.instance)[:80]!r} is none that the Hub knows"
    return f"{place}{error.message[:200]}"


@rule("HUB105")
def licence_without_name(repository: Repository) -> Iterator[Fault]:
    """The licence is given as other, without a name or a text to read.

    Why: nobody can tell what may be done with the data.
    Fix: give license_name and license_link, an address or LICENSE.md in the repository.
    """
    told = repository.card.told
    if "other" in _listed(told.get("license")):
        for key in ("license_name", "license_link"):
            if not told.get(key):
                yield Fault(repository.card.where, f"{key} is missing")
    link = str(told.get("license_link", ""))
    if link.startswith("LICENSE") and link not in {f.path for f in repository.files}:
        yield Fault(
            repository.card.where, f"license_link names {link}, which is not there"
        )


@rule("HUB106")
def licence_conflict(repository: Repository) -> Iterator[Fault]:
    """The licence of the card is not one under which a task may be published.

    Why: what its authors forbid or ask for would be dropped.
    Fix: state the licence of the task, take another one for the release, "other" if each
    task is to keep its own, or leave the task out.
    """
    licences = _listed(repository.card.told.get("license"))
    own = licences[0] if len(licences) == 1 else MIXED
    if licences and repository.licences is not None:
        for one in conflicts(own, repository.licences.items()):
            yield Fault(repository.card.where, f"{one.task}: {one.reason}")


@rule("HUB116", Severity.WARNING)
def modality_without_tag(repository: Repository) -> Iterator[Fault]:
    """There are films or 3D models, and the card has no tag that says so.

    Why: the Hub does not see them in Parquet, and nobody finds the data set by them.
    Fix: add video or 3d to the tags.
    """
    tags = _listed(repository.card.told.get("tags"))
    wanted = {TAGS[kind] for kind in repository.kinds if kind in TAGS}
    for tag in sorted(wanted.difference(tags)):
        yield Fault(repository.card.where, f"tags lack {tag!r}")


@rule("HUB117", Severity.WARNING)
def wrong_size_category(repository: Repository) -> Iterator[Fault]:
    """The number of samples is not in the size category that the card states.

    Why: people look for data sets by size, and do not find this one or the wrong one.
    Fix: state the category that is named.
    """
    from cards.sizes import category  # noqa: PLC0415

    rows = [t.footer.rows for t in repository.tables if t.footer]
    stated = _listed(repository.card.told.get("size_categories"))
    if rows and stated and (fits := category(sum(rows))) not in stated:
        yield Fault(
            repository.card.where,
            f"{sum(rows):,} samples are {fits}, and the card says {', '.join(stated)}",
        )


def _listed(value: Any) -> list[str]:
    """Return what may be one text or several as a list."""
    return [str(v) for v in value] if isinstance(value, list) else [str(value)] if value else []  # fmt: skip


@rule("HUB119", Severity.WARNING)
def link_to_a_model(card: Card) -> Iterator[Fault]:
    """A link to a dataset leads to where models are.

    Why: without datasets/ in its address the Hub shows another page, or none.
    Fix: write https://huggingface.co/datasets/OWNER/NAME.
    """
    named = set(re.findall(r"load_dataset\(\s*[\"']([\w.-]+/[\w.-]+)[\"']", card.text))
    for name in sorted(named):
        if re.search(rf"huggingface\.co/{re.escape(name)}\b", card.text):
            yield Fault(card.where, f"a link to {name} lacks datasets/")


RULES: tuple[Rule, ...] = (
    no_card,
    card_not_yaml,
    repeated_key,
    unknown_to_the_hub,
    licence_without_name,
    licence_conflict,
    modality_without_tag,
    wrong_size_category,
    link_to_a_model,
)
