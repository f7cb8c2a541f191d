"""How a published data set is named: hf://datasets/OWNER/NAME[@REVISION][/PATH]."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

FORM = "hf://datasets/OWNER/NAME[@REVISION][/PATH]"
_WHOLE = re.compile(
    r"hf://datasets/(?P<owner>[\w.-]+)/(?P<name>[\w.-]+)"
    r"(?:@(?P<revision>refs/(?:pr/\d+|convert/[\w.-]+)|[^/]+))?(?:/(?P<path>.*))?"
)


class Unreachable(Exception):
    """What was named on the Hub cannot be had; says what, why, and what to do."""


@dataclass(frozen=True)
class Address:
    """A data set, or a folder or file of it, at a revision; without one, at main."""

    repository: str
    revision: str | None = None
    path: str = ""

    @property
    def root(self) -> str:
        """Return how the whole data set is named."""
        at = f"@{self.revision}" if self.revision else ""
        return f"hf://datasets/{self.repository}{at}"

    def __str__(self) -> str:
        return f"{self.root}/{self.path}" if self.path else self.root


def parse(text: str) -> Address:
    """Read an address.

    Raises:
        ValueError: it is none.
    """
    match = _WHOLE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} names no data set; expected {FORM}")
    path = (match["path"] or "").strip("/")
    if ".." in path.split("/") or "\\" in path:
        raise ValueError(f"{text!r} leads out of the data set")
    revision = match["revision"]
    return Address(
        f"{match['owner']}/{match['name']}",
        None if revision is None else unquote(revision),
        path,
    )
