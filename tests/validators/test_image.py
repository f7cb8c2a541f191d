"""Pictures: the rules, from facts; and the decoder, on pictures made and broken by code."""

from __future__ import annotations

import random
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, PngImagePlugin
from PIL import Image as Pillow

from curation.finding import Finding, examine
from curation.model import Where
from curation.settings import Limits
from tests.galleries import image
from tests.media import moving
from validators import image as rules
from validators.decoders import decode
from validators.image import EXTREME_RATIO, SMALLEST_SIDE, Image

# The rules.


def said(**facts):
    found = list(examine([image("a.png", **facts)], rules.RULES))
    assert [f for f in found if not isinstance(f, Finding)] == []
    return [str(f).removeprefix("a.png: ") for f in found]


def test_an_ordinary_picture_is_fine():
    assert said() == []


@pytest.mark.parametrize(
    ("side", "found"),
    [(SMALLEST_SIDE - 1, ["IMG001 15x20 is under 16 px"]), (SMALLEST_SIDE, [])],
)
def test_a_picture_that_is_too_small_is_a_warning(side, found):
    assert said(width=side, height=20) == found


@pytest.mark.parametrize(
    ("level", "detail"),
    [(0.0, "every value is 0"), (7.0, "every value is 7"), (0.5, "every value is 0.5")],
)
def test_a_picture_of_one_grey_is_blank(level, detail):
    assert said(lowest=level, highest=level, flat=True) == [f"IMG002 {detail}"]


def test_a_picture_of_one_colour_is_blank():
    assert said(lowest=0.0, highest=255.0, flat=True) == [
        "IMG002 every pixel has one colour"
    ]


def test_a_mask_may_be_blank():
    assert (
        said(lowest=0.0, highest=0.0, flat=True, kind="mask", mode="L", values=(0,))
        == []
    )


@pytest.mark.parametrize(
    ("width", "height", "found"),
    [
        (20 * EXTREME_RATIO, 20, []),
        (20 * EXTREME_RATIO + 1, 20, ["IMG003 401x20 is beyond 20:1"]),
        (20, 20 * EXTREME_RATIO + 1, ["IMG003 20x401 is beyond 20:1"]),
    ],
)
def test_an_extreme_shape_is_a_warning(width, height, found):
    assert said(width=width, height=height) == found


@pytest.mark.parametrize("mode", ["CMYK", "I;16", "F", "LAB", "YCbCr"])
def test_an_unusual_mode_is_a_note(mode):
    assert said(mode=mode) == [f"IMG004 mode {mode}"]
    assert said(mode=mode, kind="mask", values=(0,)) == []


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_the_usual_modes_are_fine(mode):
    assert said(mode=mode) == []


def test_an_animation_is_a_warning_but_not_a_stereo_photograph():
    assert said(frames=2) == ["IMG005 2 frames"]
    assert said(frames=2, format="mpo") == []


def test_a_place_in_the_metadata_is_an_error():
    assert said(located=True) == ["IMG006 the metadata hold GPS coordinates"]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("EXIF Artist", "IMG007"),
        ("IPTC author", "IMG007"),
        ("PNG parameters", "IMG008"),
        ("comment", "IMG008"),
        ("xmp", "IMG008"),
    ],
)
def test_text_beside_the_picture_is_told_by_its_beginning(name, code):
    assert said(metadata=((name, "x" * 200),)) == [f"{code} {name} is {'x' * 60!r}"]


@pytest.mark.parametrize(
    ("facts", "found"),
    [
        ({"values": (0, 1, 255), "format": "png"}, []),
        (
            {"values": None, "mode": "RGB"},
            ["IMG010 mode RGB with more than 256 values or several channels"],
        ),
        (
            {"values": (0, 1), "format": "jpeg"},
            ["IMG010 stored as JPEG, which changes the values at edges"],
        ),
    ],
)
def test_a_mask_that_cannot_be_labels_is_a_warning(facts, found):
    assert said(**{"kind": "mask", "mode": "L"} | facts) == found


def test_a_picture_is_not_judged_as_a_mask():
    assert said(kind="image", values=None) == []


# The decoder.

