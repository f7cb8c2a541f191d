"""Opens sound and film files with FFmpeg, in bounds, and reads one stream to its end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from curation.settings import Limits
from validators.decoders.source import Bad, Source, looks_like, undecodable
from validators.reason import Reason

if TYPE_CHECKING:
    from av.container import InputContainer

EARLY = 0.05
"""Share of the announced duration that may be missing at the end, rounding and all."""

FORMATS = {
    "mov,mp4,m4a,3gp,3g2,mj2": "mp4",
    "matroska,webm": "matroska",
    "avi": "avi",
    "mpeg": "mpeg",
    "mpegvideo": "mpeg",
    "mpegts": "mpegts",
    "asf": "asf",
    "flv": "flv",
    "ogg": "ogg",
    "gif": "gif",
    "aac": "aac",
    "amr": "amr",
    "wav": "wav",
    "mp3": "mp3",
}
"""What FFmpeg may open, and our word for it. Playlists would lead to other files."""

_PLAYLISTS = (b"#EXTM3U", b"ffconcat", b"[playlist]")


def _lenient() -> dict[str, Any]:
    """Return what lets PyAV read tags that are not UTF-8; from 19 on it needs no asking."""
    import av  # noqa: PLC0415

    old = int(av.__version__.partition(".")[0]) < 19  # noqa: PLR2004
    return {"metadata_errors": "replace"} if old else {}


@contextmanager
def opened(
    source: Source, wanted: str, formats: frozenset[str]
) -> Iterator[InputContainer]:
    """Open a container with FFmpeg, from memory or a handle, never by a path.

    Raises:
        Bad: it is none of the *formats*, or broken, or a playlist.
    """
    import av  # noqa: PLC0415 - most recordings do without

    if source.head.startswith(_PLAYLISTS):
        raise Bad(Reason.REFUSED, "a playlist leads to other files")
    options = {
        "format_whitelist": ",".join(
            n for n, word in FORMATS.items() if word in formats
        ),
        "protocol_whitelist": "none",
    }
    try:
        container = av.open(source.stream, "r", options=options, **_lenient())
    except MemoryError:
        raise
    except av.FFmpegError as error:
        raise undecodable(source.head, wanted, _detail(source, error)) from None
    with container:
        yield container


def _detail(source: Source, error: Exception) -> str:
    """Say more than what a file looks like only where that is no answer by itself."""
    looks = looks_like(source.head)
    if looks.endswith(("film", "file", "recording")):
        return "its structure is broken"
    return "" if looks else reason(error)


class Reel:
    """One stream of a container, while it is read to the end together with the others.

    `begin`, `end` and `discarded` (packets that are not meant to be shown) are of the
    stream itself, `reached` is the latest end of any; all times in seconds.
    """

    def __init__(self, source: Source, container: Any, stream: Any) -> None:
        self.stream = stream
        self.begin = float("inf")
        self.end = 0.0
        self.reached = 0.0
        self.discarded = 0
        self._size = source.size
        self._container = container
        self._read = 0

    def frames(self) -> Iterator[Any]:
        """Decode every frame.

        Raises:
            Bad: it is broken on the way.
        """
        with self._faults():
            for packet in self._packets():
                yield from packet.decode()

    def skim(self) -> None:
        """Read to the end without decoding.

        Raises:
            Bad: it is broken on the way.
        """
        with self._faults():
            for _ in self._packets():
                pass

    @contextmanager
    def _faults(self) -> Iterator[None]:
        import av  # noqa: PLC0415

        try:
            yield
        except MemoryError:
            raise
        except (av.FFmpegError, IndexError) as error:
            # IndexError is PyAV's answer to a stream that the header knows nothing of.
            kind = Reason.TRUNCATED if self._read >= self._size else Reason.UNDECODABLE
            detail = f"decoding stopped after {self.end:.2f} s: {reason(error)}"
            raise Bad(kind, detail) from None

    def _packets(self) -> Iterator[Any]:
        index = self.stream.index
        # Multiplying fractions would cost as much as everything else here.
        units = {s.index: float(s.time_base or 0) for s in self._container.streams}
        for packet in self._container.demux():
            at, unit = packet.stream_index, units.get(packet.stream_index, 0)
            time = packet.pts if packet.pts is not None else packet.dts
            begin = (time or 0) * unit
            end = begin + (packet.duration or 0) * unit
            self.reached = max(self.reached, end)
            if at == index:
                if packet.is_discard:
                    self.discarded += 1
                elif time is not None:
                    self.begin, self.end = min(self.begin, begin), max(self.end, end)
                self._read = (packet.pos or 0) + packet.size
                yield packet


def announced_seconds(stream: Any) -> float:
    """Return how long a stream should last by its header, 0 if that does not say."""
    return float(stream.duration * stream.time_base) if stream.duration else 0.0


def refuse_long(seconds: float, limits: Limits) -> None:
    """Refuse what lasts longer than the limit.

    Raises:
        Bad: it does.
    """
    if seconds > limits.seconds:
        detail = f"{seconds:,.0f} s, the limit is {limits.seconds:,.0f} s"
        raise Bad(Reason.OVER_LIMIT, detail)


def refuse_early_end(form: str, announced: float, reached: float) -> None:
    """Refuse what ends long before its header says, where headers can be trusted.

    Raises:
        Bad: it does.
    """
    lost = announced - reached
    if form in {"mp4", "matroska", "flv"} and lost > max(1.0, EARLY * announced):
        detail = f"ends after {reached:.1f} of the {announced:.1f} s that it announces"
        raise Bad(Reason.TRUNCATED, detail)


def reason(error: Exception) -> str:
    """Return FFmpeg's words for an error, without the name of the function inside."""
    text = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return text[:1].lower() + text[1:]


_TECHNICAL = re.compile(
    r"major_brand|minor_version|compatible_brands|encoder|encoding_tool|software|"
    r"handler_name|vendor_id|language|creation_time|date|duration.*|timecode|rotate|"
    r"track(number)?|disc|bps.*|number_of_.*|_statistics.*|replaygain.*|itun.*|"
    r"com\.android\..*|is_?vbr|wmfsdk.*|wm/.*|devicecon.*",
    re.IGNORECASE,
)
_PLACE = re.compile(r"location|gps|(^|[^a-z])xyz$|latitude|longitude", re.IGNORECASE)


def tags(*given: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Return what a container says in words, but nothing technical and no place."""
    found = {
        name.lower(): " ".join(text.replace("\0", " ").split())[:200]
        for mapping in given
        for name, text in mapping.items()
        if not _TECHNICAL.fullmatch(name) and not _PLACE.search(name)
    }
    return tuple((name, text) for name, text in found.items() if text)


def is_located(*given: Mapping[str, str]) -> bool:
    """Tell whether a tag says where the recording was made."""
    return any(
        _PLACE.search(name) and re.search(r"\d", text)
        for mapping in given
        for name, text in mapping.items()
    )
