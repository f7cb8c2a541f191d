"""Rules are generators with a code; what they find is sorted, and their crashes are told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import permutations

import pytest

from curation.finding import (
    Fault,
    Finding,
    Report,
    Rule,
    RuleCrash,
    Severity,
    TaskSummary,
    examine,
    rule,
)
from curation.model import Where
from curation.settings import Settings


@dataclass(frozen=True)
class Leaf:
    where: Where
    colour: str
    sample: str | None = None


@dataclass(frozen=True)
class OakLeaf(Leaf):
    pass


@dataclass(frozen=True)
class Stone:
    weight: int


@rule("TST001", Severity.WARNING)
def brown_leaf(leaf: Leaf) -> Iterator[Fault]:
    """A leaf is brown.

    Why: it falls
        down soon.
    Fix: water the tree, and
        wait.
    """
    if leaf.colour == "brown":
        yield Fault(leaf.where, "it is brown")


@rule("TST002")
def heavy_stone(stone: Stone, settings: Settings) -> Iterator[Fault]:
    """A stone is heavy.

    Why: it sinks.
    Fix: take another.
    """
    if stone.weight > settings.min_samples:
        yield Fault(Where("stones"), f"{stone.weight} kg")


@rule("TST003")
def odd_oak(leaf: OakLeaf) -> Iterator[Fault]:
    """An oak leaf is odd.

    Why: it is.
    Fix: do not mind.
    """
    yield Fault(leaf.where, "it is odd", "other")


@rule("TST004")
def broken_rule(leaf: Leaf) -> Iterator[Fault]:
    """A rule breaks.

    Why: to see what happens.
    Fix: none.
    """
    yield Fault(leaf.where, "so far so good")
    raise ValueError(leaf.colour)


RULES = (brown_leaf, heavy_stone, odd_oak)
LEAF = Leaf(Where("a.png", "/data/3"), "brown", "s3")


def told(*subjects, rules=RULES, **more):
    return [str(f) for f in examine(subjects, rules, **more)]


def test_a_rule_takes_its_name_and_its_texts_from_its_function():
    assert (brown_leaf.code, brown_leaf.slug) == ("TST001", "brown-leaf")
    assert (brown_leaf.title, brown_leaf.why, brown_leaf.fix) == (
        "A leaf is brown.",
        "it falls down soon.",
        "water the tree, and wait.",
    )


def test_a_rule_is_an_error_unless_it_says_otherwise():
    assert (heavy_stone.severity, brown_leaf.severity) == (
        Severity.ERROR,
        Severity.WARNING,
    )


def test_a_rule_takes_its_subject_from_its_first_annotation():
    assert [(r.subject, r.wants_settings) for r in RULES] == [
        (Leaf, False),
        (Stone, True),
        (OakLeaf, False),
    ]


@pytest.mark.parametrize(
    "text", [None, "", "A title.", "A title.\n\nWhy: x.", "A title.\n\nFix: x."]
)
def test_a_rule_that_does_not_explain_itself_is_a_type_error(text):
    def silent(leaf: Leaf) -> Iterator[Fault]:
        yield Fault(leaf.where, "x")

    silent.__doc__ = text
    made = rule("TST009")(silent)

    with pytest.raises(TypeError, match="TST009"):
        _ = made.title


def test_a_rule_without_an_annotation_is_refused():
    def naked(leaf):
        yield leaf

    with pytest.raises(KeyError):
        rule("TST008")(naked)


def test_each_subject_is_asked_about_by_the_rules_of_its_type_and_above():
    oak = OakLeaf(Where("b.png"), "brown")

    assert told(LEAF, oak, Stone(3), "no subject of any rule") == [
        "a.png#/data/3: TST001 it is brown",
        "b.png: TST001 it is brown",
        "b.png: TST003 it is odd",
    ]


def test_a_rule_that_asks_for_them_gets_the_settings():
    assert told(Stone(600)) == ["stones: TST002 600 kg"]
    assert told(Stone(600), settings=Settings(min_samples=700)) == []


def test_a_finding_belongs_to_the_sample_of_its_subject_unless_the_rule_says_whose_it_is():
    found = list(
        examine(
            [LEAF, OakLeaf(Where("b"), "green", "mine"), Stone(900)], RULES, task="t"
        )
    )

    assert [(f.sample, f.task) for f in found if isinstance(f, Finding)] == [
        ("s3", "t"),
        ("other", "t"),
        (None, "t"),
    ]


def test_a_rule_may_yield_a_plain_tuple():
    @rule("TST005")
    def plain(leaf: Leaf) -> Iterator[Fault]:
        """A rule is short.

        Why: x.
        Fix: x.
        """
        yield leaf.where, "short"  # type: ignore[misc]

    assert told(LEAF, rules=(plain,)) == ["a.png#/data/3: TST005 short"]


def test_a_rule_that_fails_is_named_with_its_subject_and_the_others_go_on():
    first, second, third = examine([LEAF], (broken_rule, brown_leaf))

    assert str(first) == "a.png#/data/3: TST004 so far so good"
    assert isinstance(second, RuleCrash)
    assert (
        str(second)
        == "TST004 broken-rule failed on Leaf a.png#/data/3: ValueError('brown')"
    )
    assert isinstance(second.__cause__, ValueError)
    assert str(third) == "a.png#/data/3: TST001 it is brown"


def test_a_crash_on_a_subject_without_a_place_is_named_by_its_type():
    @rule("TST006")
    def breaks(stone: Stone) -> Iterator[Fault]:
        """A stone breaks.

        Why: x.
        Fix: x.
        """
        yield Fault(Where("x"), str(1 // stone.weight))

    (crash,) = examine([Stone(0)], (breaks,))
    assert str(crash).startswith("TST006 breaks failed on Stone: ZeroDivisionError(")


def test_an_interrupt_in_a_rule_is_not_taken_for_a_crash():
    @rule("TST007")
    def interrupted(leaf: Leaf) -> Iterator[Fault]:
        """A rule is interrupted.

        Why: x.
        Fix: x.
        """
        yield Fault(leaf.where, "x")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        list(examine([LEAF], (interrupted,)))


def finding(pointer="", path="a.json", task="t", made: Rule = brown_leaf, detail="x"):
    return Finding(made, Where(path, pointer), detail, task, made.severity)


ORDERED = [
    finding(made=heavy_stone),
    finding(made=odd_oak, pointer="/data/1"),
    finding(pointer="/data"),
    finding(pointer="/data/2/input"),
    finding(pointer="/data/2/output"),
    finding(pointer="/data/10/input"),
    finding(pointer="/data/10/input", detail="y"),
    finding(path="b2.png"),
    finding(path="b10.png"),
    finding(task="u", made=heavy_stone),
]


def test_findings_are_sorted_by_task_gravity_rule_and_place_with_numbers_by_value():
    mixed = ORDERED[::2][::-1] + ORDERED[1::2]

    assert sorted(mixed, key=lambda f: f.order) == ORDERED


def test_the_order_does_not_depend_on_the_order_found():
    for some in permutations(ORDERED[2:7]):
        assert sorted(some, key=lambda f: f.order) == ORDERED[2:7]


def test_places_with_digits_and_letters_can_be_compared():
    odd = [
        finding(path=p)
        for p in ("", "1", "a", "1a", "a1", "é", "²", "1²2", "٣", "//", "a/2", "a/b")
    ]

    assert len(sorted(odd, key=lambda f: f.order)) == len(odd)


def test_the_path_of_a_finding_starts_at_the_task():
    assert (
        finding(path="images/a.png", task="some/task").path == "some/task/images/a.png"
    )
    assert finding(path="", task="some/task").path == "some/task"


def test_a_report_counts_tasks_samples_and_media_by_kind():
    summaries = (
        TaskSummary("a", samples=3, media={"image": 2, "mask": 1}, media_bytes=10),
        TaskSummary("b", samples=4, media={"image": 5}, media_bytes=20),
    )
    report = Report((), summaries, {})

    assert report.counts == {
        "tasks": 2,
        "samples": 7,
        "media": 8,
        "image": 7,
        "mask": 1,
        "bytes": 30,
    }
    assert list(report.counts) == [
        "tasks",
        "samples",
        "media",
        "image",
        "mask",
        "bytes",
    ]


def test_a_report_parts_errors_from_warnings():
    report = Report(tuple(ORDERED), (), {})

    assert {f.rule.code for f in report.errors} == {"TST002", "TST003"}
    assert {f.rule.code for f in report.warnings} == {"TST001"}
    assert report.of(Severity.NOTE) == ()


def test_an_empty_report_counts_nothing():
    assert Report((), (), {}).counts == {
        "tasks": 0,
        "samples": 0,
        "media": 0,
        "bytes": 0,
    }


def test_severities_are_ranked_from_the_gravest():
    assert sorted(Severity, key=lambda s: s.rank) == [
        Severity.ERROR,
        Severity.WARNING,
        Severity.NOTE,
    ]


def test_a_failure_to_make_a_subject_is_a_crash_of_ours_and_named():
    def subjects():
        yield 1
        raise ZeroDivisionError

    (crash,) = examine(subjects(), [], task="Task")

    assert str(crash) == "Task: failed to prepare what is examined: ZeroDivisionError()"
