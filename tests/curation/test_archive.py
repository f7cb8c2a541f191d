"""Archives are vetted whole before anything of them is written."""

from __future__ import annotations

import io
import stat
import tarfile
import warnings
import zipfile

import pytest

from curation.archive import Refused, unpack
from curation.settings import Limits

LIMITS = Limits()


def zipped(path, members, *, compression=zipfile.ZIP_DEFLATED):
    with warnings.catch_warnings(), zipfile.ZipFile(path, "w", compression) as archive:
        warnings.simplefilter("ignore")
        for name, content in members:
            archive.writestr(name, content)
    return path


def tarred(path, members, mode="w:gz"):
    with tarfile.open(path, mode) as archive:
        for name, content in members:
            info = name if isinstance(name, tarfile.TarInfo) else tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def refused(file, tmp_path, limits=LIMITS):
    target = tmp_path / "target"
    target.mkdir()
    with pytest.raises(Refused) as caught:
        unpack(file, target, limits)
    assert not target.exists()
    assert sorted(p.name for p in tmp_path.iterdir()) == [file.name]
    return str(caught.value)


@pytest.mark.parametrize("make", [zipped, tarred])
def test_a_sound_archive_is_unpacked(make, tmp_path):
    name = "a.zip" if make is zipped else "a.tar.gz"
    file = make(tmp_path / name, [("annotation.json", b"{}"), ("images/1.png", b"x")])
    target = tmp_path / "target"
    target.mkdir()

    unpack(file, target, LIMITS)

    found = {
        p.relative_to(target).as_posix(): p.read_bytes()
        for p in target.rglob("*")
        if p.is_file()
    }
    assert found == {"annotation.json": b"{}", "images/1.png": b"x"}


@pytest.mark.parametrize("name", ["../up.txt", "/etc/x", "a/../../b", "C:/x"])
@pytest.mark.parametrize("make", [zipped, tarred])
def test_a_member_that_escapes_is_refused(make, name, tmp_path):
    file = make(
        tmp_path / ("a.zip" if make is zipped else "a.tar.gz"),
        [("ok", b""), (name, b"x")],
    )

    assert (
        refused(file, tmp_path)
        == f"the member {name!r} would be written outside the folder"
    )


@pytest.mark.parametrize("make", [zipped, tarred])
def test_a_member_with_a_backslash_is_refused(make, tmp_path):
    file = make(
        tmp_path / ("a.zip" if make is zipped else "a.tar.gz"), [("..\\up", b"x")]
    )

    assert "backslash" in refused(file, tmp_path)


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE])
def test_a_link_in_a_tar_is_refused(kind, tmp_path):
    info = tarfile.TarInfo("images/a.png")
    info.type, info.linkname = kind, "/etc/passwd"

    assert refused(tarred(tmp_path / "a.tar", [(info, b"")], "w"), tmp_path) == (
        "the member 'images/a.png' is a link"
    )


def test_a_link_in_a_zip_is_refused(tmp_path):
    info = zipfile.ZipInfo("images/a.png")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16

    assert refused(zipped(tmp_path / "a.zip", [(info, "/etc/passwd")]), tmp_path) == (
        "the member 'images/a.png' is a link"
    )


@pytest.mark.parametrize("kind", [tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE])
def test_a_device_in_a_tar_is_refused(kind, tmp_path):
    info = tarfile.TarInfo("a.png")
    info.type = kind

    assert (
        refused(tarred(tmp_path / "a.tar", [(info, b"")], "w"), tmp_path)
        == "the member 'a.png' is a device"
    )


@pytest.mark.parametrize("make", [zipped, tarred])
def test_a_repeated_member_is_refused(make, tmp_path):
    file = make(
        tmp_path / ("a.zip" if make is zipped else "a.tar.gz"),
        [("a", b"1"), ("a", b"2")],
    )

    assert refused(file, tmp_path) == "the member 'a' is repeated"


def test_a_zip_bomb_is_refused_by_its_ratio(tmp_path):
    file = zipped(tmp_path / "a.zip", [("bomb.json", b"\0" * (32 << 20))])

    assert "'bomb.json' inflates from" in refused(file, tmp_path)


def test_a_tar_bomb_is_refused_by_its_ratio(tmp_path):
    file = tarred(tmp_path / "a.tar.gz", [("bomb.json", b"\0" * (32 << 20))])

    assert "inflates beyond" in refused(file, tmp_path)


def test_many_small_members_are_refused_by_their_total(tmp_path):
    file = zipped(
        tmp_path / "a.zip", [(f"{i}.bin", b"\0" * (1 << 20)) for i in range(40)]
    )

    assert refused(file, tmp_path).startswith("inflates from")


def test_a_member_that_lies_about_its_size_is_refused(tmp_path):
    file = zipped(
        tmp_path / "a.zip", [("a.bin", b"x" * 100)], compression=zipfile.ZIP_STORED
    )
    raw = bytearray(file.read_bytes())
    raw[raw.rfind(b"PK\x01\x02") + 24] = 50
    file.write_bytes(bytes(raw))

    assert refused(file, tmp_path)


def test_too_large_a_total_is_refused(tmp_path):
    file = zipped(tmp_path / "a.zip", [("a", b"x" * 100), ("b", b"y" * 100)])

    assert (
        refused(file, tmp_path, Limits(archive_bytes=150))
        == "inflates to more than 150 bytes"
    )


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz"])
def test_what_is_no_archive_is_refused(name, tmp_path):
    file = tmp_path / name
    file.write_bytes(b"\x1f\x8bthis is no archive at all" * 20)

    assert refused(file, tmp_path).startswith("cannot be unpacked: ")


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_a_truncated_archive_is_refused(name, tmp_path):
    import random

    make = zipped if name == "a.zip" else tarred
    noise = random.Random(0).randbytes(50_000)
    file = make(tmp_path / name, [("a.bin", noise), ("b.bin", noise[::-1])])
    file.write_bytes(file.read_bytes()[:40_000])

    assert refused(file, tmp_path).startswith("cannot be unpacked: ")


def test_an_encrypted_member_is_refused(tmp_path):
    file = zipped(tmp_path / "a.zip", [("a", b"x")])
    raw = bytearray(file.read_bytes())
    raw[raw.rfind(b"PK\x01\x02") + 8] |= 1
    file.write_bytes(bytes(raw))

    assert refused(file, tmp_path) == "the member 'a' is an encrypted file"
