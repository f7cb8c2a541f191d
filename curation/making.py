"""Edge: small media made by code, for scaffolds and demonstrations; no two are alike."""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WIDTH, HEIGHT = 320, 240
"""Pixels of a picture, a mask, and a frame of a film."""
FRAMES, RATE = 50, 25
"""Frames of a film, and frames in a second."""
SECONDS, HERTZ = 2.0, 16_000
"""Duration and sample rate of a recording."""
STILLS = 10
"""Frames in a folder of frames."""


def make(kind: str, path: Path) -> None:
    """Write a file (or for frames a folder) of that kind at *path*.

    What is in it follows from the name of the file: the same name, the same bytes.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    _MAKERS[kind](path, _dice(path))


def _dice(path: Path) -> np.random.Generator:
    import numpy as np  # noqa: PLC0415

    return np.random.default_rng(zlib.crc32(f"{path.parent.name}/{path.name}".encode()))


def _scene(dice: np.random.Generator, at: float = 0.0) -> NDArray[np.uint8]:
    """Paint soft blobs of colour over a slope of light; *at* moves them, from 0 to 1."""
    import numpy as np  # noqa: PLC0415

    y, x = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)
    picture = np.empty((HEIGHT, WIDTH, 3), np.float32)
    slope = dice.uniform(-0.3, 0.3, (3, 2))
    for band in range(3):
        picture[..., band] = (
            dice.uniform(60, 180) + slope[band, 0] * x + slope[band, 1] * y
        )
    for _ in range(9):
        cx, cy = dice.uniform(0, WIDTH), dice.uniform(0, HEIGHT)
        cx += at * dice.uniform(-90, 90)
        cy += at * dice.uniform(-60, 60)
        size = dice.uniform(12, 55)
        blob = np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * size**2))
        picture += blob[..., None] * dice.uniform(-150, 150, 3)
    return picture.clip(0, 255).astype(np.uint8)


def _image(path: Path, dice: np.random.Generator) -> None:
    from PIL import Image  # noqa: PLC0415

    Image.fromarray(_scene(dice)).save(path)


def _mask(path: Path, dice: np.random.Generator) -> None:
    import numpy as np  # noqa: PLC0415
    from PIL import Image  # noqa: PLC0415

    y, x = np.mgrid[0:HEIGHT, 0:WIDTH]
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    for label in (1, 2):
        cx, cy = dice.integers(60, WIDTH - 60), dice.integers(60, HEIGHT - 60)
        mask[(x - cx) ** 2 + (y - cy) ** 2 < dice.integers(20, 50) ** 2] = label
    Image.fromarray(mask).save(path)


def _frames(path: Path, dice: np.random.Generator) -> None:
    from PIL import Image  # noqa: PLC0415

    path.mkdir(parents=True, exist_ok=True)
    state = dice.bit_generator.state
    for index in range(STILLS):
        dice.bit_generator.state = state
        picture = Image.fromarray(_scene(dice, index / STILLS))
        picture.save(path / f"{index:05}.png")


def _video(path: Path, dice: np.random.Generator) -> None:
    import av  # noqa: PLC0415

    state = dice.bit_generator.state
    with av.open(str(path), "w") as film:
        stream: Any = film.add_stream("mpeg4", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.bit_rate = 1_000_000
        for index in range(FRAMES):
            dice.bit_generator.state = state
            frame = av.VideoFrame.from_ndarray(
                _scene(dice, index / FRAMES), format="rgb24"
            )
            film.mux(stream.encode(frame))
        film.mux(stream.encode(None))


def _audio(path: Path, dice: np.random.Generator) -> None:
    import numpy as np  # noqa: PLC0415
    import soundfile  # noqa: PLC0415

    time = np.arange(int(SECONDS * HERTZ)) / HERTZ
    sound = np.zeros_like(time)
    for _ in range(4):
        pitch, start = dice.uniform(120, 900), dice.uniform(0, SECONDS / 2)
        envelope = np.exp(-3 * (time - start).clip(0)) * (time >= start)
        sound += envelope * np.sin(2 * math.pi * pitch * time)
    soundfile.write(path, 0.5 * sound / np.abs(sound).max(), HERTZ, subtype="PCM_16")


def _surface(dice: np.random.Generator) -> Any:
    import numpy as np  # noqa: PLC0415
    import trimesh  # noqa: PLC0415

    ball = trimesh.creation.icosphere(subdivisions=3)
    bumps = dice.uniform(0.5, 3, (3, 3))
    swell = 1 + 0.2 * np.sin(ball.vertices @ bumps).sum(axis=1)
    ball.vertices = 0.25 * ball.vertices * swell[:, None] + 0.5
    return ball


def _mesh(path: Path, dice: np.random.Generator) -> None:
    path.write_bytes(_bytes(_surface(dice).export(file_type=path.suffix[1:])))


def _pointcloud(path: Path, dice: np.random.Generator) -> None:
    import trimesh  # noqa: PLC0415

    cloud: Any = trimesh.PointCloud
    surface = _surface(dice)
    points = surface.vertices[dice.permutation(len(surface.vertices))]
    path.write_bytes(_bytes(cloud(points).export(file_type=path.suffix[1:])))


def _bytes(exported: str | bytes) -> bytes:
    return exported.encode() if isinstance(exported, str) else exported


def _array(path: Path, dice: np.random.Generator) -> None:
    import numpy as np  # noqa: PLC0415

    depth = 1 + _scene(dice)[..., 0].astype(np.float32) / 64
    if path.suffix == ".npz":
        np.savez_compressed(path, disparity=depth[None, None])
    elif path.suffix == ".png":
        from PIL import Image  # noqa: PLC0415

        Image.fromarray((depth * 256).astype(np.uint16)).save(path)
    elif path.suffix == ".flo":
        size = np.array([WIDTH, HEIGHT], np.int32).tobytes()
        flow = np.stack([depth, -depth], axis=-1).astype(np.float32)
        path.write_bytes(np.float32(202021.25).tobytes() + size + flow.tobytes())
    else:
        np.save(path, depth, allow_pickle=False)


_MAKERS: dict[str, Callable[[Path, np.random.Generator], None]] = {
    "image": _image,
    "mask": _mask,
    "frames": _frames,
    "video": _video,
    "audio": _audio,
    "mesh": _mesh,
    "pointcloud": _pointcloud,
    "array": _array,
}
