"""What of a submission is new against an accepted benchmark, and what is there already."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from curation import restore
from curation.audit.source import Tree, Unauditable, opened
from curation.groups import Gathering, Reason
from curation.known import gathered
from curation.restore import Unrestored
from curation.review.model import Match, Overlap
from curation.review.submission import Submission, Unreviewable
from curation.validation import Facts, examined
from schemas import Family
from validators.gallery import Gallery

MATCHES = 1000
"""Matches of one task that are listed."""

_HOW: Mapping[Reason, str] = {
    Reason.CONTENT: "content",
    Reason.QUESTION: "question",
    Reason.PICTURE: "near",
    Reason.FILM: "near",
    Reason.SOUND: "near",
    Reason.FORM: "near",
    Reason.STEM: "near",
}
_CLOSEST = ("bytes", "content", "question", "near")
_SEEN = frozenset({"image", "mask", "video", "frames"})
"""Kinds of media that are compared with each other: a picture may be one of a film."""


@dataclass(frozen=True)
class _Owner:
    """A sample by its place: its side (empty for the submission), its task, its id."""

    side: str
    task: str
    id: str
    index: int
    bytes: frozenset[str]


@dataclass
class _Crowd:
    """All samples of both, in one order."""

    gathering: Gathering = field(default_factory=Gathering)
    owners: list[_Owner] = field(default_factory=list)

    def add(self, gallery: Gallery, side: str, task: str) -> None:
        """Take in the samples of a task; one without an id is told by its place."""
        named = gallery.task.ids
        ids = [name or f"sample {i}" for i, name in enumerate(named)]
        self.gathering.add(gathered(f"{side} {task}", gallery, ids))
        for index, name in enumerate(ids):
            own = (media.sha256 for _, media in gallery.of_sample(index))
            self.owners.append(_Owner(side, task, name, index, frozenset(own)))


def overlaps(
    submission: Submission,
    against: Path,
    *,
    jobs: int | None = None,
    facts: Facts | None = None,
) -> Mapping[str, Overlap]:
    """Compare a submission with a release, or with a folder of accepted tasks.

    Of a release only what is public is read; its hidden references are never opened.

    Returns:
        What each task has in common with it, by the path of its folder as it is shown.

    Raises:
        Unreviewable: there is nothing to compare with.
    """
    crowd = _Crowd()
    kinds = {_kind(k) for g in submission.galleries for k in _kinds(g.task.family)}
    own = {gallery.task.folder.root for gallery in submission.galleries}
    compared = 0
    try:
        for side, task, gallery in _accepted(against, kinds, jobs, facts):
            if gallery.task.folder.root not in own:
                crowd.add(gallery, side, task)
                compared += 1
    except (Unauditable, Unrestored, OSError, KeyError, ValueError) as error:
        raise Unreviewable(
            f"--against {against}: {error}; expected a release, one of its public trees,"
            " or a folder of accepted tasks"
        ) from None
    first = len(crowd.owners)
    for gallery in submission.galleries:
        crowd.add(gallery, "", gallery.task.folder.shown)
    note = "" if compared else "there is no task of such media or words in it"
    found = _matches(crowd, first)
    return {
        gallery.task.folder.shown: _overlap(gallery, found, against, note)
        for gallery in submission.galleries
    }


def _accepted(
    against: Path, kinds: set[str], jobs: int | None, facts: Facts | None
) -> Iterator[tuple[str, str, Gallery]]:
    """Yield side, task and gallery of all that can have something in common."""
    with ExitStack() as stack:
        source = stack.enter_context(opened(against))
        trees = [tree for tree in source.trees if (tree.folder / "tasks").is_dir()]
        if not any(tree.ours for tree in trees):
            for gallery in examined([against], jobs=jobs, facts=facts):
                if kinds.intersection(map(_kind, _kinds(gallery.task.family))):
                    yield "open", gallery.task.name, gallery
            return
        scratch = stack.enter_context(TemporaryDirectory(prefix="curate-review-"))
        for tree in trees:
            yield from _restored(tree, Path(scratch) / tree.side, kinds, jobs, facts)


def _restored(
    tree: Tree, home: Path, kinds: set[str], jobs: int | None, facts: Facts | None
) -> Iterator[tuple[str, str, Gallery]]:
    home.mkdir()
    only = {
        task
        for task, family in tree.families.items()
        if kinds.intersection(map(_kind, _kinds(family)))
    }
    names = {
        o.folder.resolve(): o.task for o in restore.restore(tree.folder, home, only)
    }
    if names:
        for gallery in examined([home], jobs=jobs, facts=facts):
            name = names.get(gallery.task.folder.root, gallery.task.name)
            yield tree.side, name, gallery


def _kinds(family: Family) -> set[str]:
    return {slot.media for slot in family.slots if slot.media} or {"words"}


def _kind(name: str) -> str:
    return "seen" if name in _SEEN else name


def _matches(crowd: _Crowd, first: int) -> Mapping[tuple[str, int], list[Match]]:
    """Return the matches of each sample of the submission, the closest first."""
    found: dict[tuple[str, int], dict[tuple[str, str, str], Match]] = {}
    for tie in crowd.gathering.ties():
        how = _HOW.get(tie.reason)
        ours = [crowd.owners[m] for m in tie.members if m >= first]
        others = [crowd.owners[m] for m in tie.members if m < first]
        for one in ours if how and others else ():
            for other in others:
                same = how == "content" and one.bytes & other.bytes
                match = _match(one, other, "bytes" if same else how or "", tie.detail)
                known = found.setdefault((one.task, one.index), {})
                key = (other.side, other.task, other.id)
                if key not in known or _order(match) < _order(known[key]):
                    known[key] = match
    return {key: sorted(some.values(), key=_order) for key, some in found.items()}


def _match(one: _Owner, other: _Owner, how: str, detail: str) -> Match:
    return Match(one.index, one.id, how, other.side, other.task, other.id, detail)


def _order(match: Match) -> tuple[int, int, str, str, str]:
    return (
        match.index, _CLOSEST.index(match.how), match.side, match.task, match.other
    )  # fmt: skip


def _overlap(
    gallery: Gallery,
    found: Mapping[tuple[str, int], Sequence[Match]],
    against: Path,
    note: str,
) -> Overlap:
    shown = gallery.task.folder.shown
    own = [found.get((shown, index), ()) for index in range(len(gallery.task.data))]
    counts = Counter(some[0].how if some else "new" for some in own)
    sides = Counter(side for some in own for side in {match.side for match in some})
    listed = [match for some in own for match in some]
    return Overlap(
        against.as_posix(),
        {how: counts[how] for how in ("new", *_CLOSEST)},
        sides["open"],
        sides["close"],
        tuple(listed[:MATCHES]),
        note,
    )
