"""Pure: which pictures of samples are almost the same, as stills or within films."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curation.films import matching
from curation.traits import Thumb
from validators import likeness

SHAPES_APART = 1.03
"""Factor by which the shapes of two versions of a picture differ at most."""
CONTRAST = 40
"""Mean deviation that all pictures are brought to: brighter or paler is no difference."""
LEAST_CONTRAST = 2
"""Mean deviation below which there is nothing that could be brought out."""

_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, or by several thumbs a film, that the sample with that index names."""

    owner: int
    path: str
    thumbs: tuple[Thumb, ...]


@dataclass(frozen=True, slots=True)
class Alike:
    """Samples with alike media, sorted by uid; a film if none of them names a still."""

    members: tuple[int, ...]
    detail: str
    film: bool = False


def pictures(given: Sequence[Picture], uids: Sequence[str]) -> Iterator[Alike]:
    """Yield samples whose pictures look alike, or whose films do.

    A picture is known again scaled, compressed, brighter or paler, and among those that a
    film is known by; a film when it is cut otherwise, as long as some pictures are of
    about the same moment. What is found does not depend on the order of the samples.
    """
    stills, films = _sorted_out(given, uids)
    holders: dict[Thumb, list[Picture]] = {}
    for film in films:
        for thumb in film.thumbs:
            holders.setdefault(thumb, []).append(film)
    for one, other in _alike(sorted({*stills, *holders}, key=_order)):
        here, there = stills.get(one, []), stills.get(other, [])
        yield from _tied(here, there, uids)
        for still, moving in ((here, holders.get(other)), (there, holders.get(one))):
            yield from _tied(still, moving or [], uids)
    for first, second in matching([film.thumbs for film in films]):
        yield from _tied([films[first]], [films[second]], uids)


def _order(thumb: Thumb) -> tuple[bytes, int, int]:
    return thumb.grey, thumb.width, thumb.height


def _sorted_out(
    given: Sequence[Picture], uids: Sequence[str]
) -> tuple[dict[Thumb, list[Picture]], list[Picture]]:
    """Part stills from films, both in the order of what they show and of the uids."""
    stills: dict[Thumb, list[Picture]] = {}
    films = []
    for picture in sorted(given, key=lambda p: (uids[p.owner], p.path)):
        if len(picture.thumbs) == 1:
            stills.setdefault(picture.thumbs[0], []).append(picture)
        else:
            films.append(picture)
    films.sort(key=lambda p: [_order(thumb) for thumb in p.thumbs])
    return stills, films


def _alike(thumbs: Sequence[Thumb]) -> Iterator[tuple[Thumb, Thumb]]:
    """Yield the pairs of alike pictures, and each that is not blank with itself."""
    greys = list(levelled([t.grey for t in thumbs]))
    seen = [index for index, grey in enumerate(greys) if grey is not None]
    for index in seen:
        yield thumbs[index], thumbs[index]
    for first, second, _ in likeness.alike([g for g in greys if g is not None]):
        one, other = thumbs[seen[first]], thumbs[seen[second]]
        shapes = one.width * other.height, other.width * one.height
        if max(shapes) <= SHAPES_APART * min(shapes):
            yield one, other


def levelled(greys: Sequence[bytes]) -> Iterator[bytes | None]:
    """Yield pictures brought to one brightness and contrast; None for those without any.

    It is done in whole numbers, so that every machine does it alike.
    """
    import numpy as np  # noqa: PLC0415 - 100 ms that the help does not need

    for start in range(0, len(greys), _CHUNK):
        chunk = b"".join(greys[start : start + _CHUNK])
        cells = (
            np.frombuffer(chunk, np.uint8).reshape(-1, likeness.CELLS).astype(np.int64)
        )
        apart = cells * likeness.CELLS - cells.sum(axis=1, keepdims=True)
        total = np.abs(apart).sum(axis=1, keepdims=True)
        blank = total[:, 0] < LEAST_CONTRAST * likeness.CELLS**2
        even = apart * (CONTRAST * likeness.CELLS) // np.maximum(total, 1) + 128
        rows = even.clip(0, 255).astype(np.uint8)
        yield from (
            None if b else row.tobytes() for b, row in zip(blank, rows, strict=True)
        )


def _tied(
    here: Sequence[Picture], there: Sequence[Picture], uids: Sequence[str]
) -> Iterator[Alike]:
    """Tie all that show one picture to all that show the other."""
    both = [*here, *there] if here and there else []
    members = sorted({p.owner for p in both}, key=uids.__getitem__)
    if len(members) > 1:
        names = sorted({p.path for p in both if p.path})[:2]
        film = all(len(p.thumbs) > 1 for p in both)
        yield Alike(tuple(members), " looks like ".join(names), film)
