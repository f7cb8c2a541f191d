"""Repositories on disk: what git does to them, and what two writers do to each other."""

from __future__ import annotations

import os
import subprocess
import threading
from dataclasses import replace
from hashlib import sha256

import pytest

from curation.hub import Hub, attributes, changes, pulls
from curation.hub.commits import Message
from curation.hub.problems import Problem
from curation.hub.refs import MAIN

ME = Message("title", "", "me")


@pytest.fixture
def hub(tmp_path):
    return Hub(tmp_path / "hub")


@pytest.fixture
def repository(hub):
    made = hub.create("org", "data", "me")
    yield made
    made.close()


def _commit(repository, **files):
    told = [("file", {"path": path, "content": text}) for path, text in files.items()]
    head = repository.refs.commit_of(MAIN)
    return changes.apply(
        repository, MAIN, changes.Changes("t", "", head, tuple(told)), "me"
    )


def test_a_repository_that_git_packed_is_read_and_written_on(hub, repository):
    first = _commit(repository, a="1")
    repository.refs.create("refs/tags/v1", first, ME)
    repository.close()
    git = ["git", "-C", str(repository.folder)]
    subprocess.run([*git, "gc", "--quiet", "--prune=now"], check=True)
    again = hub.find("org", "data")
    assert not (repository.folder / "refs" / "heads" / "main").exists()

    second = _commit(again, b="2")

    entries = {e.path for e in again.commits.entries(second)}
    assert entries == {".gitattributes", "a", "b"}
    assert again.refs.commit_of("v1") == first
    assert subprocess.run([*git, "fsck", "--strict"], check=False).returncode == 0
    again.close()


def test_of_two_commits_on_one_head_one_is_refused(repository):
    head = repository.refs.commit_of(MAIN)
    made = [repository.commits.make({}, replace(ME, title=t), [head]) for t in "ab"]

    repository.refs.move(MAIN, head, made[0])

    with pytest.raises(Problem, match="The branch was updated"):
        repository.refs.move(MAIN, head, made[1])
    assert repository.refs.commit_of(MAIN) == made[0]


def test_many_writers_lose_nothing(hub):
    hub.create("org", "busy", "me").close()

    def write(number):
        one = hub.find("org", "busy")
        with hub.lock(one):
            _commit(one, **{f"f{number}": "x"})
        one.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    found = hub.find("org", "busy")
    files = found.commits.files(found.refs.commit_of(MAIN))
    assert files.keys() == {attributes.FILE, *(f"f{number}" for number in range(12))}
    assert len([*found.commits.log(found.refs.commit_of(MAIN))]) == 13
    found.close()


def test_a_lock_that_a_crash_left_is_named(repository):
    lock = repository.folder / "refs" / "heads" / "main.lock"
    lock.touch()

    with pytest.raises(Problem, match=r"remove .*main\.lock"):
        _commit(repository, a="1")
    lock.unlink()
    assert _commit(repository, a="1") == repository.refs.commit_of(MAIN)


def test_a_file_that_stops_coming_leaves_nothing(repository):
    def torn():
        yield b"half"
        raise ConnectionError

    oid = sha256(b"half and half").hexdigest()
    with pytest.raises(ConnectionError):
        repository.large.put(oid, torn())

    assert [p for p in repository.large.folder.rglob("*") if p.is_file()] == []


def test_what_killed_runs_left_is_removed_after_a_day(hub, repository):
    old = [
        repository.large.folder / "incomplete" / "a.1",
        repository.large.folder / "parts" / ("a" * 64) / "00001",
        repository.folder.parent / ".half.git.1" / "HEAD",
    ]
    new = repository.large.folder / "incomplete" / "b.1"
    for file in (*old, new):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    for file in (*old, *(file.parent for file in old[1:])):
        os.utime(file, (0, 0))

    hub.tidy()

    assert [file for file in old if file.exists()] == []
    assert new.exists()
    assert hub.find("org", "data") is not None


def test_a_repository_that_cannot_be_made_leaves_nothing(hub, monkeypatch):
    def fail(*_):
        raise OSError("the disk is full")

    monkeypatch.setattr("curation.hub.hub.initialise", fail)
    with pytest.raises(OSError, match="the disk is full"):
        hub.create("org", "half", "me")

    assert [*(hub.root / "datasets" / "org").iterdir()] == []


def test_a_commit_whose_paths_only_differ_in_kind_is_refused(repository):
    _commit(repository, **{"a/b": "1"})

    with pytest.raises(Problem, match="'a' is a file and cannot hold 'a/b'"):
        _commit(repository, a="1")


@pytest.mark.parametrize("path", ["../a", "/a", "a/./b", ".GIT/hooks/x", "a\0", "a//b"])
def test_a_path_that_leads_out_is_refused(path):
    with pytest.raises(Problem, match="no path inside of a repository"):
        changes.checked(path)


def test_a_merge_takes_both_sides(repository):
    _commit(repository, a="1", b="1")
    number = pulls.create(repository, "title", "", "you")
    ref = f"refs/pr/{number}"
    gone = ("deletedFile", {"path": "b"})
    new = ("file", {"path": "c", "content": "3"})
    changes.apply(repository, ref, changes.Changes("t", "", None, (gone, new)), "you")
    _commit(repository, a="2")

    pulls.merge(repository, pulls.read(repository, number), "me")

    head = repository.refs.commit_of(MAIN)
    files = repository.commits.files(head)
    assert files.keys() == {attributes.FILE, "a", "c"}
    assert repository.commits.read(repository.commits.entry(head, "a")) == b"2"


@pytest.mark.skipif(os.name == "nt", reason="rights are others there")
def test_only_its_owner_sees_on_disk_what_is_private(hub, repository):
    hub.create("org", "secret", "me", private=True).close()
    secret = hub.find("org", "secret")
    rights = [one.folder.stat().st_mode & 0o777 for one in (secret, repository)]
    repository.set(replace(repository.settings, private=True))
    secret.close()

    assert rights == [0o700, 0o755]
    assert repository.folder.stat().st_mode & 0o777 == 0o700
