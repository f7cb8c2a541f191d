from __future__ import annotations

import json
import os
import shutil
from errno import EACCES

import click
import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_set import NAMES, broken, made_set, oracle

import schemas
from curation import elements
from curation.commands import predictions as predictions_command
from curation.commands import score as score_command
from curation.commands import verify_receipt
from curation.scoring import run as runs
from curation.scoring.sheets import read_scores

ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=9)
    | st.just("out/0.png"),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(["text", "bird", "bbox", "label", "image_file"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


def run(command, *arguments):
    result = CliRunner().invoke(
        command, [str(a) for a in arguments], standalone_mode=False
    )
    if result.exception:
        raise result.exception
    return result.return_value, result.stdout, result.stderr


def check(*arguments):
    return run(predictions_command.command, "check", *arguments)


def score(tmp_path, predictions, set_, *more):
    output = tmp_path / "scores.json"
    code, out, err = run(
        score_command.command,
        predictions,
        "--references",
        set_,
        "--output",
        output,
        "--jobs",
        1,
        *more,
    )
    return code, out, err, json.loads(output.read_bytes())


def test_right_predictions_pass_the_check(tmp_path):
    code, out, _ = check(oracle(tmp_path), "--against", made_set(tmp_path), "--jobs", 1)

    assert code == 0
    assert out.splitlines() == [
        f"{n}: 4 of 4 items answered (100.0%)" for n in sorted(NAMES)
    ] + ["0 errors, 0 warnings"]


BROKEN = [
    ("Bird-Finding.json", "/1/prediction/bird/0", "wrong-shape",
     "expected a box [x_min, y_min, width, height], found 3 numbers"),
    ("brands.json", "/data/1/id", "repeated-id", "'c0' has been answered before"),
    ("brands.json", "/data/2/prediction", "wrong-shape", "expected a text, found an object"),
    ("brands.json", "/data/4/id", "unknown-id", "'x9' is no item of the task"),
    ("brands.json", "/data/5", "no-id", "an entry without id"),
    ("noise/prediction.json", "/data/2/prediction", "media", "'out/2.png': truncated: "),
    ("noise/prediction.json", "/data/3/prediction", "media", "'../../set/secret.png': no such file"),
    ("other.json", "/task", "unknown-task", "'A Task of Another Set' is no task of the set"),
]  # fmt: skip


def test_every_mistake_is_named_by_its_pointer(tmp_path):
    code, out, _ = check(
        broken(tmp_path),
        "--against",
        made_set(tmp_path),
        "--format",
        "json",
        "--jobs",
        1,
    )
    found = json.loads(out)
    errors = [p for p in found["problems"] if p["severity"] == "error"]

    assert code == 1
    shown = [(e["file"], e["pointer"], e["kind"]) for e in errors]
    assert sorted(shown) == sorted(b[:3] for b in BROKEN)
    for path, pointer, kind, detail in BROKEN:
        one = next(
            e
            for e in errors
            if (e["file"], e["pointer"], e["kind"]) == (path, pointer, kind)
        )
        assert one["detail"].startswith(detail)
    assert [(t["answered"], t["missing"], t["invalid"]) for t in found["tasks"]] == [
        (1, 2, 1),
        (0, 2, 2),
        (2, 0, 2),
    ]


def test_missing_items_are_warnings(tmp_path):
    set_ = made_set(tmp_path)
    file = tmp_path / "some.json"
    file.write_text(
        json.dumps({"task": NAMES[0], "data": [{"id": "c0", "prediction": "BMW"}]})
    )

    code, out, _ = check(file, "--against", set_, "--jobs", 1)

    assert code == 0
    assert "warning: some.json: missing: 'c1' has no answer" in out
    assert (
        f"{NAMES[1]}: 0 of 4 items answered (0.0%), 4 missing; no file of predictions"
        in out
    )


@pytest.mark.parametrize(
    "arguments", [("missing", "--against", "."), (".", "--against", "missing")]
)
def test_what_is_not_there_is_a_usage_error(tmp_path, monkeypatch, arguments):
    monkeypatch.chdir(tmp_path)

    with pytest.raises(
        click.UsageError, match=r"no such file or folder|no file of predictions|no task"
    ):
        check(*arguments)


def test_a_template_has_every_id_and_passes_as_all_missing(tmp_path):
    set_ = made_set(tmp_path)

    code, out, _ = run(
        predictions_command.command, "template", set_, "--output", tmp_path / "mine"
    )
    files = sorted((tmp_path / "mine").iterdir())
    documents = [json.loads(f.read_bytes()) for f in files]

    assert (code, out.strip()) == (0, f"3 files in {tmp_path / 'mine'}")
    assert [d["task"] for d in documents] == sorted(NAMES)
    assert documents[1]["data"] == [
        {"id": f"c{n}", "prediction": None} for n in range(4)
    ]
    assert all(d["prediction_form"] for d in documents)
    assert all(schemas.fast_validator("prediction.json").is_valid(d) for d in documents)
    assert check(tmp_path / "mine", "--against", set_, "--jobs", 1)[0] == 0


def test_a_template_does_not_write_over_anything(tmp_path):
    (tmp_path / "x").write_text("mine")

    with pytest.raises(click.UsageError, match="is not empty"):
        run(
            predictions_command.command,
            "template",
            made_set(tmp_path),
            "--output",
            tmp_path,
        )


def test_an_oracle_scores_the_best_on_every_task(tmp_path):
    code, out, err, scores = score(
        tmp_path, oracle(tmp_path), made_set(tmp_path), "--model", "Oracle"
    )

    assert (code, err) == (0, "")
    assert {
        t["task"]: (t["metric"], t["value"], t["coverage"]) for t in scores["tasks"]
    } == {
        "Car Brands Recognition": ("accuracy", 100.0, 1.0),
        "Bird Finding": ("ap50", 100.0, 1.0),
        "Image Denoising at Home": ("psnr", "inf", 1.0),
    }
    assert "Oracle: Level" in out
    assert schemas.fast_validator("scores.json").is_valid(scores)
    assert read_scores(tmp_path / "scores.json").model == "Oracle"


def test_broken_predictions_cost_their_items_alone(tmp_path):
    code, _, err, scores = score(tmp_path, broken(tmp_path), made_set(tmp_path))
    found = {t["task"]: t for t in scores["tasks"]}

    assert code == 1
    assert (
        "refused: noise/prediction.json#/data/1/prediction: not-comparable: the shape is 12 x 10 x 3"
        in err
    )
    brands, birds, noise = (found[n] for n in NAMES)
    assert (
        brands["value"],
        brands["answered"],
        brands["missing"],
        brands["invalid"],
    ) == (0.0, 0, 2, 2)
    assert (birds["answered"], birds["missing"], birds["invalid"]) == (1, 2, 1)
    assert birds["value"] == pytest.approx(100 * 26 / 101)
    assert (noise["value"], noise["answered"], noise["invalid"]) == ("inf", 1, 3)
    assert noise["coverage"] == 0.25


def test_the_same_inputs_give_the_same_bytes(tmp_path):
    set_, given = made_set(tmp_path), broken(tmp_path)
    texts = []
    for name, jobs in (("a", 1), ("b", 2)):
        run(
            score_command.command,
            given,
            "--references",
            set_,
            "--output",
            tmp_path / f"{name}.json",
            "--jobs",
            jobs,
        )
        texts.append((tmp_path / f"{name}.json").read_bytes())

    assert texts[0] == texts[1]


def test_the_order_of_predictions_changes_nothing(tmp_path):
    set_, given = made_set(tmp_path), oracle(tmp_path)
    before = score(tmp_path, given, set_)[3]["tasks"]
    for file in given.glob("**/*.json"):
        document = json.loads(file.read_bytes())
        (document if isinstance(document, list) else document["data"]).reverse()
        file.write_text(json.dumps(document))

    assert score(tmp_path, given, set_)[3]["tasks"] == before


def test_a_task_without_predictions_is_missing_and_not_refused(tmp_path):
    set_, given = made_set(tmp_path), oracle(tmp_path)
    (given / "brands.json").unlink()

    code, _, _, scores = score(tmp_path, given, set_)
    brands = next(t for t in scores["tasks"] if t["task"] == NAMES[0])

    assert code == 0
    assert (brands["value"], brands["missing"], brands["not_scored"]) == (None, 4, None)


def test_scores_are_written_as_a_spreadsheet_and_as_csv_too(tmp_path):
    files = [tmp_path / "x.csv", tmp_path / "x.xlsx"]

    score(
        tmp_path,
        oracle(tmp_path),
        made_set(tmp_path),
        "--also",
        files[0],
        "--also",
        files[1],
        "--model",
        "M",
    )
    found = [read_scores(f, model="M").cells for f in files]

    assert [
        {k: c.value for k, c in f.items() if c.value is not None} for f in found
    ] == [{k: 100.0 for k in f if f[k].value is not None} for f in found]
    assert "Image-Comprehension,Car Brands Recognition" in files[0].read_text()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (("--also", "x.txt"), "expected .csv or .xlsx"),
        (("--backends", "missing.json"), "missing.json"),
        (("--judgements", "missing.json"), "missing.json"),
    ],
)
def test_options_that_cannot_be_used_are_usage_errors(tmp_path, more, message):
    with pytest.raises(click.UsageError, match=message):
        score(tmp_path, oracle(tmp_path), made_set(tmp_path), *more)


