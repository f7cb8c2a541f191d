"""Searching, predicting and the history of a clone, apart from whole releases."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.audit import audit, beside
from curation.audit.channels import Prediction, predicted
from curation.audit.content import Search
from curation.audit.features import Tried, signs
from curation.audit.mapped import content
from curation.audit.needles import Needle, Sort
from curation.audit.pieces import Blob, Column, Kind
from curation.audit.rules import RULES
from curation.audit.search import SHORTEST, Index
from curation.audit.secrets import Secret
from curation.audit.signs import Strictness, Way
from curation.model import Where

words = st.lists(st.binary(min_size=SHORTEST, max_size=60), min_size=1, max_size=8)


@given(words, st.lists(st.integers(0, 7), max_size=8), st.binary(max_size=30))
def test_what_is_searched_is_found_where_it_stands(needles, order, between):
    text = between.join(needles[i % len(needles)] for i in order)

    found = set(Index(needles).hits(text))

    expected = {
        (place, number)
        for number, needle in enumerate(needles)
        for place in range(len(text))
        if text.startswith(needle, place)
    }
    assert found == expected


def test_a_string_across_the_parts_of_a_long_text_is_found():
    needle = b"0123456789abcdefghij"
    text = b"." * ((4 << 20) - 7) + needle + b"." * 50

    assert list(Index([needle]).hits(text)) == [((4 << 20) - 7, 0)]


@given(st.integers(0, 40), st.sampled_from([b" ", b"x", b""]), st.booleans())
def test_a_large_file_is_searched_in_parts_as_if_it_were_whole(at, beside, mapped):
    needle = Needle(b"secret12345", Sort.VALUE, (0,), apart=True)
    text = b"." * at + beside + needle.text + beside + b"." * 9
    search = Search([Secret("task", "id", "own", {}, {})], [needle])

    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        patch.setattr("curation.audit.mapped.WINDOW", 16)
        patch.setattr("curation.audit.mapped.LARGE", 0 if mapped else 1 << 20)
        file = Path(home) / "file"
        file.write_bytes(text)
        search.blob(Blob("file", "file", content(file)), "close")

    assert len(search.hits) == (beside != b"x")


@pytest.mark.parametrize("seed", range(5))
def test_chance_predicts_nothing(seed):
    import numpy as np

    random = np.random.default_rng(seed)
    labels = [str(k) for k in random.integers(0, 4, 300)]

    found = predicted([random.random(300).tolist(), list(range(300))], labels, 0.6, 199)

    assert found.auc < 0.6


def test_sorted_labels_are_predicted_from_their_order():
    labels = [str(i // 50) for i in range(200)]

    found = predicted([list(range(200))], labels, 0.6, 199)

    assert found.auc > 0.95
    assert found.p_value < 1e-9


def test_of_many_channels_that_tell_nothing_none_is_taken_for_a_leak():
    # What chance makes of 600 channels: p-values that are spread evenly, from 0.0008 on.
    every = [
        Tried(Where("task"), "id", Prediction(0.63, (n + 0.5) / 600, 112, 6))
        for n in range(600)
    ]
    assert list(signs(every, Strictness(), "close")) == []


def test_a_channel_that_tells_is_found_among_many_that_do_not():
    labels = [str(i // 20) for i in range(120)]
    told = Tried(
        Where("task"), "order", predicted([list(range(120))], labels, 0.6, 999)
    )
    none = Tried(Where("other"), "id", Prediction(0.52, 0.3, 120, 6))

    assert [
        s.where.path for s in signs([told] + [none] * 2000, Strictness(), "close")
    ] == ["task"]


def test_few_samples_or_one_label_tell_nothing():
    assert predicted([[1, 2, 3]], ["a", "b", "a"], 0.6, 99) is None
    assert predicted([list(range(50))], ["a"] * 50, 0.6, 99) is None


def boxed(answers, shown):
    """Return what the audit says of boxes in the questions of samples with these answers."""
    ids = [f"{number:032x}" for number in range(len(answers))]
    secrets = [
        Secret("video.Marbles", i, i, {"/output": {"answer": answer}}, {})
        for i, answer in zip(ids, answers, strict=True)
    ]
    column = Column("close.parquet", Kind.QUESTION, "bbox", shown, ids, "video.Marbles")
    return list(beside.signs([column], beside.Answers(secrets), "close"))


def test_the_first_box_of_a_track_is_no_answer():
    tracks = [[[n, n, 9, 9], [n, n + 1, 9, 9]] for n in range(10, 30)]

    assert boxed(tracks, [f"{n} {n} 9 9" for n in range(10, 30)]) == []


def test_a_box_that_is_all_of_the_answer_is_one():
    boxes = [[[n, n, 9, 9]] for n in range(10, 30)]

    found = boxed(boxes, [f"{n} {n} 9 9" for n in range(10, 30)])

    assert [sign.way for sign in found] == [Way.BESIDE]


def test_every_rule_has_a_title_a_why_and_a_fix_and_a_code_of_its_own():
    assert all(r.title and r.why and r.fix for r in RULES)
    assert len({r.code for r in RULES}) == len(RULES)


def _git(clone, *arguments):
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.org"]
    subprocess.run(
        ["git", "-C", str(clone), *identity, *arguments],
        check=True,
        capture_output=True,
    )


@pytest.fixture
def clone(tmp_path):
    folder = tmp_path / "clone"
    folder.mkdir()
    _git(folder, "init", "-q", "-b", "main")
    return folder


@pytest.fixture
def tasks(tmp_path):
    import releases

    data = [
        {
            "id": "a",
            "input": {"question": "Why?"},
            "output": {"answer": "because nobody ever thought of it before"},
        },
        {
            "id": "b",
            "input": {"question": "Who?"},
            "output": {"answer": "the man who came in from the cold"},
        },
    ]
    return releases.write_task(
        tmp_path, "NLP/Why", {"family": "text/open-qa", "task": "Why", "data": data}
    )


def _commit(clone, message, **files):
    for name, text in files.items():
        (clone / name).write_text(text)
    _git(clone, "add", "-A")
    _git(clone, "commit", "-q", "--allow-empty", "-m", message)


def _found(clone, tasks, tmp_path):
    public = tmp_path / "public"
    public.mkdir()
    (public / "card.md").write_text("Nothing here.")
    report = audit(public, tasks, history=[clone], jobs=1)
    return {f.rule.code for f in report.errors}


def test_what_was_committed_and_removed_is_found(clone, tasks, tmp_path):
    _commit(clone, "one", answers="Because nobody ever thought of it before.")
    _commit(clone, "two", answers="")

    assert _found(clone, tasks, tmp_path) == {"LEK103"}


def test_what_a_converted_copy_or_a_message_holds_is_found(clone, tasks, tmp_path):
    _commit(clone, "one", card="plain")
    _git(clone, "checkout", "-q", "-b", "side")
    _commit(clone, "the man who came in from the cold", card="other")
    _git(clone, "update-ref", "refs/convert/parquet", "HEAD")
    _git(clone, "checkout", "-q", "main")
    _git(clone, "branch", "-D", "side")

    assert _found(clone, tasks, tmp_path) == {"LEK103"}


def test_a_clean_clone_has_no_error(clone, tasks, tmp_path):
    _commit(clone, "one", card="plain")

    assert _found(clone, tasks, tmp_path) == set()