PAINT = moving((300, 200), seed=3)
PICTURE = Pillow.fromarray(PAINT(1))
FRAMES = [Pillow.fromarray(PAINT(i)) for i in (2, 3)]


MOVING = {"save_all": True, "append_images": FRAMES}


def written(tmp_path, name="a.png", picture=PICTURE, **options):
    if options.get("append_images") is FRAMES:
        # Copies, since a picture remembers how it was saved last.
        options["append_images"] = [f.resize(picture.size) for f in FRAMES]
    picture.copy().save(tmp_path / name, **options)
    return tmp_path / name


def facts(path, kind="image", limits=None):
    payload = decode(path, kind, limits or Limits(), {})
    assert payload.get("reason") is None, payload
    wanted = {
        f
        for f in Image.__dataclass_fields__
        if f not in {"where", "sample", "reference", "kind"}
    }
    assert set(payload) == {"type", *wanted}
    return payload


def unread(path, kind="image", limits=None):
    payload = decode(path, kind, limits or Limits(), {})
    assert payload["type"] == "Unreadable", payload
    assert str(path.parent) not in payload["detail"]
    assert payload["detail"] == payload["detail"].strip() != ""
    return f"{payload['reason']}: {payload['detail']}"


def test_the_facts_of_a_picture_make_an_image(tmp_path):
    found = facts(written(tmp_path))
    made = Image(
        where=Where("a.png"), **{k: v for k, v in found.items() if k != "type"}
    )

    assert (made.width, made.height, made.mode, made.frames, made.format) == (
        300,
        200,
        "RGB",
        1,
        "png",
    )
    assert (made.flat, made.located, made.metadata, made.values) == (
        False,
        False,
        (),
        None,
    )
    assert made.size == (tmp_path / "a.png").stat().st_size
    assert (len(made.sha256), len(made.content), len(made.thumb)) == (64, 64, 512)
    assert bytes.fromhex(made.thumb)


STILLS = {
    "1": Pillow.fromarray(PAINT(1)).convert("1"),
    "L": PICTURE.convert("L"),
    "LA": PICTURE.convert("LA"),
    "P": PICTURE.quantize(16),
    "RGB": PICTURE,
    "RGBA": PICTURE.convert("RGBA"),
    "CMYK": PICTURE.convert("CMYK"),
    "YCbCr": PICTURE.convert("YCbCr"),
    "I;16": Pillow.fromarray(PAINT(1)[:, :, 0].astype(np.uint16) * 256),
    "I;16B": Pillow.frombytes(
        "I;16B", (300, 200), PAINT(1)[:, :, 0].astype(">u2").tobytes()
    ),
    "I": Pillow.fromarray(PAINT(1)[:, :, 0].astype(np.int32) - 70),
    "F": Pillow.fromarray(PAINT(1)[:, :, 0].astype(np.float32) / 255),
    "LAB": Pillow.merge("LAB", PICTURE.split()),
}


@pytest.mark.parametrize(
    ("mode", "suffix"),
    [
        ("1", "png"), ("L", "png"), ("LA", "png"), ("P", "png"), ("RGB", "png"), ("RGBA", "png"), ("I;16", "png"),
        ("L", "jpg"), ("RGB", "jpg"), ("CMYK", "jpg"),
        ("1", "tif"), ("L", "tif"), ("LA", "tif"), ("P", "tif"), ("RGB", "tif"), ("RGBA", "tif"), ("CMYK", "tif"),
        ("I;16", "tif"), ("I;16B", "tif"), ("I", "tif"), ("F", "tif"), ("YCbCr", "tif"), ("LAB", "tif"),
        ("1", "bmp"), ("L", "bmp"), ("P", "bmp"), ("RGB", "bmp"),
        ("P", "gif"), ("RGB", "webp"), ("RGB", "avif"), ("L", "jp2"), ("RGB", "jp2"), ("RGBA", "jp2"), ("I;16", "jp2"),
        ("1", "ppm"), ("L", "ppm"), ("RGB", "ppm"), ("F", "pfm"), ("RGB", "tga"), ("RGBA", "tga"), ("P", "pcx"),
        ("RGB", "pcx"), ("RGB", "qoi"), ("RGBA", "qoi"),
    ],
)  # fmt: skip
def test_every_mode_of_every_format_is_decoded(tmp_path, mode, suffix):
    found = facts(written(tmp_path, f"a.{suffix}", STILLS[mode]))

    forms = {"jpg": "jpeg", "tif": "tiff", "jp2": "jpeg2000", "pfm": "ppm"}
    assert (found["format"], found["mode"]) == (forms.get(suffix, suffix), mode)
    assert (found["width"], found["height"], found["frames"], found["flat"]) == (
        300,
        200,
        1,
        False,
    )
    assert len(found["thumb"]) == 512
    assert len(set(bytes.fromhex(found["thumb"]))) > 2
    assert found["values"] is None


