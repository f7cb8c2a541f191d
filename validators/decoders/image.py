"""Decodes pictures and masks with Pillow, whole, and says what was seen."""

from __future__ import annotations

import hashlib
import warnings

from PIL import ExifTags, UnidentifiedImageError
from PIL import Image as Pillow
from PIL.ImageFile import ImageFile

from curation.settings import Limits
from validators.decoders.source import Bad, Payload, Source, undecodable
from validators.image import MASK_VALUES
from validators.media import Reason

FORMATS = (
    "JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM", "MPO", "AVIF", "JPEG2000", "QOI", "TGA", "PCX",
)  # fmt: skip
"""What is decoded. EPS and the like would start other programs."""

_EXPECTED = (OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, KeyError, RuntimeError)
"""What Pillow raises on broken files, as seen over thousands of mutants."""


def decode(source: Source, kind: str, limits: Limits, _options: dict[str, str]) -> Payload:
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
        except (Pillow.DecompressionBombError, Pillow.DecompressionBombWarning) as error:
            raise Bad(Reason.OVER_LIMIT, _pixels(str(error), limits)) from None
        except UnidentifiedImageError:
            raise undecodable(source.head, "a picture that can be read") from None
        except MemoryError:
            raise
        except _EXPECTED as error:
            raise _broken(error, source) from None


def _pixels(message: str, limits: Limits) -> str:
    seen = "".join(c for c in message.partition("(")[2].partition(" ")[0] if c.isdigit())
    return f"{int(seen or 0):,} pixels, the limit is {limits.pixels:,}"


def _broken(error: Exception, source: Source) -> Bad:
    text = str(error) or type(error).__name__
    if any(word in text.lower() for word in ("truncated", "not processed", "end of")):
        return Bad(Reason.TRUNCATED, text)
    if source.head.startswith(b"RIFF") and len(source.data) < _riff_size(source.head):
        return Bad(Reason.TRUNCATED, "shorter than its header says")
    return undecodable(source.head if not text else b"", "a picture that can be read", text)


def _riff_size(head: bytes) -> int:
    return int.from_bytes(head[4:8], "little") + 8


def _decode(source: Source, kind: str, limits: Limits) -> Payload:
    with Pillow.open(source.stream, formats=FORMATS) as picture:
        shape = picture.format
        frames = getattr(picture, "n_frames", 1)
        pixels = picture.width * picture.height
        if pixels > limits.pixels:
            raise Bad(Reason.OVER_LIMIT, f"{pixels:,} pixels, the limit is {limits.pixels:,}")
        if pixels * frames > limits.animation_pixels:
            raise Bad(
                Reason.OVER_LIMIT,
                f"{frames} frames of {pixels:,} pixels, the limit is {limits.animation_pixels:,} together",
            )
        if shape != "PNG":
            return _whole(picture, kind, frames)
        # Only this reads the checksums of the chunks; it leaves the file unusable.
        picture.verify()
    with Pillow.open(source.stream, formats=FORMATS) as picture:
        return _whole(picture, kind, frames)


def _whole(picture: ImageFile, kind: str, frames: int) -> Payload:
    picture.load()
    facts = _facts(picture, kind)
    for extra in range(1, frames):
        picture.seek(extra)
        picture.load()
    return facts | {"frames": frames, "format": (picture.format or "").lower()}


def _facts(picture: Pillow.Image, kind: str) -> Payload:
    exif = picture.getexif()
    small, lowest, highest = _small(picture)
    exact = kind == "mask" or picture.format not in {"JPEG", "MPO"}
    return {
        "type": "Image",
        "width": picture.width,
        "height": picture.height,
        "mode": picture.mode,
        "lowest": lowest,
        "highest": highest,
        "thumb": small.convert("L").resize((16, 16), Pillow.Resampling.BOX).tobytes().hex(),
        "content": _content(picture if exact else small, picture.size),
        "located": bool(exif.get_ifd(ExifTags.IFD.GPSInfo)) if exif else False,
        "metadata": _metadata(picture, exif),
        "values": _values(picture) if kind == "mask" else None,
    }


def _small(picture: Pillow.Image) -> tuple[Pillow.Image, float, float]:
    """Scale a picture down for its likeness, and tell the range of its values."""
    plain = picture
    if picture.mode not in {"L", "RGB", "RGBA", "LA", "CMYK"}:
        wide = picture.mode[0] in "IF"
        extrema = picture.getextrema() if wide else None
        if wide and isinstance(extrema, tuple) and extrema[0] is not None:
            low, high = float(extrema[0]), float(extrema[1])
            scale = 255 / (high - low) if high > low else 0.0
            plain = picture.convert("F").point(lambda v: v * scale - low * scale).convert("L")
            return plain.reduce(_factor(plain)), low, high
        plain = picture.convert("RGBA" if "transparency" in picture.info else "RGB")
    small = plain.reduce(_factor(plain))
    lowest, highest = _range(small)
    if highest - lowest <= 2:  # noqa: PLR2004 - an average hides single pixels
        lowest, highest = _range(plain)
    return small, lowest, highest


def _factor(picture: Pillow.Image) -> int:
    return max(1, min(picture.size) // 32)


def _range(picture: Pillow.Image) -> tuple[float, float]:
    bands = picture.getextrema()
    pairs = bands if isinstance(bands[0], tuple) else (bands,)
    return min(float(p[0]) for p in pairs), max(float(p[1]) for p in pairs)


def _content(picture: Pillow.Image, size: tuple[int, int]) -> str:
    digest = hashlib.sha256(f"{size} {picture.mode} ".encode())
    digest.update(picture.tobytes())
    if palette := picture.getpalette():
        digest.update(bytes(palette))
    return digest.hexdigest()


def _values(picture: Pillow.Image) -> tuple[int, ...] | None:
    if picture.mode in {"P", "1"}:
        picture = picture.convert("L") if picture.mode == "1" else picture
    if len(picture.getbands()) > 1:
        return None
    import numpy as np  # noqa: PLC0415

    values = np.unique(np.asarray(picture))
    return tuple(int(v) for v in values) if len(values) <= MASK_VALUES else None


_PERSONAL = ("Artist", "XPAuthor", "CameraOwnerName", "OwnerName", "Copyright", "HostComputer",
             "BodySerialNumber", "UserComment", "ImageDescription", "XPComment", "XPTitle")  # fmt: skip


def _metadata(picture: Pillow.Image, exif: Pillow.Exif) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    if exif:
        tags = dict(exif) | dict(exif.get_ifd(ExifTags.IFD.Exif))
        found += [
            (f"EXIF {name}", _words(value))
            for tag, value in tags.items()
            if (name := ExifTags.TAGS.get(tag, "")) in _PERSONAL
        ]
    text = getattr(picture, "text", None)
    if isinstance(text, dict):
        found += [(f"PNG {key}", _words(value)) for key, value in text.items()]
    for key in ("comment", "Description", "xmp"):
        if key in picture.info and picture.info[key]:
            found.append((key, _words(picture.info[key])))
    return tuple((name, value) for name, value in found if value)


def _words(value: object) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return text.replace("\0", "").strip()[:200]