def test_a_task_that_fails_costs_only_itself(tmp_path, monkeypatch):
    from curation.scoring import run as runs

    whole = runs.score_task

    def failing(metric, *given, **named):
        if metric.name == "ap50":
            raise RuntimeError("our bug")
        return whole(metric, *given, **named)

    monkeypatch.setattr(runs, "score_task", failing)
    code, _, err, scores = score(tmp_path, oracle(tmp_path), made_set(tmp_path))

    assert code == 3
    assert "failed: Bird Finding: RuntimeError: our bug" in err
    assert sorted(t["task"] for t in scores["tasks"] if t["value"] is not None) == [
        NAMES[0],
        NAMES[2],
    ]


def receipt(tmp_path, given, set_):
    return run(
        verify_receipt.command,
        tmp_path / "scores.receipt.json",
        "--predictions",
        given,
        "--references",
        set_,
        "--jobs",
        1,
    )


def test_a_receipt_is_confirmed_by_computing_it_again(tmp_path):
    set_, given = made_set(tmp_path), oracle(tmp_path)
    score(
        tmp_path,
        given,
        set_,
        "--seed",
        4,
        "--replicates",
        50,
        "--scope",
        "quick",
        "--model",
        "M",
    )

    code, out, _ = receipt(tmp_path, given, set_)

    assert code == 0
    assert out.strip().endswith(
        "confirmed; predictions, references, tables, versions and scores are the same"
    )