@pytest.mark.parametrize(
    "options",
    [
        {"transparency": 3},
        {"transparency": bytes([0, 128, 255])},
        {"interlace": 1},
        {"bits": 4},
    ],
    ids=str,
)
def test_palettes_with_transparency_are_decoded(tmp_path, options):
    assert facts(written(tmp_path, picture=STILLS["P"], **options))["mode"] == "P"


@pytest.mark.parametrize(
    ("suffix", "options"),
    [
        ("jpg", {"progressive": True}),
        ("tif", {"compression": "tiff_lzw"}),
        ("tif", {"compression": "jpeg"}),
        ("webp", {"lossless": True}),
    ],
    ids=str,
)
def test_other_ways_to_compress_are_decoded(tmp_path, suffix, options):
    assert facts(written(tmp_path, f"a.{suffix}", **options))["width"] == 300


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("a.tif", "tiff"), ("a.gif", "gif"), ("a.webp", "webp"), ("a.png", "png"), ("a.mpo", "mpo"),
        ("a.avif", "avif"),
    ],
)  # fmt: skip
def test_all_frames_are_decoded_and_counted(tmp_path, name, form):
    found = facts(written(tmp_path, name, **MOVING))

    assert (found["format"], found["frames"]) == (form, 3)


def test_a_stereo_photograph_called_jpg_is_told_apart(tmp_path):
    path = written(tmp_path, "a.jpg", format="MPO", **MOVING)

    assert facts(path)["format"] == "mpo"


def chunk(name, data):
    return (
        struct.pack(">I", len(data))
        + name
        + data
        + struct.pack(">I", zlib.crc32(name + data))
    )


def png(width, height, depth=8, colours=0, rows=None, extra=b""):
    """Make a PNG by hand, so that its header can say anything."""
    rows = bytes((width + 1) * height) if rows is None else rows
    header = struct.pack(">IIBBBBB", width, height, depth, colours, 0, 0, 0)
    parts = (
        chunk(b"IHDR", header)
        + extra
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )
    return b"\x89PNG\r\n\x1a\n" + parts


def given(tmp_path, data, name="a.png"):
    (tmp_path / name).write_bytes(data)
    return tmp_path / name


def test_a_png_of_16_bits_in_colour_is_decoded(tmp_path):
    pixels = np.arange(40 * 30 * 3, dtype=">u2").reshape(30, 40, 3) * 18
    rows = b"".join(b"\0" + row.tobytes() for row in pixels)

    assert facts(given(tmp_path, png(40, 30, 16, 2, rows)))["width"] == 40


# Truncated files.

