"""Pictures lose what only tells of them, and not one bit of a pixel."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
from PIL import Image, ImageCms, ImageOps, PngImagePlugin

from curation.neutral import Uncleaned, cleaned

DYE = "DYE4711SECRET"


def scene(mode="RGB", size=(40, 24), seed=0):
    depth = {"RGB": 3, "RGBA": 4, "CMYK": 4}.get(mode, 1)
    dice = np.random.default_rng(seed)
    picture = np.kron(
        dice.integers(0, 255, (size[1] // 4, size[0] // 4, depth)), np.ones((4, 4, 1))
    )
    return Image.fromarray(
        picture.astype(np.uint8).squeeze(), mode if depth > 1 else "L"
    )


def dyed_exif(orientation=1):
    exif = Image.Exif()
    exif[0x010E] = exif[0x010F] = exif[0x0131] = exif[0x013B] = DYE
    exif[0x0132] = "2020:01:01 00:00:00"
    exif[0x0112] = orientation
    return exif


def packed(picture, form, **options):
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def pixels(raw):
    frames = []
    with Image.open(io.BytesIO(raw)) as picture:
        for number in range(getattr(picture, "n_frames", 1)):
            picture.seek(number)
            frames.append(
                (
                    picture.mode,
                    picture.size,
                    picture.tobytes(),
                    picture.info.get("duration"),
                )
            )
    return frames


def upright(raw):
    with Image.open(io.BytesIO(raw)) as picture:
        return ImageOps.exif_transpose(picture).tobytes()


def clean(raw, name="x"):
    """Clean a file that holds the dye, and see that it is gone and the picture is the same."""
    assert DYE.encode() in raw
    found = cleaned(raw, name)
    assert DYE.encode() not in found
    assert pixels(found) == pixels(raw)
    assert upright(found) == upright(raw)
    assert cleaned(found, name) == found
    return found


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_picture_keeps_its_orientation_and_no_other_exif(form, orientation):
    clean(packed(scene(), form, exif=dyed_exif(orientation)))


@pytest.mark.parametrize("mode", ["L", "RGB", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_of_any_kind_keeps_its_pixels(mode, progressive):
    raw = packed(
        scene(mode), "JPEG", comment=DYE, progressive=progressive, exif=dyed_exif()
    )

    clean(raw + DYE.encode())


def test_a_jpeg_keeps_its_restart_markers_and_loses_private_segments():
    raw = packed(scene(size=(400, 240)), "JPEG", restart_marker_blocks=2)
    segment = b"Photoshop 3.0\0" + DYE.encode()
    parts = [
        bytes([0xFF, m]) + struct.pack(">H", len(segment) + 2) + segment
        for m in (0xED, 0xE1, 0xE5)
    ]

    assert cleaned(raw[:2] + b"".join(parts) + raw[2:], "a.jpg") == cleaned(
        raw, "a.jpg"
    )
    assert pixels(cleaned(raw, "a.jpg")) == pixels(raw)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
def test_a_colour_profile_stays(form):
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    found = clean(packed(scene(), form, icc_profile=profile, exif=dyed_exif()))

    assert Image.open(io.BytesIO(found)).info["icc_profile"] == profile


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_a_png_of_any_kind_loses_its_texts_and_its_time(mode):
    if mode == "I;16":
        picture = Image.fromarray(np.arange(600, dtype=np.uint16).reshape(20, 30) * 97)
    else:
        picture = scene().convert(mode) if mode != "RGBA" else scene("RGBA")
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", DYE)
    told.add_itxt("Title", DYE)
    told.add_text("Packed", DYE, zip=True)
    told.add(b"tIME", struct.pack(">HBBBBB", 2020, 1, 1, 0, 0, 0))

    assert b"tIME" not in clean(packed(picture, "PNG", pnginfo=told) + DYE.encode())


def test_an_animated_png_keeps_its_frames():
    frames = [scene(seed=i) for i in range(3)]
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", DYE)

    found = clean(
        packed(
            frames[0],
            "PNG",
            save_all=True,
            append_images=frames[1:],
            duration=70,
            pnginfo=told,
        )
    )

    assert len(pixels(found)) == 3


def test_a_gif_keeps_its_frames_and_its_loop():
    frames = [scene(seed=i).convert("P") for i in range(3)]
    raw = packed(
        frames[0],
        "GIF",
        save_all=True,
        append_images=frames[1:],
        duration=70,
        loop=0,
        comment=DYE,
    )

    assert Image.open(io.BytesIO(clean(raw + DYE.encode()))).info["loop"] == 0


@pytest.mark.parametrize("options", [{}, {"lossless": True}])
def test_a_webp_loses_its_xmp(options):
    clean(packed(scene("RGBA"), "WEBP", xmp=DYE.encode(), exif=dyed_exif(6), **options))


def test_an_animated_webp_keeps_its_frames():
    frames = [scene(seed=i) for i in range(3)]
    raw = packed(
        frames[0],
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=70,
        xmp=DYE.encode(),
    )

    assert len(pixels(clean(raw))) == 3


@pytest.mark.parametrize(
    "compression", [None, "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits"]
)
@pytest.mark.parametrize("big", [False, True])
def test_a_tiff_of_any_kind_loses_its_descriptions(compression, big):
    options = {"compression": compression} if compression else {}

    clean(
        packed(
            scene(size=(64, 400)),
            "TIFF",
            description=DYE,
            software=DYE,
            artist=DYE,
            big_tiff=big,
            **options,
        )
    )


def test_a_tiff_keeps_all_its_pages():
    pages = [scene(seed=i) for i in range(3)]

    assert (
        len(
            pixels(
                clean(
                    packed(
                        pages[0],
                        "TIFF",
                        save_all=True,
                        append_images=pages[1:],
                        description=DYE,
                    )
                )
            )
        )
        == 3
    )


def test_a_tiff_of_fax_and_of_a_palette_keep_their_pixels():
    clean(packed(scene().convert("1"), "TIFF", compression="group4", description=DYE))
    clean(packed(scene().convert("P"), "TIFF", description=DYE))


@pytest.mark.parametrize("form", ["AVIF", "JPEG2000"])
def test_pictures_in_boxes_keep_their_pixels(form):
    options = (
        {"exif": dyed_exif(), "xmp": DYE.encode()}
        if form == "AVIF"
        else {"comment": DYE, "no_jp2": False}
    )

    clean(packed(scene(size=(64, 64)), form, **options), f"x.{form.lower()}")


@pytest.mark.parametrize("form", ["PPM", "BMP"])
def test_plain_pictures_pass(form):
    raw = packed(scene(), form)

    assert pixels(cleaned(raw, f"x.{form.lower()}")) == pixels(raw)


def test_a_plain_picture_loses_the_comments_of_its_head():
    raw = b"P5 #" + DYE.encode() + b"\n3 #" + DYE.encode() + b"\n 2\n255\n#23456"

    assert cleaned(raw, "x.pgm") == b"P5\n3 2 255\n#23456"


@pytest.mark.parametrize("form", ["JPEG", "PNG", "GIF", "WEBP"])
def test_half_a_picture_is_refused_or_cleaned_but_never_crashes(form):
    raw = packed(scene(), form)
    for size in range(13, len(raw), 7):
        try:
            cleaned(raw[:size], "x")
        except Uncleaned:
            continue


def test_an_unknown_format_is_refused():
    with pytest.raises(Uncleaned, match=r"\.xcf"):
        cleaned(b"gimp xcf file", "a.xcf")
