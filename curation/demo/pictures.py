"""Tasks on pictures: car parks and islands seen from above, clocks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from curation.demo.plan import Dice, Plan, pick, place
from curation.model import Json

WIDTH, HEIGHT = 320, 240
BOXES = {"bbox_format": "(x_min, y_min, width, height)"}

Pixels = NDArray[np.uint8]


def ground(
    dice: Dice, low: int, high: int, size: tuple[int, int] = (WIDTH, HEIGHT)
) -> Image.Image:
    """Paint a slope of one colour between *low* and *high*, as light falls on a floor."""
    width, height = size
    x, y = np.linspace(0, 1, width)[:, None], np.linspace(0, 1, height)[:, None, None]
    slopes = dice.uniform(-0.15, 0.15, (2, 3)) * (high - low)
    colour = dice.uniform(low, high, 3) + x * slopes[0] + y * slopes[1]
    return Image.fromarray(colour.clip(0, 255).astype(np.uint8))


def colour(dice: Dice, low: int = 0, high: int = 256) -> tuple[int, int, int]:
    """Return a colour whose channels lie from *low* to below *high*."""
    red, green, blue = (int(c) for c in dice.integers(low, high, 3))
    return red, green, blue


VEHICLES = {"car": (20, 42), "van": (24, 56), "motorcycle": (9, 22)}
"""Width and length in pixels, seen from above."""


def _car_park(folder: Path, name: str, dice: Dice) -> dict[str, Json]:
    picture = ground(dice, 90, 150)
    draw = ImageDraw.Draw(picture)
    boxes: dict[str, list[list[int]]] = {}
    free = set(dice.choice(18, int(dice.integers(5, 12)), replace=False))
    for bay in range(18):
        left, top = 16 + bay % 9 * 32, 16 + bay // 9 * 130
        draw.rectangle((left, top, left + 1, top + 75), fill=(225, 225, 225))
        if bay not in free:
            kind = pick(dice, *VEHICLES)
            box = _vehicle(draw, dice, kind, left + 17, top + 38)
            boxes.setdefault(kind, []).append(box)
    picture.save(place(folder, "images", f"{name}.png"))
    prompt = pick(
        dice, "Find all vehicles in this car park.", "Draw a box around every vehicle."
    )
    return {
        "input": {"image_file": f"images/{name}.png", "prompt": prompt},
        "output": {"text": boxes},
    }


def _vehicle(
    draw: ImageDraw.ImageDraw, dice: Dice, kind: str, x: int, y: int
) -> list[int]:
    width, length = VEHICLES[kind]
    left, top = x - width // 2, y - length // 2 + int(dice.integers(-6, 7))
    right, bottom = left + width - 1, top + length - 1
    draw.rounded_rectangle((left, top, right, bottom), radius=4, fill=colour(dice, 20))
    draw.rectangle(
        (left + 2, top + length // 4, right - 2, top + length // 3), fill=(40, 50, 60)
    )
    return [left, top, width, length]


def _clock(picture: Image.Image, dice: Dice) -> tuple[int, int, list[list[Any]]]:
    """Draw a clock; return its hour, its minute, and where centre and hands' tips are."""
    hour, minute = int(dice.integers(1, 13)), int(dice.integers(12)) * 5
    x, y = int(dice.integers(100, 220)), int(dice.integers(95, 145))
    reach = int(dice.integers(60, 90))
    draw = ImageDraw.Draw(picture)
    face = (x - reach, y - reach, x + reach, y + reach)
    draw.ellipse(face, fill=colour(dice, 200), outline=colour(dice, 0, 90), width=4)
    for mark in range(12):
        draw.line(
            [
                _hand(x, y, reach * 0.85, mark / 12),
                _hand(x, y, reach * 0.95, mark / 12),
            ],
            fill=0,
            width=2,
        )
    tips = [
        _hand(x, y, reach * 0.5, (hour + minute / 60) / 12),
        _hand(x, y, reach * 0.8, minute / 60),
    ]
    for tip, width in zip(tips, (5, 3), strict=True):
        draw.line([(x, y), tip], fill=(20, 20, 20), width=width)
    return hour, minute, [[x, y, 2], *([*tip, 2] for tip in tips)]


