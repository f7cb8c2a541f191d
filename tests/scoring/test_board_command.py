import json

import click
import pytest
from click.testing import CliRunner
from made_scores import ACCENT, PAPER, csv_file

from curation.commands.board import command
from curation.scoring import Cell, write_scores


def run(*arguments):
    """The exit code, what was printed, and what was said on the side."""
    result = CliRunner().invoke(
        command, [str(a) for a in arguments], standalone_mode=False
    )
    if result.exception:
        raise result.exception
    return result.return_value, result.stdout, result.stderr


@pytest.fixture
def files(tmp_path):
    half = {k: v for i, (k, v) in enumerate(PAPER.values.items()) if i % 2}
    return [
        csv_file(tmp_path, PAPER.values, "All.csv"),
        csv_file(tmp_path, half, "Half.csv"),
    ]


def test_boards_are_printed_as_markdown(files):
    code, out, said = run(*files, "--scope", "A")

    assert (code, said) == (0, "")
    lines = out.splitlines()
    assert lines[0] == "# Leaderboards"
    assert [line.split(" | ")[:3] for line in lines if line.startswith("| 1")] == [
        ["| 1", "All", "5"],
        ["| 1", "All", "5"],
    ]


def test_markdown_says_where_each_interval_comes_from(files):
    _, drawn, _ = run(*files, "--scope", "A", "--replicates", 20)
    _, plain, _ = run(*files, "--scope", "A", "--replicates", 0)

    rows = [line for line in drawn.splitlines() if line.startswith("| 1")]
    assert [row.endswith(" of 584 | tasks |") for row in rows[:1]] == [True]
    assert "In parentheses: 95 % intervals" in drawn
    assert "Intervals from" not in plain
    assert "In parentheses" not in plain


def test_json_can_be_kept_to_scopes(files):
    _, out, _ = run(*files, "--format", "json", "--scope", "B", "--scope", "C")

    assert {b["scope"] for b in json.loads(out)["boards"]} == {"B", "C"}


def test_a_page_goes_to_a_file(files, tmp_path):
    target = tmp_path / "boards.html"
    code, out, _ = run(*files, "--format", "html", "--output", target)

    assert (code, out) == (0, "")
    assert target.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_a_spreadsheet_may_hold_several_models(tmp_path):
    import openpyxl

    path = tmp_path / "both.xlsx"
    write_scores(path, "One", {ACCENT.id: Cell(70.0)})
    book = openpyxl.load_workbook(path)
    page = book["Audio-Comprehension"]
    for line, cells in enumerate(page.iter_rows(values_only=True), 1):
        page.cell(line, 6).value = "Two" if line == 1 else cells[4] and cells[4] + 1
    book.save(path)
    _, out, _ = run(path, "--format", "json", "--scope", "C")

    [board] = [
        b for b in json.loads(out)["boards"] if b["id"] == "C-audio-comprehension"
    ]
    assert [(s["model"], round(s["L2"] * 24, 3)) for s in board["standings"]] == [
        ("Two", 71.0),
        ("One", 70.0),
    ]


def test_the_quick_board_takes_ids_or_names(files, tmp_path):
    names = [
        "text-001",
        "Accent Classification",
        "audio-g-001",
        "video-c-001",
        "video-g-001",
    ]
    names += ["image-c-001", "image-g-001", "mesh-c-001", "mesh-g-001"]
    chosen = tmp_path / "quick.txt"
    chosen.write_text("\n".join(names))
    _, out, _ = run(*files, "--format", "json", "--scope", "A", "--quick-tasks", chosen)

    assert [b["tasks"] for b in json.loads(out)["boards"]] == [584, 8]


def test_refused_scores_are_named_on_the_side_and_make_the_exit_code_1(tmp_path):
    path = csv_file(tmp_path, {ACCENT.id: 175.2})
    code, out, said = run(path, "--scope", "C")

    assert code == 1
    assert (
        said
        == f"refused: model: {ACCENT.id} Accent Classification: 175.2 is outside of 0 to 100\n"
    )
    assert "refused" not in out


def test_terms_are_the_options(files):
    _, out, _ = run(
        *files, "--format", "json", "--scope", "A", "--policy", "pooled",
        "--sota", "repo-420b8eb", "--seed", 3, "--replicates", 20, "--exclude-suspect",
    )  # fmt: skip
    found = json.loads(out)

    assert (found["policy"], found["sota"]["name"], found["seed"]) == (
        "pooled",
        "repo-420b8eb",
        3,
    )
    assert (found["replicates"], found["suspects_left_out"]) == (20, True)
    assert [b["id"] for b in found["boards"]] == ["A"]


def test_two_files_of_one_model_are_a_usage_error(files):
    with pytest.raises(
        click.UsageError, match="two of the files are of a model called 'All'"
    ):
        run(files[0], files[0])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nonsense", "unknown tasks on the quick board: nonsense"),
        ("text-001", "has no task of audio-c"),
    ],
)
def test_a_quick_board_that_cannot_be_is_a_usage_error(files, tmp_path, text, message):
    chosen = tmp_path / "quick.txt"
    chosen.write_text(text)

    with pytest.raises(click.UsageError, match=message):
        run(*files, "--quick-tasks", chosen)


def test_files_that_cannot_be_read_are_usage_errors(files, tmp_path):
    with pytest.raises(click.UsageError, match=r"gone\.csv: No such file"):
        run(tmp_path / "gone.csv")
    with pytest.raises(click.UsageError, match=r"quick\.txt"):
        run(*files, "--quick-tasks", tmp_path / "quick.txt")


def test_every_option_says_what_it_does():
    assert [
        p.name for p in command.params if isinstance(p, click.Option) and not p.help
    ] == []
