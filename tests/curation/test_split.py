from __future__ import annotations

import hmac
from collections import Counter, defaultdict
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.key import Key
from curation.ledger import Side, uid
from curation.split import Item, split

KEY = Key(bytes(range(32)))
OTHER = Key(bytes(range(1, 33)))


def items(*rows, task="t"):
    """Make items of (name, group, label); the group and the label may be left out."""
    made = []
    for row in rows:
        name, group, label = (
            (*row, None, None)[:3] if isinstance(row, tuple) else (row, None, None)
        )
        made.append(Item(uid(task, name), task, uid(task, group or name), label))
    return made


def many(number, task="t", label=lambda _: None, size=1):
    return items(
        *((f"s{i}", f"s{i - i % size}", label(i)) for i in range(number)), task=task
    )


def sides(found):
    parts = (
        (Side.OPEN, found.open),
        (Side.CLOSE, found.close),
        (Side.HELD, found.held),
    )
    return {item.uid: side for side, part in parts for item in part}


def counts(found, label=None):
    return tuple(
        sum(label is None or i.label == label for i in part)
        for part in (found.open, found.close, found.held)
    )


@st.composite
def benchmarks(draw, *, crossing=True):
    """Draw items of a few tasks in groups of any size; a group may be of several tasks."""
    number = draw(st.integers(0, 60))
    groups = draw(st.integers(1, 25))
    made, first = [], {}
    for index in range(number):
        group = draw(st.integers(0, groups))
        task = f"t{draw(st.integers(0, 2)) if crossing else group % 3}"
        label = draw(st.sampled_from([None, "a", "b"]))
        own = uid(task, f"s{index}")
        made.append(
            Item(own, task, first.setdefault(group, own) if group else own, label)
        )
    return made


shares = st.floats(0, 1, allow_nan=False)


@given(benchmarks(), shares)
def test_every_sample_is_on_one_side_and_none_is_made_up(given_items, share):
    found = split(given_items, {}, share, KEY)

    together = [i.uid for i in (*found.open, *found.close, *found.held)]
    assert sorted(together) == sorted(i.uid for i in given_items)
    assert found.held == ()


@given(benchmarks(), shares, st.randoms(use_true_random=False))
def test_the_order_of_the_samples_does_not_matter(given_items, share, random):
    before = split(given_items, {}, share, KEY)
    random.shuffle(given_items)

    assert split(given_items, {}, share, KEY) == before


@given(benchmarks(), shares)
def test_a_group_is_never_torn(given_items, share):
    found = sides(split(given_items, {}, share, KEY))

    together = defaultdict(set)
    for item in given_items:
        together[item.group].add(found[item.uid])
    assert all(len(both) == 1 for both in together.values())


@settings(max_examples=300)
@given(benchmarks(crossing=False), shares)
def test_the_share_of_a_task_is_met_within_the_size_of_one_group(given_items, share):
    found = split(given_items, {}, share, KEY)

    largest = Counter(Counter(i.group for i in given_items).values())
    for told in found.report:
        own = Counter(i.group for i in given_items if i.task == told.task)
        missed = abs(told.open - share * (told.open + told.close))
        assert missed <= max(own.values()), (told, largest)


@given(st.integers(0, 300), shares)
def test_samples_that_are_alone_meet_the_share_exactly(number, share):
    found = split(many(number), {}, share, KEY)

    assert abs(len(found.open) - share * number) <= 0.5


@given(benchmarks(), benchmarks(), shares, shares)
def test_adding_samples_never_moves_one(first, more, share, later):
    before = sides(split(first, {}, share, KEY))
    grown = {i.uid: i for i in (*more, *first)}

    after = sides(split(grown.values(), before, later, OTHER))

    assert {u: after[u] for u in before} == before


@given(benchmarks(), st.data())
def test_what_joins_a_group_goes_where_the_group_is(given_items, data):
    before = sides(split(given_items, {}, 0.4, KEY))
    if not given_items:
        return
    friend = data.draw(st.sampled_from(given_items))
    newcomer = Item(uid("t0", "new"), "t0", friend.group)

    after = sides(split([*given_items, newcomer], before, 0.4, KEY))

    assert after[newcomer.uid] == before[friend.uid]


@given(st.lists(st.sampled_from("abcdefgh"), max_size=120), st.floats(0.2, 0.8))
def test_each_side_keeps_every_label_that_several_samples_have(labels, share):
    found = split(many(len(labels), label=lambda i: labels[i]), {}, share, KEY)

    several = {label for label, times in Counter(labels).items() if times > 1}
    target = len(found.open)
    if len(several) <= target <= len(labels) - len(several):
        assert several <= {i.label for i in found.open}
        assert several <= {i.label for i in found.close}
        assert found.report == () or found.report[0].one_sided == 0


@given(st.lists(st.integers(4, 40), min_size=1, max_size=6), st.floats(0.3, 0.7))
def test_each_label_is_divided_as_its_task_is(sizes, share):
    labels = [
        name for name, size in zip("abcdef", sizes, strict=False) for _ in range(size)
    ]

    found = split(many(len(labels), label=lambda i: labels[i]), {}, share, KEY)

    for name, size in zip("abcdef", sizes, strict=False):
        assert abs(counts(found, name)[0] - share * size) <= 1


def test_the_key_decides_and_nothing_else_does():
    samples = many(200)

    same = split(samples, {}, 0.4, Key(bytes(range(32))))
    other = split(samples, {}, 0.4, OTHER)

    assert same == split(samples, {}, 0.4, KEY)
    assert sides(other) != sides(same)
    assert counts(other) == counts(same) == (80, 120, 0)


