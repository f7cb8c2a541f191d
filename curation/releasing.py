"""Edge: cuts a release, and sees that it may be."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import orjson

from cards.licences import MIXED, conflicts
from curation import benchmark as benchmarks
from curation import facing, ledger, manifest, placing, stage, versioning
from curation.benchmark import Benchmark, accept
from curation.cutting import Cutting, cut
from curation.key import Key
from curation.ledger import Entry, Side
from curation.model import Json
from curation.placing import Refused
from curation.release import Marks, Release
from curation.review.gate import Gate, Taken, see_some
from curation.stage import SAMPLES, Extras
from curation.trees import OPEN, REFERENCES, told_by
from curation.versioning import Change

SHOWN = 20
"""Conflicts of licences that are told of one by one."""


@dataclass(frozen=True)
class Wanted:
    """What release is asked for; `ignored` are the rules that its audit leaves out."""

    benchmark: Benchmark
    version: str
    key: Key
    out: Path
    previous: Path | None = None
    first: bool = False
    neutral: bool = True
    epoch: int | None = None
    said: Callable[[str], None] = field(default=lambda _: None)
    gate: Gate = field(default_factory=Gate)
    warned: Callable[[str], None] = field(default=lambda _: None)
    """Is told at once of each task that is left out."""
    ignored: tuple[str, ...] = ()


@dataclass(frozen=True)
class Made:
    """A release that lies whole in a temporary folder, and what has changed in it."""

    folder: Path
    release: Release
    root: str
    changes: tuple[Change, ...]
    taken: Taken = field(default_factory=Taken)


def epoch() -> int | None:
    """Return the time that `SOURCE_DATE_EPOCH` states, if it does.

    Raises:
        Refused: it is no number of seconds.
    """
    told = os.environ.get("SOURCE_DATE_EPOCH")
    if told is None:
        return None
    if not re.fullmatch(r"\d{1,11}", told):
        raise Refused(
            f"SOURCE_DATE_EPOCH is {told!r}; expected seconds since 1970 as digits"
        )
    return int(told)


@contextmanager
def made(wanted: Wanted) -> Iterator[Made]:
    """Make a release in a temporary folder beside its place; it is gone at the end.

    Raises:
        Refused, NoRelease, Uncut, Unfit, Inconsistent, Misnumbered: it cannot or may not be made.
        Broken: the record of a review cannot be read.
    """
    entries = _entries(wanted)
    before = None if wanted.previous is None else _previous(wanted.previous, wanted.key)
    gate, bench = wanted.gate, wanted.benchmark
    with (
        placing.scratch(wanted.out) as folder,
        benchmarks.located(bench, gate.settings) as places,
    ):
        taken = gate.taken(places, bench.root)
        for one in taken.left:
            wanted.warned(str(one))
        see_some(taken)
        named = {p.folder.shown: accept(p, gate.settings) for p in taken.places}
        how = Cutting(
            wanted.benchmark.name,
            wanted.version,
            wanted.key,
            cache(manifest.digest),
            wanted.neutral,
            wanted.benchmark.licences,
        )
        accepted = benchmarks.distinct(named.values())
        release, answers = cut(accepted, ledger.sides(entries), how)
        _see_licences(release, wanted.benchmark)
        changes = versioning.changes(before.marks if before else {}, answers.marks)
        if before:
            versioning.see(wanted.version, before.version, changes)
        placing.see_room(release, answers, folder)
        ids = {shown: one.id for shown, one in named.items()}
        reviews = _reviews(taken, ids)
        extras = _extras(wanted, release, entries, before, changes, reviews)
        stage.write(release, answers, folder, extras)
        placing.date(folder, wanted.epoch)
        yield Made(folder, release, answers.root.hex(), changes, taken)


def _reviews(taken: Taken, ids: Mapping[str, str]) -> dict[str, Json]:
    """Return what a release says of reviews: what was waived, what had none."""
    waivers = {ids[shown]: list(some) for shown, some in taken.waivers.items()}
    told: dict[str, Json] = {}
    if taken.unreviewed:
        told["unreviewed"] = sorted(ids[shown] for shown in taken.unreviewed)
    if waivers:
        told["waivers"] = dict(sorted(waivers.items()))
    return told


def _entries(wanted: Wanted) -> list[Entry]:
    """Return what the ledger tells up to the version."""
    limit = ledger.parsed(wanted.version)
    whole = ledger.read(wanted.benchmark.ledger)
    entries = [e for e in whole if ledger.parsed(e.version) <= limit]
    if not entries:
        raise Refused(
            f"{wanted.benchmark.ledger} tells of no sample up to version {wanted.version}; run curate split first"
        )
    earlier = {e.version for e in entries if e.side is not Side.HELD} - {wanted.version}
    if earlier and wanted.previous is None and not wanted.first:
        last = max(earlier, key=ledger.parsed)
        raise Refused(
            f"the ledger tells of version {last}; expected --previous with its release, or --first if none was ever released"
        )
    return entries


@dataclass(frozen=True)
class _Previous:
    version: str
    marks: Marks
    changelog: str


def _previous(folder: Path, key: Key) -> _Previous:
    told = told_by(folder)
    if told.get("key", key.fingerprint) != key.fingerprint:
        raise Refused(
            f"{folder} was made with another key ({told['key']}); the same key is needed for all versions"
        )
    try:
        manifest.verify(folder / REFERENCES)
        marks = orjson.loads((folder / REFERENCES / SAMPLES).read_bytes())["samples"]
        changelog = (folder / OPEN / "CHANGELOG.md").read_text("utf-8")
    except (OSError, manifest.Broken) as error:
        raise Refused(
            f"--previous {folder}: {error}; expected a whole release with its references"
        ) from None
    return _Previous(told["version"], marks, changelog)


def _extras(
    wanted: Wanted,
    release: Release,
    entries: Sequence[Entry],
    before: _Previous | None,
    changes: tuple[Change, ...],
    reviews: Mapping[str, Json],
) -> Extras:
    date = None
    if wanted.epoch is not None:
        date = dt.datetime.fromtimestamp(wanted.epoch, dt.UTC).date().isoformat()
    log = versioning.changelog(
        release.version,
        date,
        changes,
        before.changelog if before else "",
        release.canary,
    )
    ids = {task.facts.id for task in release.tasks}
    held = [entry for entry in entries if entry.task in ids]
    return Extras(
        facing.texts(log, facing.by_hand(wanted.benchmark)),
        before.version if before else None,
        date,
        wanted.key.fingerprint,
        wanted.benchmark.repositories,
        facing.about(wanted.benchmark, held, wanted.ignored),
        wanted.said,
        reviews,
    )


def _see_licences(release: Release, benchmark: Benchmark) -> None:
    """See that each task may be published under the licence of the whole."""
    ids = [task.facts.id for task in release.tasks]
    for name in benchmark.licences:
        if not any(name == one or fnmatchcase(one, name) for one in ids):
            raise Refused(
                f"{benchmark.root / benchmarks.FILE}: licences.{name!r} fits none of the tasks"
            )
    licences = [(t.facts.id, t.facts.licences) for t in release.tasks]
    found = list(conflicts(benchmark.licence or MIXED, licences))
    if found:
        told = "".join(f"\n  {one.task}: {one.reason}" for one in found[:SHOWN])
        more = f"\n  and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
        raise Refused(
            f"{len(found)} licences are in the way of a release under {benchmark.licence or MIXED!r}:{told}{more}\n"
            f"State the licences in the tasks or in [licences] of {benchmarks.FILE}, let licence be {MIXED!r} if each task is to keep its own, or leave the tasks out."
        )
