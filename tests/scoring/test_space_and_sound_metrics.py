from __future__ import annotations

import math

import media
import numpy as np
import pytest

from curation.scoring import audio, fields, midi, points
from curation.scoring.assignment import assign
from curation.scoring.driving import Seat
from curation.scoring.files import Unusable
from curation.scoring.graphs import Triple
from curation.scoring.metrics import BY_ID
from curation.scoring.score import score_task

CHANCE = np.random.default_rng(13)


def value(name, pairs):
    metric = BY_ID[name]
    return metric.add_up([metric.see(p, r) for p, r in pairs])


def one(name, prediction, reference):
    return value(name, [(prediction, reference)])


@pytest.mark.parametrize("trial", range(10))
def test_the_assignment_is_as_cheap_as_scipys(trial):
    from scipy.optimize import linear_sum_assignment

    for _ in range(30):
        cost = CHANCE.random((CHANCE.integers(1, 7), CHANCE.integers(1, 7)))
        cost = np.round(cost * 3) if trial % 2 else cost
        rows, columns = linear_sum_assignment(cost)

        pairs = assign(cost)

        assert sum(cost[p] for p in pairs) == pytest.approx(cost[rows, columns].sum())
        assert (
            len({r for r, _ in pairs}) == len({c for _, c in pairs}) == min(cost.shape)
        )


def test_chamfer_distance_equals_a_tree_of_scipy():
    from scipy.spatial import cKDTree

    a, b = CHANCE.random((900, 3)) + 500, CHANCE.random((700, 3)) + 500
    there, back = cKDTree(b).query(a)[0], cKDTree(a).query(b)[0]

    assert one("chamfer/points_or_mesh", a, b) == pytest.approx(
        (there**2).mean() + (back**2).mean()
    )
    assert one("chamfer/l1", a, b) == pytest.approx((there.mean() + back.mean()) / 2)


def test_large_clouds_are_thinned_the_same_way_each_time():
    cloud = CHANCE.random((points.MOST + 5, 3))

    assert one("chamfer/points_or_mesh", cloud, cloud) == 0.0


def test_success_is_the_mean_overlap_up_to_its_steps():
    track = np.column_stack([CHANCE.random((40, 2)) * 5, np.full((40, 2), 20.0)])
    near = track + np.column_stack([CHANCE.normal(0, 3, (40, 2)), np.zeros((40, 2))])

    def iou(a, b):
        width = max(0, min(a[0], b[0]) + 20 - max(a[0], b[0]))
        height = max(0, min(a[1], b[1]) + 20 - max(a[1], b[1]))
        return width * height / (800 - width * height)

    exact = 100 * np.mean([iou(a, b) for a, b in zip(near, track, strict=True)])

    assert one("success_auc/track", near, track) == pytest.approx(exact, abs=2.5)


def test_boxes_in_the_wrong_frames_are_wrong():
    track = np.array([[0.0, 0, 5, 5], [20, 20, 5, 5], [40, 40, 5, 5]])

    assert one("success_auc/track", np.roll(track, 1, axis=0), track) == 0.0
    assert one("success_auc/track", track[:1], track) == pytest.approx(100 / 3)


def test_a_tube_is_scored_over_the_frames_of_either():
    box = np.array([0.0, 0, 4, 4])
    found, real = (
        {1: box, 2: box, 3: box},
        {2: box, 3: box + np.array([2.0, 0, 0, 0]), 4: box},
    )

    assert one("m_viou/tube", found, real) == pytest.approx(100 * (1 + 1 / 3) / 4)


def test_recall_takes_the_fifty_best_and_meets_each_once():
    gold = (
        Triple(("a", "on", "b")),
        Triple(("a", "on", "b")),
        Triple(("c", "by", "d")),
    )
    filler = tuple(Triple(("x", "y", str(n)), score=0.9) for n in range(49))
    found = (
        *filler,
        Triple(("a", "on", "b"), score=0.8),
        Triple(("c", "by", "d"), score=0.1),
    )

    assert one("recall_at_50/triplets", found, gold) == pytest.approx(100 / 3)


