from __future__ import annotations

import json
import math
import re
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import tiny
from hypothesis import given
from hypothesis import strategies as st

import schemas
from curation.scoring import backends, loading
from curation.scoring.choice import choose
from curation.scoring.models import MODELS
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


def functions(**named):
    entries = {k.replace("__", "/"): v for k, v in named.items()}
    return {"format": "curate-backends/1", "functions": entries}


def models(**named):
    return {"format": "curate-backends/1", "models": named}


def test_a_function_of_the_user_makes_a_metric(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "my_models", SimpleNamespace(make=colours))
    entry = {"python": "my_models:make", "options": {"options": 1.0}}

    found = loading.load(written(tmp_path, functions(fid__inception=entry)))

    assert found["fid/inception"].name == "fid"
    assert (
        choose("Handwriting Text Generation", "", {}, found).metric
        is found["fid/inception"]
    )


def test_a_function_of_the_user_goes_before_a_model(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "my_models", SimpleNamespace(make=colours))
    tiny.eyes(tmp_path / "pool3.onnx", "pool3", (299, 299))
    both = models(inception={"network": "pool3.onnx"}) | functions(
        fid__inception={"python": "my_models:make"}
    )
    white = np.full((9, 7, 3), 255, dtype=np.uint8)

    metric = loading.load(written(tmp_path, both))["fid/inception"]

    assert metric.see(white, white)[0] == pytest.approx(np.full((1, 3), 255.0))


def test_a_network_sees_scaled_and_normalised_pictures(tmp_path):
    tiny.eyes(tmp_path / "pool3.onnx", "pool3", (299, 299))
    entry = {"network": "pool3.onnx"}
    white = np.full((9, 7, 3), 255, dtype=np.uint8)

    metric = loading.load(written(tmp_path, models(inception=entry)))["fid/inception"]

    assert metric.see(white, white)[0] == pytest.approx(
        np.full((1, 3), 127 / 128), abs=1e-4
    )


def test_how_pictures_are_prepared_may_be_named_with_the_model(tmp_path):
    tiny.eyes(tmp_path / "pool3.onnx", "pool3", (4, 4))
    half = {"size": 4, "fit": "crop", "mean": [0, 0, 0.5], "std": [1, 1, 0.5]}
    entry = {"network": "pool3.onnx", "pictures": half}
    picture = np.zeros((4, 24, 3), dtype=np.uint8)
    picture[:, 10:14] = 255

    metric = loading.load(written(tmp_path, models(inception=entry)))["fid/inception"]

    assert metric.see(picture, picture)[0] == pytest.approx(np.ones((1, 3)), abs=1e-5)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("{", "backends.json is not JSON"),
        ("[]", 'backends.json#: .* is not of type "object"'),
        ({"models": {}}, '"format" is a required property'),
        (models(clop={}), "#/models: .*'clop' was unexpected"),
        (models(inception={}), '#/models/inception: "network" is a required'),
        (
            models(inception={"network": "missing.onnx"}),
            "#/models/inception: .*missing.onnx does not exist",
        ),
        (
            models(inception={"network": "backends.json"}),
            "#/models/inception: backends.json is no ONNX network",
        ),
        (
            models(inception={"network": "text.onnx"}),
            "text.onnx takes input_ids 1xany; expected pixel_values anyx3x299x299",
        ),
        (
            models(inception={"network": "x", "pictures": {"fit": "stretch"}}),
            "#/models/inception/pictures/fit: ",
        ),
        (
            models(inception={"network": "hub:only-a-name"}),
            "expected hub:ORG/NAME@REVISION/path",
        ),
        (
            models(matcher={"network": "text.onnx", "tokenizer": "text.onnx"}),
            "expected pixel_values anyx3x384x384 and input_ids anyxany",
        ),
        (
            models(classifier={"network": "eyes.onnx", "labels": "odd.json"}),
            "odd.json has no names of classes",
        ),
        (
            functions(psnr__image={"python": "json:loads"}),
            "#/functions/psnr~1image: no metric of that name needs a backend",
        ),
        (functions(fid__inception={"python": "nowhere"}), "does not match"),
        (
            functions(fid__inception={"python": "nowhere.at.all:x"}),
            "No module named 'nowhere'",
        ),
        (
            functions(fid__inception={"python": "json:nothing"}),
            "has no attribute 'nothing'",
        ),
    ],
)
def test_backends_that_cannot_be_used_are_named(tmp_path, value, message):
    tiny.reader(tmp_path / "text.onnx")
    tiny.eyes(tmp_path / "eyes.onnx")
    (tmp_path / "odd.json").write_text('{"id2label": {"1": "second"}}')

    with pytest.raises(loading.Misconfigured, match=message):
        loading.load(written(tmp_path, value))


