"""Edge: the digest of all that lies at a path, by which a source is known to be the same."""

from __future__ import annotations

from pathlib import Path

from curation.review.content import content


def pinned(path: Path) -> str:
    """Return the SHA-256 of a file, or of the list of all that is in a folder.

    It is the digest that the record of a review binds to: the list is what `sha256sum`
    prints of the files, sorted by their paths with forward slashes; of a link it holds
    where it leads to instead. The record itself is not in it.

    Raises:
        OSError: a file cannot be read.
    """
    return content(path).digest
