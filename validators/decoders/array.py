"""Decodes arrays of numbers, piece by piece, and says what was seen."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.settings import Limits
from validators.decoders import image, npy, tables
from validators.decoders.npy import Stored
from validators.decoders.source import Bad, Payload, Source, undecodable
from validators.reason import Reason

_FOREIGN = {
    b"MATLAB": "MATLAB's format",
    b"\x89HDF": "HDF5",
    b"\x76\x2f\x31\x01": "OpenEXR",
    b"PAR1": "Parquet",
    b"ARROW1": "Arrow",
}
"""How formats begin that are known, and not read."""
_PICTURES = (b"\x89PNG\r\n\x1a\n", b"II*\0", b"MM\0*")
_PIXELS = {
    "1": "bool",
    "L": "uint8",
    "P": "uint8",
    "I;16": "uint16",
    "I;16B": "uint16",
    "I": "int32",
    "F": "float32",
    "LA": "uint8",
    "RGB": "uint8",
    "RGBA": "uint8",
}


def decode(
    source: Source, _kind: str, limits: Limits, _options: dict[str, str]
) -> Payload:
    """Decode an array, or several in one file, whole and return the facts of `Array`.

    Raises:
        Bad: it is broken, over a limit, holds objects, or is of a format that is not read.
    """
    head = source.head
    for mark, name in _FOREIGN.items():
        if head.startswith(mark):
            raise Bad(
                Reason.UNDECODABLE,
                f"it is {name}, which is not read; store .npy or .npz",
            )
    if head.startswith(_PICTURES):
        return _picture(source, limits)
    if head.startswith(npy.MAGIC):
        return _facts("npy", npy.stored(source, limits))
    if head.startswith((npy.ZIP, npy.EMPTY_ZIP)) or source.suffix == ".npz":
        return _facts("npz", npy.stored(source, limits))
    if head.startswith(tables.FLO):
        return _facts("flo", tables.flow(source, limits))
    if tables.PFM.match(head):
        return _facts("pfm", tables.pfm(source, limits))
    if source.suffix in {".csv", ".txt", ".tsv"}:
        return _facts(source.suffix[1:], tables.text(source, limits))
    raise undecodable(head, "an array that can be read")


class _Range:
    """The least and the greatest finite number so far, and how many are not finite."""

    def __init__(self) -> None:
        self.lowest: float | None = None
        self.highest: float | None = None
        self.not_finite = 0

    def see(self, values: NDArray[Any]) -> None:
        for name in values.dtype.names or ():
            self.see(values[name])
        if values.dtype.kind in "fc":
            finite = np.isfinite(values)
            if not finite.all():
                self.not_finite += int(values.size - np.count_nonzero(finite))
                values = values[finite]
        if values.dtype.kind in "biuf" and values.size:
            lowest, highest = float(values.min()), float(values.max())
            self.lowest = lowest if self.lowest is None else min(self.lowest, lowest)
            self.highest = (
                highest if self.highest is None else max(self.highest, highest)
            )


def _facts(form: str, arrays: Iterator[Stored]) -> Payload:
    seen = _Range()
    largest: Stored | None = None
    digests: list[tuple[str, str]] = []
    elements = 0
    for array in arrays:
        digests.append((array.name, _seen(array, seen)))
        elements += array.count
        if largest is None or array.count > largest.count:
            largest = array
    shape, dtype = (largest.shape, str(largest.dtype)) if largest else ((0,), "")
    names = tuple(name for name, _ in digests if name)
    return _payload(form, shape, dtype, elements, seen) | {
        "names": names,
        "content": digests[0][1] if len(digests) == 1 else _together(digests),
    }


def _payload(
    form: str, shape: tuple[int, ...], dtype: str, elements: int, seen: _Range
) -> Payload:
    even = seen.lowest == seen.highest and seen.lowest is not None
    return {
        "type": "Array",
        "format": form,
        "shape": shape,
        "dtype": dtype[:200],
        "elements": elements,
        "not_finite": seen.not_finite,
        "lowest": seen.lowest,
        "highest": seen.highest,
        "constant": even and not seen.not_finite and elements > 1,
    }


def _seen(array: Stored, seen: _Range) -> str:
    """Take the pieces of an array; return a digest that is equal for equal values."""
    order = "F" if array.head.fortran and len(array.shape) > 1 else "C"
    little = array.dtype.newbyteorder("<")
    digest = hashlib.sha256(f"{array.shape} {little.str} {order} ".encode())
    for piece in array.pieces:
        seen.see(piece)
        digest.update(
            np.ascontiguousarray(piece.astype(little, copy=False)).view(np.uint8).data
        )
    return digest.hexdigest()


def _together(digests: list[tuple[str, str]]) -> str:
    return hashlib.sha256(repr(sorted(digests)).encode()).hexdigest()


def _picture(source: Source, limits: Limits) -> Payload:
    """Take the values of a picture from what the decoder of pictures says of it."""
    facts = image.decode(source, "image", limits, {})
    dtype = _PIXELS.get(facts["mode"])
    if dtype is None or facts["frames"] > 1:
        seen = f"{facts['frames']} frames of mode {facts['mode']}"
        raise Bad(Reason.UNDECODABLE, f"a picture of {seen} is not a map of numbers")
    channels = {"LA": (2,), "RGB": (3,), "RGBA": (4,)}.get(facts["mode"], ())
    shape = (facts["height"], facts["width"], *channels)
    seen_range = _Range()
    seen_range.lowest, seen_range.highest = facts["lowest"], facts["highest"]
    found = _payload(facts["format"], shape, dtype, math.prod(shape), seen_range)
    return found | {"content": facts["content"], "metadata": facts["metadata"]}
