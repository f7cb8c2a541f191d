import math

import numpy as np
import pytest
from made_scores import PAPER, REPOSITORY, ROWS

from curation.scoring import Cell, Drawn, Stored, item_intervals, levels, task_intervals
from curation.scoring.drawing import generator, interval, multiplicities

ACCURACY = next(r for r in ROWS if r.metric == "accuracy" and r.modality == "image").id


def test_what_is_drawn_depends_on_seed_and_task_alone():
    draws = [
        generator(s, t).random() for s, t in [(0, "a"), (0, "a"), (1, "a"), (0, "b")]
    ]

    assert draws[0] == draws[1]
    assert len(set(draws)) == 3


def test_chunks_change_nothing_of_what_is_drawn():
    whole = np.concatenate([*multiplicities(7, "t", count=50)])
    parts = [*multiplicities(7, "t", count=50, chunk=21)]

    assert len(parts) == 17
    assert np.array_equal(np.concatenate(parts), whole)


def test_every_draw_has_as_many_items_as_the_task():
    counts = np.concatenate([*multiplicities(30, "t", count=200)])

    assert counts.shape == (200, 30)
    assert set(counts.sum(axis=1)) == {30.0}
    assert counts.mean() == 1.0


def test_an_interval_holds_the_middle_95_percent():
    assert interval(np.arange(1001.0)) == (25.0, 975.0)


def test_the_ends_of_an_interval_are_values_that_came_up():
    assert interval(np.array([1.0, np.inf, 2.0, 3.0])) == (1.0, np.inf)


def test_the_interval_of_an_accuracy_is_that_of_a_binomial():
    right = np.array([1.0] * 320 + [0.0] * 80)
    source = Drawn(
        {"t": 400}, {"t": lambda counts: 100 * counts @ right / 400}, count=4000
    )

    low, high = interval(source.replicates("t"))
    spread = 100 * 1.96 * math.sqrt(0.8 * 0.2 / 400)
    assert (low, high) == pytest.approx((80 - spread, 80 + spread), abs=0.5)


def test_a_task_that_cannot_be_drawn_has_no_replicates():
    assert Drawn({}, {}).replicates("t") is None
    assert Stored({}).replicates("t") is None


def test_levels_move_with_their_items_and_a_win_flips_with_them():
    bar = PAPER.values[ACCURACY]
    values = np.array([bar - 1.0, bar, bar + 1.0, bar + 2.0])
    found = item_intervals(levels({ACCURACY: bar}), Stored({ACCURACY: values}))

    assert found.wins == {ACCURACY: 0.75}
    low, high = found.levels["image"][0]
    assert (low, high) == pytest.approx(
        (values.min() / 271 / 2, values.max() / 271 / 2)
    )
    assert found.levels["image"][1][0] < (bar - 1.0) / 271 / 2
    assert (found.kind, found.drawn, found.count) == ("items", 1, 4)


def test_a_partly_answered_task_never_wins_in_a_replicate():
    bar = PAPER.values[ACCURACY]
    found = item_intervals(
        levels({ACCURACY: Cell(bar, coverage=0.9)}),
        Stored({ACCURACY: np.array([100.0] * 4)}),
    )

    assert found.wins == {ACCURACY: 0.0}
    assert found.levels["image"][1] == (0.0, 0.0)


def test_without_replicates_the_interval_is_the_level_itself():
    reached = levels(REPOSITORY.values, bars=REPOSITORY)
    found = item_intervals(reached, Stored({}))

    for k, score in reached.overall.scores:
        assert found.levels["overall"][k - 2] == pytest.approx((score, score))
    assert found.wins == {}


def test_replicates_of_different_lengths_are_an_error():
    reached = levels({ACCURACY: 50.0, "text-001": 50.0})
    source = Stored({ACCURACY: np.ones(3), "text-001": np.ones(4)})

    with pytest.raises(ValueError, match=r"replicates of different lengths: \[3, 4\]"):
        item_intervals(reached, source)


def test_the_public_scorers_policy_has_no_intervals():
    with pytest.raises(ValueError, match="policy has no intervals"):
        task_intervals(levels({}, policy="upstream"))


@pytest.mark.parametrize("policy", ["paper", "pooled"])
def test_drawing_tasks_surrounds_the_levels(policy):
    reached = levels(REPOSITORY.values, bars=REPOSITORY, policy=policy)
    found = task_intervals(reached)

    for k, score in reached.overall.scores:
        low, high = found.levels["overall"][k - 2]
        assert low < score < high
    low, high = found.language
    assert low < reached.language < high
    assert set(found.levels) == {"overall", "image", "video", "audio", "mesh"}


def test_drawing_tasks_spreads_as_the_mean_of_its_groups_does():
    reached = levels(REPOSITORY.values, bars=REPOSITORY)
    low, high = task_intervals(reached, count=4000).levels["image"][0]

    variance = 0.0
    for group in ("image-c", "image-g"):
        points = np.array([m.points for m in reached.marks if m.row.group == group])
        variance += points.var() / points.size / 4
    assert (high - low) / 2 == pytest.approx(1.96 * math.sqrt(variance), rel=0.05)


def test_intervals_do_not_depend_on_the_order_of_scores():
    scores = dict(REPOSITORY.values)
    backwards = dict(reversed(scores.items()))

    assert task_intervals(levels(scores)) == task_intervals(levels(backwards))


def test_another_seed_draws_anew():
    reached = levels(REPOSITORY.values, bars=REPOSITORY)

    assert task_intervals(reached, seed=1).levels != task_intervals(reached).levels


def test_replicated_levels_are_the_levels_of_replicated_scores():
    random = np.random.default_rng(3)
    values = {
        r.id: random.uniform(1.0, 5.0, 2) for r in ROWS[::5] if r.metric != "ms_ssim"
    }
    scores = dict(REPOSITORY.values)
    low_high = item_intervals(levels(scores, bars=REPOSITORY), Stored(values)).levels[
        "overall"
    ]

    both = [
        levels(
            {**scores, **{k: float(v[b]) for k, v in values.items()}}, bars=REPOSITORY
        )
        for b in (0, 1)
    ]
    for k in (2, 3, 4, 5):
        ends = sorted(dict(x.overall.scores)[k] for x in both)
        assert low_high[k - 2] == pytest.approx((ends[0], ends[1]))
