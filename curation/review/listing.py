"""Edge: the list of the files that were reviewed, beside the record of the review."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from curation.review.content import FILE, LISTING, Content, listed
from curation.review.record import Broken, Record, own
from curation.writing import write_whole

LARGEST = 256 << 20
"""Bytes of a list that is read: that of a million files."""


def keep(file: Path, content: Content) -> None:
    """List the files of a folder beside the record in it; of an archive nothing is listed.

    `sha256sum --check review.sha256` tells what has changed since, and the SHA-256 of the
    list is what the record calls the content.

    Raises:
        Broken: it cannot be written, or is what a submission could bring instead.
    """
    if file.name != FILE:
        return
    beside = file.with_name(LISTING)
    own(beside, "the list")
    try:
        write_whole(beside, content.listing, synced=True)
    except OSError as error:
        raise Broken(f"{beside} cannot be written: {error.strerror}") from None


def before(file: Path, record: Record) -> Mapping[str, str]:
    """Return the marks of the files that a verdict is of, by their paths.

    None where there is no list of them beside the record, or one of something else: a list
    only tells what has changed, and decides nothing.
    """
    beside = file.with_name(LISTING)
    if file.name != FILE:
        return {}
    try:
        if (own(beside, "the list") or 0) > LARGEST:
            return {}
        with beside.open("rb") as source:
            digest = hashlib.file_digest(source, "sha256").hexdigest()
        if digest != record.content:
            return {}
        return listed(beside.read_bytes().decode("utf-8", "surrogateescape"))
    except (OSError, Broken):
        return {}
