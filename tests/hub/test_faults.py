"""A hub that fails as it is told to, and what the real client makes of it."""

from __future__ import annotations

import json

import pytest
from hubs import LOOPBACK, Fault, served

pytestmark = [pytest.mark.allow_hosts(LOOPBACK), pytest.mark.slow]

FAULTS = (
    Fault(r"POST /api/datasets/org/lost/commit/main", drop="after"),
    Fault(r"POST /api/datasets/org/never/commit/main", drop="before"),
    Fault(r"PUT /storage/put/org/torn/.*", drop="mid"),
    Fault(r"PUT /storage/put/org/busy/.*", status=503),
    Fault(r"GET /storage/get/org/cut/.*", drop="mid"),
    Fault(r"GET /api/datasets/org/stale/revision/main", skip=1, stale=True),
    Fault(r"POST /api/datasets/org/slow/tag/main", delay=0.2),
)
CODE = """
import json
from sweep import LARGE, api, commit, download, made, raised

def has(repo):
    return "b.bin" in api().list_repo_files(repo, repo_type="dataset")

def head():
    return api().repo_info("org/stale", repo_type="dataset", revision="main").sha

told = {}
for name in ("lost", "never"):
    told[name] = raised(commit, made(name), {"b.bin": LARGE}), has(f"org/{name}")
for name in ("torn", "busy", "cut"):
    told[name] = download(made(name, {"b.bin": LARGE}), "b.bin") == LARGE
old = made("stale") and head()
told["stale"] = commit("org/stale", {"b.bin": LARGE}).oid != old == head() != head()
api().create_tag(made("slow"), tag="v1", repo_type="dataset")
print(json.dumps(told))
"""


@pytest.fixture(scope="module")
def outcome(tmp_path_factory):
    with served(tmp_path_factory.mktemp("faults")) as hub:
        hub.watch.faults.extend(FAULTS)
        yield json.loads(hub.run(CODE)), hub.watch


@pytest.mark.usefixtures("outcome")
def test_every_fault_struck():
    assert [fault.request for fault in FAULTS if fault.seen <= fault.skip] == []


def test_a_commit_whose_answer_was_lost_is_there(outcome):
    told, watch = outcome

    assert told["lost"][1] is True
    assert watch.count(r"POST /api/datasets/org/lost/commit/main") == 1


def test_a_commit_that_never_arrived_is_not_there(outcome):
    told, _ = outcome

    assert told["never"][1] is False


def test_an_upload_that_was_torn_or_refused_is_sent_again_by_the_client(outcome):
    told, watch = outcome

    assert (told["torn"], told["busy"]) == (True, True)
    assert watch.count(r"PUT /storage/put/org/torn/.*") == 2
    assert watch.count(r"PUT /storage/put/org/busy/.*") == 2


def test_a_download_that_was_cut_goes_on_where_it_ended(outcome):
    told, watch = outcome

    assert told["cut"] is True
    assert watch.count(r"GET /storage/get/org/cut/.*") == 2


def test_a_head_may_be_told_that_is_no_longer_so(outcome):
    told, _ = outcome

    assert told["stale"] is True
