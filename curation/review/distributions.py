"""Pure: how labels, lengths of words, and sizes of media are distributed in a task."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from curation.review.marks import is_mark, named
from curation.review.model import Bar, Bin, Distribution
from curation.review.quantities import kind as spoken
from curation.task import Task
from curation.words import labels
from schemas import Pointer
from validators import columns
from validators.array import Array
from validators.audio import Audio
from validators.gallery import Gallery
from validators.image import Image
from validators.media import Media
from validators.mesh import Mesh
from validators.video import Video

BARS = 30
"""Values that get a bar of their own, the most frequent ones."""
BINS = 20
"""Bins of a distribution of numbers."""
LABEL = 200
"""Characters of a label that are kept."""
COLUMNS = 12
"""Columns of words whose lengths are told."""


def distributions(gallery: Gallery) -> Iterator[Distribution]:
    """Yield what is to be seen of a task: labels, marks, words, then media by kind."""
    yield from _labels(gallery.task)
    yield from _marks(gallery.task)
    yield from _words(gallery)
    yield from _media(gallery)


def _labels(task: Task) -> Iterator[Distribution]:
    told = [label for label in labels(task) if label is not None]
    if told:
        yield counted("labels", "Answers", "labels", [_plain(one) for one in told])


def _plain(label: str) -> str:
    """Show a label, which is kept as JSON, as it is read."""
    text = (
        label[1:-1] if label[:1] == label[-1:] == '"' and "\\" not in label else label
    )
    return text[:LABEL]


_MARKS = {
    "xywh": "boxes", "xyxy": "boxes", "point": "points", "rle": "masks",
    "span": "spans", "tube": "tracks",
}  # fmt: skip
"""What values of a geometry are called."""


def _marks(task: Task) -> Iterator[Distribution]:
    """Yield how many boxes, masks and so on a reference holds, and what they are of."""
    counts: dict[str, list[int]] = {}
    done: set[tuple[int, Pointer]] = set()
    names: list[str] = []
    for slot in task.family.slots:
        if slot.geometry not in _MARKS or not slot.reference:
            continue
        kind = _MARKS[slot.geometry]
        for index, pointer, value in task.values(slot):
            if (index, pointer) not in done and is_mark(slot.geometry, value):
                done.add((index, pointer))
                counts.setdefault(kind, [0] * len(task.data))[index] += 1
                names.append(named(task.data[index], pointer))
    for kind, numbers in counts.items():
        yield binned(
            f"reference {kind}", f"{kind.capitalize()} of a reference", kind, numbers
        )
    if len(set(names)) > 1:
        yield counted("marked", "What is marked", "labels", names)


def _words(gallery: Gallery) -> Iterator[Distribution]:
    done: dict[tuple[str, str], list[int]] = {}
    for column in gallery.texts:
        side = "answer" if column.slot.reference else "question"
        key = side, columns.name(column.slot)
        done.setdefault(key, []).extend(map(len, map(str.split, column.values)))
    for (side, name), lengths in list(done.items())[:COLUMNS]:
        # As the page calls the two sides of a sample.
        place = "reference" if side == "answer" else "input"
        title = f"Words of the {place}'s {name}" if name else f"Words of the {place}"
        # A column of single words says nothing by its lengths.
        if max(lengths) > 1:
            yield binned(f"words {side}: {name or 'text'}", title, "words", lengths)


_FACTS: Sequence[tuple[str, type[Media], str, str]] = (
    ("width", Image, "Width", "pixels"),
    ("height", Image, "Height", "pixels"),
    ("width", Video, "Width", "pixels"),
    ("height", Video, "Height", "pixels"),
    ("seconds", Video, "Duration", "seconds"),
    ("fps", Video, "Frames a second", "frames/s"),
    ("seconds", Audio, "Duration", "seconds"),
    ("rate", Audio, "Sampling rate", "Hz"),
    ("vertices", Mesh, "Vertices", "vertices"),
    ("faces", Mesh, "Faces", "faces"),
    ("elements", Array, "Numbers", "numbers"),
    ("size", Media, "Size", "bytes"),
)
"""What is told of each kind of media: the fact, of which class, its title and its unit."""


def _media(gallery: Gallery) -> Iterator[Distribution]:
    kinds: dict[str, list[Media]] = {}
    for path in sorted(gallery.facts):
        media = gallery.facts[path]
        if isinstance(media, Media):
            kinds.setdefault(media.kind, []).append(media)
    for kind, some in sorted(kinds.items()):
        if len({m.format for m in some}) > 1:
            formats = [m.format for m in some]
            yield counted(
                f"{kind} format", f"Formats of {spoken(kind)} files", "formats", formats
            )
        for name, cls, title, unit in _FACTS:
            values = [getattr(m, name) for m in some if isinstance(m, cls)]
            if any(values):
                yield binned(
                    f"{kind} {name}", f"{title} of {spoken(kind)} files", unit, values
                )


def counted(name: str, title: str, kind: str, values: Sequence[str]) -> Distribution:
    """Count values, the most frequent first."""
    counts = Counter(values)
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    bars = tuple(Bar(label, count) for label, count in ranked[:BARS])
    return Distribution(name, title, kind, len(values), len(counts), bars)


def binned(name: str, title: str, kind: str, values: Sequence[float]) -> Distribution:
    """Sort numbers into bins of one width; there is one bin if they are all equal.

    A few whole numbers have a bin each, which ends before the next.
    """
    finite = [float(v) for v in values if math.isfinite(v)]
    if not finite:
        return Distribution(name, title, kind, 0)
    low, high = min(finite), max(finite)
    whole = all(v.is_integer() for v in finite)
    few = whole and 0 < high - low < BINS
    number = int(high - low) + 1 if few else _number(low, high, len(finite))
    width = 1.0 if few else (high - low) / number
    counts = [0] * number
    for value in finite:
        place = int((value - low) / width) if width else 0
        counts[min(place, number - 1)] += 1
    bins = tuple(
        Bin(low + width * place, low + width * (place + 1), count)
        for place, count in enumerate(counts)
    )
    return Distribution(
        name, title, kind, len(finite), len(set(finite)), (), bins,
        low, float(median(finite)), high,
    )  # fmt: skip


def _number(low: float, high: float, values: int) -> int:
    return 1 if low == high else max(2, min(BINS, math.ceil(math.sqrt(values))))
