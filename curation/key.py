"""Edge: the key file, the one secret of a benchmark; nothing else opens it."""

from __future__ import annotations

import hmac
import os
import re
import secrets
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from curation.writing import write_whole

SIZE = 32
"""Bytes of the secret."""
MODE = 0o600
"""Permissions of the file: its owner reads and writes it, and nobody else."""
MARKS = ("benchmark.toml", "release.json")
"""Files by which a folder that is shared is known."""

_FORM = re.compile(rb"(?:#[^\n]*\n)*curate-key-1 ([0-9a-f]{64})\n?")
_LONGEST = 4096
_FEWEST_DISTINCT = 12
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_MESSAGE = """\
# The secret of a benchmark: it decides which samples are hidden, and under which names.
# Never share it, never put it under version control, and keep a copy in a safe place:
# without it no later version of the benchmark can be made.
"""


class Refused(Exception):
    """The key file is not used; says which file, why, and how to mend it."""


@dataclass(frozen=True)
class Key:
    """The secret that decides the split and makes the ids of the Close set opaque."""

    secret: bytes = field(repr=False)

    def mac(self, purpose: str, *parts: str) -> bytes:
        """Return the HMAC-SHA-256 of the parts, apart from that for any other purpose.

        Each part goes in with its length, so that no two lists of parts are confused.
        """
        told = "".join([f"{len(part)}:{part}" for part in (purpose, *parts)])
        mac = self._begun.copy()
        mac.update(told.encode("utf-8", "surrogatepass"))
        return mac.digest()

    @cached_property
    def _begun(self) -> hmac.HMAC:
        # To begin anew for each of a million messages costs half as much again.
        return hmac.new(self.secret, digestmod="sha256")

    @property
    def fingerprint(self) -> str:
        """Sixteen digits that tell this key from another, and nothing about it."""
        return self.mac("fingerprint").hex()[:16]


def new(file: Path, apart_from: Sequence[Path] = ()) -> Key:
    """Make a key and write it to *file*, which must not exist.

    Raises:
        Refused: there is something already, or the place is one that is shared.
    """
    _refuse_place(file, apart_from)
    key = Key(secrets.token_bytes(SIZE))
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        with os.fdopen(os.open(file, flags, MODE), "wb") as out:
            out.write(f"{_MESSAGE}curate-key-1 {key.secret.hex()}\n".encode())
            out.flush()
            os.fsync(out.fileno())
    except FileExistsError:
        raise Refused(
            f"{file} exists; a key is never written over, name another file"
        ) from None
    except OSError as error:
        raise Refused(f"{file}: cannot be written, {error.strerror}") from None
    return key


def load(file: Path, apart_from: Sequence[Path] = ()) -> Key:
    """Read a key.

    Args:
        file: The key file.
        apart_from: Folders that it must not lie in: the benchmark, releases.

    Raises:
        Refused: others can read it, it lies in one of these folders or in any other that
            is a benchmark or a release, it is a link, or it does not hold a key.
    """
    raw = _read(file)
    _refuse_place(file, apart_from)
    match = _FORM.fullmatch(raw)
    secret = bytes.fromhex(match[1].decode()) if match else b""
    if len(set(secret)) < _FEWEST_DISTINCT:
        raise Refused(
            f"{file} does not hold a key: expected one line, curate-key-1 and 64 random "
            "hexadecimal digits, as curate key new writes it"
        )
    return Key(secret)


BOUND = "key.fingerprint"
"""The file in the folder of a benchmark that tells which key divides it."""


def see_bound(folder: Path, key: Key) -> None:
    """See that a benchmark was not divided by another key.

    Raises:
        Refused: it was, or it cannot be told.
    """
    file = folder / BOUND
    try:
        told = file.read_text("ascii").strip()
    except FileNotFoundError:
        return
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{file}: cannot be read, {error}") from None
    if told != key.fingerprint:
        raise Refused(
            f"this is not the key of {folder}: its fingerprint is {key.fingerprint}, expected {told} ({file}); all versions need the same key. To begin anew, remove that file and the ledger"
        )


def bind(folder: Path, key: Key) -> None:
    """Note by which key a benchmark is divided, if that was not noted before.

    Raises:
        Refused: it cannot be written.
    """
    file = folder / BOUND
    if not file.exists():
        try:
            write_whole(file, f"{key.fingerprint}\n", synced=True)
        except OSError as error:
            raise Refused(f"{file}: cannot be written, {error.strerror}") from None


def remarks(file: Path) -> Iterator[str]:
    """Yield what is not forbidden and yet unwise about where a key lies."""
    for folder in file.resolve().parents:
        if (folder / ".git").exists():
            yield f"{file} lies in {folder}, which is under version control: keep it elsewhere"
            break
    mode = file.resolve().parent.stat().st_mode
    if (
        os.name == "posix"
        and mode & (stat.S_IWGRP | stat.S_IWOTH)
        and not mode & stat.S_ISVTX
    ):
        yield f"others can replace {file}, since they may write to {file.resolve().parent}"


def _read(file: Path) -> bytes:
    """Read the file through one descriptor, so that what is judged is what is read."""
    if file.is_symlink():
        raise Refused(f"{file} is a link; name the file itself")
    flags = sum(
        getattr(os, name, 0) for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY")
    )
    try:
        with os.fdopen(os.open(file, os.O_RDONLY | flags), "rb") as source:
            _refuse_file(file, os.fstat(source.fileno()))
            return source.read(_LONGEST)
    except OSError as error:
        raise Refused(
            f"{file}: cannot be read, {error.strerror}; curate key new makes a key"
        ) from None


def _refuse_file(file: Path, facts: os.stat_result) -> None:
    if not stat.S_ISREG(facts.st_mode):
        raise Refused(f"{file} is not a regular file; curate key new makes one")
    if facts.st_nlink > 1:
        raise Refused(
            f"{file} has {facts.st_nlink} names on the disk; remove the others, for one may be shared"
        )
    if os.name != "posix":
        return
    if facts.st_mode & _OTHERS:
        mode = stat.S_IMODE(facts.st_mode)
        raise Refused(
            f"{file} can be read or written by others (mode {mode:04o}, expected {MODE:04o}): chmod 600 {file}"
        )
    if os.geteuid() not in {0, facts.st_uid}:
        raise Refused(
            f"{file} belongs to another user, who can read it; make a key of your own"
        )


def _refuse_place(file: Path, apart_from: Sequence[Path]) -> None:
    """Refuse a place inside a folder that is shared, whatever name it is reached by."""
    forbidden = {_identity(folder): folder for folder in apart_from if folder.exists()}
    for folder in file.resolve().parents:
        if not folder.is_dir():
            continue
        named = forbidden.get(_identity(folder))
        mark = next((m for m in MARKS if (folder / m).is_file()), None)
        if named is not None or mark:
            why = (
                "" if named is not None else f", which is shared since it holds {mark}"
            )
            raise Refused(
                f"{file} lies inside {named or folder}{why}: keep the key outside of benchmarks and releases"
            )


def _identity(folder: Path) -> tuple[int, int]:
    facts = folder.stat()
    return facts.st_dev, facts.st_ino
