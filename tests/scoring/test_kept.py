from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.scoring.kept import Kept, Rows

IDS = st.text(st.characters(codec=None), max_size=3) | st.text(min_size=65)
NUMBERS = st.floats(allow_nan=False)
PAIRS = st.dictionaries(IDS, st.tuples(NUMBERS, NUMBERS), max_size=20)
ANY = st.dictionaries(
    IDS,
    st.tuples(NUMBERS) | st.tuples(NUMBERS, NUMBERS) | st.tuples(st.integers()) | IDS,
    max_size=8,
)


def kept(given):
    found = Kept()
    for key, seen in given.items():
        found.put(key, seen)
    return found


@given(PAIRS | ANY)
def test_what_is_kept_is_what_was_seen_sorted_by_id(given):
    found = kept(given)

    assert dict(found) == given
    assert list(found) == sorted(given)
    assert list(found.listed) == [given[key] for key in sorted(given)]
    assert list(map(type, found.listed)) == [type(given[key]) for key in sorted(given)]


def test_tuples_of_floats_are_one_table():
    found = kept({"b": (0.5, 1.0), "a": (0.0, -0.0)}).listed

    assert isinstance(found, Rows)
    assert (found[0], found[-1], found[:1]) == ((0.0, 0.0), (0.5, 1.0), [(0.0, 0.0)])
    assert np.array(found, dtype=np.float64).tolist() == [[0.0, 0.0], [0.5, 1.0]]


def test_a_whole_number_stays_one():
    assert list(map(repr, kept({"a": (1.0,), "b": (1,)}).listed)) == ["(1.0,)", "(1,)"]


def test_what_is_seen_again_counts_instead_of_what_was_seen_first():
    found = kept({"a": (1.0,), "b": (2.0,)})

    found.put("a", (3.0,))

    assert dict(found) == {"a": (3.0,), "b": (2.0,)}


@given(PAIRS | ANY, st.sets(IDS, max_size=4))
def test_an_item_that_was_left_out_is_known_and_not_there(given, others):
    found = Kept()
    for key in [*others][:2]:
        found.leave(key)
    for key, seen in given.items():
        found.put(key, seen)
    for key in [*others, *given]:
        found.leave(key)

    assert dict(found) == given
    assert len(found) == len(found.listed) == len(given)
    assert set(found.ids) == {*given, *others}


def test_an_item_that_was_not_seen_is_not_there():
    with pytest.raises(KeyError):
        kept({"a": (1.0,)})["b"]
