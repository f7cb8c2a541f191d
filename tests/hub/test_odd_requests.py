"""What a hub is asked is taken as it is meant, or refused by a sentence; nothing breaks."""

from __future__ import annotations

import json
import socket
import urllib.error
import urllib.request

import pytest

from curation.hub import Hub, serving

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "localhost"])


def _asked(address, method, path, body, token="secret"):
    request = urllib.request.Request(
        f"{address}{path}",
        body.encode() if body is DEEP else json.dumps(body).encode(),
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


DEEP = "[" * 100_000
LFS = "/datasets/lab/p.git/info/lfs/objects/batch"
INFO = "/api/datasets/lab/p/paths-info/main"
UPLOAD = "/api/datasets/lab/p/preupload/main"
TAG = "/api/datasets/lab/p/tag/main"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        *((INFO, body) for body in ([], None, "x", DEEP, {"paths": 5}, {"paths": [1]})),
        *((UPLOAD, {"files": files}) for files in (5, [5], None)),
        (UPLOAD, {"files": [], "gitIgnore": 5}),
        *(
            (LFS, {"operation": "upload", "objects": objects})
            for objects in (5, [5], [{"oid": "a" * 64, "size": "x"}], [{"oid": "a" * 64}], [{"oid": "a" * 64, "size": -5}])
        ),
        (LFS, {"operation": "upload", "objects": [], "transfers": 5}),
        *((TAG, {"tag": tag}) for tag in ("a b", "x" * 5000, "a..b", 5, None, "\ud800")),
        ("/api/repos/create", {"type": "dataset", "name": None}),
        ("/api/repos/create", {"type": "dataset", "name": "q", "organization": 5}),
        ("/api/datasets/lab/p/branch/" + "b" * 300, {}),
    ],
)  # fmt: skip
def test_odd_json_is_refused_and_not_a_fault_of_the_hub(tmp_path, path, body, capsys):
    with serving(Hub(tmp_path), token="secret") as place:
        create = {"name": "p", "organization": "lab", "type": "dataset"}
        assert _asked(place.url, "POST", "/api/repos/create", create) == 200
        code = _asked(place.url, "POST", path, body)
    assert code in {400, 404}
    assert "Traceback" not in capsys.readouterr().err


def test_a_chunk_of_a_length_that_is_none_ends_the_connection(tmp_path):
    with serving(Hub(tmp_path), token="secret") as place:
        port = int(place.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
            wire.sendall(
                f"POST /api/repos/create HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                "Authorization: Bearer secret\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nx".encode()
            )
            assert wire.recv(4096) == b""
