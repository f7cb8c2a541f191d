"""Every test has a home and a cache of its own, and no network but the loopback."""

from __future__ import annotations

import os
import shutil

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


CHROMIUM = os.environ.get("CURATE_CHROMIUM") or shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def browser():
    """One Chromium for all tests: Debian's, or what CURATE_CHROMIUM names."""
    if CHROMIUM is None:
        pytest.skip(
            "no chromium: apt-get install chromium, or name one in CURATE_CHROMIUM"
        )
    api = pytest.importorskip(
        "playwright.sync_api", reason="no playwright: pip install playwright"
    )
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
