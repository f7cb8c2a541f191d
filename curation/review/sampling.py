"""Pure: which samples of a task a reviewer is shown."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from curation.finding import Finding
from curation.review.quantities import kind
from curation.task import Task
from schemas import ANY, DEEP, Slot
from validators.audio import Audio
from validators.gallery import Gallery
from validators.image import Image
from validators.media import Media
from validators.mesh import Mesh
from validators.video import Video

SIZE = 60
"""Samples that are shown at once."""
FINDINGS = 0.4
"""Share of the places that samples with findings take at most."""
EXTREMES = 0.25
"""Share of the places that the largest, the shortest and so on take at most."""
STRATA = 200
"""Different answers beyond which they are words, and no labels."""

Reasons = Mapping[int, tuple[str, ...]]
"""Why each sample was chosen, by its index, in the order in which to look at them."""


@dataclass(frozen=True)
class Measure:
    """A number that all samples of a task have: the size of a file, the length of a text.

    `least` and `greatest` say what the samples at its ends are: `smallest image`.
    """

    least: str
    greatest: str
    values: Mapping[int, float]

    def extremes(self) -> Iterator[tuple[int, str]]:
        """Yield the sample with the least and the one with the greatest number."""
        order = sorted(self.values, key=lambda i: (self.values[i], i))
        if order and self.values[order[0]] < self.values[order[-1]]:
            yield order[0], self.least
            yield order[-1], self.greatest


def chosen(
    gallery: Gallery,
    found: Mapping[int, Sequence[Finding]],
    seed: str = "",
    size: int = SIZE,
) -> Reasons:
    """Choose *size* samples: of every finding, of every label, the extremes, and others.

    What is chosen hangs on the ids and the seed alone, so that the same submission shows
    the same samples, and a few more samples change few of them.
    """
    task = gallery.task
    ranks = _ranks(task, seed)
    taken: dict[int, list[str]] = {}
    limit = min(size, len(task.data))
    _take(taken, _in_turns(_by_rule(found), ranks), int(limit * FINDINGS) or limit)
    extremes = [pair for m in measures(gallery) for pair in m.extremes()]
    most = len(taken) + (int(limit * EXTREMES) or limit)
    _take(taken, extremes, min(most, limit))
    _take(taken, _in_turns(strata(task), ranks), limit)
    others = ((i, "drawn by chance") for i in sorted(ranks, key=ranks.__getitem__))
    _take(taken, others, limit)
    return {index: tuple(reasons) for index, reasons in taken.items()}


def _take(
    taken: dict[int, list[str]],
    wanted: Iterable[tuple[int, str]],
    limit: int,
) -> None:
    """Take samples up to a limit; to those that are there already, a reason is added."""
    for index, reason in wanted:
        if index in taken:
            if reason not in taken[index] and not reason.startswith("drawn"):
                taken[index].append(reason)
        elif len(taken) < limit:
            taken[index] = [reason]


def _ranks(task: Task, seed: str) -> dict[int, bytes]:
    """Return a rank for each sample that is decided by its id and the seed."""
    return {
        index: hashlib.sha256(
            f"{seed}\0{name or index}\0{index if name is None else ''}".encode()
        ).digest()
        for index, name in enumerate(task.ids)
    }


def _in_turns(
    groups: Mapping[str, Iterable[int]], ranks: Mapping[int, bytes]
) -> Iterator[tuple[int, str]]:
    """Yield the first sample of each group, then the second of each, and so on."""
    queues = [
        (name, iter(sorted(group, key=ranks.__getitem__)))
        for name, group in groups.items()
    ]
    while queues:
        left = []
        for name, queue in queues:
            index = next(queue, None)
            if index is not None:
                yield index, name
                left.append((name, queue))
        queues = left


def _by_rule(found: Mapping[int, Sequence[Finding]]) -> dict[str, list[int]]:
    """Return the samples of each rule, the gravest rules first."""
    groups: dict[tuple[int, str, str], list[int]] = {}
    for index, findings in found.items():
        for one in dict.fromkeys((f.severity.rank, f.rule.code, f.rule.slug) for f in findings):  # fmt: skip
            groups.setdefault(one, []).append(index)
    return {f"{code} {slug}": groups[r, code, slug] for r, code, slug in sorted(groups)}


def strata(task: Task) -> dict[str, list[int]]:
    """Return the samples of each label; of each answer where few different ones are given."""
    labels: dict[str, list[int]] = {}
    slots = [s for s in task.family.slots if s.label or s.choice]
    for slot in slots or [s for s in task.family.slots if _answers(s)]:
        for index, _, value in task.values(slot):
            if isinstance(value, str | int | float | bool):
                group = labels.setdefault(str(value)[:60], [])
                if not group or group[-1] != index:
                    group.append(index)
    if not labels and (classes := _classes(task)):
        labels = classes
    if len(labels) > STRATA and not any(s.label for s in slots):
        return {}
    return {f"answer {name!r}": labels[name] for name in sorted(labels)}


def _answers(slot: Slot) -> bool:
    return slot.reference and slot.text and DEEP not in slot.path


def _classes(task: Task) -> dict[str, list[int]]:
    """Return the samples of each name under which a box or a mask stands."""
    found: dict[str, list[int]] = {}
    for slot in task.family.slots:
        if slot.geometry and slot.reference:
            for index, pointer, _ in task.values(slot):
                names = [k for k in pointer if isinstance(k, str) and not k.isdigit()]
                group = found.setdefault(names[-1][:60] if names else "", [])
                if not group or group[-1] != index:
                    group.append(index)
    return found if len(found) > 1 else {}


def measures(gallery: Gallery) -> Iterator[Measure]:
    """Yield what samples differ in: lengths of their words, sizes of their media."""
    for texts in gallery.texts:
        lengths: dict[int, float] = {}
        for owner, value in zip(texts.owners, texts.values, strict=True):
            lengths[owner] = lengths.get(owner, 0) + len(value)
        steps = [
            s for s in texts.slot.path if isinstance(s, str) and s not in {ANY, DEEP}
        ]
        name = ".".join(steps)
        yield Measure(f"shortest {name}", f"longest {name}", lengths)
    sizes: dict[tuple[str, str], dict[int, float]] = {}
    for ref in gallery.task.media:
        facts = gallery.facts.get(ref.file or "")
        if isinstance(facts, Media):
            index = int(ref.where.pointer.split("/")[2])
            medium = ("reference " if ref.reference else "") + kind(facts.kind)
            for least, greatest, number in _numbers(facts):
                ends = f"{least} {medium}", f"{greatest} {medium}"
                sizes.setdefault(ends, {})[index] = number
    yield from (Measure(*ends, values) for ends, values in sizes.items())


def _numbers(facts: Media) -> Iterator[tuple[str, str, float]]:
    """Yield what the ends of a number are called, and the number."""
    match facts:
        case Image(width=width, height=height):
            yield "smallest", "largest", width * height
            yield "narrowest", "widest", width / max(1, height)
        case Audio(seconds=seconds, rms=rms):
            yield "shortest", "longest", seconds
            yield "quietest", "loudest", rms
        case Video(seconds=seconds, width=width, height=height):
            yield "shortest", "longest", seconds
            yield "smallest", "largest", width * height
        case Mesh(vertices=vertices):
            yield "fewest points:", "most points:", vertices
        case _:
            yield "smallest", "largest", facts.size
