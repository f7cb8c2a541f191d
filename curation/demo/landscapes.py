"""Landscapes that are painted by formula, and the task to fill holes in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from curation.demo.pictures import HEIGHT, WIDTH, Pixels
from curation.demo.plan import Dice, Plan, pick, place
from curation.model import Json


def _array(*values: float) -> NDArray[np.float32]:
    return np.array(values, np.float32)


def landscape(dice: Dice) -> NDArray[np.float32]:
    """Choose sky, hills and sun; `painted` makes pictures of them."""
    return dice.random(32).astype(np.float32)


def painted(mood: NDArray[np.float32], shift: float, width: int, height: int) -> Pixels:
    """Paint a landscape; *shift* moves along the hills, and the sun across the sky."""
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j].astype(np.float32)
    sky = mood[0:3] * 90 + 130
    picture = sky - y[..., None] * (60 + 60 * mood[3:6])
    sun = (x - 0.15 - 0.7 * mood[6] - 0.3 * shift) ** 2 * 1.8 + (
        y - 0.15 - 0.2 * mood[7]
    ) ** 2
    picture += (np.exp(-sun * 300) * 120)[..., None] * _array(1, 0.9, 0.5)
    for hill in range(3):
        a, b, c, red, green, blue = mood[8 + hill * 6 : 14 + hill * 6]
        wave = np.sin(x * (5 + 9 * a) + shift * (hill + 1) * 2 + 6 * b) + 0.5 * np.sin(
            x * (17 + 9 * b) + 6 * c
        )
        below = y > 0.45 + 0.17 * hill + 0.07 * wave
        picture[below] = _array(red, green, blue) * 80 + _array(30, 70 - 15 * hill, 30)
    seen: Pixels = picture.clip(0, 255).astype(np.uint8)
    return seen


def _inpainting(folder: Path, name: str, dice: Dice) -> dict[str, Json]:
    whole = Image.fromarray(painted(landscape(dice), 0, WIDTH, HEIGHT))
    left, top = int(dice.integers(20, 200)), int(dice.integers(20, 130))
    hole = (
        left,
        top,
        left + int(dice.integers(50, 100)),
        top + int(dice.integers(40, 90)),
    )
    mask = Image.new("L", (WIDTH, HEIGHT))
    ImageDraw.Draw(mask).rectangle(hole, fill=255)
    whole.save(place(folder, "targets", f"{name}.png"))
    mask.save(place(folder, "masks", f"{name}.png"))
    whole.paste((128, 128, 128), mask=mask)
    whole.save(place(folder, "images", f"{name}.png"))
    prompt = pick(
        dice, "Fill the grey rectangle.", "Paint what the grey rectangle hides."
    )
    return {
        "input": {
            "image_file": f"images/{name}.png",
            "mask_file": f"masks/{name}.png",
            "prompt": prompt,
        },
        "output": {"image_file": f"targets/{name}.png"},
    }


LANDSCAPES = Plan(
    "Image/generation",
    "Landscape Image Inpainting",
    "image/inpainting",
    "Image Inpainting",
    (("image", "mask", "text"), ("image",)),
    _inpainting,
)
