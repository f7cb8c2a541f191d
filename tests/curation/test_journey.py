"""All of the way, as a newcomer goes it: one command, from contributions to what can be loaded."""

from __future__ import annotations

import os
import subprocess
import sys

import hubs
import pytest

from curation.hub import Hub, serving


def curate(*arguments):
    env = {k: v for k, v in os.environ.items() if not k.startswith("HF_")}
    return subprocess.run(
        [sys.executable, "-c", "from curation.cli import main; main()", *arguments],
        env=env | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)},
        capture_output=True,
        check=False,
        text=True,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.slow
@pytest.mark.allow_hosts(hubs.LOOPBACK)
def test_the_demonstration_is_published_and_opens_for_a_stranger(tmp_path):
    folder = tmp_path / "all of it"

    done = curate("demo", "--publish", str(folder))

    assert done.returncode == 0, done.stdout + done.stderr
    told = done.stdout
    assert told.count("as it was released.") == 3
    assert "opened with datasets: 9 configurations, 68 rows" in told
    assert {f.name for f in folder.iterdir()} == {
        "contributed", "bench", "bench.key", "release", "release.journal.json", "hub",
    }  # fmt: skip
    with serving(Hub(folder / "hub"), accounts=[hubs.STRANGER]) as address:
        served = hubs.Served(Hub(folder / "hub"), address.url, hubs.Watch(), tmp_path)
        code = """
            import datasets, sys
            found = datasets.load_dataset(
                "demo/Demo-Bench-Openset", sys.argv[1], revision="v1.0.0"
            )
            print(found["open"].num_rows, found["open"][0]["output_answer"] != "")
        """
        task = "text.Timetable-Question-Answering"
        assert served.run(code, task, token=None).split() == ["5", "True"]


def test_a_folder_with_something_in_it_is_left_alone(tmp_path):
    (tmp_path / "contributed").mkdir()
    (tmp_path / "contributed/mine").write_text("mine")

    done = curate("demo", "--publish", str(tmp_path))

    assert done.returncode == 2
    assert "Error: " in done.stderr
    assert [f.name for f in tmp_path.iterdir()] == ["contributed"]


def test_the_twin_is_not_published(tmp_path):
    done = curate("demo", "--publish", "--broken", str(tmp_path / "x"))

    assert done.returncode == 2
    assert "do not go together" in done.stderr
