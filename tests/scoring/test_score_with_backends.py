"""`curate score` with models, from files of tasks to scores, on stand-ins for the weights."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import media
import numpy as np
import pytest
import tiny
from click.testing import CliRunner
from PIL import Image

from curation.commands import score as score_command
from curation.commands import verify_receipt
from curation.scoring.backends import frechet_distance
from curation.scoring.models import BY_NAME

MEAN = np.array([0.48145466, 0.4578275, 0.40821073])
STD = np.array([0.26862954, 0.26130258, 0.27577711])


@dataclass(frozen=True)
class Trial:
    """A task with one family, its references and predictions, and a file of backends."""

    root: Path
    family: str
    data: list
    predictions: list

    def __call__(self, *models, expected=0):
        """Score with some of the tiny models; return the task's part of scores.json."""
        task = self.root / "set" / "A-Task-of-Ours"
        write(task / "annotation.json", {
            "family": self.family, "task": "A Task of Ours", "type": "generation", "skill": "Some Skill",
            "modality": {"in": ["text"], "out": ["image"]}, "version": "1.0", "data": self.data,
        })  # fmt: skip
        write(self.root / "out" / "A-Task-of-Ours.json", self.predictions)
        every = tiny.everything(self.root / "models")
        file = tiny.named(self.root / "models", {m: every[m] for m in models})
        arguments = [
            self.root / "out" / "A-Task-of-Ours.json", "--references", self.root / "set",
            "--output", self.root / "scores.json", "--jobs", "1", "--backends", file,
        ]  # fmt: skip
        code, self_out = run(score_command.command, *arguments)
        assert code == expected, self_out
        return json.loads((self.root / "scores.json").read_text())["tasks"][0]


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value))


def run(command, *arguments):
    result = CliRunner().invoke(
        command, [str(a) for a in arguments], standalone_mode=False
    )
    if result.exception:
        raise result.exception
    return result.return_value, result.stdout + result.stderr


def named(task):
    return f"{task['metric']}/{task['variant']}"


def answers(*values):
    return [{"id": f"s{k}", "prediction": v} for k, v in enumerate(values)]


def painted(path, colour, side=32):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(
        np.broadcast_to(np.array(colour, np.uint8), (side, side, 3)).copy()
    ).save(path)
    return path.name


COLOURS = [[220, 30, 60], [40, 210, 90], [200, 180, 30], [90, 90, 240], [250, 240, 220]]


def test_pictures_against_their_prompts(tmp_path):
    prompts = ["a red cat", "green", "a cat"]
    for k in range(3):
        painted(tmp_path / "out" / f"{k}.png", COLOURS[k])
    data = [
        {"id": f"s{k}", "input": {"audio_file": f"{k}.wav", "prompt": p}}
        for k, p in enumerate(prompts)
    ]
    for k in range(3):
        (tmp_path / "set" / "A-Task-of-Ours").mkdir(parents=True, exist_ok=True)
        media.wav(tmp_path / "set" / "A-Task-of-Ours" / f"{k}.wav")
    trial = Trial(
        tmp_path, "image/sound-to-image", data, answers("0.png", "1.png", "2.png")
    )

    task = trial("clip")

    found = [(np.array(c) / 255 - MEAN) / STD for c in COLOURS[:3]]
    cosines = [
        max(0.0, np.dot(f, t) / np.linalg.norm(f) / np.linalg.norm(t))
        for f, t in zip(found, map(tiny.read, prompts), strict=True)
    ]
    assert named(task) == "clip_score/text_image"
    assert task["value"] == pytest.approx(100 * np.mean(cosines), abs=0.01)
    assert task["interval"][0] <= task["value"] <= task["interval"][1]


def faces(root):
    for k, colour in enumerate(COLOURS):
        painted(root / "set" / "A-Task-of-Ours" / "targets" / f"{k}.png", colour)
        painted(root / "out" / f"{k}.png", [*colour[:2], 128])
    data = [
        {
            "id": f"s{k}",
            "input": {"prompt": "A face."},
            "output": {"image_file": f"targets/{k}.png"},
        }
        for k in range(5)
    ]
    return Trial(
        root, "image/text-to-image", data, answers(*(f"{k}.png" for k in range(5)))
    )


def test_frechet_inception_distance_of_two_sets_of_pictures(tmp_path):
    task = faces(tmp_path)("inception")

    real = (np.array(COLOURS, dtype=float) - 128) / 128
    wanted = frechet_distance(real * [1, 1, 0], real)
    assert named(task) == "fid/inception"
    assert task["value"] == pytest.approx(wanted, abs=1e-3)
    assert wanted > 0.1


def test_frechet_inception_distance_is_refused_where_an_answer_is_missing(tmp_path):
    trial = faces(tmp_path)
    trial.predictions.pop()

    task = trial("inception")

    assert task["value"] is None
    assert task["not_scored"] == "fid needs all 5 items; 4 are answered"


def test_without_its_model_a_task_is_not_scored_and_says_what_it_needs(tmp_path):
    task = faces(tmp_path)("clip")

    assert task["value"] is None
    assert task["not_scored"] == (
        "needs a backend for fid/inception (InceptionV3 pool3 features); name inception with --backends"
    )


