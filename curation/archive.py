"""Edge: archives are vetted whole, then unpacked where nothing else lives."""

from __future__ import annotations

import os
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, BinaryIO

from curation.settings import Limits

SUFFIXES = (".zip", ".tar", ".tar.gz", ".tgz")
_FOREIGN = (
    ".7z",
    ".rar",
    ".tar.xz",
    ".tar.bz2",
    ".tar.zst",
    ".txz",
    ".tbz2",
    ".gz",
    ".bz2",
    ".xz",
    ".zst",
)
SMALL = 1 << 20
"""Members below this size may inflate by any ratio."""
_BLOCK = 1 << 20


class Refused(Exception):
    """The archive is not unpacked; the message names the member and the reason."""


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    size: int
    packed: int | None
    kind: str


def is_archive(name: str) -> bool:
    """Tell by its name whether a file is an archive that can be read."""
    return name.lower().endswith(SUFFIXES)


def is_foreign(name: str) -> bool:
    """Tell by its name whether a file is an archive of a kind that is not read."""
    return name.lower().endswith(_FOREIGN)


def stem(name: str) -> str:
    """Return the name without the ending of an archive."""
    ending = next(
        s for s in sorted(SUFFIXES, key=len, reverse=True) if name.lower().endswith(s)
    )
    return name[: -len(ending)]


def unpack(file: Path, target: Path, limits: Limits) -> None:
    """Unpack *file* into the empty folder *target*.

    Every member is looked at before anything is written.

    Raises:
        Refused: a member escapes, is a link or a device, repeats, or inflates beyond
            `limits`; or the file is not an archive. Nothing is left behind.
    """
    try:
        if file.name.lower().endswith(".zip"):
            _unpack_zip(file, target, limits)
        else:
            _unpack_tar(file, target, limits)
    except Refused:
        shutil.rmtree(target, ignore_errors=True)
        raise
    except (OSError, EOFError, zipfile.BadZipFile, tarfile.TarError, NotImplementedError,
            RuntimeError, ValueError) as error:  # fmt: skip
        shutil.rmtree(target, ignore_errors=True)
        raise Refused(f"cannot be unpacked: {error}") from error
    except Exception as error:  # zlib.error and lzma.LZMAError share no base class
        shutil.rmtree(target, ignore_errors=True)
        raise Refused(f"cannot be unpacked: {type(error).__name__}: {error}") from error


def _unpack_zip(file: Path, target: Path, limits: Limits) -> None:
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        _vet((_zip_member(m) for m in members), file, limits)
        for member in members:
            if not member.is_dir():
                with archive.open(member) as source:
                    _write(source, target / member.filename, member.file_size)


def _zip_member(member: zipfile.ZipInfo) -> _Member:
    mode = member.external_attr >> 16
    kind = "folder" if member.is_dir() else "file"
    if member.flag_bits & 0x1:
        kind = "encrypted file"
    elif mode and stat.S_IFMT(mode) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        kind = "link" if stat.S_ISLNK(mode) else "device"
    # The reader turns the separator of the writer's system into a slash; what was
    # written is what is judged.
    name = getattr(member, "orig_filename", member.filename)
    return _Member(name, member.file_size, member.compress_size, kind)


def _unpack_tar(file: Path, target: Path, limits: Limits) -> None:
    with (
        _Bounded(file, limits) as stream,
        tarfile.open(fileobj=stream, mode="r:") as archive,
    ):
        _vet((_tar_member(m) for m in archive), file, limits)
        for member in archive:
            if member.isreg():
                source = archive.extractfile(member)
                assert source is not None
                with source:
                    _write(source, target / member.name, member.size)


def _tar_member(member: tarfile.TarInfo) -> _Member:
    kind = "device"
    if member.isreg():
        kind = "file"
    elif member.isdir():
        kind = "folder"
    elif member.issym() or member.islnk():
        kind = "link"
    return _Member(member.name, member.size, None, kind)


class _Bounded:
    """A tar file as a plain seekable stream, inflated to disk once, within bounds."""

    def __init__(self, file: Path, limits: Limits) -> None:
        self._file = file
        self._limits = limits
        self._stream: IO[bytes] | None = None

    def __enter__(self) -> IO[bytes]:
        with self._file.open("rb") as source:
            packed = source.read(2) == b"\x1f\x8b"
        self._stream = self._inflated() if packed else self._file.open("rb")
        return self._stream

    def __exit__(self, *_: object) -> None:
        if self._stream is not None:
            self._stream.close()

    def _inflated(self) -> IO[bytes]:
        import gzip  # noqa: PLC0415
        import tempfile  # noqa: PLC0415

        size = max(self._file.stat().st_size, 1)
        bound = min(
            self._limits.archive_bytes,
            max(size * self._limits.archive_ratio, SMALL),
        )
        whole: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - closed by __exit__
        try:
            with gzip.open(self._file) as source:
                while block := source.read(_BLOCK):
                    whole.write(block)
                    if whole.tell() > bound:
                        break
            if whole.tell() > bound:
                raise Refused(  # noqa: TRY301 - the file is closed below
                    f"inflates beyond {bound:,} bytes from {size:,}"
                )
        except BaseException:
            whole.close()
            raise
        whole.seek(0)
        return whole


def _vet(members: Iterator[_Member], file: Path, limits: Limits) -> None:
    """Refuse the archive for its first member that could do harm."""
    packed_whole = max(file.stat().st_size, 1)
    seen: set[str] = set()
    total = 0
    for count, member in enumerate(members, 1):
        name = _safe(member)
        if name in seen and member.kind == "file":
            raise Refused(f"the member {member.name!r} is repeated")
        seen.add(name)
        total += member.size
        packed = member.packed if member.packed is not None else packed_whole
        if member.size > SMALL and member.size > packed * limits.archive_ratio:
            raise Refused(
                f"the member {member.name!r} inflates from {packed:,} to {member.size:,}"
                f" bytes, more than {limits.archive_ratio} times"
            )
        if total > limits.archive_bytes:
            raise Refused(f"inflates to more than {limits.archive_bytes:,} bytes")
        if count > limits.archive_members:
            raise Refused(f"has more than {limits.archive_members:,} members")
    if total > max(packed_whole * limits.archive_ratio, SMALL):
        raise Refused(f"inflates from {packed_whole:,} to {total:,} bytes")


def _safe(member: _Member) -> str:
    """Return the plain name of a member, or refuse it."""
    name = member.name
    parts = PurePosixPath(name).parts
    if member.kind not in {"file", "folder"}:
        article = "an" if member.kind[0] in "aeiou" else "a"
        raise Refused(f"the member {name!r} is {article} {member.kind}")
    if "\\" in name or "\0" in name:
        raise Refused(f"the member {name!r} has a backslash or a zero byte in its name")
    if name.startswith("/") or (len(name) > 1 and name[1] == ":") or ".." in parts:
        raise Refused(f"the member {name!r} would be written outside the folder")
    if not parts and member.kind == "file":
        raise Refused("a member has no name")
    return "/".join(parts)


def _write(source: IO[bytes], target: Path, size: int) -> None:
    """Copy exactly *size* bytes: a member that lies about its size is refused."""
    target.parent.mkdir(parents=True, exist_ok=True)
    left = size
    out: BinaryIO
    with os.fdopen(
        os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
    ) as out:
        while block := source.read(min(_BLOCK, left + 1)):
            left -= len(block)
            if left < 0:
                raise Refused(
                    f"a member inflates beyond the {size:,} bytes it announces"
                )
            out.write(block)
    if left:
        raise Refused(f"a member ends {left:,} bytes before its announced {size:,}")
