"""Pictures and masks: the facts of a file, and the rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from curation.finding import Fault, Severity, rule
from curation.settings import MASK_VALUES
from validators.media import Media

SMALLEST_SIDE = 16
"""Pixels; below it there is nothing to be asked about."""
EXTREME_RATIO = 20
"""The longer side over the shorter."""
USUAL_MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})


@dataclass(frozen=True, kw_only=True)
class Image(Media):
    """A picture that was decoded whole.

    `width` and `height` in pixels; `frames` above 1 for an animation; `lowest` and
    `highest` over all channels of the picture scaled down, exact where it is `flat`:
    each channel has one value; `thumb` 16x16 grey values as hex; `located` whether the
    metadata tell a place; `values` the distinct values of a mask, None if too many.
    `content` is of all pixels of all frames, of a JPEG of the picture scaled down.
    """

    width: int
    height: int
    mode: str
    frames: int = 1
    lowest: float = 0.0
    highest: float = 0.0
    flat: bool = False
    thumb: str = ""
    located: bool = False
    values: tuple[int, ...] | None = None

    @property
    def blank(self) -> bool:
        """Whether there is nothing to be seen."""
        return self.flat or self.lowest == self.highest


def _still(image: Image) -> bool:
    return image.kind == "image"


@rule("IMG001", Severity.WARNING)
def too_small(image: Image) -> Iterator[Fault]:
    """An image is too small to be looked at.

    Why: models enlarge it, and annotators cannot have seen detail.
    Fix: use the original instead of a thumbnail.
    """
    if min(image.width, image.height) < SMALLEST_SIDE:
        yield Fault(
            image.where, f"{image.width}x{image.height} is under {SMALLEST_SIDE} px"
        )


@rule("IMG002", Severity.WARNING)
def blank(image: Image) -> Iterator[Fault]:
    """An image has one colour throughout.

    Why: there is nothing to see; often a failed download or a rendering error.
    Fix: replace the image, or drop the sample.
    """
    if _still(image) and image.blank:
        even = image.lowest == image.highest
        detail = (
            f"every value is {image.lowest:g}" if even else "every pixel has one colour"
        )
        yield Fault(image.where, detail)


@rule("IMG003", Severity.WARNING)
def extreme_shape(image: Image) -> Iterator[Fault]:
    """An image is far longer than it is wide, or the other way round.

    Why: models scale to a square, after which nothing of it can be recognised.
    Fix: crop or split the image.
    """
    long, short = max(image.width, image.height), min(image.width, image.height)
    if long > EXTREME_RATIO * short:
        yield Fault(
            image.where, f"{image.width}x{image.height} is beyond {EXTREME_RATIO}:1"
        )


@rule("IMG004", Severity.NOTE)
def unusual_mode(image: Image) -> Iterator[Fault]:
    """An image has an unusual colour mode or bit depth.

    Why: loaders that convert to 8-bit RGB clip 16-bit values and misread CMYK.
    Fix: convert to 8-bit grey or RGB, unless the depth matters; then say so in the card.
    """
    if _still(image) and image.mode not in USUAL_MODES:
        yield Fault(image.where, f"mode {image.mode}")


@rule("IMG005", Severity.WARNING)
def animated(image: Image) -> Iterator[Fault]:
    """An image file has several frames where a still is meant.

    Why: loaders take the first frame, which need not be the one that was annotated.
    Fix: store the frame that is meant, or make it a video task.
    """
    if image.frames > 1 and image.format != "mpo":
        yield Fault(image.where, f"{image.frames} frames")


@rule("IMG006")
def location_in_metadata(image: Image) -> Iterator[Fault]:
    """Metadata tell where a photograph was taken.

    Why: it is personal data of whoever took it, and can give the answer away.
    Fix: remove the metadata without encoding the picture again, for example with exiftool -all=.
    """
    if image.located:
        yield Fault(image.where, "the metadata hold GPS coordinates")


_PERSONAL = ("EXIF ", "IPTC ")


@rule("IMG007", Severity.WARNING)
def personal_metadata(image: Image) -> Iterator[Fault]:
    """EXIF or IPTC names a person, a device or says something in free text.

    Why: it is personal data, and free text can state the answer.
    Fix: remove the metadata without encoding the picture again, for example with exiftool -all=.
    """
    for name, text in image.metadata:
        if name.startswith(_PERSONAL):
            yield Fault(image.where, f"{name} is {text[:60]!r}")


@rule("IMG008", Severity.NOTE)
def text_metadata(image: Image) -> Iterator[Fault]:
    """A picture file carries text beside the picture.

    Why: comments, captions and generation parameters can state the answer.
    Fix: remove the metadata unless it is part of the question.
    """
    for name, text in image.metadata:
        if not name.startswith(_PERSONAL):
            yield Fault(image.where, f"{name} is {text[:60]!r}")


@rule("IMG010", Severity.WARNING)
def mask_values(image: Image) -> Iterator[Fault]:
    """A mask has so many values, or channels, that it cannot be labels.

    Why: scoring compares labels; smooth edges from scaling or JPEG are read as wrong labels.
    Fix: store masks as PNG of one channel, scaled without interpolation.
    """
    if image.kind != "mask":
        return
    if image.values is None:
        yield Fault(
            image.where,
            f"mode {image.mode} with more than {MASK_VALUES} values or several channels",
        )
    elif image.format in {"jpeg", "mpo"}:
        yield Fault(image.where, "stored as JPEG, which changes the values at edges")


RULES = (
    too_small,
    blank,
    extreme_shape,
    unusual_mode,
    animated,
    location_in_metadata,
    personal_metadata,
    text_metadata,
    mask_values,
)
