"""The public scorer's faults in ranking, by their names R1 to R16: what is right.

Source: runs of commit 420b8eb of the public scorer. Where policy `upstream` has the
fault too, its answer stands beside the right one.
"""

import math
import random

import pytest
from made_scores import (
    GOLDEN,
    PAPER,
    REPOSITORY,
    ROWS,
    csv_file,
    csv_text,
    golden_scores,
    row,
)

from curation.scoring import Cell, Unusable, levels, read_scores, scale_of, write_scores
from curation.scoring.upstream import EPSILON, normalise


def right(scores):
    return levels(scores, bars=REPOSITORY)


def faulty(scores):
    return levels(scores, bars=REPOSITORY, policy="upstream")


def first_of(sheet):
    return next(r for r in ROWS if r.sheet == sheet)


def test_r1_a_perfect_error_earns_100_points():
    assert [scale_of("fid").points(x) for x in (0.0, 1e-12)] == [100.0, 100.0]
    assert [normalise("FID", x) for x in (0.0, 1e-12)] == [0.0, 100.0]


@pytest.mark.parametrize(
    "metric",
    ["mae", "mse", "rmse", "abs_rel", "epe", "fid", "fvd", "fad", "sad", "mcd", "wer"],
)
def test_r1_holds_for_every_error(metric):
    assert scale_of(metric).points(0.0) == 100.0


def test_r2_a_huge_chamfer_distance_earns_nothing_and_does_not_win():
    scores = {row("RGB-D to Mesh Reconstruction").id: 1e6}

    mesh = right(scores).modalities["mesh"]
    assert mesh.l2 == pytest.approx(100 * math.tanh(1 / 2e6) / 22 / 2, abs=1e-12)
    assert (mesh.l3, right(scores).won) == (0.0, ())
    assert faulty(scores).modalities["mesh"].l3 == pytest.approx(22727.2727, abs=5e-5)


def test_r2b_a_better_chamfer_distance_wins():
    scores = {row("RGB-D to Mesh Reconstruction").id: 1.0}

    mesh = right(scores).modalities["mesh"]
    assert (mesh.l2, mesh.l3) == pytest.approx((1.0503, 1.0503), abs=5e-5)
    assert len(right(scores).won) == 1
    assert faulty(scores).modalities["mesh"].l3 == 0.0


def test_r3_a_word_error_rate_is_in_percent():
    assert scale_of("wer").points(5.6) == pytest.approx(94.4)
    assert normalise("WER", 5.6) == pytest.approx(-460.0)


def test_r3b_an_empty_submission_wins_nothing():
    assert right({}).tallies["audio"].wins == 0
    assert faulty({}).tallies["audio"].wins == 5


def test_r3c_the_levels_of_the_state_of_the_art_itself_are_in_order():
    found = right(REPOSITORY.values)

    expected = {"image": 61.19, "video": 58.18, "audio": 67.32, "mesh": 64.90}
    assert {m: round(x.l2, 2) for m, x in found.modalities.items()} == expected
    overall = (found.overall.l2, found.overall.l3, found.overall.l4, found.overall.l5)
    assert overall == pytest.approx((62.898, 62.898, 61.456, 38.884), abs=5e-4)
    assert faulty(REPOSITORY.values).overall.l4 == pytest.approx(156.2125, abs=5e-5)


def test_r4_an_opinion_score_below_1_is_refused():
    assert scale_of("mos").fault(0.5) == "0.5 is outside of 1 to 5"
    assert right(
        {row("TextToSpeech").id: 5.0, row("MultimodalTTS").id: 0.5}
    ).faults == (f"{row('MultimodalTTS').id} MultimodalTTS: 0.5 is outside of 1 to 5",)
    assert normalise("MOS", 0.5) == -12.5


def test_r5_a_negative_psnr_earns_nothing_and_ends_no_run():
    scores = {
        row("Image Deraining").id: -1.5,
        row("ATM Booths Suspicious Behavior Recognition").id: 50.0,
    }

    assert [m.points for m in right(scores).marks if m.value is not None] == [50.0, 0.0]
    assert right(scores).faults == ()
    assert faulty(scores).overall.l2 is None
    assert faulty(scores).notes == (
        "the public scorer stops at PSNR = -1.5: it wants more than 0",
    )


def test_r5b_a_negative_ms_ssim_is_legal():
    assert scale_of("ms_ssim").points(-0.2) == pytest.approx(40.0)


def test_r6_a_perfect_psnr_is_infinite_and_earns_100_points(tmp_path):
    id_ = row("Image Deraining").id
    file = read_scores(csv_file(tmp_path, {id_: "inf"}))

    mark = next(m for m in right(file.cells).marks if m.row.id == id_)
    assert (mark.points, mark.win) == (100.0, True)
    assert faulty(file.cells).overall.l2 == 0.0


def test_r7_wins_are_judged_on_raw_values():
    scores = {row("Text to 3D Motion Generation").id: 0.60}

    mesh = right(scores).modalities["mesh"]
    assert mesh.l2 == pytest.approx(2.2727, abs=5e-5)
    assert (mesh.l3, right(scores).won) == (0.0, ())
    assert faulty(scores).modalities["mesh"].l3 == pytest.approx(2.2727, abs=5e-5)


