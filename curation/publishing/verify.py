"""Compares what a hub has with what was released, by what it lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from curation import manifest
from curation.manifest import Broken, Manifest
from curation.publishing.journal import Journal
from curation.publishing.look import listed
from curation.publishing.patience import Patience
from curation.publishing.plan import (
    ORDER,
    Part,
    Publication,
    blob_id,
    difference,
    facts,
    part,
    tag_of,
    told,
)
from curation.publishing.port import Absent, File, Hub, Refused

ADDRESS = re.compile(
    r"(?:hf://datasets/)?(?P<repository>[\w.-]+/[\w.-]+)@(?P<revision>[^@\s]+)"
)


@dataclass(frozen=True)
class Subject:
    """A revision of a repository, and the tree that it is to hold.

    `kept` tells at which commit its tag was when this machine published it.
    """

    part: Part
    revision: str
    version: str
    kept: str | None = None

    @property
    def name(self) -> str:
        """What it is called in a report."""
        return f"{self.part.repository}@{self.revision}"


@dataclass
class Checked:
    """What was found out about a subject; a version without faults is as it was released."""

    subject: Subject
    commit: str = ""
    faults: list[str] = field(default_factory=list)


def address(text: str) -> tuple[str, str]:
    """Read OWNER/NAME@REVISION, with or without hf://datasets/ before it.

    Raises:
        Refused: it is none.
    """
    match = ADDRESS.fullmatch(text)
    if match is None:
        raise Refused(
            f"{text!r} is neither a folder nor OWNER/NAME@TAG; expected such as example/General-Bench-Openset@v1.0.0"
        )
    return match["repository"], match["revision"]


def of_release(publication: Publication, journal: Journal) -> Iterator[Subject]:
    """Yield what is to be seen of a whole release."""
    for one in publication.parts:
        known = journal.known(one.repository)
        kept = known.get("commit") if known.get("tag") == publication.tag else None
        yield Subject(one, publication.tag, publication.version, kept)


def of_tree(folder: Path, text: str, look: Look) -> Subject:
    """Return what is to be seen of one repository, against the tree of a release.

    Raises:
        Refused: none of its trees belongs there.
    """
    name, revision = address(text)
    told_ = facts(folder)
    names = told_.get("repositories", {})
    tree = next((t for t in ORDER if names.get(t) == name), None)
    if tree is None:
        tree = look.manifest(name, look.commit(name, revision)).tree
    return Subject(part(folder, tree, name, told_), revision, told_["version"])


@dataclass(frozen=True)
class Look:
    """Looks at repositories; what has to be downloaded for it goes to *home*."""

    hub: Hub
    patience: Patience
    home: Path

    def commit(self, name: str, revision: str) -> str:
        """Return the commit that a revision is at.

        Raises:
            Refused: there is none.
        """
        try:
            return self.patience.read(
                f"looking for {revision} in {name}",
                lambda: self.hub.commit_of(name, revision),
            )
        except Absent as error:
            raise Refused(
                f"there is no {revision} in {name}, or the token may not see it: {error}"
            ) from None

    def fetch(
        self, name: str, commit: str, only: tuple[str, ...] | None = None, size: int = 0
    ) -> Path:
        """Download files of a commit."""
        return self.patience.read(
            f"downloading {name}",
            lambda: self.hub.fetch(name, commit, self.home, only),
            size,
        )

    def manifest(self, name: str, commit: str) -> Manifest:
        """Return the manifest that is published in a repository.

        Raises:
            Refused: there is none.
        """
        try:
            return manifest.read(self.fetch(name, commit, (manifest.FILE,)))
        except Broken as error:
            raise Refused(
                f"{name} has no manifest of a release: {str(error).rpartition('/')[2]}"
            ) from None

    def published(self, text: str) -> Subject:
        """Return what is to be seen of a published version, by its own manifest.

        Its small files are downloaded, since a hub lists no SHA-256 of them.

        Raises:
            Refused: there is no such version.
        """
        name, revision = address(text)
        commit = self.commit(name, revision)
        told_ = self.manifest(name, commit)
        there = listed(self.hub, self.patience, name, commit)
        small = tuple(p for p, s in there.items() if s.sha256 is None)
        folder = self.fetch(name, commit, small)
        files = {
            f.path: File(f.path, f.bytes, f.sha256, folder / f.path)
            for f in told_.files
        }
        itself = folder / manifest.FILE
        files[manifest.FILE] = File(
            manifest.FILE, itself.stat().st_size, manifest.digest(itself), itself
        )
        found = Part(told_.tree, name, files)
        return Subject(found, revision, told_.version)

    def check(self, subject: Subject) -> Checked:
        """Compare what a hub lists, and who sees it, with what was released."""
        one, checked = subject.part, Checked(subject)
        try:
            checked.commit = self.commit(one.repository, subject.revision)
        except Refused as error:
            checked.faults.append(str(error))
            return checked
        there = listed(self.hub, self.patience, one.repository, checked.commit)
        checked.faults += told(difference(one.files, there, _blob))
        checked.faults += self._around(subject, checked.commit)
        return checked

    def _around(self, subject: Subject, commit: str) -> Iterator[str]:
        one = subject.part
        if subject.kept is not None and commit != subject.kept:
            yield f"the tag {subject.revision} was moved: it was published at {subject.kept[:12]} and is at {commit[:12]}"
        if subject.revision.startswith("v") and subject.revision != tag_of(
            subject.version
        ):
            yield f"{subject.revision} holds version {subject.version}"
        seen = self.patience.read(
            f"looking at {one.repository} as a stranger",
            lambda: self.hub.seen_by_all(one.repository),
        )
        if one.private and seen:
            yield "the hidden references are public"
        if not one.private and not seen:
            yield "it is private: nobody else can load it"
        if one.gated and not self._gated(one.repository):
            yield "it is not gated: nobody is asked before a download"

    def _gated(self, name: str) -> bool:
        state = self.patience.read(f"looking at {name}", lambda: self.hub.state(name))
        return bool(state and state.gated)


def _blob(file: File) -> str:
    """Return the blob id of a file, or nothing if it is not what was released."""
    if not file.source.is_file() or manifest.digest(file.source) != file.sha256:
        return ""
    return blob_id(file)
