"""Makes small pictures, recordings and films, and breaks them in ways that have a name."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import soundfile
from numpy.typing import NDArray
from PIL import Image as Pillow

Samples = NDArray[np.float32]
Painter = Callable[[int], NDArray[np.uint8]]

_FILM_CODECS = {
    ".mp4": "libx264", ".mov": "libx264", ".mkv": "libx264", ".m4v": "libx264",
    ".webm": "libvpx-vp9", ".avi": "mpeg4", ".mpg": "mpeg2video", ".ts": "mpeg2video",
    ".wmv": "wmv2",
}  # fmt: skip
_SOUND_CODECS = {
    ".m4a": "aac", ".aac": "aac", ".mp4": "aac", ".mov": "aac", ".mkv": "aac",
    ".webm": "libopus", ".wma": "wmav2", ".mp3": "libmp3lame", ".avi": "libmp3lame",
    ".wav": "pcm_s16le",
}  # fmt: skip


def tone(
    seconds: float = 1.0, rate: int = 8000, channels: int = 1, level: float = 0.5
) -> Samples:
    """Make a tone that rises and falls, as (samples, channels) between -1 and 1."""
    time = np.arange(round(seconds * rate)) / rate
    wave = level * np.sin(2 * np.pi * 330 * time) * np.cos(2 * np.pi * 0.4 * time)
    return np.repeat(wave[:, None], channels, axis=1).astype(np.float32)


def wav(
    path: Path,
    samples: Samples | None = None,
    rate: int = 8000,
    subtype: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> Path:
    """Write a recording; the suffix decides: .wav, .flac, .ogg, .opus, .mp3, .aiff."""
    data = tone(rate=rate) if samples is None else samples
    channels = data.shape[1] if data.ndim > 1 else 1
    form = "OGG" if path.suffix == ".opus" else None
    kind = "OPUS" if path.suffix == ".opus" else subtype
    with soundfile.SoundFile(path, "w", rate, channels, kind, format=form) as file:
        for name, text in (tags or {}).items():
            setattr(file, name, text)
        file.write(data)
    return path


def recording(
    path: Path,
    samples: Samples | None = None,
    rate: int = 48000,
    codec: str | None = None,
    tags: Mapping[str, str] | None = None,
) -> Path:
    """Write a recording with FFmpeg's encoders: .m4a, .aac, .webm, .wma, .mp3 ..."""
    data = tone(rate=rate) if samples is None else samples
    with av.open(path, "w") as container:
        container.metadata.update(tags or {})
        stream = _track(container, codec or _SOUND_CODECS[path.suffix], data, rate)
        _sing(container, stream, data, rate)
    return path


def _track(container: Any, codec: str, data: Samples, rate: int) -> Any:
    layout = "mono" if data.shape[1] == 1 else "stereo"
    stream = container.add_stream(codec, rate=rate, layout=layout)
    stream.bit_rate = 96_000
    return stream


def _sing(container: Any, stream: Any, data: Samples, rate: int) -> None:
    step = stream.codec_context.frame_size or 1024
    for start in range(0, len(data), step):
        block = np.ascontiguousarray(data[start : start + step].T)
        frame = av.AudioFrame.from_ndarray(block, "fltp", stream.layout.name)
        frame.sample_rate, frame.pts = rate, start
        frame.time_base = Fraction(1, rate)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def moving(size: tuple[int, int] = (64, 48), seed: int = 1) -> Painter:
    """Paint frames on which a bright square wanders over reddish tiles."""
    width, height = size
    dice = np.random.default_rng(seed)
    tiles = dice.integers(60, 120, (height // 8 + 1, width // 8 + 1, 1), np.uint8)
    shades = tiles.repeat(8, axis=0).repeat(8, axis=1)[:height, :width]
    ground = shades + np.array([20, 0, 10], np.uint8)

    def paint(index: int) -> NDArray[np.uint8]:
        frame = ground.copy()
        side = max(2, height // 4)
        left, top = index * 3 % (width - side), index * 2 % (height - side)
        frame[top : top + side, left : left + side] = 230
        return frame

    return paint


def flat(level: int, size: tuple[int, int] = (64, 48)) -> Painter:
    """Paint frames of one grey level."""
    return lambda _: np.full((size[1], size[0], 3), level, np.uint8)


def film(  # noqa: PLR0913 - each is something that a film can have
    path: Path,
    frames: int = 24,
    size: tuple[int, int] = (64, 48),
    fps: int = 12,
    paint: Painter | None = None,
    *,
    codec: str | None = None,
    pixels: str | None = None,
    sound: float = 0.0,
    tags: Mapping[str, str] | None = None,
    options: Mapping[str, str] | None = None,
    container_options: Mapping[str, str] | None = None,
) -> Path:
    """Write a film with the usual codec of its suffix; *sound* is seconds of a tone."""
    name = codec or _FILM_CODECS[path.suffix]
    with av.open(
        path, "w", container_options=dict(container_options or {})
    ) as container:
        container.metadata.update(tags or {})
        stream: Any = container.add_stream(name, rate=fps, options=dict(options or {}))
        stream.width, stream.height = size
        stream.pix_fmt = pixels or "yuv420p"
        stream.codec_context.thread_count = 1
        melody = tone(sound, 48000)
        track = (
            _track(container, _SOUND_CODECS[path.suffix], melody, 48000)
            if sound
            else None
        )
        for index in range(frames):
            picture = av.VideoFrame.from_ndarray(
                (paint or moving(size))(index), "rgb24"
            )
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
        if track is not None:
            _sing(container, track, melody, 48000)
    return path


def picture(path: Path, size: tuple[int, int] = (64, 48), seed: int = 1) -> Path:
    """Write a picture; the suffix decides on the format."""
    Pillow.fromarray(moving(size, seed)(seed)).save(path)
    return path


def truncate(path: Path, share: float = 0.5) -> Path:
    """Keep the first *share* of a file's bytes."""
    data = path.read_bytes()
    path.write_bytes(data[: round(len(data) * share)])
    return path


def flip(path: Path, number: int = 50, seed: int = 1, after: int = 200) -> Path:
    """Turn *number* bits over, none of them in the first *after* bytes."""
    dice = random.Random(seed)
    data = bytearray(path.read_bytes())
    for _ in range(number):
        data[dice.randrange(after, len(data))] ^= 1 << dice.randrange(8)
    path.write_bytes(data)
    return path


def midi(
    *events: tuple[int, list[int]], quarter: int = 96, signature: Any = None
) -> bytes:
    """Return a MIDI file of one track, of the steps to wait and the bytes of each event."""
    track = b"".join(bytes([wait, *event]) for wait, event in events)
    if signature:
        track = bytes([0, 0xFF, 0x58, 4, *signature, 24, 8]) + track
    head = b"MThd" + (6).to_bytes(4) + bytes([0, 0, 0, 1]) + quarter.to_bytes(2)
    return head + b"MTrk" + len(track).to_bytes(4) + track
