"""Scoring of one task: every item seen once, the value, its interval, its coverage."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from curation.report.wording import plural
from curation.scoring.extraction import Gold
from curation.scoring.kept import Kept
from curation.scoring.metric import (
    Answer,
    Failed,
    Floats,
    Metric,
    NotScored,
    Seen,
    Silence,
)

REPLICATES = 1000
CONFIDENCE = 0.95
_AT_ONCE = 1_000_000
"""Multiplicities that are held at a time."""


@dataclass(frozen=True, slots=True)
class Invalid:
    """A prediction, or a reference, that stands there and cannot be read."""

    detail: str


@dataclass(frozen=True)
class TaskScore:
    """What one task scored.

    `value` is in the unit of the metric, None where the task was not scored (`note` says
    why). `items` = `answered` + `missing` + `invalid`. `interval` is the 95 % interval of
    the value under drawing the items anew, with `replicates` behind it. `seen` is what the
    metric kept of each item, by id. `faults` are (id, detail) of the invalid items.
    """

    metric: Metric
    value: float | None
    items: int
    answered: int
    missing: int
    invalid: int
    interval: tuple[float, float] | None = None
    replicates: Floats | None = field(default=None, repr=False)
    seen: Mapping[str, Seen] = field(default_factory=dict, repr=False)
    faults: tuple[tuple[str, str], ...] = ()
    note: str = ""

    @property
    def coverage(self) -> float:
        """The share of items that have a valid prediction, 0 to 1."""
        return self.answered / self.items if self.items else 0.0


@dataclass
class _Tally:
    seen: Kept = field(default_factory=Kept)
    missing: int = 0
    faults: list[tuple[str, str]] = field(default_factory=list)
    unusable: int = 0
    compared: int = 0
    failed: str = ""

    def leave(self, key: str, how: str, why: str) -> None:
        """Leave an item out, since its reference is no good."""
        self.seen.leave(key)
        self.unusable += 1
        self.faults.append((key, f"the reference cannot be {how}: {why}"))


def score_task(
    metric: Metric,
    predictions: Mapping[str, Answer],
    references: Mapping[str, Answer] | Iterable[tuple[str, Answer]],
    *,
    task: str = "",
    count: int = REPLICATES,
    seed: int = 0,
) -> TaskScore:
    """Score a task and return its value with all that it rests on.

    Args:
        metric: What to compute; its `form` says what answers are.
        predictions: Answers by item id. None, or no entry, is a missing answer, and has
            its price; `Invalid` is one that could not be read, and costs the same.
        references: Answers by item id, or pairs of them, which are taken one by one.
            A text or a label may stand alone where it is the only one that is right.
            `forms.FORMS[metric.form]` makes answers and references of JSON.
        task: The stable id of the task; it seeds the interval, independent of all others.
        count: Replicates of the bootstrap behind the interval; 0 for none.
        seed: Another seed, another draw.

    Raises:
        ValueError: predictions for items that the references do not have.
    """
    pairs = references.items() if isinstance(references, Mapping) else references
    tally = _Tally()
    known = tally.seen.ids
    for key, reference in pairs:
        try:
            _judge(metric, key, predictions, _listed(metric, reference), tally)
        except NotScored as error:
            tally.seen.leave(key)
            return _unscored(metric, len(known), str(error))
    if tally.failed and not tally.compared:
        return _unscored(metric, len(known), tally.failed)
    unknown = [k for k in predictions if k not in known]
    if unknown:
        raise ValueError(f"predictions for unknown items: {unknown[:5]}")
    return _finished(metric, tally, task, count, seed)


def _unscored(metric: Metric, items: int, why: str) -> TaskScore:
    return TaskScore(metric, None, items, 0, items, 0, note=f"not scored: {why}")


def _listed(metric: Metric, reference: Answer) -> Answer:
    """Return a text or label that stands alone as the form of the metric has it."""
    if not isinstance(reference, str):
        return reference
    if metric.form == "text":
        return (reference,)
    return Gold((reference,)) if metric.form == "label" else reference


def _judge(
    metric: Metric,
    key: str,
    predictions: Mapping[str, Answer],
    reference: Answer,
    tally: _Tally,
) -> None:
    """See one item; whatever is wrong with it stays with it."""
    if isinstance(reference, Invalid):
        tally.leave(key, "read", reference.detail)
        return
    prediction = predictions.get(key)
    fault = prediction.detail if isinstance(prediction, Invalid) else ""
    if prediction is not None and not fault:
        try:
            tally.seen.put(key, metric.see(prediction, reference))
        except NotScored:
            raise
        except Exception as error:
            fault = _words(error)
            if isinstance(error, Failed):
                tally.failed = tally.failed or str(error)
        else:
            tally.compared += 1
            return
    try:
        tally.seen.put(key, metric.see(None, reference))
    except NotScored:
        raise
    except Exception as error:
        tally.leave(key, "compared", _words(error))
        return
    if fault:
        tally.faults.append((key, fault))
    else:
        tally.missing += 1


def _words(error: Exception) -> str:
    text = str(error).replace("\n", " ")[:300]
    return (
        text
        if type(error) is ValueError and text
        else f"{type(error).__name__}: {text}"
    )


def _finished(
    metric: Metric, tally: _Tally, task: str, count: int, seed: int
) -> TaskScore:
    invalid = len(tally.faults) - tally.unusable
    items = len(tally.seen)
    answered = items - tally.missing - invalid
    gone = f"{plural(tally.unusable, 'reference')} left out, since {'it' if tally.unusable == 1 else 'they'} cannot be read"
    plain = TaskScore(
        metric, None, items, answered, tally.missing, invalid,
        faults=tuple(tally.faults), note=gone if tally.unusable else "",
    )  # fmt: skip
    if not items:
        return replace(plain, note=plain.note or "not scored: no items")
    if metric.silence is Silence.REFUSED and answered < items:
        wanted = f"{metric.name} needs all {items} items; {answered} are answered"
        return replace(plain, note=f"not scored: {wanted}")
    listed = tally.seen.listed
    drawn = replicates(metric, listed, task=task, count=count, seed=seed)
    value = metric.add_up(listed)
    return replace(
        plain, value=value, interval=interval(drawn), replicates=drawn, seen=tally.seen
    )


def replicates(
    metric: Metric,
    seen: Sequence[Seen],
    *,
    task: str,
    count: int = REPLICATES,
    seed: int = 0,
) -> Floats | None:
    """Return the value under *count* draws of the items with replacement, shape (count,).

    The draws depend on the seed and the task alone, not on other tasks or on processes.
    None for metrics that need all items, for fewer than two items, and for a count of 0.
    """
    if metric.replicate is None or len(seen) < 2 or not count:  # noqa: PLR2004
        return None
    chance = np.random.default_rng(
        np.random.SeedSequence([seed, zlib.crc32(task.encode())])
    )
    value = metric.replicate(seen)
    return np.concatenate([value(c) for c in _drawn(chance, len(seen), count)])


def _drawn(chance: np.random.Generator, items: int, count: int) -> Iterator[Floats]:
    """Yield how often each item is drawn, replicates x items, some replicates at a time."""
    step = max(1, _AT_ONCE // items)
    for start in range(0, count, step):
        rows = min(step, count - start)
        drawn = (
            chance.integers(items, size=(rows, items))
            + np.arange(rows)[:, None] * items
        )
        yield (
            np.bincount(drawn.ravel(), minlength=rows * items)
            .reshape(rows, items)
            .astype(np.float64)
        )


def interval(
    drawn: Floats | None, confidence: float = CONFIDENCE
) -> tuple[float, float] | None:
    """Return the percentile interval of replicates; its ends are values that came up."""
    if drawn is None:
        return None
    ordered = np.sort(drawn)
    tail = (1 - confidence) / 2 * (len(ordered) - 1)
    return float(ordered[int(np.floor(tail))]), float(
        ordered[int(np.ceil(len(ordered) - 1 - tail))]
    )
