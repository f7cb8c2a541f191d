"""Decodes films to the last frame, with FFmpeg or by choice with decord."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import av  # noqa: F401 - so that it is there before the workers fork
import numpy as np

from curation.settings import Limits
from curation.versions import versions
from validators.decoders import containers, ffmpeg
from validators.decoders.ffmpeg import Reel
from validators.decoders.source import Bad, Payload, Source
from validators.decoders.strip import Plane, Strip
from validators.reason import Reason

BACKENDS = {"pyav": "av", "decord": "decord2"}
"""The names of the backends, and of the distributions that they come with."""

_WANTED = "a film that can be read"
FORMATS = frozenset(
    {"mp4", "matroska", "avi", "mpeg", "mpegts", "asf", "flv", "ogg", "gif"}
)
_CODECS = frozenset(
    {"h264", "hevc", "vp8", "vp9", "av1", "mpeg4", "mpeg1video", "mpeg2video", "h263", "theora",
     "msmpeg4v1", "msmpeg4v2", "msmpeg4v3", "wmv1", "wmv2", "wmv3", "vc1", "mjpeg", "prores",
     "dnxhd", "ffv1", "flv1", "vp6", "vp6f", "huffyuv", "ffvhuff", "utvideo", "rawvideo",
     "cinepak", "dvvideo", "qtrle", "gif", "png"}
)  # fmt: skip
_ATTACHED_PICTURE = 0x400


class BackendMissing(RuntimeError):
    """The chosen backend is not installed, or there is none of that name."""


def available_backends() -> dict[str, str]:
    """Return the backends that can be used, and their versions."""
    found = versions()
    return {
        name: found[package] for name, package in BACKENDS.items() if package in found
    }


def decode(
    source: Source, _kind: str, limits: Limits, options: dict[str, str]
) -> Payload:
    """Decode every frame of a film and return the facts of `Video`.

    The container is opened by FFmpeg with either backend, which alone knows what it
    says; `options["video_backend"]` decides who decodes the frames.

    Raises:
        Bad: the film is broken, or over a limit.
        BackendMissing: the backend is not there.
    """
    backend = options.get("video_backend", "pyav")
    if backend not in available_backends():
        raise BackendMissing(_how_to_get(backend))
    containers.refuse_short(source)
    with ffmpeg.opened(source, _WANTED, FORMATS) as container:
        stream = _track(container)
        _refuse_large(container, stream, limits)
        reel = Reel(source, container, stream)
        strip = Strip()
        for plane in _planes(backend, source, reel):
            strip.add(plane)
            _refuse_more(strip.frames, plane, reel, limits)
        form = ffmpeg.FORMATS[container.format.name]
        ffmpeg.refuse_early_end(form, (container.duration or 0) / 1e6, reel.reached)
        return _header(container, reel, strip.frames) | strip.facts() | {"format": form}


def _how_to_get(backend: str) -> str:
    if backend not in BACKENDS:
        return f"there is no video backend {backend!r}; there are {', '.join(BACKENDS)}"
    return f"the video backend {backend} needs the package {BACKENDS[backend]}"


def _track(container: Any) -> Any:
    for stream in container.streams.video:
        if int(stream.disposition) & _ATTACHED_PICTURE:
            continue
        context = stream.codec_context
        name = context.codec.canonical_name if context else "unknown"
        if name not in _CODECS:
            raise Bad(Reason.UNDECODABLE, f"not {_WANTED}; its codec is {name}")
        context.thread_count = 1
        return stream
    raise Bad(Reason.UNDECODABLE, f"not {_WANTED}; there is no picture in it")


def _refuse_large(container: Any, stream: Any, limits: Limits) -> None:
    """Refuse by the header, before anything is decoded."""
    context = stream.codec_context
    _refuse_pixels(context.width * context.height, limits)
    _refuse_frames(stream.frames, limits)
    ffmpeg.refuse_long((container.duration or 0) / 1e6, limits)


def _refuse_more(frames: int, plane: Plane, reel: Reel, limits: Limits) -> None:
    """Refuse by what comes, whatever the header said."""
    _refuse_pixels(plane.width * plane.height, limits)
    _refuse_frames(frames, limits)
    ffmpeg.refuse_long(reel.end, limits)


def _refuse_pixels(pixels: int, limits: Limits) -> None:
    if pixels > limits.pixels:
        detail = f"{pixels:,} pixels a frame, the limit is {limits.pixels:,}"
        raise Bad(Reason.OVER_LIMIT, detail)


def _refuse_frames(frames: int, limits: Limits) -> None:
    if frames > limits.frames:
        raise Bad(
            Reason.OVER_LIMIT, f"{frames:,} frames, the limit is {limits.frames:,}"
        )


def _planes(backend: str, source: Source, reel: Reel) -> Iterator[Plane]:
    if backend == "pyav":
        return map(_plane, reel.frames())
    from validators.decoders import video_decord  # noqa: PLC0415 - an extra

    reel.skim()
    context = reel.stream.codec_context
    return video_decord.planes(source, context.width, context.height)


def _plane(frame: Any) -> Plane:
    """Return the luma of a frame of FFmpeg without copying it, where it has one."""
    depth = _depth(frame.format.name)
    if not depth:
        frame, depth = frame.reformat(format="gray"), 8
    plane = frame.planes[0]
    wide = depth > 8  # noqa: PLR2004 - bits in a byte
    data = np.frombuffer(plane, np.uint16 if wide else np.uint8)
    line = plane.line_size >> wide
    return Plane(
        data,
        frame.width,
        frame.height,
        line,
        shift=depth - 8,
        corrupt=frame.is_corrupt,
        rotation=frame.rotation,
    )


@cache
def _depth(pixels: str) -> int:
    """Return the bits of the luma that is the first plane of a format, or 0."""
    match = re.fullmatch(
        r"(?:yuv[aj]?4\d\dp|gray|nv12|nv21)(?:(9|10|12|14|16)le)?", pixels
    )
    return int(match[1] or 8) if match else 0


def _header(container: Any, reel: Reel, frames: int) -> Payload:
    stream = reel.stream
    context = stream.codec_context
    fps = float(stream.average_rate or stream.guessed_rate or 0)
    seconds = max(reel.end - reel.begin, 0) or (frames / fps if fps else 0)
    said = (container.metadata, stream.metadata)
    return {
        "type": "Video",
        "width": context.width,
        "height": context.height,
        "fps": round(fps, 6),
        "seconds": round(seconds, 6),
        "codec": context.codec.canonical_name,
        "announced_frames": max(0, stream.frames - reel.discarded) or None,
        "has_audio": bool(container.streams.audio),
        "located": ffmpeg.is_located(*said),
        "metadata": ffmpeg.tags(*said),
    }
