import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.scoring import scale_of
from curation.scoring.scale import SCALES

# Percentages that are never cut share one map, so that one of them stands for all.
KINDS = {"accuracy": SCALES["accuracy"]} | {
    name: scale
    for name, scale in SCALES.items()
    if scale.clamps or name == "wer" or not scale.fractional
}
NAMED = pytest.mark.parametrize("scale", KINDS.values(), ids=KINDS)


@pytest.mark.parametrize(
    ("metric", "value", "points"),
    [
        ("accuracy", 0.0, 0.0),
        ("accuracy", 83.33, 83.33),
        ("fid", 0.0, 100.0),
        ("fid", 25.0, 100.0 * math.tanh(0.5)),
        ("fid", math.inf, 0.0),
        ("mae", 50.0, 100.0 * math.tanh(0.5)),
        ("rmse", 5.0, 100.0 * math.tanh(0.5)),
        ("mse", 28.9, 8.6290),
        ("abs_rel", 0.27, 18.3097),
        ("epe", 1.0, 100.0 * math.tanh(0.5)),
        ("fvd", 71.27, 60.5355),
        ("fad", 11.52, 40.8682),
        ("sad", 18.1, 26.9424),
        ("rte", 0.55, 42.5628),
        ("chamfer", 0.217, 98.0259),
        ("mcd", 4.12, 54.1868),
        ("psnr", 20.0, 100.0 * math.tanh(1.0)),
        ("psnr", math.inf, 100.0),
        ("psnr", -1.5, 0.0),
        ("wer", 5.6, 94.4),
        ("wer", 250.0, 0.0),
        ("ms_ssim", 0.542, 77.1),
        ("ms_ssim", -0.2, 40.0),
        ("mos", 3.82, 70.5),
        ("mos", 1.0, 0.0),
        ("cider", 130.0, 100.0),
        ("clip_score", -4.0, 0.0),
        ("clap", -0.1, 0.0),
    ],
)
def test_values_become_the_points_of_the_published_maps(metric, value, points):
    assert scale_of(metric).points(value) == pytest.approx(points, abs=6e-5)


def test_depth_has_a_scale_of_its_own():
    assert scale_of("rmse", "depth_map").points(36.4) == pytest.approx(
        59.5931, abs=6e-5
    )
    assert scale_of("rmse", "normals_angular").points(9.96) == pytest.approx(
        24.5862, abs=6e-5
    )


@pytest.mark.parametrize(
    ("metric", "value", "fault"),
    [
        ("accuracy", 100.5, "100.5 is outside of 0 to 100"),
        ("accuracy", -0.1, "-0.1 is outside of 0 to 100"),
        ("accuracy", math.inf, "inf is outside of 0 to 100"),
        ("accuracy", math.nan, "is not a number"),
        ("fid", -1.0, "-1 is outside of 0 to inf"),
        ("mos", 0.5, "0.5 is outside of 1 to 5"),
        ("ms_ssim", 1.5, "1.5 is outside of -1 to 1"),
        ("wer", -1.0, "-1 is outside of 0 to inf"),
    ],
)
def test_impossible_values_are_refused_and_never_cut(metric, value, fault):
    assert scale_of(metric).fault(value) == fault
    with pytest.raises(ValueError, match=f"^{metric}: "):
        scale_of(metric).points(value)


@pytest.mark.parametrize(
    ("metric", "value", "warning"),
    [
        ("cider", 130.0, "130 was cut to 100"),
        ("clip_score", -4.0, "-4 was cut to 0"),
        ("clip_score", 25.0, ""),
        ("accuracy", 25.0, ""),
    ],
)
def test_only_unbounded_similarities_are_cut_and_with_a_warning(metric, value, warning):
    assert scale_of(metric).warning(value) == warning


@pytest.mark.parametrize(
    ("metric", "points"), [("mae", 50.0), ("wer", 100.0), ("accuracy", 100.0)]
)
def test_points_of_errors_are_scaled_by_the_answered_share(metric, points):
    best = 100.0 if metric == "accuracy" else 0.0

    assert scale_of(metric).points(best, coverage=0.5) == points


def legal(scale):
    low = max(scale.least, -200.0)
    high = min(scale.most, 1e6)
    return st.floats(low, high)


@NAMED
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_points_are_0_to_100_and_never_fall_as_values_improve(scale, data):
    one, other = sorted(data.draw(st.tuples(legal(scale), legal(scale))))
    errors = scale.points(scale.least if math.isfinite(scale.least) else 0.0) == 100.0
    worse, better = (other, one) if errors else (one, other)

    assert 0.0 <= scale.points(worse) <= scale.points(better) + 1e-12 <= 100.0 + 1e-12


@NAMED
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_arrays_are_mapped_as_numbers_are(scale, data):
    values = data.draw(st.lists(legal(scale), min_size=1, max_size=20))

    expected = [scale.points(v) for v in values]
    assert scale.many(np.array(values)).tolist() == pytest.approx(expected, abs=1e-10)


@pytest.mark.parametrize("tiny", [5e-324, 1e-300, 1e-12])
def test_a_tiny_error_is_as_good_as_none(tiny):
    assert scale_of("fid").points(tiny) == 100.0
    assert scale_of("fid").many(np.array([tiny, 0.0])).tolist() == [100.0, 100.0]
