"""The process that workers come from is started without getting in anybody's way."""

from __future__ import annotations

import signal
import sys
from multiprocessing import forkserver

import pytest

from curation import forks

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="it is not forked there"
)


def test_ctrl_c_is_not_lost_while_it_starts_and_does_not_reach_it(monkeypatch):
    def started():
        signal.raise_signal(signal.SIGINT)
        done.append(signal.pthread_sigmask(signal.SIG_BLOCK, ()))

    done = []
    monkeypatch.setattr(forkserver, "ensure_running", started)

    with pytest.raises(KeyboardInterrupt):
        forks.warm(())

    assert done == [{signal.SIGINT}]
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == set()
