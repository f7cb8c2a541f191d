"""With what a release is published, and on which terms."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

from curation.publishing.journal import Journal
from curation.publishing.patience import Patience
from curation.publishing.port import Hub


class Progress(Protocol):
    """Is told how far an upload is."""

    def begin(self, total: int) -> None:
        """*total* bytes are to be sent."""

    def advance(self, what: str, number: int) -> None:
        """*number* more bytes were sent to *what*."""

    def end(self) -> None:
        """Nothing follows."""


class Silent:
    """Shows no progress."""

    def begin(self, total: int) -> None:
        """Say nothing."""

    def advance(self, what: str, number: int) -> None:
        """Say nothing."""

    def end(self) -> None:
        """Say nothing."""


@dataclass(frozen=True)
class Limits:
    """What one commit may hold, and what is sent at once.

    Args:
        files: Files of a commit.
        bytes: Bytes of a commit that are in no large file.
        piece: Bytes that are sent before progress is told again.
    """

    files: int = 20_000
    bytes: int = 500 << 20
    piece: int = 64 << 20


@dataclass(frozen=True)
class How:
    """The hub, and how it is dealt with."""

    hub: Hub
    journal: Journal
    patience: Patience = field(default_factory=Patience)
    limits: Limits = field(default_factory=Limits)
    progress: Progress = field(default_factory=Silent)
    said: Callable[[str], None] = field(default=lambda _: None)
