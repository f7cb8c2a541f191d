"""JPEG: keeps what decodes it, its colour profile and its orientation."""

from __future__ import annotations

from collections.abc import Iterator

from curation.neutral import exif

_EXIF = b"Exif\0\0"
_SOS, _EOI = 0xDA, 0xD9
_APP0, _APP1, _APP2, _APP14, _APP15, _COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF, 0xFE
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers that no length follows."""
_WITHIN = frozenset({b"\0", b"\xff", *(bytes([m]) for m in range(0xD0, 0xD8))})
"""What may follow FF in a coded picture: a zero, filling, or the number of a restart."""
_JFIF = 16


def cleaned(raw: bytes) -> bytes:
    """Return the picture without EXIF (but its orientation), XMP, IPTC, comments, previews."""
    out = [raw[:2]]
    turned = b""
    for marker, segment in _segments(raw):
        kept, orientation = _kept(marker, segment)
        turned = turned or orientation
        out.append(kept)
    if turned:
        body = _EXIF + turned
        out.insert(1, b"\xff\xe1" + (len(body) + 2).to_bytes(2, "big") + body)
    return b"".join(out)


def _kept(marker: int, segment: bytes) -> tuple[bytes, bytes]:
    """Return what is kept of a segment, and orientation data if it has some."""
    body = segment[4:]
    if marker == _APP1 and body.startswith(_EXIF):
        return b"", exif.reduced(body[len(_EXIF) :])
    if marker == _APP0 and body.startswith(b"JFIF\0"):
        # Without the thumbnail that it may hold.
        return b"\xff\xe0\0\x10" + (body[:12] + b"\0\0")[: _JFIF - 2], b""
    if marker == _APP14 and body.startswith(b"Adobe"):
        return segment, b""
    if marker == _APP2 and body.startswith(b"ICC_PROFILE\0"):
        return segment, b""
    if _APP0 <= marker <= _APP15 or marker == _COMMENT:
        return b"", b""
    return segment, b""


def _segments(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield markers with all that belongs to them; what follows the end is left out."""
    place = 2
    while place < len(raw) - 1:
        if raw[place] != 0xFF:  # noqa: PLR2004
            raise ValueError(f"no marker at byte {place}")
        marker = raw[place + 1]
        if marker == 0xFF:  # noqa: PLR2004 - filling
            place += 1
            continue
        if marker == _EOI:
            yield marker, raw[place : place + 2]
            return
        end = place + 2
        if marker not in _ALONE:
            end += int.from_bytes(raw[place + 2 : place + 4], "big")
        if marker == _SOS:
            end = _scan_end(raw, end)
        yield marker, raw[place:end]
        place = end


def _scan_end(raw: bytes, place: int) -> int:
    """Return where the coded picture ends, which is the next marker but a restart."""
    while (place := raw.find(b"\xff", place)) >= 0:
        following = raw[place + 1 : place + 2]
        if following and following not in _WITHIN:
            return place
        place += 1 if following == b"\xff" else 2
    return len(raw)
