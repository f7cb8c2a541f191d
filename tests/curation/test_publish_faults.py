"""Everything that can go wrong on the way to a hub, each by the fault that makes it go wrong.

Each ends in one of two: published and tagged, or nothing visible and a message that says
what to do; and the same command, given again, publishes.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from types import SimpleNamespace

import publications
import pytest
from hubs import Fault
from publications import NAMES

from curation.publishing.port import Refused, Trouble
from curation.publishing.publish import Unpublished
from curation.publishing.terms import Limits

pytestmark = publications.MARKS

CREATE = r"POST /api/repos/create"
PREUPLOAD = r"POST .*/org/close/preupload/.*"
BATCH = r"POST .*close\.git/info/lfs/objects/batch"
PUT = r"PUT /storage/.*"
STORED = r"POST .*close\.git/info/lfs/objects/verify"
YAML = r"POST /api/validate-yaml"
COMMIT = r"POST .*/org/close/commit/.*"
TAG = r"POST .*/org/close/tag/.*"
SETTINGS = r"PUT .*/org/close/settings"
REFS = r"GET .*/org/close/refs"
TREE = r"GET .*/org/close/tree/.*"
STATE = r"GET /api/datasets/org/close"
STEPS = [CREATE, PREUPLOAD, BATCH, PUT, STORED, COMMIT, TAG, SETTINGS, TREE]
HTML = {"status": 503, "body": b"<html>busy</html>"}
GONE = {"status": 404, "headers": {"X-Error-Code": "RevisionNotFound"}}
SLOW_DOWN = {"status": 429, "headers": {"Retry-After": "0"}}
LIMIT = {"status": 429, "headers": {"RateLimit": '"api";r=0;t=0'}}


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("releases")
    publications.first(folder)
    return folder


@pytest.fixture
def release(made, tmp_path):
    return shutil.copytree(made / "out", tmp_path / "out")


@pytest.fixture
def to(tmp_path, monkeypatch):
    publications.without_xet(monkeypatch)
    # The client's own pauses, of up to 23 s, are cut short.
    monkeypatch.setattr(
        "huggingface_hub.utils._http.time", SimpleNamespace(sleep=lambda _: None)
    )
    with publications.publisher(tmp_path) as found:
        yield found


class Meanwhile:
    """Does something on the side of the hub just before a request is answered, once."""

    def __init__(self, request, action):
        self.request, self.action = request, action

    def strikes(self, asked):
        if self.action and re.fullmatch(self.request, asked):
            action, self.action = self.action, None
            action()
        return False


def failure(to, release):
    """Publish, and return what is raised, if anything is."""
    try:
        to.publish(release)
    except (Unpublished, Trouble) as error:
        return error
    return None


def see_once(to, release):
    """Assert that all is there, that nothing was committed twice, and nothing is left."""
    to.see_whole(release)
    for tree in NAMES:
        assert to.commits(tree).count("Release 1.0.0") == 1
    before = len(to.hub.watch.asked)
    to.publish(release)
    assert not [a for a in to.hub.watch.asked[before:] if a.startswith(("POST", "PUT"))]


@pytest.mark.parametrize("request_", STEPS)
@pytest.mark.parametrize(
    "fault",
    [
        HTML,
        {"drop": "before"},
        {"drop": "mid"},
        {"drop": "after"},
    ],
    ids=["503", "before", "mid", "after"],
)
def test_what_fails_once_is_published_all_the_same(to, release, request_, fault):
    to.hub.watch.faults = [Fault(request_, **fault)]

    to.publish(release)

    assert to.hub.watch.faults[0].seen > 0
    see_once(to, release)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(r"GET /api/whoami-v2", status=503),
        Fault(r"GET /api/whoami-v2", drop="before"),
        Fault(STATE, status=502),
        Fault(REFS, status=500),
        Fault(YAML, **HTML),
        Fault(COMMIT, status=409),
        Fault(COMMIT, status=412),
        Fault(COMMIT, **SLOW_DOWN),
        Fault(COMMIT, **LIMIT),
        Fault(TAG, status=409),
        Fault(TAG, **SLOW_DOWN),
        Fault(TREE, skip=1, **GONE),
        Fault(COMMIT, status=404, headers={"X-Error-Code": "EntryNotFound"}),
        Fault(PUT, times=3, drop="mid"),
    ],
    ids=lambda f: f"{f.request[:30]} {f.status or f.drop}",
)
def test_what_is_busy_or_behind_is_asked_again(to, release, fault):
    to.hub.watch.faults = [fault]

    to.publish(release)

    assert fault.seen > 0
    see_once(to, release)


def test_a_lost_answer_and_a_head_that_lags_make_no_second_commit(to, release):
    # The state is asked for when looking, around creating, and before the commit.
    lag = Fault(STATE, skip=4, stale=True)
    # The client, which finds nothing to commit, says that main is what it was.
    old = {"status": 200, "body": b'{"id": "org/close", "sha": "%s"}'}
    head = Fault(r"GET .*/org/close/revision/main", **old)

    def kept():
        head.body %= to.git("close", "rev-parse", "main")[0].encode()

    faults = [Meanwhile(COMMIT, kept), Fault(COMMIT, drop="after"), lag, head]
    to.hub.watch.faults = faults

    to.publish(release)

    assert lag.seen > 3
    see_once(to, release)


def test_a_commit_that_hangs_is_not_waited_for_and_not_made_twice(to, release):
    to.hub.watch.faults = [Fault(COMMIT, delay=1.0)]
    to.silence = 0.4
    to.patience = publications.Patience(tries=8, first=0.2, longest=0.5, whole=30)

    to.publish(release)

    assert to.hub.watch.count(COMMIT) > 1
    see_once(to, release)


@pytest.mark.parametrize("request_", [r"GET /api/whoami-v2", *STEPS])
@pytest.mark.parametrize(
    "fault", [{"status": 503}, {"drop": "after"}], ids=["503", "after"]
)
def test_what_always_fails_leaves_nothing_visible_and_goes_on_later(
    to, release, request_, fault
):
    to.hub.watch.faults = [Fault(request_, times=10**6, **fault)]
    error = failure(to, release)

    if error is None:
        # Work that is done although its answer is lost, or fails, is found by reading.
        assert fault == {"drop": "after"} or request_ == STORED
    else:
        assert "gave up after 4 tries" in str(error)
        assert to.public() == set()
        # Before anything was begun, there is nothing to tell about.
        begun = isinstance(error, Unpublished)
        assert ("run the same command again" in str(error)) == begun
    to.hub.watch.faults = []
    to.publish(release)
    see_once(to, release)


@pytest.mark.parametrize(
    ("request_", "status"), [*((step, 403) for step in STEPS), (COMMIT, 400)]
)
def test_what_is_forbidden_leaves_nothing_visible(to, release, request_, status):
    to.hub.watch.faults = [
        Fault(request_, times=10**6, status=status, headers={"X-Error-Message": "No!"})
    ]

    with pytest.raises((Unpublished, Trouble), match=rf"{status} No!"):
        to.publish(release)

    assert to.public() == set()
    to.hub.watch.faults = []
    to.publish(release)
    see_once(to, release)


def test_a_card_that_the_hub_refuses_is_told_in_its_words(to, release):
    (release / "close/README.md").write_text("---\nlicense: [\n---\n")
    publications.reseal(release, "close")

    with pytest.raises(
        Unpublished, match=r"README.md.*\n(.*\n)*Nothing of this version"
    ):
        to.publish(release)

    assert to.public() == set()


def test_a_wait_of_hours_is_told_and_not_waited_for(to, release):
    to.hub.watch.faults = [Fault(COMMIT, status=429, headers={"Retry-After": "7200"})]

    with pytest.raises(Unpublished, match="asks to wait 7201 s") as told:
        to.publish(release)

    assert "org/references (private): v1.0.0 is there and complete" in str(told.value)
    assert "org/close (private): v1.0.0 is not there" in str(told.value)
    assert "Nothing of this version is visible" in str(told.value)
    assert "run the same command again" in str(told.value)


def test_what_arrived_otherwise_is_not_tagged(to, release):
    to.hub.watch.faults = [Fault(TREE, skip=1, status=200, body=b"[]")]

    with pytest.raises(Refused, match=r"is not what was sent .*it was not tagged"):
        to.publish(release)

    assert to.tags()["close"] == []
    assert to.public() == set()


def test_a_tag_that_somebody_else_makes_in_between_is_not_taken_for_ours(to, release):
    def somebody():
        to.git("close", "tag", "v1.0.0", to.git("close", "rev-list", "main")[-1])

    to.hub.watch.faults = [Meanwhile(TAG, somebody)]

    with pytest.raises(Refused, match=r"somebody else made the tag v1\.0\.0"):
        to.publish(release)

    assert to.public() == set()


def test_what_was_sent_before_a_failure_is_not_sent_again(to, release):
    to.hub.watch.faults = [Fault(COMMIT, times=10**6, status=403)]
    with pytest.raises(Unpublished):
        to.publish(release)
    sent = to.hub.watch.count(PUT)
    assert sent >= 3

    to.hub.watch.faults = []
    to.publish(release)

    assert to.hub.watch.count(PUT) == sent
    see_once(to, release)


@pytest.mark.parametrize(
    "request_",
    [
        r"POST .*/org/close/discussions",
        r"POST .*/org/close/commit/refs%2Fpr%2F1",
        r"POST .*/org/close/discussions/1/merge",
        r"GET .*/org/close/revision/refs%2Fpr%2F1",
        TAG,
    ],
)
@pytest.mark.parametrize(
    "fault",
    [{"status": 500}, {"drop": "after"}],
    ids=["500", "after"],
)
def test_a_pull_request_survives_what_fails_once(to, release, request_, fault):
    to.limits = Limits(files=4)
    to.hub.watch.faults = [Fault(request_, **fault)]

    to.publish(release)

    assert to.hub.watch.faults[0].seen > 0
    to.see_whole(release)
    assert to.hub.watch.count(r"POST .*/org/close/discussions") <= 2
    assert len([r for r in to.git("close", "for-each-ref") if "refs/pr/" in r]) == 1


def test_a_merge_that_fails_leaves_nothing_visible_and_is_made_later(to, release):
    to.limits = Limits(files=4)
    merge = r"POST .*/org/close/discussions/1/merge"
    to.hub.watch.faults = [Fault(merge, times=10**6, status=500)]
    with pytest.raises(Unpublished, match="merging pull request 1"):
        to.publish(release)
    assert to.public() == set()
    assert to.paths("close") == [".gitattributes"]

    to.hub.watch.faults = []
    to.publish(release)

    to.see_whole(release)


def test_git_finds_no_fault_in_what_was_published(to, release):
    to.publish(release)

    for tree in NAMES:
        folder = to.hub.hub.root / "datasets" / NAMES[tree]
        subprocess.run(
            ["git", "-C", f"{folder}.git", "fsck", "--strict"],
            check=True,
            capture_output=True,
        )
