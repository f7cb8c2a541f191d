"""Tasks on recordings: chords to be named, melodies to be freed from the hum of the mains."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import soundfile
from numpy.typing import NDArray

from curation.demo.plan import Dice, Plan, pick, place
from curation.model import Json

SECONDS, RATE = 1.2, 16_000

Samples = NDArray[np.float64]

CHORDS = {
    "major": (0, 4, 7),
    "minor": (0, 3, 7),
    "diminished": (0, 3, 6),
    "augmented": (0, 4, 8),
}
"""Semitones of each tone above the lowest."""


def tone(dice: Dice, pitch: float, start: float = 0.0) -> Samples:
    """Sound one tone with its overtones, plucked at *start* seconds."""
    time = np.arange(int(SECONDS * RATE)) / RATE - start
    sound = np.zeros_like(time)
    for overtone in range(1, 6):
        strength = dice.uniform(0.3, 1) / overtone**1.5
        sound += strength * np.sin(
            2 * math.pi * pitch * overtone * time + dice.uniform(0, 6)
        )
    # A sixth of a breath of silence before, and nothing cut off after.
    swell = np.minimum(1, time.clip(0) * 60) * np.exp(-2.5 * time.clip(0))
    sounded: Samples = sound * swell
    return sounded


def write(path: Path, sound: Samples, loudest: float) -> None:
    """Write a recording of one channel whose loudest sample is *loudest*."""
    soundfile.write(
        path, sound * (loudest / np.abs(sound).max()), RATE, subtype="PCM_16"
    )


def _pitch(dice: Dice) -> float:
    return float(220 * 2 ** (dice.integers(-5, 12) / 12) * dice.uniform(0.99, 1.01))


def _chord(folder: Path, name: str, dice: Dice) -> dict[str, Json]:
    kind, root = pick(dice, *CHORDS), _pitch(dice)
    sound = sum(tone(dice, root * 2 ** (step / 12)) for step in CHORDS[kind])
    write(
        place(folder, "audios", f"{name}.wav"),
        np.asarray(sound),
        dice.uniform(0.4, 0.8),
    )
    prompt = pick(
        dice, "Which kind of triad is played?", "Name the chord that is heard."
    )
    return {
        "input": {"audio_file": f"audios/{name}.wav", "prompt": prompt},
        "output": {"text": kind},
    }


def _hum(folder: Path, name: str, dice: Dice) -> dict[str, Json]:
    melody = np.asarray(
        sum(tone(dice, _pitch(dice), start) for start in dice.uniform(0, 0.9, 4))
    )
    melody /= np.abs(melody).max()
    time = np.arange(melody.size) / RATE
    mains = pick(dice, 50, 60)
    hum = sum(
        dice.uniform(0.05, 0.2) * np.sin(2 * math.pi * mains * k * time)
        for k in (1, 2, 3)
    )
    loudest = dice.uniform(0.5, 0.8)
    write(place(folder, "targets", f"{name}.wav"), melody, loudest)
    write(place(folder, "audios", f"{name}.wav"), melody + hum, loudest)
    prompt = pick(dice, "Remove the hum of the mains.", "Take out the humming.")
    return {
        "input": {"audio_file": f"audios/{name}.wav", "prompt": prompt},
        "output": {"audio_file": f"targets/{name}.wav"},
    }


TRIADS = Plan(
    "Audio/comprehension",
    "Triad Recognition",
    "audio/classification",
    "Music Analysis",
    (("audio", "text"), ("text",)),
    _chord,
    {"labels": [*CHORDS]},
)
HUM = Plan(
    "Audio/generation",
    "Mains Hum Removal",
    "audio/audio-editing",
    "Audio Edit",
    (("audio", "text"), ("audio",)),
    _hum,
)
