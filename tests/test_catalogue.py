"""Over all rules: documented, named, unique; and the documentation is theirs."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from curation.catalogue import KINDS, every, render

RULES = every()
ROOT = Path(__file__).parent.parent


def test_there_are_rules_and_no_code_stands_twice():
    assert len(RULES) > 100
    assert len({r.code for r in RULES}) == len(RULES)


def test_no_slug_stands_twice():
    assert len({r.slug for r in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)
def test_a_rule_says_what_why_and_how_to_mend(rule):
    assert re.fullmatch(r"[A-Z]{3}\d{3}", rule.code)
    assert rule.code[:3] in KINDS
    assert rule.title[0].isupper()
    assert rule.title.endswith(".")
    assert len(rule.why) > 20
    assert len(rule.fix) > 10


def test_the_page_of_rules_is_what_the_rules_say():
    page = (ROOT / "docs/rules.md").read_text("utf-8")

    assert page == render(RULES, "markdown", whole=True) + "\n", (
        "run: curate rules --format markdown > docs/rules.md"
    )
