"""Programs as CodeBLEU compares them: syntax subtrees, and which value comes from where."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from curation.scoring.metric import NotScored

LONGEST = 100_000
"""Characters of a program that are parsed."""
_COMMENTS = frozenset({"comment", "line_comment", "block_comment"})
_STRINGS = frozenset({"string_literal", "string", "character_literal"})
Flow = tuple[str, str, tuple[str, ...]]
"""A variable, `comesFrom` or `computedFrom`, and what it comes from; names are numbered."""


class GrammarMissing(NotScored):
    """The grammar of a language is not installed."""


@dataclass(frozen=True)
class Program:
    """The subtrees of a program's syntax, each as a number, and its flow of data."""

    trees: tuple[int, ...]
    flows: tuple[Flow, ...]


@dataclass(frozen=True)
class _Grammar:
    """Where a language writes to variables: node, target and source; and its parser."""

    parser: Any
    writes: Mapping[str, tuple[str, str, str]]


_C = "computedFrom"
_WRITES: Mapping[str, Mapping[str, tuple[str, str, str]]] = {
    "python": {
        "assignment": ("left", "right", _C), "augmented_assignment": ("left", "right", _C),
        "for_in_clause": ("left", "right", _C), "for_statement": ("left", "right", _C),
        "default_parameter": ("name", "value", "comesFrom"),
    },
    "java": {
        "assignment_expression": ("left", "right", _C),
        "variable_declarator": ("name", "value", "comesFrom"),
        "enhanced_for_statement": ("name", "value", _C),
    },
}  # fmt: skip


@cache
def _grammar(language: str) -> _Grammar:
    if language not in _WRITES:
        raise GrammarMissing(
            f"CodeBLEU knows {', '.join(sorted(_WRITES))}, not {language!r}"
        )
    try:
        import importlib  # noqa: PLC0415

        import tree_sitter  # noqa: PLC0415 - an extra

        module: Any = importlib.import_module(f"tree_sitter_{language}")
    except ImportError:
        raise GrammarMissing(
            f"needs the grammar of {language}: pip install 'general-bench-curation[code]'"
        ) from None
    parser = tree_sitter.Parser(tree_sitter.Language(module.language()))
    return _Grammar(parser, _WRITES[language])


@lru_cache(maxsize=64)
def parsed(text: str, language: str) -> Program:
    """Parse a program; what is wrong in it becomes nodes of error, as in any editor.

    Raises:
        GrammarMissing: the language is not known, or its grammar not installed.
        ValueError: the program is too long.
    """
    grammar = _grammar(language)
    if len(text) > LONGEST:
        raise ValueError(
            f"a program of {len(text):,} characters; at most {LONGEST:,} are parsed"
        )
    raw = _without_comments(text.encode("utf-8", "replace"), grammar)
    root = grammar.parser.parse(raw).root_node
    return Program(tuple(_subtrees(root)), tuple(_numbered(_flows(root, grammar))))


def _walk(root: Any) -> Iterator[Any]:
    """Yield all nodes in the order of text, without recursion: nesting may be deep."""
    todo = [root]
    while todo:
        node = todo.pop()
        yield node
        todo.extend(reversed(node.children))


def _without_comments(raw: bytes, grammar: _Grammar) -> bytes:
    """Take out comments, and strings that stand alone as Python's docstrings do."""
    root = grammar.parser.parse(raw).root_node
    spans = [
        (node.start_byte, node.end_byte)
        for node in _walk(root)
        if node.type in _COMMENTS
        or (
            node.type == "expression_statement"
            and [c.type for c in node.children] == ["string"]
        )
    ]
    for start, end in reversed(spans):
        raw = raw[:start] + raw[end:]
    return b"\n".join(line for line in raw.split(b"\n") if line.strip())


_shapes: dict[tuple[str, tuple[tuple[str | None, int], ...]], int] = {}


def _subtrees(root: Any) -> Iterator[int]:
    """Yield a number for each inner node; equal trees of named nodes have equal numbers."""
    numbers: dict[int, int] = {}
    for node in reversed(list(_walk(root))):
        fields = (
            (node.field_name_for_child(i), numbers[child.id])
            for i, child in enumerate(node.children)
            if child.is_named
        )
        numbers[node.id] = _shapes.setdefault((node.type, tuple(fields)), len(_shapes))
        if node.children or node.id == root.id:
            yield numbers[node.id]


