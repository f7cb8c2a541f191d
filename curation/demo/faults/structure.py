"""Faults in how a folder and its annotation are built."""

from __future__ import annotations

import os
import shutil
import unicodedata
import zipfile
from collections.abc import Callable
from pathlib import Path

from curation.demo.faults.fault import (
    CannotPlant,
    Fault,
    both,
    change,
    drop,
    each,
    fill,
    put,
    remove,
    text,
)
from curation.demo.pictures import CLOCKS
from curation.demo.plan import ANNOTATION
from curation.demo.words import TIMETABLES

SECOND = "/data/1/input/image_file"


def _crowd(folder: Path) -> None:
    notes = folder / "notes"
    notes.mkdir()
    for number in range(10_001):
        (notes / f"{number:05}.txt").touch()


def _links(folder: Path) -> None:
    try:
        (folder / "images" / "latest").symlink_to("0001.png")
    except (OSError, NotImplementedError):
        raise CannotPlant("links cannot be made here") from None


def _alike(folder: Path) -> None:
    for form in ("NFC", "NFD"):
        (folder / unicodedata.normalize(form, "r\u00e9sum\u00e9.txt")).touch()
    if sum(1 for f in folder.iterdir() if f.suffix == ".txt") < 2:  # noqa: PLR2004 - the two
        raise CannotPlant("this file system takes both names for one")


def _impossible(folder: Path) -> None:
    if os.name == "nt":
        raise CannotPlant("it cannot exist on Windows, which is what the rule warns of")
    (folder / "notes: first draft.txt").touch()


def packed(put_in: Callable[[zipfile.ZipFile], None]) -> Callable[[Path], None]:
    """Make an archive of the folder, under its name, with something that nobody expects."""

    def plant(folder: Path) -> None:
        whole = folder.with_suffix(".part")
        with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
            for file in sorted(folder.rglob("*")):
                archive.write(file, file.relative_to(folder))
            put_in(archive)
        shutil.rmtree(folder)
        whole.rename(folder)

    return plant


FAULTS = (
    Fault("STR001", CLOCKS, "", "annotation.json is deleted", remove(ANNOTATION)),
    Fault(
        "STR002",
        CLOCKS,
        ANNOTATION,
        "a copy lies beside it as annotation_v2.json",
        lambda folder: fill("annotation_v2.json", (folder / ANNOTATION).read_bytes())(folder),
    ),
    Fault(
        "STR003",
        CLOCKS,
        ANNOTATION,
        "saved as Latin-1, with a word that has an umlaut",
        change(ANNOTATION, lambda data: data.replace(b'"General"', '"M\u00fcnchen"'.encode("latin-1"))),
    ),
    Fault("STR004", CLOCKS, ANNOTATION, "begins with a byte-order mark", change(ANNOTATION, lambda d: b"\xef\xbb\xbf" + d)),
    Fault("STR005", CLOCKS, ANNOTATION, "the last bracket is missing", change(ANNOTATION, lambda d: d.rstrip()[:-1])),
    Fault(
        "STR006",
        CLOCKS,
        ANNOTATION,
        "version stands in it twice",
        text('"version": "1.0",', '"version": "1.0",\n  "version": "1.1",'),
    ),
    Fault(
        "STR007",
        CLOCKS,
        ANNOTATION,
        "others.focal_length is NaN",
        text('"version"', '"others": {"focal_length": NaN},\n  "version"'),
    ),
    Fault(
        "STR008",
        CLOCKS,
        ANNOTATION,
        "others holds 100,000 lists within each other",
        text('"version"', f'"others": {{"deep": {"[" * 100_000}{"]" * 100_000}}},\n  "version"'),
    ),
    Fault(
        "STR009",
        CLOCKS,
        "",
        "packed into an archive with a member that escapes, ../../outside.txt",
        packed(lambda archive: archive.writestr("../../outside.txt", "written outside")),
        name="STR009-refused-archive.zip",
    ),
    Fault("STR010", CLOCKS, "", "lies under Photographs", lambda _: None, place="Photographs/comprehension"),
    Fault("STR011", CLOCKS, "", "lies under Image/understanding", lambda _: None, place="Image/understanding"),
    Fault("STR012", CLOCKS, "annotation.json#/family", "family is image/question-answering", put("/family", "image/question-answering")),
    Fault("STR013", CLOCKS, "annotation.json#/domain", "domain is a text, not a list", put("/domain", "General")),
    Fault("STR014", CLOCKS, ANNOTATION, "skill is missing", drop("/skill")),
    Fault("STR015", TIMETABLES, "annotation.json#/data", "data is an empty list", put("/data", [])),
    Fault("STR016", TIMETABLES, "annotation.json#/data", "there are two samples, three are asked for", drop("/data/2")),
    Fault("STR017", CLOCKS, "images/.DS_Store", "macOS left a file behind", fill("images/.DS_Store", b"\0\0\0\1Bud1")),
    Fault(
        "STR018",
        CLOCKS,
        "images/0003.png",
        "no sample names the picture any more",
        drop("/data/2"),
        samples=4,
    ),
    Fault("STR019", CLOCKS, "notes", "the folder notes holds 10,001 files", _crowd),
    Fault("STR020", CLOCKS, f"annotation.json#{SECOND}", "a path of the author's own machine", put(SECOND, "/home/ada/clocks/images/0002.png")),
    Fault(
        "STR021",
        CLOCKS,
        f"annotation.json#{SECOND}",
        "a path leads out of the folder",
        both(put(SECOND, "../../clocks/0002.png"), remove("images/0002.png")),
    ),
    Fault("STR022", CLOCKS, f"annotation.json#{SECOND}", "a path is written with a backslash", put(SECOND, "images\\0002.png")),
    Fault("STR023", CLOCKS, "images/latest", "a link to another picture lies there", _links),
    Fault("STR024", CLOCKS, "r\u00e9sum\u00e9.txt", "two names differ only in their Unicode form", _alike),
    Fault("STR025", CLOCKS, "notes: first draft.txt", "a name has a colon", _impossible),
    Fault("STR026", CLOCKS, "annotation.json#/data/1", "the second sample has no id", drop("/data/1/id")),
    Fault("STR027", CLOCKS, "annotation.json#/data/1/id", "the second sample has the id of the first", put("/data/1/id", "s0001")),
    Fault("STR028", CLOCKS, "annotation.json#/data/1/id", "an id is the number 2", put("/data/1/id", 2)),
    Fault(
        "STR029",
        CLOCKS,
        "annotation.json#/data/0/input/image_file",
        "all paths begin with release/clocks, which is not there",
        each("/input/image_file", lambda path: f"release/clocks/{path}"),
    ),
    Fault(
        "STR030",
        CLOCKS,
        "annotation.json#/data/0/input/image_file",
        "all paths leave out the folder images",
        each("/input/image_file", lambda path: path.removeprefix("images/")),
    ),
)  # fmt: skip
