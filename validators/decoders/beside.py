"""What a picture file says besides the picture: EXIF, IPTC, XMP, comments."""

from __future__ import annotations

import re
import struct

from PIL import ExifTags, IptcImagePlugin
from PIL.ImageFile import ImageFile

EXPECTED = (
    OSError, SyntaxError, ValueError, EOFError, IndexError, TypeError, KeyError, RuntimeError,
    OverflowError, ZeroDivisionError, AttributeError, struct.error,
)  # fmt: skip
"""What Pillow raises on broken files, as seen over thousands of mutants."""

_PERSONAL = ("Artist", "XPAuthor", "CameraOwnerName", "OwnerName", "Copyright", "HostComputer",
             "BodySerialNumber", "UserComment", "ImageDescription", "XPComment", "XPTitle")  # fmt: skip
_IPTC = {5: "title", 25: "keywords", 80: "author", 90: "city", 101: "country", 105: "headline",
         116: "copyright", 120: "caption"}  # fmt: skip
_PLACES = frozenset({
    ExifTags.GPS.GPSLatitude, ExifTags.GPS.GPSLongitude,
    ExifTags.GPS.GPSDestLatitude, ExifTags.GPS.GPSDestLongitude,
    ExifTags.GPS.GPSAreaInformation,
})  # fmt: skip
"""Cameras write the rest, such as the version, without knowing where they are."""
_STAMP = re.compile(
    r"(PNG (Software|date:\w+) |\S+ (Created by OpenJPEG|CREATOR: gd-jpeg|Lavc|Optimized by ))"
)
"""What only programs write of themselves."""


def told(picture: ImageFile) -> tuple[tuple[tuple[str, str], ...], bool]:
    """Read what the file says besides the picture, and whether it tells a place."""
    personal, located = _exif(picture)
    found = [*personal, *_iptc(picture)]
    text = getattr(picture, "text", None)
    if isinstance(text, dict):
        found += [(f"PNG {key}", _words(value)) for key, value in text.items()]
    for key in ("comment", "xmp"):
        if picture.info.get(key):
            found.append((key, _words(picture.info[key])))
    located = located or any("GPSLatitude" in words for _, words in found)
    told = ((n[:60], w[:200]) for n, w in found if w and not _STAMP.match(f"{n} {w}"))
    return tuple(told), located


def _exif(picture: ImageFile) -> tuple[list[tuple[str, str]], bool]:
    """Read EXIF as far as it can be read: a picture is whole without it."""
    try:
        exif = picture.getexif()
        tags = {**exif, **exif.get_ifd(ExifTags.IFD.Exif)} if exif else {}
        gps = exif.get_ifd(ExifTags.IFD.GPSInfo) if exif else {}
    except EXPECTED:
        return [], False
    named = ((ExifTags.TAGS.get(tag, ""), value) for tag, value in tags.items())
    found = [(f"EXIF {n}", _words(v, n)) for n, v in named if n in _PERSONAL]
    return found, bool(_PLACES & gps.keys())


def _iptc(picture: ImageFile) -> list[tuple[str, str]]:
    """Read what press photographs say of themselves."""
    if "photoshop" not in picture.info:
        return []
    try:
        told = IptcImagePlugin.getiptcinfo(picture) or {}
    except EXPECTED:
        return []
    return [
        (f"IPTC {_IPTC[key[1]]}", _words(value))
        for key, value in told.items()
        if key[0] == 2 and key[1] in _IPTC  # noqa: PLR2004 - the record that describes
    ]


def _words(value: object, name: str = "") -> str:
    if isinstance(value, list | tuple):
        return ", ".join(map(_words, value[:100]))
    if not isinstance(value, bytes):
        text = str(value)
    elif name.startswith("XP"):
        text = value.decode("utf-16-le", "replace")
    else:
        # The first eight bytes of a comment may name its alphabet.
        text = re.sub(rb"^(ASCII|UNICODE|JIS)\0+", b"", value).decode(
            "utf-8", "replace"
        )
    return text.replace("\0", "").strip()
