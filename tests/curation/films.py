"""Makes small films and recordings with tags, and decodes them whole."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import av
import numpy as np


def film(form, codec="mpeg4", sound=None, options=None, stream_tags=None, **tags):
    """Return a film of half a second in a container of that form."""
    with tempfile.TemporaryDirectory() as folder:
        # A file, since the container can be written twice over.
        path = Path(folder) / "film"
        _write(path, form, codec, sound, options, stream_tags, tags)
        return path.read_bytes()


def _write(path, form, codec, sound, options, stream_tags, tags):  # noqa: PLR0913 - what a film is
    with av.open(str(path), "w", format=form, options=options or {}) as container:
        container.metadata.update(tags)
        video = container.add_stream(codec, rate=10)
        video.width, video.height, video.pix_fmt = 64, 48, "yuv420p"
        video.metadata.update(stream_tags or {})
        audio = (
            container.add_stream(sound, rate=44100, layout="mono") if sound else None
        )
        for index in range(6):
            picture = np.zeros((48, 64, 3), np.uint8)
            picture[..., 0] = index * 40
            picture[:, index * 8 : index * 8 + 16, 1] = 200
            container.mux(
                video.encode(av.VideoFrame.from_ndarray(picture, format="rgb24"))
            )
        container.mux(video.encode(None))
        if audio is not None:
            _fill(container, audio)


def sound(form, codec, **tags):
    """Return a recording of a second in a container of that form."""
    out = io.BytesIO()
    with av.open(out, "w", format=form) as container:
        container.metadata.update(tags)
        stream = container.add_stream(
            codec, rate=44100, layout="stereo" if codec == "vorbis" else "mono"
        )
        if codec == "vorbis":
            stream.codec_context.options = {"strict": "experimental"}
        _fill(container, stream)
    return out.getvalue()


def _fill(container, stream):
    layout = stream.layout.name
    channels = len(stream.layout.channels)
    wave = (np.sin(np.arange(44100) * 0.05) * 12000).astype(np.int16)
    frame = av.AudioFrame.from_ndarray(
        np.repeat(wave, channels)[None], format="s16", layout=layout
    )
    frame.rate = 44100
    resampler = av.AudioResampler(
        stream.format.name,
        layout,
        44100,
        getattr(stream.codec_context, "frame_size", 0) or None,
    )
    for part in [*resampler.resample(frame), *resampler.resample(None)]:
        container.mux(stream.encode(part))
    container.mux(stream.encode(None))


def seen(raw):
    """Return all pictures of a film with their times, and how it is to be turned."""
    with av.open(io.BytesIO(raw)) as container:
        return [
            (
                frame.pts,
                frame.time_base,
                frame.rotation,
                frame.to_ndarray(format="rgb24").tobytes(),
            )
            for frame in container.decode(video=0)
        ]


def heard(raw):
    """Return all samples of the first recording in a file."""
    with av.open(io.BytesIO(raw)) as container:
        if not container.streams.audio:
            return b""
        return b"".join(
            frame.to_ndarray().tobytes() for frame in container.decode(audio=0)
        )
