from __future__ import annotations

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation import document, elements
from curation.elements import Changed, Elements, listed
from curation.model import Where
from curation.settings import Limits

DATA = [
    {"id": "a", "input": {"text": 'a ] and a } and a " and a \\'}, "output": [1, [2]]},
    {"id": "b", "input": {"text": "\U0001f600 \\u00e9"}, "output": {}},
    "no object",
    -1.5e3,
    None,
    [],
]
TASK = {"task": "T", "data": DATA, "others": {"note": 'not "data": ['}}
WHERE = Where("annotation.json")


def written(tmp_path, content):
    file = tmp_path / "annotation.json"
    raw = content if isinstance(content, bytes) else content.encode()
    file.write_bytes(raw)
    return file


@pytest.fixture(params=[1, 7, 1 << 20], ids="{} bytes at a time".format)
def pieces(request, monkeypatch):
    monkeypatch.setattr(elements, "CHUNK", request.param)
    monkeypatch.setattr(elements, "BLOCK", request.param)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(TASK),
        json.dumps(TASK, ensure_ascii=False, indent=3),
        json.dumps(TASK, indent=1).replace("\n", "\r\n"),
        json.dumps(TASK, separators=(",", ":")),
        " \n" + json.dumps({**TASK, "data": []}) + "\n",
        json.dumps({"data": [[]] * 40}),
        json.dumps({"data": [["x" * 90] * 9] * 3}),
    ],
)
def test_samples_are_what_they_are_when_the_file_is_parsed_whole(
    tmp_path, pieces, text
):
    found = listed(written(tmp_path, text), Limits())

    assert isinstance(found["data"], Elements)
    assert {**found, "data": list(found["data"])} == json.loads(text)
    assert list(found) == list(json.loads(text))


def test_a_list_alone_is_read_the_same_way(tmp_path, pieces):
    found = listed(written(tmp_path, json.dumps(DATA)), Limits())

    assert isinstance(found, Elements)
    assert (len(found), list(found), found[1:4:2]) == (6, DATA, DATA[1:4:2])
    assert (found[0], found[-1]) == (DATA[0], DATA[-1])
    with pytest.raises(IndexError):
        found[6]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "3",
        '{"data": 3}',
        '{"data": [1, 2',
        '{"data": [1, 2]} x',
        '{"data": [1, 2,]}',
        '{"data": [1 2]}',
        '{"data": [1}',
        '{"data": [1, NaN]}',
        '{"data": ["\\ud800"]}',
        '{"data": ["a\x0cb"]}',
        '{"data": [1],\x0c "x": 2}',
        b'{"data": ["\xe9"]}',
        '{"data": [1]}'.encode("utf-16"),
        b'\xef\xbb\xbf{"data": [1]}',
        '{"data": [' + "[" * 253 + "]" * 253 + "]}",
        '{"data": [' + "[" * 5000 + "]" * 5000 + "]}",
        '{"x": ' + "[" * 260 + "]" * 260 + ', "data": [1]}',
        '{"data": [1], "data": [2]}',
        '{"data": [1], "data": []}',
        '{"x": {"data": [1]}, "data": [2]}',
        '{"d\\u0061ta": [1]}',
        "[1]",
    ],
)
def test_what_is_odd_is_read_whole_and_told_as_ever(tmp_path, content):
    file = written(tmp_path, content)

    found = elements.load(file, WHERE, Limits())

    # NaN is not equal to itself, but is written as itself.
    assert repr(found) == repr(document.load(file, WHERE, Limits()))


@pytest.mark.parametrize("first", ["3", "{}", '[{"data": [5]}]'])
def test_of_repeated_data_the_last_one_counts(tmp_path, first):
    file = written(tmp_path, f'{{"data": {first}, "data": [{{"id": "a"}}]}}')

    assert list(elements.load(file, WHERE, Limits()).value["data"]) == [{"id": "a"}]


def test_a_file_over_the_limit_is_not_searched(tmp_path):
    assert listed(written(tmp_path, "[1]"), Limits(json_bytes=2)) is None


@pytest.mark.parametrize("index", [0, -1])
@pytest.mark.parametrize("text", ["[[1, 0], 2]", "[[3], [4]]"])
def test_a_file_that_changes_while_it_is_read_is_told(tmp_path, text, index):
    file = written(tmp_path, "[[1], [2]]")
    found = listed(file, Limits())
    file.with_suffix(".new").write_text(text)
    file.with_suffix(".new").replace(file)

    with pytest.raises(Changed, match=r"annotation.json was changed while"):
        found[index]


def test_a_file_that_is_written_to_in_place_is_told(tmp_path):
    file = written(tmp_path, "[[1], [2]]")
    found = listed(file, Limits())
    with file.open("r+") as out:
        out.write("[[3]")
    os.utime(file, ns=(0, 0))

    with pytest.raises(Changed, match=r"annotation.json was changed while"):
        list(found)


def test_a_file_that_is_gone_when_it_is_read_is_told(tmp_path):
    file = written(tmp_path, "[[1], [2]]")
    found = listed(file, Limits())
    file.unlink()

    with pytest.raises(Changed, match=r"annotation.json was changed while"):
        found[0]


TEXTS = st.text(st.sampled_from('"\\[]{},: \ndta0\xe9\U0001f600'), max_size=6)
KEYS = TEXTS | st.just("data")
VALUES = st.recursive(
    st.none() | st.integers() | st.floats(allow_nan=False) | TEXTS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
    ),
    max_leaves=8,
)
TASKS = st.dictionaries(KEYS, VALUES, max_size=2) | st.builds(
    lambda first, data, last: {**first, "data": data, **last},
    st.dictionaries(TEXTS, VALUES, max_size=2),
    st.lists(VALUES, max_size=4),
    st.dictionaries(TEXTS, VALUES, max_size=2),
)
SLIPS = st.sampled_from(
    [*b',[]{}":\\ \n1N\xff\0', b'"data": [', b"NaN", b"\xef\xbb\xbf", b""]
)


@st.composite
def contents(draw):
    """Make the bytes of a task, now and then with a repeated key, or broken."""
    tasks = draw(st.lists(TASKS, min_size=1, max_size=2))
    layout = draw(st.sampled_from([{}, {"indent": 1}, {"ensure_ascii": False}]))
    parts = [json.dumps(task, **layout)[1:-1] for task in tasks]
    raw = f"{{{', '.join(p for p in parts if p.strip())}}}".encode()
    for slip in draw(st.lists(SLIPS, max_size=1)):
        at = draw(st.integers(0, len(raw)))
        more = bytes([slip]) if isinstance(slip, int) else slip
        raw = raw[:at] + more + raw[at + draw(st.integers(0, 1)) :]
    return raw


@given(contents(), st.integers(1, 40), st.integers(1, 40))
def test_whatever_stands_in_a_file_it_is_read_as_if_it_were_parsed_whole(
    tmp_path_factory, content, chunk, block
):
    file = written(tmp_path_factory.mktemp("any"), content)
    whole = document.load(file, WHERE, Limits()).value
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(elements, "CHUNK", chunk)
        patch.setattr(elements, "BLOCK", block)

        found = elements.load(file, WHERE, Limits()).value

        if found and isinstance(found.get("data"), Elements):
            data = found["data"]
            assert list(data) == [data[i] for i in range(len(data))]
            found = {**found, "data": list(data)}
    assert repr(found) == repr(whole)
