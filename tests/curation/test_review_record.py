"""The record of a review: what it binds to, what it is saved against, what it waives."""

from __future__ import annotations

import hashlib
import inspect
import json
import multiprocessing
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
import releases
from benches import questions, task

import schemas
from curation.review import content, listing, record
from curation.review.deciding import Refused, decided, objections, objections_by_task
from curation.review.record import Broken, Misfit, Overtaken, Record, Verdict, Waiver
from curation.review.standing import State, of_all
from curation.review.submission import Unreviewable, looked
from curation.review.waiving import waived
from curation.settings import Settings

CALM = Settings(min_samples=1)


def look(folder):
    return looked(folder, CALM, jobs=1)


@pytest.fixture
def clean(tmp_path):
    return task(tmp_path / "NLP" / "Sums", questions(4))


@pytest.fixture
def faulty(tmp_path):
    """A task with two errors: an id twice, and one missing."""
    samples = [s | {"id": i} for s, i in zip(questions(4), "aab", strict=False)]
    return task(tmp_path / "NLP" / "Twice", [*samples, questions(9)[8] | {"id": ""}])


def accept(folder, **more):
    with look(folder) as seen:
        listing.keep(seen.record, seen.held)
        return decided(Record(**more), seen, Verdict.ACCEPT, "R.", "good")


def append(file):
    with file.open("a") as opened:
        opened.write(" ")


def state(folder, saved):
    before = listing.before(folder / "review.json", saved)
    return of_all(saved, content.content(folder), [""], before)


def test_an_accept_holds_for_the_content_that_was_reviewed(clean):
    saved = record.save(clean / "review.json", accept(clean), 0)

    assert state(clean, saved).state is State.ACCEPTED
    assert record.load(clean / "review.json") == saved


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("annotation.json", "(annotation.json changed)"),
        ("more/of/it.txt", "(more/of/it.txt is new)"),
    ],
)
def test_a_verdict_is_void_when_a_file_changes_and_says_which(clean, name, told):
    saved = accept(clean)
    (clean / name).parent.mkdir(parents=True, exist_ok=True)
    with (clean / name).open("a") as file:
        file.write(" ")

    found = state(clean, saved)

    assert found.state is State.VOID
    assert told in found.reason
    assert "verdict accept of 20" in found.reason


def test_a_verdict_is_void_when_a_file_is_renamed_or_gone(clean):
    (clean / "NOTES.md").write_text("x")
    saved = accept(clean)

    (clean / "NOTES.md").rename(clean / "LIES.md")

    assert "LIES.md is new, NOTES.md is gone" in state(clean, saved).reason


def test_records_and_what_is_left_of_them_are_no_content(clean):
    before = content.content(clean)
    for name in (
        "review.json",
        ".review.json.part",
        "review.sha256",
        ".review.sha256.part",
        "x.zip.review.json",
    ):
        (clean / name).write_text("x")

    assert content.content(clean) == before


def test_a_file_that_begins_like_a_record_is_content(clean):
    before = content.content(clean)
    (clean / ".review.json.png").write_text("x")

    assert content.content(clean).changes(before.files) == (".review.json.png is new",)


def test_a_sample_that_names_a_file_as_records_are_named_refuses_the_accept(tmp_path):
    family = schemas.family("image/classification")
    place = "Image/comprehension/Shapes"
    folder = releases.write_task(tmp_path, place, family.examples[0], family)
    annotation = folder / "annotation.json"
    with look(folder) as seen:
        file = next(iter(seen.galleries[0].facts))
    (folder / file).rename(folder / "x.review.json")
    annotation.write_text(annotation.read_text().replace(file, "x.review.json"))

    with look(folder) as seen:
        found = list(objections(Record(waivers=(Waiver("MED005", "*", "so"),)), seen))
        by_task = objections_by_task(Record(), seen)[""]
    assert found == [
        "x.review.json is named by a sample, but has the name of a record of a review,"
        " for which no verdict holds; the author is to rename it"
    ]
    assert found[0] in by_task


