"""Models and point clouds are read whole, from any format and however it is written."""

from __future__ import annotations

import struct

import numpy as np
import pytest
import trimesh

from tests import models
from tests.decoding import decoded as decoded_as

POINTS, FACES = models.POINTS, models.FACES


def decoded(path, kind="mesh", limits=None):
    return decoded_as(path, kind, limits)


@pytest.mark.parametrize("name", models.WRITERS)
def test_a_model_is_read_from_any_format(tmp_path, name):
    path = models.WRITERS[name](tmp_path / name)

    seen = decoded(path)

    assert (seen["faces"], seen["degenerate"], seen["out_of_range"]) == (80, 0, 0)
    assert seen["extent"] == pytest.approx(np.ptp(POINTS, axis=0), abs=1e-5)
    assert seen["format"] == path.suffix[1:]


@pytest.mark.parametrize("name", models.CLOUDS)
def test_a_point_cloud_is_read_from_any_format(tmp_path, name):
    path = models.CLOUDS[name](tmp_path / name)

    seen = decoded(path, "pointcloud")

    assert (seen["vertices"], seen["faces"], seen["points_only"]) == (40, 0, True)


@pytest.mark.parametrize(
    "written", [models.WRITERS, models.CLOUDS], ids=["models", "clouds"]
)
def test_the_same_geometry_has_the_same_content_in_every_format(tmp_path, written):
    contents = {
        decoded(write(tmp_path / name))["content"] for name, write in written.items()
    }

    assert len(contents) == 1


def test_another_geometry_has_another_content(tmp_path):
    moved = POINTS.copy()
    moved[7, 1] += 0.001
    one = decoded(models.ply(tmp_path / "a.ply", POINTS, FACES))
    two = decoded(models.ply(tmp_path / "b.ply", moved, FACES))
    turned = decoded(models.ply(tmp_path / "c.ply", POINTS, FACES[:, ::-1]))

    assert len({one["content"], two["content"], turned["content"]}) == 3


@pytest.mark.parametrize("name", [n for n in models.WRITERS if n != "big-endian.ply"])
def test_trimesh_reads_the_same(tmp_path, name):
    path = models.WRITERS[name](tmp_path / name)

    other = trimesh.load_mesh(path, process=False)
    seen = decoded(path)

    assert (seen["vertices"], seen["faces"]) == (len(other.vertices), len(other.faces))
    assert seen["extent"] == pytest.approx(other.extents, abs=1e-6)


@pytest.mark.parametrize("order", ["<", ">", ""])
def test_polygons_of_different_size_are_split(tmp_path, order):
    path = models.ply(
        tmp_path / "a.ply",
        POINTS,
        [[0, 1, 2], [0, 1, 2, 3], [3, 4, 5, 6, 7], [8, 9]],
        order,
    )

    assert decoded(path)["faces"] == 1 + 2 + 3


def test_lists_among_other_columns_are_skipped(tmp_path):
    header = (
        "ply\nformat binary_little_endian 1.0\nelement vertex 3\nproperty double x\nproperty float y\n"
        "property float z\nproperty uchar red\nelement face 2\nproperty uchar flags\n"
        "property list uchar float texcoord\nproperty list int uint vertex_index\nend_header\n"
    )
    corners = (
        struct.pack("<dffB", 0, 0, 0, 1)
        + struct.pack("<dffB", 1, 0, 0, 1)
        + struct.pack("<dffB", 0, 2, 0, 1)
    )
    one = struct.pack("<BB2fi3I", 1, 2, 0, 0, 3, 0, 1, 2)
    two = struct.pack("<BB0fi4I", 1, 0, 4, 0, 1, 2, 0)
    path = tmp_path / "a.ply"
    path.write_bytes(header.encode() + corners + one + two)

    seen = decoded(path)

    assert (seen["faces"], seen["extent"], seen["degenerate"]) == (
        3,
        (1.0, 2.0, 0.0),
        1,
    )


@pytest.mark.parametrize(
    "faces",
    ["f 1 2 3\n", "f 1/1 2/1 3/1\n", "f 1//1 2//1 3//1\n", "f 1/1/1 2/1/1 3/1/1\n", "f -3 -2 -1\n",
     "f 1/1 2//1 3\n", "f \t1  2 \\\n3\r\n", "  f 1 2 3"],
)  # fmt: skip
def test_corners_of_an_obj_are_read_however_they_are_written(tmp_path, faces):
    text = "v 0 0 0\nv 1 0 0 1 0.5 0.5\nv 0 1 0\nvt 0 0\nvn 0 0 1\n"
    want = decoded(models.text(tmp_path / "a.obj", f"{text}f 1 2 3\n"))

    seen = decoded(models.text(tmp_path / "b.obj", text + faces))

    assert (seen["faces"], seen["degenerate"], seen["out_of_range"]) == (1, 0, 0)
    assert seen["content"] == want["content"]


