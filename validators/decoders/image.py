"""Decodes pictures and masks with Pillow, whole, and says what was seen."""

from __future__ import annotations

import hashlib
import importlib
import math
import warnings
from typing import NamedTuple

from PIL import Image as Pillow
from PIL import UnidentifiedImageError
from PIL.ImageFile import ImageFile

from curation.settings import MASK_VALUES, Limits
from validators.decoders.beside import EXPECTED, told
from validators.decoders.lengths import announced
from validators.decoders.source import Bad, Payload, Source, looks_like, undecodable
from validators.reason import Reason

FORMATS = (
    "JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "AVIF", "JPEG2000", "QOI", "PCX", "TGA",
)  # fmt: skip
"""What is decoded, MPO as JPEG. EPS and the like would start other programs."""

Pillow.preinit()  # so that it is done before the workers fork
for _module in ("Avif", "Jpeg2K", "Pcx", "Qoi", "Tga", "Tiff", "WebP"):
    # Pillow would load all of its modules where one of these is asked for.
    importlib.import_module(f"PIL.{_module}ImagePlugin")


def decode(
    source: Source, kind: str, limits: Limits, _options: dict[str, str]
) -> Payload:
    """Decode a picture whole and return the facts of `Image`.

    Raises:
        Bad: it is broken, or over a limit.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Pillow.DecompressionBombWarning)
        Pillow.MAX_IMAGE_PIXELS = limits.pixels
        try:
            return _decode(source, kind, limits)
        except (
            Pillow.DecompressionBombError,
            Pillow.DecompressionBombWarning,
        ) as error:
            raise Bad(Reason.OVER_LIMIT, _pixels(str(error), limits)) from None
        except UnidentifiedImageError:
            raise _unknown(source) from None
        except MemoryError:
            raise
        except EXPECTED as error:
            raise _broken(error, source) from None


def _pixels(message: str, limits: Limits) -> str:
    seen = "".join(
        c for c in message.partition("(")[2].partition(" ")[0] if c.isdigit()
    )
    return f"{int(seen or 0):,} pixels, the limit is {limits.pixels:,}"


def _unknown(source: Source) -> Bad:
    if short := _too_short(source):
        return short
    seen = looks_like(source.head)
    if seen.endswith(" picture"):
        return Bad(
            Reason.UNDECODABLE, f"it begins like {seen}, but its header cannot be read"
        )
    return undecodable(source.head, "a picture that can be read")


def _broken(error: Exception, source: Source) -> Bad:
    text = str(error)[:200]
    if not text or isinstance(error, LookupError):
        text = f"{type(error).__name__} {text}".strip()
    low = text.lower()
    if "too large" in low or "too much memory" in low:
        return Bad(Reason.OVER_LIMIT, f"text beside the picture: {text}")
    if short := _too_short(source):
        return short
    if any(word in low for word in _TOO_SHORT):
        return Bad(Reason.TRUNCATED, f"the file ends before the picture does; {text}")
    seen = looks_like(source.head)
    what = seen if seen.endswith(" picture") else "a picture"
    return Bad(Reason.UNDECODABLE, f"{what} that cannot be decoded; {text}")


_TOO_SHORT = (
    "truncated", "not processed", "end of", "not enough", "got 0", "no more images", "chunk b''",
)  # fmt: skip
"""What Pillow's messages have in common where bytes are missing."""


def _too_short(source: Source) -> Bad | None:
    if source.size < (length := announced(source)):
        return Bad(
            Reason.TRUNCATED, f"{source.size:,} bytes, its header tells of {length:,}"
        )
    return None


def _decode(source: Source, kind: str, limits: Limits) -> Payload:
    with Pillow.open(source.stream, formats=FORMATS) as picture:
        shape = picture.format
        frames = getattr(picture, "n_frames", 1)
        _hold(picture, picture.width * picture.height * frames, limits)
        if shape != "PNG":
            return _whole(picture, kind, frames, limits)
        # Only this reads the checksums of the chunks; it leaves the file unusable.
        picture.verify()
    with Pillow.open(source.stream, formats=FORMATS) as picture:
        return _whole(picture, kind, frames, limits)


def _hold(picture: Pillow.Image, together: int, limits: Limits) -> None:
    """Hold the size of a frame, and of all frames, against the limits."""
    pixels = picture.width * picture.height
    if pixels > limits.pixels:
        raise Bad(
            Reason.OVER_LIMIT, f"{pixels:,} pixels, the limit is {limits.pixels:,}"
        )
    if together > limits.animation_pixels:
        raise Bad(
            Reason.OVER_LIMIT,
            f"{together:,} pixels in all frames, the limit is {limits.animation_pixels:,}",
        )


def _whole(picture: ImageFile, kind: str, frames: int, limits: Limits) -> Payload:
    picture.load()
    # Of a JPEG the scaled picture does: its pixels cost as much to hash as to decode.
    exact = kind == "mask" or picture.format not in {"JPEG", "MPO"}
    digest = hashlib.sha256()
    facts = _facts(picture, kind, None if exact else digest)
    together = 0
    for index in range(frames):
        if index:
            picture.seek(index)
            # Each page of a TIFF has a size of its own.
            _hold(picture, together + picture.width * picture.height, limits)
            picture.load()
        together += picture.width * picture.height
        if exact:
            _digest(digest, picture)
    return facts | {
        "frames": frames,
        "format": (picture.format or "").lower(),
        "content": digest.hexdigest(),
    }


