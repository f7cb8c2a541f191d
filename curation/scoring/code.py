"""CodeBLEU: BLEU, BLEU with keywords, parts of the syntax tree, flow of data.

Parsing needs the extra `code` (tree-sitter with grammars); nothing is ever run.
"""

from __future__ import annotations

import keyword
from collections import Counter
from collections.abc import Sequence

import numpy as np

from curation.scoring.metric import (
    INFINITE,
    PERCENT,
    Better,
    Floats,
    Metric,
    Seen,
    additive,
    ratio,
)
from curation.scoring.program import Program, parsed

ORDERS = 4
_SMALL = 0.1
_PLAIN = 0.2
"""What a word that is no keyword weighs."""
_JAVA = frozenset(
    [
        "abstract",
        "assert",
        "boolean",
        "break",
        "byte",
        "case",
        "catch",
        "char",
        "class",
        "const",
        "continue",
        "default",
        "do",
        "double",
        "else",
        "enum",
        "extends",
        "final",
        "finally",
        "float",
        "for",
        "goto",
        "if",
        "implements",
        "import",
        "instanceof",
        "int",
        "interface",
        "long",
        "native",
        "new",
        "package",
        "private",
        "protected",
        "public",
        "return",
        "short",
        "static",
        "strictfp",
        "super",
        "switch",
        "synchronized",
        "this",
        "throw",
        "throws",
        "transient",
        "try",
        "void",
        "volatile",
        "while",
    ]
)
KEYWORDS = {
    "python": frozenset({*keyword.kwlist, "case", "match", "type"}),
    "java": _JAVA,
}
Grams = Counter[tuple[str, ...]]


def _grams(words: list[str], order: int) -> Grams:
    return Counter(zip(*(words[k:] for k in range(order)), strict=False))


def _precisions(
    found: list[str], others: Sequence[list[str]]
) -> tuple[list[float], list[float]]:
    """Clipped matches and totals for each order."""
    above, below = [], []
    for order in range(1, ORDERS + 1):
        grams, most = _grams(found, order), Counter[tuple[str, ...]]()
        for other in others:
            most |= _grams(other, order)
        above.append(float((grams & most).total()))
        below.append(float(max(1, grams.total())))
    return above, below


def _recalls(
    found: list[str], other: list[str], keywords: frozenset[str]
) -> tuple[list[float], list[float]]:
    """Share of the reference's n-grams that are met; single words weigh by what they are."""
    above, below = [], []
    for order in range(1, ORDERS + 1):
        grams, wanted = _grams(found, order), _grams(other, order)
        weights = {g: 1.0 if order > 1 or g[0] in keywords else _PLAIN for g in wanted}
        above.append(sum(weights[g] * min(n, grams[g]) for g, n in wanted.items()))
        below.append(max(1.0, sum(weights[g] * n for g, n in wanted.items())))
    return above, below


def _see(prediction: str | None, reference: tuple[str, Sequence[str]]) -> Seen:
    language, references = reference
    found = (prediction or "").strip()
    others = [r.strip() for r in references]
    words, listed = found.split(), [o.split() for o in others]
    above, below = _precisions(words, listed)
    nearest = min(listed, key=lambda o: (abs(len(o) - len(words)), len(o)))
    met, wanted = _recalls(words, nearest, KEYWORDS.get(language, frozenset()))
    program = parsed(found, language)
    tree = max((_trees(program, parsed(o, language)) for o in others), key=_share)
    flow = max((_flows(program, parsed(o, language)) for o in others), key=_share)
    return (
        *above,
        *below,
        *met,
        *wanted,
        float(len(words)),
        float(len(nearest)),
        *tree,
        *flow,
    )


def _share(counts: tuple[float, float]) -> float:
    return counts[0] / counts[1] if counts[1] else 1.0


def _trees(found: Program, real: Program) -> tuple[float, float]:
    there = set(found.trees)
    return float(sum(t in there for t in real.trees)), float(len(real.trees))


def _flows(found: Program, real: Program) -> tuple[float, float]:
    common = Counter(found.flows) & Counter(real.flows)
    return float(common.total()), float(len(real.flows))


def _shares(above: Floats, below: Floats) -> Floats:
    """Geometric mean over the orders, smoothed; 0 without any word met."""
    logs = np.log(np.where(above == 0, _SMALL, above) / below).mean(axis=-1)
    return np.asarray(np.where(above[..., 0] == 0, 0.0, np.exp(logs)))


def _finish(sums: Floats) -> Floats:
    """Average the four parts. Only precision is penalised for brevity: recall feels it."""
    n = ORDERS
    above, below, met, wanted = (sums[..., k * n : (k + 1) * n] for k in range(4))
    found, length, trees, all_trees, flows, all_flows = (
        sums[..., 4 * n + k] for k in range(6)
    )
    penalty = np.exp(np.minimum(0.0, 1 - ratio(length, found, INFINITE)))
    parts = (
        penalty * _shares(above, np.maximum(below, 1)),
        _shares(met, np.maximum(wanted, 1)),
        ratio(trees, all_trees),
        # A program without any flow of data has none to be met.
        ratio(flows, all_flows, 1.0) * (found > 0),
    )
    return np.asarray(PERCENT * sum(parts) / len(parts))


_add_up, _replicate = additive(4 * ORDERS + 6, _finish)

METRICS = (
    Metric(
        "codebleu", "code", "code", Better.HIGHER, PERCENT, 0.0, (0.0, PERCENT), "percent",
        "mean of corpus BLEU-4, BLEU-4 with keywords, the share of the reference's syntax "
        "subtrees and the share of its flow of data; words are parted at spaces",
        "Ren et al. 2020, equal weights; as in codebleu 0.7.0, flow of data in the order of text",
        _see, _add_up, _replicate,
    ),
)  # fmt: skip
