"""Pure: what a ledger tells of samples, and what may follow what in it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

DIGITS = 32
"""Hexadecimal digits of each digest: 128 bits, which nobody makes collide."""
FIRST = "1.0.0"
"""The version that the first samples of a benchmark are placed in."""

_VERSION = re.compile(r"(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})\.(0|[1-9]\d{0,8})")


class Side(StrEnum):
    """Where a sample went."""

    OPEN = "open"
    """It is published with its reference."""
    CLOSE = "close"
    """It is published without its reference."""
    HELD = "held"
    """It is not published, since it ties an open sample to a close one."""
    RETIRED = "retired"
    """It was close and is open from this version on."""


_AFTER: Mapping[Side | None, frozenset[Side]] = {
    None: frozenset({Side.OPEN, Side.CLOSE, Side.HELD}),
    Side.OPEN: frozenset({Side.OPEN}),
    Side.CLOSE: frozenset({Side.CLOSE, Side.RETIRED}),
    Side.HELD: frozenset({Side.HELD, Side.OPEN, Side.CLOSE}),
    Side.RETIRED: frozenset({Side.RETIRED}),
}
"""What may follow what; the same side again tells of new digests or another group."""
_RANKS = {Side.HELD: 0, Side.OPEN: 1, Side.CLOSE: 2, Side.RETIRED: 3}


class Entry(NamedTuple):
    """What happened to one sample in one version: ids and digests, and no answer.

    `sample` is its `uid`, `task` the id of its task. `group` names all samples that must
    stay on one side with it; the empty string is a group of its own. `question` is the
    digest of its words where nothing but words is asked, `media` are the digests of what
    its files decode to; a file that only the reference of a close sample names is not
    among them, so nothing here can be used to try out answers.
    """

    sample: str
    task: str
    side: Side
    version: str
    group: str = ""
    question: str = ""
    media: tuple[str, ...] = ()

    @property
    def order(self) -> tuple[tuple[int, int, int], str, str, int]:
        """Sorts by version, task and sample, which is the order of the file."""
        return parsed(self.version), self.task, self.sample, _RANKS[self.side]


class Inconsistent(Exception):
    """The ledger, or what is to be added to it, contradicts itself; says where and how."""


def uid(task: str, sample: str) -> str:
    """Return the opaque name of a sample, the same in every version and on any machine."""
    told = f"{task}\0{sample}".encode("utf-8", "surrogatepass")
    return hashlib.sha256(told, usedforsecurity=False).hexdigest()[:DIGITS]


@lru_cache(maxsize=256)
def parsed(version: str) -> tuple[int, int, int]:
    """Return the three numbers of a version.

    Raises:
        Inconsistent: it is not X.Y.Z.
    """
    match = _VERSION.fullmatch(version)
    if match is None:
        raise Inconsistent(f"version {version!r}: expected three numbers such as 1.2.0")
    return int(match[1]), int(match[2]), int(match[3])


def latest(entries: Iterable[Entry]) -> str | None:
    """Return the highest version that is told of."""
    return max({e.version for e in entries}, key=parsed, default=None)


def following(entries: Iterable[Entry]) -> str:
    """Return the version that new samples are placed in if nobody names one."""
    last = latest(entries)
    if last is None:
        return FIRST
    major, minor, _ = parsed(last)
    return f"{major}.{minor + 1}.0"


def current(entries: Iterable[Entry]) -> dict[str, Entry]:
    """Return the last entry of each sample."""
    return {e.sample: e for e in entries}


def sides(entries: Iterable[Entry]) -> dict[str, Side]:
    """Return where each sample is now: open, close or held; what was retired is open."""
    return {e.sample: Side.OPEN if e.side is Side.RETIRED else e.side for e in entries}


def see_version(version: str, entries: Iterable[Entry]) -> None:
    """See that something may still be told of a version.

    Raises:
        Inconsistent: it is not X.Y.Z, or a later one is told of already.
    """
    last = latest(entries)
    if parsed(version) < parsed(last or version):
        raise Inconsistent(
            f"version {version} is over: the ledger tells of {last} already; expected "
            f"{last} or a later one"
        )


def added(before: Sequence[Entry], new: Sequence[Entry]) -> list[Entry]:
    """Return the entries that there are when the new ones are added, in order.

    Raises:
        Inconsistent: an entry contradicts what is there, or its version is over.
    """
    for version in {e.version for e in new}:
        see_version(version, before)
    return list(consistent(_ordered([*before, *new])))


def _ordered(entries: Iterable[Entry]) -> Iterator[Entry]:
    """Sort by version, task and sample, in parts, since a key for each would cost memory."""
    parts: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries:
        parts.setdefault((entry.version, entry.task), []).append(entry)
    for key in sorted(parts, key=lambda k: (parsed(k[0]), k[1])):
        part = sorted(parts.pop(key), key=lambda e: _RANKS[e.side])
        part.sort(key=attrgetter("sample"))
        for place, entry in enumerate(part, 1):
            after = part[place] if place < len(part) else None
            if after is None or (after.sample, after.side) != (
                entry.sample,
                entry.side,
            ):
                yield entry


def consistent(entries: Iterable[Entry], place: str = "") -> Iterator[Entry]:
    """Pass the entries on, seeing that each may follow what was told before it.

    Args:
        entries: What is told, in order.
        place: How the message about a fault begins, with {} for the number of the entry.

    Raises:
        Inconsistent: one may not.
    """
    last: dict[str, Entry] = {}
    former: Entry | None = None
    for number, entry in enumerate(entries, 1):
        before = last.get(entry.sample)
        fault = ""
        # Nearly all entries follow one of their own task, and are the first of a sample.
        if former is None or not (
            former.sample < entry.sample
            and former.task == entry.task
            and former.version == entry.version
        ):
            fault = _order_fault(former, entry)
        if before is not None or entry.side is Side.RETIRED:
            fault = fault or _fault(before, entry)
        if fault:
            raise Inconsistent(place.format(number) + fault)
        last[entry.sample] = former = entry
        yield entry


def _order_fault(former: Entry | None, entry: Entry) -> str:
    if former is None or former.order < entry.order:
        return ""
    return (
        f"sample {entry.sample} of {entry.task} in version {entry.version} stands after "
        f"sample {former.sample} of {former.task} in version {former.version}; expected "
        "the order of version, task and sample"
    )


def _fault(before: Entry | None, entry: Entry) -> str:
    """Say how an entry contradicts the one before it of the same sample."""
    was = before.side if before else None
    if before is not None and before.task != entry.task:
        return (
            f"sample {entry.sample} is of {entry.task} here and of {before.task} before"
        )
    if entry.side in _AFTER[was]:
        return ""
    if before is None:
        return f"sample {entry.sample} is retired, but was never close"
    return (
        f"sample {entry.sample} of {entry.task} is {entry.side} in version {entry.version}"
        f" and was {was} in {before.version}; only a close sample changes its side, by "
        "curate retire"
    )
