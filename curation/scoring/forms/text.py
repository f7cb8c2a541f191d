"""Answers in words: texts, labels, sets of labels or tuples, events, numbers, series."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from curation.model import Json
from curation.scoring.extraction import AROUND, Gold, folded, mentions, plain
from curation.scoring.forms.base import (
    Form,
    Misshapen,
    Setting,
    items,
    mapping,
    number,
    words,
)
from curation.scoring.metric import Floats
from curation.scoring.remembered import remembered

KEYS = (
    "text", "answer", "caption", "response", "reference", "summary",
    "highlights", "story", "translation", "paraphraseSentence", "Standard English", "sql", "nl",
    "repairCode", "code", "content", "category", "label", "prediction", "target", "solution",
    "final_answer", "proof", "count",
)  # fmt: skip
"""Properties in which the answer of a sample, or of a prediction, is looked for."""
_LABEL_KEYS = (
    "prediction_final", "category", "label", "answer", "text", "prediction", "target",
    "final_answer", "solution",
)  # fmt: skip


def _prediction(value: Json, setting: Setting) -> str:
    del setting
    if isinstance(value, dict) and "steps" in value:
        return _proof(value)
    if isinstance(value, list):
        if len(value) != 1 and not all(isinstance(v, str) for v in value):
            raise Misshapen(f"expected a text, found a list of {len(value)}")
        return words(value[0], 0) if value else ""
    return words(value)


def _references(value: Json, setting: Setting) -> tuple[str, ...]:
    del setting
    if isinstance(value, dict) and "steps" in value:
        return (_proof(value),)
    if isinstance(value, list):
        return tuple(words(v, i) for i, v in enumerate(value)) or ("",)
    return (words(value),)


def _proof(value: Mapping[str, Json]) -> str:
    steps = [words(s, "steps", i) for i, s in enumerate(items(value["steps"], "steps"))]
    return "\n".join(
        [
            *steps,
            *(
                [words(value["conclusion"], "conclusion")]
                if value.get("conclusion")
                else []
            ),
        ]
    )


def _label(value: Json, setting: Setting) -> str | list[str]:
    del setting
    if isinstance(value, list):
        found = [words(v, i) for i, v in enumerate(value)]
        return found[0] if len(found) == 1 else found
    return words(value)


_YES, _NO = ("true", "yes", "1"), ("false", "no", "0")


def _gold(value: Json, setting: Setting) -> Gold:
    listed = value if isinstance(value, list) else [value]
    accepted: list[str] = []
    for index, one in enumerate(listed):
        if isinstance(one, bool):
            accepted += _YES if one else _NO
        else:
            accepted.append(words(one, index))
    accepted += [d for a in accepted if (d := _decoded(a, setting))]
    return Gold(tuple(accepted), setting.options, setting.has_options)


def _decoded(label: str, setting: Setting) -> str | None:
    """Write out a label that consists of ids, each decoded by one map of the task."""
    maps = setting.envelope.get("intent_label")
    ids = label.split()
    if not isinstance(maps, dict) or len(maps) != len(ids):
        return None
    names = [
        m.get(i) for m, i in zip(maps.values(), ids, strict=True) if isinstance(m, dict)
    ]
    return (
        " ".join(map(str, names))
        if len(names) == len(ids) and None not in names
        else None
    )


_TUPLE = re.compile(r"[(\[]([^()\[\]]*)[)\]]")


@remembered(1 << 12)
def parted(text: str) -> frozenset[object]:
    """Part an answer in words into its items: by `<p>`, lines, tuples, `;`, or commas."""
    if "<p>" in text:
        return _plain(text, "<p>")
    if "\n" in text:
        return _plain("\n".join(_BULLET.sub("", t) for t in text.splitlines()), "\n")
    if "(" in text or "[" in text:
        tuples = _TUPLE.findall(text)
        if tuples and not _TUPLE.sub("", text).strip(" ,;."):
            return frozenset(
                filter(None, (_tuple(re.split(r"[,;]", t)) for t in tuples))
            )
    return _plain(text, ";" if ";" in text else ",")


_BULLET = re.compile(r"^\s*(?:[-*\u2022]|\d+[.)])\s+")


def _plain(text: str, mark: str) -> frozenset[object]:
    if text.isascii() and "  " not in text and text.isprintable():
        # The common case, for which `folded` would do the same more slowly.
        found = [part.strip(AROUND) for part in text.lower().split(mark)]
        if "" not in found:
            return frozenset(found)
    return frozenset(filter(None, map(folded, text.split(mark))))


def _tuple(parts: list[str]) -> object:
    found = tuple(plain(p) for p in parts)
    return found if len(found) > 1 else found[0]


def _members(value: Json, setting: Setting) -> frozenset[object]:
    """Read a set as the reference has it: a list is taken item by item."""
    del setting
    if isinstance(value, list):
        return frozenset(m for i, v in enumerate(value) if (m := _member(v, i)))
    if isinstance(value, dict):
        return frozenset({_member(value)})
    return parted(words(value))


_PARTS = (
    ("text", "type"),
    ("head", "relation", "tail"),
    ("subject", "predicate", "object"),
)


def _member(value: Json, *pointer: str | int) -> object:
    if isinstance(value, dict):
        for names in _PARTS:
            if all(isinstance(value.get(n), str | int) for n in names):
                return tuple(plain(str(value[n])) for n in names)
        parts = ((plain(k), plain(words(v, *pointer, k))) for k, v in value.items())
        return tuple(sorted(parts))
    if isinstance(value, list):
        return tuple(plain(words(v, *pointer, i)) for i, v in enumerate(value))
    return plain(words(value, *pointer))


def _found(value: Json, setting: Setting) -> frozenset[object]:
    """Read a set as a model writes it; a sentence is searched for the labels it names."""
    if not isinstance(value, str):
        return _members(value, setting)
    found = parted(words(value))
    options = setting.options
    if not options or found <= (space := {plain(o) for o in options}):
        return found
    return frozenset(mentions(value, sorted(space))) or found


def _event_set(value: Json, setting: Setting) -> frozenset[object]:
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        return _members(value, setting)
    found: set[object] = set()
    for index, event in enumerate(value):
        if "trigger" not in event or "type" not in event:
            raise Misshapen("an event without type or trigger", index)
        name, trigger = (plain(words(event[k], index, k)) for k in ("type", "trigger"))
        found.add((name, trigger))
        for place, argument in enumerate(
            items(event.get("arguments") or [], index, "arguments")
        ):
            parts = mapping(argument, index, "arguments", place)
            found.add(
                (
                    name,
                    trigger,
                    *(plain(words(parts.get(k, ""))) for k in ("role", "text")),
                )
            )
    return frozenset(found)


_NUMBER = re.compile(
    r"(?<![\w.])[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?:[eE][-+]?\d+)?(?!\w)"
)


def _one_number(value: Json, setting: Setting) -> float:
    """Read a number; in words, the whole answer, or the one number that stands in it."""
    if isinstance(value, list) and len(value) == 1:
        return _one_number(value[0], setting)
    if not isinstance(value, str):
        return number(value)
    found = _NUMBER.findall(words(value)[:10_000])
    if len(set(found)) != 1:
        raise Misshapen(f"expected a number, found {len(found)} in {value[:40]!r}")
    return number(float(found[0].replace(",", "")))


def _series(value: Json, setting: Setting) -> Floats:
    if isinstance(value, list):
        return np.array([_one_number(v, setting) for v in items(value)])
    if isinstance(value, str) and len(_NUMBER.findall(value)) > 1:
        return np.array(
            [number(float(n.replace(",", ""))) for n in _NUMBER.findall(value)]
        )
    return np.array([_one_number(value, setting)])


def _code_references(value: Json, setting: Setting) -> tuple[str, tuple[str, ...]]:
    language = setting.sample.get("language")
    place = setting.sample.get("input")
    inner = place.get("language") if isinstance(place, dict) else None
    name = (
        inner
        or language
        or setting.others.get("language")
        or setting.envelope.get("language")
    )
    return str(name or "python").lower(), _references(value, setting)


FORMS = (
    Form("text", 'a text: "a red bus"', KEYS, _prediction, _references),
    Form("label", 'a label: "cat", a list where several hold: ["cat", "dog"], or the letter of an option: "B"',
         _LABEL_KEYS, _label, _gold),
    Form("set", 'a list of labels or of tuples: ["Paris", "Rome"], [["food", "good"]]; or text, parted by <p>, '
         "lines, ; or commas",
         ("entities", "relations", *KEYS), _found, _members),
    Form("events", 'a list of events: [{"type": "Meet", "trigger": "met", "arguments": [{"role": "Place", "text": "Oslo"}]}]',
         ("events", "text", "answer"), _event_set, _event_set),
    Form("number", "a number: 12", ("prediction_final", "count", *KEYS), _one_number, _one_number),
    Form("series", "a number or a list of numbers: [1.5, 1.7]", KEYS, _series, _series),
    Form("code", "a program as text", KEYS, _prediction, _code_references),
)  # fmt: skip
