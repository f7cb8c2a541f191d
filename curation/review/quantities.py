"""Pure: numbers, amounts and kinds of media as a reviewer reads them."""

from __future__ import annotations

from collections.abc import Mapping

from curation.report.wording import plural, size
from curation.review.model import Distribution

_LARGE = 100
"""From where on nobody reads what stands behind the point."""
_KINDS = {"pointcloud": "point cloud"}
_ONE = {
    "boxes": "box", "faces": "face", "masks": "mask", "numbers": "number",
    "pixels": "pixel", "points": "point", "seconds": "second", "spans": "span",
    "tracks": "track", "vertices": "vertex", "words": "word",
}  # fmt: skip
"""What one of each unit is called."""


def number(value: float | None) -> str:
    """Write a number with the digits that count: `0.123`, `2.33`, `3,434`."""
    if value is None:
        return "-"
    if float(value).is_integer() or abs(value) >= _LARGE:
        return f"{value:,.0f}"
    if abs(value) < 1:
        return f"{value:.3g}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def amount(value: float | None, unit: str) -> str:
    """Write a number with its unit: `12 words`, `1 word`, and bytes as `94.3 kB`."""
    if unit == "bytes" and value is not None:
        return size(round(value))
    return f"{number(value)} {_ONE.get(unit, unit) if value == 1 else unit}"


def spread(of: Distribution) -> str:
    """Say from where to where numbers go: `6 to 7 words, median 7`."""
    if of.least is None:
        return "nothing finite"
    if of.kind == "bytes":
        low, middle, high = (amount(v, of.kind) for v in (of.least, of.median, of.most))
        return f"{low} to {high}, median {middle}"
    low, middle, high = (number(v) for v in (of.least, of.median, of.most))
    return f"{low} to {high} {of.kind}, median {middle}"


def kind(medium: str) -> str:
    """Return the name of a kind of media in words: `point cloud`."""
    return _KINDS.get(medium, medium)


def files(media: Mapping[str, int]) -> str:
    """Count files by their kinds: `6 mesh files, 1 point cloud file`."""
    return ", ".join(plural(n, f"{kind(name)} file") for name, n in media.items())
