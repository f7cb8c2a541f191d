from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from curation.scoring.ids import Ids

ANY = st.text(st.characters(codec=None), max_size=3)


@given(st.lists(ANY, max_size=60), ANY)
def test_ids_are_kept_once_in_the_order_in_which_they_came(texts, other):
    found = Ids(texts)
    wanted = list(dict.fromkeys(texts))

    assert list(found) == found[:] == [found[i] for i in range(len(found))] == wanted
    assert [found.find(one) for one in wanted] == list(range(len(wanted)))
    assert (other in found) == (other in wanted)


def test_an_id_that_is_there_is_not_added():
    found = Ids(["a"])

    assert (found.add("b"), found.add("a"), found.find("c")) == (True, False, None)


def test_many_ids_are_all_found():
    texts = [f"sample-{number}" for number in range(5000)]

    assert [Ids(texts).find(text) for text in texts[::501]] == list(range(0, 5000, 501))
