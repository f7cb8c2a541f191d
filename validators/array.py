"""Arrays of numbers, such as depth, motion and labels: the facts of a file, and the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from curation.finding import Fault, Severity, rule
from validators.media import Media


@dataclass(frozen=True, kw_only=True)
class Array(Media):
    """An array, or several in one file, that was decoded whole.

    `shape` and `dtype` are those of the largest; `names` are the keys of an .npz;
    `elements`, `not_finite`, `lowest`, `highest` and `constant` are over all of them.
    `lowest` and `highest` leave out what is not finite, and are None where nothing is left.
    """

    shape: tuple[int, ...]
    dtype: str
    elements: int
    names: tuple[str, ...] = ()
    not_finite: int = 0
    lowest: float | None = None
    highest: float | None = None
    constant: bool = False


@rule("ARR001", Severity.WARNING)
def values_not_finite(array: Array) -> Iterator[Fault]:
    """An array has values that are NaN or infinite.

    Why: scores and losses over it become NaN, unless the reader knows that they stand for
    "unknown", as in some depth maps.
    Fix: replace them, or say in the card that they mark what is unknown and are to be masked.
    """
    if array.not_finite:
        share = array.not_finite / array.elements
        yield Fault(
            array.where,
            f"{array.not_finite:,} of {array.elements:,} values are NaN or infinite ({share:.1%})",
        )


@rule("ARR002", Severity.WARNING)
def constant_values(array: Array) -> Iterator[Fault]:
    """An array has one value throughout.

    Why: it says nothing; often an array that was made and never filled.
    Fix: store the array again, or drop the sample.
    """
    if array.constant:
        yield Fault(array.where, f"all {array.elements:,} values are {array.lowest:g}")


@rule("ARR003")
def empty_array(array: Array) -> Iterator[Fault]:
    """An array file holds no values.

    Why: there is nothing to show to a model or to score against.
    Fix: store the array again, or drop the sample.
    """
    if array.elements == 0:
        yield Fault(array.where, f"0 values, its shape is {array.shape}")


RULES = (values_not_finite, constant_values, empty_array)
