"""Pure: the media of samples, in the place of the paths that named them."""

from __future__ import annotations

import posixpath
from dataclasses import replace

from curation.model import MediaRef
from curation.shapes import Medium, Part, Tree
from curation.task import Task


class Unplaced(Exception):
    """A path in a sample leads to no file; says where."""


def with_media(task: Task) -> list[Tree]:
    """Copy the samples, with the files themselves in the place of their paths.

    Raises:
        Unplaced: a path leads to no file.
    """
    found: dict[int, list[tuple[list[str], Medium]]] = {}
    hidden = {r.file for r in task.media if r.reference} - {
        r.file for r in task.media if not r.reference
    }
    above = task.where.at("data").pointer
    for ref in task.media:
        steps = ref.where.pointer.removeprefix(above + "/").split("/")
        pointer = [s.replace("~1", "/").replace("~0", "~") for s in steps[1:]]
        found.setdefault(int(steps[0]), []).append(
            (pointer, _medium(task, ref, hidden))
        )
    data = list(task.data)
    for index, places in found.items():
        for pointer, medium in places:
            data[index] = _placed(data[index], pointer, medium)
    return data


def _placed(tree: Tree, pointer: list[str], medium: Medium) -> Tree:
    """Copy a sample with a medium at one place of it."""
    if not pointer:
        return medium
    key, rest = pointer[0], pointer[1:]
    if isinstance(tree, list):
        index = int(key)
        return [*tree[:index], _placed(tree[index], rest, medium), *tree[index + 1 :]]
    return {**tree, key: _placed(tree[key], rest, medium)}


def _medium(task: Task, ref: MediaRef, hidden: set[str | None]) -> Medium:
    root = task.folder.root
    if ref.file is None:
        raise Unplaced(
            f"{task.folder.shown}/{ref.where}: {ref.given!r} leads to no file; curate validate tells more"
        )
    if ref.kind != "frames":
        return Medium(
            ref.kind,
            ref.given,
            (Part(ref.given, ref.file, root / ref.file),),
            ref.reference,
        )
    inside = [
        e.path
        for e in task.folder.entries
        if e.kind == "file"
        and posixpath.dirname(e.path) == ref.file
        and (ref.reference or e.path not in hidden)
    ]
    given = ref.given.rstrip("/")
    parts = tuple(
        Part(f"{given}/{posixpath.basename(p)}", p, root / p) for p in sorted(inside)
    )
    if not parts:
        raise Unplaced(f"{task.folder.shown}/{ref.where}: {ref.given!r} holds no file")
    return Medium(ref.kind, ref.given, parts, ref.reference)


def renamed(medium: Medium, name: str) -> Medium:
    """Return a medium under another name, with the frames of a folder numbered."""
    if medium.kind == "frames":
        parts = tuple(
            Part(told := f"{name}/{number:06}{suffix(part.name)}", told, part.source)
            for number, part in enumerate(medium.parts)
        )
        return replace(medium, name=name, parts=parts)
    whole = name + suffix(medium.name)
    return replace(
        medium, name=whole, parts=(Part(whole, whole, medium.parts[0].source),)
    )


def suffix(name: str) -> str:
    """Return the ending of a name if it tells of a format, and nothing otherwise."""
    ending = posixpath.splitext(name)[1].lower()
    return ending if ending in SUFFIXES else ""


SUFFIXES = frozenset(
    {
        ".jpg",
        ".jpeg",
        ".png",
        ".gif",
        ".webp",
        ".bmp",
        ".tif",
        ".tiff",
        ".avif",
        ".jp2",
        ".ppm",
        ".pgm",
        ".pbm",
        ".wav",
        ".flac",
        ".mp3",
        ".ogg",
        ".opus",
        ".oga",
        ".aiff",
        ".aif",
        ".m4a",
        ".aac",
        ".wma",
        ".mp4",
        ".mov",
        ".m4v",
        ".mkv",
        ".webm",
        ".avi",
        ".mpeg",
        ".mpg",
        ".flv",
        ".3gp",
        ".ogv",
        ".wmv",
        ".glb",
        ".gltf",
        ".ply",
        ".obj",
        ".stl",
        ".off",
        ".xyz",
        ".pts",
        ".npy",
        ".npz",
        ".flo",
        ".exr",
    }
)
"""Endings of names that stay, since they tell of a format and of nothing else."""
