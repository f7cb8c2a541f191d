"""Edge: from the folder of a benchmark to its split and what the ledger is to tell of it."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from curation import benchmark as benchmarks
from curation import ledger
from curation.benchmark import Benchmark, Ids
from curation.entries import (
    Entry,
    Side,
    current,
    following,
    latest,
    see_version,
    sides,
)
from curation.examining import Means, examined
from curation.groups import Gathering, Groups, joined
from curation.key import Key
from curation.known import Known
from curation.review.gate import Gate, LeftOut, see_some
from curation.split import Item, Split, split


@dataclass
class Samples:
    """All samples of a benchmark in the order in which they were read, by their index.

    `unread` are files, or words for them, that could not be decoded. `gathering.uids` goes
    on beyond their number, with samples that only the ledger knows.
    """

    gathering: Gathering = field(default_factory=Gathering)
    ids: list[str] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)
    labels: list[str | None] = field(default_factory=list)
    unread: dict[int, str] = field(default_factory=dict)
    shares: dict[str, float] = field(default_factory=dict)

    def add(self, known: Known) -> None:
        """Take in the samples of a task."""
        first = len(self.ids)
        self.gathering.add(known)
        self.shares[known.id] = known.share
        self.ids += known.ids
        self.tasks += [known.id] * len(known.ids)
        # Every process makes labels of its own; here each is kept once.
        self.labels += [label and sys.intern(label) for label in known.labels]
        self.unread |= {first + index: file for index, file in known.unread.items()}

    def items(self, groups: Groups, names: Mapping[int, str]) -> Iterator[Item]:
        """Yield the samples as the split sees them."""
        for index, (task, label) in enumerate(
            zip(self.tasks, self.labels, strict=True)
        ):
            uid = self.gathering.uids[index]
            held = index in groups.held or index in self.unread
            yield Item(uid, task, names.get(index, uid), label, held)


@dataclass(frozen=True)
class Division:
    """A split, and all that a report of it needs.

    `groups` tells samples by their index in `samples`. `gone` counts the samples of each
    task that were placed once and are there no more. `entries` are new in the ledger.
    `left` are tasks that are left out, since no record accepts them.
    """

    benchmark: Benchmark
    version: str
    split: Split
    groups: Groups
    samples: Samples
    gone: Mapping[str, int]
    entries: tuple[Entry, ...]
    left: tuple[LeftOut, ...] = ()


def divide(
    benchmark: Benchmark,
    key: Key,
    means: Means,
    version: str | None = None,
    *,
    unreviewed: bool = False,
) -> Division:
    """Read the benchmark, decode its media, and divide what is not divided yet.

    Tasks that no record accepts are left out; with *unreviewed*, those that have a record
    which does not. Nothing is written; `Division.entries` are for the ledger.

    Raises:
        Unfit: a task cannot be read, a sample has no id of its own, or none is accepted.
        Broken: the record of a review cannot be read.
        Inconsistent: the ledger contradicts itself, or the version is over.
    """
    before = ledger.read(benchmark.ledger)
    wanted = version or following(before)
    see_version(wanted, before)
    samples, ids = Samples(), Ids()
    # What a reviewer accepted had no errors; a release will see to it again.
    gate = Gate(
        means.settings, validated=False, unreviewed=unreviewed, facts=means.facts
    )
    with benchmarks.located(benchmark, means.settings) as places:
        taken = gate.taken(places, benchmark.root)
        see_some(taken)
        for known in examined(taken.places, means):
            ids.add(known.id, known.shown)
            samples.add(known)
    samples.gathering.recall(before)
    now, placed = current(before), sides(before)
    uids = samples.gathering.uids
    groups = joined(uids, placed, samples.gathering.ties())
    names = _names(groups, uids, now)
    found = split(samples.items(groups, names), placed, samples.shares, key)
    entries = tuple(_entries(found, samples, now, names, wanted))
    gone = Counter(now[name].task for name in uids[len(samples.ids) :])
    told = wanted if entries or version else latest(before) or wanted
    return Division(benchmark, told, found, groups, samples, gone, entries, taken.left)


def _names(groups: Groups, uids: list[str], now: Mapping[str, Entry]) -> dict[int, str]:
    """Name each group by one of its samples, and as it was named before if it was."""
    names: dict[int, str] = {}
    for members in groups.groups:
        known = [
            e for i in members if (e := now.get(uids[i])) and e.side is not Side.HELD
        ]
        name = min((e.group or e.sample for e in known), default=uids[members[0]])
        names.update(dict.fromkeys(members, name))
    return names


def _entries(
    found: Split,
    samples: Samples,
    now: Mapping[str, Entry],
    names: Mapping[int, str],
    version: str,
) -> Iterator[Entry]:
    """Yield what the ledger does not tell yet."""
    places = {uid: index for index, uid in enumerate(samples.gathering.uids)}
    parts = (
        (Side.OPEN, found.open),
        (Side.CLOSE, found.close),
        (Side.HELD, found.held),
    )
    for side, items in parts:
        for item in items:
            index = places[item.uid]
            group = names.get(index, "")
            question = samples.gathering.question(index)
            media = samples.gathering.media(index, references=side is Side.OPEN)
            entry = Entry(item.uid, item.task, side, version, group, question, media)
            before = now.get(item.uid)
            if before is None:
                yield entry
            elif before.side is Side.HELD:
                if side is not Side.HELD:
                    yield entry
            elif entry[4:] != before[4:]:
                yield entry._replace(side=before.side)
