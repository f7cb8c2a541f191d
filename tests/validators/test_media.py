"""What can be wrong with any media file, from facts; and how a file is opened."""

from __future__ import annotations

import os

import pytest

from curation.finding import Finding, examine
from curation.model import MediaRef, Where
from curation.settings import Limits
from tests.galleries import media
from validators import media as rules
from validators.decoders import DECODERS, decode
from validators.media import Named, Unreadable
from validators.reason import Reason

HERE = Where("annotation.json", "/data/0/input/image_file")


def said(*subjects):
    found = list(examine(subjects, rules.RULES))
    assert [f for f in found if not isinstance(f, Finding)] == []
    return [str(f).removeprefix(f"{HERE}: ") for f in found]


def named(given="a.png", entry="file", kind="image", **more):
    file = given if entry else None
    ref = MediaRef(HERE, kind, given, file, reference=False, sample="s0")
    return Named(ref=ref, entry=entry, **more)


def unreadable(reason):
    return Unreadable(
        where=Where("a.png"), reason=reason, detail="as seen", sample="s0"
    )


def test_a_file_that_exists_is_fine():
    assert said(named()) == []


def test_a_missing_file_is_named_with_the_nearest_that_exists():
    assert said(named("images/cat1.png", None, nearest="images/cat_1.png")) == [
        "MED001 'images/cat1.png' does not exist; the nearest is 'images/cat_1.png'"
    ]


def test_a_missing_file_like_no_other_is_named_alone():
    assert said(named(entry=None)) == ["MED001 'a.png' does not exist"]


@pytest.mark.parametrize("convention", ["absolute", "outside", "closed"])
def test_a_path_that_other_rules_speak_of_is_not_missing_too(convention):
    assert said(named("/a.png", None, convention=convention)) == []


@pytest.mark.parametrize("entry", ["link", "closed"])
def test_links_and_closed_folders_are_left_to_their_own_rules(entry):
    assert said(named(entry=entry)) == []


def test_an_empty_path_is_left_to_the_schema():
    assert said(named("", None)) == []


@pytest.mark.parametrize("entry", ["folder", "fifo", "socket", "device"])
def test_what_is_no_regular_file_is_an_error(entry):
    assert said(named(entry=entry)) == [f"MED011 'a.png' is a {entry}, expected a file"]


@pytest.mark.parametrize(
    ("entry", "found"),
    [("folder", []), ("file", ["MED011 'a.png' is a file, expected a folder"])],
)
def test_frames_are_a_folder(entry, found):
    assert said(named(entry=entry, kind="frames")) == found


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (Reason.EMPTY, "MED002"),
        (Reason.TRUNCATED, "MED003"),
        (Reason.UNDECODABLE, "MED004"),
        (Reason.DENIED, "MED004"),
        (Reason.OVER_LIMIT, "MED006"),
        (Reason.TIMED_OUT, "MED007"),
        (Reason.CRASHED, "MED008"),
        (Reason.REFUSED, "MED010"),
        ("truncated", "MED003"),  # as a worker or the cache tells it
        ("crashed", "MED008"),
    ],
)
def test_each_reason_has_one_rule(reason, code):
    assert said(unreadable(reason)) == [f"a.png: {code} as seen"]


@pytest.mark.parametrize("reason", [Reason.MISSING, Reason.NOT_REGULAR])
def test_what_is_known_before_decoding_is_not_said_twice(reason):
    assert said(unreadable(reason)) == []


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("a.jpg", "jpeg"), ("a.JPEG", "jpeg"), ("a.jpg", "mpo"), ("a.png", "png"), ("a.tif", "tiff"),
        ("a.mp4", "mp4"), ("a.mov", "mp4"), ("a.webm", "matroska"), ("a.opus", "ogg"), ("a.npy", "npy"),
    ],
)  # fmt: skip
def test_a_file_that_is_what_it_is_called_is_fine(path, form):
    assert said(media(path, "image", format=form)) == []


