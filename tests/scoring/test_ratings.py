from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
import tiny
from media import film

from curation.scoring import backends, loading, ratings
from curation.scoring.media import Film
from curation.scoring.models import BY_NAME
from curation.scoring.score import score_task

CHANCE = np.random.default_rng(7)
RED, GREEN, BLUE, GREY = (
    np.array(c, dtype=np.uint8)
    for c in ([200, 10, 10], [10, 200, 10], [10, 10, 200], [90, 90, 90])
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("models")


@pytest.fixture(scope="module")
def metrics(folder):
    return loading.load(tiny.named(folder, tiny.everything(folder)))


def plane(colour, side=32):
    return np.broadcast_to(np.array(colour, dtype=np.uint8), (side, side, 3)).copy()


def rated(metric, answer, **asked):
    output = asked.pop("output", None)
    sample = {"input": asked}
    score = score_task(
        metric, {"0": answer}, {"0": {"input": sample, "output": output}}, count=0
    )
    assert not score.faults, score.faults
    return score.value


def cosine(left, right):
    return float(np.dot(left, right) / np.linalg.norm(left) / np.linalg.norm(right))


def test_every_metric_with_weights_has_a_recipe_and_each_recipe_known_models(metrics):
    assert set(metrics) == {n.id for n in backends.NEEDS}
    assert all("; " in m.definition or "(" in m.definition for m in metrics.values())


def test_consistency_is_the_mean_of_cosines_to_the_frame_before_and_the_first():
    rows = CHANCE.normal(size=(5, 4))
    wanted = np.mean([
        (max(0, cosine(rows[t], rows[t - 1])) + max(0, cosine(rows[t], rows[0]))) / 2 for t in range(1, 5)
    ])  # fmt: skip

    assert ratings.consistency(rows) == pytest.approx(100 * wanted)
    assert ratings.consistency(np.stack([rows[0]] * 3)) == pytest.approx(100)


@pytest.mark.parametrize("name", ["dino_score/frame_frame", "clip_score/frame_frame"])
def test_a_still_film_is_consistent_and_a_flickering_one_is_less(metrics, name):
    still, flicker = [plane(RED)] * 4, [plane(RED), plane(BLUE)] * 2

    assert rated(metrics[name], still) == pytest.approx(100, abs=1e-4)
    assert rated(metrics[name], flicker) < 90


def test_a_film_of_one_frame_is_no_answer_where_frames_are_compared(metrics):
    score = score_task(
        metrics["dino_score/frame_frame"],
        {"0": [plane(RED)]},
        {"0": {"input": {}, "output": None}},
    )

    assert (score.value, score.invalid) == (0.0, 1)
    assert "one frame" in score.faults[0][1]


def test_musiq_is_the_mean_over_frames(metrics):
    # The stand-in rates the mean brightness, from 0 to 1.
    assert rated(
        metrics["musiq/frames"], [plane(GREY), plane(GREY // 2)]
    ) == pytest.approx(67.5 / 255, abs=1e-6)


def test_beauty_is_ten_times_what_the_head_makes_of_the_normalised_embedding(metrics):
    mean, std = (
        np.array([0.48145466, 0.4578275, 0.40821073]),
        np.array([0.26862954, 0.26130258, 0.27577711]),
    )
    seen = (np.array([240, 230, 200]) / 255 - mean) / std
    wanted = 10 * np.dot(seen / np.linalg.norm(seen), [2, 3, 4])

    assert rated(
        metrics["aesthetic/frames"], [plane([240, 230, 200])] * 2
    ) == pytest.approx(wanted, abs=1e-3)


def brighter(steps, side=64):
    """A film whose red goes up by so many levels from frame to frame."""
    levels = np.cumsum([0, *steps])
    return [plane([level, 0, 0], side) for level in levels]


def test_a_film_moves_where_its_fastest_part_does_often_enough(metrics):
    metric = metrics["dynamic_degree/raft"]

    # The stand-in takes levels of red for pixels to the right; 64 / 256 * 6 = 1.5 of them count.
    assert rated(metric, brighter([2] * 4 + [0] * 11)) == 100.0
    assert rated(metric, brighter([2] * 3 + [0] * 12)) == 0.0
    assert rated(metric, brighter([1] * 15)) == 0.0


def test_a_twentieth_of_the_pixels_is_enough_to_move(metrics):
    def moved(columns):
        second = np.zeros((40, 40, 3), dtype=np.uint8)
        second[:, :columns, 0] = 2
        return [np.zeros((40, 40, 3), dtype=np.uint8), second] * 4

    assert rated(metrics["dynamic_degree/raft"], moved(2)) == 100.0
    assert rated(metrics["dynamic_degree/raft"], moved(0)) == 0.0


def test_movement_is_judged_at_eight_frames_a_second(metrics, tmp_path):
    def paint(index):
        # At 24 frames a second, what happens between every third frame is not seen.
        return np.full((64, 64, 3), 0 if index % 3 == 0 else 255, np.uint8)

    fast = film(tmp_path / "fast.mp4", 24, (64, 64), 24, paint, options={"crf": "0"})
    slow = film(tmp_path / "slow.mp4", 24, (64, 64), 8, paint, options={"crf": "0"})

    assert rated(metrics["dynamic_degree/raft"], Film((), fast)) == 0.0
    assert rated(metrics["dynamic_degree/raft"], Film((), slow)) == 100.0


def composite(metrics, film, prompt):
    return rated(metrics["i2v_composite/dino+viclip+flow+smooth"], film, prompt=prompt)


def test_the_composite_is_the_mean_of_its_four_parts(metrics):
    frames = brighter([10, 30, 10, 30], 64)
    mean, std = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    dino = ratings.consistency(np.array([(f[0, 0] / 255 - mean) / std for f in frames]))
    # In the middle of 0 and 40 is 20, where 10 is; of 40 and 80 60, where 50 is.
    smooth = 100 * (1 - 10 / 3 / 255)
    mean, std = (
        np.array([0.48145466, 0.4578275, 0.40821073]),
        np.array([0.26862954, 0.26130258, 0.27577711]),
    )
    picked = [frames[min(k, 4)] for k in range(8)]
    seen = np.mean([(f[0, 0] / 255 - mean) / std for f in picked], axis=0)
    words = tiny.read("a red cat")
    viclip = 100 * max(0.0, cosine(seen, words))

    found = composite(metrics, frames, "a red cat")

    assert found == pytest.approx((dino + viclip + 100 + smooth) / 4, abs=0.01)


def test_a_frame_is_accurate_where_it_is_nearer_to_the_target(metrics):
    asked = {"source_prompt": "red", "target_prompt": "blue"}

    found = rated(
        metrics["frame_accuracy/clip"],
        [plane(RED), plane(BLUE), plane(BLUE), plane(BLUE)],
        **asked,
    )

    assert found == 75.0


def test_a_film_succeeds_as_often_as_it_is_matched_with_what_was_asked(metrics):
    quarter = [plane([255, 120, 120])] * 4 + [plane([120, 255, 255])] * 12

    found = rated(metrics["success_rate/detector_or_vlm"], quarter, prompt="red")

    assert found == 25.0


def test_a_class_is_among_the_best_with_the_chance_of_a_draw():
    higher, classes, ways, top = 3, 9, 4, 2
    draws = [
        sum(c < higher for c in d) < top
        for d in combinations(range(classes - 1), ways - 1)
    ]

    assert ratings.among(higher, classes, ways, top) == pytest.approx(np.mean(draws))
    assert ratings.among(0, 1000, 50, 1) == 1.0
    assert ratings.among(1, 1000, 50, 1) == pytest.approx(1 - 49 / 999)
    assert ratings.among(999, 1000, 50, 1) == 0.0


@pytest.mark.parametrize(
    "output", ["red", {"label": "crimson"}, {"label": "Red", "image_file": "x.png"}]
)
def test_a_picture_of_its_class_is_right_by_any_of_its_names(metrics, output):
    metric = metrics["nway_topk_acc/imagenet_classifier"]

    assert rated(metric, plane(RED), output=output) == 100.0
    assert rated(metric, plane(GREEN), output=output) == 0.0


def test_a_classifier_that_tells_nothing_apart_gives_nothing(tmp_path):
    models = tiny.everything(tmp_path)
    nothing = np.zeros_like(tiny.CLASSES)
    tiny.times(tmp_path / "classes.onnx", "x", "logits", nothing, pictures=True)
    found = loading.load(tiny.named(tmp_path, {"classifier": models["classifier"]}))

    metric = found["nway_topk_acc/imagenet_classifier"]

    assert rated(metric, plane(RED), output="red") == 0.0


def test_a_class_that_the_classifier_does_not_have_is_no_fault_of_the_answer(metrics):
    metric = metrics["nway_topk_acc/imagenet_classifier"]

    score = score_task(
        metric, {"0": plane(RED)}, {"0": {"input": {}, "output": "mauve"}}
    )

    assert score.value is None
    assert score.note == "not scored: the classifier has no class called 'mauve'"


def test_a_picture_is_held_against_a_text_by_their_cosine(metrics):
    mean, std = (
        np.array([0.48145466, 0.4578275, 0.40821073]),
        np.array([0.26862954, 0.26130258, 0.27577711]),
    )
    wanted = cosine((RED / 255 - mean) / std, tiny.read("a red cat"))
    metric = metrics["clip_score/text_image"]

    score = score_task(metric, {"0": plane(RED)}, {"0": ("a red cat",)}, count=0)

    assert score.value == pytest.approx(100 * wanted, abs=0.01)
    assert wanted > 0


def test_renders_are_several_pictures_and_their_cosines_are_averaged(metrics):
    metric = metrics["clip_score/image_render"]
    one, other = (
        score_task(metric, {"0": [plane(c)]}, {"0": plane(RED)}, count=0).value
        for c in (RED, [200, 10, 90])
    )

    both = score_task(
        metric, {"0": [plane(RED), plane([200, 10, 90])]}, {"0": plane(RED)}, count=0
    )

    assert one == pytest.approx(100, abs=1e-4)
    assert both.value == pytest.approx((one + other) / 2)


def test_a_sound_is_held_against_a_text_by_their_cosine(metrics):
    noise = CHANCE.normal(0, 1, 48_000 * 10)
    heard = BY_NAME["clap"].sound((noise, 48_000))[0].mean(axis=0)[5:8]
    wanted = cosine(heard, tiny.read("a red cat"))

    score = score_task(
        metrics["clap/audio_text"], {"0": (noise, 48_000)}, {"0": ("a red cat",)}
    )

    assert wanted > 0
    assert score.value == pytest.approx(100 * wanted, abs=0.01)


def test_motions_are_told_apart_by_their_encoder(metrics):
    real = {str(k): CHANCE.normal(size=(10 + k, 4)) for k in range(12)}
    shifted = {k: v + np.array([3, 0, 0, 0]) for k, v in real.items()}
    metric = metrics["fid/motion_features"]

    assert score_task(metric, real, real).value == pytest.approx(0, abs=1e-5)
    assert score_task(metric, shifted, real).value == pytest.approx(9, abs=1e-4)


def test_a_motion_of_another_form_is_its_own_fault(metrics):
    score = score_task(
        metrics["fid/motion_features"], {"0": np.zeros(5)}, {"0": np.zeros((4, 4))}
    )

    assert score.invalid == 1
    assert "expected steps x values" in score.faults[0][1]


def test_without_vggish_frechet_audio_distance_is_of_clap_and_says_so(folder, metrics):
    models = tiny.everything(folder)
    found = loading.load(tiny.named(folder, {"clap": models["clap"]}))

    assert "VGGish" in metrics["fad/vggish_or_clap"].definition
    assert "LAION-CLAP" in found["fad/vggish_or_clap"].definition
    assert set(found) == {"fad/vggish_or_clap", "clap/audio_text", "clap/style"}


def test_a_task_whose_network_fails_is_not_scored_and_its_answers_are_not_blamed(
    tmp_path,
):
    models = tiny.everything(tmp_path)
    tiny.graph(
        tmp_path / "raft.onnx",
        {"a": (tiny.F, [1, 3, *tiny.SIDES]), "b": (tiny.F, [1, 3, *tiny.SIDES])},
        {"flow": (tiny.F, [1, 3, *tiny.SIDES])},
        ("Sub", ["a", "b"], ["flow"]),
    )
    metric = loading.load(tiny.named(tmp_path, {"raft": models["raft"]}))[
        "dynamic_degree/raft"
    ]

    score = score_task(
        metric, {"0": brighter([1])}, {"0": {"input": {}, "output": None}}
    )

    assert (score.value, score.faults) == (None, ())
    assert (
        score.note
        == "not scored: the network raft.onnx gives 1x3x64x64; expected 1x2x64x64"
    )


def picky(folder):
    """Measure with a network that fails on pictures of any size but one."""
    tiny.graph(
        folder / "dino.onnx",
        {"pixel_values": (tiny.F, ["b", 3, "h", "w"])},
        {"y": (tiny.F, ["b", 3 * 224 * 224])},
        ("Reshape", ["pixel_values", "shape"], ["y"]),
        constants={"shape": np.array([-1, 3 * 224 * 224])},
    )
    entry = {"network": "dino.onnx"}
    return loading.load(tiny.named(folder, {"dino": entry}))["dino_score/frame_frame"]


def test_an_answer_on_which_a_network_fails_that_works_for_others_is_at_fault(tmp_path):
    odd = np.zeros((224, 230, 3), dtype=np.uint8)
    asked = {k: {"input": {}, "output": None} for k in "01"}
    answers = {"0": [plane(RED, 224)] * 2, "1": [odd] * 3}

    score = score_task(picky(tmp_path), answers, asked)
    alone = score_task(picky(tmp_path), {"1": [odd] * 3}, asked)

    assert (score.value, score.invalid) == (pytest.approx(50.0), 1)
    assert score.faults[0][0] == "1"
    assert alone.note.startswith("not scored: the network dino.onnx failed")


def test_frames_of_different_sizes_are_the_answers_fault(metrics):
    asked = {"0": {"input": {"input": {"prompt": "red"}}, "output": None}}
    frames = [plane(RED), plane(RED, 48), plane(RED)]

    for name in ("dynamic_degree/raft", "i2v_composite/dino+viclip+flow+smooth"):
        score = score_task(metrics[name], {"0": frames}, asked)
        assert (score.value, score.faults) == (0, (("0", "frames of different sizes"),))


def test_a_large_film_is_looked_at_smaller(metrics):
    frames = [np.zeros((800, 1600, 3), np.uint8) for _ in range(4)]
    for frame in frames[::2]:
        frame[..., 0] = 9

    # 6 pixels at 256 are 12 at 512, which is what is left of 800.
    assert rated(metrics["dynamic_degree/raft"], frames) == 0.0
    assert rated(metrics["dynamic_degree/raft"], [f * 2 for f in frames]) == 100.0


def test_a_strip_is_no_picture(metrics):
    strip = np.zeros((2, 2000, 3), dtype=np.uint8)

    score = score_task(metrics["clip_score/text_image"], {"0": strip}, {"0": ("red",)})

    assert score.faults == (("0", "a picture of 2000 x 2 is too narrow"),)


def test_a_reference_that_cannot_be_compared_is_left_out_and_counted(metrics):
    real = {str(k): CHANCE.normal(size=(9, 4)) for k in range(3)} | {"3": np.zeros(4)}

    score = score_task(
        metrics["fid/motion_features"], dict.fromkeys(real, real["0"]), real
    )

    assert score.items == 3
    assert score.note == "1 reference left out, since it cannot be read"
    assert score.value is not None


def test_a_sample_that_asks_nothing_is_no_fault_of_the_answer(metrics):
    score = score_task(
        metrics["success_rate/detector_or_vlm"],
        {"0": [plane(RED)]},
        {"0": {"input": {}, "output": None}},
    )

    assert score.note == "not scored: a sample has no prompt"
