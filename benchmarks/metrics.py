"""How fast the metrics of text are, against a plain floor and the public scorer's rates.

    python benchmarks/metrics.py [--samples 20000] [--words 20] [--times 3]

Prints samples a second, and ratios; there is no pass or fail. The floor is the same
definition written as anyone would, run on the same samples in the same process, and its
values are compared. The public scorer's rates were measured on two cores with 20,000
samples of 20 words; its BLEU-1 computes BLEU-1 to 4, its ROUGE-1 computes 1, 2 and L.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import string
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from curation.scoring.extraction import canonical, plain
from curation.scoring.forms import FORMS, Setting
from curation.scoring.forms.text import parted
from curation.scoring.metrics import BY_ID
from curation.scoring.score import score_task
from curation.scoring.stem import stem

Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Contest:
    """A metric, its floor, the public scorer's rate, and how many times that is wanted."""

    metric: str
    floor: Callable[[Pairs], float]
    public: int
    goal: float


def made(samples: int, words: int) -> list[tuple[str, str]]:
    """English-like words, some frequent, a third of each answer right."""
    chance = random.Random(0)
    ends = ["", "s", "ed", "ing", "ation", "ness", "ly", "er"]
    known = [
        "".join(chance.choices(string.ascii_lowercase, k=chance.randint(2, 7))) + e
        for e in ends
        for _ in range(2500)
    ]
    often = known[:200]

    def word() -> str:
        return chance.choice(often if chance.random() < 0.5 else known)

    pairs = []
    for _ in range(samples):
        gold = [word() for _ in range(words)]
        found = [g if chance.random() < 0.33 else word() for g in gold]
        pairs.append((" ".join(found), " ".join(gold)))
    return pairs


def floor_bleu(pairs: Pairs) -> float:
    """Sentence BLEU-1, computed with BLEU-2 to 4 beside it, as the public scorer does."""
    total = 0.0
    for prediction, reference in pairs:
        found = re.findall(r"[A-Za-z0-9]+|[^\sA-Za-z0-9]", prediction)
        other = re.findall(r"[A-Za-z0-9]+|[^\sA-Za-z0-9]", reference)
        shares = []
        for order in (1, 2, 3, 4):
            grams = Counter(
                tuple(found[i : i + order]) for i in range(len(found) - order + 1)
            )
            most = Counter(
                tuple(other[i : i + order]) for i in range(len(other) - order + 1)
            )
            shares.append(sum((grams & most).values()) / max(1, sum(grams.values())))
        short = len(found) < len(other)
        total += shares[0] * (math.exp(1 - len(other) / len(found)) if short else 1.0)
    return 100 * total / len(pairs)


def floor_rouge(pairs: Pairs) -> float:
    """ROUGE-1 with stems that are not remembered, with 2 and L beside it."""
    total = 0.0
    for prediction, reference in pairs:
        found, other = (
            [
                stem.__wrapped__(w) if len(w) > 3 else w
                for w in re.sub(r"[^a-z0-9]+", " ", text.lower()).split()
            ]
            for text in (prediction, reference)
        )
        one = sum((Counter(found) & Counter(other)).values())
        sum((Counter(pairwise(found)) & Counter(pairwise(other))).values())
        longest(found, other)
        total += 2 * one / (len(found) + len(other))
    return 100 * total / len(pairs)


def longest(found: list[str], other: list[str]) -> int:
    """The longest common subsequence by its table."""
    row = [0] * (len(other) + 1)
    for one in found:
        before = 0
        for index, word in enumerate(other, 1):
            here = row[index]
            row[index] = before + 1 if one == word else max(here, row[index - 1])
            before = here
    return row[-1]


def normalised(text: str) -> list[str]:
    """SQuAD's normalisation, step by step."""
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return re.sub(r"\b(a|an|the)\b", " ", text).split()


def floor_f1(pairs: Pairs) -> float:
    """Token F1 with counters."""
    total = 0.0
    for prediction, reference in pairs:
        found, other = normalised(prediction), normalised(reference)
        common = sum((Counter(found) & Counter(other)).values())
        total += 2 * common / (len(found) + len(other))
    return 100 * total / len(pairs)


def floor_micro(pairs: Pairs) -> float:
    """Micro F1 over sets of items that commas part."""
    hits = wrong = 0
    for prediction, reference in pairs:
        found, other = (
            {
                " ".join(p.lower().split()).strip(string.punctuation)
                for p in text.split(",")
            }
            - {""}
            for text in (prediction, reference)
        )
        hits += len(found & other)
        wrong += len(found ^ other)
    return 100 * 2 * hits / (2 * hits + wrong)


CONTESTS = (
    Contest("bleu1/sentence", floor_bleu, 1_219, 3.0),
    Contest("rouge1_f/text", floor_rouge, 1_810, 15.0),
    Contest("token_f1/text", floor_f1, 80_000, 1.0),
    Contest("micro_f1/label_set", floor_micro, 132_000, 1.0),
)


def ours(name: str, pairs: Pairs) -> float:
    """From the texts as they stand in a file to the value, through the public functions."""
    for memory in (stem, parted, plain, canonical):
        memory.cache_clear()  # nothing may be known from the run before
    metric = BY_ID[name]
    form = FORMS[metric.form]
    setting = Setting()
    seen = [
        metric.see(form.read_prediction(p, setting), form.read_reference(r, setting))
        for p, r in pairs
    ]
    return metric.add_up(seen)


def best(run: Callable[[], float], times: int) -> tuple[float, float]:
    """The value, and the shortest of several runs: other work only adds to it."""
    taken, value = [], 0.0
    for _ in range(times):
        start = time.perf_counter()
        value = run()
        taken.append(time.perf_counter() - start)
    return value, min(taken)


def main() -> None:
    """Print the contests, and what a whole task with its interval takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=20_000)
    parser.add_argument("--words", type=int, default=20)
    parser.add_argument("--times", type=int, default=3)
    given = parser.parse_args()
    pairs = made(given.samples, given.words)
    labels = [(p.replace(" ", ", ", 2), r.replace(" ", ", ", 2)) for p, r in pairs]
    print(
        f"{given.samples:,} samples of {given.words} words; samples a second, best of {given.times}"
    )
    print(
        f"{'metric':20}{'ours':>10}{'floor':>10}{'ratio':>8}{'public':>10}{'ratio':>8}{'goal':>6}"
    )
    for one in CONTESTS:
        texts = labels if one.metric.startswith("micro") else pairs
        value, taken = best(lambda c=one, t=texts: ours(c.metric, t), given.times)
        other, slow = best(lambda c=one, t=texts: c.floor(t), 1)
        assert math.isclose(value, other, rel_tol=1e-9), (one.metric, value, other)
        rate, floor = given.samples / taken, given.samples / slow
        print(
            f"{one.metric:20}{rate:10,.0f}{floor:10,.0f}{rate / floor:8.1f}"
            f"{one.public:10,}{rate / one.public:8.1f}{one.goal:6.0f}"
        )
    whole(pairs, given.times)


def whole(pairs: Pairs, times: int) -> None:
    """Score a task with its interval of 1,000 replicates."""
    found = {str(i): p for i, (p, _) in enumerate(pairs)}
    gold = {str(i): (r,) for i, (_, r) in enumerate(pairs)}
    metric = BY_ID["rouge1_f/text"]
    _, taken = best(lambda: score_task(metric, found, gold).value or 0.0, times)
    print(
        f"a task of {len(pairs):,} samples with its interval (1,000 replicates): {taken:.2f} s"
    )


if __name__ == "__main__":
    main()
