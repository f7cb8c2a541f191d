"""What a user may set: limits, thresholds, which rules count and how much."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

MASK_VALUES = 256
"""Distinct values of a mask beyond which it is a picture rather than labels."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what one file may cost. Beyond one of them it is reported, not read."""

    json_bytes: int = 1 << 30
    archive_bytes: int = 50 << 30
    archive_ratio: int = 200
    archive_members: int = 1_000_000
    file_bytes: int = 8 << 30
    pixels: int = 100_000_000
    """Pixels of one picture: width times height."""
    animation_pixels: int = 500_000_000
    """Pixels of all frames of an animated picture together."""
    frames: int = 200_000
    """Frames of one film."""
    seconds: float = 4 * 3600.0
    """Duration of one film or recording."""
    vertices: int = 20_000_000
    """Vertices, or faces, of one mesh or point cloud."""
    values: int = 200_000_000
    """Numbers in one array file."""
    memory_bytes: int = 2 << 30
    """Address space of one decoding worker."""
    cpu_seconds: int = 120
    """Processor time that one file may take."""
    wall_seconds: float = 120.0
    """Time on the clock that one file may take."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a configuration file or an option may change."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severities: Mapping[str, str] = field(default_factory=dict)
    per_path_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    min_samples: int = 500
    """Samples that the benchmark asks of a task."""
    video_backend: str = "pyav"
    limits: Limits = field(default_factory=Limits)
