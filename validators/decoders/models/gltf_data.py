"""The arrays of a glTF model, as they lie in its buffers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from validators.decoders.source import Bad
from validators.reason import Reason

_TYPES = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {
    "SCALAR": 1,
    "VEC2": 2,
    "VEC3": 3,
    "VEC4": 4,
    "MAT2": 4,
    "MAT3": 9,
    "MAT4": 16,
}


def broken(detail: str) -> Bad:
    """Say that a file is not what the specification of glTF describes."""
    return Bad(Reason.UNDECODABLE, detail)


@dataclass(frozen=True)
class Model:
    """The JSON of a model and its buffers; those in other files are None."""

    tree: Mapping[str, Any]
    buffers: list[memoryview | None] = field(default_factory=list)
    _lists: dict[str, list[Mapping[str, Any]]] = field(default_factory=dict)

    def item(self, name: str, index: object) -> Mapping[str, Any]:
        """Return an entry of one of the lists at the top."""
        items = self.items(name)
        if type(index) is not int or not 0 <= index < len(items):
            raise broken(f"{name}/{index} is referred to, and there are {len(items)}")
        return items[index]

    def items(self, name: str) -> list[Mapping[str, Any]]:
        """Return one of the lists at the top; empty where there is none."""
        if name not in self._lists:
            items = self.tree.get(name, [])
            if not isinstance(items, list) or not all(
                isinstance(i, dict) for i in items
            ):
                raise broken(f"{name} is not a list of objects")
            self._lists[name] = items
        return self._lists[name]

    def view(self, index: object) -> tuple[memoryview | None, int]:
        """Return the bytes of a buffer view, or None if they are elsewhere, and their number."""
        view = self.item("bufferViews", index)
        owner, start, size = (
            view.get("buffer"),
            natural(view, "byteOffset", 0),
            natural(view, "byteLength"),
        )
        claimed = natural(self.item("buffers", owner), "byteLength")
        if start + size > claimed:
            raise broken(
                f"bufferViews/{index} ends at {start + size:,} of {claimed:,} bytes"
            )
        data = self.buffers[view["buffer"]]
        return (None if data is None else data[start : start + size]), size

    def home(self, accessor: object) -> str | None:
        """Return the address of the other file that an array lies in, if it does."""
        view = self.item("accessors", accessor).get("bufferView")
        if view is None:
            return None
        buffer = self.item("bufferViews", view).get("buffer")
        uri = self.item("buffers", buffer).get("uri")
        return uri if isinstance(uri, str) and not uri.startswith("data:") else None


def natural(entry: Mapping[str, Any], name: str, default: int | None = None) -> int:
    """Return a number that counts something.

    Raises:
        Bad: it is missing, or not a whole number from 0 on.
    """
    value = entry.get(name, default)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if type(value) is not int or value < 0:
        raise broken(f"{name} is {value!r}, expected a whole number")
    return value


@dataclass(frozen=True)
class Accessor:
    """How the numbers of an array lie in a buffer view."""

    count: int
    width: int
    dtype: np.dtype[Any]
    view: int | None
    offset: int
    stride: int


def accessor(model: Model, index: object) -> Accessor:
    """Describe an array once it is clear that its view can hold it.

    Raises:
        Bad: it cannot, or is not described as specified.
    """
    entry = model.item("accessors", index)
    width, kind = (
        _WIDTHS.get(entry.get("type", "")),
        _TYPES.get(entry.get("componentType", 0)),
    )
    if width is None or kind is None:
        raise broken(f"accessors/{index} is of no type that there is")
    dtype, count = np.dtype(kind), natural(entry, "count")
    offset, row = natural(entry, "byteOffset", 0), width * dtype.itemsize
    view, stride = entry.get("bufferView"), row
    if view is not None:
        stride = natural(model.item("bufferViews", view), "byteStride", 0) or row
        needed = offset + (count - 1) * stride + row if count else 0
        if needed > (size := model.view(view)[1]):
            seen = f"{count:,} items, {needed:,} bytes, its buffer view has {size:,}"
            raise broken(f"accessors/{index} claims {seen}")
    return Accessor(count, width, dtype, view, offset, stride)


def read(model: Model, index: object) -> NDArray[Any]:
    """Return the numbers of an array that lies in this file, without a copy where possible.

    Raises:
        Bad: there are none.
    """
    form = accessor(model, index)
    sparse = model.item("accessors", index).get("sparse")
    if form.view is None and sparse is None:
        raise broken(f"accessors/{index} has no data; compressed models are not read")
    if form.view is None:
        values = np.zeros((form.count, form.width), form.dtype)
    else:
        values = _table(model, form.view, form)
    return values if sparse is None else _patched(model, values, sparse)


def _table(model: Model, view: object, form: Accessor) -> NDArray[Any]:
    data, _ = model.view(view)
    if data is None:
        raise broken(f"bufferViews/{view} lies in another file")
    strides = (form.stride, form.dtype.itemsize)
    return np.ndarray((form.count, form.width), form.dtype, data, form.offset, strides)


def _patched(
    model: Model, values: NDArray[Any], sparse: Mapping[str, Any]
) -> NDArray[Any]:
    """Set the values that a sparse array states apart."""
    count = natural(sparse, "count")
    at, new = sparse["indices"], sparse["values"]
    kind = np.dtype(_TYPES[at["componentType"]])
    width, row = values.shape[1], values.shape[1] * values.dtype.itemsize
    places = Accessor(count, 1, kind, None, natural(at, "byteOffset", 0), kind.itemsize)
    items = Accessor(
        count, width, values.dtype, None, natural(new, "byteOffset", 0), row
    )
    patched = values.copy()
    patched[_table(model, at["bufferView"], places)[:, 0]] = _table(
        model, new["bufferView"], items
    )
    return patched
