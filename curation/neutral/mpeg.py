"""MPEG audio (MP3, AAC in ADTS): the frames, without the tags before and after them."""

from __future__ import annotations

_ID3V2, _ID3V1, _EXTENDED, _APE, _LYRICS = 10, 128, 227, 32, 9
_FOOTER = 0x10
_APE_HEADER = 1 << 31


def cleaned(raw: bytes) -> bytes:
    """Return the recording without ID3, APE and lyrics tags."""
    return without_tags(raw)


def without_tags(raw: bytes) -> bytes:
    """Return what lies between the tags at the start and those at the end."""
    start, end = 0, len(raw)
    while (found := _after_head(raw, start)) != start:
        start = found
    while (found := _before_tail(raw, end)) != end:
        end = found
    return raw[start:end]


def _after_head(raw: bytes, start: int) -> int:
    if raw[start : start + 3] == b"ID3" and len(raw) >= start + _ID3V2:
        size = 0
        for byte in raw[start + 6 : start + 10]:
            size = size << 7 | byte & 0x7F
        return start + _ID3V2 + size + (_ID3V2 if raw[start + 5] & _FOOTER else 0)
    if raw[start : start + 8] == b"APETAGEX":
        return start + _APE + int.from_bytes(raw[start + 12 : start + 16], "little")
    return start


def _before_tail(raw: bytes, end: int) -> int:
    if raw[end - _ID3V1 : end - _ID3V1 + 3] == b"TAG" and end >= _ID3V1:
        return end - _ID3V1
    if raw[end - _EXTENDED : end - _EXTENDED + 4] == b"TAG+" and end >= _EXTENDED:
        return end - _EXTENDED
    if raw[end - _APE : end - _APE + 8] == b"APETAGEX" and end >= _APE:
        footer = raw[end - _APE : end]
        headed = int.from_bytes(footer[20:24], "little") & _APE_HEADER
        return end - int.from_bytes(footer[12:16], "little") - (_APE if headed else 0)
    if raw[end - _LYRICS : end] in {b"LYRICS200", b"LYRICSEND"}:
        begin = raw.rfind(b"LYRICSBEGIN", 0, end)
        return begin if begin >= 0 else end
    return end
