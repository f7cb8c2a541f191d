import math
import sys

import pytest
from made_scores import ACCENT, REPOSITORY, ROWS, row, values

from curation.scoring import Cell, Unusable, levels, read_scores, write_scores


def book(path, sheets):
    import openpyxl

    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for title, rows in sheets.items():
        page = made.create_sheet(title)
        for line in rows:
            page.append(line)
    made.save(path)
    return path


HEADER = ["No", "Task Name", "Short Name", "Metrics"]
ACCENT_LINE = [1, "Accent Classification", "Accent", "ACC"]


def test_the_written_spreadsheet_has_the_public_layout(tmp_path):
    import openpyxl

    path = tmp_path / "model.xlsx"
    write_scores(
        path, "Example-7B", {"text-001": Cell(81.5), "image-g-013": Cell(math.inf)}
    )
    made = openpyxl.load_workbook(path)

    assert made.sheetnames == [
        "NLP", "Image-Comprehension", "Image-Generation", "Video-Comprehension", "Video-Generation",
        "Audio-Comprehension", "Audio-Generation", "3D-Comprehension", "3D-Generation",
    ]  # fmt: skip
    lines = [*made["NLP"].iter_rows(values_only=True)]
    assert lines[:3] == [
        ("No", "Task Name", "Short Name", "Metrics", "Example-7B"),
        (1, "Commonsense Reasoning", "Common Reason", "ACC", 81.5),
        (2, "Causal Reasoning", "Causal Reason", "ACC", None),
    ]
    assert len(lines) == 116
    assert made["Image-Generation"].cell(14, 5).value == "inf"


def test_the_order_of_rows_in_a_spreadsheet_means_nothing(tmp_path):
    lines = [
        [r.number, r.task, r.short, r.label, REPOSITORY.values[r.id]]
        for r in ROWS
        if r.sheet == "NLP"
    ]
    one = book(tmp_path / "a.xlsx", {"NLP": [[*HEADER, "M"], *lines]})
    other = book(tmp_path / "b.xlsx", {"NLP": [[*HEADER, "M"], *reversed(lines)]})

    assert read_scores(other).cells == read_scores(one).cells


def test_a_column_is_chosen_in_any_case(tmp_path):
    path = book(
        tmp_path / "m.xlsx",
        {"Audio-Comprehension": [[*HEADER, "One", "Two"], [*ACCENT_LINE, 70, 75]]},
    )

    assert values(read_scores(path, model="two")) == {ACCENT.id: 75.0}
    assert read_scores(path, model="two").model == "two"
    with pytest.raises(
        Unusable, match="name the model whose scores are meant; its models: One, Two"
    ):
        read_scores(path)
    with pytest.raises(Unusable, match="has no scores of a model 'SoTA Performance'"):
        read_scores(path, model="SoTA Performance")


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("75.2%", "'75.2%' is not a number"),
        ("=1+1", "'=1+1' is not a number"),
        (True, "True is not a number"),
    ],
)
def test_a_spreadsheet_cell_that_is_no_number_is_named(tmp_path, cell, fault):
    path = book(
        tmp_path / "m.xlsx",
        {"Audio-Comprehension": [[*HEADER, "M"], [*ACCENT_LINE, cell]]},
    )

    assert levels(read_scores(path).cells).faults == (
        f"{ACCENT.id} Accent Classification: m.xlsx sheet Audio-Comprehension row 2: {fault}",
    )


def test_infinity_signs_and_the_summary_sheet_are_understood(tmp_path):
    line = [13, "Image Deraining", "Deraining", "PSNR", "∞"]
    path = book(
        tmp_path / "m.xlsx",
        {"Image-Generation": [[*HEADER, "M"], line], "level-scores": [["x"]]},
    )

    assert values(read_scores(path)) == {row("Image Deraining").id: math.inf}


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        (
            {"Results": [[*HEADER, "M"]]},
            "the sheet 'Results' is none of NLP, Image-Comprehension",
        ),
        ({"level-scores": [["x"]]}, "has none of the sheets NLP"),
        (
            {"NLP": [["No", "Name", "M"]]},
            "sheet NLP: the column 'Task Name' is missing",
        ),
        (
            {"NLP": [[*HEADER, "M", "M"]]},
            "sheet NLP: the column 'M' stands there twice",
        ),
        ({"NLP": [HEADER]}, "name the model whose scores are meant; its models: none"),
    ],
)
def test_a_spreadsheet_of_another_layout_is_unusable(tmp_path, sheets, message):
    with pytest.raises(Unusable, match=message):
        read_scores(book(tmp_path / "m.xlsx", sheets))


def test_a_broken_spreadsheet_is_unusable(tmp_path):
    path = tmp_path / "m.xlsx"
    path.write_bytes(b"PK\x03\x04 no more")

    with pytest.raises(Unusable, match=r"m\.xlsx is not a readable spreadsheet: "):
        read_scores(path)


def test_a_model_cannot_be_called_like_a_column_of_the_layout(tmp_path):
    with pytest.raises(Unusable, match="a model cannot be called 'Metrics'"):
        write_scores(tmp_path / "m.xlsx", "Metrics", {})


def test_without_openpyxl_the_message_says_how_to_get_it(tmp_path, monkeypatch):
    path = tmp_path / "m.xlsx"
    path.write_bytes(b"")
    monkeypatch.setitem(sys.modules, "openpyxl", None)

    with pytest.raises(Unusable, match=r"pip install 'general-bench-curation\[xlsx\]'"):
        read_scores(path)
