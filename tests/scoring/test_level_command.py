import csv
import io
import json

import click
import numpy as np
import pytest
from click.testing import CliRunner
from made_scores import ACCENT, PAPER, REPOSITORY, ROWS, csv_file, golden_scores

from curation.commands.level import command
from curation.commands.options import POLICIES, SOTA
from curation.scoring import Cell, levels, task_table, write_scores
from curation.scoring.levels import POLICIES as KNOWN_POLICIES
from curation.scoring.scorefile import render
from curation.scoring.table import SOTA_NAMES


def run(*arguments):
    """The exit code and what was printed."""
    result = CliRunner().invoke(
        command, [str(a) for a in arguments], standalone_mode=False
    )
    if result.exception:
        raise result.exception
    return result.return_value, result.stdout


def found(*arguments):
    code, out = run(*arguments, "--format", "json")
    return code, json.loads(out)


@pytest.fixture
def sota_file(tmp_path):
    return csv_file(tmp_path, REPOSITORY.values)


def test_the_choices_are_those_of_the_library():
    assert POLICIES == KNOWN_POLICIES
    assert SOTA == SOTA_NAMES


@pytest.mark.parametrize("suffix", [".json", ".csv", ".xlsx"])
def test_all_three_kinds_of_files_give_the_same_levels(tmp_path, suffix):
    path = tmp_path / f"model{suffix}"
    write_scores(path, "model", {k: Cell(v) for k, v in REPOSITORY.values.items()})
    code, answer = found(path, "--sota", "repo-420b8eb")

    expected = levels(REPOSITORY.values, bars=REPOSITORY).overall
    assert code == 0
    overall = answer["overall"]
    assert [overall[f"L{k}"] for k in (2, 3, 4, 5)] == [s for _, s in expected.scores]
    assert overall["level"] == 5


def test_json_has_the_levels_overall_and_of_every_modality(sota_file):
    _, answer = found(sota_file)

    for place in ("overall", "Image", "Video", "Audio", "3D"):
        assert {
            "L2",
            "L3",
            "L4",
            "L5",
            "level",
            "wins",
            "supported",
            "tasks",
        } <= answer[place].keys()
    assert answer["NLP"]["tasks"] == 115
    assert answer["sota"] == {"name": "paper-v1", "sha256": PAPER.sha256}
    assert answer["table"] == {"tasks": 699, "sha256": task_table().sha256}
    assert len(answer["tasks"]) == 699
    assert (answer["rejected"], answer["warnings"], answer["notes"]) == ([], [], [])


def test_the_public_scorers_policy_brings_its_own_table(sota_file):
    _, answer = found(sota_file, "--policy", "upstream")
    _, other = found(sota_file, "--policy", "upstream", "--sota", "paper-v1")

    assert answer["sota"]["name"] == "repo-420b8eb"
    assert answer["overall"]["L4"] == pytest.approx(156.21245112919934, abs=1e-9)
    assert other["sota"]["name"] == "paper-v1"


def test_where_the_public_scorer_stops_its_levels_are_null(tmp_path):
    code, answer = found(
        csv_file(tmp_path, golden_scores("perfect")), "--policy", "upstream"
    )

    assert code == 0
    assert answer["overall"]["L5"] is None
    assert answer["notes"] == [
        "the public scorer divides by the language task's RMSE, which is 0"
    ]


def test_the_text_names_policy_table_levels_and_the_next_step(tmp_path):
    code, out = run(csv_file(tmp_path, {ACCENT.id: 74.0}))

    assert code == 0
    lines = out.splitlines()
    assert lines[:4] == [
        "model: Level 2",
        "policy paper",
        f"state of the art paper-v1, sha256 {PAPER.sha256}",
        f"699 tasks, sha256 {task_table().sha256}",
    ]
    assert (
        "overall        0.39     0.00     0.00     0.00      2     0         1  584"
        in lines
    )
    assert "To Level 3: one multimodal task at the state of the art or better." in lines
    assert (
        "    Accent Classification (ACC): 74; a win takes at least 75.2 percent"
        in lines
    )


def test_the_text_warns_of_the_public_scorers_policy(sota_file):
    _, out = run(sota_file, "--policy", "upstream")

    assert (
        "policy upstream (the public scorer with its faults, for comparison only)"
        in out
    )


def test_csv_has_a_line_a_place(sota_file):
    _, out = run(sota_file, "--format", "csv", "--policy", "pooled")
    lines = [*csv.DictReader(io.StringIO(out))]

    assert [line["place"] for line in lines] == [
        "overall",
        "Image",
        "Video",
        "Audio",
        "3D",
    ]
    expected = levels(REPOSITORY.values, policy="pooled").overall
    assert float(lines[0]["L2"]) == expected.l2
    assert (lines[0]["policy"], lines[0]["sota"], lines[0]["level"]) == (
        "pooled",
        "paper-v1",
        "5",
    )


