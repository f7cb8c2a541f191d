"""Reads arrays that NumPy stored, .npy and .npz, piece by piece and never with objects."""

from __future__ import annotations

import math
import warnings
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from tokenize import TokenError
from typing import IO, Any

import numpy as np
from numpy.lib import format as numpy_format
from numpy.typing import NDArray

from curation.settings import Limits
from validators.decoders.source import Bad, Source, undecodable
from validators.reason import Reason

MAGIC = b"\x93NUMPY"
ZIP = b"PK\x03\x04"
EMPTY_ZIP = b"PK\x05\x06"
PIECE = 8 << 20
"""Bytes that are read at once."""
MOST_DEFLATED = 1032
"""What deflate can shrink to one byte; more is a lie."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True)
class Head:
    """What is said of an array before its values, which begin at byte `start`."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
    start: int
    fortran: bool = False


@dataclass(frozen=True)
class Stored:
    """One array: its head, and its values in the order of the file.

    `name` is its key in an .npz, and empty elsewhere. The pieces can be taken once.
    """

    name: str
    head: Head
    pieces: Iterator[NDArray[Any]]

    @property
    def shape(self) -> tuple[int, ...]:
        """Its dimensions."""
        return self.head.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The type of its values."""
        return self.head.dtype

    @property
    def count(self) -> int:
        """Its number of values."""
        return math.prod(self.shape)

    def whole(self) -> NDArray[Any]:
        """Take all pieces and put them together."""
        flat = np.concatenate([np.zeros(0, self.dtype), *self.pieces])
        table: NDArray[Any] = flat.reshape(
            self.shape, order="F" if self.head.fortran else "C"
        )
        return table


def stored(source: Source, limits: Limits) -> Iterator[Stored]:
    """Yield the arrays of a file, each to be taken before the next.

    Raises:
        Bad: it is broken, cut off, over a limit, or holds objects.
    """
    if source.head.startswith(MAGIC):
        stream = source.stream
        yield claimed(_head(stream), stream, source.size, limits)
    elif source.head.startswith((ZIP, EMPTY_ZIP)):
        yield from _members(source, limits)
    else:
        raise undecodable(source.head, "an array that NumPy stored")


def claimed(
    head: Head, stream: IO[bytes], size: int, limits: Limits, name: str = ""
) -> Stored:
    """Hold what is said of an array against the *size* of its file before it is read.

    Raises:
        Bad: it claims more than there is, more than the limit, or holds objects.
    """
    if head.dtype.hasobject:
        raise Bad(Reason.REFUSED, "it holds Python objects, and loading them runs code")
    count = math.prod(head.shape)
    if min(head.shape, default=0) < 0 or (head.dtype.itemsize == 0 and count):
        seen = f"an array of shape {head.shape} and type {head.dtype}"
        raise Bad(Reason.UNDECODABLE, seen[:200])
    needed = head.start + count * head.dtype.itemsize
    if needed > size:
        claim = f"claims {count:,} values, {needed:,} bytes, but there are {size:,}"
        raise Bad(Reason.TRUNCATED, f"the header {claim}")
    if max(count, count * head.dtype.itemsize // 8) > limits.values:
        raise Bad(
            Reason.OVER_LIMIT, f"{count:,} values, the limit is {limits.values:,}"
        )
    return Stored(name, head, _pieces(stream, count, head.dtype))


def _head(stream: IO[bytes]) -> Head:
    counting = _Counting(stream)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            shape, fortran, dtype = _READERS[_version(counting)](counting)
    except _HEADER_FAULTS as error:
        detail = str(error).partition("\n")[0][:100]
        reason = Reason.TRUNCATED if detail.startswith("EOF") else Reason.UNDECODABLE
        raise Bad(reason, f"the header cannot be read: {detail}") from None
    return Head(shape, dtype, counting.count, fortran)


_HEADER_FAULTS = (
    ValueError,
    TypeError,
    KeyError,
    SyntaxError,
    RecursionError,
    TokenError,
)
"""What NumPy raises on broken headers, as seen over thousands of mutants."""
_version: Callable[[Any], tuple[int, int]] = numpy_format.read_magic
_READERS: dict[tuple[int, int], Callable[[Any], tuple[Any, bool, np.dtype[Any]]]] = {
    (1, 0): numpy_format.read_array_header_1_0,
    (2, 0): numpy_format.read_array_header_2_0,
    # Version 3 differs in how names of columns are encoded, and in nothing else.
    (3, 0): numpy_format.read_array_header_2_0,
}


class _Counting:
    """A stream that knows how much was read of it, and gives up on a long header."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self.count = 0

    def read(self, size: int) -> bytes:
        if size > PIECE:
            raise ValueError(f"{size:,} bytes long")
        found = self._stream.read(size)
        self.count += len(found)
        return found


def _pieces(
    stream: IO[bytes], count: int, dtype: np.dtype[Any]
) -> Iterator[NDArray[Any]]:
    step = max(1, PIECE // max(1, dtype.itemsize))
    for start in range(0, count, step):
        size = min(step, count - start) * dtype.itemsize
        with _damage():
            piece = stream.read(size)
        if len(piece) < size:
            raise Bad(Reason.TRUNCATED, "ends within the values")
        yield np.frombuffer(piece, dtype)


def _members(source: Source, limits: Limits) -> Iterator[Stored]:
    left = limits.values
    with _damage():
        archive = zipfile.ZipFile(source.stream)
        entries = archive.infolist()
    for entry in _checked(entries, limits):
        with _damage():
            stream = archive.open(entry)
            head = _head(stream)
        found = claimed(head, stream, entry.file_size, limits, entry.filename[:-4])
        left -= max(found.count, entry.file_size // 8)
        if left < 0:
            seen = f"more than {limits.values:,} values in all arrays together"
            raise Bad(Reason.OVER_LIMIT, seen)
        yield found
        with _damage():
            # The checksum is compared at the end only.
            stream.read(1)


@contextmanager
def _damage() -> Iterator[None]:
    """Say what is wrong with an archive in the words of a report."""
    try:
        yield
    except zipfile.BadZipFile as error:
        if "not a zip file" in str(error):
            lost = "the archive has no directory at its end"
            raise Bad(Reason.TRUNCATED, lost) from None
        raise Bad(Reason.UNDECODABLE, f"the archive is damaged: {error}") from None
    except (zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise Bad(Reason.UNDECODABLE, f"the archive is damaged: {error}") from None


def _checked(entries: list[zipfile.ZipInfo], limits: Limits) -> list[zipfile.ZipInfo]:
    """Look at all members before any is inflated."""
    if len({e.filename for e in entries}) < len(entries):
        raise Bad(Reason.REFUSED, "two members have the same name")
    for entry in entries:
        path = PurePosixPath(entry.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            raise Bad(
                Reason.REFUSED, f"the member {entry.filename!r} leaves the archive"
            )
        if (
            path.suffix != ".npy"
            or entry.flag_bits & 1
            or entry.compress_type not in _METHODS
        ):
            raise Bad(
                Reason.REFUSED, f"the member {entry.filename!r} is not a plain array"
            )
        if entry.file_size > MOST_DEFLATED * max(1, entry.compress_size):
            seen = f"{entry.file_size:,} bytes from {entry.compress_size:,}"
            raise Bad(Reason.OVER_LIMIT, f"the member {entry.filename!r} claims {seen}")
    if sum(entry.file_size for entry in entries) > limits.values * 8:
        raise Bad(Reason.OVER_LIMIT, f"inflates to more than {limits.values:,} values")
    return entries
