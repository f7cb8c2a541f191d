"""Decodes a file for a test, and asks the rules about it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from curation.finding import Rule, examine
from curation.model import Where
from curation.settings import Limits
from validators import decoders
from validators.media import Media


def decoded(path: Path, kind: str, limits: Limits | None = None) -> Any:
    """Return the facts of a file, or in words what is wrong with it."""
    facts = decoders.decode(path, kind, limits or Limits(), {})
    if facts["type"] == "Unreadable":
        return f"{facts['reason']}: {facts['detail']}"
    return facts


def found(path: Path, kind: str, cls: type[Media], rules: Sequence[Rule]) -> list[str]:
    """Decode a file and return what rules say of it."""
    facts = {key: value for key, value in decoded(path, kind).items() if key != "type"}
    subject = cls(where=Where(path.name), kind=kind, **facts)
    return [str(finding) for finding in examine([subject], rules)]
