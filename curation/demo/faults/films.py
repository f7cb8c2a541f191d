"""Faults of films and of folders of frames."""

from __future__ import annotations

import struct
from pathlib import Path

import av
import numpy as np
from PIL import Image

from curation.demo import films
from curation.demo.faults.fault import Fault, Planter, both, change, drop, picture, put
from curation.demo.films import HEIGHT, MARBLES, RATE, SHARPENING, TRAFFIC, WIDTH
from curation.demo.landscapes import landscape, painted
from curation.demo.pictures import Pixels
from curation.demo.plan import ANNOTATION

_NAMED = "/data/1/input/video_file"
_SECOND = "videos/0002.mp4"
_OTHER = "videos/0002.avi"


def _scene(index: int) -> Pixels:
    return painted(
        landscape(np.random.default_rng(index // films.FRAMES)),
        index / films.FRAMES,
        WIDTH,
        HEIGHT,
    )


def _film(path: str, **kept: object) -> Planter:
    """Film another landscape in the place of what was there."""

    def plant(folder: Path) -> None:
        (folder / _SECOND).unlink()
        films.write(folder / path, _scene, **kept)  # type: ignore[arg-type]

    return plant


def _grey(level: int) -> Planter:
    painter = films.still(Image.new("RGB", (WIDTH, HEIGHT), (level, level, level)))
    return lambda folder: films.write(folder / _SECOND, painter)


def _frozen(folder: Path) -> None:
    films.write(folder / _SECOND, lambda _: _scene(3))


def _nothing(folder: Path) -> None:
    """Write the header of a film, and no frame."""
    (folder / _SECOND).unlink()
    with av.open(str(folder / _OTHER), "w") as film:
        stream = film.add_stream("mpeg4", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH // 2, HEIGHT // 2, "yuv420p"
        film.start_encoding()


def _promised(data: bytes) -> bytes:
    """Let an AVI announce 40 frames, wherever it says how many there are."""
    at = data.index(b"strh") + 8 + 32
    return data[:at] + struct.pack("<I", 40) + data[at + 4 :]


def _scratched(data: bytes) -> bytes:
    """Overwrite 30 bytes in the middle of the pictures of an MP4."""
    at = data.index(b"mdat")
    middle = at + int.from_bytes(data[at - 4 : at]) // 2
    return data[:middle] + bytes(30) + data[middle + 30 :]


def _emptied(folder: Path) -> None:
    (folder / _SECOND).unlink()
    (folder / "frames" / "0002").mkdir(parents=True)
    (folder / "frames" / "0002" / "notes.txt").write_text(
        "frames will follow\n", "utf-8"
    )


FAULTS = (
    Fault("VID001", SHARPENING, _OTHER, "a film has a header and no frame", both(_nothing, put(_NAMED, _OTHER))),
    Fault(
        "VID002",
        TRAFFIC,
        _OTHER,
        "the header announces 40 frames, there are 16",
        both(_film(_OTHER), change(_OTHER, _promised), put(_NAMED, _OTHER)),
    ),
    Fault("VID003", TRAFFIC, _SECOND, "thirty bytes in the middle are zero", both(_film(_SECOND), change(_SECOND, _scratched))),
    Fault("VID004", TRAFFIC, _SECOND, "a film is black", _grey(0)),
    Fault("VID005", TRAFFIC, _SECOND, "a film stands still", _frozen),
    Fault("VID006", SHARPENING, ANNOTATION, "one film is larger than the others", _film(_SECOND)),
    Fault("VID007", TRAFFIC, _SECOND, "a tag tells a place in Oslo", _film(_SECOND, tags={"location": "+59.9139+010.7522/"})),
    Fault("VID008", TRAFFIC, _SECOND, "a tag names who filmed", _film(_SECOND, tags={"artist": "Ada Nordmann"})),
    Fault("VID009", TRAFFIC, _SECOND, "a tag has a comment", _film(_SECOND, tags={"comment": "filmed from the bridge"})),
    Fault(
        "VID010",
        TRAFFIC,
        "frames/0002",
        "a folder of frames holds a note only",
        both(_emptied, drop(_NAMED), put("/data/1/input/video_folder", "frames/0002")),
    ),
    Fault("VID011", MARBLES, "frames/0002", "one frame is deleted", lambda folder: (folder / "frames/0002/00006.jpg").unlink()),
    Fault("VID012", MARBLES, "frames/0002", "one frame is smaller than the others", picture("frames/0002/00006.jpg", lambda p: p.resize((120, 90)))),
)  # fmt: skip