def test_samples_with_the_lowest_hashes_are_open():
    uids = [uid("t", f"s{i}") for i in range(10)]
    hashed = sorted(
        uids,
        key=lambda u: hmac.digest(
            bytes(range(32)), f"5:split32:{u}".encode(), "sha256"
        ),
    )

    found = split(many(10), {}, 0.4, KEY)

    assert [i.uid for i in found.open] == sorted(hashed[:4])


def test_a_new_sample_that_can_be_on_no_side_is_held_back():
    a, b, c = items("a", "b", "c")
    bridge = Item(uid("t", "x"), "t", uid("t", "x"), held=True)

    found = split([a, b, c, bridge], {a.uid: Side.OPEN, b.uid: Side.CLOSE}, 0.4, KEY)

    assert found.held == (bridge,)
    assert sides(found)[a.uid] is Side.OPEN
    assert sides(found)[b.uid] is Side.CLOSE


def test_a_group_that_is_on_both_sides_takes_in_nobody():
    a, b, new = items(("a", "g"), ("b", "g"), ("new", "g"))

    found = split([a, b, new], {a.uid: Side.OPEN, b.uid: Side.CLOSE}, 0.4, KEY)

    assert (found.open, found.close, found.held) == ((a,), (b,), (new,))


def test_what_was_held_back_is_placed_when_nothing_holds_it_any_more():
    (a,) = items("a")

    found = split([a], {a.uid: Side.HELD}, 1.0, KEY)

    assert found.open == (a,)


def test_a_group_is_known_by_a_sample_that_is_there_no_more():
    gone = uid("t", "gone")
    new = Item(uid("t", "new"), "t", gone)

    assert split([new], {gone: Side.CLOSE}, 1.0, KEY).close == (new,)
    assert split([new], {gone: Side.OPEN}, 0.0, KEY).open == (new,)


def test_new_samples_make_up_for_what_the_old_ones_miss():
    old = many(100)
    placed = {item.uid: Side.OPEN for item in old[:60]} | {
        i.uid: Side.CLOSE for i in old[60:]
    }

    found = split(many(200), placed, 0.4, KEY)

    assert counts(found) == (80, 120, 0)
    assert found.report[0].new == 100


def test_a_share_that_is_exceeded_already_closes_all_that_is_new():
    placed = {item.uid: Side.OPEN for item in many(100)}

    assert counts(split(many(150), placed, 0.4, KEY)) == (100, 50, 0)


def test_each_task_can_have_a_share_of_its_own():
    samples = [*many(10, task="a"), *many(10, task="b")]

    found = split(samples, {}, {"a": 0.0, "b": 1.0}, KEY)

    assert {i.task for i in found.open} == {"b"}
    assert {i.task for i in found.close} == {"a"}


def test_groups_of_several_tasks_still_meet_both_shares():
    pairs = []
    for i in range(50):
        group = uid("a", f"s{i}")
        pairs += [Item(group, "a", group), Item(uid("b", f"s{i}"), "b", group)]
    found = split([*pairs, *many(30, task="c")], {}, 0.4, KEY)

    assert [(t.open, t.close) for t in found.report] == [(20, 30), (20, 30), (12, 18)]


def test_large_groups_leave_the_rest_to_small_ones():
    samples = [*many(60, size=30), *items(*(f"x{i}" for i in range(40)))]

    found = split(samples, {}, 0.4, KEY)

    assert counts(found) == (40, 60, 0)


def test_two_groups_of_one_label_go_to_different_sides():
    for seed in range(20):
        key = Key(bytes([seed, *range(31)]))
        found = split(many(10, label=lambda _: "a", size=5), {}, 0.4, key)

        assert counts(found) == (5, 5, 0)


def test_a_task_too_small_to_split_is_told_with_the_reason():
    samples = [
        *many(1, task="one"),
        *many(4, task="group", size=4),
        *many(3, task="rounds"),
        *many(3, task="all-open"),
    ]

    found = split(
        samples, {}, {"one": 0.4, "group": 0.4, "rounds": 0.1, "all-open": 1.0}, KEY
    )

    assert {t.task: t.small for t in found.report} == {
        "one": "it has 1 sample",
        "group": "its 4 samples are one group",
        "rounds": "its 3 samples in 3 groups leave the open side empty",
        "all-open": "",
    }


def test_labels_of_one_side_are_counted_where_they_could_be_on_both():
    placed = {item.uid: Side.OPEN for item in many(4, label=lambda _: "a")}
    samples = [
        *many(4, label=lambda _: "a"),
        *items(("x", "x", "b"), ("y", "y", "b"), ("z", "z", "c")),
    ]

    report = split(samples, placed, 0.7, KEY).report[0]

    # a is all open since long, c has one sample only, b is on both sides.
    assert (report.labels, report.one_sided) == (3, 1)


def test_nothing_to_split_is_split():
    found = split([], {}, 0.4, KEY)

    assert (found.open, found.close, found.held, found.report) == ((), (), (), ())


@pytest.mark.parametrize("seed", range(60))
def test_groups_that_cross_tasks_miss_no_share_by_more_than_their_size(seed):
    random = Random(seed)
    share, made = random.random(), []
    for group in range(random.randint(2, 20)):
        for index in range(random.choice([1, 1, 2, 3, 8, 15])):
            task = f"t{random.randrange(4)}"
            name = uid(task, f"{group} {index}")
            made.append(Item(name, task, made[-1].group if index else name))

    found = split(made, {}, share, Key(random.randbytes(32)))

    sizes = Counter(i.group for i in made)
    for told in found.report:
        largest = max(sizes[i.group] for i in made if i.task == told.task)
        assert abs(told.open - share * (told.open + told.close)) <= largest
