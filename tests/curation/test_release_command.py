"""The commands that make, compare and prove a release, as a maintainer calls them."""

from __future__ import annotations

import json
import shutil
from types import SimpleNamespace

import pytest
import releases
from click.testing import CliRunner

from curation import placing
from curation.commands import export, prove, restore, verify_proof
from curation.commands import release as release_command


def run(command, *arguments):
    found = CliRunner().invoke(
        command, [str(a) for a in arguments], standalone_mode=False
    )
    if found.exception is not None:
        return 2, str(getattr(found.exception, "message", repr(found.exception)))
    return found.return_value, found.output


@pytest.fixture(autouse=True)
def _unaudited(monkeypatch):
    monkeypatch.setattr(release_command, "_audited", lambda *_: None)


@pytest.fixture
def small(tmp_path):
    root, file = releases.bench(tmp_path)
    releases.texts(root)
    releases.place(root)
    return root, file, tmp_path / "out"


def make(small, version="1.0.0", out=None, *more):
    root, file, place = small
    return run(
        release_command.command,
        root,
        out or place,
        "--version",
        version,
        "--key",
        file,
        "--unreviewed",
        *more,
    )


def test_a_release_is_made_and_made_again_the_same(small):
    code, said = make(small)

    assert code == 0
    assert "1 task, 4 open and 6 close samples" in said
    assert make(small, "1.0.0", None, "--check") == (
        0,
        f"{small[2]}: byte for byte the same.\n",
    )


def test_a_changed_release_is_told_by_check(small):
    make(small)
    (small[2] / "close/README.md").write_text("other")

    assert make(small, "1.0.0", None, "--check") == (
        1,
        f"{small[2]}/close/README.md: differs from what is made now\n{small[2]}: not the same.\n",
    )


def test_a_place_where_something_is_is_refused(small):
    small[2].mkdir()

    code, said = make(small)

    assert code == 2
    assert "exists; a release is never written over" in said


@pytest.mark.parametrize("seconds", ["x", "-1", "1e9"])
def test_a_time_that_is_none_is_refused(small, monkeypatch, seconds):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)

    assert make(small) == (
        2,
        f"SOURCE_DATE_EPOCH is {seconds!r}; expected seconds since 1970 as digits",
    )


def test_a_key_that_others_can_read_is_refused(small):
    small[1].chmod(0o644)

    assert "chmod 600" in make(small)[1]


def test_a_full_disk_is_told_before_anything_is_written(small, monkeypatch):
    usage = SimpleNamespace(total=1, used=1, free=5 << 20)
    monkeypatch.setattr(placing.shutil, "disk_usage", lambda _: usage)

    code, said = make(small)

    assert code == 2
    assert "5 MiB are free" in said
    assert not small[2].exists()
    assert not list(small[2].parent.glob(".out*"))


def test_growth_needs_the_former_release_and_a_minor_version(small, tmp_path):
    make(small)
    releases.texts(small[0], "NLP/More")
    releases.place(small[0], "1.1.0")
    later = tmp_path / "later"

    assert "expected --previous" in make(small, "1.1.0", later)[1]
    releases.place(small[0], "1.1.0")
    assert make(small, "1.1.0", later, "--previous", small[2])[0] == 0
    assert (
        "- text.More: new task, 10 samples added"
        in (later / "close/CHANGELOG.md").read_text()
    )
    assert "## 1.0.0" in (later / "open/CHANGELOG.md").read_text()


def test_a_changed_sample_needs_a_major_version(small, tmp_path):
    make(small)
    text = small[0] / "tasks/NLP/Sums/annotation.json"
    text.write_text(text.read_text().replace("What is 1 ", "What was 1 "))

    code, said = make(small, "1.1.0", tmp_path / "later", "--previous", small[2])

    assert code == 2
    assert "text.Sums: 1 sample changed" in said
    assert "expected 2.0.0 or later" in said
    assert make(small, "2.0.0", tmp_path / "later", "--previous", small[2])[0] == 0