def _hand(x: int, y: int, reach: float, turn: float) -> tuple[float, float]:
    angle = 2 * math.pi * turn
    return round(x + reach * math.sin(angle), 1), round(y - reach * math.cos(angle), 1)


def _clock_reading(folder: Path, name: str, dice: Dice) -> dict[str, Json]:
    picture = ground(dice, 30, 220)
    hour, minute, _ = _clock(picture, dice)
    picture.save(place(folder, "images", f"{name}.png"))
    question = pick(
        dice, "What time does the clock show?", "How late is it by this clock?"
    )
    return {
        "input": {"image_file": f"images/{name}.png", "question": question},
        "output": {"text": f"{hour}:{minute:02}"},
    }


def _clock_hands(folder: Path, name: str, dice: Dice) -> dict[str, Json]:
    picture = ground(dice, 30, 220)
    *_, points = _clock(picture, dice)
    picture.save(place(folder, "images", f"{name}.png"))
    prompt = pick(
        dice,
        "Mark centre and hands.",
        "Where are the centre and the ends of the hands?",
    )
    return {
        "input": {"image_file": f"images/{name}.png", "prompt": prompt},
        "output": {"instances": [{"keypoints": points}]},
    }


def _islands(folder: Path, name: str, dice: Dice) -> dict[str, Json]:
    picture = ground(dice, 60, 130)
    instances = []
    for column in range(int(dice.integers(2, 5))):
        label = pick(dice, "island", "sandbank")
        width, height = int(dice.integers(25, 70)), int(dice.integers(25, 90))
        left, top = (
            column * 78 + int(dice.integers(8)),
            int(dice.integers(0, HEIGHT - height)),
        )
        shape = Image.new("1", (WIDTH, HEIGHT))
        ImageDraw.Draw(shape).ellipse(
            (left, top, left + width - 1, top + height - 1), fill=1
        )
        picture.paste(
            (60, 140, 50) if label == "island" else (225, 205, 140), mask=shape
        )
        instances.append(
            {
                "label": label,
                "bbox": [left, top, width, height],
                "mask": run_lengths(shape),
            }
        )
    picture.save(place(folder, "images", f"{name}.png"))
    prompt = pick(
        dice, "Segment all land.", "Give a mask for each island and sandbank."
    )
    return {
        "input": {"image_file": f"images/{name}.png", "prompt": prompt},
        "output": {"instances": instances},
    }


def run_lengths(shape: Image.Image) -> dict[str, Sequence[int]]:
    """Return a mask as COCO has it: column by column, background first."""
    flat = np.asarray(shape, bool).ravel(order="F")
    ends = np.flatnonzero(np.diff(flat)) + 1
    runs = np.diff([0, *ends, flat.size]).tolist()
    return {
        "size": [shape.height, shape.width],
        "counts": [0, *runs] if flat[0] else runs,
    }


CAR_PARKS = Plan(
    "Image/comprehension",
    "Car Park Vehicle Detection",
    "image/detection",
    "Object Detection",
    (("image", "text"), ("boxes",)),
    _car_park,
    {"others": BOXES, "labels": [*VEHICLES]},
)
CLOCKS = Plan(
    "Image/comprehension",
    "Clock Reading",
    "image/vqa",
    "Image VQA",
    (("image", "text"), ("text",)),
    _clock_reading,
)
CLOCK_HANDS = Plan(
    "Image/comprehension",
    "Clock Hand Keypoint Detection",
    "image/keypoints",
    "Keypoint Detection",
    (("image", "text"), ("keypoints",)),
    _clock_hands,
    {"others": {"keypoint_names": ["centre", "hour_hand", "minute_hand"]}},
)
ISLANDS = Plan(
    "Image/comprehension",
    "Island Instance Segmentation",
    "image/instance-segmentation",
    "Image Instance Segmentation",
    (("image", "text"), ("mask", "boxes")),
    _islands,
    {"others": BOXES, "labels": ["island", "sandbank"]},
)
