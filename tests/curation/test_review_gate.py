"""A release takes what a review accepts as it is, and tells what it leaves out."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest
import releases
from benches import accept, divide, questions, sides, task
from click.testing import CliRunner

from curation import benchmark, cache
from curation.commands import release as release_command
from curation.commands import review as review_command
from curation.commands import split as split_command
from curation.pin import pinned
from curation.review.gate import Gate, LeftOut
from curation.settings import Settings


@pytest.fixture(autouse=True)
def _unaudited(monkeypatch):
    monkeypatch.setattr(release_command, "_audited", lambda *_: None)


@pytest.fixture
def bench(tmp_path):
    """A benchmark of three tasks, of which nobody has reviewed any."""
    root, file = releases.bench(tmp_path)
    for name in ("Adding", "Division", "Sums"):
        task(root / "tasks/NLP" / name, questions(5, name))
    return root, file, tmp_path / "out"


def run(command, *arguments):
    found = CliRunner().invoke(
        command, [str(a) for a in arguments], standalone_mode=False
    )
    if found.exception is not None:
        return 2, str(getattr(found.exception, "message", repr(found.exception)))
    return found.return_value, found.output


def release(bench, *more, version="1.0.0", out=None):
    root, file, place = bench
    return run(
        release_command.command,
        root, out or place, "--version", version, "--key", file, *more,
    )  # fmt: skip


def split(bench, *more):
    return run(split_command.command, bench[0], "--key", bench[1], *more)


def taken(bench, **gate):
    loaded = benchmark.load(bench[0])
    with benchmark.located(loaded) as places:
        found = Gate(Settings(min_samples=1), jobs=1, **gate).taken(places, bench[0])
    return [p.folder.name for p in found.places], {
        one.task.rpartition("/")[2]: one.why for one in found.left
    }


def test_only_what_is_accepted_is_taken(bench):
    tasks = bench[0] / "tasks/NLP"
    accept(tasks / "Adding")
    accept(tasks / "Division", "reject")

    chosen, left = taken(bench)

    assert chosen == ["Adding"]
    assert left["Division"] == "rejected: fine"
    assert left["Sums"].startswith("not reviewed; curate review ")


def test_what_has_changed_since_is_left_out_and_says_what_changed(bench):
    folder = accept(bench[0] / "tasks/NLP/Adding")
    with (folder / "annotation.json").open("a") as file:
        file.write("\n")

    assert "(annotation.json changed); the verdict accept" in taken(bench)[1]["Adding"]


def test_an_error_that_no_waiver_is_for_leaves_a_task_out(bench):
    folder = bench[0] / "tasks/NLP/Adding"
    task(
        folder,
        [{"id": ""} | one for one in questions(3, "x")]
        + [questions(1)[0] | {"id": ""}],
    )
    accept(folder)

    assert "STR026 missing-id is an error" in taken(bench)[1]["Adding"]
    # To divide it, the record is enough; the release sees to it again.
    assert taken(bench, validated=False)[0] == ["Adding"]


def test_a_waiver_for_nothing_leaves_a_task_out(bench):
    folder = accept(bench[0] / "tasks/NLP/Adding")
    told = json.loads((folder / "review.json").read_text())
    told["waivers"] = [{"code": "MED003", "path": "*", "reason": "old"}]
    (folder / "review.json").write_text(json.dumps(told))

    assert "the waiver MED003 * fits no finding" in taken(bench)[1]["Adding"]


def test_a_record_above_accepts_all_tasks_below_it(bench):
    accept(bench[0] / "tasks")

    assert taken(bench)[0] == ["Adding", "Division", "Sums"]


def test_a_record_above_holds_for_each_task_that_is_what_was_reviewed(bench):
    tasks = accept(bench[0] / "tasks") / "NLP"
    task(tasks / "Later", questions(3, "later"))
    with (tasks / "Sums/annotation.json").open("a") as file:
        file.write(" ")
    shutil.rmtree(tasks / "Division")

    chosen, left = taken(bench)

    assert chosen == ["Adding"]
    assert left["Later"].startswith("not reviewed: the verdict accept by nobody named")
    assert "was on a submission without it; curate review" in left["Later"]
    assert "(annotation.json changed); the verdict accept" in left["Sums"]
    assert left.keys() == {"Later", "Sums"}


def test_a_benchmark_may_be_named_from_inside_of_it(bench, monkeypatch):
    toml = bench[0] / "benchmark.toml"
    toml.write_text(toml.read_text().replace('["tasks"]', '["."]'))
    accept(bench[0] / "tasks/NLP")
    monkeypatch.chdir(bench[0])

    assert taken((Path(),)) == (["Adding", "Division", "Sums"], {})


def test_what_stands_against_one_task_leaves_the_others_in(bench):
    twice = [one | {"id": "a"} for one in questions(2)]
    task(bench[0] / "tasks/NLP/Twice", twice)
    top = accept(bench[0] / "tasks")
    told = json.loads((top / "review.json").read_text())
    told["waivers"] = [
        {"code": "MED003", "path": "NLP/Sums/images/*", "reason": "old"},
        {"code": "MED003", "path": "NLP/Gone/x.png", "reason": "old"},
    ]
    told["tasks"]["NLP/Gone"] = "0" * 64
    (top / "review.json").write_text(json.dumps(told))

    chosen, left = taken(bench)

    assert chosen == ["Adding", "Division"]
    assert left["Twice"].startswith("STR027 repeated-id is an error: NLP/Twice/")
    assert left["Sums"] == (
        "the waiver MED003 NLP/Sums/images/* fits no finding; correct or remove it"
    )


def test_a_waiver_that_is_of_no_task_at_all_leaves_all_out(bench):
    top = accept(bench[0] / "tasks")
    told = json.loads((top / "review.json").read_text())
    told["waivers"] = [{"code": "MED003", "path": "NLP/Never/x", "reason": "old"}]
    (top / "review.json").write_text(json.dumps(told))

    chosen, left = taken(bench)

    assert chosen == []
    assert set(left.values()) == {
        "the waiver MED003 NLP/Never/x fits no finding; correct or remove it"
    }


def test_the_nearest_record_counts(bench):
    accept(bench[0] / "tasks/NLP/Sums", "request-changes")
    accept(bench[0] / "tasks")

    chosen, left = taken(bench)

    assert chosen == ["Adding", "Division"]
    assert left == {"Sums": "changes were requested: fine"}


def test_an_archive_is_accepted_by_the_record_beside_it(bench):
    tasks = bench[0] / "tasks"
    shutil.make_archive(str(tasks / "NLP/Packed"), "zip", tasks / "NLP/Sums")
    for name in ("Adding", "Division", "Sums"):
        shutil.rmtree(tasks / "NLP" / name)
    code, _ = run(
        review_command.command,
        tasks / "NLP/Packed.zip", "--accept", "--reviewer", "R", "--reason", "x",
    )  # fmt: skip

    assert code == 0
    assert taken(bench)[1] == {}
    assert taken(bench)[0] == ["Packed.zip"]


def test_a_pinned_task_may_be_accepted_after_it_was_pinned(bench, tmp_path):
    apart = task(tmp_path / "apart/NLP/Far", questions(3, "Far"))
    toml = bench[0] / "benchmark.toml"
    source = f'{{path = "../apart", sha256 = "{pinned(tmp_path / "apart")}"}}'
    toml.write_text(toml.read_text().replace('["tasks"]', f"[{source}]"))
    assert taken(bench)[0] == []

    accept(apart)

    assert taken(bench) == (["Far"], {})


def test_tasks_without_a_record_can_be_taken_but_no_others(bench):
    accept(bench[0] / "tasks/NLP/Adding", "reject")

    assert taken(bench, unreviewed=True) == (
        ["Division", "Sums"],
        {"Adding": "rejected: fine"},
    )


def test_a_task_that_cannot_be_read_is_left_out_and_the_others_are_taken(
    bench, monkeypatch
):
    tasks = bench[0] / "tasks/NLP"
    accept(tasks / "Adding")
    accept(tasks / "Sums")

    def digest(file):
        if "Sums" in file.parts:
            raise PermissionError(13, "Permission denied", "secret.txt")
        return hashlib.sha256(file.read_bytes()).hexdigest()

    monkeypatch.setattr("curation.review.content._digest", digest)
    chosen, left = taken(bench)

    assert chosen == ["Adding"]
    assert left["Sums"] == "secret.txt cannot be read: Permission denied"


def test_a_record_that_cannot_be_read_stops_all(bench):
    (bench[0] / "tasks/NLP/Sums/review.json").write_text("{")

    code, said = split(bench)
    assert code == 2
    assert "is no record of a review" in said


def test_a_known_content_is_not_read_again(bench, monkeypatch):
    for name in ("Adding", "Division", "Sums"):
        accept(bench[0] / "tasks/NLP" / name)
    store = cache.Cache(Settings())
    first = taken(bench, validated=False, facts=store)

    def never(_):
        raise AssertionError

    monkeypatch.setattr("curation.review.content._digest", never)
    assert taken(bench, validated=False, facts=store) == first
    store.close()


def test_the_split_tells_what_it_leaves_out(bench):
    accept(bench[0] / "tasks/NLP/Adding")

    code, said = split(bench, "--format", "json")

    assert code == 0
    told = json.loads(said)
    assert [one["task"] for one in told["tasks"]] == ["text.Adding"]
    assert len(told["left_out"]) == 2
    assert len(sides(bench[0])) == 5


def test_a_benchmark_without_any_accepted_task_is_told_what_to_do(bench):
    for found in (split(bench), release_after_a_split(bench)):
        assert found[0] == 2
        assert "no task is accepted; curate review PATH --accept" in found[1]
        assert "--unreviewed takes those without a record" in found[1]


def test_why_a_task_is_left_out_does_not_act_on_a_terminal():
    told = str(LeftOut("NLP/\x1b[1m", "rejected: \x1b[31m\nred"))

    assert told == r"NLP/\x1b[1m: rejected: \x1b[31m\nred"


def release_after_a_split(bench):
    divide(bench[0])
    return release(bench)


def test_a_task_is_released_once_it_is_accepted_and_the_ledger_holds(bench, tmp_path):
    tasks = bench[0] / "tasks/NLP"
    accept(tasks / "Adding")
    accept(tasks / "Division")
    assert split(bench)[0] == 0
    code, said = release(bench)
    assert code == 0
    assert "2 tasks" in said
    assert "Left out: 1 task, as told above." in said
    assert f"left out: {tasks}/Sums: not reviewed" in said
    before = sides(bench[0])

    accept(tasks / "Sums")
    assert split(bench)[0] == 0
    later = tmp_path / "later"
    code, said = release(bench, "--previous", bench[2], version="1.1.0", out=later)

    assert code == 0, said
    assert "text.Sums: new task" in (later / "open/CHANGELOG.md").read_text()
    assert {u: sides(bench[0])[u] for u in before} == before


def test_a_task_that_is_left_out_later_keeps_its_places_in_the_ledger(bench, tmp_path):
    tasks = bench[0] / "tasks/NLP"
    for name in ("Adding", "Division", "Sums"):
        accept(tasks / name)
    assert split(bench)[0] == 0
    assert release(bench)[0] == 0
    before = sides(bench[0])
    accept(tasks / "Sums", "reject")

    assert split(bench)[0] == 0
    code, said = release(
        bench, "--previous", bench[2], version="1.1.0", out=tmp_path / "later"
    )
    assert (code, "expected 2.0.0 or later" in said) == (2, True)
    assert (
        release(bench, "--previous", bench[2], version="2.0.0", out=tmp_path / "later")[
            0
        ]
        == 0
    )
    assert sides(bench[0]) == before


def test_waivers_are_told_by_the_release_without_their_places(bench):
    folder = task(
        bench[0] / "tasks/NLP/Adding", questions(5, "Adding"), license="no such licence"
    )
    warned = next(
        f for f in validated(folder).findings if f.rule.code.startswith("LIC")
    )
    code, said = run(
        review_command.command, folder, "--accept", "--reviewer", "Secret Name",
        "--reason", "x", "--waive", warned.rule.code, "annotation.json*", "asked them",
    )  # fmt: skip
    assert code == 0, said
    assert split(bench)[0] == 0
    (bench[0] / "benchmark.toml").write_text(
        (bench[0] / "benchmark.toml")
        .read_text()
        .replace('licence = "other"', 'licence = "cc-by-4.0"')
    )
    code, said = release(bench)
    assert code == 0, said

    told = json.loads((bench[2] / "release.json").read_text())
    assert told["waivers"] == {
        "text.Adding": [
            {"code": warned.rule.code, "reason": "asked them", "findings": 1}
        ]
    }
    assert "unreviewed" not in told


def validated(folder):
    from curation.validation import validate

    return validate([folder], Settings(min_samples=1), jobs=1)


def test_what_was_never_reviewed_is_told_by_the_release(bench):
    accept(bench[0] / "tasks/NLP/Adding")
    assert split(bench, "--unreviewed")[0] == 0

    code, said = release(bench, "--unreviewed")

    assert code == 0
    assert "Without a review: 2 tasks, as release.json tells." in said
    told = json.loads((bench[2] / "release.json").read_text())
    assert told["unreviewed"] == ["text.Division", "text.Sums"]
    assert release(bench, "--unreviewed", "--check")[0] == 0
    assert release(bench, "--check")[0] == 1


def test_nothing_of_a_record_is_in_a_release(bench):
    for name in ("Adding", "Division", "Sums"):
        folder = bench[0] / "tasks/NLP" / name
        code, _ = run(
            review_command.command, folder, "--accept",
            "--reviewer", "Reviewer-Dye", "--reason", "Reason-Dye",
        )  # fmt: skip
        assert code == 0
    assert split(bench)[0] == 0
    assert release(bench)[0] == 0

    everything = releases.every_byte(bench[2])
    assert b"Reviewer-Dye" not in everything
    assert b"Reason-Dye" not in everything
    assert b"review.json" not in everything
