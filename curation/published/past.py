"""Edge: all that was ever in a published data set, as far as the Hub tells of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from curation.audit.mapped import Bytes, content
from curation.published.address import Address, Unreachable
from curation.published.repository import DATASET, Published, Said, Stored, heard

_POINTER = "version https://git-lfs.github.com/spec/v1\noid sha256:{}\nsize {}\n"


class Past:
    """The commits of all branches, tags, pull requests and converted copies.

    Commits that no ref leads to any more cannot be listed; nobody without their ids can read
    them either.

    Raises:
        Unreachable: the data set cannot be had.
    """

    def __init__(self, address: Address, folder: Path, said: Said) -> None:
        self._published = Published(address, said)
        self._api = self._published.api
        self._repository = address.repository
        self._folder = folder
        self._names: set[str] = set()
        self._unseen: list[str] = []
        with heard(address):
            self._heads = self._refs()
        self._names |= self._heads.keys()
        said(f"{len(self._heads):,} refs of {address.root} are searched")

    @property
    def shown(self) -> str:
        """Return its address."""
        return self._published.address.root

    def _refs(self) -> dict[str, str]:
        """Return the commit of each ref, by its full name."""
        found = self._api.list_repo_refs(
            self._repository, repo_type=DATASET, include_pull_requests=True
        )
        kinds = (found.branches, found.tags, found.converts, found.pull_requests or ())
        return {one.ref: one.target_commit for kind in kinds for one in kind}

    def objects(self) -> Iterator[tuple[str, Bytes]]:
        """Yield a path and the content of each file that differs from those before, and all messages."""
        commits: set[str] = set()
        seen: set[str] = set()
        for head in dict.fromkeys(self._heads.values()):
            for commit in self._listed(
                self._api.list_repo_commits,
                self._repository,
                repo_type=DATASET,
                revision=head,
            ):
                if commit.commit_id not in commits:
                    commits.add(commit.commit_id)
                    said = "\n".join([commit.title, commit.message, *commit.authors])
                    yield f"commit {commit.commit_id[:12]}", said.encode()
                    yield from self._files(commit.commit_id, seen)
        yield from self._discussions()

    def _files(self, commit: str, seen: set[str]) -> Iterator[tuple[str, Bytes]]:
        """Yield the files of a commit that were not seen before."""
        there = self._listed(
            self._api.list_repo_tree,
            self._repository,
            repo_type=DATASET,
            revision=commit,
            recursive=True,
        )
        new = []
        for entry in there:
            self._names.add(entry.path)
            oid = getattr(entry, "blob_id", None)  # folders have none
            if oid is not None and oid not in seen:
                seen.add(oid)
                new.append(Stored(entry.path, entry.size))
                if entry.lfs:
                    yield (
                        entry.path,
                        _POINTER.format(entry.lfs.sha256, entry.size).encode(),
                    )
        target = self._folder / commit
        if new:
            self._published.at(commit).fetch(new, target)
        for file in new:
            yield file.path, content(target / file.path)

    def _discussions(self) -> Iterator[tuple[str, Bytes]]:
        """Yield what was said in discussions and pull requests."""
        try:
            for one in self._listed(
                self._api.get_repo_discussions, self._repository, repo_type=DATASET
            ):
                with heard(self._published.address):
                    whole = self._api.get_discussion_details(
                        self._repository, one.num, repo_type=DATASET
                    )
                said = [getattr(event, "content", "") for event in whole.events]
                text = "\n".join([whole.title, *filter(None, said)])
                yield f"discussion {one.num}", text.encode()
        except Unreachable as error:
            why = str(error).removeprefix(f"{self._published.address}: ")
            self._unseen.append(f"discussions cannot be read: {why}")

    def _listed(self, ask: Any, *arguments: Any, **options: Any) -> list[Any]:
        with heard(self._published.address):
            return [*ask(*arguments, **options)]

    def names(self) -> set[str]:
        """Return the paths of all files and the names of all refs."""
        return self._names

    def unseen(self) -> Iterator[str]:
        """Tell what the Hub did not tell."""
        yield from self._unseen
