"""What is odd about the text of an annotation file is a value, with its place."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.document import load, parse
from curation.model import Where
from curation.settings import Limits

HERE = Where("annotation.json")


def told(raw):
    return [f"{o.kind}: {o.detail}" for o in parse(raw, HERE).oddities]


def test_a_sound_file_is_read_without_remark():
    document = parse(b'{"task": "a", "data": []}', HERE)

    assert (document.value, document.oddities) == ({"task": "a", "data": []}, ())


def test_a_byte_order_mark_is_named_and_the_file_is_read():
    document = parse(b'\xef\xbb\xbf{"task": "a"}', HERE)

    assert document.value == {"task": "a"}
    assert [o.kind for o in document.oddities] == ["byte-order-mark"]


def test_a_byte_that_is_not_utf8_is_named_with_its_line_and_offset():
    assert told(b'{\n"task": "caf\xe9"}') == [
        "not-utf-8: line 2: byte 0xE9 at offset 14 (not UTF-8)"
    ]


def test_utf16_is_recognised():
    assert told('{"task": 1}'.encode("utf-16")) == [
        "not-utf-8: line 1: byte 0xFF at offset 0 (UTF-16)"
    ]


def test_a_syntax_error_is_named_with_line_and_column():
    assert told(b'{"task": "a",\n "data": [}') == [
        "not-json: line 2 column 11: unexpected character, expected a JSON value"
    ]


def test_an_empty_file_is_called_empty():
    assert told(b"") == ["not-json: line 1 column 1: the file is empty"]


def test_nan_is_named_where_it_stands_and_the_rest_is_read():
    document = parse(b'{"task": "NaN",\n "data": [{"x": NaN}, {"x": -Infinity}]}', HERE)

    assert [o.detail for o in document.oddities] == ["line 2 column 17: NaN and 1 more"]
    assert document.value is not None
    assert document.value["task"] == "NaN"


@pytest.mark.parametrize(
    "raw",
    [
        b'{"data": [],\n "data": [1]}',
        b'{"data" : [],\n "data": [1]}',
        b'{"x": "\\u0022:", "data": [],\n "data": [1]}',
    ],
)
def test_a_duplicate_key_is_named_however_it_is_written(raw):
    assert told(raw) == [
        "duplicate-key: line 2 column 2: the key 'data' is repeated;"
        " only the last one counts"
    ]


def test_duplicate_keys_in_many_objects_are_told_once():
    raw = b'[{"a": 1, "a": 2}, {"a": 1, "a": 2}]'

    assert told(b'{"data": ' + raw + b"}") == [
        "duplicate-key: line 1 column 20: the key 'a' is repeated, in 2 places;"
        " only the last one counts"
    ]


@pytest.mark.parametrize("depth", [300, 2_000, 100_000])
def test_nesting_beyond_sense_is_refused(depth):
    document = parse(b'{"data": ' + b"[" * depth + b"]" * depth + b"}", HERE)

    assert [o.kind for o in document.oddities] == ["too-deep"]
    assert document.value is None


def test_a_list_at_the_top_is_not_an_annotation():
    assert told(b"[]") == [
        "not-an-object: expected an object with task and data, found a list"
    ]


def test_a_file_over_the_limit_is_not_read(tmp_path):
    file = tmp_path / "annotation.json"
    file.write_bytes(b" " * 11)

    document = load(file, HERE, Limits(json_bytes=10))

    assert [o.detail for o in document.oddities] == ["11 bytes, the limit is 10"]


def test_nan_beside_half_a_surrogate_pair_is_refused():
    assert told(b'{"a": NaN, "\\ud800": 1}') == [
        "not-json: half a surrogate pair stands in a text"
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(st.dictionaries(st.text(), JSON), st.sampled_from([None, 1]), st.booleans())
def test_no_sound_document_is_called_odd(value, indent, ascii_only):
    raw = json.dumps(value, indent=indent, ensure_ascii=ascii_only).encode(
        "utf-8", "surrogatepass"
    )

    document = parse(raw, HERE)

    assert document.oddities == ()
    assert document.value == value
