"""Faults of pictures and masks."""

from __future__ import annotations

import numpy as np
from PIL import Image, PngImagePlugin

from curation.demo.faults.fault import Fault, become, both, picture
from curation.demo.landscapes import LANDSCAPES
from curation.demo.pictures import CLOCKS

_NAMED = "/data/1/input/image_file"
_SECOND = "images/0002.png"
_PHOTO = "images/0002.jpg"

_AUTHOR, _GPS = 0x013B, 0x8825


def _deep(whole: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(whole.convert("L")).astype(np.uint16) * 257)


def _located() -> Image.Exif:
    exif = Image.Exif()
    exif[_GPS] = {1: "N", 2: (59.0, 54.0, 50.0), 3: "E", 4: (10.0, 45.0, 8.0)}
    return exif


def _signed() -> Image.Exif:
    exif = Image.Exif()
    exif[_AUTHOR] = "Ada Nordmann"
    return exif


def _captioned() -> PngImagePlugin.PngInfo:
    caption = PngImagePlugin.PngInfo()
    caption.add_text("Comment", "drawn from above")
    return caption


def _turned(whole: Image.Image) -> list[Image.Image]:
    return [whole.rotate(90), whole.rotate(180)]


FAULTS = (
    Fault("IMG001", CLOCKS, _SECOND, "a picture is 8 x 8 pixels small", picture(_SECOND, lambda p: p.resize((8, 8)))),
    Fault("IMG002", CLOCKS, _SECOND, "a picture is grey all over", picture(_SECOND, lambda p: Image.new("RGB", p.size, (90, 90, 90)))),
    Fault("IMG003", CLOCKS, _SECOND, "a picture is 800 x 20 pixels", picture(_SECOND, lambda p: p.resize((800, 20)))),
    Fault("IMG004", CLOCKS, _SECOND, "a picture has 16 bits a pixel", picture(_SECOND, _deep)),
    Fault(
        "IMG005",
        CLOCKS,
        _SECOND,
        "a picture is an animation of three",
        lambda folder: picture(
            _SECOND, lambda p: p, save_all=True, append_images=_turned(Image.open(folder / _SECOND).copy())
        )(folder),
    ),
    Fault(
        "IMG006",
        CLOCKS,
        _PHOTO,
        "EXIF has the coordinates of a place in Oslo",
        both(become(_NAMED, _PHOTO), picture(_PHOTO, lambda p: p, exif=_located())),
    ),
    Fault(
        "IMG007",
        CLOCKS,
        _PHOTO,
        "EXIF names who took the picture",
        both(become(_NAMED, _PHOTO), picture(_PHOTO, lambda p: p, exif=_signed())),
    ),
    Fault("IMG008", CLOCKS, _SECOND, "a PNG carries a comment", picture(_SECOND, lambda p: p, pnginfo=_captioned())),
    Fault("IMG010", LANDSCAPES, "masks/0002.png", "a mask has three channels", picture("masks/0002.png", lambda p: p.convert("RGB"))),
)  # fmt: skip
