"""Where the parts of a glTF scene stand, as nodes move, turn and scale them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from validators.decoders.models.gltf_data import Model
from validators.decoders.numbers import Floats


def box(model: Model, meshes: Sequence[list[Floats]]) -> Floats | None:
    """Return the lowest and highest corner of the scene; None where nothing is in it.

    *meshes* are the boxes of the parts of each mesh, as they are stored. A mesh that no
    node places counts where it is stored.
    """
    corners: list[Floats] = []
    placed = set()
    with np.errstate(all="ignore"):
        for mesh, matrix in _placed(model):
            placed.add(mesh)
            corners += [_moved(part, matrix) for part in meshes[mesh]]
    for index, parts in enumerate(meshes):
        if index not in placed:
            corners += parts
    if not corners:
        return None
    both = np.concatenate(corners)
    return np.stack([both.min(axis=0), both.max(axis=0)])


def _placed(model: Model) -> Iterator[tuple[int, Floats]]:
    """Walk down from the roots of all scenes; yield each mesh and where it is put."""
    roots = [root for scene in model.items("scenes") for root in scene.get("nodes", [])]
    todo = [(root, np.eye(4)) for root in roots]
    seen = set()
    while todo:
        index, above = todo.pop()
        # A node that is its own ancestor would never end.
        if index in seen:
            continue
        seen.add(index)
        node = model.item("nodes", index)
        matrix = above @ _matrix(node)
        if "mesh" in node:
            model.item("meshes", node["mesh"])
            yield node["mesh"], matrix
        todo += [(child, matrix) for child in node.get("children", [])]


def _matrix(node: Mapping[str, Any]) -> Floats:
    if "matrix" in node:
        return np.array(node["matrix"], np.float64).reshape(4, 4).T
    matrix = np.eye(4)
    x, y, z, w = (float(n) for n in node.get("rotation", (0, 0, 0, 1)))
    turn = np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - z * w), 2 * (x * z + y * w)],
            [2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w)],
            [2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y)],
        ]
    )
    matrix[:3, :3] = turn * np.array(node.get("scale", (1, 1, 1)), np.float64)
    matrix[:3, 3] = node.get("translation", (0, 0, 0))
    return matrix


def _moved(part: Floats, matrix: Floats) -> Floats:
    """Return the eight corners of a box where a matrix puts them."""
    corners = np.array(list(itertools.product(*part.T)))
    moved: Floats = corners @ matrix[:3, :3].T + matrix[:3, 3]
    return moved