def test_frechet_video_distance_of_two_sets_of_films(tmp_path):
    target = tmp_path / "set" / "A-Task-of-Ours" / "targets"
    for k in range(4):
        for frame in range(3):
            painted(target / f"{k}" / f"{frame}.png", [60 * k, 40 * frame, 100])
            painted(
                tmp_path / "out" / f"{k}" / f"{frame}.png", [60 * k, 40 * frame, 200]
            )
    data = [
        {
            "id": f"s{k}",
            "input": {"prompt": "A fox."},
            "output": {"video_folder": f"targets/{k}"},
        }
        for k in range(4)
    ]
    trial = Trial(tmp_path, "video/text-to-video", data, answers("0", "1", "2", "3"))

    task = trial("i3d")

    # Films of three frames go on with their last one: green is 0, 40, then 80 fourteen times.
    real = np.array([[60 * k, (40 + 80 * 14) / 16, 100] for k in range(4)]) / 127.5 - 1
    wanted = frechet_distance(real + np.array([0, 0, 100 / 127.5]), real)
    assert named(task) == "fvd/i3d"
    assert task["value"] == pytest.approx(wanted, abs=1e-3)


def sounds(root, family, output, metric_input):
    chance = np.random.default_rng(2)
    heard = {"set": [], "out": []}
    for k in range(4):
        for place, folder in (
            ("set", root / "set" / "A-Task-of-Ours"),
            ("out", root / "out"),
        ):
            folder.mkdir(parents=True, exist_ok=True)
            noise = chance.normal(0, 0.02 * (k + 1), (16_000 * 2, 1)).astype(np.float32)
            media.wav(folder / f"{k}.wav", noise, 16_000, "FLOAT")
            heard[place].append(noise[:, 0].astype(float))
    data = [
        {"id": f"s{k}", "input": metric_input, "output": output(k)} for k in range(4)
    ]
    return Trial(root, family, data, answers(*(f"{k}.wav" for k in range(4)))), heard


def test_frechet_audio_distance_of_all_windows_of_two_sets_of_recordings(tmp_path):
    trial, heard = sounds(
        tmp_path,
        "audio/music-generation",
        lambda k: {"audio_file": f"{k}.wav"},
        {"prompt": "A ballad."},
    )

    task = trial("vggish")

    rows = {
        place: np.concatenate(
            [
                [w.mean(axis=0) for w in BY_NAME["vggish"].sound((s, 16_000))]
                for s in found
            ]
        )
        for place, found in heard.items()
    }
    assert rows["set"].shape == (8, 64)
    assert named(task) == "fad/vggish_or_clap"
    assert task["value"] == pytest.approx(
        frechet_distance(rows["out"].astype(float), rows["set"].astype(float)), abs=1e-3
    )


def test_sounds_against_the_style_that_was_asked_for(tmp_path):
    trial, heard = sounds(
        tmp_path, "audio/style-transfer", lambda k: {},
        {"audio_file": "0.wav", "prompt": "Play it otherwise.", "style": "a red cat"},
    )  # fmt: skip

    task = trial("clap")

    style = tiny.read("a red cat")
    rows = [
        BY_NAME["clap"].sound((s, 16_000))[0].mean(axis=0)[5:8] for s in heard["out"]
    ]
    cosines = [
        max(0.0, np.dot(r, style) / np.linalg.norm(r) / np.linalg.norm(style))
        for r in rows
    ]
    assert named(task) == "clap/style"
    assert task["value"] == pytest.approx(100 * np.mean(cosines), abs=0.01)


def films(root, levels=(120, 130, 140, 150)):
    for k in range(2):
        for frame, level in enumerate(levels):
            painted(root / "out" / f"{k}" / f"{frame}.png", [level, 100, 90])
    data = [
        {"id": f"s{k}", "input": {"image_file": "../x.png", "prompt": "a red cat"}}
        for k in range(2)
    ]
    for sample in data:
        painted(root / "set" / "A-Task-of-Ours" / "x.png", [9, 9, 9])
        sample["input"]["image_file"] = "x.png"
    return Trial(root, "video/image-to-video", data, answers("0", "1"))


def test_a_film_that_is_rated_by_four_models(tmp_path):
    task = films(tmp_path)("dino", "viclip", "raft", "amt")

    assert named(task) == "i2v_composite/dino+viclip+flow+smooth"
    # It is consistent, smooth, moves, and fits the prompt a little.
    assert 75 < task["value"] < 100


def test_a_composite_with_a_part_missing_is_not_scored(tmp_path):
    task = films(tmp_path)("dino", "viclip", "raft")

    assert task["not_scored"].startswith("needs a backend for i2v_composite")


def test_scores_with_models_are_the_same_bytes_again_and_their_receipt_knows_the_weights(
    tmp_path,
):
    trial = films(tmp_path)
    trial("dino", "viclip", "raft", "amt")
    one = (tmp_path / "scores.json").read_bytes()
    trial("dino", "viclip", "raft", "amt")
    arguments = [
        tmp_path / "scores.receipt.json", "--predictions", tmp_path / "out" / "A-Task-of-Ours.json",
        "--references", tmp_path / "set", "--backends", tmp_path / "models" / "backends.json",
    ]  # fmt: skip

    assert (tmp_path / "scores.json").read_bytes() == one
    assert run(verify_receipt.command, *arguments)[0] == 0

    tiny.tokens(tmp_path / "models" / "dino.onnx", "otherwise")
    code, out = run(verify_receipt.command, *arguments)

    assert code == 1
    assert "extra.backends" in out
