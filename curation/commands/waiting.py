"""What commands that serve something do meanwhile."""

from __future__ import annotations

import time


def until_interrupted() -> None:
    """Wait; Ctrl-C is how a server ends, and no failure."""
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        return
