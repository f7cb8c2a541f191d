"""Why a file could not be read: what decoders say, and rules hear."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a file could not be read."""

    MISSING = "missing"
    NOT_REGULAR = "not-regular"
    DENIED = "denied"
    EMPTY = "empty"
    TRUNCATED = "truncated"
    UNDECODABLE = "undecodable"
    OVER_LIMIT = "over-limit"
    TIMED_OUT = "timed-out"
    CRASHED = "crashed"
    REFUSED = "refused"
