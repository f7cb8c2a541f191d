"""Models get a small picture, drawn where a bad one can do no harm."""

from __future__ import annotations

import io

import numpy as np
import pytest
import trimesh
from PIL import Image

from curation import making, preview

pytestmark = pytest.mark.slow


def _seen(told):
    return np.asarray(Image.open(io.BytesIO(told["picture"])))


@pytest.mark.parametrize("suffix", [".ply", ".obj", ".stl", ".glb", ".off"])
def test_a_mesh_is_drawn_whole_and_large(tmp_path, suffix):
    file = tmp_path / f"model{suffix}"
    file.write_bytes(trimesh.creation.icosphere().export(file_type=suffix[1:]) if suffix in {".ply", ".stl", ".glb"}
                     else trimesh.creation.icosphere().export(file_type=suffix[1:]).encode())  # fmt: skip

    seen = _seen(preview.pictures([file], 1)[file])

    rows, columns = np.nonzero(seen)
    assert seen.shape == (preview.SIZE, preview.SIZE)
    assert np.ptp(rows) > 200
    assert np.ptp(columns) > 200
    assert (seen > 0).mean() > 0.4


def test_the_same_files_make_the_same_pictures(tmp_path):
    file = tmp_path / "model.ply"
    making.make("mesh", file)
    assert preview.pictures([file], 2) == preview.pictures([file], 1)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("none.ply", b""),
        ("lies.stl", b"\0" * 80 + b"\xff\xff\xff\x7f" + b"\0" * 500),
        ("odd.npy", b"\x93NUMPY not one"),
        ("text.glb", b"glTF is not in here"),
    ],
)
def test_a_bad_model_is_named_and_the_others_are_drawn(tmp_path, name, content):
    bad, good = tmp_path / name, tmp_path / "good.ply"
    bad.write_bytes(content)
    making.make("mesh", good)

    found = preview.pictures([bad, good], 1)

    assert found[bad]["type"] == "Unreadable"
    assert found[bad]["detail"]
    assert _seen(found[good]).any()


def test_nothing_is_drawn_of_nothing():
    assert preview.pictures([]) == {}
