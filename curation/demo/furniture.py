"""Tasks on models: parts of furniture to be found, tables to be made from words."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from curation.demo import formats
from curation.demo.formats import Faces, Points
from curation.demo.plan import Dice, Plan, pick, place
from curation.model import Json

POINTS = 1024
"""Points of a cloud."""
PARTS = ("leg", "seat", "back")


class Block(NamedTuple):
    """A box of wood: where its middle is, how large it is in metres, what it is part of."""

    middle: tuple[float, float, float]
    size: tuple[float, float, float]
    part: int = 0


_CORNERS = np.array(
    [[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)]
)
_SIDES = np.array(
    [[0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5], [0, 4, 5], [0, 5, 1],
     [2, 3, 7], [2, 7, 6], [0, 2, 6], [0, 6, 4], [1, 5, 7], [1, 7, 3]]
)  # fmt: skip
"""Two triangles for each side of a box, seen from outside."""


def surface(blocks: list[Block]) -> tuple[Points, Faces]:
    """Return points and triangles of some boxes."""
    points = [_CORNERS * b.size + b.middle for b in blocks]
    faces = [_SIDES + 8 * index for index in range(len(blocks))]
    return np.concatenate(points).astype(np.float32), np.concatenate(faces).astype(
        np.uint32
    )


def _legs(width: float, depth: float, height: float, thick: float) -> list[Block]:
    x, y = (width - thick) / 2, (depth - thick) / 2
    places = [(a, b, height / 2) for a in (-x, x) for b in (-y, y)]
    return [Block(place, (thick, thick, height)) for place in places]


def _chair(dice: Dice) -> list[Block]:
    width, depth, height = (
        dice.uniform(0.38, 0.55),
        dice.uniform(0.38, 0.5),
        dice.uniform(0.4, 0.5),
    )
    rise = dice.uniform(0.3, 0.55)
    back = Block(
        (0, depth / 2 - 0.015, height + 0.04 + rise / 2), (width, 0.03, rise), 2
    )
    seat = Block((0, 0, height + 0.02), (width, depth, 0.04), 1)
    return [*_legs(width, depth, height, dice.uniform(0.03, 0.06)), seat, back]


def _cloud(blocks: list[Block], dice: Dice) -> tuple[Points, list[int]]:
    """Scatter points over the sides of some boxes; say to which part each belongs."""
    areas = np.array(
        [2 * (a * b + b * c + a * c) for a, b, c in (block.size for block in blocks)]
    )
    owners = dice.choice(len(blocks), POINTS, p=areas / areas.sum())
    points = dice.uniform(-0.5, 0.5, (POINTS, 3))
    flat = dice.integers(3, size=POINTS)
    points[np.arange(POINTS), flat] = dice.choice([-0.5, 0.5], POINTS)
    points *= np.array([b.size for b in blocks])[owners]
    points += np.array([b.middle for b in blocks])[owners]
    return points.astype(np.float32), [blocks[owner].part for owner in owners]


def _chair_parts(folder: Path, name: str, dice: Dice) -> dict[str, Json]:
    points, parts = _cloud(_chair(dice), dice)
    formats.ply(place(folder, "pointclouds", f"{name}.ply"), points)
    np.save(place(folder, "targets", f"{name}.npy"), np.array(parts, np.uint8))
    prompt = pick(
        dice,
        "Assign each point of the chair to a part.",
        "Which points are legs, seat and back?",
    )
    return {
        "input": {
            "pointcloud_file": f"pointclouds/{name}.ply",
            "category": "chair",
            "prompt": prompt,
        },
        "output": {"label_file": f"targets/{name}.npy"},
    }


_PAINTS = {
    "red": (0.8, 0.1, 0.1),
    "white": (0.95, 0.95, 0.95),
    "green": (0.1, 0.5, 0.2),
    "black": (0.05, 0.05, 0.05),
}


def _table(folder: Path, name: str, dice: Dice) -> dict[str, Json]:
    width, depth, height = (
        round(float(v), 2) for v in dice.uniform((0.8, 0.5, 0.4), (2.2, 1, 1.1))
    )
    paint, legs = pick(dice, *_PAINTS), pick(dice, "thin", "thick")
    thick = 0.04 if legs == "thin" else 0.12
    top = Block((0, 0, height - 0.02), (width, depth, 0.04))
    points, faces = surface([top, *_legs(width, depth, height - 0.04, thick)])
    formats.glb(
        place(folder, "targets", f"{name}.glb"),
        *formats.model(points, faces, _PAINTS[paint]),
    )
    size = f"{width:.2f} m long, {depth:.2f} m wide and {height:.2f} m high"
    return {
        "input": {"prompt": f"A {paint} table on four {legs} legs, {size}."},
        "output": {"mesh_file": f"targets/{name}.glb"},
    }


CHAIRS = Plan(
    "3d/comprehension",
    "Chair Part Segmentation",
    "mesh/part-segmentation",
    "3D Part Segmentation",
    (("3d", "text"), ("3d",)),
    _chair_parts,
    {
        "others": {"label_names": {str(i): part for i, part in enumerate(PARTS)}},
        "labels": [0, 1, 2],
    },
)
TABLES = Plan(
    "3d/generation",
    "Text to Table Mesh Generation",
    "mesh/text-to-mesh",
    "Text to Mesh",
    (("text",), ("3d",)),
    _table,
)
