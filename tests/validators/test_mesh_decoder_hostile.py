"""A broken or lying model is told at once, and nothing that it names is opened."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from curation.settings import Limits
from curation.workers import Job, LocalPool, batched
from tests import models
from tests.decoding import decoded as decoded_as

POINTS, FACES = models.POINTS, models.FACES


LIMITS = Limits()


def decoded(path, kind="mesh", limits=None):
    return decoded_as(path, kind, limits)


@pytest.mark.parametrize(
    ("name", "told"),
    {
        "binary.ply": "truncated: ends within its 80 face elements",
        "big-endian.ply": "truncated: ends within its 80 face elements",
        "text.ply": "truncated: ends within its 40 vertex elements",
        "a.obj": "truncated: ends in the middle of the line 'v -2.18780034e-16 -1.1909'",
        "a.off": "truncated: ends 7 lines too soon",
        "binary.stl": "truncated: the header claims 80 faces, 4,084 bytes, but the file has 2,042",
        "text.stl": "truncated: the text ends without endsolid",
        "a.glb": "truncated: the header claims 2,060 bytes, the file has 1,030",
        "a.gltf": "truncated: ends in the middle of its JSON",
    }.items(),
)
def test_a_model_that_was_cut_off_says_what_is_missing(tmp_path, name, told):
    path = models.WRITERS[name](tmp_path / name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])

    assert decoded(path) == told


@pytest.mark.parametrize("name", ["a.pcd", "a.npy", "a.npz"])
def test_a_cloud_that_was_cut_off_is_named(tmp_path, name):
    path = models.CLOUDS[name](tmp_path / name)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])

    assert decoded(path).startswith("truncated: ")


_NAMES = (
    "a.ply",
    "a.obj",
    "a.off",
    "a.stl",
    "a.glb",
    "a.gltf",
    "a.xyz",
    "a.pcd",
    "a.npy",
    "a.npz",
)


@pytest.mark.parametrize("name", _NAMES)
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (bytes(4096), "all zeros"),
        (random.Random(1).randbytes(4096), "undecodable"),
        (b"Hello, this is a text of a few words.\n" * 9, "it looks like plain text"),
        (b"<!DOCTYPE html><html>404</html>", "it looks like an HTML page"),
        (
            b"version https://git-lfs.github.com/spec/v1\noid sha256:00",
            "a Git LFS pointer",
        ),
        (models.png(), "it looks like a PNG picture"),
    ],
    ids=["zeros", "random", "text", "html", "lfs", "png"],
)
def test_a_file_that_is_no_model_says_what_it_looks_like(tmp_path, name, content, told):
    (tmp_path / name).write_bytes(content)

    assert told in decoded(tmp_path / name)
    assert decoded(tmp_path / name).startswith("undecodable: not ")


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.zip", b"PK\3\4...", "refused: it is an archive"),
        ("a.3mf", b"PK\3\4...", "refused: it is an archive"),
        ("a.usdz", b"PK\3\4...", "refused: it is an archive"),
        ("a.zae", b"PK\3\4...", "refused: it is an archive"),
        ("a.obj", b"\x1f\x8b\x08...", "refused: it is an archive"),
        ("a.dae", b"<?xml version='1.0'?><COLLADA/>", "undecodable: it is XML such as COLLADA"),
        ("a.fbx", b"Kaydara FBX Binary  \0", "undecodable: it is FBX"),
        ("a.usdc", b"PXR-USDC", "undecodable: it is USD"),
        ("a.blend", b"BLENDER-v300", "undecodable: it is Blender's format"),
    ],
)  # fmt: skip
def test_archives_and_other_formats_are_told_by_name(tmp_path, name, content, told):
    (tmp_path / name).write_bytes(content)

    assert decoded(tmp_path / name).startswith(told)
    assert decoded(tmp_path / name).endswith("store the model as .glb or .ply")


def _accessor(**changes):
    def write(path):
        model, data = models.tree(POINTS, FACES)
        model["accessors"][0] |= changes
        return models.glb(path, model, data)

    return write


def _changed(change):
    def write(path):
        model, data = models.tree(POINTS, FACES)
        change(model)
        return models.glb(path, model, data)

    return write


def _bytes(path, content):
    path.write_bytes(content)
    return path


def _endless_face(path):
    models.ply(path, POINTS, [[0, 1, 2]])
    return _bytes(
        path,
        path.read_bytes()
        .replace(b"list uchar int", b"list uint int")
        .replace(b"\3\0\0\0\0\1\0\0\0\2\0\0\0", b"\xff" * 16),
    )


BILLION = 10**9
LIES: dict[str, tuple[str, Callable[[Path], Path], str]] = {
    "a billion vertices": (
        "a.ply", lambda path: models.ply(path, POINTS, claims=(BILLION, 0)),
        "truncated: the header claims 1,000,000,000 vertex, at least 12,000,000,000 bytes, but 480 follow it",
    ),
    "a billion vertices in text": (
        "a.ply", lambda path: models.ply(path, POINTS, (), "", claims=(BILLION, 0)),
        "truncated: the header claims 1,000,000,000 vertex, at least 5,999,999,999 bytes, but 1,305 follow it",
    ),
    "a billion faces": (
        "a.ply", lambda path: models.ply(path, POINTS, FACES, claims=(40, BILLION)),
        "truncated: the header claims 40 vertex, 1,000,000,000 face, at least 1,000,000,480 bytes, but 1,520 follow it",
    ),
    "a face with four billion corners": (
        "a.ply", _endless_face, "truncated: ends within its 1 face elements",
    ),
    "more than is claimed": (
        "a.ply", lambda path: models.ply(path, POINTS, claims=(39, 0)),
        "undecodable: more follows than the header claims",
    ),
    "an STL of a billion faces": (
        "a.stl", lambda path: models.stl(path, POINTS, FACES, BILLION),
        "truncated: the header claims 1,000,000,000 faces, 50,000,000,084 bytes, but the file has 4,084",
    ),
    "an OFF of a billion vertices": (
        "a.off", lambda path: models.off(path, POINTS, FACES, f"OFF\n{BILLION} 80 0\n"),
        "truncated: the header claims 1,000,000,000 vertices and 80 faces, at least 6,000,000,159 bytes, but 2,142 follow it",
    ),
    "an OFF of fewer than none": (
        "a.off", lambda path: models.off(path, POINTS, FACES, "OFF\n-1 80 0\n"),
        "undecodable: counts of vertices and faces expected, not '-1 80 0'",
    ),
    "a PCD of a billion points": (
        "a.pcd", lambda path: models.pcd(path, POINTS, claims=BILLION),
        "truncated: the header claims 1,000,000,000 points, at least 13,000,000,000 bytes, but 520 follow it",
    ),
    "an array of a billion points": (
        "a.npy", lambda path: _bytes(path, models.npy_head((BILLION, 3)) + bytes(99)),
        "truncated: the header claims 3,000,000,000 values, 12,000,000,128 bytes, but there are 227",
    ),
    "an accessor of a billion": (
        "a.glb", _accessor(count=BILLION),
        "undecodable: accessors/0 claims 1,000,000,000 items, 12,000,000,000 bytes, its buffer view has 480",
    ),
    "an accessor of a billion without data": (
        "a.glb", _accessor(count=BILLION, bufferView=None),
        "over-limit: 1,000,000,000 vertices, the limit is 20,000,000",
    ),
    "an accessor without data": (
        "a.glb", _accessor(bufferView=None),
        "undecodable: accessors/0 has no data; compressed models are not read",
    ),
    "a stride that leads outside": (
        "a.glb", _changed(lambda m: m["bufferViews"][0].update(byteStride=252)),
        "undecodable: accessors/0 claims 40 items, 9,840 bytes, its buffer view has 480",
    ),
    "a view outside its buffer": (
        "a.glb", _changed(lambda m: m["bufferViews"][1].update(byteOffset=BILLION)),
        "undecodable: bufferViews/1 ends at 1,000,000,960 of 1,440 bytes",
    ),
    "a buffer that is not there": (
        "a.glb", _changed(lambda m: m["buffers"][0].update(byteLength=BILLION)),
        "truncated: buffers/0 claims 1,000,000,000 bytes, there are 1,440",
    ),
    "a number that is none": (
        "a.glb", _accessor(count="many"), "undecodable: count is 'many', expected a whole number",
    ),
    "an entry that is not there": (
        "a.glb", _changed(lambda m: m["meshes"][0]["primitives"][0].update(indices=7)),
        "undecodable: accessors/7 is referred to, and there are 2",
    ),
    "no list where one is meant": (
        "a.glb", _changed(lambda m: m.update(nodes=7)), "undecodable: nodes is not a list of objects",
    ),
    "something else where a mesh is meant": (
        "a.glb", _changed(lambda m: m.update(meshes=[{}])),
        "undecodable: not built as glTF is: KeyError 'primitives'",
    ),
    "a compressed model": (
        "a.glb", _changed(lambda m: m.update(extensionsRequired=["KHR_draco_mesh_compression"])),
        "undecodable: compressed by KHR_draco_mesh_compression, which is not read; store it without",
    ),
    "another version": (
        "a.glb", _changed(lambda m: m["asset"].update(version="1.0")),
        "undecodable: the version of glTF is '1.0', and only 2 is read",
    ),
    "a face of two corners": (
        "a.obj", lambda path: models.obj(path, POINTS, [[0, 1]]),
        "undecodable: a face has 2 corners in 'f 1 2', expected 3 or more",
    ),
    "a word among numbers": (
        "a.obj", lambda path: models.text(path, "v 0 0 0\nv 1 O 0\nv 0 0 1\n"),
        "undecodable: '1 O 0' where numbers are expected",
    ),
    "a point of two numbers": (
        "a.xyz", lambda path: models.text(path, "0 0 0\n1 1\n2 2 2\n"),
        "undecodable: 2 numbers in '1 1', expected 3",
    ),
    "fewer points than the first line claims": (
        "a.pts", lambda path: models.text(path, f"41\n{models.lines(POINTS)}"),
        "truncated: 40 points, the first line claims 41",
    ),
    "a line without an end": (
        "a.xyz", lambda path: models.text(path, "1 " * 5_000_000),
        "undecodable: a line of more than 1,048,576 bytes",
    ),
    "an array of another shape": (
        "a.npy", lambda path: models.saved(path, np.zeros((4, 2))),
        "undecodable: an array of shape (4, 2) and type float64, expected three or more numbers in a row",
    ),
    "objects": (
        "a.npy", lambda path: models.saved(path, np.array([{}, None])),
        "refused: it holds Python objects, and loading them runs code",
    ),
    "a compressed PCD": (
        "a.pcd", lambda path: models.pcd(path, POINTS, "binary_compressed"),
        "undecodable: PCD of the form 'binary_compressed' is not read, store it as binary",
    ),
}  # fmt: skip


@pytest.mark.parametrize("lie", LIES)
def test_a_lie_is_told_at_once(tmp_path, lie):
    name, write, told = LIES[lie]
    path = write(tmp_path / name)
    start = time.monotonic()

    assert decoded(path) == told
    assert time.monotonic() - start < 1


def test_hostile_files_are_read_within_the_bounds_of_a_worker(tmp_path):
    jobs = []
    for index, (name, write, _) in enumerate(LIES.values()):
        folder = tmp_path / str(index)
        folder.mkdir()
        jobs.append(Job(str(write(folder / name)), "mesh"))

    results = dict(LocalPool(1, LIMITS).run(batched(jobs, LIMITS, {})))

    told = [f"{results[job]['reason']}: {results[job]['detail']}" for job in jobs]
    assert told == [told for _, _, told in LIES.values()]


@pytest.mark.parametrize("name", models.WRITERS)
def test_more_than_the_limit_is_not_read(tmp_path, name):
    path = models.WRITERS[name](tmp_path / name)

    assert decoded(path, limits=Limits(vertices=39)).startswith("over-limit: ")


@pytest.mark.slow
@pytest.mark.parametrize("name", [*models.WRITERS, *models.CLOUDS])
def test_a_flipped_bit_never_surprises(tmp_path, name):
    path = {**models.CLOUDS, **models.WRITERS}[name](tmp_path / name)
    whole = path.read_bytes()
    dice = random.Random(name)
    for _ in range(200):
        broken = bytearray(whole)
        for _ in range(dice.choice([1, 1, 5, 50])):
            broken[dice.randrange(len(broken))] ^= 1 << dice.randrange(8)
        path.write_bytes(broken)

        facts = decoded(path)

        assert not isinstance(facts, str) or not facts.startswith("crashed"), facts


def test_nothing_that_is_referred_to_is_opened(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("newmtl a\nmap_Kd b.png\n")
    model, _ = models.tree(POINTS, FACES)
    model["buffers"][0]["uri"] = str(secret)
    model["images"] = [{"uri": "../secret"}, {"uri": "http://127.0.0.1/a.png"}]
    folder = tmp_path / "models"
    folder.mkdir()
    models.obj(folder / "a.obj", POINTS, FACES, f"mtllib {secret}\nmtllib ../secret\n")
    models.ply(folder / "a.ply", POINTS, FACES, "<", [f"comment TextureFile {secret}"])
    models.gltf(folder / "a.gltf", model)
    script = (
        "import sys, pathlib; from curation.settings import Limits; from validators import decoders\n"
        "from validators.decoders import mesh\n"
        "sys.addaudithook(lambda event, args: print(event, args[0]) if event in ('open', 'socket.connect') and args[0] != 3 else None)\n"
        "for path in sys.argv[1:]: decoders.decode(pathlib.Path(path), 'mesh', Limits(), {})\n"
    )
    paths = sorted(str(path) for path in folder.iterdir())

    done = subprocess.run(
        [sys.executable, "-c", script, *paths],
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines() == [f"open {path}" for path in paths]
