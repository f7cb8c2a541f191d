"""Pure: which samples are open and which are close, by a keyed hash of their groups."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from curation.entries import Side
from curation.quota import Tally, cost_close, cost_open, quotas

if TYPE_CHECKING:
    from curation.key import Key


class Item(NamedTuple):
    """A sample as the split sees it.

    `uid` is that of the ledger, `task` the id of its task. `group` is the uid of one of
    those that it must not be parted from: one that was placed before, if there is any, and
    its own if it is alone. `label` is the answer where answers are labels. `held` tells
    that it can be on no side, since it ties an open sample to a close one.
    """

    uid: str
    task: str
    group: str
    label: str | None = None
    held: bool = False


@dataclass(frozen=True, slots=True)
class TaskShare:
    """How one task was divided; `new` of its samples were on no side before.

    `one_sided` counts those of its `labels` that are on one side only although several
    groups have them. `small` says in words why a side is empty.
    """

    task: str
    share: float
    open: int
    close: int
    held: int
    new: int
    groups: int
    labels: int
    one_sided: int
    small: str = ""

    @property
    def reached(self) -> float:
        """The part of it that is open."""
        return self.open / max(1, self.open + self.close)


@dataclass(frozen=True)
class Split:
    """Where every item goes, sorted by task and uid in each part, and how tasks came out."""

    open: tuple[Item, ...]
    close: tuple[Item, ...]
    held: tuple[Item, ...]
    report: tuple[TaskShare, ...]


def split(
    items: Iterable[Item],
    ledger: Mapping[str, Side],
    share: float | Mapping[str, float],
    key: Key,
) -> Split:
    """Divide the items, so that *share* of each task is open.

    What is on a side by the ledger stays there, and so does whatever is of its group. All
    else is placed by the keyed hash of its group: the share of each task is met within the
    size of one of its groups, and each label is divided as its task is. Equal arguments
    give an equal split, in whatever order the items come.

    Args:
        items: All samples of all tasks.
        ledger: Where samples are, by uid, also those that are there no more.
        share: The part that is open: of each task, or by the id of the task.
        key: Decides; whoever does not have it cannot tell what will be open.
    """
    tasks = _tasks(items, share)
    groups = _groups(tasks)
    known = {name: _known(name, group, ledger) for name, group in groups.items()}
    for task in tasks:
        task.begin(ledger, known)
    free = {name: group for name, group in groups.items() if not known[name]}
    order = {name: key.mac("split", name) for name in free}
    for name in sorted(free, key=lambda n: (-len(free[n]), order[n])):
        _place(name, free[name], key)
    for task in tasks:
        _place_singles(task, key)
    parts: dict[Side | None, list[Item]] = {side: [] for side in Side}
    for task in tasks:
        for item, side in zip(task.items, task.sides, strict=True):
            parts[side].append(item)
    return Split(
        tuple(parts[Side.OPEN]),
        tuple(parts[Side.CLOSE]),
        tuple(parts[Side.HELD]),
        tuple(task.told() for task in tasks),
    )


_SIDES = frozenset({Side.OPEN, Side.CLOSE})


class _Task:
    """One task while it is divided."""

    def __init__(self, name: str, share: float, items: Sequence[Item]) -> None:
        self.name = name
        self.items = items
        self.sides: list[Side | None] = []
        self.whole = Tally(share)
        self.strata: dict[str, Tally] = {}
        self.new = 0

    def begin(self, ledger: Mapping[str, Side], known: Mapping[str, set[Side]]) -> None:
        """Put each item on the side that it is on already, by the ledger or its group."""
        counts: Counter[tuple[str, Side | None]] = Counter()
        for item in self.items:
            side = ledger.get(item.uid)
            if side not in _SIDES:
                self.new += 1
                side = _due(item, known) if item.held or item.group in known else None
            self.sides.append(side)
            counts[item.label or "", side] += 1
        for (label, side), number in counts.items():
            stratum = self.strata.setdefault(label, Tally(self.whole.share))
            for tally in (self.whole, stratum):
                tally.open += number * (side is Side.OPEN)
                tally.close += number * (side is Side.CLOSE)
                tally.left += number * (side is None)

    def put(self, places: Sequence[int], side: Side, label: str) -> None:
        """Put items of one label that were on no side on one."""
        for place in places:
            self.sides[place] = side
        for tally in (self.whole, self.strata[label]):
            tally.left -= len(places)
            tally.open += len(places) * (side is Side.OPEN)
            tally.close += len(places) * (side is Side.CLOSE)

    def stratum(self, place: int) -> Tally:
        """Return the tally of an item's label."""
        return self.strata[self.items[place].label or ""]

    def _one_sided(self) -> int:
        """Count the labels of several groups that are on one side only."""
        groups: dict[str, set[str]] = {}
        for label, tally in self.strata.items():
            if label and not (tally.open and tally.close):
                groups[label] = set()
        for item, side in zip(self.items, self.sides, strict=True) if groups else ():
            if item.label in groups and side in _SIDES:
                groups[item.label].add(item.group)
        return sum(len(own) > 1 for own in groups.values())

    def told(self) -> TaskShare:
        """Return how it came out."""
        pairs = zip(self.items, self.sides, strict=True)
        groups = {item.group for item, side in pairs if side is not Side.HELD}
        labels = [t for label, t in self.strata.items() if label and t.total]
        return TaskShare(
            self.name,
            self.whole.share,
            self.whole.open,
            self.whole.close,
            len(self.items) - self.whole.total,
            self.new,
            len(groups),
            len(labels),
            self._one_sided(),
            _small(self.whole, len(groups)),
        )


