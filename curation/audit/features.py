"""Pure: what is seen of samples without looking: names, order, sizes, lengths, codecs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from posixpath import basename, splitext

from curation.audit.channels import Feature, Prediction, predicted
from curation.audit.signs import Sign, Strictness, Way
from curation.model import Where
from validators.gallery import Gallery
from validators.media import Media

PLACES = ("order", "id", "name")
"""Channels that a release decides, and that must tell nothing."""
_CODECS = ("format", "codec", "subtype", "mode", "pixel_format", "encoding")
_FIRST = 6


@dataclass(frozen=True)
class Tried:
    """One channel of one task, and how well it tells the labels."""

    where: Where
    channel: str
    found: Prediction


def tried(
    gallery: Gallery, labels: Sequence[str | None], where: Where, strict: Strictness
) -> Iterator[Tried]:
    """Predict the labels of a task from each channel, where there are enough of them."""
    if not any(label is not None for label in labels):
        return
    for channel, columns in channels(gallery).items():
        found = predicted(columns, labels, _worth(channel, strict), strict.permutations)
        if found is not None:
            yield Tried(where, channel, found)


def _worth(channel: str, strict: Strictness) -> float:
    return strict.place if channel in PLACES else strict.property


def signs(every: Sequence[Tried], strict: Strictness, tree: str) -> Iterator[Sign]:
    """Tell which channels of all tasks predict labels.

    The more are tried, the less probable each must be by chance (Bonferroni): of ids that
    are drawn at random, some of many would seem to tell something.
    """
    for one in every:
        auc, p_value = one.found.auc, one.found.p_value
        if p_value * len(every) > strict.p_value or auc < _worth(one.channel, strict):
            continue
        way = Way.PLACE if one.channel in PLACES else Way.PROPERTY
        if way is Way.PROPERTY and auc >= strict.nearly:
            way = Way.NEARLY
        detail = (
            f"{one.channel}: AUC {auc:.3f}, p = {p_value:.2g}, over {one.found.samples} "
            f"samples with {one.found.labels} labels"
        )
        yield Sign(way, one.where, detail, tree=tree)


def channels(gallery: Gallery) -> Mapping[str, Sequence[Feature]]:
    """Return for each channel its features of all samples, in their order."""
    task = gallery.task
    ids = [i or "" for i in task.ids]
    media = [_media(gallery, index) for index in range(len(ids))]
    found: dict[str, Sequence[Feature]] = {
        "order": [list(range(len(ids)))],
        "id": _of_names(ids),
    }
    if any(media):
        names = [
            next(
                (
                    splitext(basename(r.given))[0]
                    for r in gallery.named_in(i)
                    if not r.reference
                ),
                "",
            )
            for i in range(len(ids))
        ]
        found["name"] = _of_names(names)
        found |= _of_media(media)
    return found


def _media(gallery: Gallery, index: int) -> list[Media]:
    return [m for ref, m in gallery.of_sample(index) if not ref.reference]


def _of_names(names: Sequence[str]) -> list[Feature]:
    numbers = [re.findall(r"\d+", name) for name in names]
    return [
        [_rank(name) for name in names],
        [float(n[-1][:15]) if n else None for n in numbers],
        [float(n[0][:15]) if n else None for n in numbers],
        [len(name) for name in names],
        [name[:1] for name in names],
    ]


def _rank(name: str) -> float:
    """Return a number by which names sort as their first characters do."""
    padded = name[:_FIRST].ljust(_FIRST, "\0")
    return float(
        sum(min(ord(c), 127) * 128 ** (_FIRST - i) for i, c in enumerate(padded))
    )


def _of_media(media: Sequence[Sequence[Media]]) -> dict[str, Sequence[Feature]]:
    sizes = [sum(m.size for m in own) for own in media]
    seconds = [_first(own, "seconds") for own in media]
    wide, high = ([_first(own, side) for own in media] for side in ("width", "height"))
    pairs = list(zip(wide, high, strict=True))
    return {
        "file size": [sizes, [len(own) for own in media]],
        "dimensions": [
            wide,
            high,
            [w * h if w and h else None for w, h in pairs],
            [w / h if w and h else None for w, h in pairs],
        ],
        "duration": [seconds, [_first(own, "frames") for own in media]],
        "codec": [
            *([_word(own, name) for own in media] for name in _CODECS),
            [_first(own, "channels") for own in media],
        ],
        "bit rate": [
            [s * 8 / t if t else None for s, t in zip(sizes, seconds, strict=True)],
            [_first(own, "rate") for own in media],
            [_first(own, "fps") for own in media],
            [
                s / (w * h) if w and h else None
                for s, (w, h) in zip(sizes, pairs, strict=True)
            ],
        ],
    }


def _first(own: Sequence[Media], name: str) -> float | None:
    for media in own:
        value = getattr(media, name, None)
        if isinstance(value, int | float):
            return float(value)
    return None


def _word(own: Sequence[Media], name: str) -> str | None:
    return next((v for m in own if isinstance(v := getattr(m, name, None), str)), None)
