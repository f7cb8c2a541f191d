"""What a sample's geometry is held against: the size and length of what it is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from curation.model import Json, MediaRef
from validators.audio import Audio
from validators.gallery import Gallery
from validators.image import Image
from validators.video import Video

VISUAL = frozenset({"image", "video", "frames"})

Size = tuple[int, int]
"""Width and height in pixels."""


@dataclass(frozen=True, slots=True)
class Scene:
    """The frame of reference of a sample; what is not known is None.

    `frame` is the size of the first thing shown and `sizes` those of all; `frames` is the
    number of frames of the film, `extent` the first frame of a stated track and the
    frame after its last.
    """

    frame: Size | None = None
    sizes: tuple[Size, ...] = ()
    seconds: float | None = None
    frames: int | None = None
    extent: tuple[int, int] | None = None


def scenes(gallery: Gallery) -> Mapping[int, Scene]:
    """Return the scene of each sample, by its index."""
    named: dict[int, list[MediaRef]] = {}
    for ref in gallery.task.media:
        named.setdefault(int(ref.where.pointer.split("/")[2]), []).append(ref)
    films = _films(gallery)
    return {
        index: _scene(gallery, sample, named.get(index, ()), films)
        for index, sample in enumerate(gallery.task.data)
        if type(sample) is dict
    }


@dataclass(frozen=True, slots=True)
class _Film:
    """A folder of frames: the size of the first that could be decoded, and how many."""

    size: Size | None
    frames: int


def _films(gallery: Gallery) -> Mapping[str, _Film]:
    folders = {r.file for r in gallery.task.media if r.kind == "frames" and r.file}
    if not folders:
        return {}
    files = Counter(e.path.rpartition("/")[0] for e in gallery.task.folder.entries)
    sizes: dict[str, Size] = {}
    for path, facts in gallery.facts.items():
        if isinstance(facts, Image):
            sizes.setdefault(path.rpartition("/")[0], (facts.width, facts.height))
    return {f: _Film(sizes.get(f), files[f]) for f in folders}


def _scene(
    gallery: Gallery,
    sample: Mapping[str, Json],
    refs: Iterable[MediaRef],
    films: Mapping[str, _Film],
) -> Scene:
    refs = list(refs)
    shown = [r for r in refs if r.kind in VISUAL and not r.reference]
    wanted = [r for r in refs if r.kind in VISUAL and r.reference]
    sizes = [_size(gallery, r, films) for r in shown]
    stated = None if shown else _stated_size(sample)
    if not shown and stated is None:
        # A layout is drawn on the image that is to be made.
        sizes = [_size(gallery, r, films) for r in wanted[:1]]
    given = (gallery.facts.get(r.file or "") for r in refs if not r.reference)
    return Scene(
        stated or (sizes[0] if sizes else None),
        tuple(s for s in sizes if s is not None) if shown else (),
        next((m.seconds for m in given if isinstance(m, Audio | Video)), None),
        _frames(gallery, sample, shown, films),
        _extent(sample),
    )


def _size(gallery: Gallery, ref: MediaRef, films: Mapping[str, _Film]) -> Size | None:
    film = films.get(ref.file or "")
    if film is not None:
        return film.size
    media = gallery.facts.get(ref.file or "")
    if isinstance(media, Video) and media.rotation % 180:
        return None  # Annotated as it lies in the file, or as it is shown: who knows.
    if isinstance(media, Image | Video):
        return media.width, media.height
    return None


def _stated_size(sample: Mapping[str, Json]) -> Size | None:
    for part in (sample.get("input"), sample):
        match part:
            case {"width": int(width), "height": int(height)}:
                return width, height
    return None


def _frames(
    gallery: Gallery,
    sample: Mapping[str, Json],
    shown: Sequence[MediaRef],
    films: Mapping[str, _Film],
) -> int | None:
    stated = sample.get("frame_count")
    if type(stated) is int:
        return stated
    if len(shown) > 1 and all(ref.kind == "image" for ref in shown):
        return len(shown)
    for ref in shown:
        film = films.get(ref.file or "")
        if film is not None:
            return film.frames
        media = gallery.facts.get(ref.file or "")
        if isinstance(media, Video):
            return media.frames
    return None


def _extent(sample: Mapping[str, Json]) -> tuple[int, int] | None:
    match sample:
        case {"tube_start_frame": int(start), "tube_end_frame": int(end)}:
            return start, end
    return None
