"""What an audit sees: one sign of a leak at one place, and how it shows."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from curation.model import Where


class Way(StrEnum):
    """How an answer, or a sample, shows where it must not."""

    FIELD = "field"
    STRANGER = "stranger"
    MANIFEST = "manifest"
    VALUE = "value"
    FILE = "file"
    BESIDE = "beside"
    QUESTION = "question"
    UNSURE = "unsure"
    OPEN = "open"
    ORIGIN = "origin"
    NONCE = "nonce"
    STATISTIC = "statistic"
    PLACE = "place"
    PROPERTY = "property"
    NEARLY = "nearly"
    UNSEEN = "unseen"
    NO_REFERENCES = "no references"
    OTHER = "answer in another question"
    SHOWN = "file in another question"
    SAME_MEDIA = "same media"
    ALIKE_MEDIA = "alike media"
    SAME_QUESTION = "same question"
    SAME_SAMPLE = "same sample"


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing that was seen. The detail never quotes an answer: logs are read by many."""

    way: Way
    where: Where
    detail: str
    sample: str | None = None
    tree: str = ""


@dataclass(frozen=True, slots=True)
class Strictness:
    """From where on a side channel counts, and how carefully it is looked for."""

    p_value: float = 0.01
    """Probability at most that one of all that are tried tells so much by chance."""
    place: float = 0.6
    """AUC from which an id, a name or the order tells the label."""
    property: float = 0.7
    """AUC from which a property of files is told of."""
    nearly: float = 0.95
    """AUC from which it nearly gives the label away."""
    permutations: int = 999
