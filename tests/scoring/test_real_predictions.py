"""Predictions made from real data: oracle, half, constant and silent, through check and score."""

from __future__ import annotations

import json
import math
import os
import shutil
from pathlib import Path

import pytest

from curation.scoring.references import opened
from curation.scoring.run import Options, check, score

REAL = os.environ.get("CURATE_REAL_DATA")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not REAL, reason="CURATE_REAL_DATA does not name a folder of real data"
    ),
]
SETS = ("contributed", "openset")


@pytest.fixture(scope="module", params=SETS)
def real(request):
    with opened(Path(REAL) / request.param) as references:
        assert references.tasks
        yield references


def copied(value, task, folder):
    """Give a prediction its own copies of the files that a reference names."""
    if isinstance(value, dict):
        return {k: copied(v, task, folder) for k, v in value.items()}
    if isinstance(value, list):
        return [copied(v, task, folder) for v in value]
    if not isinstance(value, str) or "." not in value[-5:]:
        return value
    for kind in ("image", "video", "audio", "mesh"):
        inner = task.files.resolve(value, kind)
        if inner and (task.files.root / inner).is_file():
            (folder / inner).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(task.files.root / inner, folder / inner)
            return inner
    return value


def predictions(root, references, answer):
    """Write one file for each task; *answer* may leave an item out by returning `...`."""
    for number, task in enumerate(references.tasks):
        folder = root / str(number)
        folder.mkdir()
        data = []
        for index, item in enumerate(task.items()):
            value = answer(index, copied(item.reference, task, folder))
            if value is not ...:
                data.append({"id": item.id, "prediction": value})
        (folder / "prediction.json").write_text(
            json.dumps({"task": task.name, "data": data})
        )
    return root


def scores(given, references):
    run = score(given, references, Options(count=0))
    assert not run.failures
    return {t.name: t.score for t in run.tasks if t.score}


def test_an_oracle_is_best_on_every_task_and_passes_the_check(tmp_path, real):
    given = predictions(tmp_path, real, lambda _, value: value)

    found = scores(given, real)

    assert check(given, real, Options()).problems == ()
    assert len(found) == len(real.tasks)
    assert {n: s.value for n, s in found.items()} == {
        n: s.metric.best for n, s in found.items()
    }
    assert {s.coverage for s in found.values()} == {1.0}


def test_half_an_oracle_is_half_covered_and_never_better(tmp_path, real):
    given = predictions(
        tmp_path, real, lambda index, value: value if index % 2 else ...
    )

    for name, found in scores(given, real).items():
        assert found.answered == found.items // 2, name
        if found.metric.name == "accuracy":
            assert found.value == pytest.approx(100 * found.coverage)
        if found.metric.silence == "counted":
            assert found.metric.worst < found.value < found.metric.best


def test_a_constant_answer_is_as_right_as_it_is_frequent(tmp_path, real):
    given = predictions(tmp_path, real, lambda *_: "five")
    by_name = {t.name: t for t in real.tasks}

    for name, found in scores(given, real).items():
        if found.metric.name == "accuracy":
            gold = [i.reference for i in by_name[name].items()]
            share = sum("five" in json.dumps(g).lower().split('"') for g in gold) / len(
                gold
            )
            assert found.value == pytest.approx(100 * share), name
        else:
            assert found.value == found.metric.worst or found.value < 50, name


def test_silence_is_worst_and_counted(tmp_path, real):
    given = predictions(tmp_path, real, lambda *_: None)

    for name, found in scores(given, real).items():
        assert found.value == found.metric.worst, name
        assert (found.missing, found.answered) == (found.items, 0)


def test_broken_answers_are_named_and_cost_what_silence_costs(tmp_path, real):
    given = predictions(
        tmp_path, real, lambda index, value: {"odd": [math.pi]} if index % 3 else value
    )
    found = check(given, real, Options())
    odd = [p for p in found.problems if p.grave]

    assert (
        sum(t.invalid for t in found.tasks)
        == len({(p.where.path, p.id) for p in odd})
        > 0
    )
    for name, one in scores(given, real).items():
        assert one.invalid, name
        assert one.items == one.answered + one.invalid, name
