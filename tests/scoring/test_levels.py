import json
import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_scores import (
    DATA,
    GOLDEN,
    PAPER,
    REPOSITORY,
    ROWS,
    best,
    csv_file,
    golden_scores,
    worse,
)

from curation.scoring import Cell, Ladder, levels, read_scores, task_table
from curation.scoring.ladder import harmonic
from curation.scoring.table import MULTIMODAL, TITLES

EXACT = 1e-9
NAMES = {title: name for name, title in TITLES.items()}
golden = pytest.mark.parametrize("name", GOLDEN)


def scores_of(ladder):
    return {f"L{k}": score for k, score in ladder.scores}


def place(found, title):
    return found.overall if title == "overall" else found.modalities[NAMES[title]]


@golden
def test_policy_upstream_answers_what_the_public_scorer_answers(name):
    found = levels(golden_scores(name), bars=REPOSITORY, policy="upstream")

    for title, expected in GOLDEN[name]["upstream"].items():
        got = scores_of(place(found, title))
        assert {k: got[k] for k in expected} == pytest.approx(expected, abs=EXACT)


@golden
def test_policy_upstream_counts_what_the_public_scorer_counts(name):
    found = levels(golden_scores(name), bars=REPOSITORY, policy="upstream")

    counts = {
        title: [found.tallies[NAMES[title]].supported, found.tallies[NAMES[title]].wins]
        for title in GOLDEN[name]["printed"]
    }
    assert counts == GOLDEN[name]["printed"]


@golden
def test_policy_paper_gives_the_golden_levels(name, tmp_path):
    zero_is_missing = name in ("AudioGPT", "SpeechGPT")
    file = read_scores(
        csv_file(tmp_path, golden_scores(name)), zero_is_missing=zero_is_missing
    )
    found = levels(file.cells, bars=REPOSITORY)

    for title, expected in GOLDEN[name]["paper"].items():
        got = {
            **scores_of(place(found, title)),
            "w_L": found.language,
            "level": place(found, title).level,
        }
        assert {k: got[k] for k in expected} == pytest.approx(expected, abs=EXACT)
    wins = {t: found.tallies[NAMES[t]].wins for t in GOLDEN[name]["wins"]}
    assert wins == GOLDEN[name]["wins"]


@golden
def test_policy_pooled_gives_the_golden_levels(name, tmp_path):
    file = read_scores(csv_file(tmp_path, golden_scores(name)))
    found = levels(file.cells, bars=REPOSITORY, policy="pooled")

    expected = GOLDEN[name]["pooled"]
    got = {
        **scores_of(found.overall),
        "w_L": found.language,
        "level": found.overall.level,
    }
    assert got == pytest.approx(expected, abs=EXACT)


@pytest.mark.parametrize(
    ("name", "l2", "l3"), [("AudioGPT", 8.80, 3.02), ("SpeechGPT", 7.22, 0.0)]
)
def test_published_rows_are_reproduced_from_their_published_tasks(name, l2, l3):
    """Source: arXiv 2505.04620v1, audio rows of Tables 12 and 14."""
    scores = {k: v or None for k, v in golden_scores(name).items()}
    audio = levels(scores, bars=PAPER).modalities["audio"]

    assert (audio.l2, audio.l3, audio.l4) == pytest.approx((l2, l3, 0.0), abs=0.01)


def published():
    rows = json.loads((DATA / "published.json").read_text(encoding="utf-8"))["rows"]
    assert len(rows) == 168
    return rows


def test_published_overall_scores_are_the_mean_of_the_modalities():
    """Two decimals are published of each, so the mean can be half a hundredth off."""
    off = [r for r in published() if abs(math.fsum(r[2:6]) / 4 - r[6]) > 0.01]

    assert off == []


