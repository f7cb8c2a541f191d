"""Draws recordings: their outline, their frequencies over time, and what is played.

Of MIDI, which holds no sound, the notes are drawn.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray
from PIL import Image as Pillow

from curation.review.rendering import paint
from curation.settings import Limits
from validators.decoders import ffmpeg
from validators.decoders.audio import CONTAINERS, samples
from validators.decoders.source import Bad, Payload, Source, undecodable
from validators.reason import Reason

LONGEST = 30_000_000
"""Samples that are looked at; about ten minutes of music."""
BINS = 480
"""Columns of the outline, each with its lowest and its highest sample."""
COLUMNS = 640
ROWS = 128
RANGE = 80.0
"""Decibels below the loudest that are told apart."""
SHADES = 64
"""Shades of a spectrogram; more would only cost room."""
NOTES = 2000
"""Notes that are drawn, the first ones."""
FASTEST = 48_000
"""Samples a second that MP3 can hold."""

Wave = NDArray[np.float32]

_PLAYABLE = frozenset({"PCM_16", "PCM_24", "PCM_U8", "FLOAT", "VORBIS", "OPUS", "MPEG_LAYER_III"})  # fmt: skip
_WANTED = "a recording that can be read"


def draw(source: Source, _kind: str, room: int, _limits: Limits) -> Payload:
    """Return outline, spectrogram, and something that browsers play; or notes.

    `outline` are signed bytes, lowest and highest of each bin; `top` is the highest
    frequency in Hz. `excerpt` tells the seconds that are played where it is not all.
    `notes` are start and length in quarters, and pitch from 0 to 127, 60 for the middle C;
    `of` is the number of all notes, where not all are drawn.

    Raises:
        Bad: it cannot be decoded.
    """
    if source.head[:4] == b"MThd":
        return _roll(source)
    wave, rate, playable = _wave(source)
    mono = wave.mean(axis=1) if wave.shape[1] > 1 else wave[:, 0]
    mono = np.nan_to_num(mono, nan=0.0, posinf=1.0, neginf=-1.0)
    picture, side = paint.fitted(_spectrogram(mono), max(room // 3, 4000), smooth=False)
    left = room - len(picture) - 2 * BINS
    sound, kind, seconds = _sound(source, mono, rate, left, playable=playable)
    whole = len(mono) / rate
    return {
        "seconds": whole,
        "cut": len(wave) >= LONGEST,
        "outline": _outline(mono),
        "picture": picture,
        "side": side,
        "top": rate / 2,
        "sound": sound,
        "mime": kind,
        "excerpt": seconds if seconds < whole or len(wave) >= LONGEST else None,
    }


def _roll(source: Source) -> Payload:
    from curation.scoring import midi  # noqa: PLC0415 - all of scoring, for few files

    try:
        found = midi.played(source.data[: midi.LARGEST])
    except (IndexError, ValueError) as error:
        told = f"not a MIDI file that can be read: {error}"
        raise Bad(Reason.UNDECODABLE, told) from None
    if not found:
        raise Bad(Reason.UNDECODABLE, "there is no note in it")
    shown = [(round(n.start, 3), round(n.length, 3), n.pitch) for n in found[:NOTES]]
    return {"notes": shown, "of": len(found)}


def _wave(source: Source) -> tuple[Wave, int, bool]:
    """Return the samples (time, channels), their rate, and whether browsers play the file."""
    try:
        with soundfile.SoundFile(source.stream) as sound:
            wave = sound.read(LONGEST // sound.channels, np.float32, always_2d=True)
            playable = sound.subtype in _PLAYABLE and sound.format not in {"AIFF", "AU", "CAF", "W64"}  # fmt: skip
            if len(wave) == 0:
                raise Bad(Reason.UNDECODABLE, "there is no sound in it")
            return wave, sound.samplerate, playable
    except soundfile.LibsndfileError:
        return _with_ffmpeg(source)


def _with_ffmpeg(source: Source) -> tuple[Wave, int, bool]:
    with ffmpeg.opened(source, _WANTED, CONTAINERS) as container:
        if not container.streams.audio:
            raise undecodable(source.head, _WANTED, "there is no sound in it")
        stream: Any = container.streams.audio[0]
        stream.codec_context.thread_count = 1
        rate = int(stream.rate or 1)
        pile = list(_some(ffmpeg.Reel(source, container, stream).frames()))
    if not pile:
        raise undecodable(source.head, _WANTED, "there is no sound in it")
    playable = source.head[4:8] == b"ftyp"
    return np.concatenate(pile), rate, playable


def _some(frames: Iterator[Any]) -> Iterator[Wave]:
    taken = 0
    for frame in frames:
        block = samples(frame)
        taken += block.size
        yield block
        if taken >= LONGEST:
            return


def _outline(mono: Wave) -> bytes:
    bins = min(BINS, len(mono))
    edges = np.linspace(0, len(mono), bins + 1).astype(int)[:-1]
    pairs = np.stack([np.minimum.reduceat(mono, edges), np.maximum.reduceat(mono, edges)], axis=1)  # fmt: skip
    return (pairs.clip(-1, 1) * 127).round().astype(np.int8).tobytes()


def _spectrogram(mono: Wave) -> Pillow.Image:
    """Draw loudness over time (columns) and frequency (rows, high ones above)."""
    columns = int(np.clip(len(mono) // 32, 64, COLUMNS))
    window = 1024 if len(mono) >= columns * 512 else 256
    padded = np.pad(mono, (window // 2, window // 2 + 1))
    starts = np.linspace(0, len(padded) - window - 1, columns).astype(int)
    pieces = padded[starts[:, None] + np.arange(window)]
    power = np.abs(np.fft.rfft(pieces * np.hanning(window), axis=1))[:, 1:]
    rows = power.reshape(columns, ROWS, -1).max(axis=2).T[::-1]
    loud = 20 * np.log10(np.maximum(rows, 1e-10) / max(float(rows.max()), 1e-10))
    shares = (loud / RANGE + 1).clip(0, 1)
    shades = (shares * (SHADES - 1)).round() * (255 / (SHADES - 1))
    picture = Pillow.fromarray(shades.astype(np.uint8), "L")
    picture.putpalette(paint.scale().tobytes())
    return picture


def _sound(
    source: Source, mono: Wave, rate: int, room: int, *, playable: bool
) -> tuple[bytes, str, float]:
    """Return what is played, its type, and the seconds of it.

    That is the file itself where it fits, a copy without loss, or an excerpt as MP3.
    """
    seconds = len(mono) / rate
    if playable and source.size <= room:
        return source.data, _mime(source.head), seconds
    if 2 * len(mono) + 44 <= room:
        return _written(mono, rate, "WAV", "PCM_16"), "audio/wav", seconds
    step = -(-rate // FASTEST)
    if step > 1:
        mono = mono[: len(mono) // step * step].reshape(-1, step).mean(axis=1)
        rate //= step
    played = mono[: max(rate, int(rate * room / 8000))]
    data = _written(played, rate, "MP3", "MPEG_LAYER_III")
    while len(data) > room and len(played) > rate:
        played = played[: int(len(played) * room / len(data) * 0.9)]
        data = _written(played, rate, "MP3", "MPEG_LAYER_III")
    return data, "audio/mpeg", len(played) / rate


def _mime(head: bytes) -> str:
    for mark, name in {b"RIFF": "wav", b"fLaC": "flac", b"OggS": "ogg"}.items():
        if head.startswith(mark):
            return f"audio/{name}"
    return "audio/mp4" if head[4:8] == b"ftyp" else "audio/mpeg"


def _written(mono: Wave, rate: int, form: str, encoding: str) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, mono, rate, format=form, subtype=encoding)
    return out.getvalue()
