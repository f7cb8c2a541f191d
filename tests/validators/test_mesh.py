"""What rules say of models and point clouds."""

from __future__ import annotations

import numpy as np
import pytest

from curation.finding import examine
from curation.model import Where
from curation.settings import Limits
from tests import models
from tests.decoding import decoded as decoded_as
from tests.decoding import found as found_by
from validators import mesh
from validators.mesh import Mesh

POINTS, FACES = models.POINTS, models.FACES


def decoded(path, limits=None):
    return decoded_as(path, "mesh", limits)


def found(path, kind="mesh"):
    return found_by(path, kind, Mesh, mesh.RULES)


def judged(rule, **changes):
    """Ask a rule about the facts of a faultless model, but for the changes."""
    plain = {
        "where": Where("a.ply"),
        "size": 1,
        "sha256": "",
        "format": "ply",
        "kind": "mesh",
    }
    facts = Mesh(
        **(plain | {"vertices": 40, "faces": 80, "points_only": False} | changes)
    )
    return [fault.detail for fault in examine([facts], (rule,))]


@pytest.mark.parametrize(
    ("written", "kind"), [(models.WRITERS, "mesh"), (models.CLOUDS, "pointcloud")]
)
def test_a_faultless_model_is_let_pass_in_every_format(tmp_path, written, kind):
    paths = [write(tmp_path / name) for name, write in written.items()]

    assert [line for path in paths for line in found(path, kind)] == []


def test_a_model_without_points_is_named():
    assert judged(mesh.no_points, vertices=0, faces=0) == ["0 points and 0 faces"]
    assert judged(mesh.no_points, vertices=1) == []


def test_points_without_faces_are_named_where_a_surface_is_meant():
    told = ["40 points and 0 faces"]
    assert judged(mesh.no_faces, faces=0, points_only=True) == told
    assert judged(mesh.no_faces, faces=0, points_only=True, kind="pointcloud") == []
    assert judged(mesh.no_faces) == []


def test_a_point_that_is_not_finite_is_named(tmp_path):
    points = POINTS.copy()
    points[3, 1], points[4] = np.nan, np.inf
    path = models.ply(tmp_path / "a.ply", points, FACES)

    assert found(path) == ["a.ply: MSH003 2 of 40 points are NaN or infinite"]
    assert judged(mesh.coordinates_not_finite) == []


def test_a_model_in_one_place_is_named(tmp_path):
    path = models.ply(tmp_path / "a.ply", np.ones_like(POINTS))
    flat = models.ply(tmp_path / "b.ply", POINTS * np.float32([1, 1, 0]))

    assert found(path, "pointcloud") == [
        "a.ply: MSH004 40 points, and the bounding box has no size"
    ]
    assert found(flat, "pointcloud") == []
    assert (
        judged(mesh.zero_extent, extent=(0.0, 0.0, 0.0), vertices=2, not_finite=2) == []
    )


def test_faces_without_area_are_counted(tmp_path):
    points = np.vstack([POINTS, [[0, 0, 0], [1, 1, 1], [2, 2, 2]], POINTS[:1]]).astype(
        np.float32
    )
    extra = [[1, 1, 2], [40, 41, 42], [0, 43, 5]]
    path = models.ply(tmp_path / "a.ply", points, np.vstack([FACES, extra]))

    assert found(path) == ["a.ply: MSH005 3 of 83 faces have no area (3.6%)"]


def test_a_few_faces_without_area_among_many_are_let_pass():
    assert judged(mesh.degenerate_faces, faces=10_000, degenerate=10) == []
    assert judged(mesh.degenerate_faces, faces=10_000, degenerate=11) == [
        "11 of 10,000 faces have no area (0.1%)"
    ]


@pytest.mark.parametrize("name", ["a.ply", "a.obj", "a.off", "a.glb"])
def test_a_face_with_a_corner_that_is_no_point_is_named(tmp_path, name):
    faces = FACES.copy()
    faces[5, 2] = 40
    write = {
        "a.ply": lambda path: models.ply(path, POINTS, faces),
        "a.obj": lambda path: models.obj(path, POINTS, faces),
        "a.off": lambda path: models.off(path, POINTS, faces),
        "a.glb": lambda path: models.glb(path, *models.tree(POINTS, faces)),
    }[name]

    told = f"{name}: MSH006 1 of 80 faces name points beyond the 40 that there are"
    assert [line for line in found(write(tmp_path / name)) if "MSH" in line] == [told]


