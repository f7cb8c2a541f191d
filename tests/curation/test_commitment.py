"""A commitment binds to a reference, and tells nothing of it."""

from __future__ import annotations

import dataclasses
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation import commitment
from curation.commitment import (
    Malformed,
    canonical,
    heard,
    leaf,
    proof,
    release_root,
    root,
)

NONCES = st.binary(min_size=32, max_size=32)
LEAVES = st.lists(NONCES, min_size=1, max_size=20)


def test_a_leaf_is_the_hash_of_nonce_id_and_reference():
    assert (
        leaf(b"n" * 32, "id", b"ref") == hashlib.sha256(b"n" * 32 + b"idref").digest()
    )


def test_a_nonce_of_another_length_is_refused():
    with pytest.raises(ValueError, match="32 bytes, not 31"):
        leaf(b"n" * 31, "id", b"ref")


@given(LEAVES, LEAVES, st.data())
def test_every_proof_leads_to_the_root(one, other, data):
    nonce, reference = b"n" * 32, b'{"values":{}}'
    index = data.draw(st.integers(0, len(one) - 1))
    one[index] = leaf(nonce, "x", reference)
    found = proof("a", "x", nonce, reference, {"a": one, "b": other}, index)
    top = release_root({"a": (len(one), root(one)), "b": (len(other), root(other))})

    assert found.root == top
    assert heard(found.told()) == found


@given(LEAVES, st.data())
def test_no_proof_of_another_reference_leads_to_the_root(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    leaves[index] = leaf(b"n" * 32, "x", b"right")
    found = proof("a", "x", b"n" * 32, b"right", {"a": leaves}, index)
    change = data.draw(
        st.sampled_from(
            [
                {"reference": b"wrong"},
                {"sample": "y"},
                {"task": "b"},
                {"nonce": b"m" * 32},
                {"count": found.count + 1},
                {"tasks": 2},
            ]
        )
    )

    assert dataclasses.replace(found, **change).root != found.root


@given(LEAVES)
def test_the_root_depends_on_order_and_number(leaves):
    assert root(leaves) != root([*leaves, leaves[-1]])
    if leaves != leaves[::-1]:
        assert root(leaves) != root(leaves[::-1])


def test_a_node_is_never_a_leaf():
    one, other = b"1" * 32, b"2" * 32
    inner = (
        hashlib.sha256(b"\0" + one).digest() + hashlib.sha256(b"\0" + other).digest()
    )

    assert root([one, other]) != root([hashlib.sha256(b"\1" + inner).digest()])


@pytest.mark.parametrize(
    ("one", "other"),
    [({"a": 1.0, "b": [2]}, {"b": [2.0], "a": 1}), ({"x": "é"}, {"x": "\u00e9"})],
)
def test_the_same_reference_has_the_same_bytes(one, other):
    assert canonical(one, {}) == canonical(other, {})


@pytest.mark.parametrize(
    "other", [{"/a": 2}, {"/a": "1"}, {"/a": True}, {"/a": 1.5}, {"/a": None}, {}]
)
def test_other_references_have_other_bytes(other):
    assert canonical({"/a": 1}, {}) != canonical(other, {})


def test_an_answer_cannot_be_found_by_trying_while_the_nonce_is_hidden():
    """Four choices are tried out in no time; the nonce makes each try worthless."""
    choices = [canonical({"/output/answer": letter}, {}) for letter in "ABCD"]
    secret = hashlib.sha256(b"hidden").digest()
    published = leaf(secret, "q1", choices[2])

    plain = {hashlib.sha256(b"q1" + c).digest() for c in choices}
    guessed = {
        leaf(number.to_bytes(32, "big"), "q1", c)
        for number in range(1000)
        for c in choices
    }

    assert published not in plain | guessed


@pytest.mark.parametrize(
    "told",
    [
        [],
        {},
        {"form": "x"},
        {"form": "curate-proof-1"},
        {"form": "curate-proof-1", "nonce": "00"},
    ],
)
def test_what_is_no_proof_is_refused(told):
    with pytest.raises(Malformed):
        heard(told)


def test_a_proof_hides_its_answer_when_it_is_printed():
    found = proof(
        "a", "x", b"n" * 32, b"ANSWER", {"a": [leaf(b"n" * 32, "x", b"ANSWER")]}, 0
    )

    assert "ANSWER" not in repr(found)
    assert commitment.heard(found.told()).reference == b"ANSWER"
