import json
import random
from collections import Counter

import numpy as np
import pytest
from made_scores import PAPER, ROWS, row, score_file, worse

from curation.scoring import Cell, ScoreFile, Terms, boards, levels, rank
from curation.scoring.board_report import BoardReport, escaped, json_text, markdown
from curation.scoring.boards import QUICK, quick_tasks
from curation.scoring.page import render

TERMS = Terms(PAPER, count=50)
STRONG = score_file("Strong", PAPER.values)
WEAK = score_file("Weak", {r.id: worse(r, PAPER.values[r.id], 0.2) for r in ROWS})
SPEAKER = score_file("Speaker", {"audio-g-005": 5.0, "audio-c-001": 70.0})
MODELS = (WEAK, SPEAKER, STRONG)


def standings(board, files=MODELS, terms=TERMS):
    chosen = [b for b in boards() if b.id == board]
    assert chosen
    return rank(chosen, files, terms)[0].standings


def test_there_are_boards_for_all_four_scopes():
    found = boards()

    assert Counter(b.scope for b in found) == {"A": 2, "B": 14, "C": 8, "D": 145}
    assert len({b.id for b in found}) == len(found) == 169
    assert {(b.scope, b.highest) for b in found} == {
        ("A", 5),
        ("B", 5),
        ("C", 3),
        ("D", 3),
    }


def test_the_boards_of_paradigms_and_of_skills_are_parts_of_the_table():
    for scope, rows in {
        "C": [r for r in ROWS if r.modality != "text"],
        "D": ROWS,
    }.items():
        ids = [r.id for b in boards() if b.scope == scope for r in b.rows]
        assert sorted(ids) == sorted(r.id for r in rows)


def test_the_quick_board_has_the_tasks_that_are_scored_offline():
    [quick] = [b for b in boards() if b.id == QUICK]

    assert [r.id for r in quick.rows] == [*quick_tasks()]
    assert len(quick.rows) == 605


def test_the_quick_board_can_be_given_other_tasks():
    ids = [r.id for r in ROWS if r.id.endswith("-001")]
    [quick] = [b for b in boards(ids) if b.id == QUICK]

    assert [r.id for r in quick.rows] == ids


def test_a_quick_board_without_a_group_or_with_unknown_tasks_is_an_error():
    with pytest.raises(ValueError, match="no task of audio-c, audio-g, image-c"):
        boards(["text-001"])
    with pytest.raises(ValueError, match="unknown tasks on the quick board: nonsense"):
        boards(["nonsense"])


def test_suspect_rows_leave_boards_and_boards_leave_with_their_last_row():
    found = {b.id: b for b in boards(exclude_suspect=True)}

    assert len(found["A"].rows) == 699 - 77
    assert row("3D Odometry").skill == "D-C-7"
    assert "D-D-C-7" not in found
    assert QUICK not in found


def test_who_reaches_a_higher_level_stands_higher():
    assert [(s.rank, s.model, s.ladder.level) for s in standings("A")] == [
        (1, "Strong", 5),
        (2, "Speaker", 3),
        (3, "Weak", 2),
    ]


def test_a_board_of_all_modalities_has_the_levels_of_the_model():
    by_name = {s.model: s for s in standings("A")}

    for file in MODELS:
        found = levels(file.cells)
        assert by_name[file.model].ladder == found.overall
        assert {
            m: x for m, (x, _) in by_name[file.model].parts.items()
        } == found.modalities
        assert by_name[file.model].tally == found.tallies["overall"]


def test_a_combined_board_is_the_mean_of_its_modalities():
    [first, *_] = standings("B-image-audio")
    found = levels(PAPER.values)

    image, audio = found.modalities["image"], found.modalities["audio"]
    assert first.ladder.l2 == pytest.approx((image.l2 + audio.l2) / 2)
    assert first.ladder.l5 == pytest.approx((image.l4 + audio.l4) / 2 * found.language)
    assert [*first.parts] == ["image", "audio"]
    assert first.tally.tasks == 316 + 44


def test_a_board_of_modalities_ends_at_level_4_where_language_was_not_scored():
    by_name = {s.model: s for s in standings("B-audio")}

    assert by_name["Speaker"].ladder.l5 is None
    assert len(by_name["Speaker"].spans) == 3
    assert by_name["Strong"].ladder.l5 > 0.0


def test_a_paradigms_board_is_the_plain_mean_of_its_points():
    by_name = {s.model: s for s in standings("C-audio-comprehension")}

    ladder = by_name["Speaker"].ladder
    assert ladder.l2 == pytest.approx(70.0 / 24)
    assert (ladder.l3, ladder.l4, ladder.l5, ladder.level) == (0.0, None, None, 2)


