"""Draws films: a strip of frames, and what is played."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from curation.review.rendering import paint
from curation.settings import Limits
from validators.decoders import ffmpeg
from validators.decoders.source import Bad, Payload, Source, undecodable
from validators.decoders.video import FORMATS
from validators.reason import Reason

STRIP = 8
"""Frames of a strip, equally spaced."""
STRIP_SIDE = 360
EXCERPT = 10.0
"""Seconds of a film that does not fit whole."""
EXCERPT_SIDE = 360
FASTEST = 25
"""Frames a second of an excerpt."""
_PLAYABLE = frozenset({"h264", "vp8", "vp9", "av1"})
_WANTED = "a film that can be read"


def draw(source: Source, _kind: str, room: int, _limits: Limits) -> Payload:
    """Return pictures of some frames, and something that browsers play.

    `strip` are pairs of seconds and number of the frame, `frame0`, `frame1` ... their
    pictures. `excerpt` tells the seconds that are played where that is not the file
    itself, and `playable` whether browsers would play that.

    Raises:
        Bad: it cannot be decoded.
    """
    with ffmpeg.opened(source, _WANTED, FORMATS) as container:
        stream = _track(container)
        rate = float(stream.average_rate or stream.guessed_rate or 25)
        seconds = (container.duration or 0) / 1e6 or stream.frames / rate
        shown = list(_strip(container, stream, seconds))
        context = stream.codec_context
        facts: Payload = {
            "width": context.width,
            "height": context.height,
            "seconds": seconds,
            "rate": rate,
            "strip": [(at, round(at * rate)) for at, _ in shown],
        }
        form = ffmpeg.FORMATS[container.format.name]
        playable = context.codec.canonical_name in _PLAYABLE and form in {"mp4", "matroska"}  # fmt: skip
    facts["playable"] = playable
    if not shown:
        raise Bad(Reason.UNDECODABLE, "no frame of it can be decoded")
    each = max(room // 3 // len(shown), 1500)
    for number, (_, picture) in enumerate(shown):
        facts[f"frame{number}"] = paint.fitted(picture, each, STRIP_SIDE, exact=False)[
            0
        ]
    left = room - sum(len(facts[f"frame{n}"]) for n in range(len(shown)))
    if playable and source.size <= left:
        kind = "video/mp4" if form == "mp4" else "video/webm"
        return facts | {"film": source.data, "mime": kind, "excerpt": None}
    return facts | _excerpt(source, seconds, left)


def _track(container: Any) -> Any:
    if not container.streams.video:
        raise Bad(Reason.UNDECODABLE, "there is no picture in it")
    stream = container.streams.video[0]
    if stream.codec_context is None:
        raise Bad(Reason.UNDECODABLE, f"not {_WANTED}; its codec is unknown")
    stream.codec_context.thread_count = 1
    return stream


def _strip(container: Any, stream: Any, seconds: float) -> Iterator[tuple[float, Any]]:
    """Yield time and picture of equally spaced frames, the first among them."""
    import av  # noqa: PLC0415

    begin = float((stream.start_time or 0) * stream.time_base)
    last = -1.0
    for number in range(STRIP):
        wanted = begin + seconds * number / STRIP
        try:
            if number:
                container.seek(int(wanted / stream.time_base), stream=stream)
            frame = _first(container, stream, wanted)
        except (av.FFmpegError, IndexError):
            continue
        if frame is None or (at := float(frame.time or 0) - begin) <= last:
            continue
        last = at
        yield max(0.0, at), _picture(frame)


def _first(container: Any, stream: Any, wanted: float) -> Any:
    """Return the first frame that is not before the wanted time; else the last there is."""
    found = None
    for frame in container.decode(stream):
        found = frame
        if frame.time is None or frame.time >= wanted - 1e-3:
            break
    return found


def _picture(frame: Any) -> Any:
    longest = max(frame.width, frame.height)
    ratio = min(1.0, STRIP_SIDE / longest)
    size = (max(1, round(frame.width * ratio)), max(1, round(frame.height * ratio)))
    return frame.reformat(*size, format="rgb24").to_image()


def _excerpt(source: Source, seconds: float, room: int) -> Payload:
    """Encode the beginning again, small, as WebM without sound."""
    import av  # noqa: PLC0415

    out = io.BytesIO()
    lasting = min(seconds or EXCERPT, EXCERPT)
    try:
        with (
            ffmpeg.opened(source, _WANTED, FORMATS) as container,
            av.open(out, "w", format="webm") as target,
        ):
            _encode(container, target, lasting, int(room * 8 / max(lasting, 0.5)))
    except (av.FFmpegError, ValueError) as error:
        raise undecodable(source.head, _WANTED, str(error)[:100]) from None
    data = out.getvalue()
    if len(data) > room:
        return {"film": b"", "mime": "", "excerpt": 0.0}
    return {"film": data, "mime": "video/webm", "excerpt": lasting}


def _encode(container: Any, target: Any, seconds: float, bits: int) -> None:
    stream = _track(container)
    rate = min(float(stream.average_rate or 25), FASTEST)
    track = None
    due = 0.0
    for frame in container.decode(stream):
        if frame.time is None or frame.time < due - 1e-3:
            continue
        if frame.time > seconds:
            break
        small = _even(frame)
        if track is None:
            fixed = Fraction(rate).limit_denominator(1000)
            track = target.add_stream("libvpx", rate=fixed)
            track.width, track.height, track.pix_fmt = small.width, small.height, "yuv420p"  # fmt: skip
            track.bit_rate = max(40_000, min(int(bits * 0.8), 800_000))
            track.codec_context.thread_count = 1
            track.options = {"deadline": "realtime", "cpu-used": "8"}
            track.codec_context.time_base = Fraction(1, 1000)
        small.pts, small.time_base = int(frame.time * 1000), Fraction(1, 1000)
        target.mux(track.encode(small))
        due += 1 / rate
    if track is None:
        raise ValueError("no frame of it can be decoded")
    target.mux(track.encode(None))


def _even(frame: Any) -> Any:
    ratio = min(1.0, EXCERPT_SIDE / max(frame.width, frame.height))
    width, height = (max(2, round(n * ratio) // 2 * 2) for n in (frame.width, frame.height))  # fmt: skip
    return frame.reformat(width, height, format="yuv420p")
