"""What a hub is told of who may see a repository is taken as it is meant, or not at all."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

import pytest

from curation.hub import Hub, serving

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost"])


def _asked(address, method, path, body, token="secret"):
    request = urllib.request.Request(
        f"{address}{path}",
        json.dumps(body).encode(),
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        method=method,
    )
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        with error:
            return error.code


@pytest.mark.parametrize("private", [None, "yes", "false", 0, 1])
def test_a_private_repository_stays_so_if_the_wish_is_no_yes_and_no_no(
    tmp_path, private
):
    hub = Hub(tmp_path)
    with serving(hub, token="secret") as place:
        address = place.url
        create = {"name": "p", "organization": "lab", "type": "dataset"}
        made = _asked(
            address, "POST", "/api/repos/create", create | {"visibility": "private"}
        )
        asked = _asked(
            address, "PUT", "/api/datasets/lab/p/settings", {"private": private}
        )
        seen = _asked(address, "GET", "/api/datasets/lab/p", {}, token="none")
    assert (made, asked) == (200, 400)
    assert seen in {401, 404}


def test_a_large_file_that_never_came_did_not_arrive(tmp_path):
    with serving(Hub(tmp_path), token="secret") as place:
        address = place.url
        create = {"name": "p", "organization": "lab", "type": "dataset"}
        _asked(address, "POST", "/api/repos/create", create)
        path = "/datasets/lab/p.git/info/lfs/objects/verify"
        assert _asked(address, "POST", path, {"oid": "b" * 64}) == 404
