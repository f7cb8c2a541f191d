from __future__ import annotations

import json
import os
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation import locate
from curation.locate import Locator, places
from curation.model import Where

TEXT = """\
{
  "task": "Birds",
  "data": [
    {"id": "b1", "input": {"image": "a.png"}},
    {"id": "b2",
     "input": {"image": "b.png"}}
  ],
  "é": [[], {}, "ü", [1, [2, 3]]]
}
"""


@dataclass(frozen=True)
class Finding:
    path: str
    where: Where
    detail: str = ""


def _finding(file, pointer="", detail=""):
    return Finding(str(file), Where("annotation.json", pointer), detail)


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("/task", (2, 11)),
        ("/data", (3, 11)),
        ("/data/0", (4, 5)),
        ("/data/0/input/image", (4, 37)),
        ("/data/1/id", (5, 12)),
        ("/data/1/input", (6, 15)),
        ("/é", (8, 8)),
        ("/é/0", (8, 9)),
        ("/é/2", (8, 17)),
        ("/é/3/1/1", (8, 30)),
    ],
)
def test_a_value_is_found_at_its_line_and_column(pointer, expected):
    assert places(TEXT.encode(), [pointer]) == {pointer: expected}


def test_all_values_are_found_in_one_pass():
    pointers = ["/data/1/input/image", "/task", "/data/0", "/data/0/id", "/é/1"]

    assert places(TEXT.encode(), pointers) == {
        "/task": (2, 11),
        "/data/0": (4, 5),
        "/data/0/id": (4, 12),
        "/data/1/input/image": (6, 25),
        "/é/1": (8, 13),
    }


@pytest.mark.parametrize(
    "pointer",
    [
        "/nothing",
        "/data/2",
        "/data/x",
        "/data/00",
        "/data/-",
        "/task/0",
        "/é/0/0",
        "x",
        "/data/0/",
    ],
)
def test_what_is_not_there_is_left_out(pointer):
    assert places(TEXT.encode(), [pointer, "/é"]) == {"/é": (8, 8)}


def test_a_pointer_with_escapes_is_followed():
    raw = b'{"a/b": 1, "m~n": {"": 2}, "~1": 3}'

    assert places(raw, ["/a~1b", "/m~0n/", "/~01"]) == {
        "/a~1b": (1, 9),
        "/m~0n/": (1, 24),
        "/~01": (1, 34),
    }


def test_a_key_with_escapes_is_understood():
    raw = rb'{"a\"b\\": 1, "\u00e9": 2, "\ud83d\ude00": 3, "\q": 4, "z": 5}'

    assert list(places(raw, ['/a"b\\', "/é", "/😀", "/z"]).values()) == [
        (1, 12),
        (1, 25),
        (1, 44),
        (1, 61),
    ]


def test_brackets_and_quotes_in_texts_are_no_structure():
    raw = rb'{"a": ["]}", "\"[{", {"b": "\\"}], "c": 1}'

    assert places(raw, ["/a/2/b", "/c"]) == {"/a/2/b": (1, 28), "/c": (1, 41)}


def test_of_a_repeated_key_the_last_counts():
    assert places(b'{"a": 1, "a": 2}', ["/a"]) == {"/a": (1, 15)}


def test_a_byte_order_mark_is_no_column():
    assert places(b'\xef\xbb\xbf{"a": 1}', ["/a"]) == {"/a": (1, 7)}


def test_line_breaks_of_windows_are_one_break():
    assert places(b'{\r\n"a": 1,\r\n "b": 2}', ["/b"]) == {"/b": (3, 7)}


def test_columns_count_characters_and_not_bytes():
    assert places('{"ü😀": "é", "a": 1}'.encode(), ["/a"]) == {"/a": (1, 18)}


def test_numbers_that_are_not_json_are_passed_over():
    raw = b'{"a": [NaN, -Infinity, 1e5], "b": true}'

    assert places(raw, ["/a/1", "/b"]) == {"/a/1": (1, 13), "/b": (1, 35)}


@pytest.mark.parametrize("cut", range(len(TEXT)))
def test_a_file_that_breaks_off_is_read_up_to_there(cut):
    whole = places(TEXT.encode(), ["/task", "/data/1/id", "/é/3"])

    found = places(TEXT[:cut].encode(), ["/task", "/data/1/id", "/é/3"])

    assert found.items() <= whole.items()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b" ",
        b"{",
        b'{"a"',
        b'{"a":',
        b'{"a" 1}',
        b'{"a":}',
        b'{"a":,}',
        b"{a: 1}",
        b'{"a',
        b'{"a\\',
        b"]",
        b"[1",
        b"\x00\xff\xfe",
        '{"a": 1}'.encode("utf-16"),
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'"' * 100_001,
    ],
)
def test_what_is_not_json_raises_nothing(raw):
    assert set(places(raw, ["/a", "/0", "/b/c"])) <= {"/a", "/0"}


