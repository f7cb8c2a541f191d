"""What files were found to be is known again, and never when it may be otherwise."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from curation import cache
from curation.cache import Cache
from curation.settings import Limits, Settings
from curation.workers import Job

FINE = {"type": "Image", "width": 3, "sha256": ""}


def stamp(file):
    facts = file.stat()
    return facts.st_ino, facts.st_size, facts.st_mtime_ns, facts.st_ctime_ns


def job(file):
    return Job(str(file), "image", file.stat().st_size)


def kept(file, facts, settings=None):
    import hashlib

    told = facts | (
        {"sha256": hashlib.sha256(file.read_bytes()).hexdigest()}
        if "sha256" in facts
        else {}
    )
    store = Cache(settings or Settings())
    store.keep(job(file), stamp(file), told)
    store.close()
    return told


def known(file, settings=None):
    store = Cache(settings or Settings())
    try:
        return store.find([(job(file), stamp(file))]).get(job(file))
    finally:
        store.close()


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "a.png"
    path.write_bytes(b"picture")
    return path


def test_an_unchanged_file_is_known_again(file):
    assert kept(file, FINE) == known(file)


def test_a_copy_is_known_by_what_is_in_it(file, tmp_path):
    told = kept(file, FINE)
    copy = tmp_path / "b.png"
    copy.write_bytes(file.read_bytes())

    assert known(copy) == told


def test_another_content_of_the_same_size_is_not_known(file):
    kept(file, FINE)
    facts = file.stat()
    file.write_bytes(b"PICTURE")
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))

    assert known(file) is None


def test_another_ending_is_not_known_since_it_can_choose_the_decoder(file, tmp_path):
    kept(file, FINE)
    copy = tmp_path / "b.jpg"
    copy.write_bytes(file.read_bytes())

    assert known(copy) is None


def test_facts_under_other_limits_are_not_used(file):
    kept(file, FINE)

    assert known(file, Settings(limits=Limits(pixels=7))) is None


def test_facts_of_another_version_of_rules_and_decoders_are_not_used(file, monkeypatch):
    kept(file, FINE)
    monkeypatch.setattr(cache, "fingerprint", lambda: "another version")

    assert known(file) is None


@pytest.mark.parametrize("reason", ["timed-out", "crashed", "denied"])
def test_what_may_be_gone_the_next_time_is_not_remembered(file, reason):
    kept(file, {"type": "Unreadable", "reason": reason, "detail": "x"})

    assert known(file) is None


def test_what_is_wrong_with_a_file_for_good_is_remembered(file):
    told = kept(file, {"type": "Unreadable", "reason": "truncated", "detail": "x"})

    assert known(file) == told


def test_a_run_is_known_by_its_key_alone():
    store = Cache(Settings())
    store.keep_run("key", "report")

    assert (store.run("key"), store.run("other")) == ("report", None)
    store.close()


def test_a_folder_that_cannot_be_made_is_as_good_as_no_cache(
    file, tmp_path, monkeypatch
):
    (tmp_path / "blocked").write_text("")
    monkeypatch.setenv("CURATE_CACHE_DIR", str(tmp_path / "blocked/below"))

    kept(file, FINE)

    assert known(file) is None


WRITER = """
import sys
from curation.cache import Cache
from curation.settings import Settings
from curation.workers import Job

store = Cache(Settings())
name, number = sys.argv[1], int(sys.argv[2])
for i in range(number):
    facts = {"type": "Image", "width": i, "sha256": f"{name}{i}"}
    store.keep(Job(f"{name}{i}.png", "image", 7), (i,), facts)
    if i == 1000:
        print("begun", flush=True)
store.close()
"""


def writer(name, number):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, name, str(number)], stdout=subprocess.PIPE
    )


def found(name, number):
    store = Cache(Settings())
    jobs = [(Job(f"{name}{i}.png", "image", 7), (i,)) for i in range(number)]
    try:
        return {job.path: told["width"] for job, told in store.find(jobs).items()}
    finally:
        store.close()


def test_runs_at_the_same_time_lose_nothing():
    writers = [writer(name, 1500) for name in "abc"]

    assert [w.communicate() and w.returncode for w in writers] == [0, 0, 0]
    for name in "abc":
        assert found(name, 1500) == {f"{name}{i}.png": i for i in range(1500)}


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_a_run_that_is_killed_leaves_whole_facts_of_what_it_wrote():
    process = writer("a", 10_000_000)
    assert process.stdout is not None
    assert process.stdout.readline() == b"begun\n"
    time.sleep(0.2)
    process.send_signal(signal.SIGKILL)
    process.communicate()

    left = found("a", 1000)
    assert left == {f"a{i}.png": i for i in range(1000)}
    kept_after = writer("b", 600)
    kept_after.communicate()
    assert found("b", 600) == {f"b{i}.png": i for i in range(600)}
