"""Departures from the schema of the family: how they are found, and the rules on them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import schemas
from curation.choosing import FamilyChoice
from curation.finding import Fault, Severity, rule
from curation.model import Json, Where
from curation.objections import Pointer, Told, explained, told
from curation.task import Task

EXPLAINED = 500
"""Samples per task whose departures are explained one by one; the rest is told shorter."""
EXPLAINABLE = 20_000
"""Characters of one sample beyond which only the beginnings of its lists are explained."""
ITEMS = 50
"""Items of a list, or entries of a map, that are then looked at."""
LISTED = 100
"""Departures that are explained of one sample at most."""


@dataclass(frozen=True, slots=True)
class Departure:
    """One place where a document is not as its schema says, by the keyword that objects.

    A field that the schema does not know has the keyword `unknown`.
    """

    where: Where
    keyword: str
    detail: str
    sample: str | None = None


def departures(task: Task) -> Iterator[Departure]:
    """Yield where the envelope and the samples depart from their schemas.

    All samples are checked by the fast validator. Those that it refuses are explained by
    the reference implementation, which is some hundred times slower.
    """
    envelope = {**task.envelope, "data": []}
    if not schemas.fast_validator("task.json").is_valid(envelope):
        exact = schemas.exact_validator("task.json")
        found = _objections(exact.iter_errors, explained, envelope)
        yield from _departures(found, task.where, None)
    bad = [i for i, ok in enumerate(map(task.family.is_valid, task.data)) if not ok]
    for number, index in enumerate(bad):
        sample, where, owner = task.data[index], task.sample_at(index), task.ids[index]
        if number < EXPLAINED:
            found = _objections(task.family.exact.iter_errors, explained, sample)
            yield from _departures(found, where, owner)
        else:
            found = _objections(task.family.errors, told, sample)
            yield from islice(_departures(found, where, owner), 1)


def _objections(
    errors: Callable[[Json], Iterable[Any]],
    words: Callable[[Any], Iterator[Told]],
    document: Json,
) -> Iterator[Told]:
    """Put in words what is wrong with a document; of a very large one with its beginnings."""
    if len(repr(document)) <= EXPLAINABLE:
        return chain.from_iterable(map(words, errors(document)))
    found = chain.from_iterable(map(words, errors(_beginnings(document))))
    first = next(
        found, ((), "other", f"does not fit, beyond the first {ITEMS} items of a list")
    )
    return chain([first], found)


def _beginnings(document: Json) -> Json:
    """Cut long lists and maps: what is wrong with thousands of items takes minutes to tell."""
    if isinstance(document, list):
        return [_beginnings(item) for item in document[:ITEMS]]
    if isinstance(document, dict):
        return {k: _beginnings(v) for k, v in islice(document.items(), ITEMS)}
    return document


def _is_of_ids(path: Pointer, keyword: str, detail: str) -> bool:
    """Whether one of the rules on ids speaks of it."""
    if path == ("id",):
        return keyword in {"type", "minLength"}
    return (path, detail) == ((), "'id' is missing")


def _departures(
    found: Iterable[Told], where: Where, sample: str | None
) -> Iterator[Departure]:
    """Yield each objection once, and none that only follows from another."""
    listed = list(islice(found, LISTED))
    mistyped = {path for path, keyword, _ in listed if keyword == "type"}
    crowded = {path[:-1] for path, keyword, _ in listed if keyword == "unknown"}
    for path, keyword, detail in sorted(
        dict.fromkeys(listed), key=lambda told: list(map(str, told[0]))
    ):
        follows = (keyword != "type" and path in mistyped) or (
            keyword == "maxProperties" and path in crowded
        )
        if not follows and not _is_of_ids(path, keyword, detail):
            yield Departure(where.at(*path), keyword, detail, sample)


def _of(keywords: set[str], departure: Departure) -> Iterator[Fault]:
    if departure.keyword in keywords:
        yield Fault(departure.where, departure.detail)


@rule("SCH001")
def missing_field(departure: Departure) -> Iterator[Fault]:
    """A field that the schema requires is missing.

    Why: every sample of a family has to be read, shown and scored in the same way.
    Fix: add the field; `curate schema FAMILY` shows what stands where.
    """
    yield from _of({"required"}, departure)


@rule("SCH002")
def wrong_type(departure: Departure) -> Iterator[Fault]:
    """A value is of another type than the schema says.

    Why: columns of a published table have one type, and readers rely on it.
    Fix: write the value as what is expected.
    """
    yield from _of({"type"}, departure)


@rule("SCH003", Severity.WARNING)
def unknown_field(departure: Departure) -> Iterator[Fault]:
    """A field is not known to the schema.

    Why: nobody can tell whether it is shown to a model or hidden with the answer, so it is not published.
    Fix: rename it to the field that is meant, or remove it.
    """
    yield from _of({"unknown"}, departure)


@rule("SCH004")
def unfit_value(departure: Departure) -> Iterator[Fault]:
    """A value has the right type but not the form, length or range that the schema asks for.

    Why: readers and metrics compute with it and would fail, or score something else.
    Fix: write the value as what is expected.
    """
    if departure.keyword not in {"required", "type", "unknown"}:
        yield Fault(departure.where, departure.detail)


@rule("SCH005", Severity.WARNING)
def no_family_fits(choice: FamilyChoice) -> Iterator[Fault]:
    """The samples fit no family, and only the general rules of the modality were applied.

    Why: what the fields mean is not known, so references, labels and geometry go unchecked.
    Fix: mend the first difference from the nearest family, or state the family that is meant.
    """
    if choice.nearest is not None:
        yield Fault(
            choice.where,
            f"the nearest is {choice.nearest}; it differs at {choice.difference}",
        )


RULES = (missing_field, wrong_type, unknown_field, unfit_value, no_family_fits)
