"""Edge: media files to arrays, after a bounded worker has decoded them once whole."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.scoring.files import Unusable, members
from curation.scoring.metric import Floats
from curation.settings import Limits

_EXPECTED = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    IndexError,
    TypeError,
    KeyError,
    RuntimeError,
)
_FLOW_MAGIC = 202021.25
SAMPLED = 10_000
"""Points that stand for the surface of a mesh."""


def _fail(path: Path, error: Exception) -> Unusable:
    return Unusable(
        f"{path.name}: {str(error).replace(str(path), path.name) or type(error).__name__}"[
            :300
        ]
    )


def _opened(path: Path, mode: str | None) -> NDArray[Any]:
    from PIL import Image  # noqa: PLC0415 - not every task has pictures

    try:
        with Image.open(path) as picture:
            return np.asarray(picture.convert(mode) if mode else _plain(picture))
    except (*_EXPECTED, Image.DecompressionBombError) as error:
        raise _fail(path, error) from None


def _plain(picture: Any) -> Any:
    """Keep the numbers of a mask: indices of a palette, 16 bits; one band of grey."""
    if picture.mode == "1":
        return picture.convert("L")
    return picture.convert("L") if picture.mode == "LA" else picture


def picture(path: Path) -> NDArray[np.uint8]:
    """Read a picture as RGB, height x width x 3, bytes.

    Raises:
        Unusable: it cannot be read.
    """
    return np.asarray(_opened(path, "RGB"), dtype=np.uint8)


def grey(path: Path) -> Floats:
    """Read a picture as grey from 0 to 1, by its own depth of 8 or 16 bits.

    Raises:
        Unusable: it cannot be read.
    """
    values = _opened(path, None)
    if values.ndim == 3:  # noqa: PLR2004
        values = _opened(path, "L")
    peak = (
        65535.0 if values.dtype in (np.dtype(np.uint16), np.dtype(np.int32)) else 255.0
    )
    return np.asarray(values, dtype=np.float64) / (
        1.0 if values.dtype == np.float32 else peak
    )


def indices(path: Path) -> NDArray[np.int64]:
    """Read a label map, height x width; in colours, R + 256 G + 65536 B.

    Raises:
        Unusable: it cannot be read.
    """
    values = _opened(path, None).astype(np.int64)
    if values.ndim == 3:  # noqa: PLR2004
        first = values[..., 0]
        if (values[..., :3] == first[..., None]).all():
            return np.asarray(first)
        return np.asarray(
            values[..., 0] + 256 * values[..., 1] + 65536 * values[..., 2]
        )
    return values


def array(path: Path, *names: str) -> NDArray[Any]:
    """Read an array of numbers: .npy, .npz (the first of *names* in it), a picture, .txt.

    Raises:
        Unusable: it cannot be read, or holds objects.
    """
    try:
        if path.suffix.lower() == ".npz":
            with np.load(path, allow_pickle=False) as stored:
                name = next((n for n in names if n in stored.files), stored.files[0])
                return np.asarray(stored[name])
        if path.suffix.lower() in {".txt", ".csv"}:
            return np.loadtxt(
                path, delimiter="," if path.suffix == ".csv" else None, ndmin=2
            )
        if path.suffix.lower() == ".npy":
            return np.asarray(np.load(path, allow_pickle=False))
    except (*_EXPECTED, zipfile.BadZipFile, zlib.error) as error:
        raise _fail(path, error) from None
    return _opened(path, None)


def names_in(path: Path) -> tuple[str, ...]:
    """Return the names of the arrays in an .npz; none for other files."""
    if path.suffix.lower() != ".npz":
        return ()
    try:
        with np.load(path, allow_pickle=False) as stored:
            return tuple(stored.files)
    except (*_EXPECTED, zipfile.BadZipFile, zlib.error) as error:
        raise _fail(path, error) from None


def flow(path: Path) -> Floats:
    """Read optical flow, height x width x 2 (right, down) in pixels; NaN is not known.

    .flo of Middlebury, 16-bit .png of KITTI, or an array.

    Raises:
        Unusable: it cannot be read.
    """
    if path.suffix.lower() == ".flo":
        return _flo(path)
    if path.suffix.lower() == ".png":
        return _kitti(path)
    values = np.asarray(array(path, "flow"), dtype=np.float64)
    if values.ndim == 3 and values.shape[0] == 2 != values.shape[2]:  # noqa: PLR2004
        values = np.moveaxis(values, 0, -1)
    return values


def _flo(path: Path) -> Floats:
    raw = path.read_bytes()
    if len(raw) < 12 or struct.unpack("<f", raw[:4])[0] != _FLOW_MAGIC:  # noqa: PLR2004
        raise Unusable(f"{path.name}: not a .flo file")
    width, height = struct.unpack("<ii", raw[4:12])
    if min(width, height) < 1 or 8 * width * height != len(raw) - 12:
        raise Unusable(
            f"{path.name}: {width} x {height} does not fit its {len(raw):,} bytes"
        )
    values = (
        np.frombuffer(raw, "<f4", offset=12)
        .reshape(height, width, 2)
        .astype(np.float64)
    )
    # The format marks what is not known by values beyond a billion.
    values[(np.abs(values) > 1e9).any(axis=-1)] = np.nan  # noqa: PLR2004
    return values


def _kitti(path: Path) -> Floats:
    """Read a PNG of three times 16 bits, which Pillow would cut to 8."""
    import av  # noqa: PLC0415

    try:
        with av.open(str(path)) as file:
            frame = next(file.decode(video=0)).to_ndarray(format="rgb48le")
    except (av.error.FFmpegError, StopIteration, *_EXPECTED) as error:
        raise _fail(path, error) from None
    values = (frame[..., :2].astype(np.float64) - 32768) / 64
    values[frame[..., 2] == 0] = np.nan
    return np.asarray(values)


@dataclass(frozen=True)
class Film:
    """The frames of a film file, of a folder or of a list of pictures, read one by one."""

    paths: tuple[Path, ...]
    file: Path | None = None

    def __iter__(self) -> Iterator[NDArray[np.uint8]]:
        if self.file is None:
            yield from map(picture, self.paths)
        else:
            yield from _frames(self.file)

    @property
    def rate(self) -> float | None:
        """Frames a second; None where they are pictures, or the file does not say."""
        import av  # noqa: PLC0415

        if self.file is None:
            return None
        try:
            with av.open(str(self.file)) as file:
                rate = file.streams.video[0].average_rate
        except (av.error.FFmpegError, IndexError) as error:
            raise _fail(self.file, error) from None
        return float(rate) if rate else None


def film(path: Path) -> Film:
    """Return the frames of a film, or of the pictures in a folder, in the order of names."""
    return Film(tuple(members(path))) if path.is_dir() else Film((), path)


def _frames(path: Path) -> Iterator[NDArray[np.uint8]]:
    import av  # noqa: PLC0415

    try:
        with av.open(str(path)) as file:
            for frame in file.decode(video=0):
                yield np.asarray(frame.to_ndarray(format="rgb24"), dtype=np.uint8)
    except (av.error.FFmpegError, IndexError) as error:
        raise _fail(path, error) from None


def recording(path: Path) -> tuple[Floats, int]:
    """Read a recording as one channel of floats, with its rate in hertz.

    Raises:
        Unusable: it cannot be read.
    """
    import soundfile  # noqa: PLC0415

    try:
        samples, rate = soundfile.read(path, dtype="float64", always_2d=True)
    except (soundfile.LibsndfileError, *_EXPECTED) as error:
        raise _fail(path, error) from None
    return np.asarray(samples.mean(axis=1)), int(rate)


def cloud(path: Path) -> Floats:
    """Read points, N x 3: those of a cloud, or points sampled evenly from a surface.

    Raises:
        Unusable: it cannot be read, or has no points.
    """
    shape = _shape(path)
    vertices = np.asarray(shape.vertices, dtype=np.float64).reshape(-1, 3)
    faces = shape.faces
    if not len(vertices):
        raise Unusable(f"{path.name}: no points")
    return sampled(vertices, np.asarray(faces)) if len(faces) else vertices


def _shape(path: Path) -> Any:
    from validators.decoders import mesh, source  # noqa: PLC0415

    limits = Limits()
    try:
        with source.opened(path, limits) as opened:
            return mesh.reader(opened, "mesh")(opened, limits)
    except source.Bad as error:
        raise Unusable(f"{path.name}: {error.detail}") from None


def sampled(vertices: Floats, faces: NDArray[Any]) -> Floats:
    """Return points spread over triangles by their area, the same ones each time."""
    faces = faces[((faces >= 0) & (faces < len(vertices))).all(axis=1)]
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    areas = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    total = np.cumsum(areas)
    if not len(total) or not np.isfinite(total[-1]) or total[-1] <= 0:
        return vertices
    chance = np.random.default_rng(0)
    chosen = np.searchsorted(
        total, (np.arange(SAMPLED) + chance.random(SAMPLED)) / SAMPLED * total[-1]
    )
    chosen = np.minimum(chosen, len(faces) - 1)
    u, v = chance.random((2, SAMPLED, 1))
    over = u + v > 1
    u, v = np.where(over, 1 - u, u), np.where(over, 1 - v, v)
    return np.asarray(a[chosen] + u * (b - a)[chosen] + v * (c - a)[chosen])