def test_a_receipt_tells_what_was_changed(tmp_path):
    set_, given = made_set(tmp_path), oracle(tmp_path)
    score(tmp_path, given, set_)
    file = given / "Bird-Finding.json"
    file.write_text(file.read_text().replace("[1, 2, 8, 9]", "[1, 2, 8, 1]", 1))

    code, out, _ = receipt(tmp_path, given, set_)

    assert code == 1
    assert [line.partition(":")[0] for line in out.splitlines()[:2]] == [
        "predictions",
        "scores",
    ]


def test_a_changed_reference_picture_is_told_too(tmp_path):
    set_, given = made_set(tmp_path), oracle(tmp_path)
    score(tmp_path, given, set_)
    target = set_ / NAMES[2].replace(" ", "-") / "targets" / "0.png"
    target.write_bytes((given / "noise" / "out" / "1.png").read_bytes())

    code, out, _ = receipt(tmp_path, given, set_)

    assert code == 1
    assert "references: " in out


@pytest.mark.parametrize(
    "content", ["", "[]", '{"format": "curate-receipt/1"}', '{"format": "x"}']
)
def test_what_is_no_receipt_is_a_usage_error(tmp_path, content):
    set_, given = made_set(tmp_path), oracle(tmp_path)
    (tmp_path / "scores.receipt.json").write_text(content)

    with pytest.raises(click.UsageError, match=r"is not JSON|not a receipt"):
        receipt(tmp_path, given, set_)


@pytest.mark.slow
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    data=st.lists(
        st.fixed_dictionaries(
            {
                "id": st.sampled_from(["c0", "c1", "b0", "d0", "x", 3, None]),
                "prediction": ANYTHING,
            }
        ),
        max_size=6,
    ),
    task=st.sampled_from(NAMES),
)
def test_whatever_is_predicted_is_scored_or_named_and_no_task_is_lost(
    tmp_path, data, task
):
    set_ = made_set(tmp_path)
    given_ = oracle(tmp_path)
    (
        given_
        / {
            NAMES[0]: "brands.json",
            NAMES[1]: "Bird-Finding.json",
            NAMES[2]: "noise/prediction.json",
        }[task]
    ).write_text(json.dumps({"task": task, "data": data}))

    code, _, _, scores = score(tmp_path, given_, set_, "--replicates", 0, "--quiet")

    assert code in {0, 1}
    assert all(t["value"] is not None for t in scores["tasks"])
    assert {t["items"] for t in scores["tasks"]} == {4}