def test_the_highest_level_above_0_is_the_level():
    assert Ladder(0.0, 0.0, 0.0, 0.0).level == 1
    assert Ladder(3.0, 0.0, 0.0, 0.0).level == 2
    assert Ladder(3.0, 1e-9, 0.0, None).level == 3
    assert Ladder(None).level == 1
    assert Ladder(-200.0, 0.7, 0.0, 0.0).level == 3


def test_the_harmonic_mean_is_exact_for_equals_and_0_beside_a_0():
    assert harmonic(50.0, 50.0) == 50.0
    assert harmonic(0.0, 90.0) == 0.0
    assert harmonic(1e-200, 1e-200) == 1e-200
    assert harmonic(20.0, 60.0) == 30.0


def test_a_model_that_equals_the_state_of_the_art_wins_every_task():
    for bars in (PAPER, REPOSITORY):
        found = levels(bars.values, bars=bars)
        assert len(found.won) == 699
        assert found.overall.l2 == found.overall.l3


def test_a_model_one_percent_worse_wins_nothing():
    for bars in (PAPER, REPOSITORY):
        found = levels({r.id: worse(r, bars.values[r.id]) for r in ROWS}, bars=bars)
        assert found.won == ()
        assert (found.overall.l3, found.overall.l4, found.overall.l5) == (0, 0, 0)


@pytest.mark.parametrize("policy", ["paper", "pooled"])
def test_a_perfect_model_has_100_everywhere(policy):
    found = levels({r.id: best(r) for r in ROWS}, policy=policy)

    assert found.overall == Ladder(100.0, 100.0, 100.0, 100.0)
    assert set(found.modalities.values()) == {Ladder(100.0, 100.0, 100.0, 100.0)}
    assert found.micro == 100.0


def test_a_win_needs_every_item_answered():
    id_ = "image-c-001"
    bar = PAPER.values[id_]

    partly = levels({id_: Cell(bar, coverage=0.999)})
    wholly = levels({id_: Cell(bar, coverage=1.0)})

    assert [m.row.id for m in partly.won] == []
    assert [m.row.id for m in wholly.won] == [id_]
    assert partly.overall.l2 == wholly.overall.l2


def test_the_points_of_an_error_shrink_with_what_was_not_answered():
    counting = next(r for r in ROWS if r.metric == "mae").id

    assert levels({counting: Cell(0.0, coverage=0.5)}).modalities[
        "image"
    ].l2 == pytest.approx(50.0 / 271 / 2)


def test_a_distance_of_distributions_needs_every_item():
    fid = next(r for r in ROWS if r.metric == "fid")
    found = levels({fid.id: Cell(1.0, coverage=0.9)})

    assert found.overall.l2 == 0.0
    assert found.faults == (
        f"{fid.id} {fid.name}: FID needs all items answered; 90.0% are",
    )


def test_what_was_not_scored_is_missing_and_says_why():
    found = levels({"image-g-001": Cell(None, 0.0, unscored="needs InceptionV3")})

    assert (
        next(m.unscored for m in found.marks if m.row.id == "image-g-001")
        == "needs InceptionV3"
    )
    assert found.tallies["overall"].supported == 0
    assert found.faults == ()


def test_impossible_values_cost_their_task_alone():
    scores = {**PAPER.values, "image-c-001": 100_000.0}
    found = levels(scores)

    assert found.faults == (
        "image-c-001 ATM Booths Suspicious Behavior Recognition: 100000 is outside of 0 to 100",
    )
    assert len(found.won) == 698


def test_tallies_tell_answered_from_worth_something():
    tally = levels(
        {"image-c-001": 0.0, "image-c-002": 1.0, "image-c-003": None}
    ).tallies["image"]

    assert (tally.tasks, tally.supported, tally.nonzero, tally.wins) == (316, 2, 1, 0)
    assert tally.coverage == 2 / 316


def test_unknown_tasks_and_policies_are_errors():
    with pytest.raises(
        ValueError, match=r"scores for unknown tasks: \['image-x-001'\]"
    ):
        levels({"image-x-001": 1.0})
    with pytest.raises(ValueError, match="no policy is called 'mean'"):
        levels({}, policy="mean")


