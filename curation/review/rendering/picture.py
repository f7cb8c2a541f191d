"""Draws pictures and masks."""

from __future__ import annotations

import warnings

import numpy as np
from PIL import Image as Pillow

from curation.review.rendering import paint
from curation.settings import MASK_VALUES, Limits
from validators.decoders.beside import EXPECTED
from validators.decoders.image import FORMATS
from validators.decoders.source import Bad, Payload, Source
from validators.reason import Reason


def draw(source: Source, kind: str, room: int, limits: Limits) -> Payload:
    """Return the picture, scaled down; of a mask the labels, each in a colour.

    `width` and `height` are those of the file.

    Raises:
        Bad: it cannot be decoded, or is over a limit.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Pillow.MAX_IMAGE_PIXELS = limits.pixels
        try:
            with Pillow.open(source.stream, formats=FORMATS) as picture:
                return _drawn(picture, kind, room)
        except MemoryError:
            raise
        except (*EXPECTED, Pillow.DecompressionBombError) as error:
            raise Bad(Reason.UNDECODABLE, str(error)[:200]) from None


def _drawn(picture: Pillow.Image, kind: str, room: int) -> Payload:
    width, height = picture.size
    frames = getattr(picture, "n_frames", 1)
    if kind != "mask":
        picture.draft("RGB", (paint.SIDES[0], paint.SIDES[0]))
    picture.load()
    labels = _labels(picture) if kind == "mask" else None
    shown = picture if labels is None else labels
    exact = picture.format not in {"JPEG", "MPO"}
    data, side = paint.fitted(shown, room, smooth=labels is None, exact=exact)
    return {
        "width": width,
        "height": height,
        "frames": frames,
        "picture": data,
        "side": side,
        "labels": labels is not None,
    }


def _labels(picture: Pillow.Image) -> Pillow.Image | None:
    """Colour a mask by its values; None if it has too many to be one."""
    if len(picture.getbands()) > 1 or picture.mode == "F":
        return None
    values = np.asarray(picture)
    if len(np.unique(values)) > MASK_VALUES:
        return None
    return paint.labelled(values)
