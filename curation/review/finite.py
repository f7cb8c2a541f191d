"""Pure: JSON that every parser reads, also of what a lenient one has let in."""

from __future__ import annotations

import json
import math

from curation.model import Json

EXACT = 1 << 53
"""Integers from which a browser would show another number."""


def written(value: Json) -> str:
    """Return JSON in ASCII; numbers that are not finite, or too large, become text."""
    try:
        return json.dumps(value, allow_nan=False, separators=(",", ":"))
    except ValueError:
        return json.dumps(finite(value), allow_nan=False, separators=(",", ":"))


def finite(value: Json) -> Json:
    """Copy a value with text in the place of numbers that JSON, or a browser, has not."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if -EXACT <= value <= EXACT else str(value)
    if isinstance(value, dict):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value