@pytest.mark.parametrize(
    ("rmse", "wins", "public"),
    [(2.31, 1, 1), (2.32, 0, 1), (108.2, 0, 1), (108.3, 0, 0)],
)
def test_r8_the_language_rmse_wins_only_up_to_its_state_of_the_art(rmse, wins, public):
    id_ = next(r.id for r in ROWS if r.sheet == "NLP" and r.metric == "rmse")

    assert len(right({id_: rmse}).won) == wins
    assert len([m for m in faulty({id_: rmse}).won if m.row.id == id_]) == public


def test_r8b_a_language_rmse_of_0_earns_100_points():
    id_ = next(r.id for r in ROWS if r.sheet == "NLP" and r.metric == "rmse")

    assert right({id_: 0.0}).language == pytest.approx(1 / 115)
    assert faulty({id_: 0.0}).overall.l5 is None
    assert faulty({id_: 0.0}).notes == (
        "the public scorer divides by the language task's RMSE, which is 0",
    )


def test_r8c_a_missing_language_rmse_is_not_counted_as_answered():
    five = {f"text-{n:03d}": 10.0 for n in (1, 2, 3, 4, 5)}

    assert right(five).tallies["text"].supported == 5


def test_r9_fractions_are_refused_until_they_are_declared(tmp_path):
    id_ = row("Analogical Reasoning").id
    path = csv_file(tmp_path, {id_: 0.745})

    undeclared = right(read_scores(path).cells)
    assert (undeclared.language, undeclared.won) == (0.0, ())
    reason = "looks like a fraction of 1, and no percentage of NLP is above 1"
    assert undeclared.faults == (
        f"{id_} Analogical Reasoning: 0.745 {reason}; declare the unit as fraction or percent",
    )
    declared = right(read_scores(path, unit="fraction").cells)
    assert [m.value for m in declared.won] == [74.5]
    assert declared.language == pytest.approx(0.745 / 115)


def test_r10_more_than_100_percent_is_refused():
    id_ = row("ATM Booths Suspicious Behavior Recognition").id

    assert right({id_: 100_000.0}).overall.l2 == 0.0
    assert len(right({id_: 100_000.0}).faults) == 1
    assert faulty({id_: 100_000.0}).overall.l2 == pytest.approx(46.1255, abs=5e-5)


def test_r11_denominators_come_from_the_task_table(tmp_path):
    rows = [
        first_of(sheet)
        for sheet in dict.fromkeys(r.sheet for r in ROWS if r.modality != "text")
    ]
    file = read_scores(csv_file(tmp_path, {r.id: 100.0 for r in rows}, rows=rows))
    found = right(file.cells)

    assert found.overall.l2 == pytest.approx(2.02, abs=0.005)
    # A Chamfer distance of 100 wins at the public scorer, which says 2.55 here.
    assert found.overall.l3 == pytest.approx(1.98, abs=0.005)
    assert found.tallies["overall"].tasks == 584


def test_r11b_rows_are_joined_by_task(tmp_path):
    shuffled = list(ROWS)
    random.Random(7).shuffle(shuffled)
    scores = golden_scores("equal to the state of the art")

    inorder = read_scores(csv_file(tmp_path, scores, "a.csv"))
    mixed = read_scores(csv_file(tmp_path, scores, "b.csv", rows=shuffled))
    assert right(mixed.cells).overall == right(inorder.cells).overall


def test_r12_a_sheet_that_is_not_there_is_missing_and_the_others_are_scored(tmp_path):
    rows = [r for r in ROWS if r.sheet != "3D-Generation"]
    file = read_scores(csv_file(tmp_path, REPOSITORY.values, rows=rows))
    found = right(file.cells)

    assert (found.faults, file.faults) == ((), ())
    assert round(found.modalities["image"].l2, 2) == 61.19
    assert found.modalities["mesh"].l4 == 0.0


def test_r13_a_cell_that_is_no_number_is_an_error_that_names_it(tmp_path):
    id_ = row("Accent Classification").id
    path = tmp_path / "model.csv"
    path.write_text(
        csv_text({}).replace(
            "Accent Classification,ACC,", "Accent Classification,ACC,75.2%"
        )
    )
    found = right(read_scores(path).cells)

    line = 2 + [r.id for r in ROWS].index(id_)
    assert found.faults == (
        f"{id_} Accent Classification: model.csv line {line}: '75.2%' is not a number",
    )


def test_r14_a_column_of_the_layout_is_no_model(tmp_path):
    path = tmp_path / "empty.xlsx"
    write_scores(path, "Empty", {})

    with pytest.raises(
        Unusable, match=r"has no scores of a model 'No'; its models: Empty"
    ):
        read_scores(path, model="No")


def test_r15_level_4_has_no_epsilon():
    scores = {"image-c-001": Cell(100.0), "image-g-002": Cell(100.0)}
    rows = [r for r in ROWS if r.group not in ("image-c", "image-g")]
    rows += [
        r
        for r in ROWS
        if r.id in ("image-c-001", "image-c-002", "image-g-002", "image-g-003")
    ]

    assert levels(scores, rows=rows).modalities["image"].l4 == 50.0
    assert levels(scores, rows=rows, policy="upstream").modalities["image"].l4 == (
        5000.0 / (100.0 + EPSILON)
    )


def test_r16_flow_is_mapped_once_and_its_doubted_bars_are_marked():
    flow = [r for r in ROWS if r.metric == "epe"]

    assert [PAPER.values[r.id] for r in flow] == [49.2, 39.4, 23.0]
    assert {r.suspect for r in flow} == {"epe-already-normalised"}
    assert scale_of("epe").points(0.928) == pytest.approx(49.2, abs=0.05)


def test_every_golden_model_is_there():
    assert len(GOLDEN) == 8
