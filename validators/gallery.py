"""A task together with the facts of its media: what rules about more than one file read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

from curation.frames import pictures
from curation.model import MediaRef, Where
from curation.task import Task
from curation.texts import Texts, texts_of
from validators.media import Media, Unreadable


@dataclass(frozen=True)
class Gallery:
    """One task and all media that it names, decoded.

    `facts` maps a path below the task folder to what the file is. For a folder of
    frames it holds each frame by its own path. Only the first sample that names a file
    is its `sample`; `named_by` has all.
    """

    task: Task
    facts: Mapping[str, Media | Unreadable]

    @property
    def where(self) -> Where:
        """The annotation file."""
        return self.task.where

    @cached_property
    def named_by(self) -> Mapping[str, tuple[MediaRef, ...]]:
        """The references to each file, in the order of the samples."""
        found: dict[str, list[MediaRef]] = {}
        for ref in self.task.media:
            if ref.file is not None:
                found.setdefault(ref.file, []).append(ref)
        return {file: tuple(refs) for file, refs in found.items()}

    @cached_property
    def texts(self) -> tuple[Texts, ...]:
        """The words of the task, one column for each place in its schema."""
        return tuple(texts_of(self.task))

    def of(self, *kinds: str) -> Iterator[Media]:
        """Yield the decoded files of these kinds, sorted by path."""
        for path in sorted(self.facts):
            facts = self.facts[path]
            if isinstance(facts, Media) and facts.kind in kinds:
                yield facts

    def of_sample(self, index: int) -> Iterator[tuple[MediaRef, Media]]:
        """Yield what the sample with that index names and could be decoded."""
        for ref in self.named_in(index):
            facts = self.facts.get(ref.file or "")
            if isinstance(facts, Media):
                yield ref, facts

    def named_in(self, index: int) -> tuple[MediaRef, ...]:
        """Return all references to media of the sample with that index."""
        return self._by_sample.get(index, ())

    def digest(self, ref: MediaRef) -> str | None:
        """Return a digest of the bytes that *ref* leads to, whatever they are called.

        For a folder of frames it is that of all frames in their order; None where a
        file is missing or could not be read.
        """
        if ref.kind != "frames":
            facts = self.facts.get(ref.file or "")
            return facts.sha256 if isinstance(facts, Media) else None
        frames = [
            self.facts.get(e.path) for e in pictures(self.task.folder, ref.file or "")
        ]
        known = [f.sha256 for f in frames if isinstance(f, Media)]
        if not known or len(known) < len(frames):
            return None
        return sha256("".join(known).encode()).hexdigest()

    @cached_property
    def _by_sample(self) -> Mapping[int, tuple[MediaRef, ...]]:
        found: dict[int, list[MediaRef]] = {}
        for ref in self.task.media:
            index = int(ref.where.pointer.split("/")[2])
            found.setdefault(index, []).append(ref)
        return {index: tuple(refs) for index, refs in found.items()}


@dataclass(frozen=True)
class Collection:
    """All tasks of one run, for what only shows across tasks."""

    galleries: tuple[Gallery, ...]