def test_refused_scores_are_named_and_make_the_exit_code_1(tmp_path):
    path = csv_file(tmp_path, {ACCENT.id: 175.2})
    code, out = run(path)
    _, answer = found(path)

    assert code == 1
    assert "1 refused, and counted as missing:" in out
    assert answer["rejected"] == [
        f"{ACCENT.id} Accent Classification: 175.2 is outside of 0 to 100"
    ]


def test_zero_is_missing_reads_the_papers_tables(tmp_path):
    path = csv_file(tmp_path, golden_scores("AudioGPT"))
    _, answer = found(path, "--zero-is-missing", "--sota", "repo-420b8eb")

    assert answer["Audio"]["supported"] == 11
    assert answer["Audio"]["L2"] == pytest.approx(8.802096405882548, abs=1e-9)


def test_suspect_rows_can_be_left_out(sota_file):
    _, answer = found(sota_file, "--exclude-suspect")
    _, out = run(sota_file, "--exclude-suspect")

    assert answer["table"]["tasks"] == 699 - 77
    assert "622 tasks, suspect rows left out" in out


def test_intervals_from_tasks_can_be_seeded_and_left_out(sota_file):
    spans = [
        found(sota_file, *options)[1]["overall"]["intervals"]
        for options in ((), (), ("--seed", 1), ("--replicates", 0))
    ]

    assert spans[0] == spans[1] != spans[2]
    assert sorted(spans[0]) == ["tasks"]
    assert spans[3] == {}


def test_intervals_from_items_and_chances_of_a_win_come_from_replicates(tmp_path):
    path = tmp_path / "scores.json"
    drawn = {ACCENT.id: np.array([70.0, 80.0, 75.2, 60.0])}
    path.write_text(render("M", {ACCENT.id: Cell(75.2)}, drawn))
    _, answer = found(path)

    assert sorted(answer["Audio"]["intervals"]) == ["items", "tasks"]
    assert answer["Audio"]["intervals"]["items"]["L2"] == pytest.approx(
        [60.0 / 24 / 2, 80.0 / 24 / 2]
    )
    assert (
        next(t["chance_of_win"] for t in answer["tasks"] if t["id"] == ACCENT.id) == 0.5
    )


def test_the_same_scores_are_the_same_bytes(tmp_path, sota_file):
    rows = [*reversed(ROWS)]
    other = csv_file(tmp_path, REPOSITORY.values, "other.csv", rows=rows)
    one, two = (json.loads(run(p, "--format", "json")[1]) for p in (sota_file, other))
    for answer in (one, two):
        del answer["scores"], answer["model"]

    assert one == two
    assert run(sota_file, "--format", "json") == run(sota_file, "--format", "json")


def test_the_answer_can_go_to_a_file(tmp_path, sota_file):
    target = tmp_path / "levels.json"
    code, out = run(sota_file, "--format", "json", "--output", target)

    assert (code, out) == (0, "")
    assert target.read_text() == run(sota_file, "--format", "json")[1]
    assert [p.name for p in tmp_path.iterdir() if p.name.endswith(".part")] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.csv"], "nowhere.csv: No such file or directory"),
        (["model.csv", "--sota", "v2"], "Invalid value for '--sota'"),
        (["model.csv", "--policy", "mean"], "Invalid value for '--policy'"),
        (
            ["model.csv", "--output", "no/where.json"],
            "--output no/where.json: No such file",
        ),
        ([], "Missing argument 'SCORES'"),
    ],
)
def test_what_cannot_be_done_is_a_usage_error(
    tmp_path, monkeypatch, arguments, message
):
    csv_file(tmp_path, {})
    monkeypatch.chdir(tmp_path)

    with pytest.raises(click.UsageError) as caught:
        run(*arguments)
    assert message in caught.value.format_message()


def test_replicates_of_different_lengths_are_a_usage_error(tmp_path):
    path = tmp_path / "scores.json"
    cells = {ACCENT.id: Cell(75.2), "text-001": Cell(50.0)}
    path.write_text(render("M", cells, {ACCENT.id: np.ones(2), "text-001": np.ones(3)}))

    with pytest.raises(
        click.UsageError, match=r"replicates of different lengths: \[2, 3\]"
    ):
        run(path)


def test_every_option_says_what_it_does():
    assert [
        p.name for p in command.params if isinstance(p, click.Option) and not p.help
    ] == []
