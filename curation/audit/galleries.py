"""Edge: the samples of a tree with the facts of their media, decoded by bounded workers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import orjson

from curation import restore
from curation.audit.secrets import Secret
from curation.audit.source import Tree
from curation.endings import kind_of
from curation.model import Json
from curation.settings import Settings
from curation.validation import examined
from curation.workers import Job, LocalPool, batched
from validators.gallery import Gallery


def of_tree(tree: Tree, scratch: Path, jobs: int) -> Iterator[tuple[str, Gallery]]:
    """Yield each task of a tree by its id, as it is restored or as it lies there.

    Raises:
        Unrestored, OSError, ValueError: the tree cannot be written as folders.
    """
    if not (tree.folder / "tasks").is_dir():
        for gallery in examined([tree.folder], jobs=jobs):
            yield gallery.task.name, gallery
        return
    home = scratch / tree.side
    home.mkdir()
    names = {one.folder: one.task for one in restore.restore(tree.folder, home)}
    if not names:
        return
    for gallery in examined([home], jobs=jobs):
        root = gallery.task.folder.root
        yield names.get(root, gallery.task.name), gallery


def answered(gallery: Gallery, secrets: Mapping[str, Secret]) -> Gallery:
    """Return the samples with their references, as the contributor had them."""
    data = [
        _placed(sample, secrets[name].values) if name in secrets else sample
        for sample, name in zip(
            gallery.task.data, map(str, gallery.task.ids), strict=True
        )
    ]
    return Gallery(replace(gallery.task, data=data), gallery.facts)


def _placed(sample: Json, values: Mapping[str, Json]) -> Json:
    whole = orjson.loads(orjson.dumps(sample))
    for pointer, value in values.items():
        place = whole
        *above, last = [
            s.replace("~1", "/").replace("~0", "~") for s in pointer.split("/")[1:]
        ]
        for key in above:
            place = (
                place[int(key)]
                if isinstance(place, list)
                else place.setdefault(key, {})
            )
        if isinstance(place, dict):
            place[last] = value
    return whole


def contents(secrets: Sequence[Secret], jobs: int) -> dict[str, list[int]]:
    """Decode the files of references: what each decodes to, and whose it is."""
    owners: dict[Job, list[int]] = {}
    for place, secret in enumerate(secrets):
        for file in secret.files.values():
            kind = kind_of(file.name)
            if kind is not None:
                job = Job(str(file), kind, file.stat().st_size)
                owners.setdefault(job, []).append(place)
    if not owners:
        return {}
    limits = Settings().limits
    batches = list(batched(list(owners), limits, {}))
    found: dict[str, list[int]] = {}
    for job, told in LocalPool(jobs, limits).run(batches):
        blank = "lowest" in told and told["lowest"] == told["highest"]
        if told.get("content") and not blank:
            found.setdefault(str(told["content"]), []).extend(owners[job])
    return found
