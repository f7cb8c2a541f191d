"""`curate hub serve`, as a user runs it."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from hashlib import sha256

import pytest
from hubs import LOOPBACK

from curation.cli import main

pytestmark = pytest.mark.allow_hosts(LOOPBACK)
CURATE = [sys.executable, "-c", "from curation.cli import main; main()"]


UNIX = pytest.mark.skipif(
    sys.platform == "win32", reason="signals are sent otherwise there"
)


class Serving:
    """`curate hub serve` in a process of its own."""

    def __init__(self, folder):
        command = [*CURATE, "hub", "serve", str(folder)]
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        told = "".join(_until(self.process))
        self.url = re.search(r"HF_ENDPOINT=(\S+)", told)[1]
        self.token = re.search(r"HF_TOKEN=(\S+)", told)[1]

    def ask(self, path, body=None):
        asked = urllib.request.Request(
            self.url + path,
            None if body is None else json.dumps(body).encode(),
            {"Authorization": f"Bearer {self.token}"},
        )
        with urllib.request.urlopen(asked) as answer:
            return json.loads(answer.read())

    def end(self, sign):
        self.process.send_signal(sign)
        _, errors = self.process.communicate()
        return self.process.returncode, errors.strip()


@UNIX
def test_a_hub_answers_where_it_says_until_it_is_interrupted(tmp_path):
    hub = Serving(tmp_path / "hub")
    name = hub.ask("/api/whoami-v2")["name"]

    assert hub.end(signal.SIGINT) == (0, "stopped")
    assert name == "local"


@UNIX
def test_a_hub_that_is_killed_in_the_middle_of_an_upload_goes_on_afterwards(tmp_path):
    data = bytes(range(256)) * 4000
    oid = sha256(data).hexdigest()
    hub = Serving(tmp_path / "hub")
    hub.ask("/api/repos/create", {"name": "d", "organization": "o", "type": "dataset"})
    before = _address(hub, oid, len(data))
    port = urllib.parse.urlsplit(hub.url).port
    with socket.create_connection(("127.0.0.1", port)) as torn:
        link = urllib.parse.urlsplit(before)
        head = f"PUT {link.path}?{link.query} HTTP/1.1\r\nHost: localhost:{port}\r\n"
        torn.sendall(f"{head}Content-Length: {len(data)}\r\n\r\n".encode())
        torn.sendall(data[:500_000])
        while not [*tmp_path.glob("hub/datasets/o/d.git/lfs/incomplete/*")]:
            time.sleep(0.01)
        hub.end(signal.SIGKILL)

    again = Serving(tmp_path / "hub")
    asked = urllib.request.Request(_address(again, oid, len(data)), data, method="PUT")
    with urllib.request.urlopen(asked) as answer:
        status = answer.status
    after = _batch(again, oid, len(data))
    again.end(signal.SIGINT)

    assert status == 200
    assert "actions" not in after  # it is there
    git = ["git", "-C", str(tmp_path / "hub/datasets/o/d.git"), "fsck", "--strict"]
    assert subprocess.run(git, check=False).returncode == 0


def _batch(hub, oid, size):
    asked = {"operation": "upload", "objects": [{"oid": oid, "size": size}]}
    return hub.ask("/datasets/o/d.git/info/lfs/objects/batch", asked)["objects"][0]


def _address(hub, oid, size):
    return _batch(hub, oid, size)["actions"]["upload"]["href"]


def _until(server):
    for line in server.stdout:
        yield line
        if "DISABLE_XET" in line:
            return


def test_a_port_that_is_taken_is_named(tmp_path, capsys):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(SystemExit) as stop:
            main(["hub", "serve", str(tmp_path / "hub"), "--port", str(port)])

    assert stop.value.code == 2
    assert f"--port {port} is taken" in capsys.readouterr().err


def test_a_folder_that_is_no_hub_is_not_served(tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("mine")

    with pytest.raises(SystemExit) as stop:
        main(["hub", "serve", str(tmp_path)])

    assert stop.value.code == 2
    assert "is no hub: there is no hub.json in it" in capsys.readouterr().err
