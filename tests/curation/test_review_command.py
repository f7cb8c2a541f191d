"""`curate review` as reviewers and scripts call it."""

from __future__ import annotations

import json
import shutil

import pytest
from benches import accept, bench, questions, task
from click.testing import CliRunner

import schemas
from curation.commands import review
from curation.review import telling
from curation.review.record import Record


def run(*arguments):
    found = CliRunner().invoke(
        review.command, [str(a) for a in arguments], standalone_mode=False
    )
    if found.exception is not None:
        return 2, str(getattr(found.exception, "message", repr(found.exception)))
    return found.return_value, found.output


@pytest.fixture
def clean(tmp_path):
    return task(
        tmp_path / "NLP" / "Sums",
        questions(6),
        license="cc-by-4.0",
        data_source="https://example.org",
        skill="Sums",
    )


@pytest.fixture
def faulty(tmp_path):
    samples = [s | {"id": i} for s, i in zip(questions(3), "aab", strict=True)]
    return task(tmp_path / "NLP" / "Twice", samples)


def test_a_verdict_is_recorded_and_shown(clean):
    code, said = run(clean, "--accept", "--reviewer", "R. V.", "--reason", "clear")

    assert (code, said) == (
        0,
        f"{clean}: accepted by R. V., in {clean}/review.json\n",
    )
    told = json.loads((clean / "review.json").read_text())
    assert told["verdict"] == "accept"
    assert schemas.exact_validator("review.json").is_valid(told)
    assert "- Review: **accepted**: clear" in run(clean, "--format", "markdown")[1]


def test_a_record_above_speaks_for_a_task_of_the_same_benchmark(tmp_path):
    root = bench(tmp_path / "bench")
    for name in ("One", "Two"):
        task(root / "tasks/NLP" / name, questions(4, name))
    accept(root / "tasks")
    with (root / "tasks/NLP/Two/annotation.json").open("a") as file:
        file.write(" ")

    one, two = (
        json.loads(run(root / "tasks/NLP" / name, "--format", "json")[1])
        for name in ("One", "Two")
    )
    assert (one["standing"], one["standing_reason"]) == (
        "accepted",
        "by ../../review.json: fine",
    )
    assert two["standing"] == "void"
    assert two["standing_reason"].startswith(
        "by ../../review.json: the task is not what was reviewed (annotation.json changed);"
    )
    (root / "benchmark.toml").unlink()
    told = run(root / "tasks/NLP/One", "--format", "json")[1]
    assert json.loads(told)["standing"] == "unreviewed"


def test_an_archive_of_a_benchmark_is_spoken_for_by_a_record_above(tmp_path):
    root = bench(tmp_path / "bench")
    apart = task(tmp_path / "NLP/Sums", questions(3))
    shutil.make_archive(str(root / "tasks/Packed"), "zip", apart)
    assert run(root / "tasks", "--accept", "--reviewer", "R", "--reason", "x")[0] == 0

    told = json.loads(run(root / "tasks/Packed.zip", "--format", "json")[1])

    assert (told["standing"], told["standing_reason"]) == (
        "accepted",
        "by review.json: x",
    )


def test_an_accept_is_refused_with_what_stands_against_it(faulty):
    code, said = run(faulty, "--accept", "--reviewer", "R", "--reason", "x")

    assert code == 1
    assert "not recorded" in said
    assert "STR027 repeated-id is an error" in said
    assert not (faulty / "review.json").exists()


def test_a_waiver_of_the_command_line_is_kept_with_the_verdict(faulty):
    waive = ("--waive", "STR027", "annotation.json", "ids are those of the source")
    code, _ = run(faulty, "--accept", "--reviewer", "R", "--reason", "x", *waive)

    assert code == 0
    code, said = run(faulty, "--format", "markdown")
    assert code == 0
    assert "STR027 repeated-id** (1, 1 waived)" in said
    assert "(waived: ids are those of the source)" in said


def test_a_waiver_that_is_none_is_a_mistake(clean):
    waive = ("--waive", "everything", "x", "y")
    code, said = run(clean, "--reject", "--reviewer", "R", "--reason", "x", *waive)

    assert code == 2
    assert "waivers/0/code" in said


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (("--accept", "--reason", "x"), "--accept asks for --reviewer"),
        (("--reject", "--reviewer", "x"), "--reject asks for --reason"),
        (("--reviewer", "x"), "go with one of --accept"),
    ],
)
def test_what_a_verdict_needs_is_asked_for(clean, options, told):
    code, said = run(clean, *options)

    assert code == 2
    assert told in said
    assert not (clean / "review.json").exists()


def test_an_error_that_stands_makes_the_exit_code_1(faulty):
    code, said = run(faulty, "--format", "markdown")

    assert code == 1
    assert "Validation: **FAILED**, 1 error" in said