WAYS = {
    "jpg": {}, "png": {}, "gif": {}, "webp": {}, "bmp": {}, "tif": {}, "ppm": {}, "avif": {}, "jp2": {},
    "tga": {}, "pcx": {}, "qoi": {},
    "progressive.jpg": {"progressive": True},
    "lossless.webp": {"lossless": True},
    "lzw.tif": {"compression": "tiff_lzw"},
    "deflate.tif": {"compression": "tiff_deflate"},
    "jpeg.tif": {"compression": "jpeg"},
    "pages.tif": MOVING, "moving.gif": MOVING, "moving.png": MOVING, "moving.webp": MOVING, "stereo.mpo": MOVING,
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
@pytest.mark.parametrize("cut", ["half", "the last bytes"])
def test_a_truncated_picture_is_called_truncated(tmp_path, name, cut, capfd):
    path = written(tmp_path, f"a.{name}", **WAYS[name])
    data = path.read_bytes()
    # A TGA ends in 26 bytes that are not of the picture.
    last = 46 if name == "tga" else 20
    path.write_bytes(data[: len(data) // 2] if cut == "half" else data[:-last])

    assert unread(path).startswith("truncated: ")
    capfd.readouterr()  # libtiff writes to the console


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("a.jpg", "the file ends before the picture does; image file is truncated"),
        ("a.png", "the file ends before the picture does; Truncated File Read"),
        ("a.webp", "bytes, its header tells of"),
        ("a.tif", "bytes, its header tells of"),
    ],
)
def test_a_truncated_picture_is_told_in_words(tmp_path, name, message):
    path = written(tmp_path, name)
    path.write_bytes(path.read_bytes()[:-30])

    assert message in unread(path)


@pytest.mark.parametrize("cut", [4, 8, 12])
def test_a_png_that_ends_in_its_last_chunk_may_be_whole_but_not_without_it(
    tmp_path, cut
):
    path = written(tmp_path)
    path.write_bytes(path.read_bytes()[:-cut])

    if cut == 4:
        assert facts(path)["width"] == 300
    else:
        assert unread(path).startswith("truncated: ")


def test_a_film_in_png_with_fewer_frames_than_announced_is_truncated(tmp_path):
    told = chunk(b"acTL", struct.pack(">II", 9, 0))

    assert unread(given(tmp_path, png(8, 8, extra=told))).startswith("truncated: ")


# Files that are no pictures, or broken.

NOT = "undecodable: not a picture that can be read"


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (bytes(5000), f"{NOT}; it looks like all zeros"),
        (random.Random(1).randbytes(5000), NOT),
        ("Not a picture.\n" * 100, f"{NOT}; it looks like plain text"),
        ("絵ではない。\n" * 100, f"{NOT}; it looks like plain text"),
        (b"x", f"{NOT}; it looks like plain text"),
        ("<svg xmlns='http://www.w3.org/2000/svg'/>", f"{NOT}; it looks like an SVG drawing"),
        ("<!DOCTYPE html><html>404</html>", f"{NOT}; it looks like an HTML page"),
        (b"%PDF-1.7\n", f"{NOT}; it looks like a PDF document"),
        (b"PK\x03\x04" + bytes(range(200)), f"{NOT}; it looks like a ZIP archive"),
        (b"\0\0\0\x18ftypisom" + bytes(12), f"{NOT}; it looks like an MP4 or QuickTime file"),
        (
            png(0, 0),
            "undecodable: it begins like a PNG picture, but its header cannot be read",
        ),
        (
            b"\x89PNG\r\n\x1a\n" + bytes(100),
            "undecodable: it begins like a PNG picture, but its header cannot be read",
        ),
    ],
    ids=["zeros", "noise", "text", "japanese", "one byte", "svg", "html", "pdf", "zip", "mp4", "0x0", "no header"],
)  # fmt: skip
@pytest.mark.parametrize("name", ["a.png", "a.jpg"])
def test_what_is_no_picture_is_called_what_it_looks_like(tmp_path, data, found, name):
    data = data.encode() if isinstance(data, str) else data

    assert unread(given(tmp_path, data, name)) == found


def test_a_picture_under_another_name_is_decoded_as_what_it_is(tmp_path):
    assert (
        facts(given(tmp_path, written(tmp_path).read_bytes(), "a.jpg"))["format"]
        == "png"
    )
    assert (
        facts(given(tmp_path, written(tmp_path, "b.jpg").read_bytes(), "b.png"))[
            "format"
        ]
        == "jpeg"
    )


EPS = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n"


@pytest.mark.parametrize("name", ["a.eps", "a.png", "a.jpg"])
def test_postscript_never_starts_another_program(tmp_path, monkeypatch, name):
    mark = tmp_path / "started"
    for program in ("gs", "gswin64c"):
        fake = tmp_path / program
        fake.write_text(f"#!/bin/sh\ntouch {mark}\n")
        fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")

    assert unread(given(tmp_path, EPS, name)).startswith(NOT)
    assert not mark.exists()


