"""AIFF and AIFF-C: keeps the format, the channel layout and the samples."""

from __future__ import annotations

_KEPT = frozenset({b"COMM", b"SSND", b"FVER", b"CHAN"})


def cleaned(raw: bytes) -> bytes:
    """Return the recording without names, authors, comments and markers."""
    if raw[8:12] not in {b"AIFF", b"AIFC"}:
        raise ValueError(f"it is of the form {raw[8:12]!r}, which is no recording")
    out = [raw[8:12]]
    place = 12
    while place + 8 <= len(raw):
        kind, size = (
            raw[place : place + 4],
            int.from_bytes(raw[place + 4 : place + 8], "big"),
        )
        end = place + 8 + size + (size & 1)
        if kind in _KEPT:
            out.append(raw[place:end])
        place = end
    body = b"".join(out)
    return b"FORM" + len(body).to_bytes(4, "big") + body
