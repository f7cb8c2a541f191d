"""Pure: distributions as SVG, in colours that the page's style decides."""

from __future__ import annotations

from collections.abc import Iterator

from curation.review.markup import Markup, Part, el
from curation.review.model import Bin, Distribution
from curation.review.quantities import amount, number, spread

WIDE, HIGH = 320, 96
"""Units of a histogram, which is as wide as there is room."""
ROW = 20
"""Units of one bar and its label."""
LABEL = 34
"""Characters of a label that fit."""
BARS = 12
"""Bars that are drawn; the others are counted together."""


def plot(distribution: Distribution) -> Markup:
    """Return a figure of a distribution, with its numbers in words."""
    drawn = _bars(distribution) if distribution.bars else _bins(distribution)
    return el(
        "figure",
        el("figcaption", distribution.title, " ", el("small", _summary(distribution))),
        drawn,
        class_="plot",
    )


def is_constant(distribution: Distribution) -> bool:
    """Tell whether there is one value only, which a sentence tells better than a plot."""
    if distribution.bars:
        return distribution.distinct == 1
    return distribution.least == distribution.most


def constant(distribution: Distribution) -> str:
    """Return the one value, with its unit."""
    if distribution.bars:
        return distribution.bars[0].label
    return amount(distribution.least, distribution.kind)


def _summary(distribution: Distribution) -> str:
    if distribution.bars:
        return f"{distribution.total:,} in all, {distribution.distinct:,} different"
    return spread(distribution)


def _bars(distribution: Distribution) -> Markup:
    """Draw the most frequent values, each as a bar with its label above.

    The others are told without a bar: one for all of them would dwarf each of the rest.
    """
    # One label more takes no more room than to say that there is one more.
    left = distribution.distinct - BARS
    shown = distribution.bars[: BARS + 1 if left == 1 else BARS]
    most = max(bar.count for bar in shown)
    rows = [(bar.label, bar.count, bar.count / most) for bar in shown]
    if left > 1:
        rest = distribution.total - sum(bar.count for bar in shown)
        rows.append((f"{left:,} others", rest, 0.0))
    told = ", ".join(f"{label} {count}" for label, count, _ in rows)
    return el(
        "svg",
        *(_bar(place, *row) for place, row in enumerate(rows)),
        viewBox=f"0 0 {WIDE} {ROW * len(rows)}",
        role="img",
        aria_label=f"{distribution.title}: {told}"[:1000],
    )


def _bar(place: int, label: str, count: int, share: float) -> Iterator[Part]:
    top = place * ROW
    short = label if len(label) <= LABEL else label[: LABEL - 1] + "…"
    if share:
        length = max(2.0, (WIDE - 52) * share)
        yield el("rect", x=0, y=top + 2, width=length, height=ROW - 4, rx=2, class_="bar")  # fmt: skip
    yield el("text", short, x=6, y=top + 14, class_="on")
    yield el("text", f"{count:,}", x=WIDE, y=top + 14, text_anchor="end")


def _bins(distribution: Distribution) -> Markup:
    """Draw a histogram, with the least and the greatest number below its ends."""
    bins = distribution.bins
    most = max((b.count for b in bins), default=1) or 1
    step = WIDE / max(len(bins), 1)
    told = "; ".join(f"{number(b.low)} to {number(b.high)}: {b.count}" for b in bins)
    return el(
        "svg",
        *(_bin(place, one, step, most) for place, one in enumerate(bins)),
        el("line", x1=0, x2=WIDE, y1=HIGH - 18, y2=HIGH - 18),
        el("text", _end(distribution.least, distribution), x=0, y=HIGH - 4),
        el(
            "text",
            _end(distribution.most, distribution),
            x=WIDE,
            y=HIGH - 4,
            text_anchor="end",
        ),
        el("text", f"highest bar: {most:,}", x=WIDE, y=10, text_anchor="end"),
        viewBox=f"0 0 {WIDE} {HIGH}",
        role="img",
        aria_label=f"{distribution.title}, {distribution.kind}: {told}"[:1000],
    )


def _end(value: float | None, of: Distribution) -> str:
    return amount(value, of.kind) if of.kind == "bytes" else number(value)


def _bin(place: int, one: Bin, step: float, most: int) -> Markup | None:
    if not one.count:
        return None
    high = max(1.5, (HIGH - 34) * one.count / most)
    return el(
        "rect",
        x=place * step + 0.5,
        y=HIGH - 18 - high,
        width=max(step - 1, 0.5),
        height=high,
        class_="bar",
    )