def test_pointers_of_any_depth_raise_nothing():
    deep = "/0" * 100_000
    huge = "/" + "9" * 5_000

    assert places(b"[" * 200_000, [deep, huge, "/0/0"]) == {"/0/0": (1, 3)}
    assert places(b"[" * 200_000, ["/0" * locate.DEEPEST]) == {
        "/0" * locate.DEEPEST: (1, locate.DEEPEST + 1)
    }


ROOT = Where("")

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


def _pointers(value, at=ROOT):
    yield at.pointer, value
    items = enumerate(value) if isinstance(value, list) else ()
    for key, item in value.items() if isinstance(value, dict) else items:
        yield from _pointers(item, at.at(key))


@given(values, st.sampled_from([None, 0, 2, "\t"]), st.booleans(), st.data())
def test_where_a_value_is_found_it_can_be_parsed(value, indent, ascii_only, data):
    text = json.dumps(value, indent=indent, ensure_ascii=ascii_only)
    wanted = dict(list(_pointers(value))[1:])
    some = data.draw(st.sets(st.sampled_from(sorted(wanted)))) if wanted else set()

    found = places(text.encode(), some)

    lines = text.split("\n")
    for pointer, (line, column) in found.items():
        rest = "\n".join([lines[line - 1][column - 1 :], *lines[line:]])
        assert json.JSONDecoder().raw_decode(rest)[0] == wanted[pointer]
    assert set(found) == some


@given(st.text(alphabet='[]{}",:\\ 0a\n', max_size=60))
def test_no_text_raises_anything(text):
    places(text.encode(), ["/a", "/0/a", "/a/0", "//0"])


def test_a_finding_is_located_in_its_file(tmp_path):
    file = tmp_path / "annotation.json"
    file.write_text(TEXT)
    one, other = _finding(file, "/task"), _finding(file, "/data/1")

    locator = Locator([one, other])

    assert [locator(one), locator(other)] == [(2, 11), (5, 5)]


def test_a_file_is_read_once_and_only_when_asked_for(tmp_path):
    file = tmp_path / "annotation.json"
    one, other = _finding(file, "/task"), _finding(file, "/data/1")
    locator = Locator([one, other])
    file.write_text(TEXT)

    assert locator(one) == (2, 11)
    file.unlink()
    assert locator(other) == (5, 5)


def test_a_finding_that_was_not_announced_is_not_located(tmp_path):
    file = tmp_path / "annotation.json"
    file.write_text(TEXT)

    assert Locator([])(_finding(file, "/task")) is None


@pytest.mark.parametrize(
    ("detail", "expected"),
    [
        ("line 3 column 7: unexpected end of data", (3, 7)),
        ("line 12: byte 0xE9 at offset 99 (not UTF-8)", (12, 1)),
        ("every line 3 column 7", None),
        ("lines 3", None),
        ("line 99999999999", None),
    ],
)
def test_a_finding_without_a_pointer_may_say_itself_where_it_is(detail, expected):
    assert Locator([])(_finding("nowhere", detail=detail)) == expected


@pytest.mark.parametrize("name", ["absent.json", "folder", "fifo", "a\0b", "link"])
def test_what_is_no_file_locates_nothing_and_blocks_nothing(tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "link")
    os.mkfifo(tmp_path / "fifo")
    one = _finding(tmp_path / name, "/task")

    assert Locator([one])(one) is None


def test_a_file_beyond_the_bound_is_not_read(tmp_path, monkeypatch):
    file = tmp_path / "annotation.json"
    file.write_text(TEXT)
    one = _finding(file, "/task")

    monkeypatch.setattr(locate, "LARGEST", len(TEXT.encode()))
    assert Locator([one])(one) == (2, 11)
    monkeypatch.setattr(locate, "LARGEST", len(TEXT.encode()) - 1)
    assert Locator([one])(one) is None


def test_many_places_on_one_line_are_found_in_linear_time():
    count = 50_000
    raw = json.dumps([{"id": i} for i in range(count)]).encode()
    pointers = [f"/{i}/id" for i in range(count)]

    found = places(raw, pointers)

    assert len(found) == count
    assert found["/49999/id"] == (1, raw.rindex(b"49999") + 1)
