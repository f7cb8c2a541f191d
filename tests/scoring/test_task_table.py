import re
from collections import Counter

import pytest
from made_scores import PAPER, REPOSITORY, ROWS, best

from curation.scoring import SOTA_NAMES, scale_of, sota, task_table
from curation.scoring.scale import SCALES


def test_the_table_has_the_699_tasks_of_the_nine_sheets():
    assert Counter(r.sheet for r in ROWS) == {
        "NLP": 115,
        "Image-Comprehension": 271,
        "Image-Generation": 45,
        "Video-Comprehension": 126,
        "Video-Generation": 46,
        "Audio-Comprehension": 24,
        "Audio-Generation": 20,
        "3D-Comprehension": 30,
        "3D-Generation": 22,
    }


def test_ids_are_unique_and_follow_the_order_of_their_sheet():
    assert len({r.id for r in ROWS}) == 699
    last = Counter()
    for r in ROWS:
        last[r.group] += 1
        assert r.id == f"{r.group}-{last[r.group]:03d}"


def test_names_are_unique_even_without_case_and_stray_spaces():
    assert len(task_table().by_name) == 699


def test_there_are_145_skills_each_within_one_group():
    groups = {}
    for r in ROWS:
        groups.setdefault(r.skill, set()).add(r.group)

    assert len(groups) == 145
    assert all(len(g) == 1 for g in groups.values())


def test_605_tasks_need_neither_weights_nor_a_judge():
    assert Counter((bool(r.weights), bool(r.judge)) for r in ROWS) == {
        (False, False): 605,
        (True, False): 88,
        (False, True): 6,
    }


def test_suspect_rows_are_those_of_the_known_doubts():
    assert Counter(r.suspect for r in ROWS if r.suspect) == {
        "nlp-tables-differ": 63,
        "cd-unit-unknown": 5,
        "epe-already-normalised": 3,
        "metric-does-not-fit": 3,
        "label-says-ap10": 2,
        "rte-tables-differ": 1,
    }


def test_the_two_tables_of_the_state_of_the_art_differ_in_language_and_odometry_alone():
    differing = [r for r in ROWS if PAPER.values[r.id] != REPOSITORY.values[r.id]]

    assert Counter(r.modality for r in differing) == {"text": 63, "mesh": 1}
    assert [r.name for r in differing if r.modality == "mesh"] == ["3D Odometry"]


def test_tables_are_known_by_their_hash():
    assert {name: sota(name).sha256[:16] for name in SOTA_NAMES} == {
        "paper-v1": "7fec4afdccac311c",
        "repo-420b8eb": "a8a0bc2e4c5ccbd3",
    }
    assert task_table().sha256[:16] == "048063c0f50480fb"


def test_an_unknown_table_is_an_error():
    with pytest.raises(
        ValueError, match="no table of the state of the art is called 'v9'"
    ):
        sota("v9")


def test_every_task_has_a_scale_that_its_state_of_the_art_fits():
    values = [(r, t.values[r.id]) for r in ROWS for t in (PAPER, REPOSITORY)]

    assert [r.id for r, value in values if r.scale.fault(value)] == []
    assert {r.scale.points(best(r)) for r in ROWS} == {100.0}


def test_every_scale_is_used():
    assert {name.split("/")[0] for name in SCALES} == {r.metric for r in ROWS}


def test_percentages_are_in_percent():
    assert {r.unit for r in ROWS if r.scale.fractional} == {"percent"}


def test_an_unknown_metric_has_no_scale():
    with pytest.raises(ValueError, match="there is no metric 'acuracy'"):
        scale_of("acuracy")


def test_paradigms_and_modalities_follow_from_the_sheet():
    titles = {
        "text": "NLP",
        "image": "Image",
        "video": "Video",
        "audio": "Audio",
        "mesh": "3D",
    }
    for r in ROWS:
        sheet = f"{titles[r.modality]}-{r.paradigm.capitalize()}".rstrip("-")
        assert sheet == r.sheet
        assert re.fullmatch(r"[a-z]+(-[cg])?-\d{3}", r.id)