@pytest.mark.parametrize("module", ["onnxruntime", "tokenizers", "huggingface_hub"])
def test_without_a_library_the_extra_is_named(tmp_path, monkeypatch, module):
    monkeypatch.setitem(sys.modules, module, None)
    named = tiny.everything(tmp_path)["clip"]
    if module == "huggingface_hub":
        named["text"] = "hub:org/name/text.onnx"

    with pytest.raises(
        loading.Misconfigured, match=r"general-bench-curation\[weights\]"
    ):
        loading.load(written(tmp_path, models(clip=named)))


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The Hub's cache with one repository, at two revisions of one network."""
    from huggingface_hub import constants

    root = tmp_path / "hub"
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(root))
    repo = root / "models--org--name"
    for number, ref in enumerate(("main", "v1")):
        commit = str(number) * 40
        (repo / "refs").mkdir(parents=True, exist_ok=True)
        (repo / "refs" / ref).write_text(commit)
        side = 8 if ref == "v1" else 299
        tiny.eyes(repo / "snapshots" / commit / "onnx" / "m.onnx", sides=(side, side))
    return root


def test_a_network_is_found_in_the_cache_of_the_hub(tmp_path, cache):
    named = models(inception={"network": "hub:org/name/onnx/m.onnx"})

    assert set(loading.load(written(tmp_path, named))) == {"fid/inception"}


def test_a_revision_of_the_hub_is_held_to(tmp_path, cache):
    named = models(inception={"network": "hub:org/name@v1/onnx/m.onnx"})

    with pytest.raises(
        loading.Misconfigured, match=r"m\.onnx takes pixel_values anyx3x8x8"
    ):
        loading.load(written(tmp_path, named))


def test_what_the_cache_does_not_have_is_not_downloaded_but_told_how_to_fetch(
    tmp_path, cache
):
    named = models(inception={"network": "hub:org/other@v2/onnx/m.onnx"})

    with pytest.raises(
        loading.Misconfigured,
        match=r"fetch it with: hf download org/other onnx/m\.onnx --revision v2",
    ):
        loading.load(written(tmp_path, named))


def test_the_hash_of_backends_is_of_the_models_too(tmp_path):
    file = written(tmp_path, models(inception={"network": "m.onnx"}))
    tiny.eyes(tmp_path / "m.onnx", sides=(299, 299))
    one = loading.digest(file)
    tiny.eyes(tmp_path / "m.onnx", "other", sides=(299, 299))

    assert loading.digest(file) != one
    assert loading.digest(file) == loading.digest(file)


def test_the_schema_names_all_models_and_their_parts():
    places = schemas.document("backends.json")["properties"]["models"]["properties"]

    assert {n: set(p["required"]) for n, p in places.items()} == {
        m.name: set(m.parts) for m in MODELS
    }
    assert {n for n, p in places.items() if "pictures" in p["properties"]} == {
        m.name for m in MODELS if m.sight.size
    }


DOCS = (Path(__file__).parents[2] / "docs" / "backends.md").read_text("utf-8")


def test_the_example_of_the_documentation_is_the_schemas_own():
    (example,) = schemas.document("backends.json")["examples"]

    assert json.loads(DOCS.partition("```json\n")[2].partition("```")[0]) == example


def test_the_documentation_has_every_model_with_its_wiring():
    table = DOCS.partition("## Models")[2].partition("## What")[0]

    for model in MODELS:
        assert f"| `{model.name}` |" in table
        for wiring in model.networks.values():
            assert {n for n, _ in wiring.takes} | {wiring.gives} <= set(
                re.findall(r"`(\w+)`", table)
            )
    assert all(f"`{n.id}`" in table for n in backends.NEEDS if n.name != "clip_score")


def test_every_metric_says_which_models_it_takes():
    named = {n.id: choose(n.id, "", {"metric": n.id}).needs for n in backends.NEEDS}

    assert "; name vggish, or clap with --backends" in named["fad/vggish_or_clap"]
    for needs in named.values():
        listed = needs.partition("; name ")[2].partition(" with")[0]
        parts = re.split(", or | and ", listed)
        assert set(parts) <= {m.name for m in MODELS}, needs
