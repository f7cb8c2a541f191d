"""Decodes the frames of films with decord, an extra.

decord gives every frame in RGB and nothing else. It cannot tell damaged frames, which it
fills up in silence, and it knows neither rotation nor tags. Its wheel holds another FFmpeg
than ours, so that pixels may differ in the last bit. It decodes ahead without a bound, so
that large frames are asked for in a smaller size; a broken film may end its process.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

import decord

from validators.decoders.source import Bad, Source
from validators.decoders.strip import Plane
from validators.reason import Reason

LARGEST = 1 << 20
"""Pixels of a frame beyond which decord is told to scale it down."""


def planes(source: Source, width: int, height: int) -> Iterator[Plane]:
    """Yield every frame of a film of that size, its green for its brightness.

    Raises:
        Bad: the film is broken.
    """
    factor = math.ceil(math.sqrt(width * height / LARGEST))
    # decord takes -1 for the size that the film has.
    size = [max(1, side // factor) if factor > 1 else -1 for side in (width, height)]
    count = 0
    try:
        # More threads than one make it reject films that are whole.
        reader = decord.VideoReader(
            source.stream, width=size[0], height=size[1], num_threads=1
        )
        for _ in range(len(reader)):
            frame = reader.next().asnumpy()
            rows, columns, colours = frame.shape
            line = columns * colours
            yield Plane(frame.reshape(-1), columns, rows, line, colours, offset=1)
            count += 1
    except StopIteration:
        return
    except MemoryError:
        raise
    except (decord.DECORDError, RuntimeError, AssertionError) as error:
        detail = f"decoding stopped after {count:,} frames: {_words(error)}"
        raise Bad(Reason.UNDECODABLE, detail) from None


def _words(error: Exception) -> str:
    """Return the heart of a message that names files and lines of decord itself."""
    first = str(error).strip().splitlines()[:1] or [type(error).__name__]
    return re.sub(r"^(\[.*?\]\s*)?\S+?:\d+:\s*", "", first[0])[:200]
