"""A small set of three tasks, and predictions of all kinds for it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from PIL import Image

NAMES = ("Car Brands Recognition", "Bird Finding", "Image Denoising at Home")


def _write(path: Path, value) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value), encoding="utf-8")


def _task(name, family, data, **more):
    return {
        "family": family, "task": name, "type": family.partition("/")[0], "skill": "Some Skill",
        "modality": {"in": ["image"], "out": ["text"]}, "version": "1.0", "data": data, **more,
    }  # fmt: skip


def picture(path: Path, seed: int, size=(24, 20)) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = np.random.default_rng(seed).integers(0, 256, (*size, 3), dtype=np.uint8)
    Image.fromarray(made).save(path)


def made_set(root: Path) -> Path:
    """Write the set below *root* and return its folder."""
    brands, birds, noise = (root / "set" / n.replace(" ", "-") for n in NAMES)
    for folder in (brands, birds, noise):
        for number in range(4):
            picture(folder / "images" / f"{number}.png", number)
    _write(brands / "annotation.json", _task(NAMES[0], "image/classification", [
        {"id": f"c{n}", "input": {"image_file": f"images/{n}.png", "prompt": "Which brand?"},
         "output": {"text": "GMC" if n else "BMW"}} for n in range(4)
    ]))  # fmt: skip
    _write(birds / "annotation.json", _task(NAMES[1], "image/detection", [
        {"id": f"b{n}", "input": {"image_file": f"images/{n}.png"}, "output": {"bbox": {"bird": [[1, 2, 8, 9]]}}}
        for n in range(4)
    ], labels=["bird"]))  # fmt: skip
    for number in range(4):
        picture(noise / "targets" / f"{number}.png", 10 + number)
    _write(noise / "annotation.json", _task(NAMES[2], "image/restoration", [
        {"id": f"d{n}", "input": {"image_file": f"images/{n}.png", "prompt": "Remove the noise."},
         "output": {"image_file": f"targets/{n}.png"}} for n in range(4)
    ]))  # fmt: skip
    return root / "set"


def oracle(root: Path) -> Path:
    """Write predictions that equal the references, media copied beside them."""
    folder = root / "oracle"
    _write(folder / "brands.json", {"task": NAMES[0], "data": [
        {"id": f"c{n}", "prediction": "GMC" if n else "BMW"} for n in range(4)]})  # fmt: skip
    _write(
        folder / "Bird-Finding.json",
        [{"id": f"b{n}", "prediction": {"bird": [[1, 2, 8, 9]]}} for n in range(4)],
    )
    for number in range(4):
        picture(folder / "noise" / "out" / f"{number}.png", 10 + number)
    _write(folder / "noise" / "prediction.json", {"task": NAMES[2], "data": [
        {"id": f"d{n}", "prediction": f"out/{n}.png"} for n in range(4)]})  # fmt: skip
    return folder


def broken(root: Path) -> Path:
    """Write predictions with one of each kind of mistake."""
    folder = root / "broken"
    _write(folder / "brands.json", {"task": NAMES[0], "data": [
        {"id": "c0", "prediction": "BMW"}, {"id": "c0", "prediction": "GMC"}, {"id": "c1", "prediction": {"odd": 1}},
        {"id": "c2", "prediction": None}, {"id": "x9", "prediction": "GMC"}, {"prediction": "GMC"},
    ]})  # fmt: skip
    _write(folder / "Bird-Finding.json", [
        {"id": "b0", "prediction": {"bird": [[1, 2, 8, 9]]}}, {"id": "b1", "prediction": {"bird": [[1, 2, 8]]}},
    ])  # fmt: skip
    noise = folder / "noise"
    picture(noise / "out" / "0.png", 10)
    picture(noise / "out" / "1.png", 11, (12, 10))
    whole = (noise / "out" / "0.png").read_bytes()
    (noise / "out" / "2.png").write_bytes(whole[: len(whole) // 2])
    _write(noise / "prediction.json", {"task": NAMES[2], "data": [
        {"id": "d0", "prediction": "out/0.png"}, {"id": "d1", "prediction": "out/1.png"},
        {"id": "d2", "prediction": "out/2.png"}, {"id": "d3", "prediction": "../../set/secret.png"},
    ]})  # fmt: skip
    _write(
        folder / "other.json",
        {"task": "A Task of Another Set", "data": [{"id": "1", "prediction": "x"}]},
    )
    return folder
