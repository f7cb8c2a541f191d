"""Arrays are read piece by piece, in bounded memory, and never as Python objects."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from curation.settings import Limits
from curation.workers import Job, LocalPool, batched
from tests import models
from tests.decoding import decoded as decoded_as

LIMITS = Limits()
VALUES = np.linspace(-1, 2, 60, dtype=np.float32).reshape(5, 6, 2)


def decoded(path, limits=None):
    return decoded_as(path, "array", limits)


def saved(path, *arrays, **named):
    """Write an .npy or a compressed .npz."""
    if path.suffix == ".npz":
        np.savez_compressed(path, *arrays, **named)
    else:
        np.save(path, *arrays)
    return path


def raw(path, content):
    path.write_bytes(content)
    return path


def packed(path, members, method=zipfile.ZIP_DEFLATED):
    """Write a ZIP of these members."""
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return path


def _npy(values):
    stream = io.BytesIO()
    np.save(stream, values)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["a.npy", "a.npz", "a.flo"])
def test_an_array_is_read_from_any_format(tmp_path, name):
    path = tmp_path / name
    models.flo(path, VALUES) if path.suffix == ".flo" else saved(path, VALUES)

    seen = decoded(path)

    assert (seen["shape"], seen["dtype"], seen["elements"]) == (
        (5, 6, 2),
        "float32",
        60,
    )
    assert (seen["lowest"], seen["highest"], seen["not_finite"]) == (-1.0, 2.0, 0)
    assert (seen["format"], seen["names"]) == (
        path.suffix[1:],
        ("arr_0",) if name == "a.npz" else (),
    )


def test_the_same_values_have_the_same_content_in_every_format(tmp_path):
    paths = [
        saved(tmp_path / "a.npy", VALUES),
        saved(tmp_path / "b.npy", VALUES.astype(">f4")),
        saved(tmp_path / "c.npz", VALUES),
        models.flo(tmp_path / "d.flo", VALUES),
    ]

    assert len({decoded(path)["content"] for path in paths}) == 1
    assert (
        decoded(saved(tmp_path / "e.npy", VALUES + 1))["content"]
        != decoded(paths[0])["content"]
    )


def test_all_arrays_of_an_archive_are_read(tmp_path):
    path = saved(
        tmp_path / "a.npz", depth=VALUES, mask=np.arange(9), **{"pose/left": np.eye(2)}
    )

    seen = decoded(path)

    assert seen["names"] == ("depth", "mask", "pose/left")
    assert (seen["shape"], seen["elements"], seen["highest"]) == ((5, 6, 2), 73, 8.0)


@pytest.mark.parametrize(
    ("values", "lowest", "highest"),
    [
        (np.arange(-3, 4, dtype=">i2"), -3.0, 3.0),
        (np.array([True, False]), 0.0, 1.0),
        (np.array([1.5, 2.5], np.float16), 1.5, 2.5),
        (np.asfortranarray(np.arange(12).reshape(3, 4)), 0.0, 11.0),
        (np.array([1 + 2j]), None, None),
        (np.array(["a", "bc"]), None, None),
        (np.array([(1, 2.5)], [("a", "i4"), ("b", "f8")]), 1.0, 2.5),
        (np.array(7), 7.0, 7.0),
        (np.array([np.nan, np.inf]), None, None),
    ],
    ids=["big-endian", "bool", "half", "columns first", "complex", "text", "fields", "scalar", "nan"],
)  # fmt: skip
def test_the_range_is_that_of_the_finite_numbers(tmp_path, values, lowest, highest):
    seen = decoded(saved(tmp_path / "a.npy", values))

    assert (seen["lowest"], seen["highest"], seen["shape"]) == (
        lowest,
        highest,
        values.shape,
    )


def test_a_picture_of_16_bits_is_an_array(tmp_path):
    path = tmp_path / "a.png"
    Pillow.fromarray((np.arange(600, dtype=np.uint16) * 100).reshape(20, 30)).save(path)

    seen = decoded(path)

    assert (seen["format"], seen["shape"], seen["dtype"]) == ("png", (20, 30), "uint16")
    assert (seen["lowest"], seen["highest"]) == (0.0, 59900.0)


@pytest.mark.parametrize(
    ("kind", "order", "shape"), [("Pf", "<", (2, 3)), ("PF", ">", (2, 3, 3))]
)
def test_a_portable_float_map_is_read(tmp_path, kind, order, shape):
    values = np.arange(np.prod(shape), dtype=f"{order}f4")
    scale = "-1.0" if order == "<" else "1.0"
    path = raw(
        tmp_path / "a.pfm", f"{kind}\n3 2\n{scale}\n".encode() + values.tobytes()
    )

    assert (decoded(path)["shape"], decoded(path)["highest"]) == (
        shape,
        np.prod(shape) - 1.0,
    )


@pytest.mark.parametrize(
    "text",
    ["1,2\n3,4\n", "x,y\n1,2\n3,4\n", "# made by hand\n1 2\n3\t4", "1;2\r\n3;4\r\n"],
)
def test_a_table_of_text_is_read(tmp_path, text):
    seen = decoded(raw(tmp_path / "a.csv", text.encode()))

    assert (seen["shape"], seen["lowest"], seen["highest"]) == ((2, 2), 1.0, 4.0)


def _zeros(path):
    return packed(
        path, [("a.npy", models.npy_head((3 * 10**8,), "|u1") + bytes(3 * 10**8))]
    )


def _lying(path):
    """Make a member that claims to hold far more than it can."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=0) as archive:
        archive.writestr("a.npy", _npy(VALUES))
    size = struct.pack("<I", len(_npy(VALUES)))
    return raw(path, path.read_bytes().replace(size, struct.pack("<I", 1 << 30)))


