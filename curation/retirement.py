"""Pure: which entries the ledger gets when close samples are made open."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from curation.entries import FIRST, Entry, Side, current, latest, parsed, uid


class Refused(Exception):
    """A sample cannot be retired; says which, why, and what to do instead."""


def retired(
    entries: Sequence[Entry],
    names: Sequence[str],
    version: str | None = None,
    *,
    whole_group: bool = False,
) -> tuple[Entry, ...]:
    """Return the entries by which the named samples are open from *version* on.

    Args:
        entries: The ledger.
        names: Ids of samples, each as it is, after its task and a colon, or as the ledger
            has it.
        version: By default the next major one, since what is published changes.
        whole_group: Whether all of a sample's group goes with it.

    Raises:
        Refused: a name fits no sample or several, a sample is not close, or a close one
            would be left behind whose group it is of.
    """
    known = current(entries)
    tasks = sorted({e.task for e in entries})
    chosen = {e.sample: e for name in names for e in [_found(name, known, tasks)]}
    for entry in chosen.values():
        if entry.side is not Side.CLOSE:
            raise Refused(f"{_called(entry)} is {entry.side}; expected a close sample")
    groups = {e.group for e in chosen.values() if e.group}
    behind = {
        e.sample: e
        for e in known.values()
        if e.group in groups and e.side is Side.CLOSE and e.sample not in chosen
    }
    if behind and not whole_group:
        raise Refused(_left_behind(list(behind.values())))
    wanted = version or _next_major(entries)
    moved = (chosen | behind).values()
    return tuple(
        e._replace(side=Side.RETIRED, version=wanted)
        for e in sorted(moved, key=lambda e: (e.task, e.sample))
    )


def _found(name: str, known: Mapping[str, Entry], tasks: Sequence[str]) -> Entry:
    found = list({e.sample: e for e in _fitting(name, known, tasks)}.values())
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused(
            f"{name!r} is no sample of the ledger; expected an id, or TASK:ID"
        )
    where = ", ".join(f"{e.task}:{name}" for e in found[:3])
    raise Refused(
        f"{name!r} is a sample of {len(found)} tasks; expected one such as {where}"
    )


def _fitting(
    name: str, known: Mapping[str, Entry], tasks: Sequence[str]
) -> Iterator[Entry]:
    if name in known:
        yield known[name]
    for task in tasks:
        for sample in (name, name.removeprefix(f"{task}:")):
            if (entry := known.get(uid(task, sample))) is not None:
                yield entry


def _called(entry: Entry) -> str:
    return f"sample {entry.sample} of {entry.task}"


def _left_behind(entries: Sequence[Entry]) -> str:
    shown = ", ".join(map(_called, entries[:3]))
    more = f" and {len(entries) - 3} more" if len(entries) > 3 else ""  # noqa: PLR2004
    return (
        f"{shown}{more} must not be parted from what is to be retired, and would be given "
        "away by it: name them too, or use --whole-group"
    )


def _next_major(entries: Sequence[Entry]) -> str:
    last = latest(entries) or FIRST
    return f"{parsed(last)[0] + 1}.0.0"