def test_a_group_without_tasks_is_an_error():
    rows = [r for r in ROWS if r.group != "audio-g"]
    with pytest.raises(ValueError, match="no task of audio-g is left to average over"):
        levels({}, rows=rows)


def test_suspect_rows_can_be_left_out():
    rows = [r for r in ROWS if not r.suspect]
    found = levels(PAPER.values, rows=rows)

    assert found.tallies["overall"].tasks + found.tallies["text"].tasks == 699 - 77
    assert found.overall.l2 == found.overall.l3


def test_micro_is_the_mean_over_all_multimodal_tasks():
    found = levels(REPOSITORY.values, bars=REPOSITORY)

    points = [m.points for m in found.marks if m.row.modality != "text"]
    assert found.micro == pytest.approx(sum(points) / 584)
    assert found.micro == pytest.approx(56.52, abs=0.005)


# ---------------------------------------------------------------- properties


def model(seed, share):
    """A made-up model that was run on about *share* of the tasks."""
    random_ = np.random.default_rng(seed)
    scores = {}
    for r, run, quality in zip(
        ROWS, random_.random(699), random_.random(699), strict=True
    ):
        if run < share:
            low, high = max(r.scale.least, 0.0), min(r.scale.most, 100.0)
            scores[r.id] = float(low + quality * (high - low))
    return scores


models = st.builds(model, st.integers(0, 10**6), st.sampled_from([0.0, 0.02, 0.3, 1.0]))
policies = st.sampled_from(["paper", "pooled"])
few = settings(max_examples=40, deadline=None)


@few
@given(scores=models, policy=policies)
def test_each_level_is_at_most_the_one_below(scores, policy):
    found = levels(scores, policy=policy)

    for ladder in (found.overall, *found.modalities.values()):
        assert 100.0 >= ladder.l2 >= ladder.l3 >= ladder.l4 >= ladder.l5 >= 0.0


@few
@given(scores=models, policy=policies, seed=st.integers(0, 999))
def test_the_order_of_tasks_means_nothing(scores, policy, seed):
    items = list(scores.items())
    random.Random(seed).shuffle(items)

    assert levels(dict(items), policy=policy) == levels(scores, policy=policy)


@few
@given(scores=models.filter(bool), policy=policies, data=st.data())
def test_leaving_out_a_task_never_helps(scores, policy, data):
    left_out = data.draw(st.sampled_from(sorted(scores)))
    fewer = {k: v for k, v in scores.items() if k != left_out}

    before, after = levels(scores, policy=policy), levels(fewer, policy=policy)
    for m in MULTIMODAL:
        assert not_above(after.modalities[m], before.modalities[m])
    assert not_above(after.overall, before.overall)


@few
@given(scores=models, policy=policies, data=st.data())
def test_improving_one_value_never_lowers_a_level(scores, policy, data):
    r = data.draw(st.sampled_from(ROWS))
    now = scores.get(r.id, r.scale.most if r.lower else max(r.scale.least, 0.0))
    low, high = (0.0, min(now, 1e6)) if r.lower else (now, min(r.scale.most, 1e6))
    better = {**scores, r.id: data.draw(st.floats(low, high))}

    before, after = levels(scores, policy=policy), levels(better, policy=policy)
    for m in MULTIMODAL:
        assert not_above(before.modalities[m], after.modalities[m])
    assert not_above(before.overall, after.overall)


def not_above(one, other):
    pairs = zip(one.scores, other.scores, strict=True)
    return all(a <= b + 1e-12 for (_, a), (_, b) in pairs)


def test_row_order_of_the_table_means_nothing():
    rows = list(ROWS)
    random.Random(0).shuffle(rows)
    scores = model(1, 1.0)

    assert levels(scores, rows=rows).overall == levels(scores).overall
    assert task_table().rows == ROWS