def _digest(digest: hashlib._Hash, picture: Pillow.Image) -> None:
    digest.update(f"{picture.size} {picture.mode} ".encode())
    digest.update(picture.tobytes())
    if palette := picture.getpalette():
        digest.update(bytes(palette))


def _facts(picture: ImageFile, kind: str, digest: hashlib._Hash | None) -> Payload:
    small = _small(picture)
    if digest is not None:
        digest.update(f"{picture.size} ".encode())
        _digest(digest, small.picture)
    words, located = told(picture)
    return {
        "type": "Image",
        "width": picture.width,
        "height": picture.height,
        "mode": picture.mode,
        "lowest": small.lowest,
        "highest": small.highest,
        "flat": small.flat,
        "thumb": _thumb(small),
        "located": located,
        "metadata": words,
        "values": _values(picture) if kind == "mask" else None,
    }


class _Small(NamedTuple):
    """A picture scaled down for its likeness, and the range of the whole.

    `box` is the part of it that the picture fills: its last blocks can reach beyond.
    `flat` tells whether each channel has one value throughout.
    """

    picture: Pillow.Image
    box: tuple[float, float, float, float]
    lowest: float
    highest: float
    flat: bool


def _thumb(small: _Small) -> str:
    """Scale to 16x16 grey values, smoothly, so that a scaled copy comes out the same."""
    grey = small.picture.convert("L")
    thumb = grey.resize((16, 16), Pillow.Resampling.BILINEAR, box=small.box)
    return thumb.tobytes().hex()


_PLAIN = frozenset({"L", "LA", "RGB", "RGBA", "CMYK"})
_LIKE_BANDS = 2
"""Levels within which a scaled picture may hide that single pixels differ."""
_SAMPLED = 160
"""Pixels of the shorter side from which every second, third ... pixel does for a likeness.

To average all of them costs a fifth of the decoding and changes a thumbnail of real
photographs by less than their compression does.
"""


def _small(picture: Pillow.Image) -> _Small:
    """Scale a picture down for its likeness; tell its range, and if it is all the same.

    The range is exact where the picture is flat or nearly so.
    """
    if picture.mode[0] in "IF":
        return _small_of_numbers(picture)
    plain = picture
    if picture.mode == "LAB":
        plain = picture.getchannel(0)
    elif picture.mode not in _PLAIN:
        plain = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    small, box = _scaled(plain)
    bands = _bands(small)
    if all(high - low <= _LIKE_BANDS for low, high in bands):
        bands = _bands(plain)
    lowest, highest = min(b[0] for b in bands), max(b[1] for b in bands)
    return _Small(small, box, lowest, highest, all(low == high for low, high in bands))


def _small_of_numbers(picture: Pillow.Image) -> _Small:
    """Scale down a picture of 16 or 32 bits, and stretch it to 256 grey levels."""
    plain = picture if picture.mode in {"I", "F"} else picture.convert("I")
    ((low, high),) = _bands(plain)
    if not (math.isfinite(low) and math.isfinite(high)):
        low, high = _finite(plain)
    scale = 255 / (high - low) if high > low else 0.0
    small, box = _scaled(plain)
    grey = small.convert("F").point(lambda v: v * scale - low * scale).convert("L")
    return _Small(grey, box, low, high, low == high)


def _scaled(
    plain: Pillow.Image,
) -> tuple[Pillow.Image, tuple[float, float, float, float]]:
    """Scale down to about 32 pixels; return the part that the picture fills, too."""
    step = max(1, min(plain.size) // _SAMPLED)
    if step > 1:
        size = (plain.width // step, plain.height // step)
        plain = plain.resize(size, Pillow.Resampling.NEAREST)
    factor = max(1, min(plain.size) // 32)
    box = (0.0, 0.0, plain.width / factor, plain.height / factor)
    return plain.reduce(factor), box


def _finite(picture: Pillow.Image) -> tuple[float, float]:
    import numpy as np  # noqa: PLC0415

    values = np.asarray(picture)
    values = values[np.isfinite(values)]
    return (float(values.min()), float(values.max())) if values.size else (0.0, 0.0)


def _bands(picture: Pillow.Image) -> list[tuple[float, float]]:
    """Return the lowest and the highest value of each channel."""
    bands = picture.getextrema()
    pairs = bands if isinstance(bands[0], tuple) else (bands,)
    return [(float(p[0]), float(p[1])) for p in pairs]


def _values(picture: Pillow.Image) -> tuple[int, ...] | None:
    if len(picture.getbands()) > 1 or picture.mode == "F":
        return None
    plain = picture.convert("I") if picture.mode.startswith("I;") else picture
    counted = plain.getcolors(MASK_VALUES)
    if not counted:
        return None
    return tuple(sorted(value for _, value in counted if isinstance(value, int)))