@pytest.mark.parametrize(
    ("path", "form", "detail"),
    [
        ("a.jpg", "png", "named .jpg, but the content is PNG"),
        ("a.PNG", "jpeg", "named .png, but the content is JPEG"),
        ("a", "png", "named without an extension, but the content is PNG"),
        ("a.png.txt", "png", "named .txt, but the content is PNG"),
        ("b/a.wav", "mp3", "named .wav, but the content is MP3"),
    ],
)
def test_a_file_that_holds_another_format_is_an_error(path, form, detail):
    assert said(media(path, "image", format=form)) == [f"{path}: MED005 {detail}"]


def test_a_format_whose_endings_are_not_known_is_not_judged_by_its_name():
    assert said(media("a.xyz", "image", format="odd")) == [
        "a.xyz: MED009 ODD is not shown by the viewer"
    ]


@pytest.mark.parametrize(
    ("path", "form"), [("a.avif", "avif"), ("a.jp2", "jpeg2000"), ("a.obj", "obj")]
)
def test_a_format_that_the_hub_does_not_show_is_a_warning(path, form):
    (found,) = examine([media(path, "image", format=form)], rules.RULES)

    assert str(found) == f"{path}: MED009 {form.upper()} is not shown by the viewer"
    assert found.severity == "warning"


# How any file is opened, whatever its kind.

KINDS = sorted(DECODERS)
each_kind = pytest.mark.parametrize("kind", KINDS)


def unread(path, kind="image", limits=None):
    payload = decode(path, kind, limits or Limits(), {})
    assert set(payload) == {"type", "reason", "detail"}
    assert payload["type"] == "Unreadable"
    assert str(path.parent) not in payload["detail"]
    return f"{payload['reason']}: {payload['detail']}"


@each_kind
def test_an_empty_file_has_no_bytes(tmp_path, kind):
    (tmp_path / "a.png").touch()

    assert unread(tmp_path / "a.png", kind) == "empty: 0 bytes"


@each_kind
def test_a_file_that_is_not_there_is_missing(tmp_path, kind):
    assert unread(tmp_path / "a.png", kind) == "missing: no such file"


@each_kind
def test_a_link_and_a_fifo_are_not_read(tmp_path, kind):
    (tmp_path / "real.png").write_bytes(b"x")
    (tmp_path / "link.png").symlink_to(tmp_path / "real.png")
    os.mkfifo(tmp_path / "fifo.png")

    for name in ("link", "fifo"):
        assert unread(tmp_path / f"{name}.png", kind).startswith("not-regular: ")


@each_kind
def test_a_file_over_the_limit_is_not_read(tmp_path, kind):
    (tmp_path / "a.png").write_bytes(bytes(2001))

    assert unread(tmp_path / "a.png", kind, Limits(file_bytes=2000)) == (
        "over-limit: 2,001 bytes, the limit is 2,000"
    )


@each_kind
@pytest.mark.parametrize(
    ("name", "content"),
    [("a.pkl", b"anything"), ("a.pt", b"PK\x03\x04"), ("a.png", b"\x80\x04\x95")],
)
def test_a_pickle_is_refused_by_its_name_or_its_first_bytes(
    tmp_path, kind, name, content
):
    (tmp_path / name).write_bytes(content)

    assert (
        unread(tmp_path / name, kind) == "refused: a pickle runs code when it is read"
    )


POINTER = (
    b"version https://git-lfs.github.com/spec/v1\noid sha256:"
    + b"4d" * 32
    + b"\nsize 12345\n"
)


@pytest.mark.parametrize(
    ("kind", "name"),
    [("image", "a.png"), ("mask", "a.png"), ("audio", "a.wav"), ("video", "a.mp4")],
)
def test_a_git_lfs_pointer_is_called_one(tmp_path, kind, name):
    (tmp_path / name).write_bytes(POINTER)

    found = unread(tmp_path / name, kind)
    assert found.startswith("undecodable: ")
    assert "it looks like a Git LFS pointer, not the file it stands for" in found


def test_a_decoders_surprise_is_a_finding(tmp_path):
    (tmp_path / "a.png").write_bytes(b"x")
    payload = decode(tmp_path / "a.png", "hologram", Limits(), {})

    assert (payload["reason"], payload["detail"]) == ("crashed", "KeyError: 'hologram'")


def test_the_rules_explain_themselves():
    codes = [r.code for r in rules.RULES]

    assert codes == sorted(set(codes))
    assert all(r.title and r.why and r.fix for r in rules.RULES)
