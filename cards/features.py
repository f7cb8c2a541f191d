"""Pure: the features of a table, as cards write them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

Json = Any


def listed(features: Mapping[str, Json]) -> list[Json]:
    """Return features as `dataset_info` lists them, from how Parquet files tell of them."""
    return [{"name": name, **_inner(one)} for name, one in features.items()]


def _inner(feature: Json) -> dict[str, Json]:
    if isinstance(feature, list):
        return {"list": _short(_inner(feature[0]))}
    if "_type" not in feature or not isinstance(feature["_type"], str):
        return {"struct": listed(feature)}
    rest = dict(feature)
    kind = rest.pop("_type")
    if kind in {"List", "LargeList"}:
        inner = _short(_inner(rest.pop("feature")))
        return {"list" if kind == "List" else "large_list": inner, **rest}
    if kind == "Value":
        return rest
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", kind).lower()
    return {"dtype": {name: rest}} if rest else {"dtype": name}


def _short(inner: dict[str, Json]) -> Json:
    """Leave out the one key of what a list holds, as the Hub does."""
    return next(iter(inner.values())) if list(inner) in (["dtype"], ["struct"]) else inner  # fmt: skip


def said(feature: Json) -> str:
    """Say in a word or two what a feature is."""
    if isinstance(feature, list):
        return f"list of {said(feature[0])}"
    kind = feature.get("_type")
    if not isinstance(kind, str):
        return "file" if set(feature) == {"bytes", "path"} else "record"
    if kind in {"List", "LargeList"}:
        return f"list of {said(feature['feature'])}"
    return str(feature.get("dtype", kind)) if kind == "Value" else kind.lower()
