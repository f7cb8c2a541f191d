"""The real clients of the Hub against the local one, with Xet and without."""

from __future__ import annotations

import json
import subprocess
import sys
from hashlib import sha256

import pytest
import sweep
from hubs import LOOPBACK, served

from curation.hub.xet import chunks_in

pytestmark = [pytest.mark.allow_hosts(LOOPBACK), pytest.mark.slow]


@pytest.fixture(scope="module", params=["lfs", "parts", "xet"])
def told(request, tmp_path_factory):
    """Return what each check came to, and the hub after all of them."""
    folder = tmp_path_factory.mktemp(request.param)
    part = 4000 if request.param == "parts" else 5 << 30
    with served(folder, page=5, part=part) as hub:
        done = subprocess.run(
            [sys.executable, sweep.__file__],
            env=hub.environment(xet=request.param == "xet"),
            capture_output=True,
            check=False,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        yield request.param, json.loads(done.stdout), hub


@pytest.mark.parametrize("check", sweep.CHECKS)
def test_the_client_finds_that(told, check):
    _, outcomes, _ = told

    assert outcomes[check] == ""


def test_large_files_went_the_way_that_was_meant(told):
    way, _, hub = told
    ways = {"lfs": r"PUT /storage/put/.*", "parts": r"PUT /storage/part/.*"}
    ways |= {"xet": r"POST /xet/.*/v1/shards"}

    assert {name for name, asked in ways.items() if hub.watch.count(asked)} == {
        "lfs": {"lfs"},
        "parts": {"lfs", "parts"},  # those that are smaller than a part go whole
        "xet": {"lfs", "xet"},  # the client sends open files without Xet
    }[way]
    assert bool(hub.watch.count(r"GET /storage/xorb/.*")) == (way == "xet")


@pytest.mark.parametrize(
    ("policy", "scheme"), [("none", 0), ("lz4", 1), ("bg4-lz4", 2)]
)
def test_pieces_may_be_compressed_in_every_way(tmp_path, policy, scheme):
    with served(tmp_path) as hub:
        told = hub.run(
            """
            import array
            from sweep import made, download

            data = array.array("f", (n // 9 for n in range(100_000))).tobytes() + b"odd"
            repo = made("data", {"a.bin": data})
            print(download(repo, "a.bin") == data)
            """,
            xet=True,
            more={"HF_XET_XORB_COMPRESSION_POLICY": policy},
        )
        xorbs = hub.hub.root.glob("datasets/*/*.git/xet/xorbs/*/*")
        schemes = {chunk.scheme for xorb in xorbs for chunk in chunks_in(xorb)}

    assert (told.strip(), schemes) == ("True", {scheme})


def test_git_finds_no_fault_in_any_repository(told):
    _, _, hub = told
    folders = sorted((hub.hub.root / "datasets").glob("*/*.git"))
    checks = [
        subprocess.run(
            ["git", "-C", folder, "fsck", "--strict", "--no-dangling"],
            capture_output=True,
            check=False,
            text=True,
        )
        for folder in folders
    ]

    assert len(checks) > 40
    assert {(done.returncode, done.stdout, done.stderr) for done in checks} == {
        (0, "", "")
    }


def test_every_large_file_is_what_its_name_says(told):
    _, _, hub = told
    files = [*hub.hub.root.glob("datasets/*/*.git/lfs/objects/*/*/*")]

    assert files
    assert [f for f in files if sha256(f.read_bytes()).hexdigest() != f.name] == []