def test_another_key_than_before_is_refused(small, tmp_path):
    from curation import key

    make(small)
    other = tmp_path / "other.key"
    key.new(other)

    assert (
        "made with another key"
        in make(
            (small[0], other, small[2]), "1.0.1", tmp_path / "x", "--previous", small[2]
        )[1]
    )


def test_a_reference_is_proved_and_a_forged_one_is_not(small, tmp_path):
    make(small)
    file = tmp_path / "proof.json"
    name = releases.rows(small[2] / "close", "text.Sums")[0]["id"]

    assert run(prove.command, name, "--release", small[2], "--output", file)[0] == 0
    code, said = run(verify_proof.command, file, small[2])
    assert code == 0
    assert "ANSWER" in said
    told = json.loads(file.read_text())
    told["reference"] = told["reference"].replace("ANSWER", "FORGED")
    file.write_text(json.dumps(told))
    assert run(verify_proof.command, file, small[2] / "release.json")[0] == 1


def test_a_reference_is_proved_by_its_original_id_too(small):
    make(small)

    code, said = run(prove.command, "text.Sums:q1", "--release", small[2])

    assert code == 0
    assert "ANSWER1" in json.loads(said)["reference"]


def test_an_open_sample_has_nothing_to_prove(small):
    make(small)

    assert (
        "is no hidden reference"
        in run(prove.command, "text.Sums:q0", "--release", small[2])[1]
    )


def test_folders_are_restored_and_scopes_exported(small, tmp_path):
    make(small)

    assert (
        run(restore.command, small[2], tmp_path / "back")[1]
        == f"{tmp_path}/back/nlp/Sums: 4 samples\n"
    )
    assert "is not empty" in run(restore.command, small[2], tmp_path / "back")[1]
    assert json.loads(run(export.command, small[2], "--scope", "B")[1])["boards"] == {
        "S-B-nlp": ["text.Sums"]
    }


def test_open_trees_are_restored_without_the_others(small, tmp_path):
    make(small)
    shutil.move(small[2] / "open", tmp_path / "public")

    assert run(restore.command, tmp_path / "public", tmp_path / "back")[0] == 0


def test_the_log_of_a_release_tells_no_answer(small):
    code, said = make(small)

    assert code == 0
    assert "ANSWER" not in said


def test_a_benchmark_that_was_never_split_is_refused(tmp_path):
    root, file = releases.bench(tmp_path)
    releases.texts(root)

    assert "run curate split first" in make((root, file, tmp_path / "out"))[1]


def licensed(small, text):
    """State other licences for the benchmark and its tasks."""
    (small[0] / "benchmark.toml").write_text('name = "Small"\ntasks = ["tasks"]\n' + text)  # fmt: skip


def test_a_task_without_licence_is_not_released(small):
    licensed(small, "")

    code, said = make(small)

    assert code == 2
    assert "text.Sums: its licence is given as an empty text, which names none" in said
    assert "[licences] of benchmark.toml" in said
    assert not small[2].exists()


def test_a_licence_that_forbids_the_release_is_named_with_its_task(small):
    licensed(small, 'licence = "cc-by-4.0"\n[licences]\n"text.*" = "cc-by-nc-4.0"\n')

    code, said = make(small)

    assert code == 2
    assert "text.Sums: cc-by-nc-4.0 (NC) forbids commercial use, which cc-by-4.0" in said  # fmt: skip


def test_a_licence_for_tasks_that_are_not_there_is_refused(small):
    licensed(small, '[licences]\n"*" = "mit"\n"image.Birds" = "mit"\n')

    code, said = make(small)

    assert code == 2
    assert "licences.'image.Birds' fits none of the tasks" in said


def test_the_licence_of_one_sample_is_one_of_its_task(small):
    root, _, out = small
    file = root / "tasks/NLP/Sums/annotation.json"
    told = json.loads(file.read_text())
    told["license"] = "mit"
    told["data"][1]["license"] = "cc-by-4.0"
    file.write_text(json.dumps(told))

    assert make(small)[0] == 0
    for tree in ("open", "close"):
        said = json.loads((out / tree / "tasks/text.Sums.json").read_text())
        assert said["licences"] == [{"id": "cc-by-4.0"}, {"id": "mit"}]