def test_corners_that_count_back_count_from_where_they_stand(tmp_path):
    part = "v {0} 0 0\nv {0} 1 0\nv {0} 0 1\nf -3 -2 -1\n"
    back = decoded(models.text(tmp_path / "a.obj", part.format(0) + part.format(5)))
    plain = (part.format(0) + part.format(5)).replace(
        "f -3 -2 -1\n", ""
    ) + "f 1 2 3\nf 4 5 6\n"

    assert back["content"] == decoded(models.text(tmp_path / "b.obj", plain))["content"]


def test_an_off_without_a_line_end_after_its_name_is_read(tmp_path):
    path = models.off(tmp_path / "a.off", POINTS, FACES, "OFF40 80 0\n# made by hand\n")

    assert (decoded(path)["vertices"], decoded(path)["faces"]) == (40, 80)
    assert decoded(path)["metadata"] == (("comment", "made by hand"),)


@pytest.mark.parametrize(
    ("mode", "corners", "faces"),
    [(5, [0, 1, 2, 2, 3, 3, 4, 5], 2), (6, [0, 1, 2, 3], 2)],
)
def test_strips_and_fans_are_split(tmp_path, mode, corners, faces):
    model, data = models.tree(POINTS, np.array(corners))
    model["meshes"][0]["primitives"][0]["mode"] = mode

    assert decoded(models.glb(tmp_path / "a.glb", model, data))["faces"] == faces


def test_nodes_move_and_scale_what_is_measured(tmp_path):
    model, data = models.tree(POINTS, FACES)
    half = 0.5**0.5
    model["nodes"] = [
        {"children": [1], "rotation": [0, 0, half, half], "scale": [2, 2, 2]},
        {"mesh": 0, "translation": [100, 0, 0]},
    ]

    other = trimesh.load_scene(models.glb(tmp_path / "a.glb", model, data))

    assert decoded(tmp_path / "a.glb")["extent"] == pytest.approx(
        other.extents, rel=0.2
    )
    assert decoded(tmp_path / "a.glb")["extent"] == pytest.approx(
        (12, 12, 3.8), abs=0.3
    )


def test_values_that_are_stated_apart_are_set(tmp_path):
    model, data = models.tree(POINTS, FACES)
    model["accessors"][0]["sparse"] = {
        "count": 1,
        "indices": {"bufferView": 2, "componentType": 5121},
        "values": {"bufferView": 3},
    }
    model["bufferViews"] += [
        {"buffer": 0, "byteOffset": len(data), "byteLength": 1},
        {"buffer": 0, "byteOffset": len(data) + 4, "byteLength": 12},
    ]
    data += b"\5\0\0\0" + struct.pack("<fff", 50, 0, 0)
    model["buffers"][0]["byteLength"] = len(data)

    extent = decoded(models.glb(tmp_path / "a.glb", model, data))["extent"]

    assert extent[0] == pytest.approx(50 - POINTS[:, 0].min())


def test_parts_that_share_their_points_are_counted_once(tmp_path):
    model, data = models.tree(POINTS, FACES)
    model["meshes"] *= 3

    seen = decoded(models.glb(tmp_path / "a.glb", model, data))

    assert (seen["vertices"], seen["faces"]) == (40, 80)


def test_an_organised_cloud_may_have_gaps(tmp_path):
    points = np.vstack([POINTS, np.full((2, 3), np.nan, np.float32)])
    path = models.pcd(tmp_path / "a.pcd", points)
    path.write_bytes(
        path.read_bytes().replace(b"WIDTH 42\nHEIGHT 1", b"WIDTH 21\nHEIGHT 2")
    )

    assert (decoded(path)["vertices"], decoded(path)["not_finite"]) == (40, 0)


def test_comments_and_names_are_kept(tmp_path):
    model, data = models.tree(POINTS, FACES)
    model["nodes"][0] |= {"name": "a chair", "extras": {"label": 7}}
    said = {
        "a.ply": models.ply(
            tmp_path / "a.ply", POINTS, FACES, "", ["comment made  by hand"]
        ),
        "a.obj": models.obj(
            tmp_path / "a.obj", POINTS, FACES, "# a chair\no Chair.001\n"
        ),
        "a.glb": models.glb(tmp_path / "a.glb", model, data),
        "a.stl": models.stl(tmp_path / "a.stl", POINTS, FACES),
    }

    assert {name: decoded(path)["metadata"] for name, path in said.items()} == {
        "a.ply": (("comment", "made by hand"),),
        "a.obj": (("comment", "a chair"), ("object", "Chair.001")),
        "a.glb": (
            ("generator", "tests"),
            ("name", "a chair"),
            ("extras", '{"label": 7}'),
        ),
        "a.stl": (("header", "ring"),),
    }
