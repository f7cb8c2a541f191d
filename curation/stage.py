"""Edge: writes the trees of a release, from a `Release` and its `AnswerKey`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

import orjson

from curation import manifest, neutral, parquet, preview, shapes
from curation.columns_of import PREVIEW, Blob, Cell, Layout, layout, row
from curation.manifest import Manifest
from curation.model import Json
from curation.parquet import Sheet
from curation.release import AnswerKey, Hidden, PublicTask, Release
from curation.shapes import Medium, Part, Tree, guide
from curation.trees import CLOSE, FILE, OPEN, REFERENCES, TREES, json_bytes

MODELS = frozenset({"mesh", "pointcloud"})
"""Kinds of media of which a rendered picture goes along."""
SAMPLES = "samples.json"
"""The file among the references that tells of each sample a keyed digest."""

Said = Callable[[str], None]
"""Is told how it goes, for someone who watches."""
Pictures = Mapping[Path, bytes]
"""Previews of models, as PNG."""
Texts = Mapping[str, str]
"""Names and texts of the files that stand at the top of a tree."""


@dataclass(frozen=True)
class Extras:
    """What else goes into a release.

    `texts` gives for each tree the files at its top, such as its card; it is asked when all
    data are written, with what release.json says and the folder. `repositories` names for
    each tree where on the Hub it goes, `about` is what cards say of the benchmark, `reviews`
    are the fields of `release.json` that tell of reviews.
    """

    texts: Callable[[str, Mapping[str, Json], Path], Texts]
    previous: str | None = None
    released: str | None = None
    fingerprint: str = ""
    repositories: Mapping[str, str] = field(default_factory=dict)
    about: Mapping[str, Json] = field(default_factory=dict)
    said: Said = field(default=lambda _: None)
    reviews: Mapping[str, Json] = field(default_factory=dict)


def write(release: Release, answers: AnswerKey, folder: Path, extras: Extras) -> None:
    """Write the three trees and `release.json` into an empty folder."""
    for tree in TREES:
        (folder / tree).mkdir(mode=0o700 if tree == REFERENCES else 0o755)
    drawn = _previews(release, extras.said)
    for task in release.tasks:
        extras.said(task.facts.id)
        write_open(release, task, folder / OPEN, drawn)
        write_close(release, task, folder / CLOSE, drawn)
    write_references(release, answers, folder / REFERENCES)
    told = _told(release, answers, extras)
    for tree in TREES:
        for name, text in extras.texts(tree, told, folder).items():
            (folder / tree / name).write_bytes(text.encode("utf-8"))
    told["trees"] = {tree: sealed(folder / tree, tree, told) for tree in TREES}
    (folder / FILE).write_bytes(json_bytes(told))


def sealed(folder: Path, tree: str, told: Mapping[str, Json]) -> str:
    """Write the manifest of a tree, and return its digest."""
    made = Manifest(tree, told["version"], told["canary"], manifest.listed(folder))
    (folder / manifest.FILE).write_bytes(made.told())
    return manifest.digest(folder / manifest.FILE)


def _told(release: Release, answers: AnswerKey, extras: Extras) -> dict[str, Json]:
    roots = answers.roots
    told: dict[str, Json] = {
        "form": "curate-release-1",
        "name": release.name,
        "version": release.version,
        "guid": release.guid,
        "canary": release.canary,
        "previous": extras.previous,
        "released": extras.released,
        "commitment": answers.root.hex(),
        "tasks": {
            task.facts.id: {
                "family": task.facts.family.id,
                "open": len(task.open),
                "close": len(task.close),
                "commitment": roots[task.facts.id][1].hex(),
            }
            for task in release.tasks
        },
    }
    if extras.fingerprint:
        told["key"] = extras.fingerprint
    if extras.repositories:
        told["repositories"] = dict(sorted(extras.repositories.items()))
    if extras.about:
        told["about"] = dict(extras.about)
    return {**told, **extras.reviews}


def _facts(release: Release, task: str, tree: str) -> dict[str, Json]:
    return {
        "task": task,
        "tree": tree,
        "version": release.version,
        "canary": release.canary,
    }


def write_open(
    release: Release, task: PublicTask, folder: Path, drawn: Pictures
) -> None:
    """Write the open samples of a task with their references, and the files as they are."""
    trees = [opened.tree for opened in task.open]
    form = _layout(task, trees, [question.input for question in task.close])
    _task_file(release, task, folder, OPEN, {"places": _places(trees)})
    if trees:
        _write(release, task, folder, OPEN, form, _rows(trees, form, _as_it_is, drawn))


def write_close(
    release: Release, task: PublicTask, folder: Path, drawn: Pictures
) -> None:
    """Write the questions of a task, and their files without what tells where they are from."""
    trees = [question.input for question in task.close]
    form = _layout(task, trees, [opened.question.input for opened in task.open])
    _task_file(release, task, folder, CLOSE, {})
    if trees:
        _write(release, task, folder, CLOSE, form, _rows(trees, form, _cleaned, drawn))


def _layout(task: PublicTask, trees: list[Tree], others: Iterable[Tree]) -> Layout:
    """Make the columns, of the same types in the Open and in the Close set."""
    known = {key for tree in trees for key in tree}
    asked = [
        {k: v for k, v in tree.items() if k != "id" and k in known} for tree in others
    ]
    told = guide(task.facts.family.slots)
    models = any(m.kind in MODELS for tree in trees for m in shapes.media(tree))
    return layout([*trees, *asked], told, preview=models)


def _previews(release: Release, said: Said) -> Pictures:
    """Draw all models of a release, some kilobytes each; those that cannot be are named."""
    trees = [
        tree
        for task in release.tasks
        for tree in (*(o.tree for o in task.open), *(q.input for q in task.close))
    ]
    models = dict.fromkeys(filter(None, map(_model, trees)))
    found: dict[Path, bytes] = {}
    for file, told in preview.pictures(list(models)).items():
        if "picture" in told:
            found[file] = told["picture"]
        else:
            said(f"{file}: no preview can be drawn, {told['detail']}")
    return found


def _rows(
    trees: Iterable[Tree], form: Layout, blob: Blob, drawn: Pictures
) -> Iterator[Mapping[str, Cell]]:
    for tree in trees:
        cells = row(tree, form, blob)
        if form.preview:
            model = _model(tree)
            made = drawn.get(model) if model else None
            cells[PREVIEW] = None if made is None else {"bytes": made, "path": None}
        yield cells


def _model(tree: Tree) -> Path | None:
    """Return the first model that a sample names."""
    named = (m.parts[0].source for m in shapes.media(tree) if m.kind in MODELS)
    return next(named, None)


def _as_it_is(part: Part) -> bytes:
    return part.source.read_bytes()


def _cleaned(part: Part) -> bytes:
    try:
        return neutral.cleaned(part.source.read_bytes(), part.source.name)
    except neutral.Uncleaned as error:
        raise neutral.Uncleaned(f"{part.source}: {error}") from None


def _write(
    release: Release,
    task: PublicTask,
    folder: Path,
    tree: str,
    form: Layout,
    rows: Iterator[Mapping[str, Cell]],
) -> None:
    sheet = Sheet(form, _facts(release, task.facts.id, tree))
    parquet.write(folder / "data" / task.facts.id, tree, sheet, rows)


def _task_file(
    release: Release, task: PublicTask, folder: Path, tree: str, more: Json
) -> None:
    facts = task.facts
    told = {
        "id": facts.id,
        "family": facts.family.id,
        "envelope": dict(facts.envelope),
        "folder": facts.folder,
        "annotation": facts.annotation if tree == OPEN else "annotation.json",
        "licences": [_present(asdict(one)) for one in facts.licences],
        "samples": len(task.open if tree == OPEN else task.close),
        "canary": release.canary,
        **more,
    }
    file = folder / "tasks" / f"{facts.id}.json"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(json_bytes(told))


def _present(told: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in told.items() if value or name == "id"}


def _places(trees: Iterable[Tree]) -> Json:
    """Tell where files belong that lie elsewhere than samples say, by what samples say."""
    places = {
        p.name: p.file for tree in trees for m in shapes.media(tree) for p in m.parts
    }
    moved = {name: file for name, file in places.items() if name != file}
    heads = {file.removesuffix(name) for name, file in moved.items()}
    if moved and len(heads) == 1 and len(moved) == len(places):
        head = heads.pop()
        if all(file == head + name for name, file in moved.items()):
            return {"folder": head}
    return {"files": moved} if moved else {}


def write_references(release: Release, answers: AnswerKey, folder: Path) -> None:
    """Write the hidden references, and what is needed to compare the next version."""
    for task, hidden in answers.tasks.items():
        if hidden:
            trees = [_reference(one) for one in hidden]
            form = layout(trees, guide(()))
            sheet = Sheet(form, _facts(release, task, REFERENCES))
            rows = (row(tree, form, _as_it_is) for tree in trees)
            parquet.write(folder / "data" / task, REFERENCES, sheet, rows)
    told = {
        "canary": release.canary,
        "version": release.version,
        "samples": dict(answers.marks),
    }
    (folder / SAMPLES).write_bytes(json_bytes(told))


def _reference(hidden: Hidden) -> Tree:
    media = [Medium("file", part.name, (part,)) for part in hidden.files]
    return {
        "id": hidden.id,
        "original_id": hidden.original,
        "nonce": hidden.nonce.hex(),
        "reference": hidden.reference.decode("utf-8", "surrogatepass"),
        "origin": orjson.dumps(hidden.origin).decode(),
        "media": media,
    }
