"""Takes out of media files what does not change how they look or sound, byte by byte.

Nothing is encoded anew: pixels, samples and vertices are the very same bits.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable

from curation.neutral import (
    aiff,
    boxes,
    flac,
    gif,
    gltf,
    jpeg,
    matroska,
    models,
    mpeg,
    npz,
    ogg,
    png,
    pnm,
    riff,
    tiff,
)
from curation.neutral.broken import Uncleaned

__all__ = ["Uncleaned", "cleaned"]

Cleaner = Callable[[bytes], bytes]


def _same(raw: bytes) -> bytes:
    return raw


_BY_HEAD: tuple[tuple[int, bytes, Cleaner], ...] = (
    (0, b"\xff\xd8\xff", jpeg.cleaned),
    (0, b"\x89PNG\r\n\x1a\n", png.cleaned),
    (0, b"GIF87a", gif.cleaned),
    (0, b"GIF89a", gif.cleaned),
    (8, b"WEBP", riff.webp),
    (8, b"WAVE", riff.wave),
    (8, b"AVI ", riff.film),
    (0, b"II*\0", tiff.cleaned),
    (0, b"MM\0*", tiff.cleaned),
    (0, b"II+\0", tiff.cleaned),
    (0, b"MM\0+", tiff.cleaned),
    (0, b"fLaC", flac.cleaned),
    (0, b"OggS", ogg.cleaned),
    (0, b"FORM", aiff.cleaned),
    (0, b"\x1aE\xdf\xa3", matroska.cleaned),
    (4, b"jP  \r\n\x87\n", boxes.cleaned),
    (0, b"glTF", gltf.binary),
    (0, b"PK\x03\x04", npz.cleaned),
    (0, b"\x93NUMPY", _same),
    (0, b"PIEH", _same),
    (0, b"BM", _same),
    (0, b"\0\0\x01\xba", _same),
    (0, b"\0\0\x01\xb3", _same),
)
"""Where a format has its mark, and what cleans it; the last ones have nothing to clean."""

_BY_SUFFIX: dict[str, Cleaner] = {
    ".ply": models.ply,
    ".obj": models.obj,
    ".stl": models.stl,
    ".off": models.off,
    ".xyz": models.points,
    ".pts": models.points,
    ".pcd": models.points,
    ".txt": models.points,
    ".asc": models.points,
    ".csv": models.points,
    ".tsv": models.points,
    ".gltf": gltf.text,
    ".ppm": pnm.cleaned,
    ".pgm": pnm.cleaned,
    ".pbm": pnm.cleaned,
    ".pnm": pnm.cleaned,
    ".mp3": mpeg.cleaned,
    ".aac": mpeg.cleaned,
}
"""What cleans a format that has no mark of its own, by the ending of the name."""
_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot")


def cleaned(raw: bytes, name: str) -> bytes:
    """Return a file without what only tells where it is from.

    Raises:
        Uncleaned: its format is not known here, or it is broken.
    """
    cleaner = _cleaner(raw, name)
    if cleaner is None:
        ending = posixpath.splitext(name)[1] or "without an ending"
        raise Uncleaned(
            f"a file of this format ({ending}) cannot be cleaned of metadata; convert it to a common one"
        )
    try:
        return cleaner(raw)
    except (IndexError, ValueError, OverflowError) as error:
        raise Uncleaned(
            f"it is broken, so that its metadata cannot be removed ({error}); repair it"
        ) from None


def _cleaner(raw: bytes, name: str) -> Cleaner | None:
    ending = posixpath.splitext(name)[1].lower()
    # Its first four bytes are vertices or a title: only the ending tells of the format.
    if ending == ".stl":
        return models.stl
    for offset, mark, cleaner in _BY_HEAD:
        if raw[offset : offset + len(mark)] == mark:
            return cleaner
    if raw[4:8] in _BOXES:
        return boxes.cleaned
    if raw[:3] == b"ID3" or (len(raw) > 1 and raw[0] == 0xFF and raw[1] & 0xE0 == 0xE0):  # noqa: PLR2004
        return flac.cleaned if ending == ".flac" else mpeg.cleaned
    if len(raw) > 188 and raw[0] == raw[188] == 0x47:  # noqa: PLR2004 - a transport stream
        return _same
    return _BY_SUFFIX.get(ending)
