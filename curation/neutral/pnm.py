"""PBM, PGM and PPM: pictures whose head may hold comments."""

from __future__ import annotations

import re

_COMMENT = re.compile(rb"#[^\n]*\n?")


def cleaned(raw: bytes) -> bytes:
    """Return the picture without comments."""
    if not re.match(rb"P[1-6]\s", raw):
        raise ValueError("it does not begin as a picture of this format")
    if raw[1:2] in b"123":
        return _COMMENT.sub(b"\n", raw)
    wanted = 2 if raw[1:2] == b"4" else 3
    found: list[bytes] = []
    place = 2
    while len(found) < wanted:
        match = re.compile(rb"(?:\s|#[^\n]*\n)*(\d+)").match(raw, place)
        if match is None:
            raise ValueError("its head has no size")
        found.append(match[1])
        place = match.end()
    # One blank, or a comment and its line end, stands before the pixels.
    tail = re.compile(rb"(?:[ \t]*#[^\n]*)?\s").match(raw, place)
    if tail is None:
        raise ValueError("its head does not end")
    return raw[:2] + b"\n" + b" ".join(found) + b"\n" + raw[tail.end() :]
