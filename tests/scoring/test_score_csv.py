import csv
import io
import math
import random
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_scores import ACCENT, REPOSITORY, ROWS, csv_file, csv_text, row, values

from curation.scoring import Unusable, levels, read_scores


def csv_with(folder, text):
    path = folder / "model.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_columns_and_rows_may_stand_in_any_order(tmp_path):
    rows = list(ROWS)
    random.Random(1).shuffle(rows)
    one = csv_file(tmp_path, REPOSITORY.values, "a.csv")
    other = csv_file(
        tmp_path,
        REPOSITORY.values,
        "b.csv",
        rows=rows,
        columns=("score", "metric", "task", "sheet"),
    )

    assert read_scores(other).cells == read_scores(one).cells


def test_an_empty_score_is_missing(tmp_path):
    file = read_scores(csv_with(tmp_path, csv_text({})))

    assert values(file) == {}
    assert levels(file.cells).overall.level == 1


def test_names_are_joined_without_case_and_stray_spaces(tmp_path):
    text = "Sheet,Task,Score\nimage-generation,eeg-based  image generation,45.4\n"

    assert values(read_scores(csv_with(tmp_path, text))) == {
        row("EEG-based Image Generation").id: 45.4
    }


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("NLP,Nonsense,ACC,1", "model.csv line 2: no task has the name 'Nonsense'"),
        (
            "Audio-Comprehension,Accent Clasification,ACC,1",
            "model.csv line 2: no task has the name 'Accent Clasification'; did you mean 'Accent Classification'?",
        ),
        (
            "NLP,Accent Classification,ACC,1",
            "model.csv line 2: 'Accent Classification' is a task of Audio-Comprehension, not of NLP",
        ),
    ],
)
def test_a_line_of_no_task_is_a_fault_of_the_file(tmp_path, line, fault):
    file = read_scores(csv_with(tmp_path, f"sheet,task,metric,score\n{line}\n"))

    assert (file.faults, file.cells) == ((fault,), {})


@pytest.mark.parametrize(
    ("score", "fault"),
    [
        ("75.2%", "'75.2%' is not a number"),
        ("75,2", "'75,2' is not a number"),
        ("1_000", "'1_000' is not a number"),
        ("n/a", "'n/a' is not a number"),
        ("٣", "'٣' is not a number"),
        ("0x10", "'0x10' is not a number"),
        ("inf", "inf is outside of 0 to 100"),
        ("-3", "-3 is outside of 0 to 100"),
    ],
)
def test_a_score_that_cannot_be_is_a_fault_of_its_task(tmp_path, score, fault):
    text = f'sheet,task,metric,score\nAudio-Comprehension,Accent Classification,ACC,"{score}"\n'
    [found] = levels(read_scores(csv_with(tmp_path, text)).cells).faults

    assert found.removeprefix(f"{ACCENT.id} Accent Classification: ") in (
        fault,
        f"model.csv line 2: {fault}",
    )


@pytest.mark.parametrize("score", ["75.2", "+75.2", " 75.2 ", "7.52e1", "75.20"])
def test_numbers_may_be_written_in_the_usual_ways(tmp_path, score):
    text = f"task,score\nAccent Classification,{score}\n"

    assert values(read_scores(csv_with(tmp_path, text))) == {ACCENT.id: 75.2}


def test_another_metric_than_the_tasks_is_refused(tmp_path):
    text = "sheet,task,metric,score\n,Accent Classification,BLEU-1,70\n"
    found = levels(read_scores(csv_with(tmp_path, text)).cells)

    assert found.faults == (
        f"{ACCENT.id} Accent Classification: model.csv line 2: scored by BLEU-1, but the task's metric is ACC",
    )


@pytest.mark.parametrize("metric", ["ACC", "acc", "accuracy", ""])
def test_a_metric_may_have_its_canonical_name_or_its_label(tmp_path, metric):
    text = f"task,metric,score\nAccent Classification,{metric},75.2\n"

    assert values(read_scores(csv_with(tmp_path, text))) == {ACCENT.id: 75.2}


def test_a_task_that_stands_there_twice_is_refused(tmp_path):
    text = "task,score\nAccent Classification,75\nAccent classification,99\n"

    assert levels(read_scores(csv_with(tmp_path, text)).cells).faults == (
        f"{ACCENT.id} Accent Classification: model.csv line 2: the task stands there 2 times",
    )


def test_not_a_number_is_missing_with_a_warning(tmp_path):
    file = read_scores(csv_with(tmp_path, "task,score\nAccent Classification,NaN\n"))

    assert (values(file), file.warnings) == (
        {},
        ("model.csv line 2: Accent Classification: NaN is read as missing",),
    )


