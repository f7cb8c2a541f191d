"""Models and point clouds: the facts of a file, and the rules."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from curation.finding import Fault, Severity, rule
from validators.media import Media

FEWEST_POINTS = 32
"""Points of a cloud below which no form can be made out."""
DEGENERATE_SHARE = 0.001
"""Share of the faces without area that is left to the exporter's rounding."""

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_DRIVE = re.compile(r"[a-z]:|[/\\]", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Mesh(Media):
    """A model or a point cloud that was decoded whole.

    `faces` are triangles, polygons being split; `not_finite` are points with a NaN or an
    infinity, `degenerate` faces without area, `out_of_range` faces with a corner that is
    no point of the file. `extent` are the sides of the bounding box. `references` are
    files and addresses that it names, `elsewhere` those of them that hold its geometry.
    """

    vertices: int
    faces: int
    points_only: bool
    not_finite: int = 0
    extent: tuple[float, ...] = (1.0, 1.0, 1.0)
    degenerate: int = 0
    out_of_range: int = 0
    references: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    texture_faults: tuple[str, ...] = ()


@rule("MSH001")
def no_points(mesh: Mesh) -> Iterator[Fault]:
    """A model has no points at all.

    Why: there is nothing to see or to measure; often an export of an empty selection.
    Fix: export the model again, or drop the sample.
    """
    if mesh.vertices == 0:
        yield Fault(mesh.where, "0 points and 0 faces")


@rule("MSH002", Severity.WARNING)
def no_faces(mesh: Mesh) -> Iterator[Fault]:
    """A model has points but no faces where a surface is meant.

    Why: metrics on surfaces sample faces, and viewers show such a file as dust or not at all.
    Fix: export with faces; if points are meant, name the file where the family takes a point cloud.
    """
    if mesh.kind == "mesh" and mesh.points_only and mesh.vertices:
        yield Fault(mesh.where, f"{mesh.vertices:,} points and 0 faces")


@rule("MSH003")
def coordinates_not_finite(mesh: Mesh) -> Iterator[Fault]:
    """A model has coordinates that are NaN or infinite.

    Why: one such point makes the bounding box, distances and most losses NaN as well.
    Fix: remove the points, or export again; they often come from a division by zero.
    """
    if mesh.not_finite:
        yield Fault(
            mesh.where,
            f"{mesh.not_finite:,} of {mesh.vertices:,} points are NaN or infinite",
        )


@rule("MSH004")
def zero_extent(mesh: Mesh) -> Iterator[Fault]:
    """All points of a model lie in one place.

    Why: it cannot be scaled to a unit box or shown; often coordinates were lost in a conversion.
    Fix: export the model again; a flat model, without extent in one or two axes, is fine.
    """
    there = mesh.vertices > mesh.not_finite and not mesh.elsewhere
    if there and not any(mesh.extent):
        yield Fault(
            mesh.where, f"{mesh.vertices:,} points, and the bounding box has no size"
        )


@rule("MSH005", Severity.WARNING)
def degenerate_faces(mesh: Mesh) -> Iterator[Fault]:
    """A model has many faces without area.

    Why: they have no normal, so shading, sampling and volumes go wrong there.
    Fix: remove faces with repeated corners or with corners in one line, then export again.
    """
    if mesh.degenerate > DEGENERATE_SHARE * mesh.faces:
        share = mesh.degenerate / mesh.faces
        yield Fault(
            mesh.where,
            f"{mesh.degenerate:,} of {mesh.faces:,} faces have no area ({share:.1%})",
        )


@rule("MSH006")
def face_without_points(mesh: Mesh) -> Iterator[Fault]:
    """A face has a corner that is no point of the file.

    Why: loaders stop at it, or draw a wrong triangle; often the file was cut or joined by hand.
    Fix: export the model again from its source.
    """
    if mesh.out_of_range:
        yield Fault(
            mesh.where,
            f"{mesh.out_of_range:,} of {mesh.faces:,} faces name points beyond the "
            f"{mesh.vertices:,} that there are",
        )


@rule("MSH007")
def reference_out_of_the_folder(mesh: Mesh) -> Iterator[Fault]:
    """A model names an address or a file elsewhere, or its geometry lies in another file.

    Why: loaders that follow it open files or addresses of whoever loads it, and a sample
    that names one file loses the other when it is published.
    Fix: store all parts in one file, for example as .glb, and remove what points elsewhere.
    """
    for name in mesh.references:
        if name in mesh.elsewhere:
            yield Fault(mesh.where, f"its geometry lies in {_shown(name)}")
        elif leaves(name):
            yield Fault(mesh.where, f"refers to {_shown(name)}")


@rule("MSH008", Severity.WARNING)
def reference_to_another_file(mesh: Mesh) -> Iterator[Fault]:
    """A model names a material or texture file beside it.

    Why: a sample names the model only, so the other file is not decoded, and is easily lost.
    Fix: store the model as .glb with its textures inside, or remove the reference if only the form matters.
    """
    for name in mesh.references:
        if name not in mesh.elsewhere and not leaves(name):
            yield Fault(mesh.where, f"refers to {_shown(name)}, which is not read")


@rule("MSH009")
def unreadable_texture(mesh: Mesh) -> Iterator[Fault]:
    """A picture inside a model cannot be read.

    Why: the model is shown without its colours, or not at all.
    Fix: export the model again with textures as PNG or JPEG.
    """
    for fault in mesh.texture_faults:
        yield Fault(mesh.where, fault)


@rule("MSH010", Severity.WARNING)
def few_points(mesh: Mesh) -> Iterator[Fault]:
    """A point cloud has so few points that no form can be made out.

    Why: neither a person nor a model can tell what it is; often the wrong array was stored.
    Fix: sample more points, or drop the sample.
    """
    if mesh.points_only and 0 < mesh.vertices < FEWEST_POINTS:
        yield Fault(
            mesh.where, f"{mesh.vertices} points, expected {FEWEST_POINTS} or more"
        )


def leaves(name: str) -> bool:
    """Whether a name is an address, absolute, or leads out of the folder of the model."""
    plain = unquote(name).strip()
    if _DRIVE.match(plain) or _ADDRESS.match(plain):
        return True
    return posixpath.normpath(plain.replace("\\", "/")).split("/")[0] == ".."


def _shown(name: str) -> str:
    return repr(name[:80] + "…" if len(name) > 80 else name)  # noqa: PLR2004


RULES = (
    no_points,
    no_faces,
    coordinates_not_finite,
    zero_extent,
    degenerate_faces,
    face_without_points,
    reference_out_of_the_folder,
    reference_to_another_file,
    unreadable_texture,
    few_points,
)
