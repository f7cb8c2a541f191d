"""Holding what a hub has against what was released: by listing, and by loading it."""

from __future__ import annotations

import io
import shutil

import publications
import pytest
import releases
from publications import NAMES

from curation.publishing import plan, verify
from curation.publishing.journal import Journal
from curation.publishing.port import Refused

pytestmark = publications.MARKS


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Return a release with pictures in it."""
    folder = tmp_path_factory.mktemp("releases")
    root, file = publications.bench(folder)
    samples = [
        {
            "id": f"b{i}",
            "input": {"image_file": f"images/{i}.png", "question": f"Bird {i}?"},
            "output": {"answer": f"HERON{i}"},
        }
        for i in range(6)
    ]
    document = {
        "family": "image/vqa", "task": "Birds", "license": "cc-by-4.0", "data": samples,
    }  # fmt: skip
    import schemas

    releases.write_task(
        root, "Image/comprehension/Birds", document, schemas.families()["image/vqa"]
    )
    releases.place(root)
    return releases.release(root, file, folder / "out")


@pytest.fixture
def release(made, tmp_path):
    return shutil.copytree(made, tmp_path / "out")


@pytest.fixture
def to(tmp_path, monkeypatch):
    publications.without_xet(monkeypatch)
    with publications.publisher(tmp_path) as found:
        yield found


@pytest.fixture
def look(to, tmp_path):
    return verify.Look(to.client(), to.patience, tmp_path / "home")


def faults(look, release):
    """Return what is wrong with each repository of a release."""
    journal = Journal.open(release, "the hub")
    found = map(look.check, verify.of_release(plan.read(release), journal))
    return {one.subject.part.tree: one.faults for one in found if one.faults}


def replace(to, tree, path, content, *, tag=True):
    """Change a file as somebody else, and move the tag to it."""
    to.api().upload_file(
        path_or_fileobj=content,
        path_in_repo=path,
        repo_id=NAMES[tree],
        repo_type="dataset",
    )
    if tag:
        to.api().delete_tag(NAMES[tree], tag="v1.0.0", repo_type="dataset")
        to.api().create_tag(NAMES[tree], tag="v1.0.0", repo_type="dataset")


def test_what_was_published_is_as_it_was_released(to, release, look):
    to.publish(release)

    assert faults(look, release) == {}


def test_what_was_not_published_is_told(to, release, look):
    to.publish(release)
    to.api().delete_tag(NAMES["open"], tag="v1.0.0", repo_type="dataset")

    assert "there is no v1.0.0 in org/open" in faults(look, release)["open"][0]


@pytest.mark.parametrize(
    "path", ["CHANGELOG.md", "data/text.Sums/close-00000-of-00001.parquet"]
)
def test_a_changed_file_under_a_moved_tag_is_told(to, release, look, path):
    to.publish(release)
    replace(to, "close", path, b"other")

    found = faults(look, release)["close"]

    assert found[0] == f"{path} has another content"
    assert "the tag v1.0.0 was moved" in found[1]


def test_what_is_on_main_after_the_tag_is_none_of_its_business(to, release, look):
    to.publish(release)
    replace(to, "close", "CHANGELOG.md", b"other", tag=False)

    assert faults(look, release) == {}


def test_who_sees_what_is_told(to, release, look):
    to.publish(release)
    api = to.api()
    api.update_repo_settings(NAMES["references"], repo_type="dataset", private=False)
    api.update_repo_settings(NAMES["open"], repo_type="dataset", private=True)

    assert faults(look, release) == {
        "references": ["the hidden references are public"],
        "open": ["it is private: nobody else can load it"],
    }


def test_anyone_holds_a_published_version_against_its_own_manifest(
    to, release, tmp_path
):
    to.publish(release)
    look = verify.Look(to.client("hf_stranger"), to.patience, tmp_path / "home")

    assert look.check(look.published("hf://datasets/org/open@v1.0.0")).faults == []

    replace(to, "open", "CHANGELOG.md", b"other")
    look = verify.Look(to.client("hf_stranger"), to.patience, tmp_path / "other")
    assert look.check(look.published("org/open@v1.0.0")).faults == [
        "CHANGELOG.md has another content"
    ]


def test_a_stranger_cannot_look_at_the_references(to, release, tmp_path):
    to.publish(release)
    look = verify.Look(to.client("hf_stranger"), to.patience, tmp_path / "home")

    with pytest.raises(Refused, match="or the token may not see it"):
        look.published("org/references@v1.0.0")


def test_a_copy_is_held_against_the_tree_that_it_copies(to, release, look):
    to.publish(release)
    api = to.api()
    api.create_repo("org/mirror", repo_type="dataset")
    api.upload_folder(
        folder_path=release / "close", repo_id="org/mirror", repo_type="dataset"
    )
    api.create_tag("org/mirror", tag="v1.0.0", repo_type="dataset")

    subject = verify.of_tree(release, "org/mirror@v1.0.0", look)

    assert (subject.part.tree, look.check(subject).faults) == ("close", [])


def test_a_tag_that_holds_another_version_is_told(to, release, look):
    to.publish(release)
    to.api().create_tag(
        NAMES["open"], tag="v2.0.0", revision="v1.0.0", repo_type="dataset"
    )

    found = look.check(look.published("org/open@v2.0.0"))

    assert found.faults == ["v2.0.0 holds version 1.0.0"]


@pytest.mark.parametrize("text", ["nothing", "org/open", "a/b/c@v1", "org/open@"])
def test_what_is_no_address_is_refused(text):
    with pytest.raises(Refused, match="neither a folder nor OWNER/NAME@TAG"):
        verify.address(text)


@pytest.mark.slow
@pytest.mark.parametrize("xet", [False, True], ids=["lfs", "xet"])
def test_the_whole_of_it_is_loaded_and_decoded(to, release, xet):
    assert to.run(release, "--yes", xet=xet).returncode == 0

    done = to.run(release, "--full", "--jobs", "1", command="verify", xet=xet)

    assert done.returncode == 0, done.stdout + done.stderr
    told = done.stdout.splitlines()
    assert [line.strip() for line in told if "opened" in line] == [
        "opened with datasets: 2 configurations, 8 rows; 0 media files decoded",
        "opened with datasets: 2 configurations, 8 rows; 1 media file decoded",
        "opened with datasets: 2 configurations, 4 rows; 1 media file decoded",
    ]
    assert to.run(release, command="verify", xet=xet).returncode == 0


@pytest.mark.slow
def test_what_does_not_open_or_decode_is_told(to, release):
    import pyarrow as pa
    import pyarrow.parquet as pq

    broken = next((release / "close/data/text.Sums").iterdir())
    broken.write_bytes(b"PAR1 is not enough, PAR1")
    picture = next((release / "open/data/image.comprehension.Birds").iterdir())
    table = pq.read_table(picture)
    rows = table.to_pylist()
    for row in rows:
        whole = row["input_image_file"]["bytes"]
        row["input_image_file"]["bytes"] = whole[: len(whole) // 2]
    pq.write_table(pa.Table.from_pylist(rows, table.schema), picture)
    for tree in ("close", "open"):
        publications.reseal(release, tree)
    to.publish(release)

    done = to.run(release, "--full", "--jobs", "1", command="verify")

    assert done.returncode == 1, done.stderr
    assert "text.Sums does not open" in done.stdout
    assert "image.comprehension.Birds: " in done.stdout
    assert "cannot be decoded" in done.stdout
    assert done.stdout.count("not as it was released") == 2


def test_the_command_tells_what_is_wrong_by_its_exit_code(to, release):
    to.publish(release)
    replace(to, "open", "CHANGELOG.md", io.BytesIO(b"other"))

    wrong = to.run(release, command="verify")
    missing = to.run("org/open@v9.9.9", command="verify")

    assert (wrong.returncode, missing.returncode) == (1, 2)
    assert "org/open@v1.0.0" in wrong.stdout
    assert "CHANGELOG.md has another content" in wrong.stdout
    assert "there is no v9.9.9 in org/open" in missing.stderr


def test_a_hub_that_is_not_there_is_not_made(to, release, tmp_path):
    done = to.run(release, "--to", str(tmp_path / "none"), command="verify")

    assert done.returncode == 2
    assert "there is no such folder" in done.stderr
    assert not (tmp_path / "none").exists()


def test_a_disk_that_is_too_small_is_told_before_anything_is_loaded(
    tmp_path, monkeypatch
):
    from types import SimpleNamespace

    from curation.commands.verify import _see_room

    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10**9))

    with pytest.raises(Refused, match=r"1\.0 GB are free.*set TMPDIR"):
        _see_room(tmp_path, 6 * 10**8)
    _see_room(tmp_path, 4 * 10**8)