def test_what_is_known_is_told_as_json(clean):
    code, said = run(clean, "--format", "json")

    told = json.loads(said)
    assert code == 0
    assert told["counts"]["samples"] == 6
    assert told["standing"] == "unreviewed"
    own = told["tasks"][0]
    assert (own["licence"], own["source"]) == ("cc-by-4.0", "https://example.org")
    assert own["family"] == "text/open-qa"
    assert {d["name"] for d in own["distributions"]} >= {"words question: question"}
    assert own["findings"][0]["places"][0]["path"] == "annotation.json"


@pytest.mark.parametrize("inner", ["", "pages"])
def test_no_page_is_written_into_what_is_reviewed(clean, inner, monkeypatch):
    monkeypatch.chdir(clean)
    options = ("--out", inner) if inner else ()

    assert run(".", *options) == (
        2,
        "the page would lie in ., and be part of what is reviewed; name a folder beside"
        " it with --out",
    )
    assert [file.name for file in clean.iterdir()] == ["annotation.json"]


def test_files_are_named_after_their_submissions(clean, faulty, tmp_path):
    out = tmp_path / "out"
    code, said = run(clean, faulty, "--out", out, "--format", "json")

    assert code == 1
    assert f"{clean}: {out}/Sums.overview.json\n" in said
    assert sorted(p.name for p in out.iterdir()) == [
        "Sums.overview.json",
        "Twice.overview.json",
    ]


def test_a_comment_never_exceeds_what_a_pull_request_takes(tmp_path):
    for number in range(60):
        samples = [s | {"id": "x" * 300} for s in questions(4, "word " * 30)]
        task(tmp_path / "NLP" / f"Task-{number}-{'n' * 100}", samples)

    code, said = run(tmp_path, "--format", "markdown")

    assert code == 1
    assert len(said) <= telling.LIMIT
    assert "more parts left out" in said


def test_nothing_of_a_submission_acts_in_a_comment(tmp_path):
    folder = task(
        tmp_path / "NLP" / "@team <b>",
        questions(2),
        task="<img src=x onerror=alert(1)> @everyone",
        skill="[a](javascript:x)",
        data_source="`x` <script>",
    )

    said = run(folder, "--format", "markdown")[1]

    lines = [line for line in said.splitlines() if not line.startswith("<")]
    for active in ("<img", "@", "[a]", "<script", "`"):
        assert not any(active in line for line in lines)


def test_what_a_record_says_does_not_act_on_a_terminal_or_in_a_comment(clean):
    odd = "\x1b[31m\nred \u202e"
    told = {"reviewer": odd, "reason": odd, "verdict": "accept", "content": "0" * 64}
    waivers = [{"code": "MED003", "path": odd, "reason": "so"}]
    whole = Record().told | told | {"waivers": waivers}
    (clean / "review.json").write_text(json.dumps(whole))

    refused = run(clean, "--accept", "--reviewer", "R", "--reason", "x")[1]
    void = run(clean, "--format", "markdown")[1]

    assert refused == (
        f"{clean}: not recorded\n"
        r"  the waiver MED003 \x1b[31m\nred \u202e fits no finding; correct or remove it"
        "\n"
    )
    assert r"by &#92;x1b&#91;31m&#92;nred &#92;u202e does not hold" in void


def test_a_task_without_a_metric_is_not_said_to_have_one(tmp_path):
    folder = task(tmp_path / "NLP" / "Odd", [{"what": "x"}] * 2, family="text/odd")

    run(folder, "--out", tmp_path)

    page = (tmp_path / "Odd.review.html").read_text()
    assert "By the metric ," not in page
    assert '<p class="faint">It cannot be scored here: ' in page


def test_the_questions_are_those_of_the_benchmark(tmp_path):
    root = bench(tmp_path / "bench", rubric=[{"id": "fun", "question": "Is it fun?"}])
    folder = task(root / "tasks" / "NLP" / "Sums", questions(3))

    assert "- [ ] Is it fun?" in run(folder, "--format", "markdown")[1]
    assert "Is it safe to publish?" not in run(folder, "--format", "markdown")[1]


def test_two_questions_with_one_id_are_refused(tmp_path):
    one = {"id": "fun", "question": "Is it fun?"}
    root = bench(tmp_path / "bench", rubric=[one, one])
    folder = task(root / "tasks" / "NLP" / "Sums", questions(3))

    code, said = run(folder)
    assert code == 2
    assert "two questions have one id" in said


def test_a_submission_of_several_tasks_has_one_record(tmp_path):
    for name in ("One", "Two"):
        task(tmp_path / "sent" / "NLP" / name, questions(3, name))

    run(tmp_path / "sent", "--accept", "--reviewer", "R", "--reason", "x")

    told = json.loads(run(tmp_path / "sent", "--format", "json")[1])
    assert told["standing"] == "accepted"
    assert [t["path"] for t in told["tasks"]] == ["NLP/One", "NLP/Two"]
    assert (tmp_path / "sent" / "review.json").exists()


def test_what_is_nothing_is_told(tmp_path):
    code, said = run(tmp_path / "missing")

    assert code == 2
    assert "does not exist; expected the folder of a submission" in said
