"""Edge: what a command has printed, to print it again while nothing has changed.

The same words in the same place print the same as long as all that was looked at is as it
was. So a run that is known is told before even the options are read: few modules are
imported here, and none of them is heavy.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import sys
from collections.abc import Sequence

from curation.looked import Looked
from curation.versions import fingerprint

FOLDER = "told"
AT_MOST = 100
"""Texts that are kept; then the older half goes."""
_DECISIVE = ("NO_COLOR", "COLUMNS", "PYTHONIOENCODING", "PYTHONUTF8", "LC_ALL", "LANG")
"""Variables of the environment that what is printed can depend on."""


def folder() -> str:
    """Return where the cache lies: `CURATE_CACHE_DIR`, or the user's cache directory."""
    given = os.environ.get("CURATE_CACHE_DIR")
    if given:
        return given
    import platformdirs  # noqa: PLC0415 - 9 ms that not every run needs

    return platformdirs.user_cache_dir("curate")


def name_of(words: Sequence[str]) -> str | None:
    """Return a name for a command: its words, and where and how they are said.

    None where nothing is to be told: only `validate` prints what is there to be kept.
    """
    if words[:1] != ["validate"] or "--no-cache" in words or sys.stdout is None:
        return None
    terminal = None
    if sys.stdout.isatty():
        with contextlib.suppress(OSError, ValueError):
            terminal = tuple(os.get_terminal_size(sys.stdout.fileno()))
    given = [os.environ.get(name) for name in _DECISIVE]
    try:
        where = os.getcwd()
    except FileNotFoundError:  # the folder was deleted; the command says so
        return None
    said = (fingerprint(), [*words], where, terminal, given)
    return _hex(said)


def again(name: str) -> tuple[int, str] | None:
    """Return exit code and text of a command, if it is known and nothing has changed."""
    try:
        with open(
            _file(name), encoding="utf-8", errors="surrogateescape", newline="\n"
        ) as file:
            code, number, seen = file.readline().split()
            paths = [file.readline()[:-1] for _ in range(int(number))]
            if _digest(Looked(paths)) != seen:
                return None
            return int(code), file.read()
    except (OSError, ValueError):  # there is none, or none that can be read
        return None


def keep(name: str, looked: Looked, code: int, text: str) -> None:
    """Remember what a command has printed after it looked at some paths."""
    if any("\n" in path for path in looked.paths) or not looked.unchanged:
        return
    from pathlib import Path  # noqa: PLC0415 - not for a known run

    from curation.writing import write_whole  # noqa: PLC0415

    head = f"{code} {len(looked.paths)} {_digest(looked)}"
    with contextlib.suppress(OSError, ValueError):  # a cache that fails is none
        file = Path(_file(name))
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_whole(file, "\n".join([head, *looked.paths, text]))
        kept = sorted(file.parent.iterdir(), key=lambda f: f.stat().st_mtime)
        for old in kept[: AT_MOST // 2] if len(kept) > AT_MOST else ():
            old.unlink(missing_ok=True)


def _file(name: str) -> str:
    return os.path.join(folder(), FOLDER, name)


def _digest(looked: Looked) -> str:
    return _hex(looked.stamps)


def _hex(said: object) -> str:
    return hashlib.sha256(repr(said).encode("utf-8", "backslashreplace")).hexdigest()
