from __future__ import annotations

import os
import subprocess
import sys

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemas
from curation import ledger
from curation.ledger import Entry, Inconsistent, Side, uid

A, B, C = (uid("t", name) for name in "abc")


def entry(sample=A, side=Side.OPEN, version="1.0.0", **more):
    return Entry(sample, more.pop("task", "t"), side, version, **more)


def refusal(call, *arguments):
    with pytest.raises(Inconsistent) as caught:
        call(*arguments)
    return str(caught.value)


def test_a_ledger_that_is_not_there_is_empty(tmp_path):
    assert ledger.read(tmp_path / "ledger.jsonl") == ()


def test_what_is_written_is_read_again(tmp_path):
    file = tmp_path / "ledger.jsonl"
    told = [
        entry(A, group=B, question="0" * 32),
        entry(B, Side.CLOSE, media=("1" * 32, "2" * 32)),
        entry(C, Side.HELD),
    ]

    assert ledger.append(file, told) == 3

    assert set(ledger.read(file)) == set(told)


def test_the_lines_are_sorted_by_version_task_and_sample(tmp_path):
    file = tmp_path / "ledger.jsonl"
    ledger.append(
        file,
        [
            entry(C, version="1.10.0"),
            entry(B, version="1.9.0"),
            entry(A, version="1.9.0"),
        ],
    )
    ledger.append(file, [entry(uid("s", "x"), version="1.10.0", task="s")])

    lines = [orjson.loads(line) for line in file.read_bytes().splitlines()]

    first, second = sorted([A, B])
    assert [(line["version"], line["task"], line["sample"]) for line in lines] == [
        ("1.9.0", "t", first),
        ("1.9.0", "t", second),
        ("1.10.0", "s", uid("s", "x")),
        ("1.10.0", "t", C),
    ]


@given(
    st.permutations(
        [entry(A), entry(B, Side.CLOSE), entry(C), entry(uid("s", "x"), task="s")]
    )
)
def test_the_file_does_not_depend_on_the_order_of_the_entries(tmp_path_factory, told):
    files = [tmp_path_factory.mktemp("x") / "l" for _ in range(2)]
    ledger.append(files[0], told)
    ledger.append(files[1], sorted(told))

    assert files[0].read_bytes() == files[1].read_bytes()


def test_lines_follow_the_schema(tmp_path):
    file = tmp_path / "ledger.jsonl"
    ledger.append(
        file,
        [entry(A, group=B, question="0" * 32, media=("1" * 32,)), entry(B, Side.CLOSE)],
    )

    for line in file.read_bytes().splitlines():
        schemas.exact_validator("ledger.json").validate(orjson.loads(line))


def test_a_sample_has_the_same_name_everywhere_and_another_in_another_task():
    assert uid("image.comprehension.Birds", "b1") == "2df85fffc411d8635d0a23be995bd30b"
    assert (
        len(
            {uid("a", "b"), uid("ab", ""), uid("a", "b "), uid("A", "b"), uid("", "ab")}
        )
        == 5
    )


def test_what_is_told_again_of_a_version_takes_the_place_of_the_former(tmp_path):
    file = tmp_path / "ledger.jsonl"
    ledger.append(file, [entry(A), entry(B)])

    assert ledger.append(file, [entry(A, group=B), entry(B)]) == 1

    assert ledger.current(ledger.read(file)) == {A: entry(A, group=B), B: entry(B)}


def test_adding_what_is_there_already_writes_nothing(tmp_path):
    file = tmp_path / "ledger.jsonl"
    ledger.append(file, [entry(A)])
    before = file.stat().st_mtime_ns, file.stat().st_ino

    assert ledger.append(file, [entry(A)]) == 0
    assert (file.stat().st_mtime_ns, file.stat().st_ino) == before


def test_a_retired_sample_is_open():
    told = [entry(A, Side.CLOSE), entry(B, Side.HELD), entry(A, Side.RETIRED, "2.0.0")]

    assert ledger.sides(told) == {A: Side.OPEN, B: Side.HELD}


def test_versions_are_numbers_and_not_words():
    told = [entry(A, version="1.9.0"), entry(B, version="1.10.0")]

    assert ledger.latest(told) == "1.10.0"
    assert ledger.following(told) == "1.11.0"
    assert (ledger.latest([]), ledger.following([])) == (None, "1.0.0")


