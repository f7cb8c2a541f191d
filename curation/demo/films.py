"""Tasks on films: marbles that roll, landscapes to be sharpened, traffic lights."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import numpy as np
from PIL import Image, ImageDraw

from curation.demo.landscapes import landscape, painted
from curation.demo.pictures import BOXES, Pixels, colour, ground
from curation.demo.plan import Dice, Plan, pick, place
from curation.model import Json

WIDTH, HEIGHT = 160, 120
"""Pixels of a frame of the small films."""
FRAMES, RATE = 16, 8
"""Frames of a film, and frames in a second."""


def write(
    path: Path,
    paint: Callable[[int], Pixels],
    frames: int = FRAMES,
    tags: Mapping[str, str] | None = None,
) -> None:
    """Write a film, MPEG-4 in the container that the suffix names."""
    with av.open(str(path), "w", container_options={"fflags": "+bitexact"}) as film:
        film.metadata.update(tags or {})
        stream: Any = film.add_stream(
            "mpeg4", rate=RATE, options={"flags": "+bitexact"}
        )
        stream.height, stream.width = paint(0).shape[:2]
        stream.pix_fmt, stream.bit_rate = "yuv420p", 600_000
        for index in range(frames):
            film.mux(stream.encode(av.VideoFrame.from_ndarray(paint(index), "rgb24")))
        film.mux(stream.encode(None))


_COLOURS = {
    "red": (200, 40, 40),
    "blue": (40, 70, 210),
    "green": (40, 160, 60),
    "yellow": (225, 205, 60),
}


def _marbles(folder: Path, name: str, dice: Dice) -> dict[str, Json]:
    board = ground(dice, 120, 200, (WIDTH, HEIGHT))
    names = [str(n) for n in dice.permutation([*_COLOURS])[:3]]
    starts, speeds = dice.uniform(15, 100, (3, 2)), dice.uniform(-7, 7, (3, 2))
    side = int(dice.integers(10, 18))
    boxes = []
    frames = place(folder, "frames", name)
    frames.mkdir()
    for index in range(FRAMES):
        picture = board.copy()
        draw = ImageDraw.Draw(picture)
        for marble in (2, 1, 0):
            x, y = _bounced(starts[marble] + speeds[marble] * index, side)
            draw.ellipse(
                (x, y, x + side - 1, y + side - 1),
                fill=_COLOURS[names[marble]],
                outline=(20, 20, 20),
            )
        boxes.append([x, y, side, side])
        picture.save(frames / f"{index:05}.jpg", quality=88)
    return {
        "input": {
            "video_folder": f"frames/{name}",
            "bbox": boxes[0],
            "prompt": f"Follow the {names[0]} marble.",
        },
        "output": {"answer": boxes},
    }


def _bounced(at: Any, side: int) -> tuple[int, int]:
    """Reflect a path at the edges of the board."""
    room = np.array([WIDTH - side, HEIGHT - side])
    x, y = (room - np.abs(np.mod(at, 2 * room) - room)).astype(int)
    return int(x), int(y)


def _sharpening(folder: Path, name: str, dice: Dice) -> dict[str, Json]:
    mood = landscape(dice)
    small, large = (
        place(folder, "videos", f"{name}.mp4"),
        place(folder, "targets", f"{name}.mp4"),
    )
    write(small, lambda index: painted(mood, index / FRAMES, WIDTH // 2, HEIGHT // 2))
    write(large, lambda index: painted(mood, index / FRAMES, WIDTH, HEIGHT))
    prompt = pick(
        dice, "Make the film twice as large.", "Double width and height of the film."
    )
    return {
        "input": {"video_file": f"videos/{name}.mp4", "prompt": prompt},
        "output": {"video_file": f"targets/{name}.mp4"},
    }


_LIGHTS = {"stop": (220, 40, 30), "wait": (235, 170, 30), "go": (40, 190, 80)}


def _traffic(folder: Path, name: str, dice: Dice) -> dict[str, Json]:
    cuts = [0, int(dice.integers(3, 6)), int(dice.integers(8, 12)), FRAMES]
    phases = [str(p) for p in dice.permutation([*_LIGHTS])]
    street, car = ground(dice, 80, 180, (WIDTH, HEIGHT)), colour(dice)
    speed = int(dice.integers(4, 9))

    def paint(index: int) -> Pixels:
        picture = street.copy()
        draw = ImageDraw.Draw(picture)
        phase = phases[sum(index >= cut for cut in cuts[1:-1])]
        draw.rectangle((60, 8, 100, 72), fill=(30, 30, 30))
        draw.ellipse((66, 25, 94, 53), fill=_LIGHTS[phase])
        draw.rectangle((index * speed, 85, index * speed + 40, 105), fill=car)
        return np.asarray(picture)

    write(place(folder, "videos", f"{name}.mp4"), paint)
    segments = [[a / RATE, b / RATE] for a, b in pairwise(cuts)]
    return {
        "input": {
            "video_file": f"videos/{name}.mp4",
            "prompt": pick(
                dice, "When does the light show what?", "Find the phases of the light."
            ),
        },
        "output": {
            "annotations": [
                {"segment": s, "label": p}
                for s, p in zip(segments, phases, strict=True)
            ]
        },
    }


def still(picture: Image.Image) -> Callable[[int], Pixels]:
    """Paint the same picture for every frame."""
    return lambda _: np.asarray(picture)


MARBLES = Plan(
    "Video/comprehension",
    "Marble Tracking",
    "video/object-tracking",
    "Object Tracking",
    (("video", "text"), ("boxes",)),
    _marbles,
    {"others": BOXES},
)
SHARPENING = Plan(
    "Video/generation",
    "Landscape Video Super Resolution",
    "video/super-resolution",
    "Video Enhancement",
    (("video", "text"), ("video",)),
    _sharpening,
)
TRAFFIC = Plan(
    "Video/comprehension",
    "Traffic Light Phase Detection",
    "video/temporal-action-detection",
    "Temporal Action Detection",
    (("video", "text"), ("spans",)),
    _traffic,
    {"labels": [*_LIGHTS]},
)
