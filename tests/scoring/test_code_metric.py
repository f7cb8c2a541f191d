from __future__ import annotations

import json
from pathlib import Path

import pytest

from curation.scoring import program
from curation.scoring.metrics import BY_ID
from curation.scoring.score import score_task

METRIC = BY_ID["codebleu/code"]
CASES = json.loads((Path(__file__).parent / "data" / "codebleu.json").read_bytes())[
    "cases"
]


def value(prediction, reference, language="python"):
    return score_task(
        METRIC, {"0": prediction}, {"0": (language, (reference,))}, count=0
    ).value


@pytest.mark.parametrize("case", CASES, ids=lambda c: c["prediction"][:20])
def test_programs_score_as_with_codebleu(case):
    ours = value(case["prediction"], case["reference"], case["language"])

    assert ours == pytest.approx(case["codebleu"])


def test_no_flow_of_data_that_is_met_is_worth_nothing():
    # Their version takes none met for all met.
    assert value("print(1)", "x = [i * i for i in range(10) if i % 2]\nprint(x)") < 5


def test_names_do_not_matter_to_the_flow_of_data():
    one = program.parsed("total = first + second", "python")
    other = program.parsed("a = b + c", "python")

    assert one.flows == other.flows


def test_comments_and_docstrings_do_not_matter_to_the_tree():
    bare = program.parsed("def f():\n    return 1", "python")
    told = program.parsed('def f():\n    """Doc."""\n    # why\n    return 1', "python")

    assert bare == told


def test_a_program_that_is_not_one_is_only_worse():
    assert 0 <= value(")))) def", "def f(x):\n    return x") < 50


def test_deep_nesting_does_not_end_the_run():
    assert value("(" * 40_000 + ")" * 40_000, "x = 1") >= 0


def test_too_long_a_program_is_an_unreadable_answer():
    score = score_task(METRIC, {"0": "x" * 200_000}, {"0": ("python", ("x = 1",))})

    assert (score.invalid, score.value) == (1, 0.0)


def test_a_language_without_grammar_is_not_scored_with_the_reason():
    score = score_task(METRIC, {"0": "x"}, {"0": ("cobol", ("x",))})

    assert score.value is None
    assert score.note == "not scored: CodeBLEU knows java, python, not 'cobol'"


def test_a_grammar_that_is_not_installed_is_named(monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "tree_sitter", None)
    program._grammar.cache_clear()
    program.parsed.cache_clear()
    try:
        score = score_task(METRIC, {"0": "x"}, {"0": ("python", ("y",))})
    finally:
        program._grammar.cache_clear()

    assert (
        score.note
        == "not scored: needs the grammar of python: pip install 'general-bench-curation[code]'"
    )
