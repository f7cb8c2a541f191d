"""NPZ: the arrays and their names, without the times and remarks of the archive."""

from __future__ import annotations

import io
import struct
import zipfile

_LOCAL, _CENTRAL, _END = b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06"
_VERSION, _UTF8, _DATE = 20, 0x800, 0x21
_LARGE = 0xFFFFFFFF


def cleaned(raw: bytes) -> bytes:
    """Return the archive with the same members, packed as they were, and no times."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            members = archive.infolist()
    except zipfile.BadZipFile as error:
        raise ValueError(str(error)) from None
    out, central, place = [], [], 0
    for member in members:
        if not member.filename.endswith(".npy") or member.flag_bits & 1:
            raise ValueError(f"it holds {member.filename!r}, which is no array")
        if max(member.file_size, len(raw)) >= _LARGE:
            raise ValueError("it is larger than 4 GiB")
        name = member.filename.encode()
        facts = struct.pack(
            "<HHHHIII2H",
            _UTF8,
            member.compress_type,
            0,
            _DATE,
            member.CRC,
            member.compress_size,
            member.file_size,
            len(name),
            0,
        )
        whole = (
            _LOCAL + struct.pack("<H", _VERSION) + facts + name + _packed(raw, member)
        )
        head = _CENTRAL + struct.pack("<HH", _VERSION, _VERSION) + facts
        central.append(head + struct.pack("<HHHII", 0, 0, 0, 0, place) + name)
        out.append(whole)
        place += len(whole)
    listing = b"".join(central)
    end = struct.pack(
        "<HHHHIIH", 0, 0, len(members), len(members), len(listing), place, 0
    )
    return b"".join([*out, listing, _END, end])


def _packed(raw: bytes, member: zipfile.ZipInfo) -> bytes:
    name, extra = struct.unpack_from("<HH", raw, member.header_offset + 26)
    start = member.header_offset + 30 + name + extra
    return raw[start : start + member.compress_size]
