"""A release is scored from its hidden references, if they are those that were released."""

from __future__ import annotations

import json
import shutil

import click
import numpy as np
import pytest
import releases
from click.testing import CliRunner
from PIL import Image

from curation import exits
from curation.commands import predictions as predictions_command
from curation.commands import score, verify_receipt
from curation.ledger import Side
from curation.scoring import released
from curation.scoring.references import opened
from curation.trees import NoRelease


def _masks(root):
    """Write a task whose references are files, beside questions that are."""
    folder = root / "tasks/Image/generation/Shapes"
    data = []
    for number in range(4):
        (folder / "images").mkdir(parents=True, exist_ok=True)
        noise = np.random.default_rng(number).integers(0, 256, (24, 20, 3), np.uint8)
        Image.fromarray(noise).save(folder / f"images/{number}.png")
        mask = Image.new("L", (20, 24))
        mask.paste(255, (0, 0, 5 + number, 9))
        (folder / "masks").mkdir(exist_ok=True)
        mask.save(folder / f"masks/{number}.png")
        data.append(
            {
                "id": f"m{number}",
                "input": {"image_file": f"images/{number}.png", "prompt": "Find it."},
                "output": {"mask_file": f"masks/{number}.png"},
            }
        )
    document = {"family": "image/segmentation", "task": "Shapes", "data": data}
    (folder / "annotation.json").write_text(json.dumps(document))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    home = tmp_path_factory.mktemp("release")
    root, file = releases.bench(home)
    releases.texts(root, count=6)
    _masks(root)
    releases.place(root, side=lambda _, __, n: Side.OPEN if n % 2 else Side.CLOSE)
    return releases.release(root, file, home / "out")


@pytest.fixture
def out(made, tmp_path):
    return shutil.copytree(made, tmp_path / "out")


def _run(command, *arguments):
    found = CliRunner().invoke(
        command, [str(a) for a in arguments], standalone_mode=False
    )
    if found.exception:
        raise found.exception
    return found.return_value, found.output


def _oracle(out, target):
    """Write the predictions that someone would send who has the hidden references."""
    target.mkdir()
    with opened(out) as references:
        for task in references.tasks:
            data = []
            for item in task.items():
                answer = item.reference
                if "mask_file" in answer:
                    source = task.files.path(answer["mask_file"], "mask")
                    shutil.copyfile(source, target / f"{item.id}.png")
                    answer = {"mask_file": f"{item.id}.png"}
                data.append({"id": item.id, "prediction": answer})
            told = {"task": task.name, "data": data}
            (target / f"{task.name}.json").write_text(json.dumps(told))
    return target


def test_the_oracle_of_a_release_scores_the_best(out, tmp_path):
    predictions = _oracle(out, tmp_path / "predictions")

    code, printed = _run(
        score.command,
        predictions,
        "--references",
        out,
        "--output",
        tmp_path / "scores.json",
    )

    scores = json.loads((tmp_path / "scores.json").read_text())
    found = {t["task"]: (t["value"], t["items"]) for t in scores["tasks"]}
    assert (code, found) == (exits.CLEAN, {"Shapes": (100.0, 2), "Sums": (100.0, 3)}), (
        printed
    )


def test_a_receipt_has_the_version_and_the_commitment_of_the_release(out, tmp_path):
    predictions = _oracle(out, tmp_path / "predictions")
    told = json.loads((out / "release.json").read_text())

    _run(
        score.command, predictions, "--references", out, "--output", tmp_path / "s.json"
    )

    receipt = json.loads((tmp_path / "s.receipt.json").read_text())
    assert receipt["set_version"] == "1.0.0"
    assert receipt["commitment"] == told["commitment"]
    assert _run(
        verify_receipt.command, tmp_path / "s.receipt.json", "--predictions", predictions,
        "--references", out / "references",
    )[0] == exits.CLEAN  # fmt: skip


def test_predictions_are_checked_against_the_close_set_alone(out, tmp_path):
    _run(
        predictions_command.command,
        "template",
        out / "close",
        "--output",
        tmp_path / "empty",
    )

    code, printed = _run(
        predictions_command.command,
        "check",
        tmp_path / "empty",
        "--against",
        out / "close",
    )

    assert code == exits.CLEAN
    assert "Sums: 0 of 3 items answered (0.0%), 3 missing" in printed


def test_the_open_tree_has_its_references_itself(out):
    with opened(out / "open") as references:
        answers = [item.reference for item in references.tasks[1].items()]
    assert answers == [{"answer": f"ANSWER{n}"} for n in (1, 3, 5)]


def test_a_release_without_its_references_has_no_answer(out):
    shutil.rmtree(out / "references")
    with opened(out) as references:
        answers = [item.reference for task in references.tasks for item in task.items()]
    assert answers in ([{}] * 5, [None] * 5)


def _refused(path):
    with pytest.raises(NoRelease) as caught, opened(path):
        pass
    return str(caught.value)


def test_a_changed_reference_is_refused(out):
    file = next((out / "references/data").glob("*/*.parquet"))
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    assert "has changed since the release" in _refused(out)


def test_references_of_another_version_are_refused(out, tmp_path):
    root, file = releases.bench(tmp_path / "other")
    releases.texts(root, count=6)
    _masks(root)
    releases.place(root, side=lambda _, __, n: Side.OPEN if n % 2 else Side.CLOSE)
    other = releases.release(root, file, tmp_path / "other/out")
    shutil.rmtree(out / "references")
    shutil.copytree(other / "references", out / "references")

    assert "is not the tree that" in _refused(out)


def test_references_that_were_not_committed_to_are_refused(out):
    told = json.loads((out / "release.json").read_text())
    told["commitment"] = "ab" * 32
    (out / "release.json").write_text(json.dumps(told))
    assert "does not hold the references that were committed to" in _refused(out)


def test_scoring_a_broken_release_is_a_mistake_of_input(out, tmp_path):
    (out / "close/README.md").unlink()
    with pytest.raises(click.UsageError, match="is missing, and the manifest has it"):
        _run(score.command, out, "--references", out, "--output", tmp_path / "s")


@pytest.mark.parametrize(
    ("told", "owner"),
    [([], "no sample"), ([("another", {})], "another")],
    ids=["none", "another's"],
)
def test_hidden_references_that_are_not_of_the_samples_are_a_mistake_of_input(
    out, tmp_path, monkeypatch, told, owner
):
    given = _oracle(out, tmp_path / "given")
    monkeypatch.setattr(released, "_reader", lambda _: lambda: iter(told))

    with pytest.raises(click.UsageError, match=f"the reference of {owner} stands"):
        _run(
            score.command, given, "--references", out, "--output", tmp_path / "s.json",
            "--jobs", 1,
        )  # fmt: skip
