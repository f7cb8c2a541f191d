"""Edge: the files that predictions and references name, and what was found out of them."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from curation.settings import Limits

if TYPE_CHECKING:
    from curation.workers import Job


PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".ppm", ".gif")


class Unusable(ValueError):
    """A file that is not there, lies outside its folder, or cannot be decoded."""


@dataclass(frozen=True)
class Files:
    """The files below one folder.

    `resolve` turns what is written into a path below `root`, or None. `refused` are paths
    that a bounded worker could not decode, with the reason.
    """

    root: Path
    resolve: Callable[[str, str], str | None]
    refused: Mapping[str, str] = field(default_factory=dict)

    def path(self, given: str, kind: str) -> Path:
        """Return the file, or the folder of frames, that *given* names.

        Raises:
            Unusable: there is none inside the folder, or it was refused.
        """
        inner = self.resolve(given, kind)
        if inner is None:
            raise Unusable(f"{given!r}: no such file")
        if inner in self.refused:
            raise Unusable(f"{given!r}: {self.refused[inner]}")
        return self.root / inner


def _inside(root: Path) -> Callable[[str, str], str | None]:
    """Resolve paths as they are written, inside *root* only and never through links out."""
    top = root.resolve()

    def resolve(given: str, kind: str) -> str | None:
        del kind
        inner = posixpath.normpath(given.replace("\\", "/"))
        if (
            "\0" in inner
            or inner.startswith(("../", "/"))
            or inner in ("..", ".")
            or ":" in inner[:3]
        ):
            return None
        target = (top / inner).resolve()
        return inner if target.is_relative_to(top) and target.exists() else None

    return resolve


def below(root: Path, refused: Mapping[str, str] | None = None) -> Files:
    """Return the files below *root*."""
    return Files(root, _inside(root), refused or {})


def no_files() -> Files:
    """Return files of which there are none."""
    return Files(Path(), lambda _given, _kind: None)


def members(folder: Path) -> list[Path]:
    """List the regular files of a folder of frames, sorted by name."""
    return sorted(
        p
        for p in folder.iterdir()
        if p.is_file() and not p.is_symlink() and p.name[0] != "."
    )


def tried(
    files: Files, named: Iterable[tuple[str, str]], limits: Limits, jobs: int
) -> dict[str, str]:
    """Decode the files named as (path, kind) in bounded workers; say why which failed."""
    from curation import workers  # noqa: PLC0415 - only predictions with media need it

    wanted: dict[str, workers.Job] = {}
    missing: dict[str, str] = {}
    for given, kind in named:
        inner = files.resolve(given, kind)
        if kind == "video" and given.lower().endswith(PICTURES):
            kind = "image"  # noqa: PLW2901 - a film may be given frame by frame
        if inner is not None:
            wanted |= _jobs(files.root, inner, kind, missing)
    places = {job.path: inner for inner, job in wanted.items()}
    pool = workers.LocalPool(jobs, limits)
    batches = workers.batched(list(wanted.values()), limits, {})
    for job, facts in pool.run(batches):
        if facts.get("type") == "Unreadable":
            inner = places[job.path]
            missing[inner] = f"{facts['reason']}: {facts['detail']}"
    return missing


def _jobs(root: Path, inner: str, kind: str, refused: dict[str, str]) -> dict[str, Job]:
    from curation.workers import Job  # noqa: PLC0415 - only predictions with media need it

    path = root / inner
    if path.is_symlink():
        refused[inner] = "a link"
        return {}
    if not path.is_dir():
        return {inner: Job(str(path), kind, path.stat().st_size)}
    frames = members(path)
    return {f"{inner}/{p.name}": Job(str(p), "frame", p.stat().st_size) for p in frames}