def _small(tally: Tally, groups: int) -> str:
    """Say why a task has nothing on one side; an empty string if it has."""
    if (tally.open and tally.close) or tally.share in {0, 1}:
        return ""
    if tally.total <= 1:
        return f"it has {tally.total or 'no'} sample{'' if tally.total else 's'}"
    if groups == 1:
        return f"its {tally.total} samples are one group"
    empty = Side.CLOSE if tally.open else Side.OPEN
    return f"its {tally.total} samples in {groups} groups leave the {empty} side empty"


def _due(item: Item, known: Mapping[str, set[Side]]) -> Side | None:
    """Return the side that a new item must go to; None if the key decides."""
    sides = known.get(item.group, ())
    if item.held or len(sides) > 1:
        return Side.HELD
    return next(iter(sides), None)


def _tasks(items: Iterable[Item], share: float | Mapping[str, float]) -> list[_Task]:
    """Sort items into tasks, and each task by uid, so that no order matters from here on."""
    found: dict[str, list[Item]] = {}
    for item in items:
        found.setdefault(item.task, []).append(item)
    for own in found.values():
        own.sort(key=attrgetter("uid"))
    return [
        _Task(
            name, share if isinstance(share, int | float) else share[name], found[name]
        )
        for name in sorted(found)
    ]


_Group = list[tuple[_Task, int]]


def _groups(tasks: Sequence[_Task]) -> dict[str, _Group]:
    """Return the items that are not alone by their groups, each as its task and place."""
    names = {i.group for task in tasks for i in task.items if i.group != i.uid}
    found: dict[str, _Group] = {}
    for task in tasks if names else ():
        for place, item in enumerate(task.items):
            if item.group in names:
                found.setdefault(item.group, []).append((task, place))
    return found


def _known(name: str, group: _Group, ledger: Mapping[str, Side]) -> set[Side]:
    """Return the sides that a group is on already; it is called after one of its own."""
    uids = {name, *(task.items[place].uid for task, place in group)}
    return {side for uid in uids if (side := ledger.get(uid)) in _SIDES}


def _place(name: str, group: _Group, key: Key) -> None:
    """Put a group on the side that spoils less; where neither does, the key decides."""
    free = [(task, place) for task, place in group if task.sides[place] is None]
    wholes = Counter(task.whole for task, _ in free)
    strata = Counter(task.stratum(place) for task, place in free)
    costs = {
        Side.OPEN: cost_open(wholes, strata),
        Side.CLOSE: cost_close(wholes, strata),
    }
    side = min(costs, key=costs.__getitem__)
    if costs[Side.OPEN] == costs[Side.CLOSE]:
        chance = sum(t.ideal - t.open for t in strata) / max(
            1, sum(t.left for t in strata)
        )
        throw = int.from_bytes(key.mac("throw", name)[:8], "big") / 2**64
        side = Side.OPEN if throw < chance else Side.CLOSE
    for task, place in free:
        task.put([place], side, task.items[place].label or "")


def _place_singles(task: _Task, key: Key) -> None:
    """Put those that are alone where they are missing, by their hashes."""
    left: dict[str, list[int]] = {label: [] for label in task.strata}
    for place, side in enumerate(task.sides):
        if side is None:
            left[task.items[place].label or ""].append(place)
    whole = task.whole
    number = min(max(0, whole.target - whole.open), whole.left)
    wanted = quotas(
        task.strata, number, lambda label: key.mac("round", task.name, label)
    )
    for label, places in left.items():
        hashes = {place: key.mac("split", task.items[place].uid) for place in places}
        places.sort(key=hashes.__getitem__)
        task.put(places[: wanted[label]], Side.OPEN, label)
        task.put(places[wanted[label] :], Side.CLOSE, label)