def test_folders_may_lie_deeper_than_functions_can_be_nested(clean):
    deepest = clean.joinpath(*"d" * 150)
    deepest.mkdir(parents=True)
    (deepest / "f").touch()
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 50)
    try:
        found = content.content(clean)
    finally:
        sys.setrecursionlimit(before)

    assert [len(name) for name in found.files] == [15, 301]


def test_a_link_counts_by_where_it_leads_to(clean, tmp_path):
    before = content.content(clean).digest
    (clean / "link").symlink_to(tmp_path / "missing")
    one = content.content(clean).digest
    (clean / "link").unlink()
    (clean / "link").symlink_to(tmp_path / "other")

    assert len({before, one, content.content(clean).digest}) == 3


def test_a_verdict_is_void_in_few_words_when_many_files_change(clean):
    saved = accept(clean)
    append(clean / "annotation.json")
    for number in range(9):
        (clean / f"{number}.txt").touch()

    assert state(clean, saved).reason == (
        "the submission is not what was reviewed (annotation.json changed, 0.txt is new,"
        " 1.txt is new, 2.txt is new, 3.txt is new and 5 more); the verdict accept of"
        f" {saved.time} by R. does not hold"
    )


def test_a_file_whose_name_would_act_on_a_terminal_is_named_without_it(clean):
    saved = accept(clean)
    (clean / "a\x1b[31m\nb").touch()

    assert r"(a\x1b[31m\nb is new)" in state(clean, saved).reason


def test_without_the_list_of_files_a_verdict_is_void_and_says_what_lacks(clean):
    saved = accept(clean)
    append(clean / "annotation.json")
    for lost in (
        lambda file: file.write_text("0" * 64 + "  annotation.json\n"),
        lambda file: file.unlink(),
    ):
        lost(clean / "review.sha256")

        found = state(clean, saved)
        assert found.state is State.VOID
        assert "which files differ is not known: no review.sha256" in found.reason


def test_the_list_of_files_is_the_content_and_another_tool_can_check_it(clean):
    for name in ("a b", "b\\c", "d\ne", "f\rg", "h/i", "h0", "h.x"):
        (clean / name).parent.mkdir(exist_ok=True)
        (clean / name).write_text(name)
    saved = accept(clean)

    told = (clean / "review.sha256").read_bytes()
    assert hashlib.sha256(told).hexdigest() == saved.content
    assert content.listed(told.decode()) == content.content(clean).files
    assert len(told.splitlines()) == 8
    check = ["sha256sum", "--check", "--strict", "--quiet", "review.sha256"]
    assert not subprocess.run(check, cwd=clean, check=True, capture_output=True).stdout


def test_a_task_of_a_tree_has_the_content_that_it_has_alone(tmp_path):
    for name in ("One", "One-2", "One/Two", "One.x"):
        task(tmp_path / "NLP" / name, questions(2, name))
    shutil.make_archive(str(tmp_path / "NLP/Packed"), "zip", tmp_path / "NLP/One.x")
    whole = content.content(tmp_path)

    for name in ("One", "One-2", "One/Two", "One.x", "Packed.zip"):
        own = content.content(tmp_path / "NLP" / name)
        assert (name, whole.of(f"NLP/{name}")) == (name, own)
    packed = content.content(tmp_path / "NLP/Packed.zip")
    assert whole.of("NLP/Packed.zip/inner/task") == packed


def test_a_link_in_the_place_of_the_list_is_neither_read_nor_followed(clean, tmp_path):
    (clean / "review.sha256").symlink_to(tmp_path / "precious")

    with pytest.raises(Broken, match="is a link"):
        accept(clean)
    assert not (tmp_path / "precious").exists()
    assert listing.before(clean / "review.json", Record()) == {}


def test_media_that_were_decoded_have_the_digest_of_their_bytes(tmp_path):
    family = schemas.family("image/classification")
    place = "Image/comprehension/Shapes"
    folder = releases.write_task(tmp_path, place, family.examples[0], family)

    with look(folder) as seen:
        assert seen.galleries[0].facts
        assert seen.held == content.content(folder)


