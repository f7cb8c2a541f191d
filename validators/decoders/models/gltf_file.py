"""Takes a glTF file apart: its JSON, and the buffers that are inside."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from validators.decoders.models.gltf_data import Model, broken, natural
from validators.decoders.numbers import Buffer
from validators.decoders.source import Bad
from validators.reason import Reason

MAGIC = b"glTF"

_JSON, _BIN = 0x4E4F534A, 0x004E4942
_CHUNK = 8
_START = 12


def opened(buffer: Buffer) -> Model:
    """Read the JSON and find the buffers, of GLB or of JSON alone.

    Raises:
        Bad: it is broken, cut off, or of another version.
    """
    text, chunk = _glb(buffer) if buffer[:4] == MAGIC else (buffer[:], None)
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError) as error:
        if not text.rstrip().endswith(b"}"):
            raise Bad(Reason.TRUNCATED, "ends in the middle of its JSON") from None
        raise broken(f"the JSON cannot be read: {str(error)[:100]}") from None
    asset = tree.get("asset") if isinstance(tree, dict) else None
    version = asset.get("version") if isinstance(asset, dict) else None
    if not str(version).startswith("2"):
        raise broken(f"the version of glTF is {version!r}, and only 2 is read")
    for name in tree.get("extensionsRequired") or ():
        if "compression" in str(name):
            raise broken(
                f"compressed by {str(name)[:60]}, which is not read; store it without"
            )
    model = Model(tree)
    for index, entry in enumerate(model.items("buffers")):
        model.buffers.append(_buffer(index, entry, chunk))
    return model


def _glb(buffer: Buffer) -> tuple[bytes, memoryview | None]:
    version, size = (int.from_bytes(buffer[at : at + 4], "little") for at in (4, 8))
    if version != 2:  # noqa: PLR2004
        raise broken(f"the version of GLB is {version}, and only 2 is read")
    if size > len(buffer):
        seen = f"the header claims {size:,} bytes, the file has {len(buffer):,}"
        raise Bad(Reason.TRUNCATED, seen)
    chunks: dict[int, tuple[int, int]] = {}
    at = _START
    while at + _CHUNK <= size:
        length, kind = (
            int.from_bytes(buffer[i : i + 4], "little") for i in (at, at + 4)
        )
        at += _CHUNK
        if at + length > size:
            raise broken(f"a chunk of {length:,} bytes begins at {at:,} of {size:,}")
        chunks.setdefault(kind, (at, at + length))
        at += length
    if _JSON not in chunks:
        raise broken("there is no chunk of JSON")
    binary = chunks.get(_BIN)
    start, end = chunks[_JSON]
    return buffer[start:end], memoryview(buffer)[slice(*binary)] if binary else None


def _buffer(
    index: int, entry: Mapping[str, Any], chunk: memoryview | None
) -> memoryview | None:
    uri = entry.get("uri")
    claimed = natural(entry, "byteLength")
    if uri is None and index == 0 and chunk is not None:
        data = chunk
    elif isinstance(uri, str) and uri.startswith("data:"):
        data = memoryview(embedded(uri))
    elif isinstance(uri, str):
        return None
    else:
        raise broken(f"buffers/{index} has no data")
    if claimed > len(data):
        seen = f"buffers/{index} claims {claimed:,} bytes, there are {len(data):,}"
        raise Bad(Reason.TRUNCATED, seen)
    return data


def embedded(uri: str) -> bytes:
    """Return the bytes of a `data:` address.

    Raises:
        Bad: they are not base64.
    """
    head, _, body = uri.partition(",")
    if not head.endswith(";base64"):
        return unquote_to_bytes(body)
    try:
        return base64.b64decode(body)
    except binascii.Error as error:
        raise broken(f"embedded data is not base64: {error}") from None
