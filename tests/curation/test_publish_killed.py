"""A publication that is killed at any step, and the same command again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys

import hubs
import publications
import pytest

pytestmark = [*publications.MARKS, pytest.mark.slow]
KILLED = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[3].split(":")
from curation.publishing import plan
from curation.publishing.huggingface import HuggingFace
from curation.publishing.journal import Journal
from curation.publishing.look import look
from curation.publishing.publish import publish
from curation.publishing.terms import How, Limits
release = Path(sys.argv[1])
journal = Journal.open(release, "the hub")
how = How(HuggingFace(place="the hub"), journal, limits=Limits(files=int(sys.argv[2])))
publication = plan.read(release)
publish(publication, look(publication, how.hub, how.patience, journal), how)
"""


class Killer:
    """Kills a process when the hub has done the n-th step that it asked for, unanswered.

    A step is a kind of change in a repository; sending one file more is none.
    """

    def __init__(self, number):
        self.number, self.process, self.steps = number, None, set()

    def __call__(self, request, answer):
        response = answer(request)
        if request.method != "GET" and self.process is not None:
            made = len(self.steps) if request.path == "/api/repos/create" else ""
            step = request.method, request.route, request.parts[:2], made
            if step not in self.steps:
                self.steps.add(step)
                if len(self.steps) == self.number:
                    self.process.send_signal(signal.SIGKILL)
                    self.process.wait()
        return response


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("releases")
    publications.first(folder)
    return folder


def killed(tmp_path, made, number, xet, files):
    """Publish until the n-th change, then again; return whether it was killed."""
    release = shutil.copytree(made / "out", tmp_path / "out")
    killer = Killer(number)
    # What is asked is seen by the killer, and what is asked after it by the watch.
    with hubs.served(tmp_path, through=killer) as hub:
        to = publications.Publisher(hub)
        to.limits = publications.Limits(files=files)
        killer.process = subprocess.Popen(
            [sys.executable, "-c", KILLED, release, str(files), ":".join(sys.path)],
            env=hub.environment(xet=xet),
            stderr=subprocess.PIPE,
        )
        _, told = killer.process.communicate()
        ended = killer.process.returncode
        assert ended in {0, -signal.SIGKILL}, told.decode()
        if to.public():
            assert set(map(tuple, to.tags().values())) == {("v1.0.0",)}
        killer.process = None
        to.publish(release)
        to.see_whole(release)
        if files > 100:
            for tree in publications.NAMES:
                assert to.commits(tree).count("Release 1.0.0") == 1
        return ended != 0


@pytest.mark.skipif(os.name != "posix", reason="processes are killed by a signal")
@pytest.mark.parametrize(
    ("xet", "files", "step"),
    [(False, 10_000, 1), (True, 10_000, 3), (False, 4, 3)],
    ids=["lfs", "xet", "pull-request"],
)
def test_a_kill_at_every_step_is_made_up_for_by_the_same_command(
    tmp_path, made, monkeypatch, xet, files, step
):
    publications.without_xet(monkeypatch)
    number = 1
    while killed(tmp_path / str(number), made, number, xet, files):
        number += step

    assert number > 20
