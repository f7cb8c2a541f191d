"""`curate hub serve`, as a user runs it."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request

import pytest
from hubs import LOOPBACK

from curation.cli import main

pytestmark = pytest.mark.allow_hosts(LOOPBACK)
CURATE = [sys.executable, "-c", "from curation.cli import main; main()"]


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
def test_a_hub_answers_where_it_says_until_it_is_interrupted(tmp_path):
    command = [*CURATE, "hub", "serve", str(tmp_path / "hub")]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as server:
        told = "".join(_until(server))
        url = re.search(r"HF_ENDPOINT=(\S+)", told)[1]
        token = re.search(r"HF_TOKEN=(\S+)", told)[1]
        asked = urllib.request.Request(
            f"{url}/api/whoami-v2", headers={"Authorization": f"Bearer {token}"}
        )
        with urllib.request.urlopen(asked) as answer:
            name = answer.read()
        server.send_signal(signal.SIGINT)
        _, errors = server.communicate()

    assert b'"name": "local"' in name
    assert (server.returncode, errors.strip()) == (0, "stopped")


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
