"""What the page knows of the samples: their words, and what is drawn of some of them."""

from __future__ import annotations

import base64
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from curation.finding import Finding
from curation.frames import pictures
from curation.model import Json, MediaRef
from curation.review import budget
from curation.review.facts import told
from curation.review.marks import fitting, ground, marks, pointed
from curation.review.sampling import Reasons
from curation.settings import Limits
from curation.task import Task
from curation.workers import Engine, Job, batched
from validators.gallery import Gallery

SHOWN = 12
"""Files of one sample that are drawn."""
FLIPPED = 12
"""Frames of a folder that are drawn."""

Key = tuple[str, str]
"""The path of a file on this machine, and the kind that it is drawn as."""
Drawn = dict[Key, dict[str, Json]]

SIGHT = frozenset({"image", "video", "frames"})
SOUND = frozenset({"audio", "video"})


def task(gallery: Gallery, chosen: Collection[int] = ()) -> tuple[dict[str, Json], int]:
    """Return the words of all samples of a task as JSON, and the bytes that they take.

    Where they are too many they are cut, those of the *chosen* samples last.
    """
    one = gallery.task
    samples, size = budget.shortened(list(one.data), chosen)
    hidden = _hidden(one)
    distinct = list(dict.fromkeys(hidden))
    places = {pointers: n for n, pointers in enumerate(distinct)}
    told = {
        "name": one.name,
        "path": one.folder.shown,
        "family": one.family.id,
        "ids": one.ids,
        "samples": samples,
        "cut": samples != one.data,
        "hidden": [list(pointers) for pointers in distinct],
        "hides": [places[pointers] for pointers in hidden],
        "letters": [
            pointed([str(step) for step in slot.path])
            for slot in one.family.slots
            if slot.choice == "letter"
        ],
    }
    return told, size


def _hidden(one: Task) -> list[tuple[str, ...]]:
    """Return for each sample the pointers to its reference."""
    found: list[list[str]] = [[] for _ in one.data]
    for slot in one.slots(whole=True):
        written = cache(pointed)  # most samples have theirs at the same place
        for index, pointer, _ in one.values(slot):
            found[index].append(written(pointer))
    return [tuple(dict.fromkeys(pointers)) for pointers in found]


def exhibit(
    gallery: Gallery,
    index: int,
    findings: Sequence[Finding] = (),
    reasons: Sequence[str] = (),
) -> dict[str, Json]:
    """Return what is shown of one sample besides its words: media, marks, findings.

    `draws` of a medium are the keys of what is drawn; `drawn` fills them in.
    """
    refs = gallery.named_in(index)
    media = [_medium(gallery, ref, n) for n, ref in enumerate(refs)]
    folders = [m["frames"] for m in media if "frames" in m]
    frames = {n for n, _ in folders[0]} if folders else None
    given, left = fitting(marks(gallery.task, gallery.task.data[index]), frames)
    grounds = {"sight": SIGHT, "sound": SOUND}
    return {
        "index": index,
        "why": list(reasons),
        "findings": [_finding(f) for f in findings],
        "media": media,
        "marks": [m.told() | {"on": ground(refs, grounds, m)} for m in given],
        "undrawn": left,
    }


def _finding(finding: Finding) -> dict[str, Json]:
    return {
        "code": finding.rule.code,
        "slug": finding.rule.slug,
        "severity": finding.severity.value,
        "detail": finding.detail,
        "where": str(finding.where),
    }


def _medium(gallery: Gallery, ref: MediaRef, number: int) -> dict[str, Json]:
    """Return one medium as the page tells of it, and the keys of what is drawn of it."""
    steps = ref.where.pointer.split("/")[3:]
    found: dict[str, Json] = {
        "at": "".join(f"/{s}" for s in steps),
        "kind": ref.kind,
        "given": ref.given[:400],
        "file": ref.file,
        "reference": ref.reference,
        "facts": told(gallery, ref),
    }
    if number >= SHOWN or ref.file is None:
        return found | {"draws": []}
    root = gallery.task.folder.root
    if ref.kind != "frames":
        return found | {"draws": [[f"{root}{os.sep}{ref.file}", ref.kind]]}
    inside = pictures(gallery.task.folder, ref.file)
    count = min(FLIPPED, len(inside))
    numbers = [n * len(inside) // max(count, 1) for n in range(count)]
    return found | {
        "frames": [[n, inside[n].path] for n in numbers],
        "count": len(inside),
        "draws": [[f"{root}{os.sep}{inside[n].path}", "frame"] for n in numbers],
    }


def keys(exhibits: Iterable[Mapping[str, Json]]) -> list[Key]:
    """Return what is to be drawn for these samples, each once."""
    found = [(d[0], d[1]) for e in exhibits for m in e["media"] for d in m["draws"]]
    return list(dict.fromkeys(found))


def drawn(
    wanted: Sequence[Key],
    sizes: Mapping[Key, int],
    engine: Engine,
    limits: Limits,
    room: int,
) -> Drawn:
    """Draw all files in the workers, each in at most *room* bytes."""
    jobs = [Job(path, kind, sizes.get((path, kind), 0)) for path, kind in wanted]
    batches = batched(jobs, limits, {"room": str(room)})
    if not batches:
        return {}
    return {(job.path, job.kind): payload for job, payload in engine.run(batches)}


def sizes(gallery: Gallery, wanted: Iterable[Key]) -> dict[Key, int]:
    """Return the bytes of the files that are to be drawn."""
    root = f"{gallery.task.folder.root}{os.sep}"
    known = {root + e.path: e.size for e in gallery.task.folder.entries}
    return {key: known[key[0]] for key in wanted if key[0] in known}


def filled(exhibits: Sequence[dict[str, Json]], found: Drawn) -> list[dict[str, Json]]:
    """Put numbers in the place of keys, and return what they number, ready to be written."""
    order = {key: n for n, key in enumerate(found)}
    for one in exhibits:
        for medium in one["media"]:
            places = [order.get((path, kind)) for path, kind in medium.pop("draws")]
            medium["shows"] = [n for n in places if n is not None]
    return [_plain(payload) for payload in found.values()]


def _plain(payload: Mapping[str, Any]) -> dict[str, Json]:
    """Write bytes as base64."""
    return {
        k: base64.b64encode(v).decode() if isinstance(v, bytes) else v
        for k, v in payload.items()
    }


def trimmed(found: Drawn, most: int) -> Drawn:
    """Leave out the largest parts until all together take at most *most* bytes."""
    parts = [
        (len(value), key, name)
        for key, payload in found.items()
        for name, value in payload.items()
        if isinstance(value, bytes)
    ]
    total = sum(size for size, _, _ in parts)
    kept = {key: dict(payload) for key, payload in found.items()}
    for size, key, name in sorted(parts, reverse=True):
        if total <= most:
            break
        kept[key][name] = b""
        kept[key]["omitted"] = True
        total -= size
    return kept


def chosen(
    gallery: Gallery, reasons: Reasons, found: Mapping[int, Sequence[Finding]]
) -> list[dict[str, Json]]:
    """Return the exhibits of the samples that were chosen, in their order."""
    return [
        exhibit(gallery, index, found.get(index, ()), why)
        for index, why in reasons.items()
        if isinstance(gallery.task.data[index], dict)
    ]