def test_an_error_that_stands_refuses_the_accept_and_is_named(faulty):
    with pytest.raises(Refused) as refused:
        accept(faulty)

    told = "\n".join(refused.value.reasons)
    assert "STR027 repeated-id is an error: annotation.json#/data/1/id" in told
    assert "STR026 missing-id is an error: annotation.json#/data/3" in told


@pytest.mark.parametrize("verdict", [Verdict.REJECT, Verdict.REQUEST_CHANGES])
def test_an_error_does_not_keep_from_another_verdict(faulty, verdict):
    with look(faulty) as seen:
        found = decided(Record(), seen, verdict, "R.", "ids")

    assert found.verdict is verdict
    assert state(faulty, found).reason == "ids"


def test_waived_errors_do_not_stand(faulty):
    found = accept(
        faulty,
        waivers=(
            Waiver("STR027", "annotation.json#/data/1/id", "known"),
            Waiver("STR026", "annotation.json", "known"),
        ),
    )

    assert found.verdict is Verdict.ACCEPT


def test_a_waiver_for_nothing_refuses_the_accept(clean):
    with pytest.raises(Refused, match="STR027 images/\\* fits no finding"):
        accept(clean, waivers=(Waiver("STR027", "images/*", "old"),))


def test_a_waiver_is_for_its_rule_and_its_place_only(faulty):
    with look(faulty) as seen:
        for one in (
            Waiver("STR026", "annotation.json#/data/1/*", "x"),
            Waiver("STR027", "annotation", "x"),
        ):
            assert waived(seen, [one]).idle == (one,)


def test_a_question_of_the_rubric_answered_no_refuses_the_accept(clean):
    with pytest.raises(Refused, match="question safe of the rubric is answered no"):
        accept(clean, rubric=({"question": "safe", "answer": "no"},))


def test_who_and_why_must_be_named(clean):
    with look(clean) as seen:
        with pytest.raises(Refused, match="nobody is named"):
            decided(Record(), seen, Verdict.ACCEPT, " ", "x")
        with pytest.raises(Refused, match="no reason"):
            decided(Record(), seen, Verdict.REJECT, "R.", "")


def test_what_was_saved_meanwhile_is_not_overwritten(clean):
    file = clean / "review.json"
    first = record.save(file, Record(reviewer="A"), 0)
    record.save(file, replace(first, reviewer="B"), 1)

    with pytest.raises(Overtaken) as overtaken:
        record.save(file, replace(first, reviewer="C"), 1)

    assert overtaken.value.current.reviewer == "B"
    assert record.load(file).reviewer == "B"


def _add(file, number):
    for turn in range(10):
        own = f"{number}-{turn} "
        record.change(Path(file), partial(_told, own))


def _told(own, was):
    return replace(was, reason=was.reason + own)


def test_processes_that_save_at_once_lose_nothing(clean):
    file = clean / "review.json"
    context = multiprocessing.get_context("fork")
    several = [context.Process(target=_add, args=(str(file), n)) for n in range(3)]
    for one in several:
        one.start()
    for one in several:
        one.join()

    saved = record.load(file)
    assert saved.revision == 30
    assert sorted(saved.reason.split()) == sorted(
        f"{n}-{t}" for n in range(3) for t in range(10)
    )


def test_a_crash_while_saving_leaves_the_former_record(clean, monkeypatch):
    file = clean / "review.json"
    record.save(file, Record(reviewer="A"), 0)

    def fail(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(KeyboardInterrupt):
        record.save(file, Record(reviewer="B"), 1)
    monkeypatch.undo()

    assert record.load(file).reviewer == "A"
    assert record.save(file, Record(reviewer="C"), 1).revision == 2


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "is no record of a review"),
        ("[]", "is not of type 'object'"),
        ('{"form": "curate-review-1", "revision": 1}', "'content' is a required"),
    ],
)
def test_a_broken_record_is_told_and_never_overwritten(clean, text, told):
    (clean / "review.json").write_text(text)

    with pytest.raises(Broken, match=told):
        record.load(clean / "review.json")
    with pytest.raises(Broken, match=told):
        record.save(clean / "review.json", Record(), 0)
    assert (clean / "review.json").read_text() == text


