"""A version says at least as much as has happened."""

from __future__ import annotations

import pytest

from curation.versioning import (
    Change,
    Level,
    Misnumbered,
    changelog,
    changes,
    needed,
    see,
)

BEFORE = {
    "a": {"": "task x", "1": "open m", "2": "close n"},
    "b": {"": "task x", "3": "close o"},
}


def after(**tasks):
    return {**BEFORE, **tasks}


@pytest.mark.parametrize(
    ("now", "change", "level"),
    [
        (after(), None, Level.PATCH),
        (after(a={**BEFORE["a"], "4": "open p"}), Change("a", added=1), Level.MINOR),
        (
            after(c={"": "task x", "9": "open q"}),
            Change("c", new=True, added=1),
            Level.MINOR,
        ),
        (after(a={**BEFORE["a"], "": "task y"}), Change("a", facts=True), Level.MINOR),
        (
            after(a={**BEFORE["a"], "1": "open other"}),
            Change("a", changed=1),
            Level.MAJOR,
        ),
        (after(a={**BEFORE["a"], "2": "open n"}), Change("a", retired=1), Level.MAJOR),
        (after(a={**BEFORE["a"], "1": "close m"}), Change("a", moved=1), Level.MAJOR),
        (after(a={"": "task x", "1": "open m"}), Change("a", removed=1), Level.MAJOR),
        ({"a": BEFORE["a"]}, Change("b", gone=True, removed=1), Level.MAJOR),
    ],
)
def test_each_change_asks_for_its_number(now, change, level):
    found = changes(BEFORE, now)

    assert found == ((change,) if change else ())
    assert needed(found) is level


@pytest.mark.parametrize(
    ("version", "change"),
    [
        ("2.0.0", Change("a", changed=1)),
        ("3.1.4", Change("a", removed=1)),
        ("1.3.0", Change("a", added=1)),
        ("2.0.0", Change("a", added=1)),
        ("1.2.4", Change("a")),
        ("1.3.0", Change("a")),
    ],
)
def test_a_version_that_is_large_enough_is_taken(version, change):
    see(version, "1.2.3", [change])


@pytest.mark.parametrize(
    ("version", "change", "expected"),
    [
        ("1.3.0", Change("a", changed=1), r"a: 1 sample changed.*expected 2\.0\.0"),
        ("1.2.4", Change("a", added=2), r"a: 2 samples added.*expected 1\.3\.0"),
        ("1.2.3", Change("a"), r"does not come after 1\.2\.3; expected 1\.2\.4"),
        ("1.1.9", Change("a"), r"does not come after"),
    ],
)
def test_a_version_that_is_too_small_is_refused_with_the_one_expected(
    version, change, expected
):
    with pytest.raises(Misnumbered, match=expected):
        see(version, "1.2.3", [change])


def test_one_of_a_kind_is_told_as_one():
    before = {"a": {"": "task 1", "x": "open 1"}}
    assert "1 new task, 1 sample added" in changelog(
        "1.0.0", None, changes({}, before), "", "CANARY"
    )


def test_the_changelog_grows_from_the_top():
    first = changelog("1.0.0", None, changes({}, BEFORE), "", "CANARY 1")
    second = changelog("1.0.1", "2026-01-02", (), first, "CANARY 2")

    assert second == (
        "# Changes\n\nCANARY 2\n\n## 1.0.1 (2026-01-02)\n\nThe samples are the same; only how they are packed has changed.\n\n"
        "## 1.0.0\n\n2 new tasks, 3 samples added, 0 changed, 0 removed, 0 retired.\n\n"
        "- a: new task, 2 samples added\n- b: new task, 1 sample added\n"
    )