def test_a_bit_that_was_turned_over_in_a_png_is_found_by_its_checksum(tmp_path):
    data = bytearray(written(tmp_path).read_bytes())
    data[len(data) // 2] ^= 4

    assert unread(given(tmp_path, data)) == (
        "undecodable: a PNG picture that cannot be decoded; broken PNG file (bad header checksum in b'IDAT')"
    )


@pytest.mark.parametrize(
    "name", ["a.jpg", "a.png", "a.gif", "a.webp", "a.bmp", "a.tif"]
)
@pytest.mark.parametrize("more", [bytes(1000), b"and some words", EPS])
def test_bytes_after_a_picture_do_no_harm(tmp_path, name, more):
    path = written(tmp_path, name)
    whole = facts(path)
    path.write_bytes(path.read_bytes() + more)

    assert facts(path)["content"] == whole["content"]


@pytest.mark.parametrize(
    "name", sorted({"exif.jpg", "exif.png", "exif.webp", "exif.tif", *WAYS} - {"avif"})
)
def test_broken_pictures_never_surprise_the_decoder(tmp_path, name, capfd):
    small = Pillow.fromarray(moving((40, 30), seed=5)(1))
    options = (
        {"exif": exif(ImageDescription="x", GPS=True)}
        if name.startswith("exif")
        else WAYS[name]
    )
    data = written(tmp_path, f"a.{name}", small, **options).read_bytes()
    dice = random.Random(name)
    for turn in range(40):
        broken = bytearray(data)
        for _ in range(dice.choice((1, 3, 20))):
            broken[dice.randrange(min(len(data), 400) if turn % 2 else len(data))] = (
                dice.randrange(256)
            )
        payload = decode(given(tmp_path, broken, f"a.{name}"), "image", Limits(), {})

        assert payload.get("reason") in {
            None,
            "truncated",
            "undecodable",
            "over-limit",
        }, payload
        assert str(tmp_path) not in str(payload)
    capfd.readouterr()


# Limits.


def test_a_header_of_60000_by_60000_pixels_is_not_believed(tmp_path):
    assert unread(given(tmp_path, png(60_000, 60_000, colours=2, rows=b""))) == (
        "over-limit: 3,600,000,000 pixels, the limit is 100,000,000"
    )


@pytest.mark.parametrize(("limit", "fits"), [(59_999, False), (60_000, True)])
@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.bmp", "a.webp"])
def test_pixels_are_held_against_the_limit(tmp_path, limit, fits, name):
    path = written(tmp_path, name)

    if fits:
        assert facts(path, limits=Limits(pixels=limit))["width"] == 300
    else:
        assert (
            unread(path, limits=Limits(pixels=limit))
            == "over-limit: 60,000 pixels, the limit is 59,999"
        )


@pytest.mark.parametrize(("limit", "fits"), [(179_999, False), (180_000, True)])
@pytest.mark.parametrize("name", ["a.gif", "a.png", "a.webp", "a.tif"])
def test_the_pixels_of_all_frames_are_held_against_the_limit(
    tmp_path, limit, fits, name
):
    path = written(tmp_path, name, **MOVING)

    if fits:
        assert facts(path, limits=Limits(animation_pixels=limit))["frames"] == 3
    else:
        assert unread(path, limits=Limits(animation_pixels=limit)) == (
            "over-limit: 180,000 pixels in all frames, the limit is 179,999"
        )


def test_an_animation_that_claims_two_thousand_million_frames_is_not_believed(tmp_path):
    told = chunk(b"acTL", struct.pack(">II", 2**31, 0))

    assert unread(given(tmp_path, png(8, 8, extra=told))) == (
        "over-limit: 137,438,953,536 pixels in all frames, the limit is 500,000,000"
    )


def test_a_later_page_is_held_against_the_limit_too(tmp_path):
    path = written(
        tmp_path, "a.tif", save_all=True, append_images=[Pillow.new("1", (2000, 2000))]
    )

    assert (
        unread(path, limits=Limits(pixels=100_000))
        == "over-limit: 4,000,000 pixels, the limit is 100,000"
    )


@pytest.mark.parametrize("name", [b"zTXt", b"iCCP"])
def test_text_that_inflates_without_bound_is_refused(tmp_path, name):
    bomb = chunk(name, b"key\0\0" + zlib.compress(bytes(80 << 20), 9))

    found = unread(given(tmp_path, png(8, 8, extra=bomb)))
    assert found.startswith(
        "over-limit: text beside the picture: Decompressed data too large"
    )


def test_much_text_in_many_chunks_is_refused(tmp_path):
    one = zlib.compress(bytes(1_000_000), 9)
    many = b"".join(chunk(b"zTXt", b"key%d\0\0" % i + one) for i in range(70))

    assert unread(given(tmp_path, png(8, 8, extra=many))).startswith(
        "over-limit: text beside the picture: "
    )


BOUNDED = """
import resource, sys
from pathlib import Path
from curation.settings import Limits
from validators.decoders import decode
import validators.decoders.image
own = int(Path("/proc/self/statm").read_text().split()[0]) * 4096
resource.setrlimit(resource.RLIMIT_AS, (own + (int(sys.argv[1]) << 20),) * 2)
for path in sys.argv[2:]:
    print(decode(Path(path), "image", Limits(), {}).get("detail", "decoded"))
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="address space is bounded on Linux")
def test_a_picture_takes_no_more_than_twelve_bytes_for_each_pixel(tmp_path):
    """25 million pixels within 300 MB: at the limit of 100 million within 1.2 GB."""
    paths = [
        written(
            tmp_path,
            f"{mode[0]}{i}.png",
            Pillow.new(mode, (5000, 5000), 3),
            compress_level=1,
        )
        for i, mode in enumerate(("P", "RGBA", "I;16"))
    ]
    command = [sys.executable, "-c", BOUNDED, "300", *map(str, paths)]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd=Path(__file__).parents[2],
    )

    assert (done.stdout.split("\n"), done.stderr) == ([*["decoded"] * 3, ""], "")


# What is seen in a picture.


def test_equal_pixels_have_equal_content_in_png_and_bmp(tmp_path):
    content = {
        facts(written(tmp_path, name))["content"]
        for name in ("a.png", "a.bmp", "a.tif", "a.ppm", "a.qoi", "a.tga")
    }

    assert len(content) == 1


@pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.gif"])
def test_one_other_pixel_makes_another_content(tmp_path, name):
    picture = PICTURE.convert("L")
    whole = facts(written(tmp_path, name, picture))["content"]
    picture.putpixel((7, 9), picture.getpixel((7, 9)) ^ 1)

    assert facts(written(tmp_path, name, picture))["content"] != whole


def test_another_palette_size_or_later_frame_makes_another_content(tmp_path):
    palette = STILLS["P"].copy()
    palette.putpalette(bytes(reversed(range(48))))
    wide = Pillow.frombytes("L", (200, 300), STILLS["L"].tobytes())
    found = [
        facts(path)["content"]
        for path in (
            written(tmp_path, "a.png", STILLS["P"]),
            written(tmp_path, "b.png", palette),
            written(tmp_path, "c.png", STILLS["L"]),
            written(tmp_path, "d.png", wide),
            written(tmp_path, "e.gif", **MOVING),
            written(tmp_path, "f.gif", save_all=True, append_images=FRAMES[::-1]),
            written(tmp_path, "g.gif"),
        )
    ]

    assert len(set(found)) == len(found)


def test_equal_photographs_have_equal_content_and_others_not(tmp_path):
    found = [
        facts(path)["content"]
        for path in (
            written(tmp_path, "a.jpg"),
            written(tmp_path, "b.jpg", comment="other bytes, same pixels"),
            written(tmp_path, "c.jpg", FRAMES[0]),
        )
    ]

    assert found[0] == found[1] != found[2]


def test_alike_pictures_have_alike_thumbs_in_any_format(tmp_path):
    thumbs = [
        bytes.fromhex(facts(written(tmp_path, name))["thumb"])
        for name in ("a.png", "a.jpg", "a.webp", "a.gif")
    ]

    for other in thumbs[1:]:
        assert max(abs(a - b) for a, b in zip(thumbs[0], other, strict=True)) < 12


COLOURS = [
    ("1", 255, 0), ("L", 7, 8), ("LA", (7, 255), (7, 254)), ("RGB", (255, 0, 0), (255, 0, 1)),
    ("RGBA", (1, 2, 3, 255), (1, 2, 3, 254)), ("I;16", 300, 301), ("CMYK", (1, 2, 3, 4), (1, 2, 3, 5)),
    ("I", -5, -4), ("F", 0.25, 0.5),
]  # fmt: skip


@pytest.mark.parametrize(
    ("mode", "colour", "other"), COLOURS, ids=[c[0] for c in COLOURS]
)
@pytest.mark.parametrize("size", [(20, 20), (1000, 700)])
def test_one_other_pixel_is_enough_not_to_be_blank(tmp_path, mode, colour, other, size):
    suffix = "png" if mode in {"1", "L", "LA", "RGB", "RGBA", "I;16"} else "tif"
    picture = Pillow.new(mode, size, colour)
    assert facts(written(tmp_path, f"a.{suffix}", picture))["flat"] is True

    picture.putpixel((size[0] - 1, size[1] // 2), other)
    assert facts(written(tmp_path, f"a.{suffix}", picture))["flat"] is False


def test_the_range_of_a_blank_picture_is_exact(tmp_path):
    found = facts(written(tmp_path, "a.tif", Pillow.new("F", (99, 99), 0.25)))

    assert (found["lowest"], found["highest"]) == (0.25, 0.25)


def test_numbers_that_are_not_finite_are_left_out_of_the_range(tmp_path):
    values = np.full((30, 30), 2.0, np.float32)
    values[0] = np.nan
    values[1] = np.inf
    values[2] = -1.5
    found = facts(written(tmp_path, "a.tif", Pillow.fromarray(values)))

    assert (found["lowest"], found["highest"]) == (-1.5, 2.0)
    nothing = facts(written(tmp_path, "b.tif", Pillow.fromarray(values * np.nan)))
    assert (nothing["lowest"], nothing["highest"]) == (0.0, 0.0)


@pytest.mark.parametrize(
    ("mode", "values"),
    [
        ("1", (0, 255)),
        ("L", (0, 7, 200)),
        ("P", (0, 1, 5)),
        ("I;16", (0, 300, 65535)),
        ("I", (-3, 0, 99_999)),
    ],
)
def test_a_mask_tells_its_values(tmp_path, mode, values):
    picture = Pillow.new(mode, (40, 30), values[0])
    if mode == "P":
        picture.putpalette(range(48))
    for i, value in enumerate(values):
        picture.putpixel((i, 0), value)
    path = written(tmp_path, "a.tif" if mode == "I" else "a.png", picture)

    assert facts(path, "mask")["values"] == values
    assert facts(path)["values"] is None


@pytest.mark.parametrize(("number", "told"), [(256, True), (257, False)])
def test_a_mask_of_too_many_values_tells_none(tmp_path, number, told):
    picture = Pillow.fromarray(
        np.arange(2000, dtype=np.uint16).reshape(40, 50) % number
    )

    assert (
        facts(written(tmp_path, picture=picture), "mask")["values"] is not None
    ) == told


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "LA", "F"])
def test_a_mask_of_several_channels_or_fractions_tells_no_values(tmp_path, mode):
    path = written(tmp_path, "a.tif", Pillow.new(mode, (40, 30), 0))

    assert facts(path, "mask")["values"] is None


# What a file says besides the picture.


def exif(*, GPS=False, version=False, **tags):  # noqa: N803 - the name of the tag
    made = Pillow.Exif()
    numbers = {name: number for number, name in ExifTags.TAGS.items()}
    inner = made.get_ifd(ExifTags.IFD.Exif)
    for name, value in tags.items():
        (inner if name in {"UserComment", "BodySerialNumber"} else made)[
            numbers[name]
        ] = value
    if GPS:
        made.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (48.0, 8.0, 14.0)
    if version:
        made.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSVersionID] = b"\2\3\0\0"
    return made


@pytest.mark.parametrize("name", ["a.jpg", "a.png", "a.webp", "a.avif"])
def test_a_place_and_a_person_in_exif_are_told(tmp_path, name):
    found = facts(written(tmp_path, name, exif=exif(GPS=True, Artist="Jane Doe")))

    assert (found["located"], found["metadata"]) == (
        True,
        (("EXIF Artist", "Jane Doe"),),
    )


def test_a_camera_that_does_not_know_where_it_is_tells_no_place(tmp_path):
    assert (
        facts(written(tmp_path, "a.jpg", exif=exif(version=True)))["located"] is False
    )


def test_a_place_in_xmp_is_told(tmp_path):
    found = facts(written(tmp_path, "a.jpg", xmp=b"<x exif:GPSLatitude='48,8N'/>"))

    assert found["located"] is True


@pytest.mark.parametrize(
    ("tag", "value", "text"),
    [
        ("ImageDescription", "a red car", "a red car"),
        ("UserComment", b"ASCII\0\0\0a red car", "a red car"),
        ("XPComment", "Élan".encode("utf-16-le") + b"\0\0", "Élan"),
        ("BodySerialNumber", "123", "123"),
        ("Copyright", "  J. Doe \0", "J. Doe"),
    ],
)
def test_free_text_in_exif_is_told(tmp_path, tag, value, text):
    found = facts(written(tmp_path, "a.jpg", exif=exif(**{tag: value})))

    assert found["metadata"] == ((f"EXIF {tag}", text),)


def test_what_a_camera_says_of_itself_is_not_personal(tmp_path):
    assert (
        facts(written(tmp_path, "a.jpg", exif=exif(Make="Pix", Model="X1")))["metadata"]
        == ()
    )


def test_what_the_press_says_of_a_photograph_is_told(tmp_path):
    told = b"".join(
        b"\x1c\x02" + bytes([key, 0, len(t)]) + t
        for key, t in ((80, b"J. Doe"), (120, b"A red car"))
    )
    block = (
        b"8BIM\x04\x04\0\0" + struct.pack(">I", len(told)) + told + bytes(len(told) % 2)
    )
    segment = b"Photoshop 3.0\0" + block
    data = written(tmp_path, "a.jpg").read_bytes()
    path = given(
        tmp_path,
        data[:2]
        + b"\xff\xed"
        + struct.pack(">H", len(segment) + 2)
        + segment
        + data[2:],
        "a.jpg",
    )

    assert facts(path)["metadata"] == (
        ("IPTC author", "J. Doe"),
        ("IPTC caption", "A red car"),
    )


def test_text_in_a_png_is_told_but_not_the_stamp_of_a_program(tmp_path):
    text = PngImagePlugin.PngInfo()
    text.add_text("parameters", "a cat, 20 steps")
    text.add_itxt("Title", "Éclair", zip=True)
    text.add_text("Software", "Painter 3")
    text.add_text("date:create", "2024-01-01")
    text.add_text("k" * 70, "v" * 900)

    assert facts(written(tmp_path, pnginfo=text))["metadata"] == (
        ("PNG parameters", "a cat, 20 steps"),
        ("PNG Title", "Éclair"),
        (("PNG " + "k" * 70)[:60], "v" * 200),
    )


@pytest.mark.parametrize("name", ["a.jpg", "a.gif"])
def test_a_comment_is_told(tmp_path, name):
    assert facts(written(tmp_path, name, comment="the answer is 7"))["metadata"] == (
        ("comment", "the answer is 7"),
    )


def test_the_stamp_of_an_encoder_is_no_comment(tmp_path):
    assert facts(written(tmp_path, "a.jp2"))["metadata"] == ()


def test_broken_exif_leaves_the_picture_whole(tmp_path):
    data = written(
        tmp_path, "a.jpg", exif=exif(Artist="Jane Doe", GPS=True)
    ).read_bytes()
    start = data.index(b"Exif\0\0") + 6
    for offset in range(4, 60):
        broken = bytearray(data)
        broken[start + offset] ^= 0xFF

        assert facts(given(tmp_path, broken, "a.jpg"))["width"] == 300


def test_a_picture_from_memory_and_one_too_large_for_it_are_the_same(
    tmp_path, monkeypatch
):
    from validators.decoders import source

    path = written(tmp_path)
    whole = facts(path)
    monkeypatch.setattr(source, "WHOLE", 10)

    assert facts(path) == whole
    path.write_bytes(path.read_bytes()[:-30])
    assert unread(path).startswith("truncated: ")


def test_a_picture_decoded_again_has_the_same_facts(tmp_path):
    path = written(tmp_path, "a.webp", exif=exif(Artist="Jane Doe"))

    assert facts(path) == facts(path)
