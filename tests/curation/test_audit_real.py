"""Real tasks: a release of them passes, and their two known leaks show with names kept."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import releases

from curation import benchmark, division, key, ledger
from curation.audit import audit

REAL = os.environ.get("CURATE_REAL_DATA")
pytestmark = pytest.mark.skipif(not REAL, reason="CURATE_REAL_DATA names no folder")


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    home = tmp_path_factory.mktemp("real")
    root, file = releases.bench(home)
    shutil.rmtree(root / "tasks")
    for part in ("openset", "contributed"):
        shutil.copytree(Path(REAL or "") / part, root / "tasks" / part)
    loaded = benchmark.load(root)
    found = division.divide(loaded, key.load(file), _means(), unreviewed=True)
    ledger.append(loaded.ledger, found.entries)
    return root, file, home


def _means():
    from curation.examining import Means
    from curation.settings import Settings
    from curation.workers import LocalPool

    return Means(LocalPool(2, Settings().limits))


def test_a_release_of_real_tasks_has_no_error(bench):
    root, file, home = bench
    out = releases.release(root, file, home / "out")

    report = audit(out, ledger=root / "ledger.jsonl")

    assert [str(f) for f in report.errors] == []
    assert report.failures == ()


def test_the_planted_leaks_show_when_names_are_kept(bench):
    root, file, home = bench
    out = releases.release(root, file, home / "kept", neutral=False)

    report = audit(out)

    told = {(f.rule.code, f.where.path.split("/")[1]) for f in report.errors}
    digits = "audio.comprehension.Spoken-Digit-Recognition"
    assert {("LEK105", digits), ("LEK109", digits), ("LEK111", digits)} <= told
    assert ("LEK109", "mesh.comprehension.3D-Object-Classification") in told
