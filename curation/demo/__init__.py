"""Edge: small contributions made by code, clean ones and their broken twin."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from curation.demo import films, furniture, landscapes, pictures, sounds, twin, words
from curation.demo.plan import Plan

CLEAN: tuple[Plan, ...] = (
    pictures.CAR_PARKS,
    landscapes.LANDSCAPES,
    films.MARBLES,
    films.SHARPENING,
    sounds.TRIADS,
    sounds.HUM,
    furniture.CHAIRS,
    furniture.TABLES,
    words.TIMETABLES,
)
"""One task for each modality and paradigm."""
SAMPLES = 12
"""Samples of each clean task."""

CONFIGURATION = f"""\
# Settings of `curate validate`. They hold for commands that are started in this folder or
# below it, and for others by the option --config.

# The benchmark asks for 500 samples a task. These are a demonstration and have fewer.
min_samples = {SAMPLES}

# Rules that do not count, by their code or its beginning:
# ignore = ["IMG008", "BAL"]

# Another severity for the rules whose code starts so: error, warning or note.
# [severities]
# LIC001 = "error"

# Rules that do not count for some paths:
# [per_path_ignores]
# "*/Old-Task/images/*" = ["IMG"]

# Bounds on what one file may cost; beyond one of them it is reported and not read.
# [limits]
# pixels = 50_000_000
"""


class NotEmpty(Exception):
    """A folder that was to be written exists and holds something."""


@dataclass(frozen=True)
class Written:
    """What was written: the clean tasks, and the broken twin if there is one."""

    tasks: tuple[Plan, ...]
    samples: int
    planted: tuple[twin.Planted, ...] = ()


def write(folder: Path, broken: Path | None = None) -> Written:
    """Write a clean contribution to *folder*, and if wanted its twin to *broken*.

    Both appear whole, or neither does.

    Raises:
        NotEmpty: one of them exists and is not an empty folder.
        OSError: they cannot be written.
    """
    wanted = [folder, *([broken] if broken else [])]
    for one in wanted:
        if one.exists() and (not one.is_dir() or any(one.iterdir())):
            raise NotEmpty(f"{one} exists and is not empty")
    with ExitStack() as stack:
        made = {one: _scratch(one, stack) for one in wanted}
        _clean(made[folder])
        planted = twin.write(made[broken]) if broken else ()
        _settle(made)
    return Written(CLEAN, SAMPLES * len(CLEAN), planted)


def _scratch(folder: Path, stack: ExitStack) -> Path:
    """Make a folder to fill, on the same disk as *folder*; it is gone with the *stack*."""
    near = folder if folder.exists() else folder.absolute().parent
    near.mkdir(parents=True, exist_ok=True)
    scratch = stack.enter_context(
        tempfile.TemporaryDirectory(dir=near, prefix=".curate-")
    )
    whole = Path(scratch) / "whole"
    whole.mkdir(mode=0o755)
    return whole


def _clean(root: Path) -> None:
    for plan in CLEAN:
        plan.write(root / plan.folder, SAMPLES, plan.name)
    (root / "curate.toml").write_text(CONFIGURATION, "utf-8")


def _settle(made: Mapping[Path, Path]) -> None:
    """Move what was made to where it is wanted; a folder that is there stays the same one."""
    moved: list[tuple[Path, Path]] = []
    try:
        for folder, whole in made.items():
            for part, target in _moves(folder, whole):
                part.rename(target)
                moved.append((part, target))
    except OSError:
        for part, target in reversed(moved):
            target.rename(part)
        raise


def _moves(folder: Path, whole: Path) -> list[tuple[Path, Path]]:
    if folder.exists():
        return [(part, folder / part.name) for part in whole.iterdir()]
    return [(whole, folder)]
