"""Models and arrays lose what only tells of them, and not one bit of a vertex or number."""

from __future__ import annotations

import io
import json
import struct

import numpy as np
import pytest
import trimesh

from curation.neutral import Uncleaned, cleaned

DYE = "DYE4711SECRET"


def model():
    found = trimesh.creation.icosphere(subdivisions=1)
    found.vertices *= np.array([1.0, 1.3, 0.7])
    return found


def exported(form, **options):
    raw = model().export(file_type=form, **options)
    return raw.encode() if isinstance(raw, str) else raw


def form_of(raw, kind):
    found = trimesh.load(io.BytesIO(raw), file_type=kind, process=False, force="mesh")
    return found.vertices.tobytes(), found.faces.tobytes()


def clean(raw, kind):
    assert DYE.encode() in raw
    found = cleaned(raw, f"x.{kind}")
    assert DYE.encode() not in found
    assert form_of(found, kind) == form_of(raw, kind)
    assert cleaned(found, f"x.{kind}") == found
    return found


@pytest.mark.parametrize("encoding", ["ascii", "binary"])
def test_a_ply_loses_its_comments(encoding):
    raw = exported("ply", encoding=encoding)
    head = raw.index(b"\n", raw.index(b"format")) + 1

    clean(raw[:head] + f"comment {DYE}\nobj_info {DYE}\n".encode() + raw[head:], "ply")


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_an_obj_loses_its_comments_and_the_names_of_its_parts(ending):
    lines = [
        f"# {DYE}",
        f"mtllib {DYE}.mtl",
        f"o {DYE}",
        f"g {DYE} {DYE}2",
        *exported("obj").decode().splitlines(),
        f"# {DYE}",
    ]

    found = clean(ending.join(lines).encode(), "obj")

    assert b"o p1" in found


def test_parts_of_an_obj_stay_apart_under_numbers():
    raw = b"v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nusemtl cow\nf 1 2 3\nusemtl horse\nf 1 2 4 # cow\nusemtl cow\nf 2 3 4\n"

    assert cleaned(raw, "x.obj") == (
        b"v 0 0 0\nv 1 0 0\nv 0 1 0\nv 0 0 1\nusemtl p1\nf 1 2 3\nusemtl p2\nf 1 2 4\nusemtl p1\nf 2 3 4\n"
    )


def test_a_binary_stl_loses_its_title():
    raw = exported("stl")

    clean(DYE.encode().ljust(80, b" ") + raw[80:], "stl")


def test_a_binary_stl_keeps_its_colour():
    raw = exported("stl")
    head = (DYE.encode() + b" COLOR=\x10\x20\x30\xff").ljust(80, b"\0")

    assert b"COLOR=\x10\x20\x30\xff" in clean(head + raw[80:], "stl")


def test_an_stl_of_text_loses_its_title():
    raw = exported("stl_ascii").decode()
    body = raw.partition("\n")[2].rpartition("endsolid")[0]

    clean(f"solid {DYE}\n{body}endsolid {DYE}\n".encode(), "stl")


def test_an_off_loses_its_comments():
    raw = exported("off")
    head = raw.index(b"\n") + 1

    clean(raw[:head] + f"# {DYE}\n".encode() + raw[head:], "off")


def test_points_lose_their_comments():
    assert (
        cleaned(f"# {DYE}\n1 2 3\n4 5 6 # {DYE}\n".encode(), "x.xyz")
        == b"1 2 3\n4 5 6\n"
    )


def test_a_binary_cloud_keeps_its_points():
    points = b"#\n# \n#DATA binary\n"
    raw = f"# {DYE}\nVERSION 0.7\nDATA binary\n".encode() + points

    assert cleaned(raw, "x.pcd") == b"VERSION 0.7\nDATA binary\n" + points


def test_a_glb_loses_names_remarks_and_its_maker():
    raw = exported("glb")
    size = struct.unpack_from("<I", raw, 12)[0]
    told = json.loads(raw[20 : 20 + size])
    told["asset"] |= {"generator": DYE, "copyright": DYE, "extras": {"a": DYE}}
    for kind in ("nodes", "meshes"):
        for thing in told[kind]:
            thing |= {"name": DYE, "extras": {"deep": [{"er": DYE}]}}
    body = json.dumps(told).encode()
    body += b" " * (-len(body) % 4)
    whole = raw[:12] + struct.pack("<I", len(body)) + b"JSON" + body + raw[20 + size :]
    whole = whole[:8] + struct.pack("<I", len(whole)) + whole[12:]

    clean(whole, "glb")


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_an_npz_keeps_its_arrays_and_tells_no_time(save):
    out = io.BytesIO()
    arrays = {"disparity": np.arange(12.0).reshape(3, 4), "mask": np.eye(3, dtype=bool)}
    save(out, **arrays)
    found = cleaned(out.getvalue(), "x.npz")

    with np.load(io.BytesIO(found), allow_pickle=False) as there:
        assert {k: there[k].tobytes() for k in there} == {
            k: v.tobytes() for k, v in arrays.items()
        }
    assert cleaned(found, "x.npz") == found


def test_an_npz_loses_the_remark_of_its_archive():
    import zipfile

    out = io.BytesIO()
    np.savez(out, a=np.arange(3))
    with zipfile.ZipFile(out, "a") as archive:
        archive.comment = DYE.encode()

    assert DYE.encode() in out.getvalue()
    assert DYE.encode() not in cleaned(out.getvalue(), "x.npz")


def test_an_npz_with_another_file_is_refused():
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", DYE)

    with pytest.raises(Uncleaned, match=r"readme\.txt"):
        cleaned(out.getvalue(), "x.npz")


def test_an_array_passes():
    out = io.BytesIO()
    np.save(out, np.arange(6))

    assert cleaned(out.getvalue(), "x.npy") == out.getvalue()
