"""Edge: where a release is made, and how it comes into its place whole or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from curation import manifest, shapes
from curation.release import AnswerKey, Release
from curation.trees import FILE, TREES

SPARE = 64 << 20
"""Bytes that must be free beyond what a release is expected to take."""
_TEXT = 3
"""How often the words of a task are written at most, against its annotation."""


class Refused(Exception):
    """A release is not made; says why, and how to mend it."""


@contextmanager
def scratch(out: Path) -> Iterator[Path]:
    """Give a folder beside the place of the release, and leave none behind.

    Raises:
        Refused: it cannot be written.
    """
    home = out.absolute().parent
    try:
        home.mkdir(parents=True, exist_ok=True)
        _swept(home, out.name)
        folder = home / f".{out.name}.{os.getpid()}.part"
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise Refused(f"{home}: cannot be written to, {error.strerror}") from None
    try:
        inner = folder / "release"
        inner.mkdir()
        yield inner
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _swept(home: Path, name: str) -> None:
    """Remove what runs that were killed have left."""
    for left in home.glob(f".{name}.*.part"):
        number = left.name.removesuffix(".part").rpartition(".")[2]
        if number.isdigit() and not _alive(int(number)):
            shutil.rmtree(left, ignore_errors=True)


def _alive(process: int) -> bool:
    if process == os.getpid():
        return False
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


def see_room(release: Release, answers: AnswerKey, folder: Path) -> None:
    """See that the disk can take it, before anything is written.

    Raises:
        Refused: there is less room than it takes.
    """
    files = [
        part.source.stat().st_size
        for task in release.tasks
        for tree in (*(o.tree for o in task.open), *(q.input for q in task.close))
        for medium in shapes.media(tree)
        for part in medium.parts
    ]
    files += [
        p.source.stat().st_size
        for hidden in answers.tasks.values()
        for h in hidden
        for p in h.files
    ]
    words = _TEXT * sum(
        len(shapes.raw(tree))
        for task in release.tasks
        for tree in (*(o.tree for o in task.open), *(q.input for q in task.close))
    )
    expected = int(sum(files) * 1.02) + words + SPARE
    free = shutil.disk_usage(folder).free
    if free < expected:
        raise Refused(
            f"{folder.parent.parent}: {free >> 20:,} MiB are free, and the release takes about {expected >> 20:,} MiB; make room or name another disk"
        )


def date(folder: Path, seconds: int | None) -> None:
    """Give all files the one time that was stated."""
    if seconds is None:
        return
    for root, _, files in os.walk(folder, topdown=False):
        for name in files:
            os.utime(os.path.join(root, name), (seconds, seconds))
        os.utime(root, (seconds, seconds))


def move(folder: Path, out: Path) -> None:
    """Move a whole release into its place, at once.

    Raises:
        Refused: there is something.
    """
    refuse_existing(out)
    _synced(folder)
    try:
        folder.rename(out)
    except OSError as error:
        raise Refused(
            f"{out}: {error.strerror}; expected a path where nothing is"
        ) from None


def _synced(folder: Path) -> None:
    """See that all is on the disk before it is moved."""
    for root, _, files in os.walk(folder):
        for name in [*files, "."]:
            with suppress(OSError):
                descriptor = os.open(os.path.join(root, name), os.O_RDONLY)
                try:
                    os.fsync(descriptor)
                finally:
                    os.close(descriptor)


def refuse_existing(out: Path) -> None:
    """Refuse a place where something is; a release is never written over.

    Raises:
        Refused: there is.
    """
    if out.is_symlink() or out.exists():
        raise Refused(
            f"{out} exists; a release is never written over, name another folder or use --check"
        )


def differences(folder: Path, out: Path) -> tuple[str, ...]:
    """Tell in what a release that was made again differs from the one that is there."""
    told: list[str] = []
    for tree in TREES:
        there = (
            {f.path: f for f in manifest.listed(out / tree)}
            if (out / tree).is_dir()
            else {}
        )
        ours = {f.path: f for f in manifest.listed(folder / tree)}
        told += [
            f"{tree}/{p}"
            for p in sorted(there.keys() | ours.keys())
            if there.get(p) != ours.get(p)
        ]
        told += _differs(folder, out, f"{tree}/{manifest.FILE}")
    return (*told, *_differs(folder, out, FILE))


def _differs(ours: Path, theirs: Path, name: str) -> list[str]:
    other = theirs / name
    same = other.is_file() and other.read_bytes() == (ours / name).read_bytes()
    return [] if same else [name]
