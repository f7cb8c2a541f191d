"""GIF: keeps the frames, how long they stand and how often they repeat."""

from __future__ import annotations

_HEAD = 13
_TABLE = 0x80
_EXTENSION, _PICTURE, _END = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_KEPT = (b"NETSCAPE2.0", b"ANIMEXTS1.0", b"ICCRGBG1012")


def cleaned(raw: bytes) -> bytes:
    """Return the picture without comments, texts and what programs have left."""
    place = _HEAD + _table(raw[10])
    out = [raw[:place]]
    while raw[place] != _END:
        if raw[place] == _EXTENSION:
            end = _blocks_end(raw, place + 2)
            label = raw[place + 1]
            program = raw[place + 3 : place + 14]
            if label == _CONTROL or (label == _APPLICATION and program in _KEPT):
                out.append(raw[place:end])
        elif raw[place] == _PICTURE:
            end = _blocks_end(raw, place + 11 + _table(raw[place + 9]))
            out.append(raw[place:end])
        else:
            raise ValueError(f"no block begins at byte {place}")
        place = end
    return b"".join([*out, bytes([_END])])


def _table(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & _TABLE else 0


def _blocks_end(raw: bytes, place: int) -> int:
    while raw[place]:
        place += raw[place] + 1
    return place + 1