def test_boxes_of_a_triple_must_overlap_where_the_reference_has_them():
    box, far = np.array([0.0, 0, 4, 4]), np.array([9.0, 9, 4, 4])
    gold = (Triple(("man", "rides", "horse"), (box, box)),)

    assert (
        one(
            "recall_at_50/triplets",
            (Triple(("man", "rides", "horse"), (box, far)),),
            gold,
        )
        == 0.0
    )
    assert (
        one("recall_at_50/triplets", (Triple(("man", "rides", "horse")),), gold) == 0.0
    )


def test_depth_errors_equal_scikit_learn():
    from sklearn.metrics import root_mean_squared_error

    real = CHANCE.random((8, 9)) + 1
    found = real + CHANCE.normal(0, 0.1, real.shape)
    expected = 100 * root_mean_squared_error(real.ravel(), found.ravel())

    assert one("rmse/depth_map", found, real) == pytest.approx(expected)


def test_relative_depth_is_aligned_by_least_squares():
    real = CHANCE.random((3, 8, 9)) + 1
    found = CHANCE.random(real.shape)
    design = np.column_stack([found.ravel(), np.ones(found.size)])
    fit = design @ np.linalg.lstsq(design, real.ravel(), rcond=None)[0]
    expected = np.mean(np.abs(fit - real.ravel()) / real.ravel())

    assert one("abs_rel/depth_map", found, real) == pytest.approx(expected)
    assert one("abs_rel/depth_map", 5 * real - 2, real) == pytest.approx(0, abs=1e-12)


def test_what_was_not_measured_is_not_scored():
    real = np.array([[1.0, np.nan], [2.0, 3.0]])

    assert one("rmse/depth_map", np.array([[1.0, 99], [2, 3]]), real) == 0.0


def test_flow_errors_are_lengths_over_known_pixels():
    real = np.zeros((2, 2, 2))
    real[0, 0] = np.nan
    found = np.full((2, 2, 2), [3.0, 4.0])

    assert one("epe/flow", found, real) == 5.0


def test_angles_between_normals_are_in_degrees():
    left = np.array([[1.0, 0, 0], [0, 2, 0], [0, 0, 1]])
    right = np.array([[0.0, 1, 0], [0, 1, 0], [0, 0, -3]])

    assert fields.angles(left, right) == pytest.approx([90, 0, 180])


def test_count_and_series_errors_equal_scikit_learn():
    from sklearn.metrics import mean_absolute_error, root_mean_squared_error

    real, found = CHANCE.normal(size=30), CHANCE.normal(size=30)

    ours = value("mae/count", list(zip(found, real, strict=True)))
    assert ours == pytest.approx(mean_absolute_error(real, found))
    assert one("rmse/scalar_series", found, real) == pytest.approx(
        root_mean_squared_error(real, found)
    )


def test_drift_over_a_straight_drive_is_its_share():
    poses = np.zeros((300, 3, 4))
    poses[:, :, :3] = np.eye(3)
    poses[:, 2, 3] = np.arange(300) * 2
    drifted = poses.copy()
    drifted[:, 2, 3] *= 1.02

    assert one("rte/poses", drifted, poses) == pytest.approx(2.0)


def test_drift_does_not_depend_on_where_the_drive_begins():
    turn = np.array([[0.0, 0, 1], [0, 1, 0], [-1, 0, 0]])
    poses = np.zeros((100, 3, 4))
    poses[:, :, :3] = np.eye(3)
    poses[:, 0, 3] = np.arange(100) * 3
    moved = np.concatenate([turn @ poses[:, :, :3], turn @ poses[:, :, 3:] + 7], axis=2)

    assert one("rte/poses", moved, poses) == pytest.approx(0, abs=1e-9)


