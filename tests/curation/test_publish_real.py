"""A release of real tasks: published, and every configuration of it opened by its tag."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import publications
import pytest
import releases

REAL = os.environ.get("CURATE_REAL_DATA")
pytestmark = [
    *publications.MARKS,
    pytest.mark.slow,
    pytest.mark.skipif(not REAL, reason="CURATE_REAL_DATA names no folder"),
]
LICENCES = '[licences]\n"*" = "cc-by-4.0"\n'


def test_all_configurations_of_real_tasks_open_by_their_tag(tmp_path):
    root, file = releases.bench(tmp_path)
    (root / "tasks").rmdir()
    for part in ("openset", "contributed"):
        shutil.copytree(
            Path(REAL or "") / part,
            root / "tasks" / part,
            copy_function=shutil.copyfile,
        )
    for folder, _, _ in os.walk(root):
        os.chmod(folder, 0o755)
    (root / "benchmark.toml").write_text(
        publications.TOML.replace('"cc-by-4.0"', '"cc-by-sa-4.0"') + LICENCES
    )
    releases.place(root)
    release = releases.release(root, file, tmp_path / "out")

    with publications.publisher(tmp_path) as to:
        done = to.run(release, "--yes")
        assert done.returncode == 0, done.stdout + done.stderr
        to.see_whole(release)
        seen = to.run(release, "--full", "--jobs", "2", command="verify")

    assert seen.returncode == 0, seen.stdout + seen.stderr
    assert seen.stdout.count("opened with datasets: 18 configurations") == 3