def test_a_skills_board_has_its_tasks_alone():
    by_name = {s.model: s for s in standings("D-L-1")}

    bars = [PAPER.values[r.id] for r in ROWS if r.skill == "L-1"]
    assert by_name["Strong"].ladder.l2 == pytest.approx(sum(bars) / len(bars))
    assert by_name["Strong"].tally.wins == 9
    assert by_name["Strong"].spans == ()


def test_equals_share_a_rank_and_sort_by_name():
    twins = [score_file(name, {"image-c-001": 10.0}) for name in ("b", "a")]
    found = standings("A", [*twins, STRONG, score_file("c", {})])

    assert [(s.rank, s.model) for s in found] == [
        (1, "Strong"),
        (2, "a"),
        (2, "b"),
        (4, "c"),
    ]


def test_a_model_of_the_quick_set_stands_on_the_quick_board_alone():
    quick = score_file("Quick", PAPER.values, scope="quick")

    assert [s.model for s in standings(QUICK, [quick, STRONG])] == ["Quick", "Strong"]
    assert [s.model for s in standings("A", [quick, STRONG])] == ["Strong"]
    assert [s.model for s in standings("D-L-1", [quick, STRONG])] == ["Strong"]


def test_intervals_come_from_tasks_where_a_file_has_no_replicates():
    for board, length in (
        ("A", 4),
        (QUICK, 4),
        ("B-image", 4),
        ("C-image-generation", 2),
    ):
        strong = standings(board)[0]
        assert (strong.model, strong.drawn, len(strong.spans)) == (
            "Strong",
            "tasks",
            length,
        )
        low, high = strong.spans[0]
        assert low < strong.ladder.l2 < high


def test_intervals_come_from_items_where_a_file_has_replicates():
    random_ = np.random.default_rng(0)
    drawn = {r.id: random_.uniform(1.0, 5.0, 20) for r in ROWS if r.metric != "ms_ssim"}
    file = ScoreFile(
        "M", {k: Cell(v) for k, v in PAPER.values.items()}, replicates=drawn
    )

    for board in ("A", QUICK, "B-video-mesh", "C-video-generation", "D-L-17"):
        [found] = standings(board, [file])
        assert found.drawn == "items"
        assert found.spans[0][0] < found.spans[0][1]


def test_no_replicates_and_the_public_policy_mean_no_intervals():
    for terms in (Terms(PAPER, count=0), Terms(PAPER, policy="upstream", count=50)):
        assert {s.spans for s in standings("A", terms=terms)} == {()}
        assert {s.spans for s in standings("C-image-generation", terms=terms)} == {()}


def report(files=MODELS, terms=TERMS, **more):
    return BoardReport(rank(boards(), files, terms), terms, **more)


@pytest.mark.parametrize("form", [json_text, markdown, render])
def test_the_same_models_in_another_order_are_the_same_bytes(form):
    shuffled = list(MODELS)
    random.Random(2).shuffle(shuffled)

    assert form(report(shuffled)) == form(report())


def test_json_names_terms_boards_and_scores():
    found = json.loads(json_text(report(faults=("Weak: x",))))

    assert found["policy"] == "paper"
    assert found["sota"] == {"name": "paper-v1", "sha256": PAPER.sha256}
    assert found["rejected"] == ["Weak: x"]
    assert [b["id"] for b in found["boards"]] == [b.id for b in boards()]
    first = found["boards"][0]
    assert (first["title"], first["tasks"], first["highest"]) == (
        "All modalities",
        584,
        5,
    )
    best = first["standings"][0]
    assert (best["model"], best["rank"], best["level"], best["wins"]) == (
        "Strong",
        1,
        5,
        584,
    )
    assert best["L2"] == round(levels(PAPER.values).overall.l2, 6)
    assert sorted(best["modalities"]) == ["3D", "Audio", "Image", "Video"]
    assert sorted(best["intervals"]) == ["L2", "L3", "L4", "L5"]
    skill = found["boards"][-1]["standings"][0]
    assert [k for k in sorted(skill) if k.startswith("L")] == ["L2", "L3"]


def test_markdown_has_a_table_for_every_board():
    text = markdown(report(suspects_left_out=True))

    assert text.count("\n### ") == 169
    assert text.count("| Rank | Model |") == 169
    assert "state of the art paper-v1" in text
    assert "suspect rows left out" in text


def test_a_name_cannot_break_markdown():
    assert escaped("a|b\n<i>*x*") == r"a\|b \<i\>\*x\*"
