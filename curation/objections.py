"""Puts in words what a schema objects to: what was expected, and what was found."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

import schemas
from curation.model import Json

Pointer = tuple[str | int, ...]
Told = tuple[Pointer, str, str]
"""Where in a document, the keyword that objects, and what it objects to in words.

The keyword is `unknown` for a field that the schema does not know.
"""


def explained(error: Any) -> Iterator[Told]:
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
            yield from explained(one)


def told(error: Any) -> Iterator[Told]:
    """Put an error of the fast validator in words, as far as it tells what it wants."""
    path, kind = tuple(error.instance_path), error.kind
    match kind.name:
        case "required":
            yield path, "required", f"{kind.value!r} is missing"
        case "additionalProperties" | "unevaluatedProperties":
            shared = () if path else _shared()
            for key in kind.value:
                if key not in shared:
                    yield (*path, key), "unknown", f"{key[:60]!r} is not a field here"
        case keyword:
            detail = _said(keyword, kind.value, error.instance)
            yield path, keyword, detail or error.message[:200]


def _shared() -> Mapping[str, Any]:
    """Return the fields that a sample of any family may have."""
    return schemas.document("common.json")["$defs"]["sample"]["properties"]  # type: ignore[no-any-return]


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
    return next(
        filter(None, (_kinds_wanted(e) for e in branch if not e.relative_path)), []
    )


def _keys_wanted(error: Any, branches: Sequence[Sequence[Any]]) -> str:
    """Say which key is missing where each of the schemas asks for others; '' if none does."""
    errors = [e for branch in branches for e in branch]
    if any(e.validator != "required" or e.relative_path for e in errors):
        return ""
    wanted = [list(branch[0].validator_value) for branch in branches]
    ways = [[key for key in keys if key not in error.instance] for keys in wanted]
    begun = [
        way for way, keys in zip(ways, wanted, strict=True) if len(way) < len(keys)
    ]
    if begun:
        nearest = min(begun, key=len)
        return f"{_all_of(nearest)} is missing"
    *others, last = map(_all_of, ways)
    return f"{' or '.join([', '.join(others), last] if others else [last])} is missing"


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
        case "required" | "dependentRequired":
            for detail in _missing(wanted, found):
                yield path, "required", detail
        case "additionalProperties" | "unevaluatedProperties":
            for key, detail in _unknown(error):
                yield (*path, key), "unknown", detail
        case keyword if "propertyNames" in error.relative_schema_path:
            yield (*path, found), keyword, f"the key {found!r} does not fit {wanted}"
        case keyword:
            detail = _said(keyword, wanted, found, error.schema)
            yield path, keyword, detail or error.message[:200]


def _missing(
    wanted: Sequence[str] | Mapping[str, Sequence[str]], found: Mapping[str, Json]
) -> Iterator[str]:
    if not isinstance(wanted, Mapping):
        yield from (f"{key!r} is missing" for key in wanted if key not in found)
        return
    for key, needs in wanted.items():
        for need in needs if key in found else ():
            if need not in found:
                yield f"{need!r} is missing; {key!r} asks for it"


def _unknown(error: Any) -> Iterator[tuple[str, str]]:
    known = list(error.schema.get("properties", ()))
    if error.validator == "unevaluatedProperties":
        known += _shared()
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
    """Put a departure in words: what was expected, what was found; '' if it has none."""
    if keyword in {"type", "enum", "const", "pattern"}:
        return f"expected {_value_wanted(keyword, wanted)}, found {shown(found)}"
    if keyword in _BOUNDS:
        return f"expected {_BOUNDS[keyword]} {wanted}, found {_clipped(str(found))}"
    if keyword in {"minItems", "maxItems", "minLength", "maxLength"}:
        return _said_of_length(keyword, wanted, found, schema or {})
    if keyword in {"minProperties", "maxProperties"}:
        return _said_of_fields(keyword, wanted, found, schema or {})
    return _said_of_ways(keyword, wanted, found)


def _value_wanted(keyword: str, wanted: Any) -> str:
    match keyword:
        case "type":
            return _any_of([wanted] if isinstance(wanted, str) else wanted)
        case "enum":
            return f"one of {', '.join(map(_literal, wanted))}"
        case "const":
            return _literal(wanted)
    return f"a text that fits {wanted}"


def _said_of_ways(keyword: str, wanted: Any, found: Json) -> str:
    match keyword:
        case "uniqueItems":
            return "expected each item once, found repetitions"
        case "oneOf" if type(found) is dict and all("required" in w for w in wanted):
            here = [w["required"] for w in wanted if set(w["required"]) <= set(found)]
            ways = ", ".join(map(_all_of, here))
            return f"expected only one of {ways}, found all of them"
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
    closed = schema.get("additionalProperties") is False
    known = ", ".join(map(repr, schema.get("properties", ()))) if closed else ""
    of = f" of {known}" if known else f" field{'s' * (wanted != 1)}"
    seen = ", ".join(_clipped(repr(k)) for k in list(found)[:6])
    return f"expected {bound}{'one' if wanted == 1 else wanted}{of}, found {seen or 'none'}"


_KINDS: Mapping[str, str] = {
    "string": "a text",
    "number": "a number",
    "integer": "a whole number",
    "array": "a list",
    "object": "an object",
    "null": "null",
    "boolean": "true or false",
}


def _any_of(kinds: Sequence[str]) -> str:
    *others, last = (words for kind, words in _KINDS.items() if kind in kinds)
    between = ", " if "boolean" in kinds else " or "
    return between.join([", ".join(others), last]) if others else last


def shown(value: Json) -> str:
    """Say in a few words what a value is, as those who write JSON call it."""
    match value:
        case None | bool():
            return json.dumps(value)
        case {}:
            keys = ", ".join(_clipped(repr(k)) for k in list(value)[:4])
            return f"an object with {keys}" if keys else "an empty object"
        case list():
            return f"a list of {len(value)}" if value else "an empty list"
        case str():
            return f"the text {_clipped(repr(value))}"
    return f"the number {_clipped(str(value))}"


def _literal(value: Json) -> str:
    return repr(value) if isinstance(value, str) else json.dumps(value)


def _clipped(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."  # noqa: PLR2004