def seats(*places, label="car", score=1.0):
    return tuple(
        Seat(label, float(x), 0.0, score, str(n)) for n, x in enumerate(places)
    )


def nuscenes_by_hand(hits, objects):
    """AP from the published formula, for hits in falling order of score."""
    tp = np.cumsum(hits)
    precision, recall = tp / np.arange(1, len(hits) + 1), tp / objects
    at = np.interp(np.linspace(0, 1, 101), recall, precision, right=0)
    kept = np.clip(at[11:] - 0.1, 0, None)
    return 100 * kept.mean() / 0.9


def test_detection_around_a_vehicle_equals_its_formula():
    real = seats(0, 10, 20, 30)
    # Off by 0.3, 0.8, 1.5 and 9 metres: met at 4, 3, 2 and 2 of the four distances.
    found = tuple(
        Seat("car", x, 0.0, s)
        for x, s in ((0.3, 0.9), (10.8, 0.8), (21.5, 0.7), (39.0, 0.6))
    )
    expected = [
        nuscenes_by_hand([1, 0, 0, 0], 4),
        nuscenes_by_hand([1, 1, 0, 0], 4),
        nuscenes_by_hand([1, 1, 1, 0], 4),
        nuscenes_by_hand([1, 1, 1, 0], 4),
    ]

    assert one("nuscenes_map/bbox3d", found, real) == pytest.approx(np.mean(expected))


def by_motmetrics(found, real, least):
    """Switches, false finds and hits at one score, by another implementation."""
    import motmetrics

    judge = motmetrics.MOTAccumulator(auto_id=True)
    for left, right in zip(found, real, strict=True):
        kept = [s for s in left if s.score >= least]
        far = np.array(
            [
                [abs(a.x - b.x) if abs(a.x - b.x) < 2 else np.nan for b in kept]
                for a in right
            ]
        )
        judge.update(
            [int(s.track) for s in right],
            [int(s.track) for s in kept],
            far.reshape(len(right), len(kept)),
        )
    summary = motmetrics.metrics.create().compute(
        judge,
        metrics=["num_switches", "num_false_positives", "num_misses", "num_objects"],
        name="x",
    )
    return {k: float(summary[k].iloc[0]) for k in summary}


def test_tracking_accuracy_at_one_score_equals_motmetrics():
    from curation.scoring.driving import _followed

    real = [seats(0, 10, 20) for _ in range(8)]
    found = []
    for time in range(8):
        names = ("4", "5", "6") if time < 4 else ("5", "4", "6")
        shift = 0.5 if time % 3 else 2.5
        found.append(
            tuple(
                Seat("car", 10.0 * n + shift, 0.0, 1.0, k) for n, k in enumerate(names)
            )
        )
    theirs = by_motmetrics(found, real, 0.0)

    hits, switches, false = _followed(found, real, 0.0)

    assert switches == theirs["num_switches"]
    assert false == theirs["num_false_positives"]
    assert len(hits) == theirs["num_objects"] - theirs["num_misses"]


def test_tracking_averages_over_recalls():
    real = tuple(seats(0, 10) for _ in range(10))
    sure = tuple((Seat("car", 0.0, 0.0, 0.9, "a"),) for _ in range(10))
    # One of two objects, perfectly: 17 of 40 recalls, from 0.1 to 0.4923, are reached.
    reached = sum(np.linspace(0.1, 1, 40) <= 0.5)

    assert one("amota/tracks3d", sure, real) == pytest.approx(100 * reached / 40)


def test_mel_cepstral_distortion_is_the_log_spectral_distance_of_its_part():
    rate, time = audio.RATE, np.arange(8000) / audio.RATE
    quiet = 0.2 * np.sin(2 * np.pi * 440 * time) + CHANCE.normal(0, 0.05, 8000)
    louder = quiet * 2.0

    # Loudness is the first coefficient, which does not count.
    assert one("mcd/audio", (louder, rate), (quiet, rate)) == pytest.approx(0, abs=1e-3)
    assert one("mcd/audio", (quiet[::-1], rate), (quiet, rate)) > 0.1


