"""Edge: a text into a file that is never half written."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Literal


def write_whole(output: Path, text: str, *, synced: bool = False) -> None:
    """Write the whole text or nothing; what cannot be encoded stays as the bytes it was.

    A link stays, and leads to the text. A pipe or a device, such as /dev/stdout, is
    written to and never replaced. What is *synced* survives that the power goes.

    Raises:
        OSError: if it cannot be written.
    """
    if output.exists() and not output.is_file():
        _put(output, text, "w")
        return
    file = Path(os.path.realpath(output))
    partial = file.with_name(f".{file.name}.part")
    try:
        # What is in its place is no file of ours: a link would lead out of the folder.
        partial.unlink(missing_ok=True)
        _put(partial, text, "x")
        if synced:
            _sync(partial)
        partial.replace(file)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def _put(file: Path, text: str, mode: Literal["w", "x"]) -> None:
    with file.open(
        mode, encoding="utf-8", errors="surrogateescape", newline="\n"
    ) as opened:
        opened.write(text)


def _sync(file: Path) -> None:
    with file.open("r+b") as written:
        os.fsync(written.fileno())
