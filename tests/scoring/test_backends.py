from __future__ import annotations

import json
import math
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.scoring import backends, loading
from curation.scoring.choice import choose
from curation.scoring.score import score_task
from curation.scoring.table import task_table

CHANCE = np.random.default_rng(3)


def test_frechet_distance_equals_the_formula_over_scipy():
    from scipy.linalg import sqrtm

    left, right = CHANCE.normal(size=(60, 5)), CHANCE.normal(1, 2, size=(40, 5))
    c1, c2 = np.cov(left.T), np.cov(right.T)
    apart = np.square(left.mean(0) - right.mean(0)).sum()
    theirs = apart + np.trace(c1 + c2 - 2 * sqrtm(c1 @ c2).real)

    assert backends.frechet_distance(left, right) == pytest.approx(theirs)


@given(st.integers(1, 30), st.integers(1, 6))
def test_frechet_distance_of_a_set_to_itself_is_nothing(size, width):
    features = np.random.default_rng(size).normal(size=(size, width))

    assert backends.frechet_distance(features, features) == pytest.approx(0, abs=1e-6)


def colours(options=0.0):
    """A stand-in for a network: the mean colour of a picture."""

    def backend(answer, role):
        del role
        return np.asarray(answer, dtype=float).mean(axis=(0, 1)) + options

    return backend


def pictures(shift=0):
    return {
        str(i): np.clip(CHANCE.integers(0, 200, (6, 6, 3)) + shift, 0, 255).astype(
            np.uint8
        )
        for i in range(8)
    }


FID = backends.NEED_BY_ID["fid/inception"]


def test_a_distance_of_features_is_nothing_for_an_oracle_and_more_for_others():
    metric, real = backends.metric(FID, colours()), pictures()

    assert score_task(metric, real, real).value == pytest.approx(0, abs=1e-6)
    assert score_task(metric, pictures(50), real).value > 100


def test_a_distance_of_features_needs_all_items():
    metric, real = backends.metric(FID, colours()), pictures()
    some = {k: v for k, v in real.items() if k != "3"}

    score = score_task(metric, some, real)

    assert (score.value, score.interval) == (None, None)
    assert score.note == "not scored: fid needs all 8 items; 7 are answered"


def test_a_distance_of_features_adds_up_item_by_item():
    real, found = pictures(), pictures(20)
    every = [
        np.array([colours()(p, "") for p in side.values()]) for side in (found, real)
    ]

    assert score_task(
        backends.metric(FID, colours()), found, real
    ).value == pytest.approx(backends.frechet_distance(*every))


def test_a_cosine_is_in_percent_and_never_under_nothing():
    metric = backends.metric(
        backends.NEED_BY_ID["clip_score/text_image"], lambda a, _: np.array(a)
    )
    gold = {"0": [1.0, 0.0], "1": [1.0, 0.0]}

    score = score_task(metric, {"0": [1.0, 1.0], "1": [-1.0, 0.0]}, gold)

    assert score.value == pytest.approx(50 * math.sqrt(0.5))
    assert score_task(metric, {}, gold).value == 0.0


def test_a_rating_out_of_range_is_an_unreadable_answer():
    metric = backends.metric(
        backends.NEED_BY_ID["musiq/frames"], lambda a, _: np.array([a[0]])
    )

    score = score_task(metric, {"0": 70.0, "1": 170.0}, {"0": None, "1": None})

    assert (score.value, score.invalid) == (35.0, 1)


def test_every_task_that_needs_weights_has_a_backend_to_name():
    rows = [
        r for r in task_table().rows if r.weights and r.metric not in {"wer", "cider"}
    ]

    assert {f"{r.metric}/{r.variant}" for r in rows} == {n.id for n in backends.NEEDS}
    assert {choose(r.task, "", {}).metric for r in rows} == {None}


def written(tmp_path, value):
    file = tmp_path / "backends.json"
    file.write_text(value if isinstance(value, str) else json.dumps(value))
    return file


def test_a_function_of_the_user_makes_a_metric(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "my_models", SimpleNamespace(make=colours))

    found = loading.load(
        written(
            tmp_path,
            {
                "fid/inception": {
                    "python": "my_models:make",
                    "options": {"options": 1.0},
                }
            },
        )
    )

    assert found["fid/inception"].name == "fid"
    assert (
        choose("Handwriting Text Generation", "", {}, found).metric
        is found["fid/inception"]
    )


class Module:
    """A stand-in for a network of TorchScript: the mean of each channel."""

    def eval(self):
        return self

    def __call__(self, batch):
        assert batch.shape[1:] == (3, 4, 4)
        return Tensor(batch.mean(axis=(2, 3)))


class Tensor(np.ndarray):
    def __new__(cls, values):
        return np.asarray(values).view(cls)

    def numpy(self):
        return np.asarray(self)


def loaded(_, **__):
    return Module()


class Nothing:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        return False


def torch(load):
    return SimpleNamespace(
        jit=SimpleNamespace(load=load), no_grad=Nothing, from_numpy=lambda a: a
    )


def test_a_torchscript_module_sees_scaled_and_normalised_pictures(
    tmp_path, monkeypatch
):
    monkeypatch.setitem(sys.modules, "torch", torch(loaded))
    (tmp_path / "m.pt").write_bytes(b"weights")
    entry = {"torchscript": "m.pt", "size": 4, "mean": [0, 0, 0], "std": [1, 1, 0.5]}

    metric = loading.load(written(tmp_path, {"fid/inception": entry}))["fid/inception"]
    white = np.full((9, 7, 3), 255, dtype=np.uint8)
    (_, sums, _), _ = metric.see(white, white)

    assert sums == pytest.approx([1, 1, 2])


def broken(_, **__):
    raise RuntimeError("bad magic")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("{", "backends.json"),
        ("[]", "expected an object from metric to backend"),
        ({"psnr/image": {}}, "no metric of that name needs a backend"),
        ({"fid/inception": {}}, "expected an object with torchscript or python"),
        (
            {"fid/inception": {"python": "nowhere.at.all:x"}},
            "No module named 'nowhere'",
        ),
        ({"fid/inception": {"python": "json:nothing"}}, "has no attribute 'nothing'"),
        ({"fid/inception": {"torchscript": "missing.pt"}}, "missing.pt does not exist"),
        (
            {"fid/inception": {"torchscript": "backends.json"}},
            "backends.json: bad magic",
        ),
    ],
)
def test_backends_that_cannot_be_used_are_named(tmp_path, monkeypatch, value, message):
    monkeypatch.setitem(sys.modules, "torch", torch(broken))

    with pytest.raises(loading.Misconfigured, match=message):
        loading.load(written(tmp_path, value))


def test_without_torch_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)

    with pytest.raises(
        loading.Misconfigured, match=r"general-bench-curation\[weights\]"
    ):
        loading.load(written(tmp_path, {"fid/inception": {"torchscript": "m.pt"}}))
