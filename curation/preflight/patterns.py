"""Pure: which files the patterns of a card mean, as `datasets` understands them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache


def matching(pattern: str, paths: Sequence[str]) -> tuple[str, ...]:
    """Return the paths that a pattern means, in their order."""
    pattern = pattern.removeprefix("./").strip("/")
    if not re.search(r"[*?\[]", pattern):
        return (pattern,) if pattern in set(paths) else ()
    fits = _compiled(pattern).fullmatch
    return tuple(path for path in paths if fits(path) and not _hidden(path, pattern))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """Read `**` as any folders, `*` and `?` as any characters of one name."""
    parts = []
    for part in re.split(r"(\*\*/?|\*|\?|\[[^]]+\])", pattern):
        match part:
            case "**/":
                parts.append("(?:[^/]+/)*")
            case "**":
                parts.append(".*")
            case "*":
                parts.append("[^/]*")
            case "?":
                parts.append("[^/]")
            case _ if part.startswith("[") and part.endswith("]"):
                inner = re.sub(r"([\\\[&~|])", r"\\\1", part[1:-1])
                parts.append("[" + re.sub("^!", "^", inner) + "]")
            case _:
                parts.append(re.escape(part))
    try:
        return re.compile("".join(parts))
    except re.error:  # such as the range [z-a]
        return re.compile(re.escape(pattern))


def _hidden(path: str, pattern: str) -> bool:
    """Whether a path leads through a hidden name that the pattern does not state."""
    stated = {part for part in pattern.split("/") if part.startswith((".", "__"))}
    return any(
        part.startswith((".", "__")) and part not in stated for part in path.split("/")
    )
