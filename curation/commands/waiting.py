"""What commands that serve something do meanwhile."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def until_interrupted() -> Iterator[None]:
    """Wait at the end of the block; Ctrl-C ends it from its beginning on, and no failure."""
    try:
        yield
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return
