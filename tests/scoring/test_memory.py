"""What scoring holds of a sample: places and ids, not what stands in the files."""

from __future__ import annotations

import json
import tracemalloc

import pytest

from curation import elements
from curation.scoring.references import opened
from curation.scoring.run import Options, check, score

pytestmark = pytest.mark.slow

SMALL, LARGE = 300, 1500
MOST = 400
"""Bytes a sample; its texts alone are five times as long."""


def made(root, samples, ending):
    """Write a task of long texts, and answers to it in another order."""
    words = "word " * 200
    rows = [
        {
            "id": f"sample-{n}",
            "input": {"text": words},
            "output": {"text": f"{words}{n}"},
        }
        for n in range(samples)
    ]
    said = [{"id": r["id"], "prediction": words} for r in reversed(rows)]
    told = {"task": "Made", "family": "text/paraphrase", "metric": "accuracy"}
    (root / "Made").mkdir(parents=True)
    (root / "Made/annotation.json").write_text(json.dumps({**told, "data": rows}))
    text = "\n".join(map(json.dumps, said)) if ending == "jsonl" else json.dumps(said)
    (root / f"Made.{ending}").write_text(text)
    return root / f"Made.{ending}", root / "Made"


def peak(work, given, against):
    tracemalloc.start()
    try:
        with opened(against) as references:
            found = work(given, references, Options(count=0, jobs=1))
        assert not found.problems
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("ending", ["json", "jsonl"])
@pytest.mark.parametrize("work", [score, check])
def test_what_is_held_hardly_grows_with_the_samples(
    tmp_path, monkeypatch, work, ending
):
    monkeypatch.setattr(elements, "CHUNK", 1 << 14)
    small, large = (made(tmp_path / str(n), n, ending) for n in (SMALL, LARGE))
    peak(work, *small)  # what is loaded once, and remembered

    grown = peak(work, *large) - peak(work, *small)

    assert grown / (LARGE - SMALL) < MOST
