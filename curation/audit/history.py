"""Edge: searches a local clone of a repository: all that was ever committed to it."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from curation.audit import pieces
from curation.audit.content import Search, judged
from curation.audit.signs import Sign, Way
from curation.audit.source import Source, Tree, Unauditable
from curation.audit.tables import Reading
from curation.model import Where

_POINTER = re.compile(rb"version https://git-lfs[^\n]*\noid sha256:([0-9a-f]{64})")
_HEAD = re.compile(rb"([0-9a-f]{40,64}) (\w+) (\d+)\n")


def signs(clone: Path, search: Search, source: Source) -> Iterator[Sign]:
    """Search all objects of a clone, those that no branch leads to any more as well.

    Raises:
        Unauditable: it is no clone, or git is not installed.
    """
    names = _names(clone)
    families = {k: v for tree in source.trees for k, v in tree.families.items()}
    reading = Tree("close", clone, ours=False, families=families).reading
    known = Search(search.secrets, search.needles)
    missing = 0
    for kind, oid, data in _objects(clone):
        path = names.get(oid, f"{kind} {oid[:12]}")
        missing += _fetched(clone, data, known, path, reading)
    for name in sorted(set(names.values()) | set(_refs(clone))):
        known.column(pieces.words("", "a name in it", name), "close")
    for sign in judged(known, {}):
        where = Where(sign.where.path)
        if sign.way not in {Way.UNSURE, Way.QUESTION}:
            yield replace(
                sign, where=where, detail=f"{clone}: {sign.detail}", tree="history"
            )
    yield from _unseen(clone, missing)


def _unseen(clone: Path, missing: int) -> Iterator[Sign]:
    """Tell what of a history is not there."""
    if missing:
        yield Sign(
            Way.UNSEEN,
            Where(""),
            f"{clone}: {missing} files in Git LFS are not there; run git lfs fetch --all",
            tree="history",
        )
    if _git(clone, "rev-parse", "--is-shallow-repository").strip() == b"true":
        yield Sign(
            Way.UNSEEN,
            Where(""),
            f"{clone}: the clone is shallow; run git fetch --unshallow",
            tree="history",
        )
    if not any(
        r.startswith(("refs/convert/", "refs/pr/", "refs/pull/")) for r in _refs(clone)
    ):
        detail = f"{clone}: it has no pull requests and no converted copies; git fetch origin '+refs/*:refs/*' gets them, if there are any"
        yield Sign(Way.UNSEEN, Where(""), detail, tree="history")


def _side(path: str) -> str:
    """Return the side that a path is of; what is open in a clone of both says so itself."""
    parts = path.split("/")
    return "open" if "open" in parts[:-1] or parts[-1].startswith("open-") else "close"


def _fetched(
    clone: Path, data: bytes, known: Search, path: str, reading: Reading
) -> int:
    """Search one object, and what it stands for; return 1 if that is not there."""
    pointer = _POINTER.match(data) if len(data) < 1024 else None  # noqa: PLR2004
    side = _side(path)
    lost = 0
    if pointer is not None:
        oid = pointer[1].decode()
        file = _common(clone) / "lfs" / "objects" / oid[:2] / oid[2:4] / oid
        lost = not file.is_file()
        known.column(
            pieces.words(path, "a Git LFS pointer", data.decode(errors="replace")), side
        )
        data = b"" if lost else file.read_bytes()
    for piece in pieces.of_file(path, data, reading) if data else ():
        known.piece(piece, side)
    return int(lost)


def _common(clone: Path) -> Path:
    return clone / _git(clone, "rev-parse", "--git-common-dir").decode().strip()


def _names(clone: Path) -> dict[str, str]:
    """Return a path of each file that any ref leads to."""
    found: dict[str, str] = {}
    for line in (
        _git(clone, "rev-list", "--objects", "--all")
        .decode(errors="replace")
        .splitlines()
    ):
        oid, _, path = line.partition(" ")
        if path:
            found.setdefault(oid, path)
    return found


def _refs(clone: Path) -> list[str]:
    return (
        _git(clone, "for-each-ref", "--format=%(refname)")
        .decode(errors="replace")
        .split()
    )


def _objects(clone: Path) -> Iterator[tuple[str, str, bytes]]:
    """Yield kind, id and content of all objects but trees."""
    command = [
        "git",
        "-C",
        str(clone),
        "cat-file",
        "--batch-all-objects",
        "--unordered",
        "--batch",
        "--buffer",
    ]
    with subprocess.Popen(  # noqa: S603 - the path is an argument, and no shell reads it
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None
        while head := process.stdout.readline():
            match = _HEAD.fullmatch(head)
            if match is None:
                raise Unauditable(f"{clone}: git tells of {head[:80]!r}; run git fsck")
            data = process.stdout.read(int(match[3]))
            process.stdout.read(1)
            if match[2] != b"tree":
                yield match[2].decode(), match[1].decode(), data
    if process.returncode:
        raise Unauditable(f"{clone}: git cannot read all of it; run git fsck")


def _git(clone: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(clone), *arguments]
    try:
        found = subprocess.run(command, capture_output=True, check=True)  # noqa: S603
    except FileNotFoundError:
        raise Unauditable("--history needs git, which is not installed") from None
    except subprocess.CalledProcessError as error:
        told = error.stderr.decode(errors="replace").strip()
        raise Unauditable(
            f"--history {clone}: {told or 'it is no clone'}; expected a local clone"
        ) from None
    return found.stdout
