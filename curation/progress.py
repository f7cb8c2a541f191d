"""A bar on stderr while files are decoded: how many, how fast, how long still."""

from __future__ import annotations

import shutil
from pathlib import PurePosixPath
from typing import Any

from tqdm import tqdm


class Bar:
    """Shows the progress of `validate` on a terminal."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._task = ""

    def begin(self, total: int, ready: int) -> None:
        """*total* files are to be decoded, of which *ready* were known already."""
        self._bar = tqdm(
            total=total,
            initial=ready,
            unit=" files",
            # A terminal that does not tell its width would get no bar at all.
            ncols=shutil.get_terminal_size((80, 24)).columns or 80,
            leave=False,
            smoothing=0.1,
        )

    def advance(self, task: str, number: int = 1) -> None:
        """*number* more files, the last of them in *task*."""
        if self._bar is None:
            return
        if task != self._task:
            self._task = task
            self._bar.set_description_str(PurePosixPath(task).name[:32], refresh=False)
        self._bar.update(number)

    def end(self) -> None:
        """Nothing follows."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


class Sent:
    """Shows on a terminal how much was sent to a hub: bytes, how fast, how long still."""

    def __init__(self) -> None:
        self._bar: Any = None

    def begin(self, total: int) -> None:
        """*total* bytes are to be sent."""
        self._bar = tqdm(
            total=total,
            unit="B",
            unit_scale=True,
            ncols=shutil.get_terminal_size((80, 24)).columns or 80,
            leave=False,
        )

    def advance(self, what: str, number: int) -> None:
        """*number* more bytes were sent to *what*."""
        if self._bar is not None:
            self._bar.set_description_str(what.rpartition("/")[2][:32], refresh=False)
            self._bar.update(number)

    def end(self) -> None:
        """Nothing follows."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None
