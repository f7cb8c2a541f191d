"""Edge: the trees of a release by their names, and the file that ties them together."""

from __future__ import annotations

from pathlib import Path

import orjson

import schemas
from curation.model import Json

OPEN, CLOSE, REFERENCES = "open", "close", "references"
TREES = (OPEN, CLOSE, REFERENCES)
FILE = "release.json"


class NoRelease(Exception):
    """A folder is no release of ours; says what is missing or wrong, and what was expected."""


def told_by(folder: Path) -> dict[str, Json]:
    """Return what `release.json` in a folder tells.

    Raises:
        NoRelease: there is none, or it is not one of ours.
    """
    file = folder / FILE
    try:
        told: dict[str, Json] = orjson.loads(file.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise NoRelease(
            f"{file} cannot be read ({error}); expected a folder that curate release wrote"
        ) from None
    for fault in schemas.exact_validator("release.json").iter_errors(told):
        raise NoRelease(f"{file}: {fault.message}")
    return told


def json_bytes(value: Json) -> bytes:
    """Return a value as the files of a release have it."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
