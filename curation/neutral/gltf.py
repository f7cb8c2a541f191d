"""glTF and GLB: the scene, without names, remarks and who made it."""

from __future__ import annotations

import struct
from typing import Any

import orjson

from curation.model import Json

_JSON, _BIN = b"JSON", b"BIN\0"
_NAMED = (
    "accessors",
    "animations",
    "buffers",
    "bufferViews",
    "cameras",
    "images",
    "materials",
    "meshes",
    "nodes",
    "samplers",
    "scenes",
    "skins",
    "textures",
)
_XMP = "KHR_xmp_json_ld"


def text(raw: bytes) -> bytes:
    """Return a scene of text without what only tells of it."""
    return orjson.dumps(_reduced(orjson.loads(raw)))


def binary(raw: bytes) -> bytes:
    """Return a binary scene without what only tells of it; its buffer is untouched."""
    if int.from_bytes(raw[4:8], "little") != 2:  # noqa: PLR2004
        raise ValueError("it is not of version 2")
    chunks = []
    place = 12
    while place + 8 <= len(raw):
        size, kind = (
            int.from_bytes(raw[place : place + 4], "little"),
            raw[place + 4 : place + 8],
        )
        body = raw[place + 8 : place + 8 + size]
        if kind == _JSON:
            told = text(body.rstrip(b" \0"))
            chunks.append((kind, told + b" " * (-len(told) % 4)))
        elif kind == _BIN:
            chunks.append((kind, body))
        place += 8 + size
    whole = b"".join(
        struct.pack("<I", len(body)) + kind + body for kind, body in chunks
    )
    return b"glTF" + struct.pack("<II", 2, 12 + len(whole)) + whole


def _reduced(scene: Json) -> Json:
    whole: dict[str, Any] = _without(scene)
    asset = whole.get("asset", {})
    whole["asset"] = {
        k: v for k, v in asset.items() if k not in {"generator", "copyright"}
    }
    for kind in _NAMED:
        for thing in whole.get(kind, ()):
            thing.pop("name", None)
    for key in ("extensionsUsed", "extensionsRequired"):
        if key in whole:
            whole[key] = [name for name in whole[key] if name != _XMP]
            if not whole[key]:
                del whole[key]
    return whole


def _without(value: Json) -> Json:
    """Copy a scene without extras and embedded metadata, at any depth."""
    if isinstance(value, dict):
        return {k: _without(v) for k, v in value.items() if k not in {"extras", _XMP}}
    if isinstance(value, list):
        return [_without(v) for v in value]
    return value
