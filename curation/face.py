"""Pure: the front page of a tree, with what `datasets` needs to find its tasks."""

from __future__ import annotations

import json
from collections.abc import Iterator

from curation.release import Release

_ABOUT = {
    "open": "Samples with their references, to develop with. Results on them are not ranked.",
    "close": (
        "Questions without references. Ids, file names and order tell nothing; what only "
        "tells where a file is from was taken out of it, and what is seen or heard is the same."
    ),
    "references": (
        "NEVER SHARE THIS FOLDER. It holds the answers to the Close set. Whoever has them "
        "can end the benchmark."
    ),
}
_TITLES = {"open": "Open set", "close": "Close set", "references": "Hidden references"}


def page(tree: str, release: Release, root: str, licence: str = "other") -> str:
    """Return the `README.md` of a tree."""
    return "\n".join([*_front(tree, release, licence), *_body(tree, release, root), ""])


def _front(tree: str, release: Release, licence: str) -> Iterator[str]:
    yield "---"
    yield f"pretty_name: {json.dumps(f'{release.name} {_TITLES[tree]}', ensure_ascii=False)}"
    yield f"license: {licence or 'other'}"
    tasks = [
        t.facts.id for t in release.tasks if (t.open if tree == "open" else t.close)
    ]
    yield "configs:" if tasks else "configs: []"
    for task in tasks:
        yield f"- config_name: {json.dumps(task)}"
        yield "  data_files:"
        yield f"  - split: {tree}"
        yield f"    path: {json.dumps(f'data/{task}/{tree}-*.parquet')}"
    yield "---"


def _body(tree: str, release: Release, root: str) -> Iterator[str]:
    yield f"# {release.name} {release.version}: {_TITLES[tree]}"
    yield from ("", _ABOUT[tree], "")
    yield f"- {release.canary}"
    yield f"- Commitment to the hidden references (Merkle root): `{root}`"
    yield ""
    yield "| Task | Open | Close |"
    yield "|---|---:|---:|"
    for task in release.tasks:
        yield f"| {task.facts.id} | {len(task.open)} | {len(task.close)} |"
