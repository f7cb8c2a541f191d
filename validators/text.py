"""Rules on words: missing ones, slots left open, remains of where they came from."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import schemas
from curation.finding import Fault, Severity, rule
from curation.texts import Texts
from validators import characters, choices, columns, personal

LONGEST = 200_000
"""Characters of one text; few models take in more at once."""

_BESIDES = frozenset({"prompt", "context", "text", "style", "language", ""})
"""Parts of an input that a sample can do without where there is something else."""
_NO_INPUT = frozenset({"id", "group", "license", "source", "language", "output"})


def _sample(column: Texts, position: int) -> Mapping[str, Any]:
    return column.task.data[column.owners[position]]  # type: ignore[no-any-return]


def _blanks(column: Texts) -> Iterator[tuple[int, str]]:
    values = column.values
    if all(map(str.strip, values)) or _may_be_blank(column):
        return
    for position, value in enumerate(values):
        if not value.strip():
            yield position, f"expected words, found {value[:20]!r}"


def _may_be_blank(column: Texts) -> bool:
    """Tell free fields, cells of tables, input to programs, and extraction of nothing."""
    path = column.slot.path
    if schemas.DEEP in path:
        return True
    if column.slot.reference and columns.family(column).endswith("extraction"):
        return True
    return "table" in path or (columns.is_code(column) and "content" in path)


def _is_needed(column: Texts, position: int) -> bool:
    """Whether a sample can do nothing without this text."""
    if column.slot.reference:
        return True
    if any(s.media and not s.reference for s in column.task.family.slots):
        return False
    key = columns.name(column.slot)
    sample = _sample(column, position)
    row = sample.get("input")
    row = row if isinstance(row, dict) else sample
    others = any(v for k, v in row.items() if k != key and k not in _NO_INPUT)
    return not (key in _BESIDES and others)


@rule("TXT001")
def empty_text(column: Texts) -> Iterator[Fault]:
    """A text that a sample cannot do without is empty, or holds only white space.

    Why: there is nothing to ask, or nothing to compare an answer with.
    Fix: fill in the text, or drop the sample.
    """
    found = (b for b in _blanks(column) if _is_needed(column, b[0]))
    yield from columns.faults(column, found)


@rule("TXT002", Severity.WARNING)
def empty_prompt(column: Texts) -> Iterator[Fault]:
    """A prompt, or another part of an input that has more parts, is empty.

    Why: models get the rest of the input and guess what is wanted of them.
    Fix: write the instruction, or leave the field out.
    """
    found = (b for b in _blanks(column) if not _is_needed(column, b[0]))
    yield from columns.faults(column, found)


_OWN_SLOT = re.compile(
    r"<<<(?<![\w<]<<<)[ \t]*([A-Za-z_]\w[\w -]{0,40}?)[ \t]*>>>(?!>)"
)


def _has_field(sample: Mapping[str, Any], field: str) -> bool:
    row = sample.get("input")
    inside = isinstance(row, dict) and field in row
    return inside or (field in sample and field != "output")


@rule("TXT003")
def slot_without_field(column: Texts) -> Iterator[Fault]:
    """A template has a slot for a field that its sample does not have.

    Why: <<<name>>> is replaced by the field of that name; without one, models are shown
    the slot itself.
    Fix: name the slot after a field of the input, or write the words in.
    """
    templated = "<" in column.joined and "<<<" in column.joined
    if not templated or columns.is_code(column):
        return
    fields = set(_OWN_SLOT.findall(column.joined))
    samples = list(map(column.task.data.__getitem__, column.owners))
    if all(_has_field(s, field) for field in fields for s in samples):
        return
    for position, value in enumerate(column.values):
        for field in _OWN_SLOT.findall(value) if "<<<" in value else ():
            if not _has_field(samples[position], field):
                detail = f"<<<{field}>>> has no field of that name in the sample"
                yield Fault(column.where(position), detail, column.sample(position))


_FIELDS = (
    "question|questions|context|passage|document|sentence|text|input|input_text|raw_text|"
    "answer|options|choices|prompt|instruction|image|article|premise|hypothesis"
)
_YOURS = "name|company|address|email|phone|title|position|city|answer|text|date"
_BRACED = rf"(?:[A-Z][A-Z_]{{3,30}}|{_FIELDS})"
_SLOTS = {
    re.compile(rf"\{{(?<![\w\\^_${{}}'\"]\{{){_BRACED}\}}(?![}}^_{{'\"])"): "{",
    re.compile(r"\{\{(?<![\w\\^_${}]\{\{) ?[A-Za-z]\w{2,40} ?\}\}(?![}^_{])"): "{",
    re.compile(r"\$\{[A-Za-z_]\w{2,40}\}(?![$^_{])"): "$",
    re.compile(r"\[(?:(?:INSERT|Insert|insert) [\w' -]{2,60}|TODO|PLACEHOLDER)\]"): "[",
    re.compile(rf"\[(?:YOUR|Your|your) (?i:{_YOURS})\b[\w' -]{{0,30}}\]"): "[",
}
"""The ways of other tools to mark a slot, and the character that each begins with."""
_PROGRAM = re.compile(
    r"[\\`]|</|;\s*\n|;\s*$|=>|\bf['\"]|\bdef \w+\(|\bprint\(|\bconsole\.|\bfunction ?\w*\("
)
"""What tells LaTeX and programs, where braces have another meaning."""


def _is_prose(match: re.Match[str], value: str) -> bool:
    formula = match[0].startswith("$") and value.count("$") > value.count("${")
    return not formula and _PROGRAM.search(value) is None


@rule("TXT004", Severity.WARNING)
def unfilled_slot(column: Texts) -> Iterator[Fault]:
    """A text holds a slot of a template that was never filled.

    Why: {question} or [INSERT NAME] is shown to models as it stands.
    Fix: fill the template before export, or use <<<name>>> with a field of that name.
    """
    if columns.is_code(column):
        return
    for pattern, needle in _SLOTS.items():
        for position, match in columns.spots(column, pattern, needle, _is_prose):
            detail = f"{match[0]} is not filled"
            yield Fault(column.where(position), detail, column.sample(position))


_ASKING = frozenset({"prompt", "question", "source_prompt", "target_prompt", "goal", "statement", "document"})  # fmt: skip
_WORDS = (
    "todo", "tbd", "fixme", "placeholder", "asdf", "qwerty", "xxx", "xxxx", "test",
    "foo", "foobar", "string", "prompt", "question", "your prompt here", "n/a", "none",
    "null", "nan", "...", "…", "?", "-",
)  # fmt: skip
_STAND_INS = frozenset(f(w) for w in _WORDS for f in (str, str.upper, str.capitalize))
_STAND_IN_PARTS = ("users' specifically-defined prompts",)
_FILLER = "orem ipsum dolor"


@rule("TXT005", Severity.WARNING)
def placeholder_prompt(column: Texts) -> Iterator[Fault]:
    """A prompt only keeps the place of one.

    Why: nobody can know what a model was asked, so its score says nothing.
    Fix: write the prompt that models are to be given, or leave the field out.
    """
    if column.slot.reference:
        return
    parts = [_FILLER]
    words: frozenset[str] = frozenset()
    if columns.name(column.slot) in _ASKING:
        parts += _STAND_IN_PARTS
        words = _STAND_INS
    if words.isdisjoint(column.values) and not any(p in column.joined for p in parts):
        return
    for position, value in enumerate(column.values):
        if value in words or any(p in value for p in parts):
            detail = f"expected a prompt, found {value[:60]!r}"
            yield Fault(column.where(position), detail, column.sample(position))


_REMAINS = (
    ("&", re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{2,5}|#x[0-9A-Fa-f]{2,5});")),
    ("<", re.compile(r"<[bB][rR] ?/?>")),
)


@rule("TXT006", Severity.NOTE)
def html_remains(column: Texts) -> Iterator[Fault]:
    """A text holds entities or line breaks of HTML.

    Why: they are left over from a web page, and an answer without them does not match.
    Fix: html.unescape() turns entities into characters; replace <br> by a line break.
    """
    if columns.is_code(column):
        return
    for needle, pattern in _REMAINS:
        for position, match in columns.spots(column, pattern, needle):
            detail = f"{match[0]} is markup"
            yield Fault(column.where(position), detail, column.sample(position))


@rule("TXT007", Severity.NOTE)
def overlong_text(column: Texts) -> Iterator[Fault]:
    """A text is longer than most models can take in.

    Why: it is cut off in silence, often before the question or the part that matters.
    Fix: give the passage that the question is about, or say in the card that length
    is the point.
    """
    if len(column.joined) <= LONGEST or max(map(len, column.values)) <= LONGEST:
        return
    for position, value in enumerate(column.values):
        if len(value) > LONGEST:
            detail = f"{len(value):,} characters, more than {LONGEST:,}"
            yield Fault(column.where(position), detail, column.sample(position))


RULES = (
    empty_text,
    empty_prompt,
    slot_without_field,
    unfilled_slot,
    placeholder_prompt,
    html_remains,
    overlong_text,
    *characters.RULES,
    *choices.RULES,
    *personal.RULES,
)
"""All rules on words, those of the modules that look at one side of them included."""
