"""The script that asks the real Hub finds the local one as it says."""

from __future__ import annotations

import subprocess
import sys

import pytest
import real_hub
from hubs import LOOPBACK, OWNER, READER, STRANGER, served

pytestmark = pytest.mark.allow_hosts(LOOPBACK)


def test_the_local_hub_is_what_the_script_assumes(tmp_path):
    with served(tmp_path, threshold=10 << 20, strict=True) as hub:
        tokens = {"HF_OTHER_TOKEN": STRANGER.token, "HF_READ_TOKEN": READER.token}
        done = subprocess.run(
            [sys.executable, real_hub.__file__, "org/throw-away"],
            env=hub.environment(OWNER.token, more=tokens),
            capture_output=True,
            check=False,
            text=True,
        )

        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert len(done.stdout.splitlines()) == len(real_hub.CHECKS)
        assert hub.hub.find("org", "throw-away") is None


def test_a_data_set_that_exists_is_left_alone(tmp_path):
    with served(tmp_path) as hub:
        hub.hub.create("org", "mine", "owner").close()
        done = subprocess.run(
            [sys.executable, real_hub.__file__, "org/mine"],
            env=hub.environment(OWNER.token),
            capture_output=True,
            check=False,
            text=True,
        )

        assert done.returncode == 2
        assert "org/mine cannot be made: (409" in done.stderr
        assert hub.watch.count("DELETE .*") == 0


def test_a_difference_is_told(tmp_path, monkeypatch, capsys):
    def seen(_):
        """What is tried."""
        return 1

    monkeypatch.setattr(real_hub, "CHECKS", ((seen, 2),))

    assert real_hub.tried(None) is False
    assert capsys.readouterr().out.split() == (
        ["DIFFERS", "What", "is", "tried.", "assumed", "2,", "seen", "1"]
    )