@pytest.mark.parametrize(
    "version",
    ["1", "1.0", "1.0.0.0", "v1.0.0", "1.0.0-rc1", "01.0.0", "1.0.0\n", "", "1.٢.0"],
)
def test_a_version_is_three_numbers(version):
    assert "expected three numbers" in refusal(ledger.parsed, version)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        (
            [entry(A, Side.CLOSE), entry(A, Side.OPEN, "1.1.0")],
            "is open in version 1.1.0 and was close in 1.0.0",
        ),
        (
            [entry(A), entry(A, Side.CLOSE, "1.1.0")],
            "is close in version 1.1.0 and was open in 1.0.0",
        ),
        (
            [entry(A), entry(A, Side.CLOSE)],
            "is close in version 1.0.0 and was open in 1.0.0",
        ),
        ([entry(A, Side.RETIRED)], "is retired, but was never close"),
        (
            [entry(A), entry(A, Side.RETIRED, "2.0.0")],
            "is retired in version 2.0.0 and was open",
        ),
        (
            [
                entry(A, Side.CLOSE),
                entry(A, Side.RETIRED, "2.0.0"),
                entry(A, Side.CLOSE, "3.0.0"),
            ],
            "was retired in 2.0.0",
        ),
        (
            [entry(A, Side.CLOSE), entry(A, Side.HELD, "1.1.0")],
            "is held in version 1.1.0 and was close",
        ),
        (
            [entry(A), entry(A, version="1.1.0", task="other")],
            "is of other here and of t before",
        ),
    ],
)
def test_a_sample_changes_its_side_by_retirement_only(tmp_path, told, message):
    file = tmp_path / "ledger.jsonl"
    file.write_bytes(b"".join(map(ledger.line, told)))

    assert message in refusal(ledger.read, file)
    assert message in refusal(ledger.append, tmp_path / "new.jsonl", told)
    assert not (tmp_path / "new.jsonl").exists()


def test_held_samples_may_be_placed_later_and_close_ones_retired(tmp_path):
    file = tmp_path / "ledger.jsonl"
    told = [
        entry(A, Side.HELD),
        entry(A, Side.CLOSE),
        entry(A, Side.CLOSE, "1.1.0", group=B),
        entry(A, Side.RETIRED, "2.0.0"),
    ]

    ledger.append(file, told)

    assert ledger.read(file) == tuple(told)


def test_nothing_is_added_to_a_version_that_is_over(tmp_path):
    file = tmp_path / "ledger.jsonl"
    ledger.append(file, [entry(A, version="1.1.0")])

    told = refusal(ledger.append, file, [entry(B, version="1.0.0")])

    assert "version 1.0.0 is over: the ledger tells of 1.1.0 already" in told


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"{", "line 1: not JSON"),
        (b"\n", "line 1: not JSON"),
        (b"[]", "line 1: "),
        (b'{"sample": 1}', "line 1: "),
        (
            ledger.line(entry(A)).replace(b'"open"', b'"public"'),
            "side: 'public' is not one of",
        ),
        (
            ledger.line(entry(A)).replace(b"1.0.0", b"1.0"),
            "version: '1.0' does not match",
        ),
        (
            ledger.line(entry(A)).replace(b'"t"', b'"t","answer":"42"'),
            "'answer' was unexpected",
        ),
        (ledger.line(entry(A)) * 2, "line 2: sample"),
        (
            ledger.line(entry(max(A, B))) + ledger.line(entry(min(A, B))),
            "expected the order of version, task and sample",
        ),
        (b"\xff\xfe", "line 1: not JSON"),
    ],
)
def test_a_ledger_that_was_edited_is_refused_with_its_line(tmp_path, text, message):
    file = tmp_path / "ledger.jsonl"
    file.write_bytes(text)

    told = refusal(ledger.read, file)

    assert message in told
    assert "take the file back from version control" in told


def test_a_ledger_that_is_a_folder_is_refused(tmp_path):
    assert "Is a directory" in refusal(ledger.read, tmp_path)


def test_a_ledger_that_cannot_be_written_stays_as_it_was(tmp_path):
    folder = tmp_path / "sealed"
    folder.mkdir()
    file = folder / "ledger.jsonl"
    ledger.append(file, [entry(A)])
    before = file.read_bytes()
    (folder / f".ledger.jsonl.{os.getpid()}.part").mkdir()

    with pytest.raises((Inconsistent, OSError)):
        ledger.append(file, [entry(B)])

    assert file.read_bytes() == before


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_kill_at_any_moment_leaves_the_former_ledger_or_the_new_one(tmp_path):
    file = tmp_path / "ledger.jsonl"
    ledger.append(file, [entry(A)])
    before = file.read_bytes()
    script = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from curation import ledger\n"
        "real = os.fsync\n"
        "os.fsync = lambda fd: os.kill(os.getpid(), 9)\n"
        "file = Path(sys.argv[1])\n"
        "ledger.append(file, [ledger.Entry(ledger.uid('t', str(i)), 't', ledger.Side.OPEN, '1.1.0') for i in range(1000)])\n"
    )
    run = subprocess.run([sys.executable, "-c", script, str(file)], check=False)

    assert run.returncode == -9
    assert file.read_bytes() == before
    assert ledger.append(file, [entry(B)]) == 1
