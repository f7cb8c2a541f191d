"""Films and folders of frames: their facts, and the rules."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from curation.finding import Fault, Severity, rule
from curation.model import Where
from validators.gallery import Gallery
from validators.media import Media
from validators.numbering import find_gaps

LOST = 0.02
"""Share of the announced frames that may be missing; players drop as many unseen."""
LOST_FRAMES = 2
"""Frames that may be missing in any case; some writers count one too many."""
SHOWN = 4
"""Sizes, or gaps, that are named one by one."""
PERSONAL = frozenset(
    {"artist", "album_artist", "author", "composer", "performer", "director", "copyright",
     "encoded_by", "publisher", "contact", "email", "owner", "make", "model",
     "com.apple.quicktime.make", "com.apple.quicktime.model",
     "com.apple.quicktime.software", "com.apple.quicktime.author"}
)  # fmt: skip
"""Tags that name somebody, or a device."""


@dataclass(frozen=True, kw_only=True)
class Video(Media):
    """A film of which every frame was decoded.

    `width` and `height` in pixels, before any `rotation` (degrees). `frames` were decoded,
    `announced_frames` are what the header says, None if it does not. `corrupt_frames` is
    how many of them the decoder had to patch up, `black` the share that is black, `frozen`
    whether all look alike. `located` says that a tag tells a place. `thumbs` are four
    pictures, equally spaced, of 16x16 grey values as hex.
    """

    width: int
    height: int
    frames: int
    fps: float
    seconds: float
    codec: str
    announced_frames: int | None = None
    corrupt_frames: int = 0
    has_audio: bool = False
    rotation: int = 0
    black: float = 0.0
    frozen: bool = False
    located: bool = False
    thumbs: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Frames:
    """A folder of frames that a sample names.

    `names` are the pictures in it, in the order of their numbers; `sizes` (width, height)
    of those that could be decoded; `others` the names that are not pictures.
    """

    where: Where
    sample: str | None = None
    reference: bool = False
    folder: str
    names: tuple[str, ...] = ()
    sizes: tuple[tuple[int, int], ...] = ()
    others: tuple[str, ...] = ()


@rule("VID001")
def no_frames(video: Video) -> Iterator[Fault]:
    """A film file is complete but holds no picture.

    Why: there is nothing to see, and loaders fail on it.
    Fix: export the film again, or drop the sample.
    """
    if video.frames == 0:
        yield Fault(video.where, "0 frames could be decoded")


@rule("VID002")
def fewer_frames_than_announced(video: Video) -> Iterator[Fault]:
    """A film has fewer frames than its header says.

    Why: loaders pick frames by the number in the header, and fail on those that are missing.
    Fix: copy the film again from its source, or encode it again.
    """
    announced = video.announced_frames or 0
    lost = announced - video.frames
    if video.frames and lost > max(LOST_FRAMES, LOST * announced):
        yield Fault(
            video.where, f"{video.frames:,} of {announced:,} frames could be decoded"
        )


@rule("VID003")
def damaged_frames(video: Video) -> Iterator[Fault]:
    """Some frames of a film are damaged.

    Why: the decoder fills what it cannot read with parts of other frames, and goes on.
    Fix: copy the film again from its source and compare the checksums.
    """
    if video.corrupt_frames:
        yield Fault(
            video.where,
            f"{video.corrupt_frames:,} of {video.frames:,} frames are damaged",
        )


@rule("VID004", Severity.WARNING)
def black_film(video: Video) -> Iterator[Fault]:
    """A film is black from beginning to end.

    Why: there is nothing to see; often a failed export or a missing codec at the source.
    Fix: export the film again, or drop the sample.
    """
    if video.frames and video.black == 1:
        yield Fault(video.where, f"all {video.frames:,} frames are black")


@rule("VID005", Severity.WARNING)
def frozen_film(video: Video) -> Iterator[Fault]:
    """A film shows the same picture from beginning to end.

    Why: what is asked about movement cannot be seen; often a failed export.
    Fix: export the film again, or make it an image task.
    """
    if video.frozen and video.frames > 1 and video.black < 1:
        yield Fault(video.where, f"all {video.frames:,} frames are alike")


@rule("VID006", Severity.NOTE)
def mixed_film_sizes(gallery: Gallery) -> Iterator[Fault]:
    """The films of a task have different sizes.

    Why: arrays of another shape do not fit into one batch, and scaling changes shapes.
    Fix: scale to one size, or say in the card that the sizes differ.
    """
    for reference, role in ((False, "inputs"), (True, "references")):
        seen = {
            video.where.path: (video.width, video.height)
            for video in gallery.of("video")
            if isinstance(video, Video) and video.reference is reference
        }
        if len(set(seen.values())) > 1:
            yield Fault(
                gallery.where, f"{role}: {_shares(list(seen.values()), list(seen))}"
            )


def _shares(sizes: Sequence[tuple[int, int]], names: Sequence[str]) -> str:
    """Say how many have which size, and name the first that is unlike most."""
    counts = Counter(sizes).most_common()
    shown = ", ".join(f"{number:,} of {_size(size)}" for size, number in counts[:SHOWN])
    more = f" and {len(counts) - SHOWN} other sizes" if len(counts) > SHOWN else ""
    odd = next(i for i, size in enumerate(sizes) if size != counts[0][0])
    example = (
        f"; {names[odd]} has {_size(sizes[odd])}" if len(names) == len(sizes) else ""
    )
    return f"{shown}{more}{example}"


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]}x{size[1]}"


@rule("VID007")
def location_in_film_tags(video: Video) -> Iterator[Fault]:
    """A tag tells where a film was made.

    Why: it is personal data of whoever made it, and can give the answer away.
    Fix: remove the tags without encoding again, for example with ffmpeg -map_metadata -1 -c copy.
    """
    if video.located:
        yield Fault(video.where, "a tag holds coordinates or a place")


@rule("VID008", Severity.WARNING)
def personal_film_tags(video: Video) -> Iterator[Fault]:
    """A tag of a film names a person or a device.

    Why: it is personal data of whoever made the film.
    Fix: remove the tags without encoding again, for example with ffmpeg -map_metadata -1 -c copy.
    """
    for name, text in video.metadata:
        if name in PERSONAL:
            yield Fault(video.where, f"{name} is {text!r}")


@rule("VID009", Severity.NOTE)
def text_film_tags(video: Video) -> Iterator[Fault]:
    """A tag of a film says something in words.

    Why: titles, descriptions and comments can state the answer.
    Fix: remove the tags unless they are part of the question.
    """
    for name, text in video.metadata:
        if name not in PERSONAL:
            yield Fault(video.where, f"{name} is {text[:60]!r}")


@rule("VID010")
def no_frames_in_folder(frames: Frames) -> Iterator[Fault]:
    """A folder of frames holds no picture.

    Why: there is nothing to see, and loaders fail on an empty list.
    Fix: put the frames into the folder that the sample names, as PNG or JPEG.
    """
    if not frames.names:
        held = f"; {frames.others[0]} is none" if frames.others else ""
        yield Fault(frames.where, f"0 pictures in the folder{held}")


@rule("VID011", Severity.WARNING)
def missing_frames(frames: Frames) -> Iterator[Fault]:
    """The numbers of the frames in a folder have gaps.

    Why: boxes and tubes are counted by frame; after a gap they lie on the wrong ones.
    Fix: add the frames that are missing, or number them again together with the annotation.
    """
    for gaps in find_gaps(frames.names):
        shown = ", ".join(gaps.missing[:SHOWN])
        more = (
            f" and {len(gaps.missing) - SHOWN} more"
            if len(gaps.missing) > SHOWN
            else ""
        )
        yield Fault(
            frames.where, f"{shown}{more} missing between {gaps.first} and {gaps.last}"
        )


@rule("VID012")
def mixed_frame_sizes(frames: Frames) -> Iterator[Fault]:
    """The frames in a folder have different sizes.

    Why: a film has one size; loaders that stack the frames fail, and boxes lie elsewhere.
    Fix: export all frames at one size, and the boxes with them.
    """
    if len(set(frames.sizes)) > 1:
        yield Fault(frames.where, _shares(frames.sizes, frames.names))


RULES = (
    no_frames,
    fewer_frames_than_announced,
    damaged_frames,
    black_film,
    frozen_film,
    mixed_film_sizes,
    location_in_film_tags,
    personal_film_tags,
    text_film_tags,
    no_frames_in_folder,
    missing_frames,
    mixed_frame_sizes,
)