@pytest.mark.parametrize("name", ["review.json", "review.sha256"])
def test_a_pipe_in_the_place_of_a_record_is_told_and_not_waited_for(clean, name):
    os.mkfifo(clean / name)

    with pytest.raises(Broken, match=f"{name} is no regular file"):
        record.save(clean / "review.json", accept(clean), 0)


def test_a_file_too_large_for_a_record_is_not_read(clean):
    with (clean / "review.json").open("w") as file:
        file.truncate(1 << 40)

    with pytest.raises(Broken, match="has 1,099,511,627,776 bytes"):
        record.load(clean / "review.json")


def test_a_list_that_is_too_large_is_not_read(clean):
    with (clean / "review.sha256").open("w") as file:
        file.truncate(1 << 40)

    assert listing.before(clean / "review.json", Record()) == {}


@pytest.mark.parametrize("name", ["review.json", "review.sha256"])
def test_a_link_in_the_place_of_what_is_half_written_is_not_followed(
    clean, tmp_path, name
):
    (tmp_path / "precious").write_text("mine")
    (clean / f".{name}.part").symlink_to(tmp_path / "precious")
    with look(clean) as seen:
        made = decided(Record(), seen, Verdict.REJECT, "R.", "bad")
        listing.keep(seen.record, seen.held)

    record.save(clean / "review.json", made, 0)

    assert (tmp_path / "precious").read_text() == "mine"
    assert not (clean / name).is_symlink()


def test_a_link_in_the_place_of_a_record_is_neither_read_nor_followed(clean, tmp_path):
    other = tmp_path / "precious"
    other.write_text(json.dumps(Record(reviewer="A").told))
    (clean / "review.json").symlink_to(other)

    with pytest.raises(Broken, match="is a link"):
        record.save(clean / "review.json", Record(reviewer="B"), 0)
    assert json.loads(other.read_text())["reviewer"] == "A"


def test_what_does_not_fit_the_schema_is_not_saved(clean):
    odd = Record(samples=({"task": "", "index": 0, "state": "fine"},))

    with pytest.raises(Misfit, match="samples/0/state"):
        record.save(clean / "review.json", odd, 0)
    assert not (clean / "review.json").exists()


def test_half_a_character_is_not_saved_and_told(clean):
    with pytest.raises(Misfit, match="cannot be written as JSON"):
        record.save(clean / "review.json", replace(accept(clean), reason="\ud83d"), 0)
    assert not (clean / "review.json").exists()


def test_the_example_of_the_schema_is_a_record():
    example = schemas.document("review.json")["examples"][0]

    assert record.parsed(example).told == example


def test_a_record_of_an_earlier_version_is_read_and_holds_for_the_whole(clean):
    old = accept(clean).told
    del old["tasks"]
    old["parts"] = {"annotation.json": "0" * 64}
    (clean / "review.json").write_text(json.dumps(old))

    saved = record.load(clean / "review.json")

    assert state(clean, saved).state is State.ACCEPTED
    (clean / "more.txt").touch()
    assert state(clean, saved).state is State.VOID


@pytest.fixture
def tree(tmp_path):
    """Three tasks under one record."""
    for name in ("Adding", "Division", "Sums"):
        task(tmp_path / "tree/NLP" / name, questions(4, name))
    return tmp_path / "tree"


def told(folder, saved):
    with look(folder) as seen:
        found = seen.standing(saved)
    return found.state, found.reason.replace(saved.time, "T")


