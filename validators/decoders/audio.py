"""Decodes recordings block by block, with libsndfile or else with FFmpeg, to the end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import soundfile

from curation.settings import Limits
from validators.decoders import containers, ffmpeg
from validators.decoders.meter import FULL_SCALE, Block, Meter
from validators.decoders.source import Bad, Payload, Source, undecodable
from validators.reason import Reason

BLOCK = 1 << 17
"""Samples that are held at a time, all channels together."""
LOST = 3 * 1152
"""Samples, three frames of MP3, by which a header may be wrong about the end."""

_WANTED = "a recording that can be read"
_NOT_FOR_LIBSNDFILE = frozenset({1, 4})
_FORMATS = {"WAVEX": "wav", "RF64": "wav", "MPEG": "mp3"}
_FULL_SCALES = {
    "PCM_U8": 127 / 128,
    "PCM_S8": 127 / 128,
    "ULAW": 32124 / 32768,
    "ALAW": 32256 / 32768,
}
CONTAINERS = frozenset(
    {"mp4", "matroska", "asf", "aac", "amr", "ogg", "avi", "mp3", "wav", "mpegts"}
)
_CODECS = frozenset(
    {"aac", "aac_latm", "alac", "opus", "vorbis", "mp3", "mp2", "flac", "wmav1", "wmav2",
     "wmapro", "wmalossless", "ac3", "eac3", "amr_nb", "amr_wb", "adpcm_ms",
     "adpcm_ima_wav", "adpcm_ima_qt"}
)  # fmt: skip


def decode(
    source: Source, _kind: str, limits: Limits, _options: dict[str, str]
) -> Payload:
    """Decode a recording whole and return the facts of `Audio`.

    Raises:
        Bad: it is broken, or over a limit.
    """
    if source.head[:4] == b"MThd":
        return _midi(source)
    containers.refuse_short(source)
    try:
        return _with_libsndfile(source, limits)
    except soundfile.LibsndfileError as error:
        if error.code not in _NOT_FOR_LIBSNDFILE:
            raise undecodable(source.head, _WANTED, _words(error)) from None
    return _with_ffmpeg(source, limits)


def _words(error: soundfile.LibsndfileError) -> str:
    return str(error.error_string).lower().removeprefix("error : ").rstrip(".")


@contextmanager
def _sound(source: Source) -> Iterator[soundfile.SoundFile]:
    """Open with libsndfile, by descriptor where that works: it saves a tenth of the time."""
    if os.name != "posix":  # pragma: no cover - Windows
        with soundfile.SoundFile(source.stream) as sound:
            yield sound
        return
    descriptor = source.handle.fileno()
    before = os.lseek(descriptor, 0, os.SEEK_CUR)
    os.lseek(descriptor, 0, os.SEEK_SET)
    try:
        with soundfile.SoundFile(descriptor, closefd=False) as sound:
            yield sound
    finally:
        os.lseek(descriptor, before, os.SEEK_SET)


def _with_libsndfile(source: Source, limits: Limits) -> Payload:
    with _sound(source) as sound:
        announced = sound.frames if _is_exact(source, sound.subtype) else None
        ffmpeg.refuse_long((announced or 0) / sound.samplerate, limits)
        scale = _FULL_SCALES.get(sound.subtype, FULL_SCALE)
        meter = Meter(sound.samplerate, sound.channels, scale)
        try:
            for block in _blocks(sound):
                meter.add(block)
                ffmpeg.refuse_long(meter.seconds, limits)
        except soundfile.LibsndfileError as error:
            raise _stopped(source, meter.samples, announced, _words(error)) from None
        if announced is not None and meter.samples < announced - LOST:
            detail = f"ends after {meter.samples:,} of the {announced:,} samples that it announces"
            raise Bad(Reason.TRUNCATED, detail)
        said = sound.copy_metadata()
        return meter.facts() | {
            "format": _FORMATS.get(sound.format, sound.format.lower()),
            "encoding": sound.subtype,
            "metadata": ffmpeg.tags(said),
            "located": ffmpeg.is_located(said),
            "unfinished": containers.is_unfinished(source),
        }


def _blocks(sound: soundfile.SoundFile) -> Iterator[Block]:
    """Read to the end, each block in the place of the one before."""
    room = np.empty((max(1, BLOCK // sound.channels), sound.channels), np.float32)
    block = room
    while len(block) == len(room):
        block = sound.read(out=room)
        if len(block):
            yield block


def _is_exact(source: Source, encoding: str) -> bool:
    """Tell whether the length is announced; an MP3 without a first frame for it is guessed."""
    if not encoding.startswith("MPEG"):
        return True
    stream = source.stream
    head = stream.read(10)
    size = sum((byte & 127) << 7 * (9 - at) for at, byte in enumerate(head) if at > 5)  # noqa: PLR2004
    stream.seek(10 + size if head[:3] == b"ID3" else 0)
    start = stream.read(512)
    return any(word in start for word in (b"Xing", b"Info", b"VBRI"))


def _stopped(source: Source, samples: int, announced: int | None, words: str) -> Bad:
    """Say where decoding stopped, and whether that was at the end of the file."""
    of = f" of {announced:,}" if announced else ""
    position = os.lseek(source.handle.fileno(), 0, os.SEEK_CUR)
    at_end = position >= source.size and "unknown error" not in words
    detail = f"decoding stopped after {samples:,}{of} samples: {words}"
    return Bad(Reason.TRUNCATED if at_end else Reason.UNDECODABLE, detail)


def _with_ffmpeg(source: Source, limits: Limits) -> Payload:
    with ffmpeg.opened(source, _WANTED, CONTAINERS) as container:
        stream = _track(container)
        stream.codec_context.thread_count = 1
        announced = ffmpeg.announced_seconds(stream)
        ffmpeg.refuse_long(announced, limits)
        meter = _measured(source, container, stream, limits)
        form = ffmpeg.FORMATS[container.format.name]
        ffmpeg.refuse_early_end(form, announced, meter.seconds)
        said = (container.metadata, stream.metadata)
        return meter.facts() | {
            "format": form,
            "encoding": stream.codec_context.codec.canonical_name.upper(),
            "metadata": ffmpeg.tags(*said),
            "located": ffmpeg.is_located(*said),
        }


def _track(container: Any) -> Any:
    if not container.streams.audio:
        raise Bad(Reason.UNDECODABLE, f"not {_WANTED}; there is no sound in it")
    stream = container.streams.audio[0]
    context = stream.codec_context
    name = context.codec.canonical_name if context else "unknown"
    if name not in _CODECS and not name.startswith("pcm_"):
        raise Bad(Reason.UNDECODABLE, f"not {_WANTED}; its codec is {name}")
    return stream


def _measured(source: Source, container: Any, stream: Any, limits: Limits) -> Meter:
    """Gather the small frames of FFmpeg into blocks and measure those."""
    meter, pile = None, []
    for frame in ffmpeg.Reel(source, container, stream).frames():
        rate, channels = frame.sample_rate, frame.layout.nb_channels
        meter = meter or Meter(rate, channels)
        if channels != meter.channels:
            raise Bad(Reason.UNDECODABLE, "the number of channels changes on the way")
        pile.append(samples(frame))
        if sum(block.size for block in pile) >= BLOCK:
            meter.add(np.concatenate(pile))
            ffmpeg.refuse_long(meter.seconds, limits)
            pile.clear()
    if meter is not None and pile:
        meter.add(np.concatenate(pile))
    return meter or Meter(stream.rate or 1, stream.channels)


def samples(frame: Any) -> Block:
    """Return the samples of a frame of FFmpeg as libsndfile would."""
    data = frame.to_ndarray()
    shaped = (
        data.T if frame.format.is_planar else data.reshape(-1, frame.layout.nb_channels)
    )
    if shaped.dtype == np.uint8:
        shaped = (shaped.astype(np.float32) - 128) / 128
    elif shaped.dtype.kind == "i":
        shaped = shaped.astype(np.float32) / -float(np.iinfo(shaped.dtype).min)
    return np.ascontiguousarray(shaped, np.float32)


def _midi(source: Source) -> Payload:
    """Walk the chunks of a MIDI file, which holds notes instead of samples."""
    stream = source.stream
    wanted = int.from_bytes(source.head[10:12], "big")
    position = found = 0
    while found < wanted and position < source.size:
        stream.seek(position)
        head = stream.read(8)
        found += head[:4] == b"MTrk"
        position += 8 + int.from_bytes(head[4:], "big")
    if position > source.size or found < wanted:
        raise Bad(Reason.TRUNCATED, f"ends within track {max(1, found)} of {wanted}")
    nothing = {"seconds": 0.0, "rate": 0, "channels": 0, "samples": 0}
    tracks = "1 track" if found == 1 else f"{found} tracks"
    return {"type": "Audio", "format": "midi", "encoding": tracks} | nothing