def test_a_corner_of_one_part_never_falls_on_a_point_of_the_next(tmp_path):
    faces = FACES.copy()
    faces[5, 2] = 40
    model, data = models.tree(POINTS, faces)
    model["accessors"].append(dict(model["accessors"][0]))
    model["meshes"].append({"primitives": [{"attributes": {"POSITION": 2}}]})
    model["meshes"][1]["primitives"][0]["mode"] = 0

    assert decoded(models.glb(tmp_path / "a.glb", model, data))["out_of_range"] == 1


def test_an_unreadable_texture_is_named():
    assert judged(mesh.unreadable_texture, texture_faults=("images/0: broken",)) == [
        "images/0: broken"
    ]
    assert judged(mesh.unreadable_texture) == []


def test_a_cloud_of_few_points_is_named():
    cloud = {"points_only": True, "faces": 0, "kind": "pointcloud"}
    assert judged(mesh.few_points, vertices=31, **cloud) == [
        "31 points, expected 32 or more"
    ]
    assert judged(mesh.few_points, vertices=32, **cloud) == []
    assert judged(mesh.few_points, vertices=8, faces=12) == []


@pytest.mark.parametrize(
    ("name", "outside"),
    [("a.mtl", False), ("b/../a.mtl", False), ("..a.mtl", False), ("%2e%2e/a.mtl", True),
     ("b/../../a.mtl", True), ("..\\a.mtl", True), ("\\\\server\\a", True), ("file:///a", True),
     ("d:a.mtl", True), ("~/a.mtl", False)],
)  # fmt: skip
def test_a_name_that_leads_outside_is_known(name, outside):
    assert mesh.leaves(name) is outside


def test_references_are_told_by_where_they_lead(tmp_path):
    names = [
        "a.mtl",
        "textures/a.mtl",
        "../a.mtl",
        "/etc/passwd",
        "C:\\a.mtl",
        "http://a.org/a.mtl",
    ]
    before = "".join(f"mtllib {name}\n" for name in names)
    path = models.obj(tmp_path / "a.obj", POINTS, FACES, before)

    assert [line for line in found(path) if "MSH" in line] == [
        "a.obj: MSH007 refers to '../a.mtl'",
        "a.obj: MSH007 refers to '/etc/passwd'",
        "a.obj: MSH007 refers to 'C:\\\\a.mtl'",
        "a.obj: MSH007 refers to 'http://a.org/a.mtl'",
        "a.obj: MSH008 refers to 'a.mtl', which is not read",
        "a.obj: MSH008 refers to 'textures/a.mtl', which is not read",
    ]


def test_a_texture_in_another_file_is_told(tmp_path):
    model, data = models.tree(POINTS, FACES)
    model["images"] = [{"uri": "wood.png"}, {"uri": "data:image/png;base64,"}]
    path = models.glb(tmp_path / "a.glb", model, data)

    assert decoded(path)["references"] == ("wood.png",)
    assert found(path)[:1] == ["a.glb: MSH008 refers to 'wood.png', which is not read"]


def test_geometry_in_another_file_is_one_finding(tmp_path):
    model, _ = models.tree(POINTS, FACES)
    model["buffers"][0]["uri"] = "model.bin"
    del model["accessors"][0]["min"]
    path = models.gltf(tmp_path / "a.gltf", model)

    assert found(path) == ["a.gltf: MSH007 its geometry lies in 'model.bin'"]
    assert (decoded(path)["vertices"], decoded(path)["faces"]) == (40, 80)


def test_a_texture_inside_a_model_is_decoded(tmp_path):
    whole, broken = models.png(), models.png()[:200]
    paths = [
        models.glb(
            tmp_path / f"{n}.glb",
            *models.textured(*models.tree(POINTS, FACES), picture),
        )
        for n, picture in enumerate([whole, broken, b"\xabKTX 20\xbb\r\n\x1a\n"])
    ]

    faults = [decoded(path)["texture_faults"] for path in paths]

    assert [fault[:10] for found in faults for fault in found] == ["images/0: "]
    assert [len(found) for found in faults] == [0, 1, 0]


def test_a_texture_with_too_many_pixels_is_a_fault(tmp_path):
    path = models.glb(
        tmp_path / "a.glb",
        *models.textured(*models.tree(POINTS, FACES), models.png(64, 64)),
    )

    assert decoded(path, limits=Limits(pixels=1000))["texture_faults"] == (
        "images/0: 4,096 pixels, the limit is 1,000",
    )