def _leaves(node: Any) -> Iterator[Any]:
    """Yield the words of a node that are neither keywords nor marks."""
    todo = [node]
    while todo:
        one = todo.pop()
        if one.children and one.type not in _STRINGS:
            todo.extend(reversed(one.children))
        elif one.type not in _COMMENTS and one.type != _text(one):
            yield one


def _text(node: Any) -> str:
    return str(node.text.decode("utf-8", "replace"))


def _flows(
    root: Any, grammar: _Grammar
) -> list[tuple[int, str, str, list[str], list[int]]]:
    """List place, name, relation, and names and places of the sources, in order of place."""
    found: list[tuple[int, str, str, list[str], list[int]]] = []
    last: dict[str, int] = {}
    done: set[int] = set()
    todo = [root]
    while todo:
        node = todo.pop()
        if node.id in done:
            continue
        write = grammar.writes.get(node.type)
        fields = write[:2] if write else ()
        ends = [e for f in fields if (e := node.child_by_field_name(f)) is not None]
        if write and len(ends) == len(fields):
            pairs = (
                list(_pairs(ends[0], ends[1]))
                if write[2] == _C and node.type != "for_in_clause"
                else [(ends[0], ends[1])]
            )
            _read(ends[1], last, found)
            for left, right in pairs:
                _written(left, right, write[2], last, found)
            done |= {e.id for e in ends}
            todo.extend(reversed([c for c in node.children if c.id not in done]))
        elif not node.children or node.type in _STRINGS:
            _read(node, last, found)
        else:
            todo.extend(reversed(node.children))
    return _connected(sorted(found, key=lambda f: f[0]))


def _pairs(left: Any, right: Any) -> Iterator[tuple[Any, Any]]:
    """Pair the targets and values of a parallel assignment, where their numbers agree."""
    ends = [[c for c in end.children if c.type != ","] for end in (left, right)]
    if ends[0] and len(ends[0]) == len(ends[1]):
        yield from zip(*ends, strict=True)
    else:
        yield left, right


def _read(node: Any, last: dict[str, int], found: list[Any]) -> None:
    for leaf in _leaves(node):
        name, place = _text(leaf), leaf.start_byte
        if name in last:
            found.append((place, name, "comesFrom", [name], [last[name]]))
        else:
            if leaf.type == "identifier":
                last[name] = place
            found.append((place, name, "comesFrom", [], []))


def _written(
    left: Any, right: Any, relation: str, last: dict[str, int], found: list[Any]
) -> None:
    sources = list(_leaves(right))
    for leaf in _leaves(left):
        names, places = [_text(s) for s in sources], [s.start_byte for s in sources]
        if relation == _C:
            found.append((leaf.start_byte, _text(leaf), relation, names, places))
        else:
            found += [
                (leaf.start_byte, _text(leaf), relation, [n], [p])
                for n, p in zip(names, places, strict=True)
            ]
        last[_text(leaf)] = leaf.start_byte


def _connected(found: list[Any]) -> list[Any]:
    """Leave out what neither comes from anything nor is a source; one entry a place."""
    joined = {f[0] for f in found if f[3]} | {p for f in found for p in f[4]}
    kept: dict[int, Any] = {}
    for place, name, relation, names, places in (f for f in found if f[0] in joined):
        if place in kept:
            before = kept[place]
            names = sorted({*before[3], *names})  # noqa: PLW2901
            relation, places = before[2], [*before[4], *places]  # noqa: PLW2901
        kept[place] = (place, name, relation, names, places)
    return list(kept.values())


def _numbered(found: list[Any]) -> Iterator[Flow]:
    """Replace names by the order in which they come up."""
    names: dict[str, str] = {}
    for _, name, relation, sources, _ in found:
        for one in (*sources, name):
            names.setdefault(one, f"v{len(names)}")
        yield names[name], relation, tuple(names[s] for s in sources)
