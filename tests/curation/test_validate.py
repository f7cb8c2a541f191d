"""From a folder to findings: real tasks, real decoders, one defect each."""

from __future__ import annotations

import json
import os
import shutil
import struct
import zipfile
import zlib

import pytest

import schemas
from curation import read_tasks, validate
from curation.scaffold import write
from curation.settings import Limits, Settings

FEW = Settings(min_samples=2)


@pytest.fixture(scope="module")
def tasks(tmp_path_factory):
    """One scaffold for each family that is broken below."""
    root = tmp_path_factory.mktemp("tasks")
    for family in (
        "image/classification",
        "video/captioning",
        "audio/classification",
        "mesh/classification",
        "video/object-tracking",
        "text/open-qa",
        "video/optical-flow",
    ):
        write(root / family.replace("/", "-"), schemas.families()[family])
    return root


@pytest.fixture
def task(tasks, tmp_path):
    """Return a function that copies a scaffold to be broken."""

    def copy(family):
        target = tmp_path / "task"
        shutil.copytree(tasks / family.replace("/", "-"), target)
        return target

    return copy


def found(folder, settings=FEW, **more):
    report = validate([folder], settings, jobs=2, **more)
    assert report.failures == ()
    return [str(f) for f in report.findings if f.rule.code != "LIC005"]


def edit(folder, change):
    file = folder / "annotation.json"
    document = json.loads(file.read_text())
    change(document)
    file.write_text(json.dumps(document))


def first(folder, media):
    return min((folder / media).iterdir())


@pytest.mark.slow
@pytest.mark.parametrize("family", sorted(schemas.families()))
def test_every_scaffold_is_clean(family, tmp_path):
    write(tmp_path / "task", schemas.families()[family])

    assert found(tmp_path / "task") == []


def test_a_missing_file_is_named_with_the_nearest_that_exists(task):
    folder = task("image/classification")
    os.rename(folder / "images/0001.png", folder / "images/00001.png")

    assert found(folder) == [
        "annotation.json#/data/0/input/image_file: MED001 'images/0001.png' does not exist;"
        " the nearest is 'images/00001.png'",
        "images/00001.png: STR018 named by no sample",
    ]


def test_a_truncated_picture_is_named(task):
    folder = task("image/classification")
    picture = folder / "images/0001.png"
    picture.write_bytes(picture.read_bytes()[:-2000])

    (line,) = found(folder)
    assert line.startswith("images/0001.png: MED003 ")


