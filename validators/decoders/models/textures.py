"""Looks whether the pictures inside a model can be read."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

from curation.settings import Limits
from validators.decoders.source import Bad, Source
from validators.reason import Reason

_KTX2 = b"\xabKTX 20\xbb"
"""Begins a texture that graphics cards decode, and we do not."""


def faults(pictures: Iterable[tuple[str, bytes]], limits: Limits) -> Iterator[str]:
    """Decode the pictures and yield what is wrong with each.

    Raises:
        Bad: together they have more pixels than the limit.
    """
    pixels = 0
    for name, data in pictures:
        if data.startswith(_KTX2):
            continue
        try:
            pixels += _pixels(data, limits)
        except Bad as bad:
            yield f"{name}: {bad.detail}"
        if pixels > limits.animation_pixels:
            seen = f"{pixels:,} pixels, the limit is {limits.animation_pixels:,}"
            raise Bad(Reason.OVER_LIMIT, f"textures of {seen} together")


def _pixels(data: bytes, limits: Limits) -> int:
    from validators.decoders import image  # noqa: PLC0415 - few models have pictures

    source = Source(io.BytesIO(data), len(data), "")
    facts = image.decode(source, "image", limits, {})
    return int(facts["width"]) * int(facts["height"])
