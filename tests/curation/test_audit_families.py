"""In every family a clean release passes, and each mark of its references is found."""

from __future__ import annotations

import pytest
import releases
import test_dye as dye

from curation.audit import audit, run

pytestmark = pytest.mark.slow


def _leaks(release):
    report = audit(release, jobs=2)
    assert report.failures == ()
    # The made-up media of the families are on both sides by design.
    return [f for f in report.errors if f.rule.code.startswith("LEK")]


@pytest.fixture(scope="module")
def dyed(tmp_path_factory):
    home = tmp_path_factory.mktemp("dyed")
    made = dye.dyed_bench(home)
    root, file, marks = made[0], made[1], made[2]
    return releases.release(root, file, home / "out"), marks


def test_a_clean_release_of_every_family_gives_nothing_away(dyed):
    assert [str(f) for f in _leaks(dyed[0])] == []


def test_every_mark_of_every_family_is_found(dyed, monkeypatch):
    release, marks = dyed
    found = set()
    original = run.content.Search._add

    def add(self, needle, *rest):
        found.add(self.needles[needle].text)
        original(self, needle, *rest)

    monkeypatch.setattr(run.content.Search, "_add", add)
    (release / "close/README.md").write_text("\n".join(str(m) for m in marks))

    assert "LEK103" in {f.rule.code for f in _leaks(release)}
    kinds = ("DYEword", "DYEkey", "7")
    wanted = {str(m).lower().encode() for m in marks if str(m).startswith(kinds)}
    assert wanted - found == set()
