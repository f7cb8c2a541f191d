"""Models and clouds of points as text or with a head of text: PLY, OBJ, STL, OFF, points."""

from __future__ import annotations

import re

_STL_HEAD, _STL_COUNT, _STL_FACE = 80, 84, 50


def ply(raw: bytes) -> bytes:
    """Return the model without comments; the head ends where it says so."""
    if not re.match(rb"ply\s", raw):
        raise ValueError("it does not begin with ply")
    match = re.compile(rb"(?m)^end_header[ \t]*\r?\n?").search(raw)
    if match is None:
        raise ValueError("its head does not end")
    lines = raw[: match.start()].splitlines(keepends=True)
    kept = [
        line
        for line in lines
        if line.split(maxsplit=1)[:1] not in ([b"comment"], [b"obj_info"])
    ]
    return b"".join(kept) + raw[match.start() :]


def obj(raw: bytes) -> bytes:
    """Return the model without comments and with numbers for the names of its parts.

    What leads to materials is left out, since they are files of their own.
    """
    names: dict[bytes, bytes] = {}
    return b"".join(_obj_line(line, names) for line in raw.splitlines(keepends=True))


def _obj_line(line: bytes, names: dict[bytes, bytes]) -> bytes:
    body = line.rstrip(b"\r\n")
    ending = line[len(body) :]
    plain = body.partition(b"#")[0].rstrip()
    words = plain.split()
    if not words:
        return b"" if b"#" in body else line
    if words[0] in {b"o", b"g", b"usemtl"}:
        told = [
            names.setdefault(words[0] + b" " + w, b"p%d" % (len(names) + 1))
            for w in words[1:]
        ]
        return b" ".join([words[0], *told]) + ending
    if words[0] in {
        b"mtllib",
        b"maplib",
        b"usemap",
        b"shadow_obj",
        b"trace_obj",
        b"call",
        b"csh",
    }:
        return b""
    return (plain if b"#" in body else body) + ending


def stl(raw: bytes) -> bytes:
    """Return the model without its title; a colour that the head states is kept."""
    faces = int.from_bytes(raw[_STL_HEAD:_STL_COUNT], "little")
    if len(raw) >= _STL_COUNT and len(raw) == _STL_COUNT + _STL_FACE * faces:
        return _stl_head(raw[:_STL_HEAD]) + raw[_STL_HEAD:]
    if raw.lstrip()[:5].lower() == b"solid":
        return re.sub(rb"(?im)^([ \t]*(?:end)?solid)\b[^\r\n]*", rb"\1", raw)
    if len(raw) > _STL_COUNT + _STL_FACE * faces:
        return (
            _stl_head(raw[:_STL_HEAD]) + raw[_STL_HEAD : _STL_COUNT + _STL_FACE * faces]
        )
    raise ValueError("it is cut off")


def _stl_head(head: bytes) -> bytes:
    place = head.find(b"COLOR=")
    colour = head[place : place + 10] if place >= 0 else b""
    return colour.ljust(_STL_HEAD, b"\0")


def off(raw: bytes) -> bytes:
    """Return the model without comments."""
    return points(raw)


def points(raw: bytes) -> bytes:
    """Return lines without what follows a # in them."""
    head, mark, rest = _data(raw)
    kept = (_uncommented(line) for line in head.splitlines(keepends=True))
    return b"".join(kept) + mark + rest


def _data(raw: bytes) -> tuple[bytes, bytes, bytes]:
    """Part a head of text from what follows it, which can be binary in a PCD file."""
    match = re.compile(rb"(?m)^DATA[ \t]+binary\w*[ \t]*\r?\n").search(raw)
    binary_off = re.compile(rb"^\s*(?:ST)?C?N?4?n?OFF[ \t]+BINARY[^\n]*\n").match(raw)
    found = match or binary_off
    if found is None:
        return raw, b"", b""
    return raw[: found.start()], found[0], raw[found.end() :]


def _uncommented(line: bytes) -> bytes:
    body = line.rstrip(b"\r\n")
    if b"#" not in body:
        return line
    plain = body.partition(b"#")[0].rstrip()
    return plain + line[len(body) :] if plain else b""