def png_claiming(width, height):
    def chunk(kind, body):
        return (
            struct.pack(">I", len(body))
            + kind
            + body
            + struct.pack(">I", zlib.crc32(kind + body))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def wav_claiming(seconds):
    body = b"\0\1" * 8000
    size = int(seconds * 16000 * 2)
    return (
        b"RIFF" + struct.pack("<I", 36 + size) + b"WAVEfmt " + struct.pack("<IHHIIHH", 16, 1, 1, 16000, 32000, 2, 16)
        + b"data" + struct.pack("<I", size) + body
    )  # fmt: skip


PLY = b"ply\nformat binary_little_endian 1.0\nelement vertex 1000000000\nproperty float x\nproperty float y\nproperty float z\nend_header\n"

HOSTILE = {
    "a text file renamed .mp4": ("video/captioning", "videos", b"this is no film\n" * 50, "MED004"),
    "a picture that claims 60,000 x 60,000 pixels": ("image/classification", "images", png_claiming(60_000, 60_000), "MED006"),
    "a cloud that claims 10^9 points": ("mesh/classification", "pointclouds", PLY, "MED003"),
    "a recording with a lying header": ("audio/classification", "audios", wav_claiming(3600), "MED003"),
    "a pickle": ("mesh/classification", "pointclouds", b"\x80\x04\x95\x0b\0\0\0\0\0\0\0cos\nsystem\n.", "MED010"),
    "an empty file": ("image/classification", "images", b"", "MED002"),
}  # fmt: skip


@pytest.mark.parametrize("case", sorted(HOSTILE))
def test_a_hostile_file_gives_exactly_one_finding(task, case):
    family, media, content, code = HOSTILE[case]
    folder = task(family)
    victim = first(folder, media)
    victim.write_bytes(content)

    (line,) = found(folder)
    assert line.startswith(f"{media}/{victim.name}: {code} ")


def test_a_frame_without_bytes_gives_exactly_one_finding(task):
    folder = task("video/object-tracking")
    frame = sorted((folder / "frames").rglob("*.png"))[3]
    frame.write_bytes(b"")

    assert found(folder) == [f"{frame.relative_to(folder).as_posix()}: MED002 0 bytes"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")
def test_a_fifo_is_never_opened_and_gives_exactly_one_finding(task):
    folder = task("image/classification")
    (folder / "images/0001.png").unlink()
    os.mkfifo(folder / "images/0001.png")

    assert found(folder) == [
        "annotation.json#/data/0/input/image_file: MED011 'images/0001.png' is a fifo, expected a file"
    ]


def test_a_link_is_never_followed_and_gives_exactly_one_finding(task, tmp_path):
    folder = task("image/classification")
    os.rename(folder / "images/0001.png", tmp_path / "elsewhere.png")
    (folder / "images/0001.png").symlink_to(tmp_path / "elsewhere.png")

    assert found(folder) == ["images/0001.png: STR023 a symbolic link"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/etc/hostname", "STR020"),
        ("../../secret.png", "STR021"),
        ("https://example.org/a.png", "STR020"),
    ],
)
def test_a_path_that_leads_away_is_named_and_not_opened(task, path, code):
    folder = task("image/classification")
    edit(folder, lambda d: d["data"][0]["input"].update(image_file=path))
    (folder / "images/0001.png").unlink()

    (line,) = found(folder)
    assert line.startswith(f"annotation.json#/data/0/input/image_file: {code} ")


def test_a_zip_bomb_is_refused_before_anything_is_written(tmp_path):
    with zipfile.ZipFile(tmp_path / "task.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("annotation.json", b" " * (64 << 20))

    (line,) = found(tmp_path / "task.zip")
    assert line.startswith(": STR009 ") or "STR009" in line


def test_an_archive_of_a_task_is_as_clean_as_the_task(task, tmp_path):
    folder = task("image/classification")
    archive = shutil.make_archive(str(tmp_path / "packed"), "gztar", folder)

    assert found(archive) == []


def test_nothing_is_written_in_the_folder_that_is_checked(task):
    folder = task("image/classification")
    before = {
        p: (p.stat().st_mtime_ns, p.stat().st_size)
        for p in [folder, *folder.rglob("*")]
    }

    found(folder)

    assert {
        p: (p.stat().st_mtime_ns, p.stat().st_size)
        for p in [folder, *folder.rglob("*")]
    } == before


def test_a_file_over_a_configured_limit_is_reported_and_not_read(task):
    folder = task("image/classification")

    lines = found(folder, Settings(min_samples=2, limits=Limits(pixels=1000)))

    assert lines == [
        f"images/000{i}.png: MED006 76,800 pixels, the limit is 1,000" for i in (1, 2)
    ]


def test_few_samples_are_counted_against_the_benchmark(task):
    assert found(task("text/open-qa"), Settings()) == [
        "annotation.json#/data: STR016 2 samples, 500 are asked for"
    ]


def test_the_same_file_in_two_tasks_is_told_at_the_second(task, tmp_path):
    one = task("image/classification")
    shutil.copytree(one, tmp_path / "tree/Image/comprehension/One")
    shutil.copytree(one, tmp_path / "tree/Image/comprehension/Two")

    report = validate([tmp_path / "tree"], FEW, jobs=2)

    assert {
        (f.task.rpartition("/")[2], f.rule.code)
        for f in report.findings
        if f.rule.code != "LIC005"
    } == {
        ("Two", "DUP008"),
        ("Two", "DUP009"),
    }


def test_a_path_that_does_not_exist_is_a_mistake_of_the_caller(tmp_path):
    with pytest.raises(FileNotFoundError, match="nothing: no such file or folder"):
        validate([tmp_path / "nothing"])


def test_tasks_are_read_without_being_judged(task):
    (one,) = read_tasks([task("audio/classification")])

    assert one.family.id == "audio/classification"
    assert [s.id for s in one.samples()] == one.ids
    assert {m.file for m in one.media} == {"audios/0001.wav", "audios/0002.wav"}


def test_findings_do_not_depend_on_the_number_of_workers(tasks):
    def run(jobs):
        return validate([tasks], Settings(), jobs=jobs).findings

    assert run(1) == run(3)


def test_an_interruption_keeps_what_was_found(task):
    class Interrupted:
        def run(self, batches):
            raise KeyboardInterrupt
            yield

    folder = task("image/classification")
    (folder / "Thumbs.db").write_bytes(b"x")

    report = validate([folder], FEW, engine=Interrupted())

    assert not report.complete
    assert [f.rule.code for f in report.findings if f.rule.code != "LIC005"] == [
        "STR017"
    ]


def test_of_a_folder_that_cannot_be_read_nothing_in_it_is_said_to_be_missing(
    task, monkeypatch
):
    folder = task("image/classification")
    real = os.scandir

    def guarded(path):
        if str(path).endswith("/images"):
            raise PermissionError(13, "Permission denied", str(path))
        return real(path)

    monkeypatch.setattr(os, "scandir", guarded)

    assert found(folder) == ["images: STR031 permission denied"]


def test_an_annotation_that_cannot_be_read_is_said_to_be(task, monkeypatch):
    def denied(*_):
        raise PermissionError(13, "Permission denied")

    folder = task("text/open-qa")
    monkeypatch.setattr("pathlib.Path.read_bytes", denied)

    assert found(folder) == [
        ": STR001 annotation.json cannot be read: Permission denied"
    ]
