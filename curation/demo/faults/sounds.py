"""Faults of recordings."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import soundfile

from curation.demo.faults.fault import Fault, Planter, both, change, put, sound
from curation.demo.plan import ANNOTATION
from curation.demo.sounds import RATE, TRIADS, Samples

_NAMED = "/data/1/input/audio_file"
_SECOND = "audios/0002.wav"


def _tagged(**tags: str) -> Planter:
    def plant(folder: Path) -> None:
        samples, _ = soundfile.read(folder / _SECOND)
        with soundfile.SoundFile(folder / _SECOND, "w", RATE, 1, "PCM_16") as file:
            for name, text in tags.items():
                setattr(file, name, text)
            file.write(samples)

    return plant


def _broken_number(samples: Samples) -> Samples:
    return np.where(np.arange(samples.size) == samples.size // 2, np.nan, samples)


def _empty(folder: Path) -> None:
    (folder / _SECOND).unlink()
    soundfile.write(folder / "audios/0002.ogg", np.zeros((0, 1)), RATE)


def _located(folder: Path) -> None:
    """Write the recording as the telephones do that note where they are."""
    samples, _ = soundfile.read(folder / _SECOND, dtype="float32")
    with av.open(str(folder / "audios/0002.m4a"), "w") as container:
        container.metadata["location"] = "+59.9139+010.7522/"
        stream = container.add_stream("aac", rate=RATE, layout="mono")
        for start in range(0, samples.size, 1024):
            frame = av.AudioFrame.from_ndarray(
                samples[None, start : start + 1024], "fltp", "mono"
            )
            frame.sample_rate, frame.pts = RATE, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    (folder / _SECOND).unlink()


FAULTS = (
    Fault("AUD001", TRIADS, _SECOND, "a recording is silent", sound(_SECOND, lambda s: s * 0)),
    Fault("AUD002", TRIADS, _SECOND, "a recording is twenty times too loud", sound(_SECOND, lambda s: (20 * s).clip(-1, 1))),
    Fault("AUD003", TRIADS, _SECOND, "one sample is NaN", sound(_SECOND, _broken_number, subtype="FLOAT")),
    Fault("AUD004", TRIADS, _SECOND, "a recording lasts a twentieth of a second", sound(_SECOND, lambda s: s[2000 : 2000 + RATE // 20])),
    Fault("AUD005", TRIADS, "audios/0002.ogg", "a recording has no samples", both(_empty, put(_NAMED, "audios/0002.ogg"))),
    Fault("AUD006", TRIADS, ANNOTATION, "one recording has 8,000 samples a second, the others 16,000", sound(_SECOND, lambda s: s[::2], rate=8000)),
    Fault("AUD007", TRIADS, ANNOTATION, "one recording is stereo, the others mono", sound(_SECOND, lambda s: np.stack([s, s * 0.8], 1))),
    Fault("AUD008", TRIADS, _SECOND, "a tag names who plays", _tagged(artist="Ada Nordmann")),
    Fault("AUD009", TRIADS, _SECOND, "a tag has a comment", _tagged(comment="recorded in the small hall")),
    Fault("AUD010", TRIADS, _SECOND, "the sizes in the header were never filled in", change(_SECOND, lambda d: d[:4] + b"\xff" * 4 + d[8:40] + b"\xff" * 4 + d[44:])),
    Fault("AUD011", TRIADS, "audios/0002.m4a", "a tag tells a place in Oslo", both(_located, put(_NAMED, "audios/0002.m4a"))),
)  # fmt: skip
