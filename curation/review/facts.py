"""What is known of a file in a few words, to stand below it."""

from __future__ import annotations

from curation.model import MediaRef
from curation.report.wording import size
from validators.array import Array
from validators.audio import Audio
from validators.gallery import Gallery
from validators.image import Image
from validators.media import Media, Unreadable
from validators.mesh import Mesh
from validators.video import Video


def told(gallery: Gallery, ref: MediaRef) -> str:
    """Say what a file is, or why it cannot be shown."""
    if ref.file is None:
        return "no such file"
    facts = gallery.facts.get(ref.file)
    if isinstance(facts, Unreadable):
        return f"cannot be read: {facts.detail}"
    if isinstance(facts, Media):
        return ", ".join([*_of(facts), facts.format, size(facts.size)])
    return "a folder of frames" if ref.kind == "frames" else "not decoded"


def _of(facts: Media) -> list[str]:
    match facts:
        case Image(width=width, height=height, frames=frames):
            still = [f"{width} x {height} px"]
            return still if frames == 1 else [*still, f"{frames} frames, the first is shown"]  # fmt: skip
        case Audio(format="midi", encoding=tracks):
            return [tracks]
        case Audio(seconds=seconds, rate=rate, channels=channels):
            tracks = {1: "mono", 2: "stereo"}.get(channels, f"{channels} channels")
            return [f"{seconds:.2f} s", f"{rate / 1000:g} kHz", tracks]
        case Video(seconds=seconds, width=width, height=height, fps=fps, codec=codec):
            sound = "with sound" if facts.has_audio else "silent"
            return [f"{width} x {height} px", f"{seconds:.2f} s", f"{fps:g} fps", codec, sound]  # fmt: skip
        case Mesh(vertices=vertices, faces=faces):
            return [f"{vertices:,} points", *([f"{faces:,} faces"] if faces else [])]
        case Array(shape=shape, dtype=dtype):
            return [" x ".join(map(str, shape)), dtype]
    return []
