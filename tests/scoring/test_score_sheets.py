import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_scores import ACCENT, REPOSITORY, ROWS, best, values

from curation.scoring import Cell, Unusable, read_scores, write_scores
from curation.scoring.scorefile import render
from curation.scoring.sheet_csv import shown
from curation.scoring.sheet_csv import write as csv_of

PERFECT = {r.id: best(r) for r in ROWS}


@pytest.mark.parametrize("suffix", [".json", ".csv", ".xlsx"])
@pytest.mark.parametrize(
    "scores", [PERFECT, dict(REPOSITORY.values), {ACCENT.id: 75.2}]
)
def test_scores_come_back_as_they_were_written(tmp_path, suffix, scores):
    path = tmp_path / f"model{suffix}"
    write_scores(path, "A model", {k: Cell(v) for k, v in scores.items()})
    file = read_scores(path)

    assert values(file) == scores
    assert (file.faults, file.warnings) == ((), ())
    assert file.model == ("model" if suffix == ".csv" else "A model")


@pytest.mark.parametrize("suffix", [".json", ".csv", ".xlsx"])
def test_the_same_scores_are_the_same_bytes(tmp_path, suffix):
    cells = {k: Cell(v) for k, v in REPOSITORY.values.items()}
    shuffled = list(cells.items())
    random.Random(5).shuffle(shuffled)
    one, other = tmp_path / f"one{suffix}", tmp_path / f"other{suffix}"
    write_scores(one, "M", cells)
    write_scores(other, "M", dict(shuffled))

    assert one.read_bytes() == other.read_bytes()


@settings(deadline=None)
@given(st.floats(allow_nan=False))
def test_a_number_is_written_so_that_it_reads_back_the_same(number):
    assert float(shown(number)) == number


def test_other_suffixes_and_missing_files_are_unusable(tmp_path):
    with pytest.raises(Unusable, match=r"scores are read from \.json, \.csv, \.xlsx"):
        read_scores(tmp_path / "scores.txt")
    with pytest.raises(Unusable, match=r"scores\.csv: No such file or directory"):
        read_scores(tmp_path / "scores.csv")
    with pytest.raises(Unusable, match=r"scores are written as \.json, \.csv, \.xlsx"):
        write_scores(tmp_path / "scores.txt", "M", {})
    with pytest.raises(Unusable, match="No such file or directory"):
        write_scores(tmp_path / "no" / "scores.csv", "M", {})


def test_refused_values_are_never_written():
    text = csv_of({ACCENT.id: Cell(0.5, refused="a fraction")})

    assert "Accent Classification,ACC,,\n" in text
    assert (
        json.loads(render("M", {ACCENT.id: Cell(0.5, refused="a fraction")}))["tasks"]
        == []
    )
