"""Edge: makes the cards of a staged release anew, around what is written by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cards import page
from curation import card_facts, facing, manifest
from curation.benchmark import Benchmark
from curation.manifest import Broken, Manifest
from curation.model import Json
from curation.trees import FILE, TREES, json_bytes, told_by
from curation.writing import write_whole


def printed(release: Path, tree: str, bench: Benchmark | None = None) -> str:
    """Return the card of a tree as it is made now.

    Raises:
        NoRelease, Faceless, Unreadable: it cannot be made.
    """
    told = told_by(release)
    log = card_facts.change_log(release)
    hand = _by_hand(release, (tree,), bench)
    return page.readme(card_facts.card(release, tree, told, log, hand.get(tree, "")))


def rewritten(release: Path, bench: Benchmark | None = None) -> tuple[str, ...]:
    """Make all cards anew, with manifests and `release.json`; return what has changed.

    All else must be what the manifests say, which must be those that `release.json` names:
    so nothing but cards can be changed in this way.

    Raises:
        Broken: something else has changed.
        NoRelease, Faceless, Unreadable: the cards cannot be made.
    """
    told = told_by(release)
    known = {tree: _unchanged(release / tree, told["trees"][tree]) for tree in TREES}
    made = facing.texts(card_facts.change_log(release), _by_hand(release, TREES, bench))
    # All are made before the first is written.
    texts = {tree: made(tree, told, release) for tree in TREES}
    changed = [
        f"{tree}/{name}"
        for tree in TREES
        for name, text in texts[tree].items()
        if not _same(release / tree / name, text)
    ]
    digests: dict[str, str] = {}
    for tree in TREES:
        for name, text in texts[tree].items():
            write_whole(release / tree / name, text)
        anew = Manifest(
            tree,
            known[tree].version,
            known[tree].canary,
            manifest.listed(release / tree),
        )
        file = release / tree / manifest.FILE
        write_whole(file, anew.told().decode())
        digests[tree] = manifest.digest(file)
    write_whole(release / FILE, json_bytes({**told, "trees": digests}).decode())
    return tuple(changed)


def _same(file: Path, text: str) -> bool:
    return file.is_file() and file.read_bytes() == text.encode("utf-8")


def _by_hand(
    release: Path, names: tuple[str, ...], bench: Benchmark | None
) -> Mapping[str, str]:
    if bench is not None:
        return facing.by_hand(bench)
    return {tree: card_facts.written_by_hand(release / tree) for tree in names}


def _unchanged(folder: Path, stated: Json) -> Manifest:
    """See that a tree is what its manifest says, cards apart."""
    told = manifest.read(folder)
    file = folder / manifest.FILE
    if manifest.digest(file) != stated:
        raise Broken(
            f"{file} is not the one that {FILE} names; make the release again with curate release"
        )
    there, expected = (
        {f.path: f for f in files if f.path not in page.NAMES}
        for files in (manifest.listed(folder), told.files)
    )
    for path in sorted(there.keys() | expected.keys()):
        if there.get(path) != expected.get(path):
            raise Broken(
                f"{folder / path} is not what was released; only cards can be made anew"
            )
    return told
