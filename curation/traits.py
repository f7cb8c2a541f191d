"""Pure: what the files of a sample are known by, wherever else they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from curation.frames import pictures
from curation.model import MediaRef
from curation.words import digest
from validators.array import Array
from validators.audio import Audio
from validators.gallery import Gallery
from validators.image import Image
from validators.media import Media
from validators.mesh import Mesh
from validators.video import Video

SEQUENCE = 8
"""Pictures of one sample beyond which they are the frames of a film."""
THUMBS = 4
"""Pictures by which a film is known, equally spaced over it."""
LONGEST_SHAPE = 4
"""The longer side over the shorter; lines of text vanish in a square thumbnail."""
FEWEST_POINTS = 100
"""Points of a model from which its numbers and proportions are its own."""

UNNAMED = "a file of the reference"
"""What is said in the place of its name, which can be the answer."""


@dataclass(frozen=True, slots=True)
class Thumb:
    """A picture as 16x16 grey values, with the shape that it was squeezed from."""

    grey: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class File:
    """What one file of a sample is known by; nothing where it is blank, silent or a mask.

    `content` is a digest of what it decodes to. `sound` and `seconds` tell how loudness
    goes; `form` are digests of the size and proportions of a model, of which one is
    enough. `path` is empty for a file of the reference, whose name can be the answer.
    """

    path: str
    reference: bool
    content: bytes | None = None
    thumbs: tuple[Thumb, ...] = ()
    sound: str = ""
    seconds: float = 0.0
    form: tuple[bytes, ...] = ()

    @property
    def film(self) -> bool:
        """Whether the thumbs are of one moving picture."""
        return len(self.thumbs) > 1


def files(gallery: Gallery) -> Mapping[int, tuple[tuple[File, ...], str]]:
    """Return for each sample that names media its files, and what could not be read.

    Samples are told by their index. What could not be read is an empty string if all was.
    """
    refs: dict[int, list[MediaRef]] = {}
    for ref in gallery.task.media:
        refs.setdefault(int(ref.where.pointer.split("/")[2]), []).append(ref)
    return {index: _of_sample(gallery, named) for index, named in refs.items()}


def _of_sample(
    gallery: Gallery, refs: Sequence[MediaRef]
) -> tuple[tuple[File, ...], str]:
    found: list[File] = []
    stills: list[Image] = []
    for ref in refs:
        shown = "" if ref.reference else ref.file or ref.given
        if ref.kind == "frames":
            frames = _frames(gallery, ref)
            if not frames:
                return tuple(found), shown or UNNAMED
            found.append(_film(frames, shown, reference=ref.reference))
            continue
        facts = gallery.facts.get(ref.file or "")
        if not isinstance(facts, Media):
            return tuple(found), shown or UNNAMED
        found.append(_file(facts, shown, reference=ref.reference))
        if isinstance(facts, Image) and facts.kind == "image":
            stills.append(facts)
    if len(stills) > SEQUENCE:
        found = [_without_thumbs(file) for file in found]
        found.append(_film(stills, found[0].path, reference=True))
    return tuple(dict.fromkeys(found)), ""


def _frames(gallery: Gallery, ref: MediaRef) -> list[Image]:
    """Return the frames of a folder; none at all if one of them cannot be read."""
    inside = pictures(gallery.task.folder, ref.file) if ref.file else []
    facts = [gallery.facts.get(entry.path) for entry in inside]
    frames = [f for f in facts if isinstance(f, Image)]
    return frames if len(frames) == len(facts) else []


def _without_thumbs(file: File) -> File:
    return (
        file
        if file.film or not file.thumbs
        else File(file.path, file.reference, file.content)
    )


def _film(frames: Sequence[Image], path: str, *, reference: bool) -> File:
    """Know a folder of frames by all that is not blank, and by four of its pictures."""
    contents = [f.content for f in frames if f.content and not _blank(f)]
    chosen = [frames[(2 * i + 1) * len(frames) // (2 * THUMBS)] for i in range(THUMBS)]
    thumbs = [thumb for frame in chosen for thumb in _thumbs(frame, frame.thumb)]
    content = digest("frames", *contents) if contents else None
    return File(path, reference, content, tuple(dict.fromkeys(thumbs)))


def _file(media: Media, path: str, *, reference: bool) -> File:
    own: dict[str, object] = {}
    if not _blank(media):
        own["content"] = digest(type(media).__name__, media.content or media.sha256)
    match media:
        case Image(kind="image"):
            own["thumbs"] = tuple(_thumbs(media, media.thumb))
        case Video():
            own["thumbs"] = tuple(dict.fromkeys(_thumbs(media, *media.thumbs)))
        case Audio():
            own |= {"sound": media.fingerprint, "seconds": media.seconds}
        case Mesh():
            own["form"] = tuple(_form(media))
    return File(path, reference, **own)  # type: ignore[arg-type]


def _blank(media: Media) -> bool:
    """Tell whether a file is equal to others by nature: nothing is seen, heard or masked."""
    match media:
        case Image():
            return media.kind == "mask" or media.lowest == media.highest
        case Video():
            return media.black == 1.0 or not media.frames
        case Audio():
            return media.silent
        case Mesh():
            return not media.vertices
        case Array():
            return media.constant or not media.elements
    return not media.size


def _thumbs(media: Image | Video, *greys: str) -> Iterator[Thumb]:
    long, short = max(media.width, media.height), min(media.width, media.height)
    if long <= LONGEST_SHAPE * short:
        for grey in filter(None, greys):
            yield Thumb(bytes.fromhex(grey), media.width, media.height)


def _form(mesh: Mesh) -> Iterator[bytes]:
    """Digest the numbers and proportions of a model twice, so that rounding parts no two.

    So a model is known again that was turned by right angles, scaled, moved, or written
    with fewer digits.
    """
    long = max(mesh.extent, default=0.0)
    if mesh.vertices < FEWEST_POINTS or long <= 0 or mesh.not_finite:
        return
    sides = [side / long * _STEPS for side in sorted(mesh.extent)]
    for shift in (0.0, 0.5):
        steps = [str(int(side + shift)) for side in sides]
        yield digest("form", str(mesh.vertices), str(mesh.faces), str(shift), *steps)


_STEPS = 5000
"""Steps in which the proportions of a model are told."""