LIES: dict[str, tuple[str, Callable[[Path], Path], str]] = {
    "a billion values": (
        "a.npy", lambda path: raw(path, models.npy_head((10**9, 3)) + bytes(99)),
        "truncated: the header claims 3,000,000,000 values, 12,000,000,128 bytes, but there are 227",
    ),
    "more values than a number can tell": (
        "a.npy", lambda path: raw(path, models.npy_head((2**62, 2**62), "|u1")),
        "truncated: the header claims 21,267,647,932,558,653,966,460,912,964,485,513,216 values, 21,267,647,932,558,653,966,460,912,964,485,513,344 bytes, but there are 128",
    ),
    "fewer than none": (
        "a.npy", lambda path: raw(path, models.npy_head((-4,)) + bytes(99)),
        "undecodable: an array of shape (-4,) and type float32",
    ),
    "no header": (
        "a.npy", lambda path: raw(path, b"\x93NUMPY\1\0\x10\0" + b"import os #     "),
        "undecodable: the header cannot be read: Cannot parse header: 'import os #     '",
    ),
    "half a header": (
        "a.npy", lambda path: raw(path, models.npy_head((4,))[:60]),
        "truncated: the header cannot be read: EOF: reading array header, expected 118 bytes got 50",
    ),
    "objects": (
        "a.npy", lambda path: saved(path, np.array([{}, None])),
        "refused: it holds Python objects, and loading them runs code",
    ),
    "objects in an archive": (
        "a.npz", lambda path: saved(path, np.array([{}, None])),
        "refused: it holds Python objects, and loading them runs code",
    ),
    "an archive of zeros that inflates": (
        "a.npz", _zeros, "over-limit: 300,000,000 values, the limit is 200,000,000",
    ),
    "a member that claims too much": (
        "a.npz", _lying, "over-limit: the member 'a.npy' claims 1,073,741,824 bytes from 373",
    ),
    "a member that leaves the archive": (
        "a.npz", lambda path: packed(path, [("../a.npy", _npy(VALUES))]),
        "refused: the member '../a.npy' leaves the archive",
    ),
    "an absolute member": (
        "a.npz", lambda path: packed(path, [("/a.npy", _npy(VALUES))]),
        "refused: the member '/a.npy' leaves the archive",
    ),
    "a member that is no array": (
        "a.npz", lambda path: packed(path, [("a.pkl", b"\x80\4.")]),
        "refused: the member 'a.pkl' is not a plain array",
    ),
    "a member of a slow method": (
        "a.npz", lambda path: packed(path, [("a.npy", _npy(VALUES))], zipfile.ZIP_LZMA),
        "refused: the member 'a.npy' is not a plain array",
    ),
    "flow of two billion rows": (
        "a.flo", lambda path: raw(path, b"PIEH" + struct.pack("<ii", 2**31 - 1, 2**31 - 1)),
        "truncated: the header claims 9,223,372,028,264,841,218 values, 36,893,488,113,059,364,884 bytes, but there are 12",
    ),
    "flow of more than is claimed": (
        "a.flo", lambda path: raw(models.flo(path, VALUES), path.read_bytes() + b"more"),
        "undecodable: the header claims 252 bytes, but there are 256",
    ),
    "a table with a short line": (
        "a.csv", lambda path: raw(path, b"1,2\n3,4\n5\n"), "undecodable: 1 numbers in '5', expected 2",
    ),
    "a table of words": (
        "a.csv", lambda path: raw(path, b"id,name\n1,ann\n"),
        "undecodable: not a table of numbers; it looks like plain text",
    ),
    "MATLAB": (
        "a.mat", lambda path: raw(path, b"MATLAB 5.0 MAT-file, Platform: GLNXA64"),
        "undecodable: it is MATLAB's format, which is not read; store .npy or .npz",
    ),
    "OpenEXR": (
        "a.exr", lambda path: raw(path, b"\x76\x2f\x31\x01\2\0\0\0"),
        "undecodable: it is OpenEXR, which is not read; store .npy or .npz",
    ),
    "text": (
        "a.npy", lambda path: raw(path, b"1 2 3\n"),
        "undecodable: not an array that can be read; it looks like plain text",
    ),
    "a JPEG picture": (
        "a.npy", lambda path: raw(path, b"\xff\xd8\xff\xe0\0\x10JFIF"),
        "undecodable: not an array that can be read; it looks like a JPEG picture",
    ),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_told(tmp_path, lie):
    name, write, told = LIES[lie]

    assert decoded(write(tmp_path / name)) == told


def test_hostile_files_are_read_within_the_bounds_of_a_worker(tmp_path):
    jobs = []
    for index, (name, write, _) in enumerate(LIES.values()):
        folder = tmp_path / str(index)
        folder.mkdir()
        jobs.append(Job(str(write(folder / name)), "array"))

    results = dict(LocalPool(1, LIMITS).run(batched(jobs, LIMITS, {})))

    told = [f"{results[job]['reason']}: {results[job]['detail']}" for job in jobs]
    assert told == [told for _, _, told in LIES.values()]


@pytest.mark.parametrize("name", ["a.npy", "a.npz", "a.flo", "a.png"])
def test_a_file_that_was_cut_off_is_named(tmp_path, name):
    path = tmp_path / name
    match path.suffix:
        case ".flo":
            models.flo(path, VALUES)
        case ".png":
            raw(path, models.png())
        case _:
            saved(path, VALUES)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])

    assert decoded(path).startswith("truncated: ")


def test_a_flipped_bit_in_an_archive_is_noticed_by_its_checksum(tmp_path):
    path = packed(tmp_path / "a.npz", [("a.npy", _npy(VALUES))], zipfile.ZIP_STORED)
    broken = bytearray(path.read_bytes())
    broken[250] ^= 1

    told = "undecodable: the archive is damaged: Bad CRC-32 for file 'a.npy'"
    assert decoded(raw(path, broken)) == told


def test_more_than_the_limit_is_not_read(tmp_path):
    path = saved(tmp_path / "a.npy", VALUES)

    assert decoded(path, Limits(values=59)) == "over-limit: 60 values, the limit is 59"
    assert decoded(path, Limits(values=60))["elements"] == 60


def test_the_limit_holds_for_all_arrays_of_an_archive_together(tmp_path):
    path = saved(tmp_path / "a.npz", *[np.zeros(50, np.uint8)] * 3)

    assert decoded(path, Limits(values=149)).startswith("over-limit: ")
    assert decoded(path, Limits(values=150))["elements"] == 150