def test_cepstra_equal_a_cosine_transform_of_scipy():
    from scipy.fft import dct

    sound = CHANCE.normal(0, 0.1, 4000)
    frames = np.lib.stride_tricks.sliding_window_view(sound, 400)[::160]
    power = np.abs(np.fft.rfft(frames * np.hanning(400), 512)) ** 2
    logs = np.log(power @ audio._bank().T + 1e-10) / 2
    theirs = dct(logs, type=2, axis=1)[:, 1:14] / 40

    assert audio.cepstra(sound) == pytest.approx(theirs)


def test_alignment_in_time_forgives_a_pause():
    tone = CHANCE.normal(0, 0.1, 6000)
    late = np.concatenate([np.repeat(tone[:1], 1600), tone])

    plain, warped = (
        one(n, (late, audio.RATE), (tone, audio.RATE)) for n in ("mcd/audio", "mcd/dtw")
    )

    assert warped < plain


def test_the_cheapest_path_equals_the_textbook():
    apart = CHANCE.random((7, 9))
    table = np.full((8, 10), np.inf)
    table[0, 0] = 0
    for i in range(7):
        for j in range(9):
            table[i + 1, j + 1] = apart[i, j] + min(
                table[i, j], table[i, j + 1], table[i + 1, j]
            )

    assert audio._path(apart)[0] == pytest.approx(table[-1, -1])


def test_events_are_the_steps_at_which_the_reference_changes():
    real = np.zeros((6, 128), dtype=bool)
    real[1:3, 60] = real[4:, 62] = True
    found = real.copy()
    found[4] = False
    found[5] = False  # no change of the reference, so no event

    # Changes at 1, 3 and 4; the last of them is wrong.
    assert one("event_accuracy/pianoroll", found, real) == pytest.approx(200 / 3)


def test_pitch_classes_of_neighbouring_bars_overlap_as_counted():
    notes = ((0, 60), (0, 62), (1, 72), (1, 71), (3, 59))

    # Bars 0 and 1 share C by half; bars 1 and 3 share B by half.
    assert one("pitch_class_consistency/midi", notes, None) == pytest.approx(50.0)


def test_notes_of_a_midi_file_fall_into_bars(tmp_path):
    file = tmp_path / "a.mid"
    on = 0x90
    # Running status, a note off as velocity 0, and a bar of 3/4.
    file.write_bytes(
        media.midi(
            (0, [on, 60, 90]),
            (96, [60, 0]),
            (0, [64, 90]),
            (127, [64, 0]),
            (100, [67, 90]),
            signature=(3, 2),
        )
    )

    assert midi.notes(file) == ((0, 60), (0, 64), (1, 67))


def test_notes_of_a_midi_file_are_played_from_when_to_when():
    on, off = 0x90, 0x80
    content = media.midi((0, [on, 60, 90]), (48, [on, 64, 90]), (48, [off, 60, 0]), (96, [on, 64, 0]), (0, [on, 67, 9]))  # fmt: skip

    assert midi.played(content) == ((0.0, 1.0, 60), (0.5, 1.5, 64), (2.0, 1.0, 67))


@pytest.mark.parametrize(
    "content", [b"", b"RIFF", b"MThd\0\0\0\6\0\0\0\1\x80\x10", media.midi((0, [0x90]))]
)
def test_what_is_no_midi_file_is_said_to_be_none(tmp_path, content):
    file = tmp_path / "a.mid"
    file.write_bytes(content)

    with pytest.raises(Unusable, match="not a MIDI file"):
        midi.notes(file)


def test_series_of_another_length_are_not_comparable():
    score = score_task(
        BY_ID["rmse/scalar_series"], {"0": np.array([1.0])}, {"0": np.array([1.0, 2.0])}
    )

    assert (score.value, score.invalid) == (math.inf, 1)
