"""Edge: a published data set at one commit: what is in it, and fetching it."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from copy import copy
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

from curation.published.address import Address, Unreachable
from curation.published.meaning import unreachable

_AT_ONCE = 8
"""Files that are fetched at the same time."""
_SPARE = 1 << 28
"""Bytes that are to stay free on the disk of the cache."""
_SIZE = 1 << 20
DATASET = "dataset"
ATTRIBUTES = ".gitattributes"
"""The file that every repository of the Hub begins with."""

Said = Callable[[str], None]


@dataclass(frozen=True)
class Stored:
    """A file of a data set; `size` in bytes, 0 if that is not known."""

    path: str
    size: int


@contextmanager
def heard(address: Address) -> Iterator[None]:
    """Turn errors of the Hub's client into one that says what to do.

    Raises:
        Unreachable: what was asked for cannot be had.
    """
    try:
        yield
    except Exception as error:
        meant = unreachable(error, address)
        if meant is None or meant is error:
            raise
        raise meant from None


@contextmanager
def scratch() -> Iterator[Path]:
    """Give a folder on the disk of the client's cache, gone at the end.

    There a file of the cache is also a file of the folder, without being copied.
    """
    from huggingface_hub import constants  # noqa: PLC0415

    home = Path(constants.HF_HUB_CACHE).parent
    home.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="curate-", dir=home) as folder:
        yield Path(folder)


class Published:
    """A data set at the commit that its revision named when it was opened.

    Raises:
        Unreachable: there is none, or it cannot be had.
    """

    def __init__(self, address: Address, said: Said = lambda _: None) -> None:
        from huggingface_hub import HfApi, constants  # noqa: PLC0415

        self.address = address
        self._said = said
        self.api = HfApi()
        self._offline: bool = constants.is_offline_mode()
        with heard(address):
            self.commit = self._kept() if self._offline else self._asked()
        said(f"{address.root} is commit {self.commit}")

    def at(self, commit: str) -> Published:
        """Return the data set at another commit."""
        other = copy(self)
        other.commit = commit
        return other

    def _asked(self) -> str:
        revision = self.address.revision or "main"
        found = self.api.repo_info(
            self.address.repository, repo_type=DATASET, revision=revision
        )
        self._note(revision)
        return str(found.sha)

    def _note(self, revision: str) -> None:
        """Let the cache know the revision, for when there is no network."""
        from huggingface_hub import hf_hub_download  # noqa: PLC0415
        from huggingface_hub.errors import EntryNotFoundError  # noqa: PLC0415

        with suppress(EntryNotFoundError):
            hf_hub_download(
                self.address.repository,
                ATTRIBUTES,
                repo_type=DATASET,
                revision=revision,
            )

    def _kept(self) -> str:
        """Return the commit that the cache knows the revision by."""
        return self._snapshot(self.address.revision or "main").name

    def _snapshot(self, revision: str) -> Path:
        from huggingface_hub import snapshot_download  # noqa: PLC0415

        return Path(
            snapshot_download(
                self.address.repository,
                repo_type=DATASET,
                revision=revision,
                local_files_only=True,
                allow_patterns=[],  # only where it is
            )
        )

    def listed(self, path: str = "") -> list[Stored]:
        """List the files at a path, all below it if it is a folder.

        Without a network these are the files that were fetched before.

        Raises:
            Unreachable: there is nothing.
        """
        with heard(self.address):
            found = [*(self._cached(path) if self._offline else self._told(path))]
        if path and not found:
            raise Unreachable(f"{self.address}: there is nothing at {path!r}")
        return found

    def say_what_is_known(self) -> None:
        """Say that there may be more files, where the Hub cannot be asked for them."""
        if self._offline:
            self._said(
                "HF_HUB_OFFLINE is set: only files that were fetched before are known"
            )

    def _told(self, path: str) -> Iterator[Stored]:
        asked: dict[str, Any] = {
            "repo_id": self.address.repository,
            "repo_type": DATASET,
            "revision": self.commit,
        }
        found: Iterable[Any] = ()
        if path:
            found = self.api.get_paths_info(paths=[path], **asked)
        if not path or any(not hasattr(one, "size") for one in found):
            found = self.api.list_repo_tree(
                path_in_repo=path or None, recursive=True, **asked
            )
        for one in found:
            if hasattr(one, "size"):
                yield Stored(one.path, one.size)

    def _cached(self, path: str) -> Iterator[Stored]:
        folder = self._snapshot(self.commit)
        for file in [folder / path, *sorted((folder / path).rglob("*"))]:
            if file.is_file():
                yield Stored(file.relative_to(folder).as_posix(), file.stat().st_size)

    def fetch(self, files: Sequence[Stored], target: Path) -> None:
        """Put files of the data set below a folder, by way of the client's cache.

        Raises:
            Unreachable: one cannot be had, or there is no room for all of them.
        """
        self._see_room(files)
        from huggingface_hub.utils.tqdm import disable_progress_bars  # noqa: PLC0415

        disable_progress_bars()  # one bar for all is shown instead of one for each
        with (
            _bar(files) as advance,
            ThreadPoolExecutor(_AT_ONCE) as pool,
            heard(self.address),
        ):
            jobs = [pool.submit(self._one, file, target) for file in files]
            try:
                for file, job in zip(files, jobs, strict=True):
                    job.result()
                    advance(file.size)
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise

    def _one(self, file: Stored, target: Path) -> None:
        from huggingface_hub import hf_hub_download  # noqa: PLC0415
        from huggingface_hub.errors import RemoteEntryNotFoundError  # noqa: PLC0415

        try:
            kept = hf_hub_download(
                self.address.repository,
                file.path,
                repo_type=DATASET,
                revision=self.commit,
                local_files_only=self._offline,
            )
        except RemoteEntryNotFoundError:
            raise Unreachable(
                f"{self.address.root}: there is no {file.path} in it"
            ) from None
        place = target / inside(file.path)
        place.parent.mkdir(parents=True, exist_ok=True)
        whole = os.path.realpath(kept)
        try:
            place.hardlink_to(whole)
        except OSError:  # another disk, or one that has no such links
            shutil.copyfile(whole, place)

    def _see_room(self, files: Sequence[Stored]) -> None:
        from huggingface_hub import constants  # noqa: PLC0415

        needed = sum(file.size for file in files)
        if needed:
            what = "file" if len(files) == 1 else "files"
            self._said(f"{len(files):,} {what}, {needed / _SIZE:,.1f} MiB")
        cache = Path(constants.HF_HUB_CACHE)
        free = shutil.disk_usage(cache if cache.exists() else cache.parent).free
        if needed + _SPARE > free and not self._offline:
            raise Unreachable(
                f"{self.address}: it has {needed / _SIZE:,.0f} MiB, and {cache} has room for"
                f" {free / _SIZE:,.0f}; name a part of it, or another cache with HF_HOME"
            )


def inside(path: str) -> PurePosixPath:
    """Return a path that a data set names if it stays inside of a folder.

    Raises:
        Unreachable: it does not.
    """
    plain = PurePosixPath(path)
    if plain.is_absolute() or ".." in plain.parts or "\\" in path or ":" in path:
        raise Unreachable(f"{path!r} leads out of the data set; do not trust it")
    return plain


@contextmanager
def _bar(files: Sequence[Stored]) -> Iterator[Callable[[int], None]]:
    """Show on a terminal how much has arrived."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from tqdm import tqdm  # noqa: PLC0415

    total = sum(file.size for file in files)
    with tqdm(total=total, unit="B", unit_scale=True, leave=False) as bar:

        def advance(size: int) -> None:
            bar.update(size)

        yield advance