@pytest.mark.parametrize("name", ["MultimodalTTS", "Document Image Unwarping"])
def test_0_is_missing_with_a_warning_where_no_scale_begins_or_ends_there(
    tmp_path, name
):
    file = read_scores(csv_with(tmp_path, f"task,score\n{name},0\n"))

    assert values(file) == {}
    assert len(file.warnings) == 1


def test_zero_is_missing_reads_the_marks_of_the_papers_tables(tmp_path):
    scores = {
        ACCENT.id: 0.0,
        row("TextToSpeech").id: "inf",
        row("Image Deraining").id: "inf",
    }
    file = read_scores(csv_file(tmp_path, scores), zero_is_missing=True)

    assert values(file) == {row("Image Deraining").id: math.inf}


def test_fractions_can_be_declared_for_a_line_or_for_the_file(tmp_path):
    lines = (
        "task,score,unit\nAccent Classification,0.57,fraction\nTextToSpeech,0.056,\n"
    )
    file = read_scores(csv_with(tmp_path, lines), unit="fraction")

    assert values(file) == {ACCENT.id: 57.0, row("TextToSpeech").id: 5.6}


def test_declared_fractions_leave_other_units_alone(tmp_path):
    lines = "task,score\nAccent Classification,0.57\nImage Deraining,31.5\n3D Point Cloud Completion,0.2\n"
    file = read_scores(csv_with(tmp_path, lines), unit="fraction")

    assert values(file) == {
        ACCENT.id: 57.0, row("Image Deraining").id: 31.5, row("3D Point Cloud Completion").id: 0.2,
    }  # fmt: skip


def test_low_percentages_beside_high_ones_are_no_fractions(tmp_path):
    lines = "task,score\nAccent Classification,0.5\nLong Audio Captioning,40\n"
    file = read_scores(csv_with(tmp_path, lines))

    assert levels(file.cells).faults == ()


def test_low_percentages_can_be_declared(tmp_path):
    file = read_scores(
        csv_with(tmp_path, "task,score\nAccent Classification,0.5\n"), unit="percent"
    )

    assert values(file) == {ACCENT.id: 0.5}
    assert levels(file.cells).faults == ()


def test_coverage_can_be_stated_and_must_be_a_share(tmp_path):
    lines = "task,score,coverage\nAccent Classification,99,0.5\nLong Audio Captioning,99,50\n"
    file = read_scores(csv_with(tmp_path, lines))

    assert file.cells[ACCENT.id].coverage == 0.5
    assert levels(file.cells).faults == (
        f"{row('Long Audio Captioning').id} Long Audio Captioning: model.csv line 3: a coverage of 50 is outside of 0 to 1",
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            b"",
            "model.csv is empty; the first line must be sheet,task,metric,score",
        ),
        (
            b"task;score\n",
            "model.csv: the column 'score' is missing; the first line must be sheet,task,metric,score, parted by commas, not by semicolons",
        ),
        (
            b"task,score,points\n",
            "model.csv: the column 'points' is unknown; known are coverage, metric, score, sheet, task, unit",
        ),
        (
            b"task,score,Task\n",
            "model.csv: a column stands there twice: task, score, Task",
        ),
        (
            b"task,score\nA\n",
            "model.csv line 2: not as many values as the first line has columns",
        ),
        (
            b"task,score\nA,1,2\n",
            "model.csv line 2: not as many values as the first line has columns",
        ),
        (
            b"task,score\n\xff,1\n",
            "model.csv is not UTF-8: invalid start byte at byte 11",
        ),
        (b'task,score\n"A,1\n', "model.csv line 1: unexpected end of data"),
    ],
)
def test_a_file_that_is_no_such_csv_is_unusable(tmp_path, text, message):
    with pytest.raises(Unusable) as caught:
        read_scores(csv_with(tmp_path, text))
    assert str(caught.value) == message


@settings(deadline=None)
@given(
    content=st.binary(max_size=200), suffix=st.sampled_from([".csv", ".json", ".xlsx"])
)
def test_any_bytes_are_read_or_unusable(tmp_path_factory, content, suffix):
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_bytes(content)
    with suppress(Unusable):
        levels(read_scores(path).cells)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from([r.task for r in ROWS[::40]]), st.text(max_size=8)),
        max_size=6,
    )
)
def test_any_text_in_a_cell_is_a_score_or_refused(tmp_path_factory, cells):
    out = io.StringIO()
    csv.writer(out).writerows([("task", "score"), *cells])
    path = tmp_path_factory.getbasetemp() / "cells.csv"
    path.write_bytes(out.getvalue().encode("utf-8", "surrogatepass"))
    try:
        found = levels(read_scores(path).cells)
    except Unusable:
        return
    assert all(0.0 <= m.points <= 100.0 for m in found.marks)
