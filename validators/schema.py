"""Departures from the schema of the family: how they are found, and the rules on them."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import Any

import schemas
from curation.finding import Fault, Severity, rule
from curation.model import Json, Where
from curation.task import FamilyChoice, Task

EXPLAINED = 500
"""Samples per task whose departures are explained one by one; the rest is told shorter."""
LISTED = 100
"""Departures that are explained of one sample at most."""

Pointer = tuple[str | int, ...]
Told = tuple[Pointer, str, str]
"""Where in a document, the keyword that objects, and what it objects to in words."""


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
    exact = schemas.exact_validator("task.json")
    envelope = {**task.envelope, "data": []}
    if not schemas.fast_validator("task.json").is_valid(envelope):
        yield from _explained(exact.iter_errors(envelope), task.where, None)
    bad = [i for i, ok in enumerate(map(task.family.is_valid, task.data)) if not ok]
    for index in bad[:EXPLAINED]:
        errors = task.family.exact.iter_errors(task.data[index])
        yield from _explained(errors, task.sample_at(index), task.ids[index])
    for index in bad[EXPLAINED:]:
        yield from islice(_listed(task, index), 1)


def _listed(task: Task, index: int) -> Iterator[Departure]:
    """Yield the departures of one sample in the words of the fast validator."""
    for error in task.family.errors(task.data[index]):
        keyword = str(error.schema_path[-1])
        if keyword in {"additionalProperties", "unevaluatedProperties"}:
            keyword = "unknown"
        path = tuple(error.instance_path)
        if not _is_of_ids(path, keyword) and error.message != '"id" is a required property':
            where = task.sample_at(index).at(*path)
            yield Departure(where, keyword, error.message[:200], task.ids[index])


def _is_of_ids(path: Pointer, keyword: str) -> bool:
    """Whether one of the rules on ids speaks of it."""
    return path == ("id",) and keyword in {"type", "minLength"}


def _explained(
    errors: Iterable[Any], where: Where, sample: str | None
) -> Iterator[Departure]:
    """Explain each error once, and none that only follows from another."""
    found = [told for error in islice(errors, LISTED) for told in _told(error)]
    mistyped = {path for path, keyword, _ in found if keyword == "type"}
    crowded = {path[:-1] for path, keyword, _ in found if keyword == "unknown"}
    for path, keyword, detail in sorted(
        dict.fromkeys(found), key=lambda t: list(map(str, t[0]))
    ):
        follows = (keyword != "type" and path in mistyped) or (
            keyword == "maxProperties" and path in crowded
        )
        if not follows and not _is_of_ids(path, keyword):
            yield Departure(where.at(*path), keyword, detail, sample)


def _told(error: Any) -> Iterator[Told]:
    """Put an error in words; where several schemas would do, those of the nearest."""
    path = tuple(error.absolute_path)
    branches = _branches(error)
    if not branches:
        yield from _parts(error)
    elif kinds := _kinds_wanted(error):
        yield path, "type", _said("type", kinds, error.instance)
    elif missing := _keys_wanted(error, branches):
        yield path, "required", missing
    else:
        fitting = [b for b in branches if not _kinds_of(b)]
        for one in min(fitting or branches, key=_distance):
            yield from _told(one)


def _branches(error: Any) -> list[list[Any]]:
    """Part what several schemas object to by schema; none where there is but one."""
    parted = groupby(error.context or (), key=lambda e: e.schema_path[0])
    return [list(errors) for _, errors in parted]


def _kinds_wanted(error: Any) -> list[str]:
    """List the types of which one would do; none if the type is not what is wrong."""
    if error.validator == "type":
        wanted = error.validator_value
        return [wanted] if isinstance(wanted, str) else list(wanted)
    kinds = list(map(_kinds_of, _branches(error)))
    return list(dict.fromkeys(k for some in kinds for k in some)) if all(kinds) else []


def _kinds_of(branch: Iterable[Any]) -> list[str]:
    """List the types that one schema wants of the value itself, and not inside of it."""
    return next(filter(None, (_kinds_wanted(e) for e in branch if not e.relative_path)), [])


def _keys_wanted(error: Any, branches: Sequence[Sequence[Any]]) -> str:
    """Say which key is missing where each of the schemas asks for others; '' if none does."""
    own = all(e.validator == "required" and not e.relative_path for b in branches for e in b)
    if not own:
        return ""
    ways = [[k for k in b[0].validator_value if k not in error.instance] for b in branches]
    begun = [w for w, b in zip(ways, branches, strict=True) if len(w) < len(b[0].validator_value)]
    if begun:
        return f"{_all_of(min(begun, key=len))} is missing"
    *others, last = map(_all_of, ways)
    return f"{', '.join(others)} or {last} is missing" if others else f"{last} is missing"


def _all_of(keys: Iterable[str]) -> str:
    return " and ".join(map(repr, keys))


def _distance(branch: Sequence[Any]) -> tuple[int, int, int]:
    """Tell how far a document is from a schema: in how many places, and how badly."""
    inside = {e.relative_path[0] for e in branch if e.relative_path}
    own = sum(not e.relative_path for e in branch)
    return own + len(inside), sum(e.validator == "type" for e in branch), len(branch)


def _parts(error: Any) -> Iterator[Told]:
    path = tuple(error.absolute_path)
    wanted, found = error.validator_value, error.instance
    match error.validator:
        case "required":
            for key in wanted:
                if key not in found and (*path, key) != ("id",):
                    yield path, "required", f"{key!r} is missing"
        case "dependentRequired":
            for key, needs in wanted.items():
                for need in needs if key in found else ():
                    if need not in found:
                        yield path, "required", f"{need!r} is missing; {key!r} asks for it"
        case "additionalProperties" | "unevaluatedProperties":
            for key, detail in _unknown(error):
                yield (*path, key), "unknown", detail
        case keyword if "propertyNames" in error.relative_schema_path:
            yield (*path, found), keyword, f"the key {found!r} does not fit {wanted}"
        case keyword:
            detail = _said(keyword, wanted, found, error.schema)
            yield path, keyword, detail or error.message[:200]


def _unknown(error: Any) -> Iterator[tuple[str, str]]:
    known = list(error.schema.get("properties", ()))
    if error.validator == "unevaluatedProperties":
        known += schemas.document("common.json")["$defs"]["sample"]["properties"]
    patterns = list(map(re.compile, error.schema.get("patternProperties", ())))
    free = [k for k in known if k not in error.instance]
    for key in error.instance:
        if key not in known and not any(p.search(key) for p in patterns):
            near = difflib.get_close_matches(key[:100], free, 1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            yield key, f"{key[:60]!r} is not a field here{hint}"


def _said(
    keyword: str, wanted: Any, found: Json, schema: Mapping[str, Any] | None = None
) -> str:
    """Put a departure in words: what was expected, what was found."""
    match keyword:
        case "type":
            kinds = [wanted] if isinstance(wanted, str) else wanted
            return f"expected {' or '.join(_KINDS[k] for k in kinds)}, found {_shown(found)}"
        case "enum":
            return f"expected one of {', '.join(map(_literal, wanted))}, found {_shown(found)}"
        case "const":
            return f"expected {_literal(wanted)}, found {_shown(found)}"
        case "pattern":
            return f"expected a text that fits {wanted}, found {_shown(found)}"
        case "minItems" | "maxItems" | "minLength" | "maxLength":
            return _said_of_length(keyword, wanted, found, schema or {})
        case "minProperties" | "maxProperties":
            return _said_of_fields(keyword, wanted, found, schema or {})
        case "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum":
            return f"expected {_BOUNDS[keyword]} {wanted}, found {_clipped(str(found))}"
        case "uniqueItems":
            return "expected each item once, found repetitions"
        case "oneOf" if type(found) is dict and all("required" in w for w in wanted):
            here = [w["required"] for w in wanted if set(w["required"]) <= set(found)]
            return f"expected only one of {', '.join(map(_all_of, here))}, found all of them"
        case "not" if type(found) is dict and "required" in wanted:
            return f"{_all_of(wanted['required'])} exclude each other"
    return ""


_BOUNDS: Mapping[str, str] = {
    "minimum": "at least",
    "maximum": "at most",
    "exclusiveMinimum": "more than",
    "exclusiveMaximum": "less than",
}


def _said_of_length(
    keyword: str, wanted: int, found: Any, schema: Mapping[str, Any]
) -> str:
    noun = "item" if keyword.endswith("Items") else "character"
    bound = "at least " if keyword.startswith("min") else "at most "
    if schema.get("minItems") == schema.get("maxItems") == wanted:
        bound = ""
    return f"expected {bound}{wanted} {noun}{'s' * (wanted != 1)}, found {len(found) or 'none'}"


def _said_of_fields(
    keyword: str, wanted: int, found: Mapping[str, Json], schema: Mapping[str, Any]
) -> str:
    bound = "at least " if keyword == "minProperties" else "at most "
    if schema.get("minProperties") == schema.get("maxProperties") == wanted:
        bound = ""
    known = ", ".join(map(repr, schema.get("properties", ())))
    of = f" of {known}" if known else f" field{'s' * (wanted != 1)}"
    seen = ", ".join(_clipped(repr(k)) for k in list(found)[:6])
    return f"expected {bound}{'one' if wanted == 1 else wanted}{of}, found {seen or 'none'}"


_KINDS: Mapping[str, str] = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}


def _shown(value: Json) -> str:
    match value:
        case None:
            return "null"
        case {}:
            keys = ", ".join(_clipped(repr(k)) for k in list(value)[:4])
            return f"an object with {keys}" if keys else "an empty object"
        case []:
            return "an empty list"
        case list():
            return f"a list of {len(value)}"
        case str():
            return f"the text {_clipped(repr(value))}"
        case bool():
            return str(value).lower()
    return f"the number {_clipped(str(value))}"


def _literal(value: Json) -> str:
    return repr(value) if isinstance(value, str) else json.dumps(value)


def _clipped(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004


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
        yield Fault(choice.where, f"the nearest is {choice.nearest}; it differs at {choice.difference}")


RULES = (missing_field, wrong_type, unknown_field, unfit_value, no_family_fits)
