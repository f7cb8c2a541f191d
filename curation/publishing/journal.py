"""A file beside a release that tells what was published of it, where and when."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from curation.writing import write_whole

_FORM = "curate-journal-1"


class Unkept(Exception):
    """The journal cannot be read or written; says which file, and why."""


def beside(release: Path) -> Path:
    """Return where the journal of a release is."""
    whole = release.absolute()
    return whole.with_name(f"{whole.name}.journal.json")


@dataclass
class Journal:
    """What is known of each repository at one place. It holds ids and times, no token.

    All of it can be seen on the hub as well; it is kept so that a tag that was moved is
    known, and for whoever asks later what was done.
    """

    file: Path
    place: str
    _told: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def open(cls, release: Path, place: str) -> Journal:
        """Read the journal of a release, or begin one.

        Raises:
            Unkept: there is something else in its place.
        """
        file = beside(release)
        try:
            told = json.loads(file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return cls(file, place, {"form": _FORM, "places": {}})
        except (OSError, ValueError) as error:
            raise Unkept(
                f"{file}: {error}; expected the journal of {release}"
            ) from None
        if not isinstance(told, dict) or told.get("form") != _FORM:
            raise Unkept(f"{file}: expected a file of the form {_FORM!r}; move it away")
        return cls(file, place, told)

    def known(self, repository: str) -> dict[str, str]:
        """Return what was done to a repository."""
        places = self._told.get("places", {})
        found: dict[str, str] = places.get(self.place, {}).get(repository, {})
        return dict(found)

    def note(self, repository: str, **facts: str) -> None:
        """Add facts about a repository, at once.

        Raises:
            Unkept: the file cannot be written.
        """
        place = self._told.setdefault("places", {}).setdefault(self.place, {})
        now = datetime.now(UTC).isoformat(timespec="seconds")
        place[repository] = {**place.get(repository, {}), **facts, "at": now}
        self.write()

    def write(self) -> None:
        """Write what is known, or see at least that it could be.

        Raises:
            Unkept: the file cannot be written.
        """
        try:
            write_whole(self.file, json.dumps(self._told, indent=2) + "\n")
        except OSError as error:
            raise Unkept(f"{self.file}: {error.strerror}") from None
