"""What publishing is made of: differences, patience, the journal, what answers mean."""

from __future__ import annotations

import json

import pytest

from curation.publishing.journal import Journal, Unkept, beside
from curation.publishing.patience import GaveUp, Patience
from curation.publishing.plan import blob_id, difference, pieces
from curation.publishing.port import Changed, File, Stored, Unanswered


def file(tmp_path, name="a", content=b"abc"):
    import hashlib

    source = tmp_path / name
    source.write_bytes(content)
    return File(name, len(content), hashlib.sha256(content).hexdigest(), source)


def test_a_small_file_is_compared_by_what_git_calls_it(tmp_path):
    one = file(tmp_path)

    # What `printf abc | git hash-object --stdin` prints.
    assert blob_id(one) == "f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f"
    same = difference({"a": one}, {"a": Stored(3, blob_id(one))})
    assert (same.nothing, same.same) == (True, 1)


def test_a_large_file_is_compared_by_its_sha256_and_not_by_that_of_its_pointer(
    tmp_path,
):
    one = file(tmp_path)

    assert difference({"a": one}, {"a": Stored(3, "0" * 40, one.sha256)}).nothing
    assert difference({"a": one}, {"a": Stored(3, blob_id(one), "0" * 64)}).replace == (
        one,
    )


def test_what_is_there_and_not_wanted_is_deleted_but_for_what_the_hub_made(tmp_path):
    there = {name: Stored(1, "0" * 40) for name in (".gitattributes", "b", "c")}

    found = difference({"a": file(tmp_path)}, there)

    assert ([f.path for f in found.add], found.delete) == (["a"], ("b", "c"))


def test_pieces_are_bounded_by_files_and_by_bytes(tmp_path):
    files = [file(tmp_path, name, b"x" * 40) for name in "abcde"]

    assert [len(p) for p in pieces(files, 2, 1000)] == [2, 2, 1]
    assert [len(p) for p in pieces(files, 9, 100)] == [2, 2, 1]
    assert [len(p) for p in pieces(files, 9, 10)] == [1] * 5


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self):
        self.now, self.slept = 0.0, []

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.now += seconds

    def patience(self, **more):
        return Patience(sleep=self.sleep, clock=lambda: self.now, **more)


def failing(*errors):
    left = list(errors)

    def call():
        if left:
            raise left.pop(0)
        return "done"

    return call


def test_pauses_grow_and_do_as_the_server_asks():
    clock = Clock()
    call = failing(Unanswered("a"), Unanswered("b", wait=30), Changed("c"))

    assert clock.patience().read("asking", call) == "done"
    assert clock.slept == [1, 30, 4]


def test_it_gives_up_after_so_many_tries_and_tells_the_last_answer():
    clock = Clock()

    with pytest.raises(GaveUp, match=r"asking: gave up after 3 tries; 503 busy"):
        clock.patience(tries=3).read("asking", failing(*[Unanswered("503 busy")] * 9))

    assert len(clock.slept) == 2


def test_a_wait_that_is_too_long_is_told_and_not_waited_for():
    clock = Clock()

    with pytest.raises(GaveUp, match="asks to wait 3600 s"):
        clock.patience().read("asking", failing(Unanswered("429", wait=3600)))

    assert clock.slept == []


def test_what_hangs_is_not_waited_for():
    import threading

    never = threading.Event()
    with pytest.raises(GaveUp, match="no answer within"):
        Patience(answer=0.01, tries=2, first=0).read("asking", never.wait)
    never.set()


def test_a_fault_of_ours_is_no_reason_to_ask_again():
    with pytest.raises(ZeroDivisionError):
        Clock().patience().read("asking", failing(ZeroDivisionError()))


def test_the_journal_of_another_place_is_kept(tmp_path):
    release = tmp_path / "out"
    Journal.open(release, "one").note("org/open", commit="a", tag="v1")
    Journal.open(release, "two").note("org/open", commit="b")

    assert Journal.open(release, "one").known("org/open")["commit"] == "a"
    assert Journal.open(release, "two").known("org/open")["commit"] == "b"


@pytest.mark.parametrize("text", ["", "[]", '{"form": "x"}', '{"form"'])
def test_what_is_no_journal_is_not_written_over(tmp_path, text):
    release = tmp_path / "out"
    beside(release).write_text(text)

    with pytest.raises(Unkept, match=r"out\.journal\.json"):
        Journal.open(release, "one")

    assert beside(release).read_text() == text


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (json.JSONDecodeError("x", "", 0), "Unanswered"),
        (TimeoutError("x"), "Unanswered"),
        (ConnectionError("CAS: 403 Forbidden"), "Denied"),
        (ConnectionError("CAS: connection reset"), "Unanswered"),
        (ValueError("bad"), "Rejected"),
        (KeyError("ours"), "NoneType"),
    ],
)
def test_errors_of_the_client_are_told_apart(error, kind):
    from curation.publishing.answers import meaning

    assert type(meaning(error)).__name__ == kind


def test_what_signs_a_link_is_not_told():
    from curation.publishing.answers import meaning

    told = str(
        meaning(ConnectionError("PUT https://x.example/a?X-Signature=secret failed"))
    )

    assert "secret" not in told
    assert "https://x.example/a" in told


def test_a_password_in_an_address_is_not_told():
    from curation.publishing.huggingface import without_user

    assert without_user("https://me:pw@hub.example/x@y") == "https://hub.example/x@y"


def test_no_module_imports_the_clients_of_the_hub_before_they_are_told_where_it_is():
    import subprocess
    import sys

    code = """
import importlib, pkgutil, sys, curation
for found in pkgutil.walk_packages(curation.__path__, "curation."):
    importlib.import_module(found.name)
print(*sorted({"huggingface_hub", "datasets"} & sys.modules.keys()))
"""
    env = {"PYTHONPATH": ":".join(p for p in sys.path if p), "PATH": "/usr/bin"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env=env,
        check=True,
        capture_output=True,
        text=True,
    )

    assert done.stdout.split() == []