def test_many_refusals_of_a_kind_are_counted_and_not_all_printed(tmp_path):
    file = tmp_path / "brands.json"
    data = [{"id": f"x{n}", "prediction": "GMC"} for n in range(9)]
    file.write_text(json.dumps({"task": NAMES[0], "data": data}), encoding="utf-8")

    code, _, err, _ = score(tmp_path, file, made_set(tmp_path))

    lines = err.splitlines()
    assert code == 1
    assert [line.startswith("refused: ") for line in lines] == [True] * 5 + [False]
    assert lines[-1] == (
        "brands.json: unknown-id: 4 more; `curate predictions check --verbose` shows them"
    )


def test_the_table_says_what_its_numbers_do_not(tmp_path):
    half = tmp_path / "noise"
    shutil.copytree(oracle(tmp_path) / "noise", half)
    data = [{"id": f"d{n}", "prediction": f"out/{n}.png"} for n in range(2)]
    (half / "prediction.json").write_text(json.dumps({"task": NAMES[2], "data": data}))

    _, out, _, _ = score(tmp_path, half, made_set(tmp_path))

    line = next(x for x in out.splitlines() if x.startswith(NAMES[2]))
    assert line.endswith(
        "metric of the family image/restoration; "
        "value of the answered items; points are multiplied by 0.5"
    )
    assert "; scorer " in out


@pytest.mark.parametrize("option", ["--output", "--also"])
def test_a_folder_that_is_not_there_is_told_before_anything_is_scored(tmp_path, option):
    with pytest.raises(click.UsageError, match=r"there is no folder .*nowhere"):
        run(
            score_command.command, tmp_path / "none", "--references", tmp_path / "none",
            option, tmp_path / "nowhere" / "scores.csv",
        )  # fmt: skip


def changing(tmp_path, monkeypatch, ending):
    """Write predictions that are written to once they have been looked at."""
    file = tmp_path / f"Car-Brands-Recognition.{ending}"
    data = [{"id": f"c{n}", "prediction": "GMC"} for n in range(4)]
    lines = map(json.dumps, data)
    file.write_text("\n".join(lines) if ending == "jsonl" else json.dumps(data))

    def choose(*given):
        file.write_text(file.read_text().replace("GMC", "BMW, or so"))
        return chosen(*given)

    chosen = runs.choose
    monkeypatch.setattr(runs, "choose", choose)
    return file


@pytest.mark.parametrize("block", [16, elements.BLOCK])
@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_predictions_that_change_while_they_are_scored_are_told(
    tmp_path, monkeypatch, ending, block
):
    monkeypatch.setattr(elements, "BLOCK", block)
    file = changing(tmp_path, monkeypatch, ending)

    with pytest.raises(click.UsageError, match=rf"^{file} was changed while it was"):
        score(tmp_path, file, made_set(tmp_path))


@pytest.mark.parametrize("ending", ["json", "jsonl"])
def test_predictions_that_change_while_they_are_checked_are_told(
    tmp_path, monkeypatch, ending
):
    monkeypatch.setattr(elements, "BLOCK", 16)
    file = changing(tmp_path, monkeypatch, ending)

    with pytest.raises(click.UsageError, match=rf"^{file} was changed while it was"):
        check(file, "--against", made_set(tmp_path))


def test_a_file_of_predictions_that_cannot_be_read_is_told(tmp_path, monkeypatch):
    set_, given = made_set(tmp_path), oracle(tmp_path)
    locked = given / "brands.json"

    def refuse(file, *mode):
        if file == locked:
            raise PermissionError(EACCES, os.strerror(EACCES), str(file))
        return opens(file, *mode)

    opens = type(locked).open
    monkeypatch.setattr(type(locked), "open", refuse)
    monkeypatch.setattr(
        type(locked), "read_bytes", lambda file: refuse(file, "rb").read()
    )

    with pytest.raises(click.UsageError) as caught:
        check(given, "--against", set_, "--jobs", 1)

    assert caught.value.message == f"{locked}: Permission denied"


@pytest.mark.parametrize("option", ["--output", "--also"])
@pytest.mark.parametrize("given", ["oracle", "oracle/Bird-Finding.csv"])
def test_scores_are_not_written_to_what_the_receipt_is_for(tmp_path, option, given):
    oracle(tmp_path)

    with pytest.raises(click.UsageError, match="would be one of the predictions"):
        run(
            score_command.command, tmp_path / given, "--references", made_set(tmp_path),
            option, tmp_path / "oracle" / "Bird-Finding.csv",
        )  # fmt: skip

    assert not (tmp_path / "oracle" / "Bird-Finding.csv").exists()
