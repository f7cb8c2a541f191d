"""Files as pieces of xorbs, which is how newer clients send and fetch them."""

from __future__ import annotations

from dataclasses import dataclass

from curation.hub.repository import Repository


@dataclass(frozen=True)
class Cas:
    """The xorbs of a repository, and which pieces of them make a file."""

    repository: Repository

    def file_of(self, oid: str) -> str | None:
        """Return the id that Xet has for a file of a SHA-256, or None."""
        return None
