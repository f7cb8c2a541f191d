"""Faults of media files of any kind, and hostile files that readers must survive."""

from __future__ import annotations

import math
import os
import pickle
import struct
import tarfile
import zipfile
import zlib
from pathlib import Path

from curation.demo.faults.fault import (
    CannotPlant,
    Fault,
    become,
    both,
    change,
    fill,
    picture,
    put,
    remove,
)
from curation.demo.faults.models import gltf
from curation.demo.faults.structure import packed
from curation.demo.films import MARBLES, SHARPENING
from curation.demo.furniture import CHAIRS, TABLES
from curation.demo.pictures import CLOCKS
from curation.demo.plan import ANNOTATION
from curation.demo.sounds import TRIADS
from curation.demo.words import TIMETABLES

_IMAGE = "/data/1/input/image_file"
_LABELS = "/data/1/output/label_file"
_SECOND = "images/0002.png"


def _png_of(width: int, height: int) -> bytes:
    """Make a tiny PNG that claims to be of this size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data))
            + kind
            + data
            + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", rows)
        + chunk(b"IEND", b"")
    )


def _pipe(path: str) -> None:
    if not hasattr(os, "mkfifo"):
        raise CannotPlant("this system has no named pipes")
    try:
        os.mkfifo(path)
    except OSError as error:
        raise CannotPlant(
            f"a named pipe cannot be made here: {error.strerror}"
        ) from None


def _piped(folder: Path) -> None:
    (folder / _SECOND).unlink()
    _pipe(str(folder / _SECOND))


def _linked(folder: Path) -> None:
    outside = folder / _SECOND
    outside.unlink()
    try:
        outside.symlink_to("/etc/hostname")
    except (OSError, NotImplementedError):
        raise CannotPlant("links cannot be made here") from None


FAULTS = (
    Fault("MED001", CLOCKS, f"annotation.json#{_IMAGE}", "a picture is deleted", remove(_SECOND)),
    Fault("MED002", CLOCKS, _SECOND, "a picture has 0 bytes", fill(_SECOND, b"")),
    Fault("MED003", CLOCKS, _SECOND, "a picture ends after half of its bytes", change(_SECOND, lambda data: data[: len(data) // 2])),
    Fault("MED004", CLOCKS, _SECOND, "a picture is overwritten with noise", change(_SECOND, lambda data: zlib.compress(data[::-1]))),
    Fault("MED005", CLOCKS, _SECOND, "a JPEG is named .png", picture(_SECOND, lambda p: p, format="JPEG")),
    Fault("MED006", CLOCKS, _SECOND, "a picture of 200 bytes claims 60,000 x 60,000 pixels", fill(_SECOND, _png_of(60_000, 60_000))),
    Fault(
        "MED009",
        CLOCKS,
        "images/0002.tga",
        "a picture is stored as Targa",
        both(become(_IMAGE, "images/0002.tga"), picture("images/0002.tga", lambda p: p)),
    ),
    Fault(
        "MED010",
        CHAIRS,
        "targets/0002.pt",
        "labels are pickled as a .pt file",
        both(become(_LABELS, "targets/0002.pt"), fill("targets/0002.pt", pickle.dumps([0, 1, 2], 4))),
    ),
    Fault("MED011", CLOCKS, f"annotation.json#{_IMAGE}", "a named pipe lies in the place of a picture", _piped),
)  # fmt: skip

_DEEP = b"[" * 100_000


def _bomb(archive: zipfile.ZipFile) -> None:
    archive.writestr("images/bomb.png", bytes(20 << 20))


def _linking(folder: Path) -> None:
    """Make a tar whose member is a link out of the folder."""
    whole = folder.with_suffix(".part")
    with tarfile.open(whole, "w") as archive:
        archive.add(folder / ANNOTATION, ANNOTATION)
        link = tarfile.TarInfo("images")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc"
        archive.addfile(link)
    for file in sorted(folder.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    folder.rmdir()
    whole.rename(folder)


def _clearing(folder: Path) -> None:
    if os.name == "nt":
        raise CannotPlant("it cannot exist on Windows")
    (folder / "notes\x1b[2J.txt").touch()


def _claiming(count: int) -> bytes:
    return (
        f"ply\nformat binary_little_endian 1.0\nelement vertex {count}\n"
        "property float x\nproperty float y\nproperty float z\nend_header\n"
    ).encode() + bytes(1200)


HOSTILE = (
    Fault("STR009", CLOCKS, "", "an archive of some kB with a member of 20 MB of zeros", packed(_bomb), name="STR009-zip-bomb.zip"),
    Fault("STR009", CLOCKS, "", "an archive whose folder of pictures is a link to /etc", _linking, name="STR009-link-in-archive.tar"),
    Fault("STR003", TIMETABLES, ANNOTATION, "annotation.json is a picture", fill(ANNOTATION, _png_of(64, 64)), name="STR003-picture-as-annotation"),
    Fault("STR008", TIMETABLES, ANNOTATION, "annotation.json is 100,000 brackets", fill(ANNOTATION, _DEEP), name="STR008-brackets-only"),
    Fault("STR007", TIMETABLES, ANNOTATION, "an answer is Infinity", put("/data/1/output/answer", math.inf), name="STR007-infinite-answer"),
    Fault(
        "MED004",
        SHARPENING,
        "videos/0002.mp4",
        "a text is named .mp4",
        fill("videos/0002.mp4", b"This is not a film. It only says so.\n" * 40),
        name="MED004-text-as-film",
    ),
    Fault(
        "MED003",
        CHAIRS,
        "pointclouds/0002.ply",
        "a point cloud of 1 kB claims 1,000,000,000 points",
        fill("pointclouds/0002.ply", _claiming(1_000_000_000)),
        name="MED003-billion-points",
    ),
    Fault(
        "MED003",
        TRIADS,
        "audios/0002.wav",
        "a recording claims to be a hundred times as long as it is",
        change("audios/0002.wav", lambda data: data[:40] + struct.pack("<I", 100 * len(data)) + data[44:]),
        name="MED003-lying-header",
    ),
    Fault(
        "MED002",
        MARBLES,
        "frames/0002/00005.jpg",
        "one frame of a folder of frames has 0 bytes",
        fill("frames/0002/00005.jpg", b""),
        name="MED002-empty-frame",
    ),
    Fault(
        "MSH007",
        TABLES,
        "targets/0002.gltf",
        "a model takes its points from file:///etc/passwd",
        both(become("/data/1/output/mesh_file", "targets/0002.gltf"), fill("targets/0002.gltf", gltf("file:///etc/passwd"))),
        name="MSH007-model-of-passwords",
    ),
    Fault(
        "STR023",
        CLOCKS,
        "images/0002.png",
        "a picture is a link to /etc/hostname",
        _linked,
        name="STR023-link-as-picture",
    ),
    Fault(
        "MED010",
        CLOCKS,
        "images/0002.png",
        "a pickle is named .png",
        fill(_SECOND, pickle.dumps({"pixels": [0, 1]}, 4)),
        name="MED010-pickle-as-picture",
    ),
    Fault("STR025", CLOCKS, "notes\x1b[2J.txt", "a name that clears the screen of whoever prints it", _clearing, name="STR025-escape-sequence"),
    Fault(
        "MED001",
        CLOCKS,
        f"annotation.json#{_IMAGE}",
        "a path is five thousand characters long",
        both(put(_IMAGE, f"images/{'a' * 5000}.png"), remove(_SECOND)),
        name="MED001-endless-path",
    ),
)  # fmt: skip
"""More than one fault a rule: what has stopped or robbed other readers."""
