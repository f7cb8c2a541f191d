"""The queue of submissions: what waits comes first, with state, age, findings and size."""

from __future__ import annotations

import json
import os
import shutil
import time

import pytest
from benches import accept, questions, task
from click.testing import CliRunner

from curation.commands import review

DAY = 86400


def run(*arguments):
    found = CliRunner().invoke(
        review.command, [str(a) for a in arguments], standalone_mode=False
    )
    if found.exception is not None:
        return 2, str(getattr(found.exception, "message", repr(found.exception)))
    return found.return_value, found.output


def aged(folder, days):
    """Let all files of a task be so old."""
    for file in folder.iterdir():
        os.utime(file, (time.time() - days * DAY,) * 2)
    return folder


@pytest.fixture
def queue(tmp_path):
    """Five submissions, one of each state, and one in an archive."""
    root = tmp_path / "queue"
    aged(task(root / "NLP/New", questions(3)), 2)
    aged(task(root / "NLP/Older", questions(4)), 9)
    accept(task(root / "NLP/Good", questions(5)))
    accept(task(root / "NLP/Bad", questions(5)), "reject")
    folder = accept(task(root / "NLP/Changed", questions(5)))
    (folder / "NOTES.md").write_text("later")
    twice = [one | {"id": "a"} for one in questions(2)]
    faulty = task(tmp_path / "apart/NLP/Faulty", twice)
    shutil.make_archive(str(root / "NLP/Packed"), "zip", faulty)
    return root


def told(queue):
    code, said = run("--queue", queue, "--format", "json")
    assert code == 0, said
    return {
        row["path"].rpartition("/")[2]: row for row in json.loads(said)["submissions"]
    }


def test_what_waits_comes_first_and_the_oldest_of_it(queue):
    assert list(told(queue)) == ["Changed", "Older", "New", "Packed.zip", "Good", "Bad"]


def test_each_has_its_state_and_the_reason(queue):
    found = told(queue)

    assert {name: row["state"] for name, row in found.items()} == {
        "Changed": "void",
        "Older": "unreviewed",
        "New": "unreviewed",
        "Packed.zip": "unreviewed",
        "Good": "accepted",
        "Bad": "rejected",
    }
    assert "NOTES.md is new" in found["Changed"]["reason"]
    assert found["Good"]["reason"] == "fine"


def test_each_has_its_age_findings_and_size(queue):
    found = told(queue)

    assert found["Older"]["age_days"] == pytest.approx(9, abs=0.1)
    assert found["New"]["age_days"] == pytest.approx(2, abs=0.1)
    assert found["Packed.zip"]["errors"] == 1
    assert found["New"]["errors"] == 0
    assert (found["Good"]["samples"], found["Good"]["tasks"]) == (5, 1)


def test_waived_findings_do_not_count(queue):
    packed = queue / "NLP/Packed.zip"
    waive = ("--waive", "STR027", "annotation.json", "so be it")
    run(packed, "--accept", "--reviewer", "R", "--reason", "x", *waive)

    assert told(queue)["Packed.zip"]["state"] == "accepted"
    assert told(queue)["Packed.zip"]["errors"] == 0


def test_several_tasks_under_one_record_are_one_submission(tmp_path):
    for name in ("One", "Two"):
        task(tmp_path / "queue/sent/NLP" / name, questions(3, name))
    accept(tmp_path / "queue/sent")

    found = told(tmp_path / "queue")

    assert list(found) == ["sent"]
    assert (found["sent"]["tasks"], found["sent"]["samples"]) == (2, 6)


def test_a_folder_with_a_record_of_its_own_is_one_submission(tmp_path):
    for name in ("One", "Two"):
        task(tmp_path / "sent/NLP" / name, questions(3, name))
    accept(tmp_path / "sent")
    task(tmp_path / "sent/NLP/Three", questions(3))

    (row,) = told(tmp_path / "sent").values()

    assert (row["path"], row["state"]) == (f"{tmp_path}/sent", "unreviewed")
    assert "NLP/Three was not reviewed;" in row["reason"]


def test_the_table_has_a_line_for_each_and_a_sum(queue):
    lines = run("--queue", queue)[1].splitlines()

    assert lines[0].split() == [
        "State", "Age", "Errors", "Warnings", "Tasks", "Samples", "Size", "Submission",
    ]  # fmt: skip
    assert len(lines) == 11
    assert lines[2].startswith("unreviewed  9 days")
    assert lines[-3].startswith(
        f"{queue}/NLP/Changed: the submission is not what was reviewed (NOTES.md is new);"
    )
    assert lines[-1] == "1 void, 3 unreviewed, 1 accepted, 1 rejected"


def test_the_page_escapes_names_and_leads_to_pages_that_are_there(queue, tmp_path):
    task(queue / "NLP/<img src=x onerror=alert(1)>", questions(2))
    (tmp_path / "out").mkdir()
    (tmp_path / "out/New.review.html").write_text("x")

    code, _ = run("--queue", queue, "--out", tmp_path / "out")

    page = (tmp_path / "out/queue.html").read_text()
    assert code == 0
    assert "<img" not in page
    assert "&lt;img" in page
    assert page.count("<a href=") == page.count('href="New.review.html"') == 1
    assert "default-src 'none'" in page
    assert "<script" not in page


def test_a_record_that_cannot_be_read_is_told_and_the_others_go_on(queue):
    (queue / "NLP/Good/review.json").write_text("{")

    found = told(queue)
    assert "is no record of a review" in found["Good"]["reason"]
    assert len(found) == 6


def test_a_submission_that_cannot_be_read_is_told_and_the_others_go_on(
    queue, monkeypatch
):
    def digest(file):
        if "Good" in file.parts:
            raise PermissionError(13, "Permission denied", "d/" * 500)
        return "0" * 64

    monkeypatch.setattr("curation.review.content._digest", digest)
    found = told(queue)

    assert found["Good"]["state"] == "unreviewed"
    assert found["Good"]["reason"] == (
        f"{'d/' * 150}... (1,000 characters) cannot be read: Permission denied"
    )
    assert len(found) == 6


def test_a_folder_without_submissions_says_so(tmp_path):
    code, said = run("--queue", tmp_path)

    assert (code, said) == (0, f"{tmp_path}: there is no submission in it\n")


@pytest.mark.parametrize(
    "options", [("--accept",), ("--serve",), ("--format", "markdown"), ("--open",)]
)
def test_what_does_not_go_with_a_queue_is_refused(queue, options):
    assert run("--queue", queue, *options)[0] == 2