def test_a_changed_task_and_a_new_one_leave_the_verdict_on_the_others(tree):
    saved = accept(tree)
    task(tree / "NLP/More", questions(2, "more"))

    assert told(tree, saved) == (
        State.UNREVIEWED,
        "NLP/More was not reviewed; the verdict accept of T by R. holds for 3 other tasks",
    )
    append(tree / "NLP/Sums/annotation.json")
    assert told(tree, saved) == (
        State.VOID,
        "NLP/Sums is not what was reviewed (annotation.json changed); NLP/More was not"
        " reviewed; the verdict accept of T by R. holds for 2 other tasks",
    )


def test_what_lies_beside_the_tasks_of_a_tree_is_of_none_of_them(tree):
    saved = accept(tree)
    (tree / "README.md").write_text("later")
    shutil.rmtree(tree / "NLP/Adding")

    assert told(tree, saved) == (State.ACCEPTED, "good")


def test_a_task_with_a_record_of_its_own_is_not_of_the_one_above(tree):
    saved = accept(tree)
    more = task(tree / "NLP/More", questions(2, "more"))
    record.save(more / "review.json", Record(), 0)

    assert told(tree, saved) == (State.ACCEPTED, "good")


def test_a_tree_whose_tasks_are_gone_has_no_verdict(tree):
    (tree / "README.md").touch()
    saved = accept(tree)
    shutil.rmtree(tree / "NLP")

    assert told(tree, saved) == (
        State.VOID,
        "no task of it is left; the verdict accept of T by R. holds for nothing",
    )


def test_many_changed_tasks_are_counted(tree):
    for number in range(3):
        task(tree / f"NLP/{number}", questions(2))
    saved = accept(tree)
    for file in tree.glob("NLP/*/annotation.json"):
        append(file)

    found = told(tree, saved)[1]
    assert found.count("is not what was reviewed") == 3
    assert (
        "; nor 3 more tasks; the verdict accept of T by R. holds for no task" in found
    )


def test_a_comment_on_a_task_that_is_gone_refuses_the_accept(tree):
    comments = {
        "samples": (
            {"task": "NLP/Sums", "index": 0, "state": "ok"},
            {"task": "NLP/Gone", "index": 0, "state": "ok"},
            {"task": "NLP/Gone", "index": 1, "state": "bad", "comment": "x"},
        ),
        "findings": (
            {"code": "STR016", "path": "NLP/Gone/annotation.json", "comment": "x"},
            {"code": "STR016", "path": "NLP/Sums/annotation.json", "comment": "x"},
        ),
    }

    with pytest.raises(Refused) as refused:
        accept(tree, **comments)
    assert refused.value.reasons == tuple(
        f"the record has 1 comment on {gone}, which is not there; remove what is said of"
        " it, in the page of --serve or in the record"
        for gone in ("NLP/Gone", "NLP/Gone/annotation.json")
    )


def test_an_archive_has_its_record_beside_it(clean, tmp_path):
    packed = Path(shutil.make_archive(str(tmp_path / "sent"), "zip", clean.parent))
    with look(packed) as seen:
        saved = decided(Record(), seen, Verdict.ACCEPT, "R.", "good")
        assert seen.record == tmp_path / "sent.zip.review.json"
        record.save(seen.record, saved, 0)

    assert state(packed, saved).state is State.ACCEPTED
    with packed.open("ab") as file:
        file.write(b"x")
    assert state(packed, saved).state is State.VOID


def test_a_record_beside_an_archive_is_no_annotation(tmp_path):
    folder = task(tmp_path / "NLP" / "Sums", questions(2))
    told = Record(reason='"data"').told | {"reason": '"data": []'}
    (folder / "x.zip.review.json").write_text(json.dumps(told))

    with look(folder) as seen:
        assert not list(objections(Record(), seen))
        assert seen.galleries[0].task.folder.annotations == ("annotation.json",)


def test_what_is_no_submission_is_refused(clean):
    for path in (clean / "annotation.json", clean / "missing"):
        with pytest.raises(Unreviewable, match="expected the folder of"), look(path):
            pass
