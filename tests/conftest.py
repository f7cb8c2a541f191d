"""Every test has a home and a cache of its own, and no network but the loopback."""

from __future__ import annotations

import pytest
from hypothesis import settings

# Machines are shared and slow at times; how long an example takes proves nothing.
settings.register_profile("shared", deadline=None)
settings.load_profile("shared")


@pytest.fixture(autouse=True)
def _apart(tmp_path_factory, monkeypatch):
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("CURATE_CACHE_DIR", str(home / "cache"))
